"""From where a pose is looked at, and what that makes of its axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from inference.results import FloatArray

_STEP = 15.0
_STRAIGHT = 90.0
_SNAP = 4.0


@dataclass(frozen=True, slots=True)
class Direction:
    """From where one looks, in degrees: azimuth to the right around the vertical, elevation upwards.

    (0, 0) is where the camera looks from, (90, 0) is the camera's right, (0, 90) is above. Nothing is any smaller for
    being farther away (orthographic).
    """

    azimuth: float = 0.0
    elevation: float = 0.0

    @property
    def axes(self) -> FloatArray:
        """(3, 3): which way in the camera's space (right, down, away) right, down and away go on the screen; rows.

        The rows are orthonormal. Right angles are exact, so that what does not change in such a view stays to the bit.
        """
        cos_azimuth, sin_azimuth = _cos_sin(self.azimuth)
        cos_elevation, sin_elevation = _cos_sin(self.elevation)
        return np.array(
            [
                [cos_azimuth, 0.0, sin_azimuth],
                [sin_elevation * sin_azimuth, cos_elevation, -sin_elevation * cos_azimuth],
                [-cos_elevation * sin_azimuth, sin_elevation, cos_elevation * cos_azimuth],
            ]
        )

    def turned(self, azimuth: float, elevation: float) -> Self:
        """Moved on by so many degrees; straight up and straight down is where elevation ends."""
        turned = math.remainder(self.azimuth + azimuth, 360.0)
        return type(self)(turned, min(max(self.elevation + elevation, -_STRAIGHT), _STRAIGHT))

    def stepped(self, across: int, up: int) -> Self:
        """Moved on to the next multiple of 15 degrees to the right (across 1) or left (-1), and up or down."""
        return self.turned(_to_next(self.azimuth, across), _to_next(self.elevation, up))

    def snapped(self) -> Self:
        """Straight from the camera, a side, behind, above or below if it is nearly so, else as it is.

        What is moved by hand in a view that is only nearly the camera's would be given a depth that nobody meant.
        """
        azimuth, elevation = (_STRAIGHT * round(angle / _STRAIGHT) for angle in (self.azimuth, self.elevation))
        is_near = abs(azimuth - self.azimuth) <= _SNAP and abs(elevation - self.elevation) <= _SNAP
        return type(self)(azimuth, elevation) if is_near else self


CAMERA, SIDE, ABOVE = Direction(0.0, 0.0), Direction(90.0, 0.0), Direction(0.0, 90.0)


def _to_next(angle: float, steps: int) -> float:
    """How far it is to the next multiple of a step."""
    places = angle / _STEP
    if steps > 0:
        return (math.floor(places + 1e-6) + steps) * _STEP - angle
    return (math.ceil(places - 1e-6) + steps) * _STEP - angle if steps else 0.0


def _cos_sin(degrees: float) -> tuple[float, float]:
    if degrees % _STRAIGHT == 0:
        return [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][int(degrees // _STRAIGHT) % 4]
    angle = math.radians(degrees)
    return math.cos(angle), math.sin(angle)
