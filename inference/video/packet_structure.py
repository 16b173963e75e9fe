"""Whether a packet looks whole, told from its outer structure without decoding it.

A packet that does not look whole need not become a picture, so the index decodes the stretch around it to find out.
Damage inside a picture's own data is not seen here: decoders conceal it and still give a picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum


class Condition(IntEnum):
    """How a packet looks from outside."""

    WHOLE = 0
    """The decoder will give one picture for it."""
    DOUBTFUL = 1
    """In order, but it, or packets near it, may give no picture."""
    DAMAGED = 2
    """Not what an encoder writes."""


_START_OF_SCAN = 0xDA
_END_OF_IMAGE = b"\xff\xd9"
_STRAY_MARKER = re.compile(rb"\xff[\x01-\xc3\xc5-\xcf\xe0-\xfd]")

PacketCheck = Callable[[bytes], Condition]


def packet_check(codec: str, extradata: bytes | None) -> PacketCheck:
    """The check for a codec's packets as a container stores them.

    Args:
        codec: name of the decoder.
        extradata: the stream's set-up data, which says how H.264 and HEVC packets are cut into units.
    """
    if codec not in {"h264", "hevc"}:
        return _CHECKS.get(codec, _any_packet)
    unit_conditions = _HEVC_UNITS if codec == "hevc" else _H264_UNITS
    length_at = 21 if codec == "hevc" else 4
    if extradata is not None and len(extradata) > length_at and extradata[0] == 1:
        length_size = (extradata[length_at] & 3) + 1
        return lambda data: _length_prefixed(data, length_size, unit_conditions)
    return lambda data: _start_coded(data, unit_conditions)


def _length_prefixed(data: bytes, length_size: int, unit_conditions: bytes) -> Condition:
    """Units with their lengths in front must fill the packet exactly."""
    position, end = 0, len(data)
    worst = Condition.DAMAGED if end <= length_size else Condition.WHOLE
    while position < end:
        start = position + length_size
        position = start + int.from_bytes(data[position:start], "big")
        if position > end or position <= start:
            return Condition.DAMAGED
        if unit_conditions[data[start]]:
            worst = max(worst, Condition(unit_conditions[data[start]]))
    return worst


def _start_coded(data: bytes, unit_conditions: bytes) -> Condition:
    """Units between start codes: only the first is looked at, since the parser found the others by their codes."""
    for prefix in (b"\0\0\0\1", b"\0\0\1"):
        if data.startswith(prefix) and len(data) > len(prefix):
            return Condition(unit_conditions[data[len(prefix)]])
    return Condition.DAMAGED


def _unit_table(unit_type: Callable[[int], int], usual: frozenset[int], doubtful: frozenset[int]) -> bytes:
    """(256,) condition for each value of a unit's first byte; its top bit must be zero."""
    conditions = bytearray([Condition.DAMAGED] * 256)
    for header in range(128):
        if unit_type(header) in usual:
            conditions[header] = Condition.WHOLE
        elif unit_type(header) in doubtful:
            conditions[header] = Condition.DOUBTFUL
    return bytes(conditions)


_H264_UNITS = _unit_table(
    lambda header: header & 31,
    usual=frozenset({*range(1, 10), 12, 13, 14, 15, 19, 20}),
    doubtful=frozenset({10, 11}),  # end of sequence and of stream
)
_HEVC_UNITS = _unit_table(
    lambda header: header >> 1,
    usual=frozenset({*range(10), 19, 20, 21, 32, 33, 34, 35, 38, 39, 40, *range(48, 64)}),
    # Broken-link pictures and ends of sequences: the decoder drops the leading pictures after them.
    doubtful=frozenset({16, 17, 18, 36, 37}),
)


def _any_packet(data: bytes) -> Condition:
    return Condition.WHOLE if data else Condition.DAMAGED


def _av1(data: bytes) -> Condition:
    """Open bitstream units (AV1 specification 5.3) must fill the packet exactly."""
    position, end = 0, len(data)
    while position < end:
        header = data[position]
        position += 2 if header & 0x04 else 1
        if header & 0x81 or position > end:
            return Condition.DAMAGED
        if not header & 0x02:
            return Condition.WHOLE  # without a size field the unit reaches to the end
        size, position = _leb128(data, position)
        position += size
    return Condition.WHOLE if position == end and end > 0 else Condition.DAMAGED


def _leb128(data: bytes, position: int) -> tuple[int, int]:
    """(value, position after it) of a number of at most eight bytes; one that does not end is too large to fit."""
    value = 0
    for shift in range(0, 56, 7):
        if position + shift // 7 >= len(data):
            break
        byte = data[position + shift // 7]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position + shift // 7 + 1
    return len(data), position + 1


def _vp9(data: bytes) -> Condition:
    """The frame marker 0b10 comes first (VP9 specification 6.2)."""
    return Condition.WHOLE if data and data[0] >> 6 == 2 else Condition.DAMAGED


def _vp8(data: bytes) -> Condition:
    """Without the show_frame bit (RFC 6386 section 9.1) there is no picture."""
    return Condition.WHOLE if data and data[0] & 0x10 else Condition.DOUBTFUL


def _jpeg(data: bytes) -> Condition:
    """Marker segments must follow each other up to the scan, and the scan hold no marker but restarts (ITU T.81)."""
    position = 2
    if not data.startswith(b"\xff\xd8"):
        return Condition.DAMAGED
    while data[position : position + 1] == b"\xff" and position + 4 <= len(data):
        kind = data[position + 1]
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if kind == _START_OF_SCAN:
            end = data.find(_END_OF_IMAGE, position)
            is_stray = _STRAY_MARKER.search(data, position, end if end >= 0 else len(data))
            return Condition.DAMAGED if is_stray else Condition.WHOLE
    return Condition.DAMAGED


def _mpeg4(data: bytes) -> Condition:
    """A start code comes first (ISO/IEC 14496-2)."""
    return Condition.WHOLE if data.startswith(b"\0\0\1") else Condition.DAMAGED


_CHECKS: dict[str, PacketCheck] = {
    "av1": _av1,
    "libdav1d": _av1,
    "libaom-av1": _av1,
    "vp9": _vp9,
    "libvpx-vp9": _vp9,
    "vp8": _vp8,
    "libvpx": _vp8,
    "mjpeg": _jpeg,
    "mpeg4": _mpeg4,
    "mpeg2video": _mpeg4,
}
