"""Whether an MP4 or QuickTime file's edit list changes what is shown (ISO/IEC 14496-12, 8.6.5 and 8.6.6)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_LARGEST_MOOV = 1 << 30


def has_edit_list(path: Path) -> bool:
    """Whether the video track hides frames, starts late, or plays stretches in another order or speed.

    The single edit that only makes up for the delay of reordered frames, which most writers add, does not count.
    Files of other kinds, and files whose boxes make no sense, have none.
    """
    try:
        with path.open("rb") as file:
            moov = _find_moov(file, path.stat().st_size)
            return moov is not None and any(_is_edited(moov, trak) for trak in _children(moov, b"trak"))
    except (OSError, struct.error):
        return False


def _find_moov(file: BinaryIO, file_size: int) -> bytes | None:
    position = 0
    while position + 8 <= file_size:
        file.seek(position)
        size, kind = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", file.read(8))[0], 16
        elif size == 0:
            size = file_size - position
        if position == 0 and kind not in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp"}:
            return None
        if kind == b"moov":
            return file.read(size - header) if size <= _LARGEST_MOOV else None
        if size < header:
            return None
        position += size
    return None


def _children(box: bytes, wanted: bytes) -> Iterator[bytes]:
    position = 0
    while position + 8 <= len(box):
        size, kind = struct.unpack_from(">I4s", box, position)
        header = 8
        if size == 1 and position + 16 <= len(box):
            size, header = struct.unpack_from(">Q", box, position + 8)[0], 16
        elif size == 0:
            size = len(box) - position
        if size < header:
            return
        if kind == wanted:
            yield box[position + header : position + size]
        position += size


def _descend(box: bytes, *kinds: bytes) -> bytes | None:
    for kind in kinds:
        found = next(_children(box, kind), None)
        if found is None:
            return None
        box = found
    return box


def _is_edited(moov: bytes, trak: bytes) -> bool:
    handler = _descend(trak, b"mdia", b"hdlr")
    edits = _descend(trak, b"edts", b"elst")
    if handler is None or handler[8:12] != b"vide" or edits is None:
        return False
    entries = _edit_entries(edits)
    if not entries:
        return False
    duration, media_time, rate = entries[0]
    if len(entries) > 1 or rate != 0x10000 or media_time != _first_composition_offset(trak):
        return True
    shown_s = duration / _timescale(_descend(moov, b"mvhd"))[0]
    timescale, media_duration = _timescale(_descend(trak, b"mdia", b"mdhd"))
    first_delta = _first_value(trak, b"stts") or 1
    return 0 < shown_s < (media_duration - media_time - 1.5 * first_delta) / timescale


def _edit_entries(elst: bytes) -> list[tuple[int, int, int]]:
    """(segment duration, media time, rate as 16.16) of each entry."""
    count = struct.unpack_from(">I", elst, 4)[0]
    layout = struct.Struct(">Qqi" if elst[0] == 1 else ">Iii")
    available = (len(elst) - 8) // layout.size
    return [layout.unpack_from(elst, 8 + i * layout.size) for i in range(min(count, available))]


def _timescale(header: bytes | None) -> tuple[int, int]:
    """(ticks per second, duration in ticks) from a movie or media header."""
    if header is None:
        return 1, 0
    ticks, duration = struct.unpack_from(">IQ" if header[0] == 1 else ">II", header, 20 if header[0] == 1 else 12)
    return max(ticks, 1), duration


def _first_composition_offset(trak: bytes) -> int:
    return _first_value(trak, b"ctts") or 0


def _first_value(trak: bytes, kind: bytes) -> int | None:
    """The value of the first (count, value) entry of a sample table."""
    table = _descend(trak, b"mdia", b"minf", b"stbl", kind)
    if table is None or len(table) < 16:
        return None
    value: int = struct.unpack_from(">i", table, 12)[0]
    return value
