"""Frames from a folder of images."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from inference.results import FrameTime
from inference.video.errors import VideoError
from inference.video.frame_index import FrameIndex
from inference.video.frame_range import checked_range
from inference.video.image_index import read_image
from inference.video.picture import Picture, Size, fitted, resized


class ImageReader:
    """A `FrameReader` over a folder of images; one of another size than the first is fitted into its size."""

    def __init__(self, index: FrameIndex) -> None:
        self._index = index

    @property
    def index(self) -> FrameIndex:
        """The frames that there are, and their times."""
        return self._index

    def read(self, frame: int, *, size: Size | None = None) -> Picture:
        """(height, width, 3) BGR; see `FrameReader.read`."""
        self._index.check(frame)
        path = self._index.path / self._index.file_names[frame]
        picture = read_image(path)
        if picture is None:
            raise VideoError(f"Frame {frame} cannot be read any more: {path} has gone or changed; put it back.")
        upright = fitted(picture, (self._index.width, self._index.height))
        return upright if size is None else resized(upright, size)

    def read_bgra(self, frame: int, *, size: Size | None = None) -> Picture:
        """(height, width, 4) BGRA; see `FrameReader.read_bgra`."""
        return np.asarray(cv2.cvtColor(self.read(frame, size=size), cv2.COLOR_BGR2BGRA), dtype=np.uint8)

    def frames(
        self, start: int = 0, stop: int | None = None, step: int = 1, *, size: Size | None = None
    ) -> Iterator[tuple[FrameTime, Picture]]:
        """Frames in order as BGR; see `FrameReader.frames`."""
        for frame in checked_range(self._index, start, stop, step):
            yield self._index.time(frame), self.read(frame, size=size)

    def hold(self, byte_count: int) -> None:
        """Nothing is passed on the way to an image; see `FrameReader.hold`."""

    def close(self) -> None:
        """Nothing is held open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
