"""Test videos whose every picture carries its number in black and white bars, so that no wrong frame goes unseen.

A picture is divided into sixteen columns. The upper half of column i is white where bit i of the number's Gray code is
set, the lower half is its inverse; a picture that is turned, mixed of two, or torn reads as None. In a Gray code no bit
flips with every picture: a bar that did would be a still pattern of lines to whoever deinterlaces it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.filter
import numpy as np
import numpy.typing as npt

BITS = 16
Picture = npt.NDArray[np.uint8]


def barcode_picture(number: int, width: int = 320, height: int = 180) -> Picture:
    """(height, width, 3) BGR with the number in it."""
    code = number ^ (number >> 1)
    bits = np.array([(code >> bit) & 1 for bit in range(BITS)], dtype=np.uint8)
    columns = np.minimum(np.arange(width) * BITS // width, BITS - 1)
    upper = np.where(bits[columns], 235, 16).astype(np.uint8)
    rows = np.where(np.arange(height)[:, None] < height // 2, upper, 251 - upper)
    return np.repeat(rows[:, :, None], 3, axis=2).astype(np.uint8)


def read_barcode(picture: npt.NDArray[Any]) -> int | None:
    """The number in a (height, width, channels) or (height, width) picture of any size; None if it is not clear."""
    grey = picture[..., :3].mean(axis=2) if picture.ndim == 3 else picture.astype(float)
    height, width = grey.shape
    code = 0
    for bit in range(BITS):
        left, right = (bit + 0.3) * width / BITS, (bit + 0.7) * width / BITS
        columns = slice(int(left), max(int(right), int(left) + 1))
        upper = grey[int(0.15 * height) : int(0.35 * height) + 1, columns].mean()
        lower = grey[int(0.65 * height) : int(0.85 * height) + 1, columns].mean()
        if abs(upper - lower) < 100:
            return None
        code |= int(upper > lower) << bit
    return _from_gray(code)


def _from_gray(code: int) -> int:
    number = 0
    while code:
        number ^= code
        code >>= 1
    return number


def make_video(
    path: Path,
    numbers: Iterable[int],
    *,
    codec: str = "libx264",
    width: int = 320,
    height: int = 180,
    fps: int = 25,
    pix_fmt: str = "yuv420p",
    options: Mapping[str, str] | None = None,
    time_base: Fraction | None = None,
    pts: Sequence[int] | None = None,
    container_options: Mapping[str, str] | None = None,
    rotation: int = 0,
    format_name: str | None = None,
) -> Path:
    """Encode one picture per number.

    Args:
        path: the file to write.
        numbers: what each picture says, in presentation order.
        codec: an encoder of PyAV.
        width: of the stored picture.
        height: of the stored picture.
        fps: frame rate, in effect where pts is not given.
        pix_fmt: pixel format.
        options: of the encoder.
        time_base: units of pts; 1 / fps if not given.
        pts: a time stamp for each picture.
        container_options: of the muxer.
        rotation: degrees clockwise by which a player turns the stored picture; the numbers are turned the other way
            before they are stored, so that players show them upright.
        format_name: of the container where the ending of the path does not tell.
    """
    with av.open(str(path), "w", format=format_name, options=dict(container_options or {})) as container:
        stream = container.add_stream(codec, rate=fps, options=dict(options or {}))
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        if time_base is not None:
            stream.time_base = time_base
            stream.codec_context.time_base = time_base
        if rotation:
            stream.set_display_rotation(-rotation)
        shown = (height, width) if rotation in {90, 270} else (width, height)
        for position, number in enumerate(numbers):
            stored = np.rot90(barcode_picture(number, *shown), rotation // 90)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(stored), format="bgr24")
            frame = frame.reformat(format=pix_fmt)
            frame.pts = position if pts is None else pts[position]
            frame.time_base = time_base or Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def weave(first: Picture, second: Picture) -> Picture:
    """One interlaced picture: even rows of the first field's picture, odd rows of the second's."""
    woven = first.copy()
    woven[1::2] = second[1::2]
    return woven


def make_interlaced_video(path: Path, frame_count: int, *, width: int = 1920, height: int = 1080) -> Path:
    """H.264 with interlaced coding, top field first; field n, two per frame at 25 frames/s, says n."""
    options = {"flags": "+ildct+ilme", "preset": "ultrafast", "g": "12", "bf": "2"}
    # Only a filter can mark frames as top field first, and x264 goes by the frames' marks.
    graph = av.filter.Graph()
    source = graph.add_buffer(width=width, height=height, format=av.VideoFormat("yuv420p"), time_base=Fraction(1, 25))
    graph.link_nodes(source, graph.add("setfield", mode="tff"), graph.add("buffersink")).configure()
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frame_count):
            fields = (barcode_picture(2 * number + half, width, height) for half in (0, 1))
            frame = av.VideoFrame.from_ndarray(weave(*fields), format="bgr24").reformat(format="yuv420p")
            frame.pts = number
            frame.time_base = Fraction(1, 25)
            graph.vpush(frame)
            container.mux(stream.encode(graph.vpull()))
        container.mux(stream.encode(None))
    return path


def copy_packets(
    source: Path,
    target: Path,
    *,
    first_packet: int = 0,
    shift: int = 0,
    container_options: Mapping[str, str] | None = None,
) -> Path:
    """Copy a video's packets without encoding them again, as a cutting tool does.

    Args:
        source: the video.
        target: the file to write.
        first_packet: packets before this one, in file order, are left out.
        shift: ticks of the source's time base to add to every time stamp; with a negative shift, pictures before
            zero are hidden by the edit list of an MP4.
        container_options: of the muxer.
    """
    with av.open(str(source)) as reading, av.open(str(target), "w", options=dict(container_options or {})) as writing:
        stream = reading.streams.video[0]
        copy = writing.add_stream_from_template(stream)
        for number, packet in enumerate(reading.demux(stream)):
            if packet.dts is None or number < first_packet:
                continue
            packet.pts += shift
            packet.dts += shift
            packet.stream = copy
            writing.mux(packet)
    return target


def damage(path: Path, begin: float, end: float, *, seed: int = 0) -> Path:
    """Overwrite the bytes between two fractions of a file with noise."""
    content = bytearray(path.read_bytes())
    first, last = int(begin * len(content)), int(end * len(content))
    content[first:last] = np.random.default_rng(seed).integers(0, 256, last - first, dtype=np.uint8).tobytes()
    path.write_bytes(content)
    return path


def set_edit_list(path: Path, edits: Sequence[tuple[int, int]]) -> Path:
    """Replace the edit list of an MP4 whose only track is the video and whose moov box comes last.

    Args:
        path: the file.
        edits: (duration in ticks of the movie, media time in ticks of the track) of each edit, at normal speed.
    """
    content = path.read_bytes()
    start = content.rindex(b"moov") - 4
    entries = b"".join(struct.pack(">IiI", duration, media_time, 0x10000) for duration, media_time in edits)
    elst = _box(b"elst", struct.pack(">II", 0, len(edits)) + entries)

    def rebuilt(box: bytes) -> bytes:
        parts, position = b"", 0
        while position < len(box):
            size, kind = struct.unpack_from(">I4s", box, position)
            body = box[position + 8 : position + size]
            if kind in {b"moov", b"trak"}:
                body = rebuilt(body)
            parts += _box(kind, elst if kind == b"edts" else body)
            position += size
        return parts

    path.write_bytes(content[:start] + rebuilt(content[start:]))
    return path


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body
