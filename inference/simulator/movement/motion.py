"""A person's movement in the world, ready to be asked for any moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from inference.pose.skeletons import CANONICAL_17
from inference.results import FloatArray
from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.body.kinematics import pose_body

GRID_HZ: Final = 240.0
"""How densely movements are worked out; between two grid times they are interpolated by cubics."""

# Each joint of the canonical skeleton as a segment and a share of the way from its near to its far end.
_JOINT_PLACES: Final[dict[str, tuple[str, float]]] = {
    "head_top": ("head", 1.0),
    "neck": ("upper_trunk", 1.0),
    "pelvis": ("lower_trunk", 0.0),
    "spine": ("middle_trunk", 0.5),
    "head": ("head", 0.5),
    **{
        f"{side}_{joint}": (f"{side}_{segment}", share)
        for side in ("left", "right")
        for joint, segment, share in (
            ("shoulder", "upper_arm", 0.0),
            ("elbow", "upper_arm", 1.0),
            ("wrist", "forearm", 1.0),
            ("hip", "thigh", 0.0),
            ("knee", "thigh", 1.0),
            ("ankle", "shank", 1.0),
        )
    },
}
_JOINT_ROWS: Final = np.array([SEGMENTS.index(_JOINT_PLACES[joint][0]) for joint in CANONICAL_17.joints])
_JOINT_SHARES: Final = np.array([_JOINT_PLACES[joint][1] for joint in CANONICAL_17.joints])


@dataclass(frozen=True, eq=False)
class BodyStates:
    """A body at n moments, in metres of the board's world.

    near_ends and far_ends are (n, 16, 3) and rotations (n, 16, 3, 3) from each segment's frame, in the order of
    athlete.SEGMENTS; centre_of_mass is (n, 3); board_deflection_m (n,) is how far the board's tip is above (+) or
    below (-) its place at rest.
    """

    near_ends: FloatArray
    far_ends: FloatArray
    rotations: FloatArray
    centre_of_mass: FloatArray
    board_deflection_m: FloatArray

    @property
    def joints(self) -> FloatArray:
        """(n, 17, 3) joints of CANONICAL_17."""
        near, far = self.near_ends[:, _JOINT_ROWS], self.far_ends[:, _JOINT_ROWS]
        joints: FloatArray = near + _JOINT_SHARES[:, None] * (far - near)
        return joints


class Motion(Protocol):
    """Something a person does, from 0 s to duration_s."""

    @property
    def athlete(self) -> Athlete:
        """Who does it."""
        ...

    @property
    def duration_s(self) -> float:
        """Seconds from beginning to end."""
        ...

    def at(self, times_s: FloatArray) -> BodyStates:
        """The body at (n,) seconds from the beginning; before and after, as at the beginning and the end."""
        ...


@dataclass(frozen=True, eq=False)
class Movement:
    """Joint angles and the body's place in the world on the grid of times, GRID_HZ.

    angles is (n, 17), rotations (n, 3, 3) from pelvis axes to the world, centre_of_mass (n, 3), board_deflection_m
    (n,).
    """

    angles: FloatArray
    rotations: FloatArray
    centre_of_mass: FloatArray
    board_deflection_m: FloatArray

    def __len__(self) -> int:
        return len(self.angles)

    def part(self, begin: int, end: int) -> Movement:
        """The grid times from begin up to, not including, end."""
        where = slice(begin, end)
        return Movement(
            self.angles[where], self.rotations[where], self.centre_of_mass[where], self.board_deflection_m[where]
        )


def joined(*movements: Movement) -> Movement:
    """Movements one after the other; each begins one step of the grid after the one before it ends."""
    return Movement(
        np.concatenate([movement.angles for movement in movements]),
        np.concatenate([movement.rotations for movement in movements]),
        np.concatenate([movement.centre_of_mass for movement in movements]),
        np.concatenate([movement.board_deflection_m for movement in movements]),
    )


@dataclass(frozen=True, eq=False)
class RecordedMotion:
    """A movement as a table of everything a body state holds, which makes any moment cheap to look up."""

    athlete: Athlete
    table: FloatArray

    @classmethod
    def of(cls, athlete: Athlete, movement: Movement) -> RecordedMotion:
        """The motion of an athlete who moves so."""
        body = pose_body(athlete, movement.angles)
        turn = movement.rotations[:, None]
        near = (turn @ body.near_ends[..., None])[..., 0]
        far = (turn @ body.far_ends[..., None])[..., 0]
        rows = len(movement)
        parts = (near, far, turn @ body.rotations, movement.centre_of_mass, movement.board_deflection_m)
        return cls(athlete, np.concatenate([part.reshape(rows, -1) for part in parts], axis=1))

    @property
    def duration_s(self) -> float:
        """Seconds from beginning to end."""
        return (len(self.table) - 1) / GRID_HZ

    def at(self, times_s: FloatArray) -> BodyStates:
        """The body at (n,) seconds from the beginning; before and after, as at the beginning and the end."""
        values = _interpolated(self.table, np.asarray(times_s, dtype=float) * GRID_HZ)
        count, segments = len(values), len(SEGMENTS)
        near, far, rotations, centre, deflection = np.split(
            values, np.cumsum([3 * segments, 3 * segments, 9 * segments, 3]), axis=1
        )
        return BodyStates(
            near.reshape(count, segments, 3) + centre[:, None],
            far.reshape(count, segments, 3) + centre[:, None],
            rotations.reshape(count, segments, 3, 3),
            centre,
            deflection[:, 0],
        )


def _interpolated(table: FloatArray, places: FloatArray) -> FloatArray:
    """(n, columns) the table's columns at fractional rows (Catmull-Rom cubics, exact for quadratics)."""
    last = len(table) - 1
    places = np.clip(places, 0, last)
    row = np.minimum(places.astype(int), max(last - 1, 0))
    u = (places - row)[:, None]
    before, here, there, after = (table[np.clip(row + step, 0, last)] for step in (-1, 0, 1, 2))
    # Beyond the table's ends go on in a straight line.
    before = np.where((row == 0)[:, None], 2 * here - there, before)
    after = np.where((row + 2 > last)[:, None], 2 * there - here, after)
    result: FloatArray = 0.5 * (
        2 * here
        + u * (there - before)
        + u**2 * (2 * before - 5 * here + 4 * there - after)
        + u**3 * (3 * here - before - 3 * there + after)
    )
    return result
