"""Dives of a review as records of a data set."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from app.document import records as document_records
from app.document.document import ReviewDocument
from app.document.records import Dive, Video
from app.exports.selection import VideoSelection
from app.exports.video_source import FrameClock
from inference.dataset.schema import (
    DiveRecord,
    FrameLabels,
    Keypoint,
    KeypointTrack,
    Prediction,
    Provenance,
    Skeleton,
    Visibility,
)
from inference.progress import CancelToken
from inference.results import DetectedDive, FrameTime, Trajectory

VISIBILITIES: Mapping[document_records.Visibility, Visibility] = {
    document_records.Visibility.VISIBLE: Visibility.VISIBLE,
    document_records.Visibility.HIDDEN: Visibility.OCCLUDED,
    document_records.Visibility.ABSENT: Visibility.OUT_OF_FRAME,
}
"""What the data set calls a person's judgement of a keypoint."""


class DiveRecords:
    """Turns the dives of one review into records.

    Args:
        document: the review.
        cancel: stops the indexing of a video whose frame times are needed.
    """

    def __init__(self, document: ReviewDocument, cancel: CancelToken | None = None) -> None:
        self._document = document
        self._cancel = cancel
        self._clocks: dict[str, FrameClock] = {}
        self._names: tuple[str, ...] = ()

    def skeleton(self, selections: Sequence[VideoSelection]) -> Skeleton | None:
        """The keypoints that occur in the dives, in the order of the first track or label; None if there are none."""
        names: dict[str, None] = {}
        for selection in selections:
            for dive in selection.dives:
                for _, track in self._document.keypoint_tracks(dive.id):
                    names.update(dict.fromkeys(track.names))
                for frame in self._document.labelled_frames(dive.id):
                    names.update(dict.fromkeys(self._document.keypoints(dive.id, frame)))
        self._names = tuple(names)
        return Skeleton("keypoints", self._names) if names else None

    def record(self, video: Video, dive: Dive) -> DiveRecord:
        """One dive with everything that hangs on it; `skeleton` must have been asked for before."""
        return DiveRecord(
            id=dive.id,
            source_id=video.id,
            interval=dive.interval,
            board=dive.board,
            code=dive.code,
            status=dive.status.value,
            origin=dive.source,
            note=dive.note,
            score=dive.score,
            code_probability=dive.code_probability,
            trajectory=_finite(self._document.trajectory(dive.id)),
            frames=self._frames(video, dive),
            human_fields=dive.human_fields,
            prediction=self._prediction(dive),
            predicted_keypoints=tuple(self._tracks(dive)),
            provenance={name: provenance_record(value) for name, value in dive.provenance.items()},
        )

    def _prediction(self, dive: Dive) -> Prediction | None:
        predicted = dive.predicted
        if predicted is None:
            return None
        return Prediction(
            predicted.run_id,
            DetectedDive(
                interval=predicted.interval,
                score=predicted.score,
                trajectory=_finite(self._document.predicted_trajectory(dive.id)),
                board=predicted.board,
                code=predicted.code,
                code_probability=predicted.code_probability,
                attribute_probabilities=self._document.attribute_probabilities(dive.id),
            ),
        )

    def _tracks(self, dive: Dive) -> Iterable[KeypointTrack]:
        for run_id, track in self._document.keypoint_tracks(dive.id):
            values = np.full((len(track.values), len(self._names), 3), np.nan, dtype=np.float32)
            places = [self._names.index(name) for name in track.names]
            values[:, places] = track.values
            depths = None
            if track.depths is not None:
                depths = np.full(values.shape[:2], np.nan, dtype=np.float32)
                depths[:, places] = track.depths
            yield KeypointTrack(run_id, track.first_frame, values, depths)

    def _frames(self, video: Video, dive: Dive) -> tuple[FrameLabels, ...]:
        """The frames in which a keypoint was placed or interpolated, with all keypoints that count there."""
        frames = self._document.labelled_frames(dive.id)
        if not frames:
            return ()
        clock = self._clocks.setdefault(video.id, FrameClock(video, self._cancel))
        times = clock.times(frames, [dive.start, dive.end])
        return tuple(self._frame(dive, time) for time in times)

    def _frame(self, dive: Dive, time: FrameTime) -> FrameLabels:
        points = self._document.keypoints(dive.id, time.frame)
        return FrameLabels(
            time=time,
            keypoints=tuple(_keypoint(points.get(name)) for name in self._names),
            provenance={name: provenance_record(point.provenance) for name, point in points.items()},
        )


def provenance_record(provenance: document_records.Provenance) -> Provenance:
    """Who made a value and when, as the data set says it."""
    return Provenance(provenance.kind, provenance.name, provenance.at, provenance.version, provenance.weights_hash)


def _keypoint(point: document_records.Keypoint | None) -> Keypoint | None:
    if point is None:
        return None
    confidence = None if point.is_placed or point.predicted is None else point.predicted[2]
    score = confidence if confidence is not None and 0 <= confidence <= 1 else None
    is_predicted = not point.is_depth_human and (not point.is_interpolated or point.depth == point.predicted_depth)
    depth = None if is_predicted else point.depth
    return Keypoint(point.x, point.y, VISIBILITIES[point.visibility], score, point.is_interpolated, depth)


def _finite(trajectory: Trajectory | None) -> Trajectory | None:
    """A boundless uncertainty says as little as none, and JSON has no word for it."""
    if trajectory is None or trajectory.scale_uncertainty is None or math.isfinite(trajectory.scale_uncertainty):
        return trajectory
    return dataclasses.replace(trajectory, scale_uncertainty=None)
