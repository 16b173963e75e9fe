"""The last second on the board: from standing to the take-off.

The centre of mass follows a smooth curve that ends with the place and velocity of the flight; the trunk's pitch ends
with the lean and the angular velocity of the flight; on a springboard the tip is pressed down and comes back up with
the diver. Between trunk and board the legs are placed so that the toes stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from inference.results import FloatArray
from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.body.kinematics import about_y, pose_body
from inference.simulator.body.limbs import SIDES, FootTrack, plant_feet
from inference.simulator.body.posture import COLUMN, STANDING, posture
from inference.simulator.movement.motion import GRID_HZ, Movement
from inference.simulator.movement.programme import Key, joint_angles, minimum_jerk

ARMS_BACK = posture(STANDING, shoulder_elevation=-48, shoulder_plane=8, elbow_flexion=4, spine_flexion=16)
ARMS_FORWARD = posture(STANDING, shoulder_elevation=92, shoulder_plane=5, elbow_flexion=0)

_STATIC_SAG_M = -0.09
_LOWEST_TIP_S = 0.21
_TURN_S = 0.12
_CROUCH_PITCH = 0.36
_TOES = [SEGMENTS.index(f"{side}_foot") for side in SIDES]


@dataclass(frozen=True, eq=False)
class TakeOff:
    """What the contact with the board has to end with, in the diver's plane (forward, up).

    pitch_rate is in rad/s; support is where toes or hands are at take-off.
    """

    angles: FloatArray
    pitch: float
    pitch_rate: float
    centre: FloatArray
    velocity: FloatArray
    support: FloatArray
    is_springboard: bool


def curve(times: FloatArray, *knots: tuple[float, float, float]) -> FloatArray:
    """(n,) a smooth curve through (time, value, slope) knots, at times; level before the first and after the last."""
    at, values, slopes = zip(*knots, strict=True)
    result: FloatArray = CubicHermiteSpline(at, values, slopes)(np.clip(times, at[0], at[-1]))
    return result


def times_before(begin: float) -> FloatArray:
    """Times from about begin to 0, on the grid of movements."""
    return np.arange(-round(-begin * GRID_HZ), 1) / GRID_HZ


def in_plane(
    angles: FloatArray, pitch: FloatArray, forward: FloatArray, height: FloatArray, tip: FloatArray
) -> Movement:
    """A movement in the diver's plane from front to back."""
    return Movement(angles, about_y(pitch), np.stack([forward, 0 * forward, height], axis=-1), tip)


def standing_press(athlete: Athlete, take_off: TakeOff, stand_s: float, *, heels_free: bool) -> Movement:
    """Standing still, raising the arms, swinging them down and up, and pressing off.

    Args:
        athlete: who.
        take_off: how it ends.
        stand_s: seconds of standing still before.
        heels_free: whether only the balls of the feet are on the board, as in a backward stand.
    """
    speed, last, springs = take_off.velocity[1], take_off.centre, take_off.is_springboard
    foot_down = 0.12 if heels_free else 0.0
    rise_s = 0.34 if springs else 0.27
    down_s = rise_s + (0.46 if springs else 0.38)
    begin = -(down_s + 1.0 + stand_s)
    times = times_before(begin)
    arms = [
        Key(begin, begin, STANDING),
        Key(-down_s - 1.0, -down_s - 0.35, ARMS_FORWARD),
        Key(-down_s - 0.25, -rise_s - 0.10, ARMS_BACK),
        Key(-rise_s - 0.16, 0.0, take_off.angles),
    ]
    sag = _STATIC_SAG_M if springs else 0.0
    tip = 0 * times
    if springs:
        tip = curve(times, (-down_s, sag, 0.0), *recoil(speed))
    stood = standing_height(athlete, foot_down) + take_off.support[1]
    if springs:
        height = tip + curve(
            times, (-down_s - 0.5, stood, 0), (-down_s, stood + 0.03, 0), *legs_push(athlete, stood, last)
        )
    else:
        low = last[1] - 0.5 * speed * rise_s
        height = curve(
            times, (-down_s - 0.5, stood, 0), (-down_s, stood + 0.03, 0), (-rise_s, low, 0), (0, last[1], speed)
        )
    # Raised arms lift the centre of mass of a diver who stands with straight legs.
    lifted = -pose_body(athlete, _legs_straight(joint_angles(arms, times))).far_ends[:, _TOES, 2].min(axis=-1)
    height += (lifted - lifted[0]) * (1 - minimum_jerk((times + down_s + 0.1) / 0.3))
    over_feet = take_off.support[0] - (0.45 if heels_free else 0.6) * athlete.length_m("left_foot")
    forward = curve(times, (-rise_s - 0.1, over_feet, 0), (0, last[0], take_off.velocity[0]))
    pitch = curve(times, (-down_s - 0.05, 0, 0), (-rise_s, _CROUCH_PITCH, 0), *unfolding(take_off))
    return in_plane(
        pressed_legs(athlete, take_off, times, arms, pitch, forward, height, tip, foot_down),
        pitch,
        forward,
        height,
        tip,
    )


def recoil(speed: float) -> tuple[tuple[float, float, float], ...]:
    """Knots of a springboard's tip from its lowest place to the take-off at this speed."""
    return (-_LOWEST_TIP_S, -0.095 * speed, 0.0), (0.0, 0.0, speed)


def legs_push(athlete: Athlete, stood: float, last: FloatArray) -> tuple[tuple[float, float, float], ...]:
    """Knots of the centre of mass over a springboard's tip: legs bend, push the board down, and stretch to the toes."""
    scale = athlete.stature_m / 1.7
    return (-0.34, stood - 0.24 * scale, 0.0), (-0.15, stood - 0.05 * scale, 1.2 * scale), (0.0, last[1], 0.0)


def unfolding(take_off: TakeOff) -> tuple[tuple[float, float, float], ...]:
    """Knots of the pitch in the last moments, when the trunk takes up the turning of the flight."""
    before = take_off.pitch - 0.5 * take_off.pitch_rate * _TURN_S
    return (-_TURN_S, before, 0.0), (0.0, take_off.pitch, take_off.pitch_rate)


def pressed_legs(
    athlete: Athlete,
    take_off: TakeOff,
    times: FloatArray,
    arms: Sequence[Key],
    pitch: FloatArray,
    forward: FloatArray,
    height: FloatArray,
    tip: FloatArray,
    foot_down: float,
) -> FloatArray:
    """(n, 17) joint angles of a press: arms and trunk as the keys say, legs from the body to the toes on the board."""
    pointed = take_off.pitch + take_off.angles[COLUMN["left_plantar_flexion"]]
    foot_pitch = curve(times, (-0.16, foot_down, 0.0), (0.0, pointed, 9.0))
    toes = np.stack([np.full_like(times, take_off.support[0]), take_off.support[1] + tip], axis=-1)
    track = FootTrack(toes, foot_pitch)
    centre = np.stack([forward, height], axis=-1)
    return plant_feet(athlete, joint_angles(arms, times), pitch, centre, dict.fromkeys(SIDES, track))


def standing_height(athlete: Athlete, foot_down: float) -> float:
    """Height of the centre of mass over the toes of a diver who stands, toes pointing down by radians."""
    body = pose_body(athlete, STANDING)
    return float(-body.far_ends[:, 2].min()) + 0.7 * athlete.length_m("left_foot") * float(np.sin(foot_down))


def _legs_straight(angles: FloatArray) -> FloatArray:
    """The same joint angles with standing legs."""
    straight = angles.copy()
    for side in SIDES:
        for joint in ("hip_flexion", "knee_flexion", "plantar_flexion"):
            straight[:, COLUMN[f"{side}_{joint}"]] = 0
    return straight
