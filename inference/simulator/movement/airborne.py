"""The flight of a dive: the centre of mass on its parabola, the body turning as angular momentum lets it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from inference.diving.codes import DiveCode
from inference.results import GRAVITY_M_S2, FloatArray
from inference.simulator.body.athlete import Sex
from inference.simulator.movement.flight import turned
from inference.simulator.movement.motion import GRID_HZ, Movement
from inference.simulator.movement.rotation_solver import FlightRotation, solve_somersault
from inference.simulator.movement.take_off import DivePlan
from inference.simulator.movement.twist_solutions import mirrored, solve_twisting_dive

_RING_HZ = 4.5
_RING_S = 0.45


@dataclass(frozen=True, eq=False)
class Airborne:
    """A flight on grid times from take-off on, and the states at the exact moments of take-off and entry.

    Rates are of the somersault in rad/s: at take-off about the diver's own y axis, at entry about the world's.
    """

    movement: Movement
    seconds: float
    take_off_angles: FloatArray
    take_off_rate: float
    entry_angles: FloatArray
    entry_rotation: FloatArray
    entry_rate: float
    entry_centre: FloatArray
    entry_velocity: FloatArray


def fly(plan: DivePlan) -> Airborne:
    """The flight of a dive.

    Raises:
        UnsolvedDiveError: if no movement was found that brings a twisting dive out whole.
    """
    rotation = _solved(plan.code, plan.athlete.sex, plan.turn_rad)
    if plan.code.is_twisting and (rotation.turning[-1, 2] > 0) != plan.twists_left:
        rotation = mirrored(rotation)
    start_angles = rotation.angles[0]
    seconds = plan.flight_s(start_angles, rotation.angles[-1])
    curve = CubicSpline(rotation.shares, np.concatenate([rotation.angles, rotation.turning], axis=1))
    times = np.arange(int(seconds * GRID_HZ) + 1) / GRID_HZ
    values, last = curve(times / seconds), curve(1.0)
    rates = curve([0.0, 1.0], 1)[:, -3] / seconds
    leftward = float((plan.facing @ [0, 1, 0])[1])
    start = plan.take_off_rotation
    speeds = np.array([plan.horizontal_speed_m_s, 0.0, plan.take_off_speed_m_s])
    centre = plan.take_off_centre(start_angles)
    path = centre + speeds * times[:, None] - GRAVITY_M_S2 / 2 * times[:, None] ** 2 * [0, 0, 1]
    return Airborne(
        Movement(values[:, :-3], start @ turned(values[:, -3:]), path, ringing(plan, times)),
        seconds,
        start_angles,
        float(rates[0]),
        last[:-3],
        start @ turned(last[-3:]),
        float(rates[1]) * leftward,
        centre + speeds * seconds - [0, 0, GRAVITY_M_S2 / 2 * seconds**2],
        speeds - [0, 0, GRAVITY_M_S2 * seconds],
    )


def ringing(plan: DivePlan, times: FloatArray) -> FloatArray:
    """(n,) metres by which a springboard that is let go swings on at its tip."""
    if not plan.board.is_springboard:
        return 0 * times
    cycle = 2 * np.pi * _RING_HZ
    ringing: FloatArray = plan.take_off_speed_m_s / cycle * np.exp(-times / _RING_S) * np.sin(cycle * times)
    return ringing


@functools.lru_cache(maxsize=128)
def _solved(code: DiveCode, sex: Sex, turn: float) -> FlightRotation:
    """The rotation of a flight, to whichever side it was worked out."""
    return solve_twisting_dive(code, sex, turn) if code.is_twisting else solve_somersault(code, sex, turn)
