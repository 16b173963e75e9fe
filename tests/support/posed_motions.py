"""Simple motions for tests of the renderer: a body in one posture that stands, or flies and turns evenly."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from inference.simulator.body.athlete import Athlete
from inference.simulator.body.kinematics import pose_body
from inference.simulator.body.posture import STANDING
from inference.simulator.movement.motion import BodyStates


@dataclass(frozen=True, eq=False)
class PosedMotion:
    """A body whose posture never changes.

    The centre of mass is at start_m and moves with velocity_m_s and gravity_m_s2; the body turns about the board's y
    axis at turn_rad_s from a first angle, after a turn of facing_rad about its own long axis.
    """

    angles: np.ndarray = field(default_factory=STANDING.copy)
    start_m: tuple[float, float, float] = (0.0, 0.0, 1.0)
    velocity_m_s: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gravity_m_s2: float = 0.0
    turn_rad: float = 0.0
    turn_rad_s: float = 0.0
    facing_rad: float = 0.0
    duration_s: float = 1e6
    athlete: Athlete = field(default_factory=Athlete)
    entry_s: float | None = None
    deflection_m: float = 0.0

    def at(self, times_s: np.ndarray) -> BodyStates:
        times_s = np.asarray(times_s, dtype=float)
        body = pose_body(self.athlete, np.asarray(self.angles)[None])
        turn = self.turn_rad + self.turn_rad_s * times_s
        cosine, sine, zero, one = np.cos(turn), np.sin(turn), np.zeros_like(turn), np.ones_like(turn)
        about_y = np.stack([cosine, zero, sine, zero, one, zero, -sine, zero, cosine], axis=-1).reshape(-1, 3, 3)
        cosine, sine = np.cos(self.facing_rad), np.sin(self.facing_rad)
        whole = about_y @ np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1.0]])
        centre = np.array(self.start_m) + times_s[:, None] * np.array(self.velocity_m_s)
        centre[:, 2] -= self.gravity_m_s2 / 2 * times_s**2
        near = body.near_ends[0] @ whole.transpose(0, 2, 1) + centre[:, None]
        far = body.far_ends[0] @ whole.transpose(0, 2, 1) + centre[:, None]
        rotations = whole[:, None] @ body.rotations[0]
        return BodyStates(near, far, rotations, centre, np.full(len(times_s), self.deflection_m))
