"""How fast playback really is: frames shown per second, speed against real time, frames dropped."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

WINDOW_S = 1.0
REPORT_S = 0.25


@dataclass(frozen=True, slots=True)
class PlaybackRate:
    """What playback reaches: frames shown per second, speed against real time, frames dropped since play began."""

    frames_per_s: float
    speed: float
    dropped: int


class RateMeter:
    """Measures over the last second, and says so a few times a second."""

    def __init__(self) -> None:
        self.dropped = 0
        self._shown: deque[tuple[float, float]] = deque()
        self._last_report_s = 0.0

    def restart(self, wall_s: float) -> None:
        """Begin anew: playback starts, or goes on at another speed."""
        self.dropped = 0
        self._shown.clear()
        self._last_report_s = wall_s

    def add(self, wall_s: float, media_s: float) -> None:
        """A frame of this presentation time was shown."""
        self._shown.append((wall_s, media_s))

    def rate(self, wall_s: float, direction: int) -> PlaybackRate | None:
        """The rate, if it is time to tell it and something was shown."""
        while self._shown and wall_s - self._shown[0][0] > WINDOW_S:
            self._shown.popleft()
        if wall_s - self._last_report_s < REPORT_S or len(self._shown) < 2:
            return None
        self._last_report_s = wall_s
        took_s = self._shown[-1][0] - self._shown[0][0]
        if took_s <= 0:
            return None
        # Coming round the loop is no speed.
        steps = [(after - before) * direction for (_, before), (_, after) in pairwise(self._shown)]
        return PlaybackRate(len(steps) / took_s, sum(step for step in steps if step > 0) / took_s, self.dropped)
