"""Frames and seconds of a video, and seconds and pixels of a view of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray

_SINGLE_FRAME_S = 0.04


class TimeAxis:
    """Start time of every frame of a video with constant or variable frame rate.

    Frame n is shown from its time stamp until that of the next one; the last frame lasts as long as an average one.

    Args:
        frame_count: number of frames.
        times_s: (frame_count,) increasing time stamps in seconds, or the frame rate of a video whose rate is constant.

    Raises:
        ValueError: if the times do not fit the count, do not increase, or the rate is not positive.
    """

    def __init__(self, frame_count: int, times_s: npt.ArrayLike | float) -> None:
        self.frame_count = frame_count
        self._times: FloatArray | None = None
        self._fps = 0.0
        times = np.asarray(times_s, dtype=np.float64)
        if times.ndim == 0:
            self._fps = float(times)
            if not (math.isfinite(self._fps) and self._fps > 0):
                raise ValueError(f"a frame rate must be positive, got {self._fps}")
            self.start_s, self.end_s = 0.0, frame_count / self._fps
            return
        if times.shape != (frame_count,):
            raise ValueError(f"{frame_count} frames need {frame_count} times, got shape {times.shape}")
        if frame_count > 1 and not np.all(times[1:] > times[:-1]):
            raise ValueError("the times of the frames do not increase")
        self._times = times
        self.start_s = float(times[0]) if frame_count else 0.0
        last_s = (times[-1] - times[0]) / (frame_count - 1) if frame_count > 1 else _SINGLE_FRAME_S
        self.end_s = float(times[-1] + last_s) if frame_count else 0.0

    @property
    def duration_s(self) -> float:
        """Seconds from the first frame's start to the last frame's end."""
        return self.end_s - self.start_s

    @property
    def mean_frame_s(self) -> float:
        """Average time that a frame is shown."""
        return self.duration_s / self.frame_count if self.frame_count else _SINGLE_FRAME_S

    def start_of(self, frame: int) -> float:
        """Time stamp of a frame; one past the last frame gives the end of the video."""
        return float(self.starts_of(np.array([frame]))[0])

    def starts_of(self, frames: npt.NDArray[np.integer]) -> FloatArray:
        """(N,) time stamps of (N,) frames, each from 0 to frame_count inclusive; others are moved to the nearest."""
        clipped = np.clip(frames, 0, self.frame_count)
        if self._times is None:
            constant: FloatArray = clipped / self._fps
            return constant
        starts: FloatArray = self._times[np.minimum(clipped, self.frame_count - 1)]
        return np.where(clipped == self.frame_count, self.end_s, starts)

    def frame_at(self, seconds: float) -> int:
        """The frame shown at a time, the nearest one outside the video."""
        return min(int(self.frames_at(np.array([seconds]))[0]), max(self.frame_count - 1, 0))

    def frames_at(self, seconds: FloatArray) -> npt.NDArray[np.int64]:
        """(N,) frames shown at (N,) times; frame_count from the end of the video on."""
        if self._times is None:
            # A time stamp n / fps times fps may fall a rounding error short of n.
            frames = np.floor(np.asarray(seconds) * self._fps + 1e-6).astype(np.int64)
        else:
            frames = np.searchsorted(self._times, seconds, side="right").astype(np.int64) - 1
            frames[np.asarray(seconds) >= self.end_s] = self.frame_count
        result: npt.NDArray[np.int64] = np.clip(frames, 0, self.frame_count)
        return result

    def nearest_boundary(self, seconds: float) -> int:
        """The frame, 0 to frame_count, whose start is nearest to a time."""
        frame = self.frame_at(seconds)
        return frame + 1 if self.start_of(frame + 1) - seconds < seconds - self.start_of(frame) else frame


@dataclass(frozen=True, slots=True)
class Viewport:
    """A stretch of time over a width in widget pixels."""

    start_s: float
    end_s: float
    width: float

    @property
    def span_s(self) -> float:
        """Seconds in sight."""
        return self.end_s - self.start_s

    @property
    def pixels_per_second(self) -> float:
        """Scale of the view."""
        return self.width / self.span_s

    def x_of(self, seconds: float) -> float:
        """Widget x of a time."""
        return (seconds - self.start_s) * self.pixels_per_second

    def xs_of(self, seconds: FloatArray) -> FloatArray:
        """(N,) widget x of (N,) times."""
        return (seconds - self.start_s) * self.pixels_per_second

    def seconds_at(self, x: float) -> float:
        """Time at a widget x."""
        return self.start_s + x / self.pixels_per_second

    def zoomed(self, factor: float, x: float) -> Viewport:
        """A factor above 1 shows less; the time at x stays there."""
        anchor = self.seconds_at(x)
        start = anchor - (anchor - self.start_s) / factor
        return Viewport(start, start + self.span_s / factor, self.width)

    def within(self, start_s: float, end_s: float, shortest_s: float) -> Viewport:
        """Moved, then shortened or lengthened, to lie within two times and to show at least shortest_s."""
        span = min(max(self.span_s, shortest_s), end_s - start_s)
        middle = (self.start_s + self.end_s) / 2 if span != self.span_s else self.start_s + span / 2
        start = min(max(middle - span / 2, start_s), end_s - span)
        return Viewport(start, start + span, self.width)
