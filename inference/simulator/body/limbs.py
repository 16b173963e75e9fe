"""Placing legs and arms so that feet or hands stay where they touch the board (two-link inverse kinematics).

Everything here happens in the diver's plane from front to back: points are (forward, up), and a pitch is a rotation
about the leftward axis, positive from up to forward.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.body.kinematics import LEGS_TOGETHER_RAD, about_y, heel_from_ankle, pose_body
from inference.simulator.body.posture import COLUMN

_ROUNDS = 10
_LAST_ROUNDS = 2
_STRIDE = 6
SIDES = ("left", "right")
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class FootTrack:
    """Where a foot is over time: toes (n, 2), and pitch (n,) radians that the toes point down from the horizontal."""

    toes: FloatArray
    pitch: FloatArray


def plant_feet(
    athlete: Athlete, angles: FloatArray, pitch: FloatArray, centre: FloatArray, feet: Mapping[str, FootTrack]
) -> FloatArray:
    """Joint angles whose hips, knees and ankles bring the toes to their place.

    Args:
        athlete: whose legs.
        angles: (n, 17) joint angles; those of the legs that are placed are replaced.
        pitch: (n,) radians that the pelvis is pitched forwards.
        centre: (n, 2) where the centre of mass is.
        feet: the feet to place, by side; out of reach a leg points there, straight.
    """
    foot = athlete.length_m("left_foot") * np.array([1.0, 0, 0]) + heel_from_ankle(athlete)
    # Legs slant inwards a little, so that they are shorter in this plane.
    thigh, shank = (athlete.length_m(f"left_{part}") * np.cos(LEGS_TOGETHER_RAD) for part in ("thigh", "shank"))

    def place(guess: FloatArray, rows: IntArray) -> FloatArray:
        body, moved = pose_body(athlete, guess), guess.copy()
        for side, track in feet.items():
            down = track.pitch[rows]
            ankles = track.toes[rows] - _in_plane(about_y(down) @ foot)
            hips = about_y(pitch[rows]) @ body.near_ends[:, SEGMENTS.index(f"{side}_thigh"), :, None]
            upper, bend = _two_links(ankles - centre[rows] - _in_plane(hips[..., 0]), thigh, shank)
            moved[:, COLUMN[f"{side}_hip_flexion"]] = pitch[rows] - upper
            moved[:, COLUMN[f"{side}_knee_flexion"]] = bend
            moved[:, COLUMN[f"{side}_plantar_flexion"]] = down - upper - bend
        return moved

    return _settled(angles, place)


def plant_hands(
    athlete: Athlete, angles: FloatArray, pitch: FloatArray, centre: FloatArray, hands: FloatArray
) -> FloatArray:
    """Joint angles whose shoulders and elbows bring the finger tips to their place, arms parallel.

    Args:
        athlete: whose arms.
        angles: (n, 17) joint angles; those of the arms are replaced.
        pitch: (n,) radians that the pelvis is pitched forwards.
        centre: (n, 2) where the centre of mass is.
        hands: (n, 2) where the finger tips are to be; out of reach the arm points there, straight.
    """
    upper_arm = athlete.length_m("left_upper_arm")
    lower_arm = athlete.length_m("left_forearm") + athlete.length_m("left_hand")

    def place(guess: FloatArray, rows: IntArray) -> FloatArray:
        body, moved = pose_body(athlete, guess), guess.copy()
        shoulders = about_y(pitch[rows]) @ body.near_ends[:, SEGMENTS.index("left_upper_arm"), :, None]
        reach = hands[rows] - centre[rows] - _in_plane(shoulders[..., 0])
        upper, bend = _two_links(reach, upper_arm, lower_arm, is_elbow=True)
        raised = pitch[rows] + guess[:, COLUMN["spine_flexion"]] - upper
        for side in SIDES:
            moved[:, COLUMN[f"{side}_shoulder_plane"]] = 0
            moved[:, COLUMN[f"{side}_shoulder_rotation"]] = 0
            moved[:, COLUMN[f"{side}_shoulder_elevation"]] = np.mod(raised + np.pi / 2, 2 * np.pi) - np.pi / 2
            moved[:, COLUMN[f"{side}_elbow_flexion"]] = bend
        return moved

    return _settled(angles, place)


def _settled(angles: FloatArray, place: Callable[[FloatArray, IntArray], FloatArray]) -> FloatArray:
    """Joint angles that placing limbs no longer changes.

    Moving a limb moves the centre of mass within the body, so that it takes some rounds; most of them are done at a few
    times only, and the others begin with what lies between.
    """
    few = np.unique(np.append(np.arange(0, len(angles), _STRIDE), len(angles) - 1))
    guess = angles[few]
    for _ in range(_ROUNDS):
        guess = place(guess, few)
    every = np.arange(len(angles))
    result = np.stack([np.interp(every, few, column) for column in guess.T], axis=-1)
    # Joints that are not placed keep their angles.
    kept = np.all(guess == angles[few], axis=0)
    result[:, kept] = angles[:, kept]
    for _ in range(_LAST_ROUNDS):
        result = place(result, every)
    return result


def _two_links(
    reach: FloatArray, upper: float, lower: float, *, is_elbow: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Pitch of the upper link and the bend between the two that span (n, 2) reach from the upper end.

    A link at pitch 0 hangs straight down. A knee bends the lower link backwards, an elbow forwards; the bend is
    positive in both.
    """
    distance = np.clip(np.linalg.norm(reach, axis=-1), abs(upper - lower) + 1e-6, upper + lower)
    cosine = (distance**2 - upper**2 - lower**2) / (2 * upper * lower)
    bend = np.arccos(np.clip(cosine, -1, 1))
    whole = np.arctan2(-reach[:, 0], -reach[:, 1])
    inside = np.arctan2(lower * np.sin(bend), upper + lower * np.cos(bend))
    return whole + (inside if is_elbow else -inside), bend


def _in_plane(points: FloatArray) -> FloatArray:
    """(n, 2) forward and up of (n, 3) points."""
    return points[..., [0, 2]]
