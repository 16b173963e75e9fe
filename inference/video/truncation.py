"""Whether a file is shorter than it says it is."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO


def is_cut_off(path: Path) -> bool:
    """Whether an MP4, Matroska or AVI file ends before its own outermost sizes say; False for other kinds."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(12)
            if head[4:8] == b"ftyp":
                return _is_mp4_cut_off(file, size)
            if head[:4] == b"\x1a\x45\xdf\xa3":
                return _is_matroska_cut_off(file, size)
            if head[:4] == b"RIFF":
                return int.from_bytes(head[4:8], "little") + 8 > size
    except (OSError, struct.error, IndexError):
        return False
    return False


def _is_mp4_cut_off(file: BinaryIO, file_size: int) -> bool:
    position = 0
    while position + 8 <= file_size:
        file.seek(position)
        size = struct.unpack(">I4x", file.read(8))[0]
        if size == 1:
            size = struct.unpack(">Q", file.read(8))[0]
        if size < 8:
            return False  # 0: to the end of the file
        position += size
    return position > file_size


def _is_matroska_cut_off(file: BinaryIO, file_size: int) -> bool:
    """The Segment element follows the EBML header and spans the rest of the file (RFC 8794 and 9559)."""
    file.seek(4)
    header_size = _ebml_size(file)
    if header_size is None:
        return False
    file.seek(header_size, 1)
    if file.read(4) != b"\x18\x53\x80\x67":
        return False
    segment_size = _ebml_size(file)
    return segment_size is not None and file.tell() + segment_size > file_size


def _ebml_size(file: BinaryIO) -> int | None:
    """A variable-length size; None where it says that it is unknown."""
    first = file.read(1)[0]
    length = 9 - first.bit_length()
    value = int.from_bytes(bytes([first & ((1 << (8 - length)) - 1)]) + file.read(length - 1), "big")
    return None if value == (1 << (7 * length)) - 1 else value
