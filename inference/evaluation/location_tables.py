"""How well several networks locate the diver, as tables in words (figure 5.10, and px errors)."""

from __future__ import annotations

from collections.abc import Mapping

from inference.evaluation.location import PERCENTILES, LocationScores
from inference.evaluation.tables import NEAR_PX, Table, paths_table, percent, pixels
from inference.evaluation.tracking import TrackingScores


def location_tables(by_name: Mapping[str, LocationScores], costs: Mapping[str, tuple[int, float]]) -> list[Table]:
    """All tables.

    Args:
        by_name: the scores of each network, by its name.
        costs: of each network, how many weights it has, and how many ms it takes for a picture.
    """
    return [
        paths_table({name: scores.tracking for name, scores in by_name.items()}),
        _percentiles(by_name),
        _groups("By camera", {name: scores.by_camera for name, scores in by_name.items()}),
        _groups("By board", {name: scores.by_board for name, scores in by_name.items()}),
        _costs(costs),
    ]


def _percentiles(by_name: Mapping[str, LocationScores]) -> Table:
    rows = [
        (name, what, *map(pixels, percentiles))
        for name, scores in by_name.items()
        for what, percentiles in (
            ("path", scores.path_percentiles_px),
            ("best candidate", scores.candidate_percentiles_px),
        )
    ]
    return Table(
        "Distances from the true place, percentiles over the dives",
        ("", "of", *(f"{percentile} %" for percentile in PERCENTILES)),
        tuple(rows),
        "Px of a picture of 320x180: of a path the mean over a dive's pictures, of candidates the median of each "
        "picture's best; a dash where a dive has none.",
    )


def _costs(costs: Mapping[str, tuple[int, float]]) -> Table:
    rows = [(name, f"{parameters:,}", f"{picture_ms:.2f}") for name, (parameters, picture_ms) in costs.items()]
    return Table("What each costs", ("", "weights", "ms a picture"), tuple(rows))


def _groups(title: str, by_name: Mapping[str, Mapping[str, TrackingScores]]) -> Table:
    groups = sorted({group for scores in by_name.values() for group in scores})
    dives = {group: scores[group].dives for scores in by_name.values() for group in groups if group in scores}
    rows = [
        (
            name,
            *(percent(scores[group].share_within(NEAR_PX)) if group in scores else "-" for group in groups),
        )
        for name, scores in by_name.items()
    ]
    return Table(
        f"{title}: path within {NEAR_PX} px", ("", *(f"{group} ({dives[group]})" for group in groups)), tuple(rows)
    )
