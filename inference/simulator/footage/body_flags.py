"""What a diver's body is doing at a moment: whether it flies, stands on its head, is bent, and twists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.pose.skeletons import CANONICAL_17
from inference.results import FloatArray
from inference.simulator.footage.close_ups import turns_done
from inference.simulator.movement.dive_motion import DiveMotion

FLAGS: Final = ("in_flight", "inverted", "tucked", "piked", "twisting")

_BENT_HIP_RAD = np.radians(110)
_BENT_KNEE_RAD = np.radians(110)
_TWISTING_HALF_TURNS_S = 1.0
_STEP_S = 0.02


def body_flags(motion: DiveMotion, times_s: FloatArray) -> npt.NDArray[np.bool_]:
    """Which of `FLAGS` hold.

    Inverted is who has the head below the pelvis. Tucked and piked are bodies in flight that are bent by more than 70°
    in the hips, with knees bent by more than that or less. Twisting is more than half a turn a second in flight.

    Args:
        motion: a dive.
        times_s: (n,) seconds from its beginning.

    Returns:
        (n, flags) in the order of `FLAGS`.
    """
    joints = motion.at(times_s).joints
    in_flight = (times_s >= motion.take_off_s) & (times_s <= motion.entry_s)
    inverted = _joint(joints, "head")[:, 2] < _joint(joints, "pelvis")[:, 2]
    trunk = _joint(joints, "neck") - _joint(joints, "pelvis")
    thighs = _middle(joints, "knee") - _middle(joints, "hip")
    is_bent = in_flight & (_angles(trunk, thighs) < _BENT_HIP_RAD)
    knees_bent = _angles(-thighs, _middle(joints, "ankle") - _middle(joints, "knee")) < _BENT_KNEE_RAD
    twists = turns_done(motion, np.stack([times_s - _STEP_S, times_s + _STEP_S]).reshape(-1))[:, 1].reshape(2, -1)
    twisting = in_flight & (np.abs(twists[1] - twists[0]) / (2 * _STEP_S) > _TWISTING_HALF_TURNS_S)
    return np.stack([in_flight, inverted, is_bent & knees_bent, is_bent & ~knees_bent, twisting], axis=1)


def flag_column(flags: npt.NDArray[np.bool_], name: str, names: Sequence[str] = FLAGS) -> npt.NDArray[np.bool_]:
    """(n,) one of the flags of (n, flags)."""
    return flags[:, names.index(name)]


def _joint(joints: FloatArray, name: str) -> FloatArray:
    return joints[:, CANONICAL_17.index(name)]


def _middle(joints: FloatArray, name: str) -> FloatArray:
    middle: FloatArray = (_joint(joints, f"left_{name}") + _joint(joints, f"right_{name}")) / 2
    return middle


def _angles(first: FloatArray, second: FloatArray) -> FloatArray:
    """(n,) angles between (n, 3) vectors, radians."""
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    angles: FloatArray = np.arccos(np.clip((first * second).sum(axis=1) / lengths, -1, 1))
    return angles
