"""The walking approach of forward and reverse dives: four steps, the hurdle, and the press from both feet."""

from __future__ import annotations

import numpy as np

from inference.results import GRAVITY_M_S2, FloatArray
from inference.simulator.body.athlete import Athlete
from inference.simulator.body.limbs import FootTrack, plant_feet
from inference.simulator.body.posture import COLUMN, posture
from inference.simulator.movement.gait import STEP_M, STEP_S, FootFall, foot_track, swinging_arms
from inference.simulator.movement.motion import Movement
from inference.simulator.movement.press import (
    ARMS_BACK,
    TakeOff,
    curve,
    in_plane,
    legs_push,
    recoil,
    standing_height,
    times_before,
    unfolding,
)
from inference.simulator.movement.programme import Key, joint_angles, minimum_jerk

_SPEED_M_S = 1.2
_STEPS = 4
_PUSH_S = 0.34

_KNEE_UP = posture(
    shoulder_elevation=165,
    shoulder_plane=30,
    right_hip_flexion=85,
    right_knee_flexion=90,
    right_plantar_flexion=35,
    left_plantar_flexion=60,
)
_ARMS_LOW = posture(ARMS_BACK, shoulder_elevation=-5)
_DROPPING = posture(shoulder_elevation=100, shoulder_plane=90, plantar_flexion=20, hip_flexion=8, knee_flexion=8)


def walking_approach(athlete: Athlete, take_off: TakeOff, stand_s: float) -> Movement:
    """Standing, four steps, a hurdle off the left foot with the right knee up, landing on both feet, and the press.

    Args:
        athlete: who.
        take_off: how it ends.
        stand_s: seconds of standing still before.
    """
    springs = take_off.is_springboard
    contact_s, hurdle_s = (0.50, 0.55) if springs else (0.30, 0.30)
    ground, speed, last = take_off.support[1], take_off.velocity[1], take_off.centre
    stood = standing_height(athlete, 0.0) + ground
    up_s = -contact_s - hurdle_s
    landing, rising = stood + 0.03, stood + 0.10
    up = (landing - rising) / hurdle_s + GRAVITY_M_S2 * hurdle_s / 2
    down = up - GRAVITY_M_S2 * hurdle_s

    lands_at = take_off.support[0] - 0.05
    pushes_at = lands_at - _SPEED_M_S * hurdle_s
    push_toes = pushes_at - 0.10
    last_fall = up_s - _PUSH_S
    falls = [FootFall(last_fall - STEP_S * back, push_toes - STEP_M * back) for back in range(_STEPS)][::-1]
    start = push_toes - _STEPS * STEP_M
    begin = falls[0].seconds - 0.6 - stand_s
    times = times_before(begin)

    forward = curve(
        times,
        (falls[0].seconds - 0.55, start - 0.15, 0.0),
        (falls[0].seconds, start + 0.12, 0.9),
        (up_s, pushes_at, _SPEED_M_S),
        (-contact_s, lands_at, _SPEED_M_S),
        (0.0, last[0], take_off.velocity[0]),
    )
    on_ground = (
        (falls[0].seconds - 0.5, stood, 0.0),
        (falls[0].seconds, stood - 0.025, 0.0),
        (last_fall, stood - 0.03, 0.0),
        (last_fall + 0.12, stood - 0.07, 0.0),
        (up_s, rising, up),
    )
    rise_s = 0.30 if springs else 0.19
    tip = 0 * times
    if springs:
        tip = curve(times, (-contact_s, 0.0, 0.6 * down), *recoil(speed))
        pressing = tip + curve(times, (-contact_s, landing, 0.4 * down), *legs_push(athlete, stood, last))
    else:
        low = last[1] - 0.5 * speed * rise_s
        pressing = curve(times, (-contact_s, landing, down), (-rise_s, low, 0.0), (0.0, last[1], speed))
    since = times - up_s
    falling = rising + up * since - GRAVITY_M_S2 / 2 * since**2
    height = np.where(times <= up_s, curve(times, *on_ground), np.where(times < -contact_s, falling, pressing))
    pitch = curve(
        times,
        (last_fall, 0.03, 0.0),
        (up_s, -0.03, 0),
        (-contact_s, 0.06, 0.0),
        (-rise_s, 0.26, 0.0),
        *unfolding(take_off),
    )
    angles = _arms_and_air(take_off, times, falls, up_s, contact_s)
    centre = np.stack([forward, height], axis=-1)
    angles = _legs(athlete, take_off, times, angles, pitch, centre, tip, falls, start, up_s, contact_s)
    return in_plane(angles, pitch, forward, height, tip)


def _arms_and_air(
    take_off: TakeOff, times: FloatArray, falls: list[FootFall], up_s: float, contact_s: float
) -> FloatArray:
    walking = swinging_arms(times, falls[0].seconds, falls[-1].seconds - 0.2)
    if take_off.is_springboard:
        swing = [
            Key(up_s + 0.14, -contact_s - 0.02, _DROPPING),
            Key(-contact_s - 0.10, -0.34, ARMS_BACK),
            Key(-0.38, 0.0, take_off.angles),
        ]
    else:
        swing = [Key(up_s + 0.08, -0.18, _ARMS_LOW), Key(-0.27, 0.0, take_off.angles)]
    keys = [
        Key(0, 0, np.zeros(walking.shape[1])),
        Key(up_s - 0.32, up_s - 0.10, ARMS_BACK),
        Key(up_s - 0.16, up_s + 0.16, _KNEE_UP),
        *swing,
    ]
    leaping = joint_angles(keys, times)
    share = minimum_jerk((times - up_s + 0.32) / 0.2)[:, None]
    return walking + share * (leaping - walking)


def _legs(
    athlete: Athlete,
    take_off: TakeOff,
    times: FloatArray,
    angles: FloatArray,
    pitch: FloatArray,
    centre: FloatArray,
    tip: FloatArray,
    falls: list[FootFall],
    start: float,
    up_s: float,
    contact_s: float,
) -> FloatArray:
    """Legs placed while they walk, push and press, and as the keys say in the air; changes are blended."""
    ground = take_off.support[1]
    pointed = take_off.pitch + take_off.angles[COLUMN["left_plantar_flexion"]]
    pressing = FootTrack(
        np.stack([np.full_like(times, take_off.support[0]), ground + tip], axis=-1),
        curve(times, (-contact_s, 0.5, 0.0), (-contact_s + 0.09, 0.0, 0.0), (-0.14, 0.0, 0.0), (0.0, pointed, 9.0)),
    )
    placed, in_air = {}, {}
    # In the air, while the legs go their own way, the feet change from where they left to where they land.
    on_board = times >= up_s + 0.15
    for side, own in (("left", falls[1::2]), ("right", falls[0::2])):
        track = foot_track(times, start, own, ground)
        leaves_s, blend_s = (up_s, 0.10) if side == "left" else (up_s - _PUSH_S + 0.06, 0.16)
        walking_pitch = track.pitch + curve(times, (leaves_s - 0.18, 0.0, 0.0), (leaves_s, 1.0, 6.0))
        placed[side] = FootTrack(
            np.where(on_board[:, None], pressing.toes, track.toes), np.where(on_board, pressing.pitch, walking_pitch)
        )
        lifted = minimum_jerk((times - leaves_s) / blend_s)
        in_air[side] = (lifted * (1 - minimum_jerk((times + contact_s + 0.09) / 0.09)))[:, None]
    planted = plant_feet(athlete, angles, pitch, centre, placed)
    for side, share in in_air.items():
        columns = [COLUMN[f"{side}_{joint}"] for joint in ("hip_flexion", "knee_flexion", "plantar_flexion")]
        planted[:, columns] += share * (angles[:, columns] - planted[:, columns])
    return planted
