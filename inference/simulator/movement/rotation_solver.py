"""Finding the angular momentum, and for twisting dives the throw and opening, that bring a dive out whole.

Time is the share of the flight and the body that of a reference athlete: if the movement is stretched in time and the
body scaled in length and mass, angular momentum scales as mass * stature² / time and the rotation over the flight stays
the same. So a dive is solved once for all builds of a sex and all flight times; only the angle to turn, which the lean
at take-off changes, differs.

All dives here start unrotated and somersault about +y (forward: 1) or -y (backward: -1), as seen from the body.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from inference.diving.codes import DiveCode
from inference.results import FloatArray
from inference.simulator.body.athlete import Athlete, Sex
from inference.simulator.body.kinematics import inertia_about_centre, pose_body, relative_angular_momentum
from inference.simulator.movement.flight import integrate_somersault, integrate_turning
from inference.simulator.movement.programme import flight_programme, joint_angles, minimum_jerk
from inference.simulator.movement.twist_programme import twist_phase, twist_programme

TOLERANCE_RAD = np.radians(0.4)
"""A twisting dive counts as solved when somersault, tilt and twist are all this close."""

# With fewer moments the quickest throws are not followed: a third as many put some dives out by a quarter twist.
_TIMES = 541
_LOWER = np.array([0.2, 0.02, -1.0, -1.2, 0.2, 0.0])
_UPPER = np.array([20.0, 2.0, 2.0, 1.2, 1.05, 1.0])
# How much the solver minds an opening unlike the throw, a shifted opening, loose arms and a bent trunk.
_RELUCTANCE = np.array([0.015, 0.02, 0.02, 0.02])
_MOMENTUM_UNIT = 20.0
_SAMPLES = 420
_DAMPINGS = np.array([0.03, 0.3, 3.0, 30.0, 300.0])


class UnsolvedDiveError(RuntimeError):
    """No throw and opening were found that make the twists and somersaults of a dive come out whole."""


@dataclass(frozen=True, eq=False)
class FlightRotation:
    """How a body turns through a flight.

    shares are (times,) from 0 to 1, angles (times, 17) joint angles, turning (times, 3) somersault, tilt and twist in
    radians, and momentum the angular momentum about y of the reference athlete in one second, kg·m²/s.
    """

    shares: FloatArray
    angles: FloatArray
    turning: FloatArray
    momentum: float


def somersault_sense(code: DiveCode) -> int:
    """1 if the body somersaults forwards as the diver feels it, -1 if backwards."""
    return -1 if code.direction in (2, 3) else 1


def solve_somersault(code: DiveCode, sex: Sex, turn: float, times: int = 361) -> FlightRotation:
    """A dive without twist; the angular momentum follows in closed form, since all turning is about one axis.

    Args:
        code: the dive.
        sex: whose body.
        turn: radians to somersault in the dive's own sense between take-off and entry.
        times: number of moments over the flight.
    """
    shares = np.linspace(0, 1, times)
    angles = joint_angles(flight_programme(code), shares)
    inertias, relative, step = _body_through(sex, angles)
    at_rest = integrate_somersault(np.zeros(()), inertias, relative, step)[-1]
    per_momentum = integrate_somersault(np.ones(()), inertias, relative, step)[-1] - at_rest
    momentum = (somersault_sense(code) * turn - at_rest) / per_momentum
    turning = np.zeros((times, 3))
    turning[:, 0] = integrate_somersault(momentum, inertias, relative, step)
    return FlightRotation(shares, angles, turning, float(momentum))


def solve_twist(code: DiveCode, sex: Sex, turn: float, starts: Iterable[FloatArray]) -> FloatArray:
    """Solver variables of a twisting dive: least squares from each start until one comes out whole.

    Args:
        code: the dive.
        sex: whose body.
        turn: radians to somersault in the dive's own sense.
        starts: (6,) variables each: the momentum and those of KNOBS.

    Raises:
        UnsolvedDiveError: if no start leads there.
    """
    for start in starts:
        for improve in (adjust, refine):
            found, worst = improve(code, sex, turn, start)
            if worst < TOLERANCE_RAD:
                return found
    raise UnsolvedDiveError(f"no throw was found that brings {code} out whole")


def twisting_flight(code: DiveCode, sex: Sex, turn: float, variables: FloatArray, times: int = 361) -> FlightRotation:
    """The flight that follows from solver variables, at (times,) moments; times - 1 is a multiple of 90.

    What the solver left of errors (below its tolerance) is taken out smoothly over the flight.
    """
    turning, angles = _turn(code, sex, variables[None], 2 * times - 1)
    shares = np.linspace(0, 1, times)
    sense = somersault_sense(code)
    slack = twist_phase(code).tilt_left_rad
    tilt = float(np.clip(turning[0, -1, 1], -slack, slack))
    whole = np.array([sense * turn, tilt, -sense * code.half_twists * np.pi])
    turning += minimum_jerk(shares)[:, None] * (whole - turning[:, -1:])
    return FlightRotation(shares, angles[0, ::2], turning[0], sense * _MOMENTUM_UNIT * float(variables[0]))


def search_starts(code: DiveCode, sex: Sex, turn: float, count: int = 10, seed: int = 20) -> list[FloatArray]:
    """The most promising of many random throws and openings (the same for the same seed), best first."""
    rng = np.random.default_rng(seed)
    lowest = np.array([1.0, 0.05, -0.2, -1.0, 0.5, 0.0])
    highest = np.array([1.0, 1.9, 2.0, 1.0, 1.0, 0.9])
    variables = rng.uniform(lowest, highest, (_SAMPLES, len(lowest)))
    errors = np.empty((_SAMPLES, 3))
    # In pieces, for the sake of memory.
    for piece in np.array_split(np.arange(_SAMPLES), _SAMPLES // 60):
        variables[piece, 0] = _plane_momentum(code, sex, turn, variables[piece])
        errors[piece] = _errors(code, sex, turn, variables[piece], times=181)
    order = np.argsort(np.square(errors * (0.3, 1, 1)).sum(axis=-1))
    kept: list[FloatArray] = []
    for row in order:
        if all(np.abs(variables[row, 1:4] - other[1:4]).max() > 0.2 for other in kept):
            kept.append(variables[row])
        if len(kept) == count:
            break
    return kept


def refine(code: DiveCode, sex: Sex, turn: float, start: FloatArray, iterations: int = 16) -> tuple[FloatArray, float]:
    """Levenberg-Marquardt with all trial steps of an iteration integrated at once; variables and worst error (rad)."""
    variables, damping, nudge = start, 0.01, 1e-3

    def residuals(many: FloatArray) -> FloatArray:
        odd = np.stack([many[:, 2] - many[:, 1], many[:, 3], many[:, 4] - 0.85, many[:, 5]], axis=-1)
        return np.concatenate([_errors(code, sex, turn, many), _RELUCTANCE * odd], axis=-1)

    for _ in range(iterations):
        around = residuals(np.vstack([variables, variables + nudge * np.eye(6)]))
        now, jacobian = around[0], ((around[1:] - around[0]) / nudge).T
        normal = jacobian.T @ jacobian
        trials = np.array(
            [
                variables - np.linalg.solve(normal + size * np.diag(np.diag(normal) + 1e-6), jacobian.T @ now)
                for size in damping * _DAMPINGS
            ]
        )
        trials = np.clip(trials, _LOWER, _UPPER)
        costs = np.square(residuals(trials)).sum(axis=-1)
        best = int(costs.argmin())
        gain = np.square(now).sum() - costs[best]
        damping *= float(_DAMPINGS[best])
        if gain <= 0:
            damping *= 30
            if damping > 1e6:
                break
            continue
        variables = trials[best]
        worst = float(np.abs(residuals(trials[best : best + 1])[0, :3]).max())
        if worst < TOLERANCE_RAD / 4 and gain < 1e-4:
            break
    return adjust(code, sex, turn, variables)


def adjust(
    code: DiveCode, sex: Sex, turn: float, variables: FloatArray, iterations: int = 8
) -> tuple[FloatArray, float]:
    """Shortest Newton steps on the errors alone; variables and worst error (rad).

    A variable that a step would take beyond its limit stays where it is.
    """
    nudge = 1e-3 * np.eye(len(variables))
    best, least = variables, np.inf
    for _ in range(iterations):
        around = _errors(code, sex, turn, np.vstack([variables, variables + nudge]))
        errors, jacobian = around[0], ((around[1:] - around[0]) / 1e-3).T
        worst = float(np.abs(errors).max())
        if worst < least:
            best, least = variables, worst
        if worst < TOLERANCE_RAD / 8:
            break
        free = np.ones(len(variables), dtype=bool)
        for _ in range(len(variables)):
            step = np.zeros(len(variables))
            step[free] = np.linalg.lstsq(jacobian[:, free], -errors, rcond=None)[0]
            beyond = free & ((variables + step < _LOWER) | (variables + step > _UPPER))
            if not beyond.any():
                break
            free &= ~beyond
        variables = np.clip(variables + step * min(1.0, 0.5 / (np.abs(step).max() + 1e-12)), _LOWER, _UPPER)
    return best, least


def _errors(code: DiveCode, sex: Sex, turn: float, variables: FloatArray, times: int = _TIMES) -> FloatArray:
    """(n, 3) somersault at entry, and tilt and twist when the body is level, minus what the code asks for, radians."""
    turning, _ = _turn(code, sex, variables, times)
    sense = somersault_sense(code)
    last = turning[:, -1]
    slack = twist_phase(code).tilt_left_rad
    tilt = last[:, 1] - np.clip(last[:, 1], -slack, slack)
    return np.stack([sense * last[:, 0] - turn, 2 * tilt, last[:, 2] + sense * code.half_twists * np.pi], axis=-1)


def _turn(code: DiveCode, sex: Sex, variables: FloatArray, times: int) -> tuple[FloatArray, FloatArray]:
    """(n, (times + 1) / 2, 3) somersault, tilt and twist, and (n, times, 17) joint angles.

    From the end of the twist on the body is symmetric, and a level somersault goes on as one; so tilt and twist stay,
    unless some tilt is left.
    """
    angles = joint_angles(twist_programme(code, variables[:, 1:]), np.linspace(0, 1, times))
    inertias, relative, step = _body_through(sex, angles)
    momentum = somersault_sense(code) * _MOMENTUM_UNIT * variables[:, 0]
    phase = twist_phase(code)
    level = times - 1 if phase.tilt_left_rad else round(phase.end * (times - 1))
    twisting = integrate_turning(momentum, inertias[:, : level + 1], relative[:, : level + 1], step)
    side = (-1) ** code.half_twists
    rest = integrate_somersault(side * momentum, inertias[:, level:], relative[:, level:], step)[:, 2::2]
    after = np.repeat(twisting[:, -1:], rest.shape[1], axis=1)
    after[..., 0] += side * rest
    return np.concatenate([twisting, after], axis=1), angles


def _plane_momentum(code: DiveCode, sex: Sex, turn: float, variables: FloatArray) -> FloatArray:
    """(n,) the momentum variable if all turning were about one axis."""
    shares = np.linspace(0, 1, 91)
    inertias, relative, step = _body_through(sex, joint_angles(twist_programme(code, variables[:, 1:]), shares))
    spin = 1 / inertias[..., 1, 1]
    drift = np.asarray(np.trapezoid(relative[..., 1] * spin, dx=step))
    sense = somersault_sense(code)
    momentum: FloatArray = sense * (sense * turn + drift) / np.trapezoid(spin, dx=step) / _MOMENTUM_UNIT
    return momentum


def _body_through(sex: Sex, angles: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Inertia and relative angular momentum of the reference athlete through one second, and the step of time."""
    athlete = Athlete(sex=sex)
    step = 1 / (angles.shape[-2] - 1)
    body = pose_body(athlete, angles)
    return inertia_about_centre(athlete, body), relative_angular_momentum(athlete, body, step), step
