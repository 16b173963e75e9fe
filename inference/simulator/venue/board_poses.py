"""Where the boards of a venue are: from each board's own world to pool world.

Board world has its origin on the water surface straight below the board's tip, x away from the board over the water,
y to the left of somebody who looks that way, z up. Pool world has its origin at a corner of the pool on the water
surface, z up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.diving.boards import Board
from inference.results import FloatArray

PLANK_LENGTH_M = 4.88
PLANK_HALF_WIDTH_M = 0.25
PLANK_THICKNESS_M = 0.05
FULCRUM_FROM_TIP_M = 2.6
PLATFORM_LENGTH_M = 6.0


@dataclass(frozen=True)
class BoardPose:
    """A board's place in pool world: its origin (x, y) and the turn about the vertical in radians."""

    x_m: float
    y_m: float
    yaw_rad: float = 0.0

    @property
    def rotation(self) -> FloatArray:
        """(3, 3) from board world to pool world."""
        cosine, sine = np.cos(self.yaw_rad), np.sin(self.yaw_rad)
        return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])

    def to_pool(self, points: npt.ArrayLike) -> FloatArray:
        """(..., 3) points of board world in pool world, metres."""
        moved: FloatArray = np.asarray(points, dtype=np.float64) @ self.rotation.T + (self.x_m, self.y_m, 0.0)
        return moved

    def to_board(self, points: npt.ArrayLike) -> FloatArray:
        """(..., 3) points of pool world in board world, metres."""
        moved: FloatArray = (np.asarray(points, dtype=np.float64) - (self.x_m, self.y_m, 0.0)) @ self.rotation
        return moved


@dataclass(frozen=True)
class PlacedBoard:
    """A board of a venue, where it is and how wide."""

    board: Board
    pose: BoardPose
    half_width_m: float

    @property
    def length_m(self) -> float:
        """From the tip to the rear end."""
        return PLANK_LENGTH_M if self.board.is_springboard else PLATFORM_LENGTH_M

    def is_under(self, point: npt.ArrayLike, margin_m: float = 0.0) -> bool:
        """Whether the board is straight below a (3,) point of pool world, or would be were it larger by the margin."""
        x, y, z = self.pose.to_board(point)
        along = -self.length_m - margin_m <= x <= margin_m
        return bool(along and abs(y) <= self.half_width_m + margin_m and z >= self.board.height_m - 0.35)
