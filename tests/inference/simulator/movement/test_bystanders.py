"""People who do not dive."""

import math

import numpy as np
import pytest

from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.movement.bystanders import climb, feet_first_jump, stand, swim, walk

ATHLETE = Athlete(stature_m=1.75, mass_kg=70)
FEET = [SEGMENTS.index(f"{side}_foot") for side in ("left", "right")]


def seen(motion, rate=100):
    times = np.arange(0, motion.duration_s, 1 / rate)
    return times, motion.at(times)


def test_walker_gets_there_with_feet_that_do_not_slide():
    start, end = np.array([1.0, 2.0, 0.5]), np.array([4.0, 6.0, 0.5])
    motion = walk(ATHLETE, start, end)
    _, states = seen(motion)
    toes = states.far_ends[:, FEET]
    np.testing.assert_allclose(toes[0].mean(axis=0), start, atol=0.06)
    np.testing.assert_allclose(toes[-1].mean(axis=0), end, atol=0.06)
    # At every moment one foot stands still on the ground.
    speeds = np.linalg.norm(np.diff(toes, axis=0), axis=-1) * 100
    assert speeds.min(axis=1).max() < 0.25
    assert toes[..., 2].min() > 0.5 - 0.03
    along = states.centre_of_mass[:, :2] @ np.array([0.6, 0.8])
    assert (np.diff(along) > -0.01).all()


def test_walker_faces_the_way():
    _, states = seen(walk(ATHLETE, np.zeros(3), np.array([0.0, 3.0, 0.0])))
    np.testing.assert_allclose(states.rotations[:, 0, :2, 0] @ [0, 1], 1, atol=0.02)


def test_standing_stays_on_the_ground_and_moves_a_little():
    _, states = seen(stand(ATHLETE, np.array([2.0, 1.0, 3.0]), math.pi / 2, 6.0, np.random.default_rng(1)))
    toes = states.far_ends[:, FEET].mean(axis=1)
    np.testing.assert_allclose(toes, np.tile([2.0, 1.0, 3.0], (len(toes), 1)), atol=0.03)
    assert 0.01 < np.ptp(states.far_ends, axis=0).max() < 0.4


def test_climber_rises_by_the_height():
    motion = climb(ATHLETE, np.array([0.0, 0.0, 0.0]), 3.0, 0.0)
    _, states = seen(motion)
    assert states.centre_of_mass[-1, 2] - states.centre_of_mass[0, 2] == pytest.approx(3.0, abs=0.01)
    assert (np.diff(states.centre_of_mass[:, 2]) > -0.01).all()


def test_jumper_falls_feet_first():
    motion = feet_first_jump(ATHLETE, 5.0, np.random.default_rng(2))
    _, states = seen(motion)
    wet = int(np.argmax(states.far_ends[..., 2].min(axis=1) < 0))
    assert states.far_ends[wet, :, 2].argmin() in FEET
    assert states.rotations[: wet + 1, 0, 2, 2].min() > 0.9
    np.testing.assert_allclose(states.far_ends[0, FEET, 2], 5.0, atol=0.01)
    assert states.far_ends[-1, SEGMENTS.index("head"), 2] > 0.1


def test_swimmer_lies_in_the_water_and_gets_there():
    motion = swim(ATHLETE, np.array([1.0, 1.0]), np.array([6.0, 1.0]))
    _, states = seen(motion)
    np.testing.assert_allclose(states.centre_of_mass[[0, -1], :2], [[1, 1], [6, 1]], atol=1e-6)
    assert states.rotations[len(states.rotations) // 2, 0, 2, 2] < 0.2
    assert (states.centre_of_mass[:, 2] < 0).all()
    assert 0.4 < 5.0 / motion.duration_s < 1.3
