"""How fast a model really answers."""

from __future__ import annotations

import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

WINDOW_S: Final = 1.0
_BATCHES: Final = 8


@dataclass(frozen=True, slots=True)
class LiveRate:
    """What a model reaches.

    Args:
        device: where it computes.
        frame_s: seconds for a frame.
        frames_per_s: frames answered in the last second.
        slow_frame_s: seconds for a frame that are not often exceeded.
    """

    device: str
    frame_s: float
    frames_per_s: float
    slow_frame_s: float


@dataclass(frozen=True, slots=True)
class _Batch:
    end_s: float
    frames: int
    took_s: float


class LiveMeter:
    """Measures the last batches; any thread may use it.

    Args:
        clock: seconds, counted from anywhere.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._batches: deque[_Batch] = deque()

    def restart(self) -> None:
        """Another model, or the same elsewhere, says nothing of the one before."""
        with self._lock:
            self._batches.clear()

    def add(self, frames: int, took_s: float) -> None:
        """A batch has just been computed."""
        with self._lock:
            now = self._clock()
            self._batches.append(_Batch(now, frames, took_s))
            while len(self._batches) > _BATCHES and now - self._batches[0].end_s > WINDOW_S:
                self._batches.popleft()

    @property
    def frame_s(self) -> float | None:
        """Seconds for a frame, the median of the last few batches; None before the first.

        One that was held up by others says nothing of the next.
        """
        last = self._last_s()
        return statistics.median(last) if last else None

    @property
    def slow_frame_s(self) -> float | None:
        """Seconds for a frame that only the slowest of the last few batches exceeds; None before the first."""
        last = sorted(self._last_s())
        return last[max(len(last) - 2, 0)] if last else None

    def _last_s(self) -> list[float]:
        with self._lock:
            last = list(self._batches)[-_BATCHES:]
        return [batch.took_s / batch.frames for batch in last]

    @property
    def frames_per_s(self) -> float:
        """Frames answered per second, pauses included, over the last second; 0 if there were none in it."""
        with self._lock:
            now = self._clock()
            last = [batch for batch in self._batches if now - batch.end_s <= WINDOW_S]
        if not last:
            return 0.0
        lasted_s = last[-1].end_s - (last[0].end_s - last[0].took_s)
        return sum(batch.frames for batch in last) / max(lasted_s, 1e-6)
