"""Walking: where the feet are when, and how the body rides above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from inference.results import FloatArray
from inference.simulator.body.limbs import FootTrack
from inference.simulator.body.posture import COLUMN, STANDING
from inference.simulator.movement.programme import minimum_jerk

STEP_M = 0.62
STEP_S = 0.52
_SWING_S = 0.40
_ROLL_PITCH = 0.75
_ARM_SWING = 0.42


@dataclass(frozen=True)
class FootFall:
    """A foot comes down at a time (s) with its toes at a place (m along the way)."""

    seconds: float
    toes: float


def foot_track(times: FloatArray, stands_at: float, falls: Sequence[FootFall], ground: float) -> FootTrack:
    """A foot that stands, and swings forward to every fall: heel up first, then toes up, then flat.

    Args:
        times: (n,) seconds.
        stands_at: where the toes are at first.
        falls: what follows.
        ground: height of the ground.
    """
    toes = np.stack([np.full_like(times, stands_at), np.full_like(times, ground)], axis=-1)
    pitch = np.zeros_like(times)
    place = stands_at
    for fall in falls:
        share = np.clip((times - fall.seconds + _SWING_S) / _SWING_S, 0, 1)
        toes[:, 0] += (fall.toes - place) * minimum_jerk(share)
        toes[:, 1] += 0.05 * np.sin(np.pi * share) ** 2
        roll = np.clip((times - fall.seconds + _SWING_S) / 0.30 + 1, 0, 2)
        pitch += _ROLL_PITCH * np.sin(np.pi * roll / 2) ** 2
        place = fall.toes
    return FootTrack(toes, pitch)


def carried(
    times: FloatArray, falls: Sequence[FootFall], begin: tuple[float, float], end: tuple[float, float]
) -> FloatArray:
    """(n,) where along the way the body is, given (time, place) of standing before and after the foot falls."""
    knots = [begin, *((fall.seconds, fall.toes - 0.75 * STEP_M) for fall in falls), end]
    seconds, places = zip(*knots, strict=True)
    way: FloatArray = PchipInterpolator(seconds, places)(np.clip(times, seconds[0], seconds[-1]))
    return way


def swinging_arms(times: FloatArray, first_fall_s: float, last_fall_s: float) -> FloatArray:
    """(n, 17) joint angles of a person who stands, walks between two times, and stands; legs as in standing."""
    angles = np.repeat(STANDING[None], len(times), axis=0)
    fade = minimum_jerk((times - first_fall_s + 0.5) / 0.5) * (1 - minimum_jerk((times - last_fall_s) / 0.4))
    swing = _ARM_SWING * fade * np.cos(np.pi * (times - first_fall_s) / STEP_S)
    angles[:, COLUMN["left_shoulder_elevation"]] += swing
    angles[:, COLUMN["right_shoulder_elevation"]] -= swing
    for side in ("left", "right"):
        angles[:, COLUMN[f"{side}_shoulder_plane"]] *= 1 - 0.85 * fade
        angles[:, COLUMN[f"{side}_elbow_flexion"]] += 0.2 * fade
    return angles
