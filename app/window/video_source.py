"""The decode-ahead thread for playback, with as much memory as the machine can spare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.window.playback import FrameSource, Pixels, SourceFactory

if TYPE_CHECKING:
    from inference.video.reader import FrameReader

SMALLEST_BUDGET = 128 * 2**20
LARGEST_BUDGET = 1024 * 2**20
MEMORY_SHARE = 8


def cache_budget() -> int:
    """Bytes for decoded frames: an eighth of the free memory, between 128 MiB and 1 GiB."""
    import psutil

    return int(min(max(psutil.virtual_memory().available // MEMORY_SHARE, SMALLEST_BUDGET), LARGEST_BUDGET))


def frame_source(path: Path) -> SourceFactory:
    """Makes the decode-ahead thread of one video; it opens a reader of its own."""

    def make(on_frame: Callable[[int, Pixels], None], on_error: Callable[[Exception], None]) -> FrameSource:
        from inference.video.decode_ahead import DecodeAhead

        def open_reader() -> FrameReader:
            from app.analysis import open_source

            return open_source(path)

        return DecodeAhead(open_reader, budget_bytes=cache_budget(), on_frame=on_frame, on_error=on_error)

    return make
