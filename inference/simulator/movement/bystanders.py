"""What people at a pool do besides diving: stand, walk, climb a ladder, jump in feet first, swim.

Each returns a motion with the interface of a dive's; places and headings are in the world the caller chooses (metres,
z up, water at 0), a heading being the angle from x towards y.
"""

from __future__ import annotations

import math

import numpy as np

from inference.results import GRAVITY_M_S2, FloatArray
from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.body.kinematics import about_y, about_z, pose_body
from inference.simulator.body.limbs import SIDES, plant_feet
from inference.simulator.body.posture import COLUMN, FEET_FIRST_ENTRY, STANDING, STRAIGHT, posture
from inference.simulator.movement.gait import STEP_M, STEP_S, FootFall, carried, foot_track, swinging_arms
from inference.simulator.movement.motion import GRID_HZ, Movement, RecordedMotion, joined
from inference.simulator.movement.press import TakeOff, curve, in_plane, standing_height, standing_press
from inference.simulator.movement.programme import Key, joint_angles, minimum_jerk
from inference.simulator.movement.under_water import FLOAT_HEIGHT_M, TREADING, glide_and_surface

_TOES = [SEGMENTS.index(f"{side}_foot") for side in SIDES]
_CLIMB_M_S = 0.45
_RUNG_S = 0.62
_STROKE_S = 1.25
_SWIM_M_S = 1.1
_SWIM_HEIGHT_M = -0.10
_STREAMLINED = posture(plantar_flexion=60, shoulder_elevation=150, shoulder_plane=20, neck_flexion=-25)


def stand(
    athlete: Athlete, place: FloatArray, heading: float, duration_s: float, rng: np.random.Generator
) -> RecordedMotion:
    """Standing about: shifting weight and moving the arms a little.

    Args:
        athlete: who.
        place: (3,) between the toes, on the ground.
        heading: the way they face, radians.
        duration_s: how long.
        rng: source of chance for how they fidget.
    """
    times = _times(duration_s)
    angles = np.repeat(STANDING[None], len(times), axis=0)
    for column in range(angles.shape[1]):
        if "hip" in _NAMES[column] or "knee" in _NAMES[column] or "plantar" in _NAMES[column]:
            continue
        period, phase, size = rng.uniform(3, 7), rng.uniform(0, 2 * math.pi), rng.uniform(0.01, 0.07)
        angles[:, column] += size * np.sin(2 * math.pi * times / period + phase)
    body = pose_body(athlete, angles)
    height = -body.far_ends[:, _TOES, 2].min(axis=-1)
    back = -body.far_ends[:, _TOES, 0].mean(axis=-1)
    return RecordedMotion.of(athlete, _placed(in_plane(angles, 0 * times, back, height, 0 * times), place, heading))


def walk(athlete: Athlete, start: FloatArray, end: FloatArray) -> RecordedMotion:
    """Walking from one place to another on level ground, standing for a moment at both ends.

    Args:
        athlete: who.
        start: (3,) where the toes are at first.
        end: (3,) where they are at last.
    """
    way = np.asarray(end, dtype=float) - start
    distance = math.hypot(way[0], way[1])
    steps = max(1, round(distance / STEP_M))
    length = distance / steps
    falls = [FootFall(0.8 + STEP_S * step, length * (step + 1)) for step in range(steps)]
    last = falls[-1]
    closing = FootFall(last.seconds + STEP_S, last.toes)
    times = _times(closing.seconds + 0.5)
    stood = standing_height(athlete, 0.0)
    behind = 0.6 * athlete.length_m("left_foot")
    forward = carried(times, falls, (0.35, -behind), (closing.seconds + 0.15, distance - behind))
    busy = curve(times, (0.3, 0, 0), (0.8, 1, 0), (last.seconds, 1, 0), (closing.seconds + 0.2, 0, 0))
    height = stood - busy * (0.030 - 0.012 * np.cos(2 * math.pi * (times - 0.8) / STEP_S))
    angles = swinging_arms(times, falls[0].seconds, last.seconds)
    feet = {
        "right": foot_track(times, 0.0, falls[0::2] if steps % 2 else [*falls[0::2], closing], 0.0),
        "left": foot_track(times, 0.0, [*falls[1::2], closing] if steps % 2 else falls[1::2], 0.0),
    }
    pitch = 0.04 * busy
    angles = plant_feet(athlete, angles, pitch, np.stack([forward, height], axis=-1), feet)
    heading = math.atan2(way[1], way[0])
    return RecordedMotion.of(athlete, _placed(in_plane(angles, pitch, forward, height, 0 * times), start, heading))


def climb(athlete: Athlete, foot: FloatArray, height_m: float, heading: float) -> RecordedMotion:
    """Climbing straight up a ladder.

    Args:
        athlete: who.
        foot: (3,) where the toes are at first.
        height_m: how far up.
        heading: the way they face, radians.
    """
    times = _times(height_m / _CLIMB_M_S + 1.0)
    busy = minimum_jerk(times / 0.5) * (1 - minimum_jerk((times - times[-1] + 0.5) / 0.5))
    turn = 2 * math.pi * times / (2 * _RUNG_S)
    angles = np.repeat(posture(STANDING, shoulder_plane=10)[None], len(times), axis=0)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        lifted = busy * (0.5 + 0.5 * sign * np.sin(turn)) ** 2
        angles[:, COLUMN[f"{side}_hip_flexion"]] += 1.25 * lifted + 0.15 * busy
        angles[:, COLUMN[f"{side}_knee_flexion"]] += 1.45 * lifted + 0.25 * busy
        angles[:, COLUMN[f"{side}_shoulder_elevation"]] += busy * (1.45 - 0.45 * sign * np.sin(turn))
        angles[:, COLUMN[f"{side}_elbow_flexion"]] += busy * (0.7 + 0.5 * sign * np.sin(turn))
    body = pose_body(athlete, angles)
    lowest = -body.far_ends[:, _TOES, 2].min(axis=-1)
    risen = height_m * minimum_jerk((times - 0.4) / (times[-1] - 0.8)) * 0.35 + height_m * 0.65 * np.clip(
        (times - 0.5) / (times[-1] - 1.0), 0, 1
    )
    level = lowest[0] + (lowest - lowest[0]) * 0.4
    back = np.full_like(times, -0.6 * athlete.length_m("left_foot"))
    return RecordedMotion.of(
        athlete, _placed(in_plane(angles, 0.05 * busy, back, level + risen, 0 * times), foot, heading)
    )


def feet_first_jump(athlete: Athlete, height_m: float, rng: np.random.Generator) -> RecordedMotion:
    """Jumping in feet first for fun, from standing at the edge of a platform; in the board's world.

    Args:
        athlete: who.
        height_m: how high the platform is.
        rng: source of chance for how high and how wildly.
    """
    start = posture(STRAIGHT, shoulder_elevation=float(rng.uniform(60, 170)), shoulder_plane=60)
    wild = posture(
        shoulder_elevation=float(rng.uniform(60, 150)),
        shoulder_plane=80,
        left_hip_flexion=float(rng.uniform(10, 70)),
        left_knee_flexion=float(rng.uniform(10, 90)),
        right_hip_flexion=float(rng.uniform(-10, 40)),
        right_knee_flexion=float(rng.uniform(5, 60)),
        plantar_flexion=40,
    )
    toes = np.array([-0.03, height_m])
    lean = float(rng.uniform(0.06, 0.12))
    speed = float(rng.uniform(1.6, 2.8))
    drawn = pose_body(athlete, start).far_ends[_TOES].mean(axis=0)
    centre = toes - (about_y(lean) @ drawn)[[0, 2]]
    reach = -float(pose_body(athlete, FEET_FIRST_ENTRY).far_ends[_TOES, 2].mean())
    seconds = (speed + math.sqrt(speed**2 + 2 * GRAVITY_M_S2 * (centre[1] - reach))) / GRAVITY_M_S2
    across = float(rng.uniform(0.9, 1.6)) / seconds
    take_off = TakeOff(start, lean, -lean / seconds, centre, np.array([across, speed]), toes, is_springboard=False)
    before = standing_press(athlete, take_off, float(rng.uniform(0.5, 3.0)), heels_free=False)
    times = np.arange(1, int(seconds * GRID_HZ) + 1) / GRID_HZ
    angles = joint_angles([Key(0, 0, start), Key(0, 0.4, wild), Key(0.5, 0.97, FEET_FIRST_ENTRY)], times / seconds)
    fall = in_plane(
        angles,
        lean * (1 - times / seconds),
        centre[0] + across * times,
        centre[1] + speed * times - GRAVITY_M_S2 / 2 * times**2,
        0 * times,
    )
    after = glide_and_surface(
        np.arange(len(times) + 1, len(times) + 1 + round(2.8 * GRID_HZ)) / GRID_HZ - seconds,
        FEET_FIRST_ENTRY,
        np.eye(3),
        -lean / seconds,
        np.array([centre[0] + across * seconds, 0.0, reach]),
        np.array([across, 0.0, speed - GRAVITY_M_S2 * seconds]),
    )
    return RecordedMotion.of(athlete, joined(before, fall, after))


def swim(athlete: Athlete, start: FloatArray, end: FloatArray) -> RecordedMotion:
    """Swimming front crawl from treading water in one place to treading water in another.

    Args:
        athlete: who.
        start: (2,) or (3,) place at first; only x and y count.
        end: the place at last.
    """
    way = np.asarray(end, dtype=float)[:2] - np.asarray(start, dtype=float)[:2]
    distance = math.hypot(way[0], way[1])
    times = _times(distance / _SWIM_M_S + 2.0)
    down = curve(times, (0, 0, 0), (1.2, 1, 0), (times[-1] - 1.2, 1, 0), (times[-1], 0, 0))
    angles = TREADING + down[:, None] * (_STREAMLINED - TREADING)
    turn = 2 * math.pi * times / _STROKE_S
    for side, shift in (("left", 0.0), ("right", math.pi)):
        pull = 0.5 - 0.5 * np.cos(turn + shift)
        recovering = np.clip(np.sin(turn + shift), 0, None)
        angles[:, COLUMN[f"{side}_shoulder_elevation"]] -= down * 2.4 * pull
        angles[:, COLUMN[f"{side}_shoulder_plane"]] += down * 1.2 * recovering
        angles[:, COLUMN[f"{side}_elbow_flexion"]] += down * (0.3 + 1.1 * recovering)
        angles[:, COLUMN[f"{side}_hip_flexion"]] += down * 0.22 * np.sin(3 * turn + shift)
        angles[:, COLUMN[f"{side}_knee_flexion"]] += down * 0.12 * (1 + np.sin(3 * turn + shift - 1))
    forward = distance * minimum_jerk(times / times[-1]) * 0.3 + distance * 0.7 * np.clip(
        (times - 0.5) / (times[-1] - 1.0), 0, 1
    )
    height = FLOAT_HEIGHT_M + down * (_SWIM_HEIGHT_M - FLOAT_HEIGHT_M)
    movement = in_plane(angles, 1.5 * down, forward, height, 0 * times)
    place = np.array([float(start[0]), float(start[1]), 0.0])
    return RecordedMotion.of(athlete, _placed(movement, place, math.atan2(way[1], way[0])))


_NAMES = list(COLUMN)


def _times(duration_s: float) -> FloatArray:
    return np.arange(max(round(duration_s * GRID_HZ), 1) + 1) / GRID_HZ


def _placed(movement: Movement, place: FloatArray, heading: float) -> Movement:
    """A movement in the plane through the origin, turned and carried to its place."""
    turn = about_z(heading)
    centre = movement.centre_of_mass @ turn.T + np.asarray(place, dtype=float)
    return Movement(movement.angles, turn @ movement.rotations, centre, movement.board_deflection_m)
