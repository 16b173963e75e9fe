"""Where playback gets its pictures: the decode-ahead thread, with as much memory as the machine can spare."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from inference.video.frame_index import FrameIndex
    from inference.video.reader import FrameReader

SMALLEST_BUDGET = 128 * 2**20
LARGEST_BUDGET = 1024 * 2**20
MEMORY_SHARE = 8


Pixels = npt.NDArray[np.uint8]


class FrameSource(Protocol):
    """What playback needs of the decode-ahead thread."""

    def request(self, frame: int, direction: int) -> None:
        """Make this frame available now and read ahead in this direction."""

    def get(self, frame: int) -> Pixels | None:
        """The frame's pixels if they are in the cache."""

    def nearest(self, frame: int) -> tuple[int, Pixels] | None:
        """The cached frame nearest to this one, with its number."""

    def close(self) -> None:
        """Join the thread."""


SourceFactory = Callable[[Callable[[int, Pixels], None], Callable[[Exception], None]], FrameSource]
"""Makes a frame source from its two callbacks: a frame is ready, and an error."""


def cache_budget() -> int:
    """Bytes for decoded frames: an eighth of the free memory, between 128 MiB and 1 GiB."""
    import psutil

    return int(min(max(psutil.virtual_memory().available // MEMORY_SHARE, SMALLEST_BUDGET), LARGEST_BUDGET))


def frame_source(index: FrameIndex, budget_bytes: int | None = None) -> SourceFactory:
    """Makes the decode-ahead thread of one video, which opens a reader of its own for the same frames.

    Args:
        index: of the video.
        budget_bytes: for decoded frames; None for what `cache_budget` says.
    """

    def make(on_frame: Callable[[int, Pixels], None], on_error: Callable[[Exception], None]) -> FrameSource:
        from inference.video.decode_ahead import DecodeAhead

        def open_reader() -> FrameReader:
            from app.sources import SourceOptions, open_source

            return open_source(index.path, SourceOptions.of(index))

        budget = budget_bytes or cache_budget()
        return DecodeAhead(open_reader, budget_bytes=budget, on_frame=on_frame, on_error=on_error)

    return make
