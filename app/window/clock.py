"""Which frame is due when: wall time to presentation time, forwards, backwards, at any speed, round a loop."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Due:
    """The frame that is due and how many wall seconds from now its successor will be (infinite at the very end)."""

    frame: int
    next_in_s: float
    is_at_end: bool


class PlaybackClock:
    """Maps wall seconds to frames by presentation times, so that variable frame rates play at the right speed.

    Args:
        times_s: (frames,) presentation times, increasing.
        last_frame_s: how long the last frame stays on the screen.
    """

    def __init__(self, times_s: npt.NDArray[np.float64], last_frame_s: float = 0.04) -> None:
        self._times = times_s
        self._last_frame_s = max(last_frame_s, 1e-3)
        self._anchor_media_s = 0.0
        self._anchor_wall_s = 0.0
        self._first, self._last = 0, len(self._times) - 1
        self._loops = False
        self.speed = 1.0
        self.direction = 1

    @property
    def frame_count(self) -> int:
        """Number of frames of the video."""
        return len(self._times)

    def set_span(self, first: int, last: int, *, loops: bool) -> None:
        """Play frames first to last (inclusive), round and round if it loops."""
        self._first = min(max(first, 0), self.frame_count - 1)
        self._last = min(max(last, self._first), self.frame_count - 1)
        self._loops = loops

    def start_at(self, frame: int, wall_s: float) -> None:
        """The frame is due exactly now; playing forwards it starts its time, backwards it has it before it."""
        media_s = self._start_of(frame) if self.direction > 0 else self._end_of(frame) - 1e-9
        self._anchor_media_s, self._anchor_wall_s = media_s, wall_s

    def set_speed(self, speed: float, direction: int, wall_s: float) -> None:
        """Change speed (times real time) and direction (+1, -1) without a jump."""
        media_s = self._media_s(wall_s)
        self.speed, self.direction = speed, direction
        self._anchor_media_s, self._anchor_wall_s = media_s, wall_s

    def due(self, wall_s: float) -> Due:
        """The frame due at a wall time, wrapped round the loop."""
        media_s = self._media_s(wall_s)
        begin_s, end_s = self._start_of(self._first), self._end_of(self._last)
        is_at_end = False
        if not begin_s <= media_s < end_s:
            if self._loops:
                media_s = begin_s + math.fmod(media_s - begin_s, end_s - begin_s)
                if media_s < begin_s:
                    media_s += end_s - begin_s
                self._anchor_media_s, self._anchor_wall_s = media_s, wall_s
            else:
                is_at_end = media_s >= end_s if self.direction > 0 else media_s < begin_s
                media_s = min(max(media_s, begin_s), end_s - 1e-9)
        frame = self.frame_at(media_s)
        edge_s = self._end_of(frame) if self.direction > 0 else self._start_of(frame)
        next_in_s = abs(edge_s - media_s) / self.speed
        return Due(frame, math.inf if is_at_end else next_in_s, is_at_end)

    def frame_at(self, media_s: float) -> int:
        """The frame on the screen at a presentation time."""
        return min(max(int(np.searchsorted(self._times, media_s, side="right")) - 1, 0), self.frame_count - 1)

    def seconds(self, frame: int) -> float:
        """Presentation time of a frame."""
        return float(self._times[frame])

    def _media_s(self, wall_s: float) -> float:
        return self._anchor_media_s + (wall_s - self._anchor_wall_s) * self.speed * self.direction

    def _start_of(self, frame: int) -> float:
        return float(self._times[frame])

    def _end_of(self, frame: int) -> float:
        if frame + 1 < self.frame_count:
            return float(self._times[frame + 1])
        return float(self._times[frame]) + self._last_frame_s
