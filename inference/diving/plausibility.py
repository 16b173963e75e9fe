"""Whether a path found among moving blobs is a dive: physics, not appearance.

Gravity turns pixels into metres, so that everything here is free of the camera's distance, resolution and frame rate:
how long the flight lasts, how large the body is, how far it falls, how well and how steadily it follows a parabola, and
whether blobs lie on the path more than they lie beside it. Facts about dives: data of the boards, 1 to 10 m, flights of
1.0 to 1.9 s (shorter for beginners).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


@dataclass(frozen=True, slots=True)
class Flight:
    """What is known about a path that may be a dive; metres by gravity, seconds of real time.

    Attributes:
        duration_s: take-off to entry.
        support: mean over the pictures of the flight of 1 - min(c, τ²) / τ², 0 where no blob is on the path.
        clutter: the same for paths beside this one, so what chance gives.
        body_m: median extent of the blobs on the path.
        residual_m: root mean square distance of the blobs on the path from it, without that of half a pixel.
        drop_m: height of take-off above entry.
        fall_m: height of the apex above entry, at most the whole path.
        acceleration_error: relative standard error of the vertical acceleration.
        early_acceleration, late_acceleration: vertical acceleration of the first and last 60 % of the flight alone,
            relative to that of the whole.
        size_spread: median absolute deviation of the natural logarithm of the blobs' extent.
        blobs: number of pictures with a blob on the path.
        presence: their share of all pictures from the first of them to the last.
        churn: how much the pixels of the picture change where the blobs are, as a share of how much the blobs differ
            from their background; median over the pictures.
    """

    duration_s: float
    support: float
    clutter: float
    body_m: float
    residual_m: float
    drop_m: float
    fall_m: float
    acceleration_error: float
    early_acceleration: float
    late_acceleration: float
    size_spread: float
    blobs: int
    presence: float
    churn: float


class _Ramp(NamedTuple):
    """A soft limit: 0 at `bad` and beyond, 1 at `good` and beyond."""

    bad: float
    good: float

    def __call__(self, value: float) -> float:
        return float(np.clip((value - self.bad) / (self.good - self.bad), 0.0, 1.0))


_SUPPORT = _Ramp(0.55, 0.85)
_CONTRAST = _Ramp(0.15, 0.5)
_SMALLEST_M = _Ramp(0.35, 0.6)
_LARGEST_M = _Ramp(2.5, 1.9)
_RESIDUAL = _Ramp(0.28, 0.1)
_DROP_M = _Ramp(-0.2, 0.5)
_FALL_M = _Ramp(1.1, 2.0)
_FALL_BODIES = _Ramp(0.7, 1.5)
_ACCELERATION_ERROR = _Ramp(0.2, 0.06)
_UNEVENNESS = _Ramp(1.0, 0.3)
_SIZE_SPREAD = _Ramp(0.8, 0.35)
_BLOBS = _Ramp(8, 18)
_PRESENCE = _Ramp(0.6, 0.9)
_CHURN = _Ramp(0.15, 0.4)


def plausibility(flight: Flight) -> float:
    """How much like a dive a path is, 0 to 1: the geometric mean of soft limits, 0 if any of them is missed."""
    unevenness = max(abs(np.log(max(a, 1e-3))) for a in (flight.early_acceleration, flight.late_acceleration))
    marks = np.array(
        [
            _SUPPORT(flight.support),
            _CONTRAST(flight.support - flight.clutter),
            _SMALLEST_M(flight.body_m),
            _LARGEST_M(flight.body_m),
            _RESIDUAL(flight.residual_m),
            _DROP_M(flight.drop_m),
            _FALL_M(flight.fall_m),
            _FALL_BODIES(flight.fall_m / flight.body_m),
            _ACCELERATION_ERROR(flight.acceleration_error),
            _UNEVENNESS(unevenness),
            _SIZE_SPREAD(flight.size_spread),
            _BLOBS(flight.blobs),
            _PRESENCE(flight.presence),
            _CHURN(flight.churn),
        ]
    )
    if (marks <= 0).any():
        return 0.0
    # The weakest property counts most: a geometric mean alone would let nine good ones hide a bad one.
    return float(np.exp(np.log(marks).mean()) ** 0.4 * marks.min() ** 0.6)
