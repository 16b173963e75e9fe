"""The keypoints of a dive, as a pose model sees them in the crop that follows the diver. Knows no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from app.document.records import KeypointTrack
from app.posing import Stretch, find_poses
from inference.diving.boards import Board
from inference.diving.crops import crop_side_px
from inference.pose.crop_map import whole_crop
from inference.progress import CancelToken, Progress
from inference.results import Interval, Trajectory

if TYPE_CHECKING:
    from inference.pose.crop_estimator import CropPoseEstimator
    from inference.video.reader import FrameReader

_TRUNK: Final = frozenset(f"{side}_{joint}" for side in ("left", "right") for joint in ("shoulder", "hip"))


def dive_track(
    reader: FrameReader,
    estimator: CropPoseEstimator,
    interval: Interval,
    trajectory: Trajectory,
    *,
    frames: tuple[int, int],
    board: Board | None = None,
    tries_turns: bool = False,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> KeypointTrack:
    """A dive's keypoints in frames first to last (inclusive).

    Args:
        reader: of the dive's video.
        estimator: the model.
        interval: the dive's start and end.
        trajectory: the dive's path, which the crop follows.
        frames: first and last.
        board: where the dive started, if known; it tells how large the diver is.
        tries_turns: whether the model knows upright people only, so that the crop is turned until it is sure.
        progress: told how far it is.
        cancel: stops it.

    Returns:
        The keypoints; not a number in frames that cannot be decoded.

    Raises:
        ModelError: if the model cannot be run.
        VideoError: if the video cannot be read.
        Cancelled: if cancelled.
    """
    first, last = frames
    index = reader.index
    side = crop_side_px(trajectory, interval, board, (index.width, index.height))
    points = trajectory.image_points([index.time(frame) for frame in range(first, last + 1)])
    regions = tuple(whole_crop(x - side / 2, y - side / 2, side, side) for x, y in points.tolist())
    turns = tries_turns and set(estimator.skeleton.joints) >= _TRUNK
    values = np.full((len(regions), len(estimator.skeleton.joints), 3), np.nan, np.float32)
    depths: npt.NDArray[np.float32] | None = None
    for pose, _ in find_poses(estimator, reader, Stretch(first, last, regions), turns=turns, cancel=cancel):
        place = pose.time.frame - first
        values[place, :, :2], values[place, :, 2] = pose.keypoints, pose.scores
        if pose.depths is not None:
            depths = np.full(values.shape[:2], np.nan, np.float32) if depths is None else depths
            depths[place] = pose.depths
        if progress is not None:
            progress((place + 1) / len(values), "Finding the diver's joints")
    return KeypointTrack(estimator.identity, first, estimator.skeleton.joints, values, depths)


def known_board(key: str | None) -> Board | None:
    """The board of a key; None for none, or for one that diving does not know."""
    try:
        return Board.from_key(key) if key else None
    except ValueError:
        return None
