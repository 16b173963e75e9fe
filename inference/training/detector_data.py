"""What the dive detector is trained on: small pictures of whole videos with a label for every frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, overload

import numpy as np
import numpy.typing as npt

from inference.dataset.read import Dataset
from inference.dataset.schema import DiveRecord, Source
from inference.models.detector_input import NETWORK_SIZE
from inference.progress import CancelToken, Progress
from inference.results import FloatArray, FrameTime, Interval
from inference.training.stored_pictures import videos_with_dives

BOUNDARY_SIGMA_S = 0.08
"""How quickly the label of a start or end fades around it: the standard deviation of a bell, seconds."""

_REACH_S = 0.24


class Pictures(Protocol):
    """Pictures of a video in a row, such as a (n, height, width, 3) array of BGR bytes."""

    def __len__(self) -> int: ...

    @overload
    def __getitem__(self, place: int) -> npt.NDArray[np.uint8]: ...

    @overload
    def __getitem__(self, place: slice) -> npt.NDArray[np.uint8]: ...

    def __iter__(self) -> Iterator[npt.NDArray[np.uint8]]: ...


@dataclass(frozen=True, slots=True, eq=False)
class LabelledVideo:
    """One video for training, about 25 pictures of it a second.

    Args:
        pictures: n pictures of the network's size.
        labels: (3, n) start, mid and end labels in [0, 1].
        counts: (n,) whether a picture counts; those of overlapping dives and unlabelled stretches do not.
        positions: (n, 2) of the diver around and during a dive as shares of the picture's width and height; NaN where
            there is none or nobody knows.
        fps: pictures per second.
    """

    pictures: Pictures
    labels: npt.NDArray[np.float32]
    counts: npt.NDArray[np.bool_]
    positions: npt.NDArray[np.float32]
    fps: float


def labels_of(intervals: Sequence[Interval], frame_count: int, fps: float) -> npt.NDArray[np.float32]:
    """(3, frame_count) labels: bells around starts and ends, one from start to end for mid.

    Args:
        intervals: the dives, both end frames included.
        frame_count: of the video.
        fps: frames per second.
    """
    labels = np.zeros((3, frame_count), np.float32)
    frames = np.arange(frame_count)
    for interval in intervals:
        first, last = interval.start.frame, interval.end.frame
        labels[1, max(first, 0) : last + 1] = 1
        for row, at in ((0, first), (2, last)):
            bell: FloatArray = np.exp(-0.5 * ((frames - at) / fps / BOUNDARY_SIGMA_S) ** 2)
            labels[row] = np.maximum(labels[row], bell)
    return labels


def frames_that_count(
    intervals: Sequence[Interval], not_labelled: Sequence[Interval], frame_count: int
) -> npt.NDArray[np.bool_]:
    """(frame_count,) False where dives overlap each other (section 5.2.2's blacklist) or nobody has labelled."""
    counts = np.ones(frame_count, dtype=bool)
    for interval in not_labelled:
        counts[max(interval.start.frame, 0) : interval.end.frame + 1] = False
    for place, one in enumerate(intervals):
        for other in intervals[place + 1 :]:
            if one.start.frame <= other.end.frame and other.start.frame <= one.end.frame:
                first = min(one.start.frame, other.start.frame)
                counts[max(first, 0) : max(one.end.frame, other.end.frame) + 1] = False
    return counts


def load_videos(
    dataset: Dataset,
    splits: Sequence[str],
    cache: Path,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> list[LabelledVideo]:
    """The labelled videos of some splits; each is decoded once and kept small in a cache folder.

    Args:
        dataset: whose videos; rejected dives do not count as dives.
        splits: which videos.
        cache: folder for the small pictures, made if need be.
        progress: told the share of the videos that is ready.
        cancel: asked between pictures.

    Raises:
        DatasetError: if a video is missing.
        VideoError: if a video cannot be read.
        Cancelled: if cancelled.
    """
    videos = []
    reading = videos_with_dives(dataset, splits, NETWORK_SIZE, cache, progress=progress, cancel=cancel)
    for source, dives, pictures, stride in reading:
        intervals = [dive.interval for dive in dives]
        counts = frames_that_count(intervals, source.not_labelled, source.frame_count)
        labels = labels_of(intervals, source.frame_count, source.average_fps)
        positions = positions_of(dives, source)
        videos.append(
            LabelledVideo(
                pictures, labels[:, ::stride], counts[::stride], positions[::stride], source.average_fps / stride
            )
        )
    return videos


def positions_of(dives: Sequence[DiveRecord], source: Source) -> npt.NDArray[np.float32]:
    """(frame_count, 2) where the diver is, as shares of the picture; NaN where there is none or nobody knows.

    The centre of mass where it is labelled, else the middle of the box, else the path of the dive; a little before and
    after a dive too, since the labels of its start and end reach that far.
    """
    positions = np.full((source.frame_count, 2), np.nan)
    for dive in dives:
        reach = round(_REACH_S * source.average_fps)
        first, last = dive.interval.start.frame - reach, dive.interval.end.frame + reach
        frames = range(max(first, 0), min(last + 1, source.frame_count))
        if dive.trajectory is not None:
            times = [FrameTime(frame, frame / source.average_fps) for frame in frames]
            positions[frames.start : frames.stop] = dive.trajectory.image_points(times)
        for labels in dive.frames:
            point = labels.centre_of_mass or _middle(labels.box)
            if point is not None and labels.time.frame in frames:
                positions[labels.time.frame] = point
    shares: npt.NDArray[np.float32] = (positions / [source.width, source.height]).astype(np.float32)
    return shares


def _middle(box: tuple[float, float, float, float] | None) -> tuple[float, float] | None:
    return None if box is None else (box[0] + box[2] / 2, box[1] + box[3] / 2)
