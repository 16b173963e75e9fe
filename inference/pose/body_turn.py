"""How far a picture is to be turned for a diver's body to stand upright in it, so that a somersault is unrolled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from inference.pose.crop_map import CropMap
from inference.results import FloatArray

REACH_S: Final = 0.2
"""How far from a frame others still count."""

_AGREEMENT_S: Final = 0.08
_SMOOTHING_S: Final = 0.05
"""Standard deviations of the weights with which the frames around one count: for which of them can be right, in a
stretch long enough for two wrong ones to be outvoted, and for the turn itself, short enough for a body that opens.
"""

_FASTEST_RAD_S: Final = 5 * math.tau
"""Divers in a tuck reach three to four somersaults a second."""

_RATES: Final = 61
_LEAST_SPREAD_S2: Final = 1e-12
_LEAST_WEIGHT: Final = 1e-9
_LOWER: Final = (("pelvis",), ("left_hip", "right_hip"))
_UPPER: Final = (
    ("neck",),
    ("thorax",),
    ("upper_neck",),
    ("left_shoulder", "right_shoulder"),
    ("head",),
    ("head_top",),
    ("nose",),
)


def body_axis(names: Sequence[str], points: FloatArray) -> FloatArray:
    """(2,) from the pelvis to the neck, not a number where that is not known.

    Without a pelvis the middle of the hips counts, and without a neck that of the shoulders, or else the head.

    Args:
        names: of the joints.
        points: (joints, 2) image coordinates; not a number where not known.
    """
    axis: FloatArray = _first_known(_UPPER, names, points) - _first_known(_LOWER, names, points)
    return axis


def _first_known(choices: Sequence[Sequence[str]], names: Sequence[str], points: FloatArray) -> FloatArray:
    for joints in choices:
        if all(joint in names for joint in joints):
            middle: FloatArray = points[[names.index(joint) for joint in joints]].mean(axis=0)
            if np.isfinite(middle).all():
                return middle
    return np.full(2, np.nan)


def upright_turn(times_s: FloatArray, axes: FloatArray, at_s: float) -> float | None:
    """How far to turn the picture at a moment, in radians clockwise as seen, for the body to stand head up.

    The steady somersault that agrees best with the frames around the moment, weighted by how near they are: it is
    followed without delay, also at the first and last frame, while the trembling of single keypoints is damped and
    frames count for nothing in which a model took the feet for the head.

    Args:
        times_s: (frames,) of some frames around the moment, in order.
        axes: (frames, 2) from the pelvis up, x to the right and y down; not a number where not known.
        at_s: the moment; before the first or after the last axis that is known, that one's counts.

    Returns:
        None if no axis is known.
    """
    is_known = np.isfinite(axes[:, 0]) & np.isfinite(axes[:, 1]) & (np.hypot(axes[:, 0], axes[:, 1]) > 0)
    if not is_known.any():
        return None
    x, y = axes[is_known].T
    # Upright is (0, -1), the angle -π/2; a clockwise turn adds to an angle where y points down.
    turns = -math.pi / 2 - np.arctan2(y, x)
    times = times_s[is_known]
    away = times - np.clip(at_s, times[0], times[-1])
    turn, rest = _steady_rotation(away, turns)
    # What is more than a quarter of a circle off has no say.
    weights = np.exp(-((away / _SMOOTHING_S) ** 2) / 2) * np.maximum(np.cos(rest), 0.0) ** 2
    if weights.sum() < _LEAST_WEIGHT:
        return turn
    middle, mean = np.average(away, weights=weights), np.average(rest, weights=weights)
    spread = np.average((away - middle) ** 2, weights=weights)
    if spread > _LEAST_SPREAD_S2:
        mean -= middle * np.average((away - middle) * (rest - mean), weights=weights) / spread
    return turn + float(mean)


def _steady_rotation(away: FloatArray, turns: FloatArray) -> tuple[float, FloatArray]:
    """The turn at 0 s of the steady rotation that most frames agree with, and how far from it each of them is.

    Every rate is tried with every frame as the one that is right; slow rotations are a little more likely, since two
    wrong frames in a row may agree with right ones on a fast one.
    """
    weights = np.exp(-((away / _AGREEMENT_S) ** 2) / 2)
    rates = np.linspace(-_FASTEST_RAD_S, _FASTEST_RAD_S, _RATES)
    starts = turns - rates[:, None] * away
    cosines, sines = np.cos(starts), np.sin(starts)
    # (rates, frames that are right, frames): the cosines of how far they are apart.
    near = cosines[:, :, None] * cosines[:, None, :] + sines[:, :, None] * sines[:, None, :]
    near = np.maximum(near, 0.0)
    near *= near
    agreement = (near * near) @ weights * (1 - 0.2 * np.abs(rates[:, None]) / _FASTEST_RAD_S)
    rate, right = np.unravel_index(np.argmax(agreement), agreement.shape)
    turn = float(starts[rate, right])
    return turn, (starts[rate] - turn + math.pi) % math.tau - math.pi


def upright_crop(middle: Sequence[float], side_px: int, turn_rad: float, pixel_aspect: float = 1.0) -> CropMap:
    """The way from a frame to a square around a place in it, turned as the frame is seen.

    Args:
        middle: of the square, image coordinates.
        side_px: of the square, px of the frame and of the crop.
        turn_rad: clockwise as seen.
        pixel_aspect: how wide a pixel is for its height, in the frame and in the crop.
    """
    cosine, sine = math.cos(turn_rad), math.sin(turn_rad)
    turned = np.array([[cosine, -sine / pixel_aspect], [sine * pixel_aspect, cosine]])
    offset = side_px / 2 - turned @ np.asarray(middle, np.float64)
    return CropMap(np.column_stack([turned, offset]), (side_px, side_px))
