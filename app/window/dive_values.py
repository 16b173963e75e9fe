"""Dives of the document as the table, the timeline and the inspector are given them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import compress
from operator import is_not

from app.document.records import Dive, Provenance
from inference.diving.boards import Board
from inference.diving.code_decoding import ATTRIBUTES, decode_code
from inference.diving.flight_metrics import FlightMetrics, Measure
from inference.results import DetectedDive
from widgets.dive_data import DiveDetails, DiveRow, FieldOrigin
from widgets.timeline import TimelineDive

_MOST_PROPOSALS = 3
_LEAST_PROBABILITY = 0.01


class DiveViews:
    """Lines of the table and bars of the timeline, made anew only for dives that have changed.

    The document gives out the same record for a dive as long as it does not change, so an edit among ten thousand dives
    costs one line and one bar.
    """

    def __init__(self) -> None:
        self._dives: Sequence[Dive] = ()
        self._rows: list[DiveRow] = []
        self._bars: list[TimelineDive] = []

    def rows(self, dives: Sequence[Dive]) -> tuple[DiveRow, ...]:
        """Lines of the dives table, numbered in order of time."""
        self._make(dives)
        return tuple(self._rows)

    def bars(self, dives: Sequence[Dive]) -> tuple[TimelineDive, ...]:
        """Bars of the timeline, none of them selected."""
        self._make(dives)
        return tuple(self._bars)

    def _make(self, dives: Sequence[Dive]) -> None:
        """Bring lines and bars up to the dives; where the same dive stands in its place, nothing is made anew."""
        before = self._dives
        if dives is before:
            return
        different = list(compress(range(len(dives)), map(is_not, dives, before)))
        head = different[0] if different else min(len(dives), len(before))
        if len(dives) == len(before):
            for place in different:
                self._rows[place] = _row(dives[place], place + 1)
                self._bars[place] = dive_bar(self._rows[place])
        else:
            self._renumber(dives, head)
        self._dives = dives

    def _renumber(self, dives: Sequence[Dive], head: int) -> None:
        """Make the lines from a place on, with the bars of dives that are the same and not labelled by number."""
        known = {id(dive): bar for dive, bar in zip(self._dives[head:], self._bars[head:], strict=True) if dive.code}
        del self._rows[head:], self._bars[head:]
        for number, dive in enumerate(dives[head:], start=head + 1):
            row = _row(dive, number)
            self._rows.append(row)
            self._bars.append(known.get(id(dive)) or dive_bar(row))


def _row(dive: Dive, number: int) -> DiveRow:
    return DiveRow(
        id=dive.id,
        number=number,
        start=dive.start,
        end=dive.end,
        board=dive.board,
        code=dive.code,
        score=dive.score,
        status=dive.status.value,
        note=dive.note,
    )


def dive_bar(row: DiveRow) -> TimelineDive:
    """A dive as the timeline shows it: with its code, or else its number."""
    return TimelineDive(row.id, row.start.frame, row.end.frame, row.status, row.code or str(row.number))


def found_rows(found: Sequence[DetectedDive], count_before: int) -> tuple[DiveRow, ...]:
    """Lines for dives that a running search has found, which the review does not have yet."""
    return tuple(
        DiveRow(
            id=f"found:{dive.interval.start.frame}",
            number=number,
            start=dive.interval.start,
            end=dive.interval.end,
            board=dive.board,
            code=dive.code,
            score=dive.score,
        )
        for number, dive in enumerate(found, start=count_before + 1)
    )


def dive_details(
    dive: Dive,
    number: int,
    metrics: FlightMetrics,
    attribute_probabilities: Mapping[str, Mapping[str, float]],
    *,
    frame_count: int,
    is_editable: bool,
) -> DiveDetails:
    """Everything the inspector shows of one dive."""
    return DiveDetails(
        id=dive.id,
        number=number,
        start=dive.start,
        end=dive.end,
        board=dive.board,
        code=dive.code,
        code_probability=dive.code_probability,
        score=dive.score,
        status=dive.status.value,
        note=dive.note,
        origins={field: field_origin(dive, field, origin) for field, origin in dive.provenance.items()},
        attribute_probabilities=attribute_probabilities,
        proposals=code_proposals(attribute_probabilities, dive.board),
        metrics=metric_lines(metrics),
        frame_count=frame_count,
        is_editable=is_editable,
    )


def code_proposals(
    attribute_probabilities: Mapping[str, Mapping[str, float]], board: str | None
) -> tuple[tuple[str, float], ...]:
    """The most probable codes that the rules allow from the board, and how probable each is; those below 1 % not.

    Args:
        attribute_probabilities: what a model says; there are no proposals unless it says something of every attribute
            that codes are made of.
        board: the key of the board that counts, also where a person has set another one than the model took.
    """
    known = {name: attribute_probabilities.get(name, {}) for name in ATTRIBUTES}
    if not all(known.values()):
        return ()
    try:
        decoding = decode_code(known, None if board is None else Board.from_key(board), count=_MOST_PROPOSALS)
    except ValueError:
        return ()  # a board or probabilities that cannot be, out of a foreign file
    ranking = ((str(one.code), one.probability) for one in decoding.ranking)
    return tuple((code, probability) for code, probability in ranking if probability >= _LEAST_PROBABILITY)


def field_origin(dive: Dive, field: str, origin: Provenance) -> FieldOrigin:
    """Who or what a value comes from; a person's value can be taken back where a prediction stands behind it."""
    is_human = field in dive.human_fields
    text = f"by {origin.name}, {local_time(origin.at)}" if origin.kind == "person" else model_text(origin)
    return FieldOrigin(
        text, is_human=is_human, can_revert=is_human and dive.predicted is not None and field != "status"
    )


def model_text(origin: Provenance) -> str:
    """A model as people name it: "motion 1.0"."""
    return f"{origin.name} {origin.version}" if origin.version else origin.name


def local_time(moment: datetime) -> str:
    """A moment in the person's own time zone: "20 Nov 2026 14:05"."""
    local = moment.astimezone()
    return f"{local.day} {local:%b %Y %H:%M}"


def metric_lines(metrics: FlightMetrics) -> tuple[tuple[str, str], ...]:
    """Names and values with units, in the order shown; those that are not known are left out."""
    lines = [] if metrics.flight_time_s is None else [("Flight time", f"{metrics.flight_time_s:.2f} s")]
    lines += [
        (name, with_uncertainty(measure, unit))
        for name, measure, unit in (
            ("Height above take-off", metrics.height_above_take_off_m, "m"),
            ("Drop to entry", metrics.drop_below_take_off_m, "m"),
            ("Entry speed", metrics.entry_speed_m_s, "m/s"),
            ("Scale", _in_millimetres(metrics.metres_per_pixel), "mm/px"),
        )
        if measure is not None
    ]
    return tuple(lines)


def with_uncertainty(measure: Measure, unit: str) -> str:
    """A value and its uncertainty to that one's first significant digit: "1.24 ± 0.03 m"."""
    if not measure.uncertainty:
        return f"{measure.value:.2f} {unit}"
    decimals = min(max(-math.floor(math.log10(measure.uncertainty)), 0), 3)
    return f"{measure.value:.{decimals}f} ± {measure.uncertainty:.{decimals}f} {unit}"


def _in_millimetres(measure: Measure | None) -> Measure | None:
    if measure is None:
        return None
    return Measure(measure.value * 1000, None if measure.uncertainty is None else measure.uncertainty * 1000)
