"""The card that goes with trained locator weights."""

from __future__ import annotations

from collections.abc import Sequence

from inference.evaluation.location import TRACKED_PX, LocationScores
from inference.evaluation.tracking import TrackingScores
from inference.training.locator_training import LocatorFigures
from inference.training.model_card import Table, TrainingRecord, model_card, percent, pixels

_PURPOSE = (
    "Tells for every picture of a dive where the diver is (thesis section 5.4; the networks are described in "
    "`inference/models/locator_compact.py` and `inference/models/locator_listing.py`)."
)
_HOW = (
    "Candidates in the dive's own pictures, then a path by MSAC with the data set's camera motion. Distances are in px "
    f"of a 320x180 picture; a dive is tracked if its path is off by less than {TRACKED_PX} px on average."
)
_SHOWN_PX = (1, 2, 3, 4, 6, 8, 12, 20)


def locator_card(
    record: TrainingRecord, figures: Sequence[LocatorFigures], scores: Sequence[tuple[str, LocationScores]]
) -> str:
    """The card as Markdown.

    Args:
        record: the run.
        figures: all evaluations, in order.
        scores: of the weights, by the name of what they were measured on.
    """
    title = f"Diver locator, {record.settings.design}, {record.settings.strategy}"
    rows = [(str(row.step), percent(row.tracked), pixels(row.median_px), pixels(row.candidates_px)) for row in figures]
    header = ("step", "tracked", "median path error", "median candidate error")
    evaluations: Table = (f"{_HOW} The weights are those of the best line.", header, rows)
    sections = [("While training", [evaluations])]
    sections += [(f"On {name}", _tables(own)) for name, own in scores]
    return model_card(title, _PURPOSE, record, sections)


def _tables(scores: LocationScores) -> list[Table]:
    groups = [("all", scores.tracking), *scores.by_board.items(), *scores.by_camera.items()]
    header = ("", "dives", "tracked", "median px", "90th percentile px")
    curve_header = ("px", *map(str, _SHOWN_PX))
    return [
        ("All dives, by board and by camera.", header, [_row(name, own) for name, own in groups]),
        (
            "Share of dives below each distance (figure 5.10).",
            curve_header,
            [("dives", *(percent(scores.tracking.share_within(px)) for px in _SHOWN_PX))],
        ),
    ]


def _row(name: str, scores: TrackingScores) -> tuple[str, ...]:
    tracked = percent(scores.share_within(TRACKED_PX))
    return name, str(scores.dives), tracked, pixels(scores.median_px), pixels(scores.p90_px)
