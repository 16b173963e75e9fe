"""A whole dive as a motion: on the board, in the air, and in the water until the diver floats."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import CubicSpline

from inference.results import GRAVITY_M_S2, FloatArray
from inference.simulator.approach import walking_approach
from inference.simulator.armstand import armstand
from inference.simulator.athlete import Athlete
from inference.simulator.dive_plan import DivePlan
from inference.simulator.flight import turned
from inference.simulator.motion import GRID_HZ, BodyStates, Movement, RecordedMotion, joined
from inference.simulator.press import TakeOff, standing_press
from inference.simulator.rotation_solver import FlightRotation, solve_somersault
from inference.simulator.twist_solutions import mirrored, solve_twisting_dive
from inference.simulator.under_water import glide_and_surface

_RING_HZ = 4.5
_RING_S = 0.45


@dataclass(frozen=True, eq=False)
class DiveMotion:
    """A dive from standing ready until floating in the water.

    take_off_s is the time of last contact with the board and entry_s that of first contact with the water, seconds
    from the beginning of the motion; between them the centre of mass is exactly ballistic.
    """

    plan: DivePlan
    recorded: RecordedMotion
    take_off_s: float
    entry_s: float

    @property
    def athlete(self) -> Athlete:
        """Who dives."""
        return self.plan.athlete

    @property
    def duration_s(self) -> float:
        """Seconds from beginning to end."""
        return self.recorded.duration_s

    @property
    def end_s(self) -> float:
        """When the diver floats, seconds from the beginning."""
        return self.duration_s

    def at(self, times_s: FloatArray) -> BodyStates:
        """The body at (n,) seconds from the beginning; before and after, as at the beginning and the end."""
        return self.recorded.at(times_s)


def simulate_dive(plan: DivePlan, rng: np.random.Generator) -> DiveMotion:
    """Work out a dive.

    Args:
        plan: the dive.
        rng: source of chance for what happens after entry.

    Raises:
        UnsolvedDiveError: if no movement was found that brings a twisting dive out whole.
    """
    rotation = _solved_rotation(plan)
    flight = _flight(plan, rotation)
    before = _on_board(plan, rotation, flight)
    return _assembled(plan, before, flight, rng)


def _solved_rotation(plan: DivePlan) -> FlightRotation:
    code, sex = plan.code, plan.athlete.sex
    if not code.is_twisting:
        return solve_somersault(code, sex, plan.turn_rad)
    solved = solve_twisting_dive(code, sex, plan.turn_rad)
    return solved if (solved.turning[-1, 2] > 0) == plan.twists_left else mirrored(solved)


@dataclass(frozen=True, eq=False)
class _Flight:
    """The air part on grid times from take-off on, and the state at the exact moment of entry.

    turn_rate is in rad/s about the world's +y axis.
    """

    movement: Movement
    seconds: float
    start_rate: float
    entry_angles: FloatArray
    entry_rotation: FloatArray
    entry_rate: float


def _flight(plan: DivePlan, rotation: FlightRotation) -> _Flight:
    seconds = plan.flight_s(rotation.angles[0], rotation.angles[-1])
    curve = CubicSpline(rotation.shares, np.concatenate([rotation.angles, rotation.turning], axis=1))
    times = np.arange(int(seconds * GRID_HZ) + 1) / GRID_HZ
    values = curve(times / seconds)
    angles, turning = values[:, :-3], values[:, -3:]
    start = plan.take_off_rotation
    centre = _ballistic(plan, rotation, times)
    last = curve(1.0)
    rates = curve([0.0, 1.0], 1)[:, -3] / seconds
    around_world_y = float((plan.facing @ [0, 1, 0])[1])
    return _Flight(
        Movement(angles, start @ turned(turning), centre, _ringing(plan, times)),
        seconds,
        float(rates[0]),
        last[:-3],
        start @ turned(last[-3:]),
        float(rates[1]) * around_world_y,
    )


def _ballistic(plan: DivePlan, rotation: FlightRotation, times: FloatArray) -> FloatArray:
    """(n, 3) the centre of mass at (n,) seconds after take-off."""
    height = plan.take_off_speed_m_s * times - GRAVITY_M_S2 / 2 * times**2
    moved = np.stack([plan.horizontal_speed_m_s * times, 0 * times, height], axis=-1)
    path: FloatArray = plan.take_off_centre(rotation.angles[0]) + moved
    return path


def _ringing(plan: DivePlan, times: FloatArray) -> FloatArray:
    """(n,) metres by which a springboard that is let go swings on at its tip."""
    if not plan.board.is_springboard:
        return 0 * times
    cycle = 2 * np.pi * _RING_HZ
    ringing: FloatArray = plan.take_off_speed_m_s / cycle * np.exp(-times / _RING_S) * np.sin(cycle * times)
    return ringing


def _on_board(plan: DivePlan, rotation: FlightRotation, flight: _Flight) -> Movement:
    inwards = plan.facing.T
    centre = inwards @ plan.take_off_centre(rotation.angles[0])
    velocity = inwards @ [plan.horizontal_speed_m_s, 0.0, plan.take_off_speed_m_s]
    toes = inwards @ plan.support_point
    take_off = TakeOff(
        rotation.angles[0],
        plan.pitch_rad,
        flight.start_rate,
        centre[[0, 2]],
        velocity[[0, 2]],
        toes[[0, 2]],
        plan.board.is_springboard,
    )
    if plan.code.is_armstand:
        seen = armstand(plan.athlete, take_off, plan.stand_s + 1.0, faces_water=plan.faces_water)
    elif plan.walks:
        seen = walking_approach(plan.athlete, take_off, plan.stand_s)
    else:
        seen = standing_press(plan.athlete, take_off, plan.stand_s, heels_free=not plan.faces_water)
    return Movement(
        seen.angles, plan.facing @ seen.rotations, seen.centre_of_mass @ plan.facing.T, seen.board_deflection_m
    )


def _assembled(plan: DivePlan, before: Movement, flight: _Flight, rng: np.random.Generator) -> DiveMotion:
    in_air = flight.movement
    since_entry = (
        np.arange(len(in_air), len(in_air) + round(rng.uniform(2.6, 3.4) * GRID_HZ))
    ) / GRID_HZ - flight.seconds
    fall = flight.seconds
    last = in_air.centre_of_mass[0] + [
        plan.horizontal_speed_m_s * fall,
        0,
        plan.take_off_speed_m_s * fall - GRAVITY_M_S2 / 2 * fall**2,
    ]
    velocity = np.array([plan.horizontal_speed_m_s, 0, plan.take_off_speed_m_s - GRAVITY_M_S2 * fall])
    after = glide_and_surface(
        since_entry, flight.entry_angles, flight.entry_rotation, flight.entry_rate, last, velocity
    )
    after = replace(after, board_deflection_m=_ringing(plan, since_entry + flight.seconds))
    whole = joined(before.part(0, len(before) - 1), in_air, after)
    take_off_s = (len(before) - 1) / GRID_HZ
    return DiveMotion(plan, RecordedMotion.of(plan.athlete, whole), take_off_s, take_off_s + flight.seconds)
