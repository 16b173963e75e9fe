"""Packets as encoders write them and as damage leaves them, byte by byte."""

from __future__ import annotations

import pytest

from inference.video.packet_structure import Condition, packet_check

WHOLE, DOUBTFUL, DAMAGED = Condition.WHOLE, Condition.DOUBTFUL, Condition.DAMAGED

AVCC = bytes([1, 0x64, 0, 13, 0xFF, 0xE1])  # four-byte lengths
HVCC = bytes([1, *[0] * 20, 3, 0])


@pytest.mark.parametrize(
    ("packet", "condition"),
    [
        (bytes([0, 0, 0, 3, 0x65, 1, 2]), WHOLE),
        (bytes([0, 0, 0, 1, 0x09, 0, 0, 0, 2, 0x41, 9]), WHOLE),  # a delimiter, then a slice
        (bytes([0, 0, 0, 1, 0x0A, 0, 0, 0, 2, 0x65, 9]), DOUBTFUL),  # an end of sequence
        (bytes([0, 0, 0, 4, 0x65, 1, 2]), DAMAGED),  # longer than the packet
        (bytes([0, 0, 0, 2, 0x65, 1, 2]), DAMAGED),  # a byte left over
        (bytes([0, 0, 0, 0, 0, 0]), DAMAGED),
        (bytes([0, 0, 0, 3, 0xE5, 1, 2]), DAMAGED),  # the top bit must be zero
        (bytes([0, 0, 0, 3, 0x60, 1, 2]), DAMAGED),  # no such unit
        (bytes([0, 0, 0]), DAMAGED),
        (b"", DAMAGED),
    ],
)
def test_h264_units_with_lengths(packet, condition):
    assert packet_check("h264", AVCC)(packet) is condition


@pytest.mark.parametrize(
    ("packet", "condition"),
    [
        (bytes([0, 0, 0, 1, 0x09, 0xF0, 0, 0, 0, 1, 0x65, 1]), WHOLE),
        (bytes([0, 0, 1, 0x41, 1]), WHOLE),
        (bytes([0, 0, 2, 0x41, 1]), DAMAGED),
        (bytes([0, 0, 1]), DAMAGED),
    ],
)
@pytest.mark.parametrize("extradata", [None, b"", bytes([0, 0, 0, 1, 0x67])])
def test_h264_units_between_start_codes(extradata, packet, condition):
    assert packet_check("h264", extradata)(packet) is condition


@pytest.mark.parametrize(
    ("unit_type", "condition"),
    [(1, WHOLE), (9, WHOLE), (19, WHOLE), (21, WHOLE), (16, DOUBTFUL), (36, DOUBTFUL), (22, DAMAGED), (41, DAMAGED)],
)
def test_hevc_units(unit_type, condition):
    assert packet_check("hevc", HVCC)(bytes([0, 0, 0, 3, unit_type << 1, 1, 7])) is condition


@pytest.mark.parametrize(
    ("packet", "condition"),
    [
        (bytes([0x12, 0x00]), WHOLE),  # a temporal delimiter
        (bytes([0x12, 0x00, 0x32, 0x02, 7, 7]), WHOLE),  # and a frame of two bytes
        (bytes([0x32, 0x81, 0x01, *[7] * 129]), WHOLE),  # a size of two bytes: 1 + 128
        (bytes([0x36, 0x00, 0x01, 7]), WHOLE),  # with an extension byte
        (bytes([0x30, 7, 7]), WHOLE),  # without a size
        (bytes([0x12, 0x00, 0x32, 0x03, 7, 7]), DAMAGED),
        (bytes([0x92, 0x00]), DAMAGED),  # the forbidden bit
        (bytes([0x32, *[0xFF] * 9]), DAMAGED),  # a size that does not end
        (b"", DAMAGED),
    ],
)
def test_av1_units(packet, condition):
    assert packet_check("libdav1d", None)(packet) is condition


JPEG_HEAD = b"\xff\xd8" + b"\xff\xe0\x00\x04JF" + b"\xff\xda\x00\x03\x01"


@pytest.mark.parametrize(
    ("packet", "condition"),
    [
        (JPEG_HEAD + b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9", WHOLE),  # a stuffed byte and a restart
        (JPEG_HEAD + b"\x12\xff\xd9\xff\xe0", WHOLE),  # whatever follows the end does not matter
        (JPEG_HEAD + b"\x12\xff\x17\x34\xff\xd9", DAMAGED),
        (b"\xff\xd8\xff\xe0\x00\x09JF" + JPEG_HEAD[8:], DAMAGED),  # a wrong segment length
        (b"\xff\xd9" + JPEG_HEAD[2:], DAMAGED),
        (b"\xff\xd8", DAMAGED),
    ],
)
def test_jpeg_segments(packet, condition):
    assert packet_check("mjpeg", None)(packet) is condition


@pytest.mark.parametrize(
    ("codec", "first_byte", "condition"),
    [("vp9", 0x82, WHOLE), ("vp9", 0x42, DAMAGED), ("vp8", 0x10, WHOLE), ("vp8", 0x01, DOUBTFUL)],
)
def test_vpx_first_bytes(codec, first_byte, condition):
    assert packet_check(codec, None)(bytes([first_byte, 0, 0])) is condition


def test_packets_of_other_codecs_are_taken_as_they_come():
    assert packet_check("prores", None)(b"x") is WHOLE
