"""Poses in a picture, or along a stretch of video: which parts are looked at, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from inference.diving.boards import Board
from inference.pose.crop_estimator import CropPoseEstimator
from inference.pose.crop_map import CropRegion, Picture, whole_crop
from inference.pose.upright_search import estimate_upright
from inference.progress import CancelToken
from inference.results import FloatArray, FrameTime, Trajectory

if TYPE_CHECKING:
    from app.document.document import ReviewDocument
    from app.document.records import Dive, Video
    from inference.video.reader import FrameReader

AT_ONCE = 8
"""Frames that a model is shown at once."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundPose:
    """One person's pose in one frame.

    Args:
        time: of the frame.
        region: where the model looked, with the turn in which it was surest.
        keypoints: (K, 2) image coordinates.
        scores: (K,) in [0, 1].
        depths: (K,) px, see `EstimatedPoses`; None if the model does not know.
    """

    time: FrameTime
    region: CropRegion
    keypoints: FloatArray
    scores: FloatArray
    depths: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames first to last, both included, and where to look in them: one place, or one for each frame."""

    first: int
    last: int
    regions: tuple[CropRegion, ...]

    def region(self, frame: int) -> CropRegion:
        """Where to look in a frame."""
        return self.regions[frame - self.first] if len(self.regions) > 1 else self.regions[0]

    def within(self, frames: tuple[int, int] | None) -> Stretch | None:
        """The part from one frame to another, both included; None if there is none."""
        if frames is None:
            return self
        first, last = max(self.first, frames[0]), min(self.last, frames[1])
        if first > last:
            return None
        regions = self.regions[first - self.first : last - self.first + 1] if len(self.regions) > 1 else self.regions
        return Stretch(first, last, regions)

    def with_side(self, side_px: float) -> Stretch:
        """The same with square crops of another side around the same places."""
        half = side_px / 2
        regions = [whole_crop(x - half, y - half, side_px, side_px) for x, y in (each.middle for each in self.regions)]
        return Stretch(self.first, self.last, tuple(regions))


def dive_stretches(document: ReviewDocument, video: Video, frame_times: npt.NDArray[np.float64]) -> list[Stretch]:
    """The tracked crops of all dives of a video that have a path and were not rejected.

    Args:
        document: the review.
        video: one of its videos.
        frame_times: (frames,) seconds of the video's frames.
    """
    stretches = []
    for dive in document.dives(video.id):
        trajectory = document.trajectory(dive.id)
        if trajectory is not None and may_have_poses(dive):
            stretches.append(dive_stretch(dive, trajectory, (video.width, video.height), frame_times))
    return stretches


def may_have_poses(dive: Dive) -> bool:
    """Whether the diver can be followed: there is a path, and nobody has rejected the dive."""
    from app.document.records import ReviewStatus

    return dive.has_path and dive.status is not ReviewStatus.REJECTED


def dive_stretch(
    dive: Dive, trajectory: Trajectory, picture_size: tuple[int, int], frame_times: npt.NDArray[np.float64]
) -> Stretch:
    """The tracked crops of one dive.

    Args:
        dive: with its start and end.
        trajectory: the diver's path.
        picture_size: (width, height), px.
        frame_times: (frames,) seconds of the video's frames.
    """
    from inference.diving.crops import crop_side_px

    side = crop_side_px(trajectory, dive.interval, _board(dive.board), picture_size)
    frames = range(dive.start.frame, dive.end.frame + 1)
    points = trajectory.image_points([FrameTime(frame, float(frame_times[frame])) for frame in frames])
    regions = tuple(whole_crop(x - side / 2, y - side / 2, side, side) for x, y in points.tolist())
    return Stretch(frames.start, frames.stop - 1, regions)


def find_poses(
    estimator: CropPoseEstimator,
    reader: FrameReader,
    stretch: Stretch,
    *,
    turns: bool = False,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[FoundPose, Picture]]:
    """The poses of a stretch of video, in its order, with the pictures.

    Args:
        estimator: what finds them.
        reader: of the video.
        stretch: of it.
        turns: whether to turn the pictures until the person is upright.
        cancel: stops it.

    Raises:
        VideoError: if the video cannot be read.
        ModelError: if the model cannot be run.
        Cancelled: if cancelled.
    """
    waiting: list[tuple[FrameTime, Picture]] = []
    for time, picture in reader.frames(stretch.first, stretch.last + 1):
        if cancel is not None:
            cancel.raise_if_cancelled()
        waiting.append((time, picture))
        if len(waiting) == AT_ONCE:
            yield from _found(estimator, waiting, stretch, turns)
            waiting = []
    if waiting:
        yield from _found(estimator, waiting, stretch, turns)


def pose_in_picture(
    estimator: CropPoseEstimator, picture: Picture, region: CropRegion | None, *, turns: bool = False
) -> FoundPose:
    """The pose in a single picture.

    Args:
        estimator: what finds it.
        picture: (height, width, 3) BGR.
        region: where to look; None for all of it.
        turns: whether to turn the picture until the person is upright.

    Raises:
        ModelError: if the model cannot be run.
    """
    place = region or whole_crop(0, 0, picture.shape[1], picture.shape[0])
    stretch = Stretch(0, 0, (place,))
    found, _ = next(_found(estimator, [(FrameTime(0, 0.0), picture)], stretch, turns))
    return found


def _found(
    estimator: CropPoseEstimator, frames: Sequence[tuple[FrameTime, Picture]], stretch: Stretch, turns: bool
) -> Iterator[tuple[FoundPose, Picture]]:
    pictures = [picture for _, picture in frames]
    regions = [stretch.region(time.frame) for time, _ in frames]
    if turns:
        poses, regions = estimate_upright(estimator, pictures, regions)
    else:
        poses = estimator.estimate(pictures, regions)
    for place, (time, picture) in enumerate(frames):
        depths = poses.depths[place] if poses.depths is not None else None
        yield FoundPose(time, regions[place], poses.keypoints[place], poses.scores[place], depths), picture


def _board(key: str | None) -> Board | None:
    try:
        return Board.from_key(key) if key else None
    except ValueError:
        return None
