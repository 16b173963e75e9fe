"""Decoded pictures kept in memory, bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict

from inference.video.picture import Picture


class FrameCache:
    """Pictures by frame number; when they exceed the budget, those used longest ago go first, needed ones last.

    The picture put in last always stays, even if it alone exceeds the budget. Any thread may use it.

    Args:
        budget_bytes: how much the pictures may take.
    """

    def __init__(self, budget_bytes: int) -> None:
        self._budget = budget_bytes
        self._pictures: OrderedDict[int, Picture] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def byte_count(self) -> int:
        """Bytes that the pictures take now."""
        return self._bytes

    def __contains__(self, frame: int) -> bool:
        return frame in self._pictures

    def __len__(self) -> int:
        return len(self._pictures)

    def put(self, frame: int, picture: Picture, needed: range = range(0)) -> None:
        """Keep a picture, as the one used last, and make room for it among the others.

        Args:
            frame: its number.
            picture: what to keep.
            needed: frames that will be wanted soon; they make room only when no others are left.
        """
        with self._lock:
            self._drop(frame)
            self._bytes += picture.nbytes
            while self._bytes > self._budget and self._pictures:
                oldest = next(iter(self._pictures))
                self._drop(next((kept for kept in self._pictures if kept not in needed), oldest))
            self._pictures[frame] = picture

    def get(self, frame: int) -> Picture | None:
        """The picture, which then counts as used last; None if it is not kept."""
        with self._lock:
            if frame not in self._pictures:
                return None
            self._pictures.move_to_end(frame)
            return self._pictures[frame]

    def nearest(self, frame: int) -> tuple[int, Picture] | None:
        """The kept frame closest to a frame number (the earlier of two) with its picture; None if none is kept."""
        with self._lock:
            if not self._pictures:
                return None
            closest = min(self._pictures, key=lambda kept: (abs(kept - frame), kept))
            return closest, self._pictures[closest]

    def _drop(self, frame: int) -> None:
        dropped = self._pictures.pop(frame, None)
        if dropped is not None:
            self._bytes -= dropped.nbytes
