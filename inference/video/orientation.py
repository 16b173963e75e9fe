"""Which way up the stored picture is shown, from the container's display matrix."""

from __future__ import annotations

import math
import struct
from typing import NamedTuple

from av.video.frame import VideoFrame


class Orientation(NamedTuple):
    """Flip left to right if mirrored, then turn clockwise by rotation degrees (0, 90, 180, 270)."""

    rotation: int = 0
    is_mirrored: bool = False


def orientation(picture: VideoFrame) -> Orientation:
    """What makes the picture upright.

    The display matrix (ISO/IEC 14496-12, 6.2.2; 16.16 fixed point) maps stored (x, y) to shown
    (a x + c y, b x + d y), y downwards. Angles between quarter turns go to the nearest.
    """
    data = picture.side_data.get("DISPLAYMATRIX")
    if data is None:
        return Orientation()
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(data)[:36])  # type: ignore[call-overload]  # PyAV types side data as object
    return orientation_of_matrix(a, b, c, d)


def orientation_of_matrix(a: int, b: int, c: int, d: int) -> Orientation:
    """What makes a picture with this display matrix upright."""
    is_mirrored = a * d - b * c < 0
    if is_mirrored:
        a, b = -a, -b
    if a == 0 and b == 0:
        return Orientation()
    return Orientation(round(math.degrees(math.atan2(b, a)) / 90) * 90 % 360, is_mirrored)
