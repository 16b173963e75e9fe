"""Reading a video's dives from the tables into memory."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from app.document.errors import making_sense_of
from app.document.records import Field, PredictedDive
from app.document.runs import read_runs
from app.document.schema import DiveRow, DiveValueRow, PredictedAttributeRow, PredictedDiveRow, VideoRow
from app.document.states import DiveState, Provenances, VideoDives
from app.document.values import Value
from inference.results import FrameTime

_FIELDS = {field.value: field for field in Field}


def load_dives(connection: Connection, video_id: str) -> VideoDives:
    """All dives of a video.

    Raises:
        DamagedError: if what is stored makes no sense.
    """
    runs = read_runs(connection)
    frame_count = connection.execute(select(VideoRow.frame_count).where(VideoRow.id == video_id)).scalar_one()
    with making_sense_of("dives"), _without_garbage_collection():
        states = _read_states(connection, video_id, Provenances(runs))
        _read_values(connection, video_id, states)
        for state in states.values():
            _check_state(state, frame_count)
        return VideoDives(states.values(), runs)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Half the time to load 10,000 dives would go into looking for garbage among objects that all stay."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_states(connection: Connection, video_id: str, provenances: Provenances) -> dict[str, DiveState]:
    predicted = PredictedDiveRow
    query = (
        select(
            DiveRow.id,
            DiveRow.source,
            DiveRow.predicted_id,
            DiveRow.is_lost,
            predicted.run_id,
            predicted.start_frame,
            predicted.start_s,
            predicted.end_frame,
            predicted.end_s,
            predicted.board,
            predicted.code,
            predicted.code_probability,
            predicted.score,
            predicted.trajectory_id,
        )
        .join_from(DiveRow, predicted, DiveRow.predicted_id == predicted.id, isouter=True)
        .where(DiveRow.video_id == video_id)
    )
    states: dict[str, DiveState] = {}
    # All rows at once and by position: several times as fast as one by one and by name.
    for dive_id, source, predicted_id, is_lost, *columns, trajectory_id in connection.execute(query).all():
        state = DiveState(dive_id, video_id, "person" if source == "person" else "model", predicted_id, is_lost=is_lost)
        if predicted_id is not None:
            state.predicted = _predicted(columns, trajectory_id, provenances)
            state.predicted_path_id = trajectory_id
        states[dive_id] = state
    return states


def _predicted(columns: list[Any], trajectory_id: str | None, provenances: Provenances) -> PredictedDive:
    run_id, start_frame, start_s, end_frame, end_s, board, code, code_probability, score = columns
    return PredictedDive(
        run_id,
        FrameTime(start_frame, start_s),
        FrameTime(end_frame, end_s),
        board,
        code,
        code_probability,
        score,
        trajectory_id is not None,
        provenances.of_run(run_id),
    )


def _read_values(connection: Connection, video_id: str, states: Mapping[str, DiveState]) -> None:
    stored = DiveValueRow
    query = (
        select(
            stored.dive_id,
            stored.field,
            stored.at_us,
            stored.person,
            stored.run_id,
            stored.frame,
            stored.seconds,
            stored.text,
            stored.trajectory_id,
        )
        .join(DiveRow, DiveRow.id == stored.dive_id)
        .where(DiveRow.video_id == video_id)
    )
    for dive_id, field, at_us, person, run_id, frame, seconds, text, trajectory_id in connection.execute(query).all():
        value = Value(at_us, person, run_id, frame, seconds, text, trajectory_id)
        states[dive_id].values[_FIELDS[field]] = value


def _check_state(state: DiveState, frame_count: int) -> None:
    """Check what a foreign file could say of a dive; whoever goes through its frames trusts the numbers.

    Raises:
        ValueError, TypeError: if something cannot be.
    """
    predicted = state.predicted
    if predicted is not None:
        _check_interval(predicted.start, predicted.end, frame_count)
        _check_type((predicted.board, predicted.code), str)
        _check_type((predicted.score, predicted.code_probability), float)
    start, end = state.time(Field.START), state.time(Field.END)
    if start is not None and end is not None:
        _check_interval(start, end, frame_count)
    _check_type([value.text for value in state.values.values()], str)


def _check_interval(start: FrameTime, end: FrameTime, frame_count: int) -> None:
    _check_type((start.frame, end.frame), int)
    if not (0 <= start.frame <= end.frame < frame_count and math.isfinite(start.seconds + end.seconds)):
        raise ValueError(f"{start} to {end} in a video of {frame_count} frames")


def _check_type(values: Iterable[object], wanted: type) -> None:
    for value in values:
        if value is not None and not isinstance(value, wanted):
            raise TypeError(f"{value!r}")


def read_probabilities(connection: Connection, predicted_id: str | None) -> dict[str, dict[str, float]]:
    """The probability of each value of each dive-code attribute of a predicted dive; empty if the model has none."""
    query = select(PredictedAttributeRow.__table__).where(PredictedAttributeRow.predicted_id == predicted_id)
    result: dict[str, dict[str, float]] = {}
    for row in connection.execute(query):
        result.setdefault(row.attribute, {})[row.value] = row.probability
    return result


def video_of(connection: Connection, dive_id: str) -> str | None:
    """The video that a dive belongs to; None for an unknown dive."""
    row: Row[Any] | None = connection.execute(select(DiveRow.video_id).where(DiveRow.id == dive_id)).first()
    return None if row is None else str(row.video_id)
