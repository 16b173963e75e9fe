"""Planning a dive: speeds as measured on divers, a little different every time, and clear of the board."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from inference.diving.boards import Board
from inference.diving.codes import DiveCode, broken_rules
from inference.simulator.body.athlete import Athlete
from inference.simulator.body.kinematics import pose_body
from inference.simulator.movement.airborne import fly
from inference.simulator.movement.motion import GRID_HZ
from inference.simulator.movement.take_off import DivePlan, usual_lean_rad

__all__ = ["DivePlan", "plan_dive"]

_SPEED_RANGES_M_S = {"springboard-1": (4.2, 5.4), "springboard-3": (4.3, 5.9)}
_PLATFORM_SPEEDS_M_S = (2.5, 3.9)
_ARMSTAND_SPEEDS_M_S = (0.7, 1.5)

_BOARD_THICKNESS_M = 0.2
_CLEARANCE_M = 0.12
_RISE_S = 0.15
_FARTHEST_M = 2.4


def plan_dive(code: DiveCode, board: Board, athlete: Athlete, rng: np.random.Generator) -> DivePlan:
    """A dive as a diver of some skill would begin it, different each time.

    Raises:
        ValueError: if the rules do not allow the dive from the board.
    """
    broken = broken_rules(code, board)
    if broken:
        raise ValueError(" ".join(broken))
    slowest, fastest = _SPEED_RANGES_M_S.get(board.key, _PLATFORM_SPEEDS_M_S)
    if code.is_armstand:
        slowest, fastest = _ARMSTAND_SPEEDS_M_S
    # Harder dives are begun with more speed.
    effort = min(code.half_somersaults / 6, 1.0)
    speed = slowest + (fastest - slowest) * float(np.clip(0.25 + 0.5 * effort + rng.uniform(-0.2, 0.25), 0, 1))
    lean = usual_lean_rad(code) * float(rng.uniform(0.8, 1.2))
    plan = DivePlan(
        code,
        board,
        athlete,
        take_off_speed_m_s=speed,
        lean_rad=lean,
        horizontal_speed_m_s=0.0,
        twists_left=bool(rng.random() < 0.6),
        entry_error_rad=math.radians(float(np.clip(rng.normal(0, 1.0), -2.5, 2.5))),
        walks=code.direction in (1, 3) and not code.is_armstand and (board.is_springboard or bool(rng.random() < 0.6)),
        stand_s=float(rng.uniform(0.8, 2.2)),
    )
    return _clear_of_the_board(plan, float(rng.uniform(1.05, 1.6)))


def _clear_of_the_board(plan: DivePlan, distance: float) -> DivePlan:
    """The plan with a horizontal speed that enters at a distance from the tip, or farther where the board is near."""
    flight = fly(plan)
    times = np.arange(len(flight.movement)) / GRID_HZ
    body = pose_body(plan.athlete, flight.movement.angles)
    ends = np.concatenate([body.near_ends, body.far_ends], axis=1)
    ends = (flight.movement.rotations[:, None] @ ends[..., None])[..., 0] + flight.movement.centre_of_mass[:, None]
    over = ends[..., 2] - plan.board.height_m
    beyond = np.maximum(np.maximum(over, -_BOARD_THICKNESS_M - over), 0.0)
    risky = (times[:, None] > _RISE_S) & (beyond < _CLEARANCE_M)
    slowest = 0.0
    if risky.any():
        needed = (np.sqrt(_CLEARANCE_M**2 - beyond[risky] ** 2) - ends[..., 0][risky]) / np.broadcast_to(
            times[:, None], risky.shape
        )[risky]
        slowest = float(needed.max())
    start = float(flight.entry_centre[0])
    wanted = (distance - start) / flight.seconds
    farthest = (_FARTHEST_M - start) / flight.seconds
    return replace(plan, horizontal_speed_m_s=min(max(wanted, slowest), farthest))
