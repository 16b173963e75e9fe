"""How a video's camera was held, worked out from the camera motion that stands beside its dives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inference.results import CameraMotion, Interval

CAMERA_KINDS = ("fixed", "drifting", "handheld", "unknown")
"""As `divereview simulate --camera` calls them."""

_FIXED_WIDTHS_S = 2e-4
_DRIFTING_WIDTHS_S = 6e-3
"""Speeds of the picture's middle, in picture widths per second, up to which a camera is fixed, and drifts.

A tripod that gives way moves the picture by 0.0007 to 0.003 widths per second and hands by 0.02 and more, even where
they follow nobody.
"""


def camera_kind(dives: Sequence[tuple[Interval, CameraMotion]], size: tuple[int, int]) -> str:
    """One of `CAMERA_KINDS` for a whole video: the median over its dives of how fast the picture moves meanwhile.

    Args:
        dives: interval and camera motion of the dives of which it is known; without any the kind is unknown.
        size: (width, height) of the video.
    """
    speeds = [_widths_per_second(interval, camera, size) for interval, camera in dives if interval.duration_s > 0]
    if not speeds:
        return "unknown"
    speed = float(np.median(speeds))
    if speed <= _FIXED_WIDTHS_S:
        return "fixed"
    return "drifting" if speed <= _DRIFTING_WIDTHS_S else "handheld"


def _widths_per_second(interval: Interval, camera: CameraMotion, size: tuple[int, int]) -> float:
    """Median speed of the middle of the picture in stabilised coordinates during a dive."""
    middle = np.divide(size, 2)
    frames = range(interval.start.frame, interval.end.frame + 1)
    places = np.stack([camera.stabilise(frame, middle) for frame in frames])
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    frame_s = interval.duration_s / len(steps)
    return float(np.median(steps)) / frame_s / size[0]
