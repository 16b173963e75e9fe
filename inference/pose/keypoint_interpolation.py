"""Keypoints between the frames that a person corrected: a spline through the corrections, guided by what a model saw.

A model's error changes more slowly than a diver moves. Where it saw a joint, what is interpolated is therefore how far
the corrections lie from its place, by a monotone cubic (Fritsch and Carlson, 1980), which does not swing beyond the
corrections on either side. Where it saw nothing, a cubic spline goes through the corrected places themselves: through
two a straight line, through three a parabola, which is how a body in flight moves.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline, PchipInterpolator

from inference.results import FloatArray


def interpolate_keypoints(times_s: FloatArray, corrected: FloatArray, predicted: FloatArray) -> FloatArray:
    """Where joints are in the frames from each one's first to its last correction.

    Args:
        times_s: (frames,) seconds, increasing.
        corrected: (frames, joints, D) where a person put them, or another thing that D numbers say of them, such as
            the depth; not a number where nobody did.
        predicted: (frames, joints, D) where a model saw them; not a number where it did not.

    Returns:
        (frames, joints, D), the corrections themselves where there are some; not a number before the first and after
        the last one of a joint, and for joints with fewer than two.

    Raises:
        ValueError: if the shapes do not belong together.
    """
    if corrected.shape != predicted.shape or corrected.ndim != 3 or len(corrected) != len(times_s):
        raise ValueError(
            f"{len(times_s)} times do not fit corrections {corrected.shape} and predictions {predicted.shape}"
        )
    result = np.full(corrected.shape, np.nan)
    for joint in range(corrected.shape[1]):
        result[:, joint] = _one_joint(times_s, corrected[:, joint], predicted[:, joint])
    return result


def _one_joint(times_s: FloatArray, corrected: FloatArray, predicted: FloatArray) -> FloatArray:
    """(frames, D) of (frames, D) each."""
    result = np.full(corrected.shape, np.nan)
    knots = np.flatnonzero(_is_known(corrected))
    if len(knots) < 2:
        return result
    span = slice(knots[0], knots[-1] + 1)
    result[span] = CubicSpline(times_s[knots], corrected[knots])(times_s[span])
    is_seen = _is_known(predicted)
    seen_knots = knots[is_seen[knots]]
    if len(seen_knots) >= 2:
        offsets = PchipInterpolator(times_s[seen_knots], (corrected - predicted)[seen_knots])(times_s)
        frames = np.arange(len(times_s))
        after = np.clip(np.searchsorted(knots, frames, side="right"), 1, len(knots) - 1)
        is_guided = is_seen & is_seen[knots[after - 1]] & is_seen[knots[after]]
        is_guided[: knots[0]] = is_guided[knots[-1] + 1 :] = False
        result[is_guided] = (predicted + offsets)[is_guided]
    result[knots] = corrected[knots]
    return result


def _is_known(places: FloatArray) -> npt.NDArray[np.bool_]:
    """(frames,) of (frames, D)."""
    return np.asarray(np.isfinite(places).all(axis=1))
