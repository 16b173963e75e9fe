"""H.264 files in pieces: each piece is encoded by itself, and pieces are joined without encoding again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

TICKS = 90_000
"""Time base of the files: divides by all usual frame rates."""

_DELAY_FRAMES = 2
"""How far x264's decoding runs ahead of the pictures at most, with pyramids of B-frames."""


# x264's lookahead reads memory that nobody wrote, and decides by it; without it the same pictures make the same bytes.
_REPEATABLE = {"threads": "1", "x264-params": "rc-lookahead=0:mbtree=0"}


def encode_pictures(
    path: Path,
    pictures: Iterable[Picture],
    size: tuple[int, int],
    fps: int,
    *,
    quality: int = 21,
    key_interval: int = 250,
) -> None:
    """Encode pictures into an MP4 file that begins with a key frame; the same bytes at every run.

    Args:
        path: the file; written over if it is there.
        pictures: (height, width, 3) BGR each.
        size: (width, height), even numbers.
        fps: frames per second.
        quality: x264's constant rate factor; smaller is better.
        key_interval: most frames from one key frame to the next.

    Raises:
        OSError: if the file cannot be written.
    """
    options = {"preset": "veryfast", "crf": str(quality), "g": str(key_interval), **_REPEATABLE}
    with av.open(str(path), "w", format="mp4", options={"video_track_timescale": str(TICKS)}) as container:
        stream = container.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())


def join_videos(path: Path, pieces: Sequence[tuple[Path, int]], fps: int) -> None:
    """Put pieces from `encode_pictures` with the same settings one after another into one file.

    Args:
        path: the file; it appears when it is complete.
        pieces: each file with the number of its frames.
        fps: frames per second of all.

    Raises:
        OSError: if a file cannot be read or written.
    """
    unfinished = path.with_name(path.name + ".part")
    with av.open(str(unfinished), "w", format="mp4", options={"video_track_timescale": str(TICKS)}) as output:
        stream = None
        first_frame = decoded = 0
        for piece, frame_count in pieces:
            with av.open(str(piece)) as container:
                source = container.streams.video[0]
                if stream is None:
                    stream = output.add_stream_from_template(source)
                for packet in container.demux(source):
                    if packet.pts is None or packet.dts is None:  # the empty packet that ends a stream
                        continue
                    packet.pts += round(first_frame / fps / packet.time_base)
                    # Short pieces have less delay; decoding times count on evenly through all of them.
                    packet.dts = round((decoded - _DELAY_FRAMES) / fps / packet.time_base)
                    packet.stream = stream
                    output.mux(packet)
                    decoded += 1
            first_frame += frame_count
    unfinished.replace(path)
