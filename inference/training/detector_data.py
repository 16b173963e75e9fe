"""What the dive detector is trained on: small pictures of whole videos with a label for every frame."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import Source
from inference.diving.network_finder import NETWORK_SIZE
from inference.progress import CancelToken, Progress
from inference.results import FloatArray, Interval
from inference.video.image_index import DEFAULT_IMAGE_FPS
from inference.video.reader import open_video

BOUNDARY_SIGMA_S = 0.08
"""How quickly the label of a start or end fades around it: the standard deviation of a bell, seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledVideo:
    """One video for training.

    Args:
        frames: (n, height, width, 3) BGR bytes, on disk.
        labels: (3, n) start, mid and end labels in [0, 1].
        counts: (n,) whether a frame counts; those of overlapping dives and unlabelled stretches do not.
        fps: frames per second.
    """

    frames: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.float32]
    counts: npt.NDArray[np.bool_]
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
    sources = [source for source in dataset.sources if source.split in splits]
    intervals: dict[str, list[Interval]] = {source.id: [] for source in sources}
    for dive in dataset.dives():
        if dive.source_id in intervals and dive.status != "rejected":
            intervals[dive.source_id].append(dive.interval)
    cache.mkdir(parents=True, exist_ok=True)
    videos = []
    for place, source in enumerate(sources):
        if progress is not None:
            progress(place / len(sources), f"reading {source.file_name}")
        frames = _small_frames(dataset, source, cache, cancel)
        own = intervals[source.id]
        counts = frames_that_count(own, source.not_labelled, source.frame_count)
        labels = labels_of(own, source.frame_count, source.average_fps)
        videos.append(LabelledVideo(frames, labels, counts, source.average_fps))
    return videos


def _small_frames(dataset: Dataset, source: Source, cache: Path, cancel: CancelToken | None) -> npt.NDArray[np.uint8]:
    width, height = NETWORK_SIZE
    reading = f"{source.fingerprint} {source.is_deinterlaced} {source.image_fps} {width}x{height}"
    path = cache / f"{hashlib.sha256(reading.encode()).hexdigest()[:24]}.npy"
    if not path.exists():
        video = dataset.find_video(source)
        if video is None:
            raise DatasetError(f"The video {source.file_name} of {dataset.folder} is missing; put it into that folder.")
        unfinished = path.with_suffix(".part")
        shape = (source.frame_count, height, width, 3)
        pictures = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=shape)
        fps = source.image_fps or DEFAULT_IMAGE_FPS
        with open_video(video, deinterlace=source.is_deinterlaced, image_fps=fps) as reader:
            for time, picture in reader.frames(size=NETWORK_SIZE):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                pictures[time.frame] = picture
        pictures.flush()
        del pictures
        unfinished.replace(path)
    loaded: npt.NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return loaded
