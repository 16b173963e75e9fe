"""Small pictures of whole videos, decoded once and kept as JPEG, so that any chunk of any hour is quickly at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast, overload

import cv2
import numpy as np
import numpy.typing as npt

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import DiveRecord, Source
from inference.models.detector_input import frame_stride
from inference.progress import CancelToken, Progress
from inference.video.image_index import DEFAULT_IMAGE_FPS
from inference.video.reader import open_video

_QUALITY = 92
_VERSION = 1


class StoredPictures:
    """The pictures of a file that `stored_pictures` made, read when asked for.

    Args:
        path: the file; the places in it stand beside it.
    """

    def __init__(self, path: Path) -> None:
        self._bytes: npt.NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")
        self._ends: npt.NDArray[np.int64] = np.load(_places_of(path))

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, place: int) -> npt.NDArray[np.uint8]: ...

    @overload
    def __getitem__(self, place: slice) -> npt.NDArray[np.uint8]: ...

    def __getitem__(self, place: int | slice) -> npt.NDArray[np.uint8]:
        """(height, width, 3) BGR bytes of one picture, (n, height, width, 3) of several."""
        if isinstance(place, slice):
            return np.stack([self._picture(number) for number in range(*place.indices(len(self)))])
        return self._picture(range(len(self))[place])

    def __iter__(self) -> Iterator[npt.NDArray[np.uint8]]:
        return (self._picture(number) for number in range(len(self)))

    def _picture(self, number: int) -> npt.NDArray[np.uint8]:
        first = 0 if number == 0 else self._ends[number - 1]
        picture = cv2.imdecode(self._bytes[first : self._ends[number]], cv2.IMREAD_COLOR)
        return cast("npt.NDArray[np.uint8]", picture)


def stored_pictures(
    dataset: Dataset,
    source: Source,
    size: tuple[int, int],
    cache: Path,
    *,
    stride: int = 1,
    cancel: CancelToken | None = None,
) -> StoredPictures:
    """The small pictures of a video; it is decoded the first time only.

    Args:
        dataset: whose video.
        source: which one.
        size: (width, height) of the pictures, px.
        cache: folder that keeps them.
        stride: every how many frames one is kept.
        cancel: asked between pictures.

    Raises:
        DatasetError: if the video is missing.
        VideoError: if it cannot be read.
        Cancelled: if cancelled.
    """
    reading = f"{source.fingerprint} {source.is_deinterlaced} {source.image_fps} {size} {stride} {_QUALITY} {_VERSION}"
    path = cache / f"{hashlib.sha256(reading.encode()).hexdigest()[:24]}.pictures"
    if not path.exists():
        video = dataset.find_video(source)
        if video is None:
            raise DatasetError(f"The video {source.file_name} of {dataset.folder} is missing; put it into that folder.")
        ends: list[int] = []
        unfinished = path.with_suffix(".part")
        fps = source.image_fps or DEFAULT_IMAGE_FPS
        with (
            unfinished.open("wb") as file,
            open_video(video, deinterlace=source.is_deinterlaced, image_fps=fps) as reader,
        ):
            for time, picture in reader.frames(size=size):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                if time.frame % stride == 0:
                    file.write(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes())
                    ends.append(file.tell())
        np.save(_places_of(path), np.array(ends, dtype=np.int64))
        unfinished.replace(path)
    return StoredPictures(path)


def videos_with_dives(
    dataset: Dataset,
    splits: Sequence[str],
    size: tuple[int, int],
    cache: Path,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[Source, list[DiveRecord], StoredPictures, int]]:
    """The videos of some splits, each with its dives but rejected ones, its small pictures, and their stride.

    Args:
        dataset: whose videos.
        splits: which of them.
        size: (width, height) of the pictures, px.
        cache: folder that keeps them, made if need be.
        progress: told the share of the videos that is ready.
        cancel: asked between pictures.

    Raises:
        DatasetError: if a video is missing.
        VideoError: if a video cannot be read.
        Cancelled: if cancelled.
    """
    sources = [source for source in dataset.sources if source.split in splits]
    dives: dict[str, list[DiveRecord]] = {source.id: [] for source in sources}
    for dive in dataset.dives():
        if dive.source_id in dives and dive.status != "rejected":
            dives[dive.source_id].append(dive)
    cache.mkdir(parents=True, exist_ok=True)
    for place, source in enumerate(sources):
        if progress is not None:
            progress(place / len(sources), f"reading {source.file_name}")
        stride = frame_stride(source.average_fps)
        yield (
            source,
            dives[source.id],
            stored_pictures(dataset, source, size, cache, stride=stride, cancel=cancel),
            stride,
        )


def _places_of(path: Path) -> Path:
    return path.with_suffix(".npy")
