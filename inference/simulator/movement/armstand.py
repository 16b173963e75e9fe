"""Getting up into an armstand at the edge of the platform, holding it, and pushing off.

As everywhere in the diver's plane, up is towards the head end of a diver who stands: seen in the axes of a diver who
is upside down it points to the ground. The hands are on the edge all the time from the kick on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.results import FloatArray
from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.body.kinematics import about_y, pose_body
from inference.simulator.body.limbs import SIDES, FootTrack, plant_feet, plant_hands
from inference.simulator.body.posture import COLUMN, STANDING, posture
from inference.simulator.movement.motion import Movement
from inference.simulator.movement.press import TakeOff, curve, in_plane, times_before
from inference.simulator.movement.programme import Key, joint_angles, minimum_jerk


@dataclass(frozen=True)
class _Crouch:
    """Hands and feet on the platform: how far the feet are behind the hands, the pitch, and the centre of mass."""

    feet_behind_m: float
    pitch: float
    centre: tuple[float, float]


_LEAN_S = 0.8
_KICK_S = 1.5
_BEND_S = 1.3
_TURN_S = 0.16
_PUSH_S = 0.20
_FACING_WATER = _Crouch(feet_behind_m=0.62, pitch=-1.0, centre=(0.30, -0.62))
_BACK_TO_WATER = _Crouch(feet_behind_m=0.03, pitch=-0.75, centre=(0.02, -0.60))
_LEGS = [COLUMN[f"{side}_{joint}"] for side in SIDES for joint in ("hip_flexion", "knee_flexion", "plantar_flexion")]
_HANDS = [SEGMENTS.index(f"{side}_hand") for side in SIDES]
_TOES = [SEGMENTS.index(f"{side}_foot") for side in SIDES]


def armstand(athlete: Athlete, take_off: TakeOff, hold_s: float, *, faces_water: bool) -> Movement:
    """Standing, bending down to the edge, kicking up, holding the armstand, leaning and pushing off.

    Args:
        athlete: who.
        take_off: how it ends, in the plane of the diver upside down.
        hold_s: seconds of holding still.
        faces_water: which way the diver stands before; with the back to the water the feet are beside the hands.
    """
    stance = _FACING_WATER if faces_water else _BACK_TO_WATER
    times = times_before(-(hold_s + _LEAN_S + _KICK_S + _BEND_S + 0.5))
    kick, hold = -(hold_s + _LEAN_S + _KICK_S), -(hold_s + _LEAN_S)
    crouch_pitch, crouch = _crouch(athlete, take_off, stance)

    leaning = _lean(athlete, take_off, times[times >= hold])
    rising = times[(times >= kick) & (times < hold)]
    share = minimum_jerk((rising - kick) / _KICK_S)
    angles = crouch + minimum_jerk((rising - kick) / _KICK_S)[:, None] * (leaning.angles[0] - crouch)
    # One leg leads.
    ahead = np.sin(np.pi * share)
    angles[:, COLUMN["left_hip_flexion"]] -= 0.55 * ahead
    angles[:, COLUMN["right_hip_flexion"]] += 0.25 * ahead
    kicking = _held_at(athlete, angles, crouch_pitch * (1 - share), _HANDS, take_off.support)

    bending = times[times < kick]
    share = minimum_jerk((bending - kick + _BEND_S) / _BEND_S)
    down = joint_angles([Key(0, 0, STANDING), Key(kick - _BEND_S, kick, crouch)], bending)
    feet = take_off.support + np.array([stance.feet_behind_m, 0.0])
    bent = _held_at(athlete, down, -np.pi + share * (crouch_pitch + np.pi), _TOES, feet)
    return Movement(*(np.concatenate(parts) for parts in zip(*map(_parts, (bent, kicking, leaning)), strict=True)))


def _parts(movement: Movement) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    return movement.angles, movement.rotations, movement.centre_of_mass, movement.board_deflection_m


def _crouch(athlete: Athlete, take_off: TakeOff, stance: _Crouch) -> tuple[float, FloatArray]:
    """Pitch and (17,) joint angles of a diver with hands and feet on the platform, hips high."""
    pitch = np.array([stance.pitch])
    base = posture(STANDING, spine_flexion=30, neck_flexion=-15)[None]
    hands = take_off.support[None]
    feet = FootTrack(hands + np.array([stance.feet_behind_m, 0.0]), np.array([np.pi + 0.25]))
    centre = hands + stance.centre
    angles = base
    for _ in range(4):
        angles = plant_hands(athlete, angles, pitch, centre, hands)
        angles = plant_feet(athlete, angles, pitch, centre, dict.fromkeys(SIDES, feet))
    return float(pitch[0]), angles[0]


def _held_at(athlete: Athlete, angles: FloatArray, pitch: FloatArray, rows: list[int], point: FloatArray) -> Movement:
    """A movement in which the far ends of two segments stay at a point (forward, up) on average."""
    body = pose_body(athlete, angles)
    ends = (about_y(pitch) @ body.far_ends[:, rows].mean(axis=1)[..., None])[..., 0]
    return in_plane(angles, pitch, point[0] - ends[:, 0], point[1] - ends[:, 2], 0 * pitch)


def _lean(athlete: Athlete, take_off: TakeOff, times: FloatArray) -> Movement:
    """Holding still, leaning, and pushing off with the arms."""
    hands = take_off.support
    reach = float(pose_body(athlete, take_off.angles).far_ends[_HANDS, 2].mean())
    speed = take_off.velocity[1]
    held = hands[1] - reach
    # Upside down, pushing off goes towards smaller heights.
    low = take_off.centre[1] - 0.6 * speed * _PUSH_S
    height = curve(times, (-_LEAN_S, held, 0), (-_PUSH_S, low, 0), (0, take_off.centre[1], speed))
    forward = curve(times, (-_LEAN_S, hands[0], 0), (0, take_off.centre[0], take_off.velocity[0]))
    before = take_off.pitch - 0.5 * take_off.pitch_rate * _TURN_S
    pitch = curve(times, (-_LEAN_S, 0, 0), (-_TURN_S, before, 0), (0, take_off.pitch, take_off.pitch_rate))
    angles = np.repeat(take_off.angles[None], len(times), axis=0)
    centre = np.stack([forward, height], axis=-1)
    planted = plant_hands(athlete, angles, pitch, centre, np.repeat(hands[None], len(times), axis=0))
    return in_plane(planted, pitch, forward, height, 0 * times)
