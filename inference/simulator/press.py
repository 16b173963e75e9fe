"""The last second on the board: from standing, or landing from a hurdle, to the take-off.

The centre of mass follows a smooth curve that ends with the place and velocity of the flight; the trunk's pitch ends
with the lean and the angular velocity of the flight; on a springboard the tip is pressed down and comes back up with
the diver. Between trunk and board the legs are placed so that the toes stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from inference.results import FloatArray
from inference.simulator.athlete import SEGMENTS, Athlete
from inference.simulator.body import about_y, pose_body
from inference.simulator.limbs import SIDES, plant_feet, plant_hands
from inference.simulator.motion import GRID_HZ, Movement
from inference.simulator.posture import COLUMN, STANDING, posture
from inference.simulator.programme import Key, joint_angles, minimum_jerk

ARMS_BACK = posture(STANDING, shoulder_elevation=-48, shoulder_plane=8, elbow_flexion=4, spine_flexion=16)
ARMS_FORWARD = posture(STANDING, shoulder_elevation=92, shoulder_plane=5, elbow_flexion=0)
_STATIC_SAG_M = -0.09
_TOES = [SEGMENTS.index(f"{side}_foot") for side in SIDES]


@dataclass(frozen=True, eq=False)
class TakeOff:
    """What the contact with the board has to end with, in the diver's plane (forward, up).

    pitch_rate is in rad/s; toes is where they are at take-off.
    """

    angles: FloatArray
    pitch: float
    pitch_rate: float
    centre: FloatArray
    velocity: FloatArray
    toes: FloatArray
    is_springboard: bool


@dataclass(frozen=True, eq=False)
class Knots:
    """A smooth curve through values with given slopes at times before take-off (seconds, last is 0)."""

    times: tuple[float, ...]
    values: tuple[float, ...]
    slopes: tuple[float, ...]

    def at(self, times: FloatArray) -> FloatArray:
        """Values at (n,) times."""
        result: FloatArray = CubicHermiteSpline(self.times, self.values, self.slopes)(times)
        return result


def standing_press(athlete: Athlete, take_off: TakeOff, stand_s: float, *, heels_free: bool) -> Movement:
    """Standing still, raising the arms, swinging them down and up, and pressing off.

    Args:
        athlete: who.
        take_off: how it ends.
        stand_s: seconds of standing still before.
        heels_free: whether only the balls of the feet are on the board, as in a backward stand.
    """
    speed = take_off.velocity[1]
    foot_down = 0.12 if heels_free else 0.0
    stood = _standing_height(athlete, foot_down) + take_off.toes[1]
    sag = _STATIC_SAG_M if take_off.is_springboard else 0.0
    last = take_off.centre
    rise_s = 0.34 if take_off.is_springboard else 0.27
    low = last[1] - (0.50 if take_off.is_springboard else 0.52) * speed * rise_s
    down_s = rise_s + (0.46 if take_off.is_springboard else 0.38)
    begin = -(down_s + 1.0 + stand_s)
    times = _grid(begin)
    height = Knots(
        (begin, -down_s - 0.5, -down_s, -rise_s, 0.0),
        (stood + sag, stood + sag, stood + sag + 0.05, low, last[1]),
        (0.0, 0.0, 0.0, 0.0, speed),
    ).at(times)
    arms = [
        Key(begin, begin, STANDING),
        Key(-down_s - 1.0, -down_s - 0.35, ARMS_FORWARD),
        Key(-down_s - 0.2, -rise_s + 0.02, ARMS_BACK),
        Key(-rise_s - 0.06, 0.0, take_off.angles),
    ]
    # Raised arms lift the centre of mass of a diver who stands with straight legs.
    lifted = -pose_body(athlete, _legs_straight(joint_angles(arms, times))).far_ends[:, _TOES, 2].min(axis=-1)
    height += (lifted - lifted[0]) * (1 - minimum_jerk((times + down_s + 0.1) / 0.3))
    over_feet = take_off.toes[0] - (0.45 if heels_free else 0.6) * athlete.length_m("left_foot")
    forward = Knots((begin, -rise_s - 0.1, 0.0), (over_feet, over_feet, last[0]), (0.0, 0.0, take_off.velocity[0])).at(
        times
    )
    tip = np.zeros_like(times)
    if take_off.is_springboard:
        lowest, lowest_s = -0.095 * speed, 0.21
        tip = Knots((begin, -down_s, -lowest_s, 0.0), (sag, sag + 0.02, lowest, 0.0), (0.0, 0.0, 0.0, speed)).at(times)
    return _pressed(athlete, take_off, times, arms, forward, height, tip, foot_down)


def _pressed(
    athlete: Athlete,
    take_off: TakeOff,
    times: FloatArray,
    arms: list[Key],
    forward: FloatArray,
    height: FloatArray,
    tip: FloatArray,
    foot_down: float,
) -> Movement:
    angles = joint_angles(arms, times)
    turn_s = 0.12
    before = take_off.pitch - 0.5 * take_off.pitch_rate * turn_s
    bow = 0.30 * (np.clip((tip - height).max() - (tip - height), 0, None) < -1)
    pitch = (
        Knots(
            (times[0] - 1e-6, -0.55, -turn_s, 0.0),
            (0.0, 0.0, before, take_off.pitch),
            (0.0, 0.0, 0.0, take_off.pitch_rate),
        ).at(times)
        + bow
    )
    ends = take_off.pitch + take_off.angles[COLUMN["left_plantar_flexion"]]
    foot_pitch = Knots((times[0] - 1e-6, -0.16, 0.0), (foot_down, foot_down, ends), (0.0, 0.0, 9.0)).at(times)
    toes = np.stack([np.full_like(times, take_off.toes[0]), take_off.toes[1] + tip], axis=-1)
    centre = np.stack([forward, height], axis=-1)
    angles = plant_feet(athlete, angles, pitch, centre, toes, foot_pitch)
    return Movement(angles, about_y(pitch), np.stack([forward, 0 * forward, height], axis=-1), tip)


def armstand_hold(athlete: Athlete, take_off: TakeOff, hold_s: float) -> Movement:
    """Standing still on the hands, then leaning and pushing off.

    Here up is towards the feet's end of the world: the diver's own up, which points down.
    """
    hands = take_off.toes
    straight = pose_body(athlete, take_off.angles)
    reach = float(straight.far_ends[:, 2].max())
    speed = take_off.velocity[1]
    dip_s = 0.20
    begin = -(hold_s + 0.9)
    times = _grid(begin)
    held = hands[1] - reach
    bottom = take_off.centre[1] - 0.6 * speed * dip_s
    height = Knots((begin, -0.8, -dip_s, 0.0), (held, held, bottom, take_off.centre[1]), (0, 0, 0, speed)).at(times)
    forward = Knots((begin, -0.8, 0.0), (hands[0], hands[0], take_off.centre[0]), (0.0, 0.0, take_off.velocity[0])).at(
        times
    )
    turn_s = 0.16
    before = take_off.pitch - 0.5 * take_off.pitch_rate * turn_s
    pitch = Knots(
        (begin, -0.8, -turn_s, 0.0), (0.0, 0.0, before, take_off.pitch), (0.0, 0.0, 0.0, take_off.pitch_rate)
    ).at(times)
    angles = np.repeat(take_off.angles[None], len(times), axis=0)
    planted = plant_hands(
        athlete, angles, pitch, np.stack([forward, height], axis=-1), np.repeat(hands[None], len(times), axis=0)
    )
    return Movement(planted, about_y(pitch), np.stack([forward, 0 * forward, height], axis=-1), 0 * times)


def _standing_height(athlete: Athlete, foot_down: float) -> float:
    """Height of the centre of mass over the toes of a diver who stands."""
    body = pose_body(athlete, STANDING)
    return float(-body.far_ends[:, 2].min()) + 0.7 * athlete.length_m("left_foot") * float(np.sin(foot_down))


def _legs_straight(angles: FloatArray) -> FloatArray:
    """The same joint angles with standing legs."""
    straight = angles.copy()
    for side in SIDES:
        for joint in ("hip_flexion", "knee_flexion", "plantar_flexion"):
            straight[:, COLUMN[f"{side}_{joint}"]] = 0
    return straight


def _grid(begin: float) -> FloatArray:
    """Times from about begin to 0, on the grid of movements."""
    return np.arange(-round(-begin * GRID_HZ), 1) / GRID_HZ
