"""Small pictures for a program to look at, decoded more quickly than exactly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from inference.results import FrameTime
from inference.video.file_reader import FileReader
from inference.video.frame_index import FrameIndex
from inference.video.picture import Picture, Size
from inference.video.reader import FrameReader

_LEAST_SHRINKING = 4
_MOST_DRIFTING = 300
"""Frames from one key frame to the next over which pictures may drift."""

_CODECS = frozenset({"h264", "hevc"})


def rough_frames(
    reader: FrameReader, start: int, stop: int, step: int = 1, *, size: Size
) -> Iterator[tuple[FrameTime, Picture]]:
    """Frames as `FrameReader.frames` gives them, or nearly so where that is quicker.

    The edges of blocks are left unsmoothed where that takes much time and does little: in pictures four times as wide
    and high as wanted, at least, of files with key frames at most 300 frames apart. In 1080p scaled to 320 x 180, with
    250 frames from key frame to key frame, colours are then off by 1 to 2 levels of 255 on average, 3 at worst just
    before a key frame, and 1 in 1000 by 20; decoding takes 10 to 15 % less.

    Args:
        reader: the video, open; its own place in the file may stay where it is.
        start: first frame.
        stop: the one after the last.
        step: from one frame to the next.
        size: (width, height) of the pictures.

    Raises:
        VideoError: as `FrameReader.frames`.
    """
    if isinstance(reader, FileReader) and _is_roughness_hardly_seen(reader.index, size):
        with FileReader(reader.index, is_filtered=False) as rough:
            yield from rough.frames(start, stop, step, size=size)
    else:
        yield from reader.frames(start, stop, step, size=size)


def _is_roughness_hardly_seen(index: FrameIndex, size: Size) -> bool:
    if index.codec not in _CODECS or index.is_interlaced or index.is_counted_from_start:
        return False
    full_size = index.width, index.height
    if any(side < _LEAST_SHRINKING * wanted for side, wanted in zip(full_size, size, strict=True)):
        return False
    starts = index.key_frames
    return len(starts) > 0 and int(np.diff(starts, append=index.frame_count).max()) <= _MOST_DRIFTING
