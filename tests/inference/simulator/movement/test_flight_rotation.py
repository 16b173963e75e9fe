"""Rotation in flight against what can be worked out by hand."""

import numpy as np
import pytest

from inference.diving.codes import parse
from inference.simulator.movement.flight import integrate_somersault, integrate_turning, somersault_tilt_twist, turned
from inference.simulator.movement.rotation_solver import (
    UnsolvedDiveError,
    refine,
    solve_somersault,
    solve_twist,
    somersault_sense,
    twisting_flight,
)
from inference.simulator.movement.twist_solutions import case_key, mirrored, stored_solutions


def rigid(inertia, times):
    return np.repeat(np.diag(inertia)[None], times, axis=0), np.zeros((times, 3))


def test_level_rigid_body_turns_at_momentum_over_inertia():
    inertias, still = rigid([12.0, 10.0, 1.0], 101)
    turning = integrate_turning(np.array(30.0), inertias, still, 0.01)
    # 30 / 10 = 3 rad/s for one second, from 0 s on every 0.02 s.
    np.testing.assert_allclose(turning[:, 0], np.linspace(0, 3, 51), atol=1e-12)
    np.testing.assert_allclose(turning[:, 1:], 0, atol=1e-12)


def test_integration_is_of_fourth_order():
    """Halving the step divides the error by about sixteen."""

    def end(times):
        shares = np.linspace(0, 1, times)
        inertias = np.stack([np.diag([12.0, 11 - 6 * np.sin(np.pi * share) ** 2, 1.0]) for share in shares])
        relative = np.stack([3 * np.sin(np.pi * shares) ** 2, 0 * shares, 0 * shares], axis=-1)
        return integrate_turning(np.array(40.0), inertias, relative, 1 / (times - 1))[-1]

    exact = end(3201)
    ratio = np.abs(end(101) - exact) / np.abs(end(201) - exact)
    assert (ratio > 10).all()


def test_twist_of_a_tilted_symmetric_body():
    """A body with equal inertias about x and y, tilted by θ, twists at H sin θ (1/I_z - 1/I_x)."""
    times, step = 2001, 0.0005
    inertias, relative = rigid([10.0, 10.0, 1.0], times)
    # A wheel inside, spun up over the first 0.05 s and stopped again, leaves a tilt and nothing else.
    seconds = np.arange(times) * step
    relative[:, 0] = np.where(seconds < 0.05, 40 * np.sin(np.pi * seconds / 0.05) ** 2, 0)
    turning = integrate_turning(np.array(20.0), inertias, relative, step)
    late = turning[400:]
    assert np.ptp(late[:, 1]) < 1e-6
    tilt = late[0, 1]
    assert abs(tilt) > 0.05
    rate = (late[-1, 2] - late[0, 2]) / (2 * step * (len(late) - 1))
    assert rate == pytest.approx(-20 * np.sin(tilt) * (1 / 1.0 - 1 / 10.0), rel=1e-3)


def test_somersault_slows_down_while_arms_turn_with_it():
    inertias, relative = rigid([12.0, 10.0, 1.0], 11)
    relative[:, 1] = 5.0
    # (30 - 5) / 10 = 2.5 rad/s.
    np.testing.assert_allclose(integrate_somersault(np.array(30.0), inertias, relative, 0.1)[-1], 2.5)


def test_angles_of_rotations_are_the_angles_they_were_made_of():
    angles = np.stack([np.linspace(0, 9, 40), np.linspace(-0.4, 0.5, 40), np.linspace(0, -7, 40)], axis=-1)
    np.testing.assert_allclose(somersault_tilt_twist(turned(angles)), angles, atol=1e-9)


def test_tucking_speeds_the_somersault_up():
    """From 13.8 to 4.3 kg·m² the same momentum turns a body 3.2 times as fast."""
    flight = solve_somersault(parse("105C"), "male", 5 * np.pi)
    rate = np.gradient(flight.turning[:, 0], flight.shares)
    assert rate[len(rate) // 2] / rate[0] == pytest.approx(13.83 / 4.30, rel=0.02)


def test_back_dives_turn_backwards():
    assert solve_somersault(parse("203B"), "female", 3 * np.pi).turning[-1, 0] == pytest.approx(-3 * np.pi)
    assert [somersault_sense(parse(code)) for code in ("103B", "203B", "303B", "403B", "612B", "622B")] == [
        1,
        -1,
        -1,
        1,
        1,
        -1,
    ]


def test_mirrored_flight_twists_to_the_other_side():
    code = parse("5132D")
    flight = twisting_flight(code, "male", 3 * np.pi, stored_solutions()[case_key(code, "male")])
    other = mirrored(flight)
    assert flight.turning[-1, 2] == pytest.approx(-2 * np.pi)
    assert other.turning[-1, 2] == pytest.approx(2 * np.pi)
    np.testing.assert_allclose(other.turning[:, 0], flight.turning[:, 0])


def test_stored_solution_is_refined_for_another_angle_to_turn():
    code = parse("5253B")
    found, worst = refine(code, "male", 5 * np.pi - 0.14, stored_solutions()[case_key(code, "male")])
    assert np.degrees(worst) < 0.4
    assert found.shape == (6,)


def test_a_dive_without_solution_says_so():
    with pytest.raises(UnsolvedDiveError, match="no throw was found that brings 5253B out whole"):
        solve_twist(parse("5253B"), "male", 5 * np.pi, starts=[])
