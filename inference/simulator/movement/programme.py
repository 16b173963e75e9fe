"""Joint-angle programmes of the flight: which posture a diver takes when, for every dive code.

A programme is a list of keys, each a posture reached by a smooth movement (minimum jerk) between two shares of the
flight time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.diving.codes import DiveCode, Position
from inference.results import FloatArray
from inference.simulator.body.posture import (
    FEET_FIRST_ENTRY,
    HANDSTAND,
    HEAD_FIRST_ENTRY,
    LAYOUT_ARMS_OUT,
    PIKE,
    REACH,
    STRAIGHT,
    TUCK,
)


@dataclass(frozen=True, eq=False)
class Key:
    """A posture (..., 17) reached between two shares (0 to 1) of a movement's time, each a number or (...)."""

    begin: float | FloatArray
    end: float | FloatArray
    posture: FloatArray


def joint_angles(keys: Sequence[Key], shares: FloatArray) -> FloatArray:
    """(..., times, 17) joint angles of a programme at (times,) shares of its time; the first key is the start."""
    angles = np.repeat(keys[0].posture[..., None, :], len(shares), axis=-2)
    for key in keys[1:]:
        begin, end = np.asarray(key.begin)[..., None], np.asarray(key.end)[..., None]
        weight = minimum_jerk((shares - begin) / (end - begin))[..., None]
        angles = angles + weight * (key.posture[..., None, :] - angles)
    return angles


def minimum_jerk(share: FloatArray) -> FloatArray:
    """Smooth step from 0 to 1 with zero speed and acceleration at both ends (minimum-jerk profile)."""
    u = np.clip(share, 0.0, 1.0)
    result: FloatArray = u * u * u * (10 - 15 * u + 6 * u * u)
    return result


def take_off_posture(code: DiveCode) -> FloatArray:
    """(17,) the posture at last contact with the board, in which every flight begins at rest."""
    return HANDSTAND if code.is_armstand else REACH


def entry_posture(code: DiveCode) -> FloatArray:
    """(17,) the posture at first contact with the water."""
    return HEAD_FIRST_ENTRY if code.enters_head_first else FEET_FIRST_ENTRY


def flight_programme(code: DiveCode) -> list[Key]:
    """The keys of a flight without twist, from last contact with the board to first contact with the water."""
    start, entry = take_off_posture(code), entry_posture(code)
    turns = code.half_somersaults
    if turns == 0:
        return [Key(0, 0, start), Key(0.05, 0.4, entry)]
    keys = [Key(0, 0, start)]
    begin = 0.0
    if code.is_flying:
        # The first half somersault is flown straight.
        keys.append(Key(0.0, 0.14, LAYOUT_ARMS_OUT))
        begin = 0.30
    shape = held_shape(code)
    # The more somersaults, the faster into the shape and the longer in it.
    into = 0.30 if turns <= 1 else 0.22 if turns <= 3 else 0.15
    keys.append(Key(begin, begin + into, shape))
    open_from = opening_share(turns)
    keys.append(Key(open_from, min(open_from + 0.24, 0.97), entry))
    return keys


def opening_share(half_somersaults: int) -> float:
    """The share of the flight at which a diver leaves the shape."""
    shares = (0.40, 0.48, 0.58, 0.62, 0.68, 0.70, 0.73, 0.76, 0.78)
    return shares[half_somersaults] if half_somersaults < len(shares) else 0.80


def held_shape(code: DiveCode) -> FloatArray:
    """(17,) the posture that gives the position its name."""
    if code.position is Position.TUCK:
        return TUCK
    if code.position is Position.PIKE:
        return PIKE
    return LAYOUT_ARMS_OUT if code.half_somersaults <= 2 else STRAIGHT
