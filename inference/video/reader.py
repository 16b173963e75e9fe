"""Reading frames by their number: one interface, whatever decodes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from inference.progress import CancelToken, Progress
from inference.results import FrameTime
from inference.video.deinterlaced_reader import DeinterlacedReader
from inference.video.file_reader import FileReader
from inference.video.frame_index import FrameIndex
from inference.video.image_index import DEFAULT_IMAGE_FPS
from inference.video.image_reader import ImageReader
from inference.video.index import build_index
from inference.video.picture import Picture, Size


@runtime_checkable
class FrameReader(Protocol):
    """Gives any frame of a video by its number, exactly.

    Pictures are upright, contiguous uint8 arrays; they belong to the caller. A reader is used by one thread at a
    time. A size is (width, height) of the upright result and None means the frame's own.
    """

    @property
    def index(self) -> FrameIndex:
        """The frames that there are, and their times."""
        ...

    def read(self, frame: int, *, size: Size | None = None) -> Picture:
        """(height, width, 3) BGR.

        Raises:
            VideoError: if there is no such frame, or it is damaged.
        """
        ...

    def read_bgra(self, frame: int, *, size: Size | None = None) -> Picture:
        """(height, width, 4) BGRA for painting.

        Raises:
            VideoError: if there is no such frame, or it is damaged.
        """
        ...

    def frames(
        self, start: int = 0, stop: int | None = None, step: int = 1, *, size: Size | None = None
    ) -> Iterator[tuple[FrameTime, Picture]]:
        """Frames start, start + step, … before stop (None: to the end) as BGR, decoded one after another.

        A frame that turns out to be damaged is left out; the others keep their numbers.

        Raises:
            VideoError: if the range makes no sense or the file has gone.
        """
        ...

    def hold(self, byte_count: int) -> None:
        """Keep pictures that are decoded on the way to a frame, up to so many bytes, for reading backwards."""
        ...

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        ...

    def __enter__(self) -> Self:
        """The reader itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the reader."""
        ...


def open_video(
    path: str | Path,
    *,
    deinterlace: bool = False,
    image_fps: float = DEFAULT_IMAGE_FPS,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> FrameReader:
    """Open a video file or a folder of images for reading.

    Args:
        path: the file or folder.
        deinterlace: give one picture per field instead of one per frame; frame numbers and times then count fields.
            Folders of images hold no fields and are read as they are.
        image_fps: frames per second of a folder of images.
        progress: told how far indexing is.
        cancel: stops indexing.

    Raises:
        VideoError: if nothing in it can be read as video.
        Cancelled: if asked to stop.
    """
    index = build_index(path, image_fps=image_fps, progress=progress, cancel=cancel)
    if index.file_names:
        return ImageReader(index)
    return DeinterlacedReader(index) if deinterlace else FileReader(index)
