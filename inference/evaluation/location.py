"""Where: from candidate locations to a tracked diver, and how far off the track is (thesis sections 5.4.2 and 5.4.4).

Candidates come from any network, picture by picture, as an array (pictures, candidates, 3) of x and y as shares of the
picture's width and height and a confidence; those of a diver locator and those of the dive detector have the same form.
MSAC fits a path to them in stabilised coordinates, and what is measured is that path. The camera's motion is the one
that the data set knows, as the dives' extents in time are: what is compared is the locating alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from inference.dataset.schema import DiveRecord, Source
from inference.diving.trajectory import fit_path
from inference.evaluation.detection import UNKNOWN_BOARD
from inference.evaluation.tracking import REFERENCE_SIZE, TrackingScores, score_tracking
from inference.results import CameraMotion, Candidate, FloatArray, FrameTime, Trajectory

TRACKED_PX = 6
"""A dive is tracked if the mean distance over its pictures is below so many px at `REFERENCE_SIZE`."""

OUTLIER_PX = 3.0
"""Algorithm 5.3's threshold, px of a picture `THRESHOLD_WIDTH_PX` wide, the network's own."""

THRESHOLD_WIDTH_PX = 160

PERCENTILES = (50, 75, 90, 95, 99)
"""Of the dives' distances, in `LocationScores`."""

_MIN_TIMES = 3


@dataclass(frozen=True, slots=True, eq=False)
class TrueLocations:
    """Where the diver really is in the pictures of one dive that are looked at.

    Args:
        dive_id: in the data set.
        board: its key, or `UNKNOWN_BOARD`.
        camera_kind: how the video was held, one of `CAMERA_KINDS`.
        times: of the n pictures.
        points: (n, 2) image coordinates; NaN where not known.
        camera: its motion during the dive.
        size: (width, height) of the video.
    """

    dive_id: str
    board: str
    camera_kind: str
    times: tuple[FrameTime, ...]
    points: FloatArray
    camera: CameraMotion
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class TrackedDive:
    """How well one dive was located, px at `REFERENCE_SIZE`.

    distance_px is the mean distance of the fitted path over the dive's pictures, infinite without a path;
    candidates_px the median distance of each picture's best candidate, infinite if most pictures have none.
    """

    dive_id: str
    board: str
    camera_kind: str
    distance_px: float
    candidates_px: float


@dataclass(frozen=True, slots=True)
class LocationScores:
    """Scores of many dives: of all, by board and by camera, both in the order of their names.

    path_percentiles_px and candidate_percentiles_px are the `PERCENTILES` of the dives' distances, px at
    `REFERENCE_SIZE`; a dive without a path, or without candidates, is farther off than any other, and a percentile that
    falls on one is None.
    """

    tracking: TrackingScores
    candidates_px: float | None
    path_percentiles_px: tuple[float | None, ...]
    candidate_percentiles_px: tuple[float | None, ...]
    by_board: dict[str, TrackingScores]
    by_camera: dict[str, TrackingScores]


def true_locations(dive: DiveRecord, source: Source, kind: str, stride: int = 1) -> TrueLocations:
    """Every so many frames of a dive's video, those within the dive: the path through its camera, else frame labels.

    Args:
        dive: of the source.
        source: the video.
        kind: of its camera, see `camera_kind`.
        stride: every how many frames of the video one is looked at.
    """
    start, end = dive.interval.start, dive.interval.end
    frame_s = dive.interval.duration_s / max(end.frame - start.frame, 1)
    labelled = {labels.time.frame: labels for labels in dive.frames}
    times, points = [], []
    for frame in range(-(-start.frame // stride) * stride, end.frame + 1, stride):
        labels = labelled.get(frame)
        times.append(labels.time if labels else FrameTime(frame, start.seconds + frame_s * (frame - start.frame)))
        box = labels.box if labels else None
        middle = None if box is None else (box[0] + box[2] / 2, box[1] + box[3] / 2)
        points.append((labels.centre_of_mass if labels else None) or middle or (np.nan, np.nan))
    trajectory = dive.trajectory
    return TrueLocations(
        dive_id=dive.id,
        board=dive.board or UNKNOWN_BOARD,
        camera_kind=kind,
        times=tuple(times),
        points=np.array(points).reshape(-1, 2) if trajectory is None else trajectory.image_points(times),
        camera=CameraMotion.fixed(start.frame) if trajectory is None else trajectory.camera,
        size=(source.width, source.height),
    )


def fitted_path(
    candidates: npt.NDArray[np.float32], true: TrueLocations, *, least_confidence: float = 0.0, seed: int = 0
) -> Trajectory | None:
    """The path that MSAC finds among a dive's candidates; None if they are at fewer than three different times.

    Args:
        candidates: (n, k, 3), of the dive's n pictures; see above.
        true: the dive, for its times, camera and size.
        least_confidence: only surer candidates are looked at.
        seed: of the samples.
    """
    width, height = true.size
    chosen = [
        Candidate(time.frame, time.seconds, float(x) * width, float(y) * height, min(float(confidence), 1.0))
        for time, picture in zip(true.times, candidates, strict=True)
        for x, y, confidence in picture
        if confidence > least_confidence
    ]
    if len({candidate.seconds for candidate in chosen}) < _MIN_TIMES:
        return None
    return fit_path(chosen, true.camera, tau_px=OUTLIER_PX * width / THRESHOLD_WIDTH_PX, seed=seed)


def tracked_dive(
    candidates: npt.NDArray[np.float32], true: TrueLocations, *, least_confidence: float = 0.0
) -> TrackedDive:
    """How well candidates locate a dive; the arguments are those of `fitted_path`."""
    path = fitted_path(candidates, true, least_confidence=least_confidence)
    distance_px = np.inf if path is None else _mean_px(path.image_points(true.times), true)
    best = candidates[:, 0].astype(np.float64)
    off_px = np.linalg.norm(best[:, :2] * REFERENCE_SIZE - _at_reference(true.points, true), axis=1)
    off_px[best[:, 2] <= least_confidence] = np.inf
    known = off_px[~np.isnan(true.points[:, 0])]
    candidates_px = float(np.sort(known)[len(known) // 2]) if len(known) else np.inf
    return TrackedDive(true.dive_id, true.board, true.camera_kind, distance_px, candidates_px)


def score_locations(dives: Sequence[TrackedDive]) -> LocationScores:
    """Scores of dives together; where none is known, there is no number."""
    finite = [dive.candidates_px for dive in dives if np.isfinite(dive.candidates_px)]
    return LocationScores(
        tracking=score_tracking([dive.distance_px for dive in dives]),
        candidates_px=float(np.median(finite)) if finite else None,
        path_percentiles_px=_percentiles([dive.distance_px for dive in dives]),
        candidate_percentiles_px=_percentiles([dive.candidates_px for dive in dives]),
        by_board=_grouped((dive.board, dive.distance_px) for dive in dives),
        by_camera=_grouped((dive.camera_kind, dive.distance_px) for dive in dives),
    )


def _percentiles(distances_px: Sequence[float]) -> tuple[float | None, ...]:
    if not distances_px:
        return (None,) * len(PERCENTILES)
    values = np.percentile(distances_px, PERCENTILES, method="inverted_cdf")
    return tuple(float(value) if np.isfinite(value) else None for value in values)


def _grouped(dives: Iterable[tuple[str, float]]) -> dict[str, TrackingScores]:
    ordered = sorted(dives)
    return {
        name: score_tracking([distance for _, distance in group])
        for name, group in groupby(ordered, key=lambda dive: dive[0])
    }


def _at_reference(points: FloatArray, true: TrueLocations) -> FloatArray:
    return points * np.divide(REFERENCE_SIZE, true.size)


def _mean_px(points: FloatArray, true: TrueLocations) -> float:
    off_px = np.linalg.norm(_at_reference(points - true.points, true), axis=1)
    known = off_px[~np.isnan(off_px)]
    return float(known.mean()) if len(known) else float("inf")
