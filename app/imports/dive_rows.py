"""Records of dives as rows of a review: the prediction, and the values that stand beside it and win."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, insert

from app.document.arrays import store_array
from app.document.ids import new_id
from app.document.keypoints import track_array
from app.document.records import Field, Visibility
from app.document.schema import DiveRow, KeypointTrackRow, PredictedAttributeRow, PredictedDiveRow
from app.document.trajectories import HumanTouch, Origin, keep, store_touch, store_trajectory
from app.document.values import Assignment, Key, Value, write
from app.imports.runs import ImportedRuns, to_us
from inference.dataset import schema
from inference.dataset.schema import DiveRecord, Manifest, Provenance
from inference.results import FrameTime, Trajectory

VISIBILITIES = {
    schema.Visibility.VISIBLE: Visibility.VISIBLE,
    schema.Visibility.OCCLUDED: Visibility.HIDDEN,
    schema.Visibility.UNDER_WATER: Visibility.HIDDEN,
    schema.Visibility.OUT_OF_FRAME: Visibility.ABSENT,
}
"""What a review calls the visibilities of a data set."""

_REVIEW_ID = re.compile(r"[0-9a-f]{32}")


class DiveRows:
    """Writes dives, one after another.

    Args:
        connection: in the transaction of the import.
        manifest: that of the data set.
    """

    def __init__(self, connection: Connection, manifest: Manifest) -> None:
        self._connection = connection
        self._manifest = manifest

    def add(self, dive: DiveRecord, runs: ImportedRuns) -> None:
        """Write one dive of a video whose runs are given. It keeps its id if that is one of a review."""
        dive_id = dive.id if _REVIEW_ID.fullmatch(dive.id) else new_id()
        predicted_id, predicted_path_id = self._add_prediction(dive, runs)
        source = "person" if dive.origin == "person" else "model"
        self._connection.execute(
            insert(DiveRow),
            {
                "id": dive_id,
                "video_id": runs.video_id,
                "source": source,
                "predicted_id": predicted_id,
                "is_lost": False,
            },
        )
        values = _Values(self._connection, self._manifest, dive, runs, predicted_path_id)
        assignments = [
            Assignment(Key(dive_id, field), None, value) for field, value in values.standing() if value is not None
        ]
        write(self._connection, [*assignments, *self._keypoints(dive, dive_id)])
        self._add_tracks(dive, dive_id, runs)

    def _add_prediction(self, dive: DiveRecord, runs: ImportedRuns) -> tuple[str | None, str | None]:
        """Ids of the prediction and of its path, if there are any."""
        if dive.prediction is None:
            return None, None
        predicted, origin, predicted_id = dive.prediction.dive, runs.origin(dive.prediction.run_id), new_id()
        path_id = None
        if predicted.trajectory is not None:
            path_id = store_trajectory(self._connection, runs.video_id, predicted.trajectory, origin, is_kept=False)
        interval = predicted.interval
        self._connection.execute(
            insert(PredictedDiveRow),
            {
                "id": predicted_id,
                "video_id": runs.video_id,
                "run_id": origin.run_id,
                "start_frame": interval.start.frame,
                "start_s": interval.start.seconds,
                "end_frame": interval.end.frame,
                "end_s": interval.end.seconds,
                "board": predicted.board,
                "code": predicted.code,
                "code_probability": predicted.code_probability,
                "score": predicted.score,
                "trajectory_id": path_id,
            },
        )
        attributes = [
            {"predicted_id": predicted_id, "attribute": attribute, "value": value, "probability": probability}
            for attribute, probabilities in predicted.attribute_probabilities.items()
            for value, probability in probabilities.items()
        ]
        if attributes:
            self._connection.execute(insert(PredictedAttributeRow), attributes)
        return predicted_id, path_id

    def _keypoints(self, dive: DiveRecord, dive_id: str) -> Iterator[Assignment]:
        """The keypoints that a person placed or had interpolated."""
        names = self._manifest.skeleton.keypoints if self._manifest.skeleton else ()
        for labels in dive.frames:
            for name, point in zip(names, labels.keypoints or (), strict=False):
                maker = labels.provenance.get(name)
                if point is None or maker is None or maker.kind != "person":
                    continue
                value = Value(
                    to_us(maker.at),
                    person=maker.name,
                    seconds=labels.time.seconds,
                    x=point.x,
                    y=point.y,
                    visibility=int(VISIBILITIES[point.visibility]),
                    is_interpolated=point.is_interpolated,
                    depth=point.depth,
                )
                yield Assignment(Key(dive_id, Field.KEYPOINT, labels.time.frame, name), None, value)

    def _add_tracks(self, dive: DiveRecord, dive_id: str, runs: ImportedRuns) -> None:
        names = self._manifest.skeleton.keypoints if self._manifest.skeleton else ()
        for track in dive.predicted_keypoints:
            if not len(track.values):
                continue
            array_id = store_array(
                self._connection,
                track_array(track.values, track.depths),
                video_id=runs.video_id,
                run_id=runs.origin(track.run_id).run_id,
                kind="keypoints",
                first_frame=track.first_frame,
                last_frame=track.first_frame + len(track.values) - 1,
            )
            self._connection.execute(
                insert(KeypointTrackRow), {"array_id": array_id, "dive_id": dive_id, "names": json.dumps(list(names))}
            )


class _Values:
    """The values of one dive that stand beside its prediction.

    A value stands if a person set it, or if it was kept from a model because the dive has been reviewed or no
    prediction says it. All others follow the prediction.
    """

    def __init__(
        self,
        connection: Connection,
        manifest: Manifest,
        dive: DiveRecord,
        runs: ImportedRuns,
        predicted_path_id: str | None,
    ) -> None:
        self._connection = connection
        self._manifest = manifest
        self._dive = dive
        self._runs = runs
        self._predicted_path_id = predicted_path_id

    def standing(self) -> Iterator[tuple[Field, Value | None]]:
        """Each field with its value, None where none stands."""
        dive = self._dive
        predicted = dive.prediction.dive if dive.prediction else None
        start, end = (predicted.interval.start, predicted.interval.end) if predicted else (None, None)
        yield Field.START, self._time(Field.START, dive.interval.start, start)
        yield Field.END, self._time(Field.END, dive.interval.end, end)
        yield Field.BOARD, self._text(Field.BOARD, dive.board, predicted.board if predicted else None)
        yield Field.CODE, self._text(Field.CODE, dive.code, predicted.code if predicted else None)
        yield Field.PATH, self._path()
        yield Field.NOTE, self._text(Field.NOTE, dive.note or None, None)
        status = None if dive.status == "unreviewed" else dive.status
        yield Field.STATUS, self._text(Field.STATUS, status, None)

    def _time(self, field: Field, time: FrameTime, predicted: FrameTime | None) -> Value | None:
        origin = self._origin(field, is_as_predicted=time == predicted)
        return None if origin is None else _value(origin, frame=time.frame, seconds=time.seconds)

    def _text(self, field: Field, text: str | None, predicted: str | None) -> Value | None:
        if text is None and field not in self._dive.provenance:
            return None
        origin = self._origin(field, is_as_predicted=text == predicted)
        return None if origin is None else _value(origin, text=text)

    def _path(self) -> Value | None:
        trajectory = self._dive.trajectory
        predicted = self._dive.prediction.dive.trajectory if self._dive.prediction else None
        if trajectory is None and Field.PATH not in self._dive.provenance:
            return None
        is_as_predicted = _is_same(trajectory, predicted)
        origin = self._origin(Field.PATH, is_as_predicted=is_as_predicted)
        if origin is None:
            return None
        if trajectory is None:
            return _value(origin)
        if is_as_predicted and origin.person is None and self._predicted_path_id is not None:
            keep(self._connection, self._predicted_path_id)
            return _value(origin, trajectory_id=self._predicted_path_id)
        return _value(origin, trajectory_id=self._store(trajectory, predicted, origin))

    def _store(self, trajectory: Trajectory, predicted: Trajectory | None, origin: Origin) -> str:
        """Write a path as a person's changes to the predicted one where it is that, else by itself; its id."""
        video_id = self._runs.video_id
        if origin.person is not None and predicted is not None and self._predicted_path_id is not None:
            touch = _touch(trajectory, predicted, self._predicted_path_id)
            if touch is not None:
                return store_touch(self._connection, video_id, touch, origin)
        return store_trajectory(self._connection, video_id, trajectory, origin, is_kept=True)

    def _origin(self, field: Field, *, is_as_predicted: bool) -> Origin | None:
        """Who made the field's value; None if the field follows the prediction."""
        dive = self._dive
        maker = dive.provenance.get(field.value) or self._unnamed_maker(field)
        if maker.kind == "person":
            return Origin(to_us(maker.at), person=maker.name)
        has_prediction = dive.prediction is not None and field not in (Field.NOTE, Field.STATUS)
        if dive.status == "unreviewed" and has_prediction and is_as_predicted:
            return None
        return Origin(to_us(maker.at), run_id=self._runs.of_provenance(maker))

    def _unnamed_maker(self, field: Field) -> Provenance:
        """Who is taken to have made a value of which the data set does not say."""
        is_human = self._dive.origin == "person" or field.value in self._dive.human_fields
        kind, name = ("person", "unknown") if is_human else (self._dive.origin, self._manifest.generator)
        return Provenance(kind, name, self._manifest.created)


def _value(
    origin: Origin,
    *,
    frame: int | None = None,
    seconds: float | None = None,
    text: str | None = None,
    trajectory_id: str | None = None,
) -> Value:
    """A value of whoever made it."""
    return Value(
        origin.at_us,
        person=origin.person,
        run_id=origin.run_id,
        frame=frame,
        seconds=seconds,
        text=text,
        trajectory_id=trajectory_id,
    )


def _is_same(first: Trajectory | None, second: Trajectory | None) -> bool:
    """Whether two trajectories say the same."""
    if first is None or second is None:
        return first is second
    return (
        first.path == second.path
        and first.candidates == second.candidates
        and first.scale_uncertainty == second.scale_uncertainty
        and _is_same_camera(first, second)
    )


def _is_same_camera(first: Trajectory, second: Trajectory) -> bool:
    before, after = first.camera, second.camera
    return before.first_frame == after.first_frame and np.array_equal(before.to_stable, after.to_stable)


def _touch(trajectory: Trajectory, predicted: Trajectory, base_id: str) -> HumanTouch | None:
    """What a person changed about the predicted trajectory; None if the trajectory is not a change of it."""
    if len(trajectory.candidates) != len(predicted.candidates) or not _is_same_camera(trajectory, predicted):
        return None
    marks: dict[int, bool] = {}
    for index, (candidate, before) in enumerate(zip(trajectory.candidates, predicted.candidates, strict=True)):
        if candidate != replace(before, is_inlier=candidate.is_inlier):
            return None
        if candidate.is_inlier != before.is_inlier:
            marks[index] = candidate.is_inlier
    path = None if trajectory.path == predicted.path else trajectory.path
    # A path made by hand has no fit whose uncertainty could be known.
    uncertainty = predicted.scale_uncertainty if path is None else None
    if trajectory.scale_uncertainty != uncertainty or (path is None and not marks):
        return None
    return HumanTouch(base_id, path, marks)
