"""What a path says in metres and seconds: flight time, height above take-off, speed at entry, scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from inference.results import BallisticPath, Interval, Trajectory


@dataclass(frozen=True, slots=True)
class Measure:
    """A value with its standard uncertainty in the same unit; None where none is known."""

    value: float
    uncertainty: float | None = None


@dataclass(frozen=True, slots=True)
class FlightMetrics:
    """The metric view of one flight; gravity gives the scale, so all but the time need a path that curves down.

    Seconds are those of the world, not of a video in slow motion. Metres are those at the diver's depth, in the plane
    the camera sees: movement towards the camera does not show. None is what is not known.
    """

    flight_time_s: float | None = None
    height_above_take_off_m: Measure | None = None
    drop_below_take_off_m: Measure | None = None
    entry_speed_m_s: Measure | None = None
    metres_per_pixel: Measure | None = None


def flight_metrics(
    interval: Interval, trajectory: Trajectory | None, *, slow_motion: float | None = 1.0
) -> FlightMetrics:
    """Metrics of a dive; those that need a path are None without one.

    Args:
        interval: the dive's start and end.
        trajectory: its path, in seconds of the video.
        slow_motion: video seconds for a second of the world; None if not known, and then nothing can be told.

    With k metres per pixel from gravity and its relative uncertainty u, every length and speed has uncertainty u times
    itself. In a video s times slower, the fitted acceleration is s² times too small.
    """
    if slow_motion is None:
        return FlightMetrics()
    flight_time_s = interval.duration_s / slow_motion
    video_scale = trajectory.path.metres_per_pixel if trajectory is not None else None
    if trajectory is None or video_scale is None:
        return FlightMetrics(flight_time_s)
    scale = video_scale / slow_motion**2
    path = trajectory.path
    start_s, end_s = interval.start.seconds, interval.end.seconds
    take_off, apex, entry = path.at([start_s, apex_s(path, interval), end_s])
    speed_px_s = float(np.hypot(path.vx, path.vy + path.ay * (end_s - path.origin_s)))

    def measure(pixels: float) -> Measure:
        value = pixels * scale
        relative = trajectory.scale_uncertainty
        return Measure(value, None if relative is None else abs(value) * relative)

    return FlightMetrics(
        flight_time_s,
        height_above_take_off_m=measure(float(take_off[1] - apex[1])),
        drop_below_take_off_m=measure(float(entry[1] - take_off[1])),
        entry_speed_m_s=measure(speed_px_s * slow_motion),
        metres_per_pixel=measure(1.0),
    )


def apex_s(path: BallisticPath, interval: Interval) -> float:
    """When the diver is highest between start and end."""
    start_s, end_s = interval.start.seconds, interval.end.seconds
    if path.ay <= 0 or not math.isfinite(path.apex_s):
        heights = path.at([start_s, end_s])[:, 1]
        return start_s if heights[0] <= heights[1] else end_s
    return min(max(path.apex_s, start_s), end_s)
