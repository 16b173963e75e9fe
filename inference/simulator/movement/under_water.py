"""From the first contact with the water on: the glide down, the turn upright and the way back up."""

from __future__ import annotations

import numpy as np

from inference.results import FloatArray
from inference.simulator.body.kinematics import about_y, about_z
from inference.simulator.body.posture import posture
from inference.simulator.movement.motion import Movement
from inference.simulator.movement.programme import Key, joint_angles, minimum_jerk

_DRAG_S = 0.30
_TURN_DRAG_S = 0.05
FLOAT_HEIGHT_M = -0.38

TREADING = posture(shoulder_elevation=70, shoulder_plane=70, elbow_flexion=30, hip_flexion=38, knee_flexion=60)


def glide_and_surface(
    times: FloatArray,
    angles: FloatArray,
    rotation: FloatArray,
    turn_rate: float,
    centre: FloatArray,
    velocity: FloatArray,
) -> Movement:
    """The body under water until it floats upright, facing away from the board.

    Args:
        times: (n,) seconds since entry, to the moment in which the body floats.
        angles: (17,) joint angles at entry.
        rotation: (3, 3) from pelvis axes to the world at entry.
        turn_rate: rad/s about the world's +y at entry; dies away quickly.
        centre: (3,) the centre of mass at entry.
        velocity: (3,) m/s of the centre of mass at entry; slowed down by the water.
    """
    up_s = float(times[-1])
    moved = joint_angles([Key(0, 0, angles), Key(0.7, up_s, TREADING)], times)
    # The part of the body already under water is what brakes, so the drag comes in over the first moments.
    braked = np.maximum(times - 0.06, 0)
    path = np.minimum(times, 0.06) + _DRAG_S * (1 - np.exp(-braked / _DRAG_S))
    gliding = centre + path[:, None] * velocity
    up = minimum_jerk((times - 0.55) / (up_s - 0.55))[:, None]
    floating = gliding[-1] * [1, 1, 0] + [0, 0, FLOAT_HEIGHT_M]
    place = gliding + up * (floating - gliding)
    overturn = turn_rate * _TURN_DRAG_S * (1 - np.exp(-times / _TURN_DRAG_S))
    righted = minimum_jerk((times - 0.6) / (0.75 * (up_s - 0.6)))
    turning = about_y(overturn) @ rotation
    turning = _towards_upright(turning, righted)
    return Movement(moved, turning, place, np.zeros(len(times)))


def _towards_upright(rotations: FloatArray, share: FloatArray) -> FloatArray:
    """(n, 3, 3) rotations brought to upright by a growing share of the way: about y, then about z."""
    last = rotations[-1]
    lying = np.arctan2(last[0, 2], last[2, 2])
    upright = about_y(-lying * share) @ rotations
    facing = np.arctan2(*(about_y(-lying) @ last)[[1, 0], 0])
    return about_z(-facing * share) @ upright
