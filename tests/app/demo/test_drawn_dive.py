"""The drawn diver obeys the laws that the finder later looks for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.demo.figure import GYRATION_SHARES, LENGTHS_M, MASS_SHARES, Pose, posture, turning
from app.demo.springboard_dive import BOARD_HEIGHT_M, PIKED, TUCKED, SpringboardDive

DIVES = [
    SpringboardDive(take_off_s=5.0, half_somersaults=3, shape=PIKED),
    SpringboardDive(take_off_s=5.0, half_somersaults=3, shape=TUCKED, is_back=True),
    SpringboardDive(take_off_s=5.0, half_somersaults=5, shape=TUCKED, rise_m_s=5.0),
]


def test_standing_figure_is_as_tall_as_its_segments():
    body = posture(Pose().as_array(), 0.0)

    # Thigh and shank down from the hip, trunk and head up; the foot points forwards and the arm hangs.
    np.testing.assert_allclose(body.ends[1], [0.0, 0.50 + 0.22], atol=1e-12)
    np.testing.assert_allclose(body.ends[5], [0.0, -0.41 - 0.41], atol=1e-12)
    np.testing.assert_allclose(body.ends[6], [0.20, -0.82], atol=1e-12)
    np.testing.assert_allclose(body.ends[3], [0.0, 0.92 * 0.50 - 0.28 - 0.40], atol=1e-12)


def test_flexed_hip_brings_the_knee_forwards_and_flexed_knee_the_heel_back():
    body = posture(Pose(hip=90, knee=90).as_array(), 0.0)

    np.testing.assert_allclose(body.ends[4], [0.41, 0.0], atol=1e-12)
    np.testing.assert_allclose(body.ends[5], [0.41, -0.41], atol=1e-12)


def test_a_rigid_figure_turns_steadily():
    poses = np.tile(Pose(shoulder=180).as_array(), (50, 1))

    angles = turning(poses, 0.02, 3.0)

    np.testing.assert_allclose(angles, np.linspace(0, 3.0, 50), atol=1e-12)


def test_a_tucked_figure_turns_faster_in_the_ratio_of_the_moments_of_inertia():
    straight, tucked = Pose(shoulder=180).as_array(), TUCKED.as_array()
    change = np.linspace(0, 1, 100)[:, None]
    poses = np.concatenate(
        [np.tile(straight, (200, 1)), straight + change * (tucked - straight), np.tile(tucked, (200, 1))]
    )

    speed = np.gradient(turning(poses, 0.005, 2 * math.pi), 0.005)

    expected = _moment_of_inertia(straight) / _moment_of_inertia(tucked)
    assert speed[-50] / speed[50] == pytest.approx(expected, rel=1e-3)
    assert expected > 2.5  # 14.0 / 4.2 kg m² measured on a person with both arms counted


def _moment_of_inertia(pose):
    body = posture(pose, 0.0)
    arms = body.segment_centres - body.centre_of_mass
    return float(MASS_SHARES @ (np.square(arms).sum(axis=-1) + (GYRATION_SHARES * LENGTHS_M) ** 2))


@pytest.mark.parametrize("dive", DIVES)
def test_angular_momentum_about_the_centre_of_mass_is_constant_in_flight(dive):
    times = np.linspace(dive.take_off_s + 0.02, dive.entry_s - 0.02, 600)
    bodies = [dive.figure(float(seconds))[0] for seconds in times]
    arms = np.stack([body.segment_centres - body.centre_of_mass for body in bodies])
    bones = np.stack([body.ends - body.starts for body in bodies])
    spins = np.gradient(np.unwrap(np.arctan2(bones[..., 0], bones[..., 1]), axis=0), times, axis=0)
    speeds = np.gradient(arms, times, axis=0)

    momentum = np.sum(
        MASS_SHARES
        * (arms[..., 1] * speeds[..., 0] - arms[..., 0] * speeds[..., 1] + (GYRATION_SHARES * LENGTHS_M) ** 2 * spins),
        axis=1,
    )[5:-5]

    assert abs(momentum.mean()) > 0.3
    assert np.ptp(momentum) < 0.06 * abs(momentum.mean())


@pytest.mark.parametrize("dive", DIVES)
def test_centre_of_mass_falls_with_gravity(dive):
    times = np.linspace(dive.take_off_s, dive.entry_s - 1e-6, 9)
    centres = np.stack([dive.figure(float(seconds))[0].centre_of_mass for seconds in times])
    since = times - dive.take_off_s

    np.testing.assert_allclose(centres[:, 0], centres[0, 0] + dive.travel_m_s * since, atol=1e-6)
    np.testing.assert_allclose(centres[:, 1], centres[0, 1] + dive.rise_m_s * since - 9.81 / 2 * since**2, atol=1e-6)


@pytest.mark.parametrize("dive", DIVES)
def test_toes_leave_the_board_and_hands_meet_the_water(dive):
    leaving, entering = dive.figure(dive.take_off_s)[0], dive.figure(dive.entry_s - 1e-9)[0]

    np.testing.assert_allclose(leaving.ends[6], [0.0, BOARD_HEIGHT_M], atol=0.01)
    assert entering.ends[3, 1] == pytest.approx(0.0, abs=0.01)
    assert entering.ends[:, 1].min() == entering.ends[3, 1]


@pytest.mark.parametrize("dive", DIVES)
def test_nothing_of_the_figure_jumps(dive):
    times = np.arange(dive.appears_s + 0.01, dive.gone_s, 0.01)
    hips = np.stack([dive.figure(float(seconds))[0].starts[0] for seconds in times])

    assert np.abs(np.diff(hips, axis=0)).max() < 0.12  # 12 m/s would be faster than the entry


def test_diver_is_in_the_picture_from_walking_on_to_sinking():
    dive = DIVES[0]

    assert dive.figure(dive.appears_s - 0.01) is None
    assert dive.figure(dive.gone_s + 0.01) is None
    assert dive.figure(dive.appears_s)[0].starts[0, 0] == pytest.approx(-4.8, abs=0.5)
