"""Which frames are computed next, and how many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from inference.live.answers import LiveKey
from inference.pose.crop_map import Picture

LONGEST_BATCH_S: Final = 0.1
"""Whoever goes to another frame waits for the batch that is under way, so it must not take much longer."""

PictureOf = Callable[[int], Picture | None]
"""(height, width, 3 or 4) BGR or BGRA of a frame, if it is decoded."""


class BatchSize:
    """How many frames to compute at once: one after a jump, then twice as many as long as more are waiting.

    Args:
        largest: never more than so many.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._size = 1

    def restart(self) -> None:
        """Another frame is looked at: it is computed alone, as soon as possible."""
        self._size = 1

    def following(self, waiting: int, frame_s: float | None) -> int:
        """The size of the next batch.

        Args:
            waiting: frames that could be computed.
            frame_s: what one took so far; None if that is not known yet.
        """
        in_time = self._largest if not frame_s else max(1, int(LONGEST_BATCH_S / frame_s))
        size = min(self._size, in_time, waiting)
        self._size = min(2 * size, self._largest) if waiting > size else max(1, waiting)
        return size


def to_compute(
    wanted: Sequence[LiveKey], picture_of: PictureOf, is_answered: Callable[[LiveKey], bool], most: int
) -> list[tuple[LiveKey, Picture]]:
    """What can be computed now, in the order in which it is wanted, with its pictures.

    Args:
        wanted: the most wanted first.
        picture_of: gives pictures; frames that are not decoded yet are passed over.
        is_answered: whether an answer is there already.
        most: how many to look for.
    """
    found: list[tuple[LiveKey, Picture]] = []
    for key in wanted:
        if len(found) == most:
            break
        if not is_answered(key) and (picture := picture_of(key.frame)) is not None:
            found.append((key, picture))
    return found
