"""A dive about to be done: code, board, diver, and the speeds and lean of the take-off.

World: metres, origin on the water straight below the board's tip, x away from the board over the water, y to the left
of somebody who looks that way, z up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from inference.diving.boards import Board
from inference.diving.codes import DiveCode
from inference.results import GRAVITY_M_S2, FloatArray
from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.body.kinematics import about_y, about_z, pose_body

_EDGE_M = 0.03
_BACK_EDGE_M = 0.09
_HAND_EDGE_M = 0.06
_BACK_HAND_EDGE_M = 0.14


@dataclass(frozen=True)
class DivePlan:
    """A dive about to be done.

    Speeds are those of the centre of mass at take-off; lean_rad is how far the body leans from the vertical towards
    the water; entry_error_rad is added to the angle to somersault. With a walking approach the diver walks and
    hurdles (springboard) or steps (platform) before the take-off, otherwise stands for stand_s.
    """

    code: DiveCode
    board: Board
    athlete: Athlete
    take_off_speed_m_s: float
    lean_rad: float
    horizontal_speed_m_s: float
    twists_left: bool = True
    entry_error_rad: float = 0.0
    walks: bool = True
    stand_s: float = 1.0

    @property
    def faces_water(self) -> bool:
        """Whether the diver faces the water when standing upright before the dive."""
        return self.code.direction not in (2, 4)

    @property
    def turn_rad(self) -> float:
        """Radians to somersault in the dive's own sense, from the lean at take-off to the entry."""
        return turn_from(self.code, self.lean_rad) + self.entry_error_rad

    @property
    def facing(self) -> FloatArray:
        """(3, 3) from the axes of a diver who stands upright, or hangs straight from a handstand, to the world."""
        turn = about_z(0.0 if self.faces_water else math.pi)
        return turn @ about_y(math.pi) if self.code.is_armstand else turn

    @property
    def pitch_rad(self) -> float:
        """The lean as a rotation about the diver's own y axis."""
        return self.lean_rad if self.faces_water else -self.lean_rad

    @property
    def take_off_rotation(self) -> FloatArray:
        """(3, 3) from pelvis axes to the world at take-off."""
        return self.facing @ about_y(self.pitch_rad)

    @property
    def support_point(self) -> FloatArray:
        """(3,) where toes or hands last touch the board."""
        edge = _EDGE_M if self.faces_water else _BACK_EDGE_M
        if self.code.is_armstand:
            edge = _HAND_EDGE_M if self.faces_water else _BACK_HAND_EDGE_M
        return np.array([-edge, 0.0, self.board.height_m])

    def take_off_centre(self, angles: FloatArray) -> FloatArray:
        """(3,) the centre of mass at take-off with (17,) joint angles."""
        body = pose_body(self.athlete, angles)
        part = "hand" if self.code.is_armstand else "foot"
        rows = [SEGMENTS.index(f"{side}_{part}") for side in ("left", "right")]
        centre: FloatArray = self.support_point - self.take_off_rotation @ body.far_ends[rows].mean(axis=0)
        return centre

    def flight_s(self, take_off: FloatArray, entry: FloatArray) -> float:
        """Seconds from take-off to the first contact of hands or feet with the water, by ballistics.

        Args:
            take_off: (17,) joint angles at take-off.
            entry: (17,) joint angles at entry, where the body is upright or upside down but for the entry error.
        """
        body = pose_body(self.athlete, entry)
        heights = (about_y(self.entry_error_rad) @ body.far_ends[..., None])[:, 2, 0]
        part = "hand" if self.code.enters_head_first else "foot"
        reach = max(abs(heights[SEGMENTS.index(f"{side}_{part}")]) for side in ("left", "right"))
        drop = self.take_off_centre(take_off)[2] - reach
        speed = self.take_off_speed_m_s
        return (speed + math.sqrt(speed**2 + 2 * GRAVITY_M_S2 * drop)) / GRAVITY_M_S2


def turn_from(code: DiveCode, lean_rad: float) -> float:
    """Radians to somersault in the dive's own sense by a body that leans so at take-off, to enter straight."""
    towards_water = 1 if code.direction in (0, 1, 2) else -1
    return math.pi * code.half_somersaults - towards_water * lean_rad


def usual_lean_rad(code: DiveCode) -> float:
    """How far divers lean towards the water at take-off; twisters stand more upright."""
    return math.radians(11.5 if code.is_armstand else 3.0 if code.is_twisting else 7.0)
