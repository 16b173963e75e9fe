"""Storing what a run of a model says: it replaces earlier predictions in its frames and never touches human work.

A dive of the run that overlaps a known one (temporal IoU of at least 0.5 with its effective or predicted interval)
becomes that dive's prediction; so rejected dives stay rejected and deleted ones do not come back. A known dive that
the run does not find goes, unless a person has worked on it: then it stays as it is, and counts as lost by the model.
Predictions that reach beyond the run's frames are left alone. A run that is an addition to another one, such as the
dives that only a second method finds, replaces nothing but its own signals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.document.edits import check_interval
from app.document.errors import DocumentError
from app.document.ids import new_id
from app.document.matching import Known, match
from app.document.records import Field, Video
from app.document.runs import insert_run
from app.document.schema import (
    ArrayRow,
    DiveRow,
    EditChangeRow,
    EditRow,
    KeypointRow,
    KeypointTrackRow,
    PredictedAttributeRow,
    PredictedDiveRow,
    TrajectoryRow,
)
from app.document.signals import replace_signals
from app.document.states import DiveState
from app.document.trajectories import Origin, store_trajectory
from inference.results import DetectedDive, FrameTime, Interval, Predictions


def store_run(
    connection: Connection,
    video: Video,
    states: Sequence[DiveState],
    predictions: Predictions,
    person: str,
    at_us: int,
    *,
    is_addition: bool = False,
) -> str:
    """Store one run over a video whose dives are given and return the run's id.

    An addition says only what an earlier run has missed: what that one has said stays beside it.

    Raises:
        DocumentError: if the run speaks of frames that the video does not have.
    """
    check_predictions(predictions, video.frame_count)
    run_id = insert_run(connection, video.id, predictions, person, at_us)
    frames = (predictions.first_frame, predictions.last_frame)
    known = [dive for state in states if (dive := _known(state, frames)).intervals]
    matched = match([dive.interval for dive in predictions.dives], known)
    standing = {state.id for state in states if state.predicted is not None and not state.is_lost}
    replaced = [] if is_addition else [state for state in states if _lies_within(state, frames)]
    standing -= {state.id for state in replaced}
    new_ids = _insert_predicted(
        connection,
        video.id,
        run_id,
        at_us,
        {place: dive for place, dive in enumerate(predictions.dives) if matched.get(place) not in standing},
    )
    found_again = {matched[place]: predicted_id for place, predicted_id in new_ids.items() if place in matched}
    missed = [state for state in replaced if state.id not in found_again]
    gone = _lose(connection, video.id, missed)
    _attach(connection, video.id, found_again, [new_ids[place] for place in new_ids if place not in matched])
    _remove_predicted(connection, video.id, [state for state in states if state.id in gone or state.id in found_again])
    _remove_dives(connection, sorted(gone - _logged_dives(connection, video.id)))
    replace_signals(connection, video.id, run_id, frames, predictions.signals, are_others_kept=is_addition)
    return run_id


def check_predictions(predictions: Predictions, frame_count: int) -> None:
    """Check that a run fits its video.

    Raises:
        DocumentError: if a dive, a signal or the run itself lies outside, or a number is not finite.
    """
    first, last = predictions.first_frame, predictions.last_frame
    if not 0 <= first <= last < frame_count:
        raise DocumentError(f"A run over frames {first} to {last} does not fit a video of {frame_count} frames.")
    for dive in predictions.dives:
        check_interval(dive.interval.start, dive.interval.end, frame_count)
        if not math.isfinite(dive.score):
            raise DocumentError(f"The dive at frame {dive.interval.start.frame} has a score that is not a number.")
    for signal in predictions.signals:
        if signal.first_frame < first or signal.first_frame + len(signal.values) - 1 > last:
            raise DocumentError(f"The {signal.name} signal does not lie within the run's frames {first} to {last}.")


def _lies_within(state: DiveState, frames: tuple[int, int]) -> bool:
    predicted = state.predicted
    return predicted is not None and frames[0] <= predicted.start.frame and predicted.end.frame <= frames[1]


def _known(state: DiveState, frames: tuple[int, int]) -> Known:
    """The dive's intervals as the run could have seen them: cut to the run's frames."""
    start, end = state.time(Field.START), state.time(Field.END)
    intervals = {(start.frame, end.frame)} if start is not None and end is not None else set()
    if state.predicted is not None:
        intervals.add((state.predicted.start.frame, state.predicted.end.frame))
    return Known(
        state.id,
        tuple(
            Interval(FrameTime(max(first, frames[0]), 0.0), FrameTime(min(last, frames[1]), 0.0))
            for first, last in intervals
            if first <= frames[1] and last >= frames[0]
        ),
    )


def _insert_predicted(
    connection: Connection, video_id: str, run_id: str, at_us: int, found: Mapping[int, DetectedDive]
) -> dict[int, str]:
    """Write dives of the run, given by their place in it; the new row's id for each place."""
    ids = {place: new_id() for place in found}
    rows, attributes = [], []
    for place, predicted_id in ids.items():
        dive = found[place]
        trajectory_id = None
        if dive.trajectory is not None:
            origin = Origin(at_us, run_id=run_id)
            trajectory_id = store_trajectory(connection, video_id, dive.trajectory, origin, is_kept=False)
        rows.append(
            {
                "id": predicted_id,
                "video_id": video_id,
                "run_id": run_id,
                "start_frame": dive.interval.start.frame,
                "start_s": dive.interval.start.seconds,
                "end_frame": dive.interval.end.frame,
                "end_s": dive.interval.end.seconds,
                "board": dive.board,
                "code": dive.code,
                "code_probability": dive.code_probability,
                "score": dive.score,
                "trajectory_id": trajectory_id,
            }
        )
        attributes += [
            {"predicted_id": predicted_id, "attribute": attribute, "value": value, "probability": probability}
            for attribute, probabilities in dive.attribute_probabilities.items()
            for value, probability in probabilities.items()
        ]
    if rows:
        connection.execute(insert(PredictedDiveRow), rows)
    if attributes:
        connection.execute(insert(PredictedAttributeRow), attributes)
    return ids


def _attach(connection: Connection, video_id: str, found_again: Mapping[str, str], new: Sequence[str]) -> None:
    """Give known dives their new prediction, and make dives for what nobody has seen before."""
    if found_again:
        rows = [{"key": dive_id, "new": predicted_id} for dive_id, predicted_id in found_again.items()]
        connection.execute(_SET_PREDICTED, rows)
    if new:
        row = {"video_id": video_id, "source": "model", "is_lost": False}
        connection.execute(insert(DiveRow), [{**row, "id": new_id(), "predicted_id": one} for one in new])


_SET_PREDICTED = (
    update(DiveRow).where(DiveRow.id == bindparam("key")).values(predicted_id=bindparam("new"), is_lost=False)
)
_SET_LOST = update(DiveRow).where(DiveRow.id == bindparam("key")).values(is_lost=True)


def _lose(connection: Connection, video_id: str, missed: Sequence[DiveState]) -> set[str]:
    """Mark dives with human work as lost; take the prediction from the others, whose ids are returned."""
    placed = _dives_with_keypoints(connection, video_id) if missed else set()
    gone = {state.id for state in missed if not state.values and state.id not in placed}
    lost = [{"key": state.id} for state in missed if state.id not in gone]
    if lost:
        connection.execute(_SET_LOST, lost)
    if gone:
        connection.execute(_SET_PREDICTED, [{"key": dive_id, "new": None} for dive_id in gone])
    return gone


def _dives_with_keypoints(connection: Connection, video_id: str) -> set[str]:
    has_keypoints = select(KeypointRow.dive_id).where(KeypointRow.dive_id == DiveRow.id).exists()
    return set(connection.scalars(select(DiveRow.id).where(DiveRow.video_id == video_id, has_keypoints)))


def _logged_dives(connection: Connection, video_id: str) -> set[str]:
    query = select(EditChangeRow.dive_id).join(EditRow, EditRow.id == EditChangeRow.edit_id)
    return set(connection.scalars(query.where(EditRow.video_id == video_id).distinct()))


def _remove_dives(connection: Connection, dive_ids: Sequence[str]) -> None:
    doomed = set(dive_ids)
    query = select(KeypointTrackRow.array_id, KeypointTrackRow.dive_id)
    arrays = [row.array_id for row in connection.execute(query) if row.dive_id in doomed]
    _remove(connection, KeypointTrackRow.array_id, arrays)
    _remove(connection, ArrayRow.id, arrays)
    _remove(connection, DiveRow.id, dive_ids)


def _remove_predicted(connection: Connection, video_id: str, replaced: Sequence[DiveState]) -> None:
    """Remove replaced predictions, and their trajectories unless a human value or the log refers to them."""
    _remove(connection, PredictedAttributeRow.predicted_id, [state.predicted_id for state in replaced])
    _remove(connection, PredictedDiveRow.id, [state.predicted_id for state in replaced])
    query = select(TrajectoryRow.id, TrajectoryRow.candidates_id, TrajectoryRow.camera_id)
    query = query.where(TrajectoryRow.video_id == video_id, TrajectoryRow.is_kept.is_(False))
    free = {row.id: (row.candidates_id, row.camera_id) for row in connection.execute(query)}
    paths = [state.predicted_path_id for state in replaced if state.predicted_path_id in free]
    _remove(connection, TrajectoryRow.id, paths)
    _remove(connection, ArrayRow.id, [array_id for path in paths if path is not None for array_id in free[path]])


def _remove(connection: Connection, column: InstrumentedAttribute[str], keys: Sequence[str | None]) -> None:
    """Delete the rows whose column has one of the keys."""
    if keys:
        connection.execute(delete(column.class_).where(column == bindparam("key")), [{"key": key} for key in keys])
