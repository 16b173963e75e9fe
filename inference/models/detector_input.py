"""What the dive detector sees: the size of its pictures and how many of them a second. Knows no torch."""

from __future__ import annotations

NETWORK_SIZE = (320, 180)
"""(width, height) of the pictures that the detector sees, whatever the shape of the video's."""

NETWORK_FPS = 25.0
"""Pictures a second that it is trained on; its 21 pictures are then 0.84 s."""

READING = "rough frames 1"
"""How they are read; signals kept from another way of reading are not of the same pictures."""

CANDIDATE_COUNT = 4
"""How many places of a picture it names as the diver's, at most."""


def frame_stride(fps: float) -> int:
    """Every how many frames the detector looks at one, so that it sees about `NETWORK_FPS` of them a second."""
    return max(round(fps / NETWORK_FPS), 1)
