"""Fitting ballistic paths: exact answers, robustness, and the same numbers as NumPy and SciPy give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from inference.diving.trajectory import fit_path, least_squares_path, refit
from inference.results import BallisticPath, CameraMotion, Candidate

FIXED = CameraMotion.fixed()
FLIGHT = BallisticPath(origin_s=2.0, x0=100.0, vx=30.0, y0=200.0, vy=-150.0, ay=400.0)


def candidates_on(path: BallisticPath, seconds: np.ndarray, noise: np.ndarray | float = 0.0) -> list[Candidate]:
    points = path.at(seconds) + noise
    return [
        Candidate(frame, float(s), float(x), float(y))
        for frame, (s, (x, y)) in enumerate(zip(seconds, points, strict=True))
    ]


def test_three_points_give_the_parabola_through_them():
    # Falling from rest at (0, 0): y = 5 t², x = 2 t.
    fit = least_squares_path([0.0, 1.0, 2.0], [[0.0, 0.0], [2.0, 5.0], [4.0, 20.0]])

    assert fit.path.ay == pytest.approx(10.0)
    assert fit.path.vx == pytest.approx(2.0)
    np.testing.assert_allclose(fit.path.at(3.0), [6.0, 45.0])
    assert fit.path.apex_s == pytest.approx(0.0)
    assert fit.acceleration_error is None
    assert fit.scale_uncertainty is None


def test_fewer_than_three_times_are_refused():
    with pytest.raises(ValueError, match="three or more different times"):
        least_squares_path([0.0, 1.0, 1.0], [[0.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    with pytest.raises(ValueError, match="three or more different times"):
        fit_path([Candidate(0, 0.0, 1.0, 1.0)] * 5, FIXED, tau_px=3.0)


def test_least_squares_equals_polyfit_at_large_times():
    generator = np.random.default_rng(3)
    seconds = 7200.0 + np.sort(generator.uniform(0, 1.5, 40))
    points = generator.normal(0, 50, (40, 2))

    path = least_squares_path(seconds, points).path

    u = seconds - 7200.0
    across, down = np.polyfit(u, points[:, 0], 1), np.polyfit(u, points[:, 1], 2)
    expected = np.stack([np.polyval(across, u), np.polyval(down, u)], axis=1)
    np.testing.assert_allclose(path.at(seconds), expected, rtol=1e-8, atol=1e-7)
    assert path.ay == pytest.approx(2 * down[0], rel=1e-8)
    assert path.vx == pytest.approx(across[0], rel=1e-8)


def test_scale_uncertainty_is_the_standard_error_of_the_acceleration():
    generator = np.random.default_rng(5)
    seconds = np.linspace(0.0, 1.4, 30)
    points = FLIGHT.at(seconds) + generator.normal(0, 3.0, (30, 2))

    fit = least_squares_path(seconds, points)

    # Frisch and Waugh: regressing what 1 and t leave of y on what they leave of t² gives the same slope and the same
    # residuals; SciPy's standard error divides by n - 2 where three parameters leave n - 3.
    rest = np.stack([seconds**2 - np.polyval(np.polyfit(seconds, seconds**2, 1), seconds)]).ravel()
    y_rest = points[:, 1] - np.polyval(np.polyfit(seconds, points[:, 1], 1), seconds)
    line = stats.linregress(rest, y_rest)
    error = 2 * line.stderr * np.sqrt((30 - 2) / (30 - 3))
    assert fit.path.ay == pytest.approx(2 * line.slope)
    assert fit.acceleration_error == pytest.approx(error)
    assert fit.scale_uncertainty == pytest.approx(error / (2 * line.slope))


def test_a_path_that_curves_upwards_has_no_scale():
    seconds = np.linspace(0, 1, 6)
    points = np.stack([seconds, -(seconds**2) + 0.01 * np.cos(9 * seconds)], axis=1)

    assert least_squares_path(seconds, points).scale_uncertainty is None


def test_exact_candidates_are_fitted_exactly():
    trajectory = fit_path(candidates_on(FLIGHT, np.linspace(2.0, 3.2, 12)), FIXED, tau_px=1.0)

    assert all(candidate.is_inlier for candidate in trajectory.candidates)
    np.testing.assert_allclose(trajectory.path.at([2.0, 2.7, 3.2]), FLIGHT.at([2.0, 2.7, 3.2]), atol=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_half_of_the_candidates_may_be_wrong(seed):
    generator = np.random.default_rng(seed)
    seconds = np.linspace(2.0, 3.4, 36)
    right = candidates_on(FLIGHT, seconds, generator.normal(0, 0.5, (36, 2)))
    wrong = [
        Candidate(frame, float(s), *generator.uniform([0, 0], [400, 400]).tolist()) for frame, s in enumerate(seconds)
    ]
    mixed = [candidate for pair in zip(right, wrong, strict=True) for candidate in pair]

    trajectory = fit_path(mixed, FIXED, tau_px=4.0, seed=seed)

    error = np.linalg.norm(trajectory.path.at(seconds) - FLIGHT.at(seconds), axis=1)
    assert error.max() < 1.5
    assert all(candidate.is_inlier for candidate in trajectory.candidates[::2])
    inliers = [candidate for candidate in trajectory.candidates if candidate.is_inlier]
    down = np.polyfit([c.seconds - 2.0 for c in inliers], [c.y for c in inliers], 2)
    assert trajectory.path.ay == pytest.approx(2 * down[0])


def test_a_vertical_fall_is_as_well_conditioned_as_any():
    falling = BallisticPath(0.0, 50.0, 0.0, 10.0, -40.0, 500.0)
    seconds = np.linspace(0.0, 1.2, 20)

    trajectory = fit_path(candidates_on(falling, seconds), FIXED, tau_px=1.0)

    np.testing.assert_allclose(trajectory.path.at(seconds), falling.at(seconds), atol=1e-7)


def test_the_same_seed_gives_the_same_path():
    generator = np.random.default_rng(0)
    seconds = np.linspace(2.0, 3.0, 25)
    noisy = candidates_on(FLIGHT, seconds, generator.normal(0, 8, (25, 2)))

    assert fit_path(noisy, FIXED, tau_px=5.0, seed=4).path == fit_path(noisy, FIXED, tau_px=5.0, seed=4).path


def test_costs_are_truncated_by_the_smaller_of_cost_and_threshold():
    # Ten candidates on one path, four on another far away: a maximum in place of the minimum would prefer the path
    # between the two, which is closer to the far ones.
    other = BallisticPath(2.0, 300.0, 0.0, 900.0, 0.0, 400.0)
    mixed = candidates_on(FLIGHT, np.linspace(2.0, 3.0, 10)) + candidates_on(other, np.linspace(2.1, 2.9, 4))

    trajectory = fit_path(mixed, FIXED, tau_px=3.0)

    assert [candidate.is_inlier for candidate in trajectory.candidates] == [True] * 10 + [False] * 4


def test_the_path_is_fitted_in_stabilised_coordinates():
    seconds = np.linspace(2.0, 3.2, 13)
    shifts = np.array([[1.0, 0.0, 7.0], [0.0, 1.0, -4.0], [0.0, 0.0, 1.0]])
    maps = np.stack([np.linalg.matrix_power(shifts, frame) for frame in range(13)])
    camera = CameraMotion(0, maps)
    seen = [
        Candidate(frame, float(s), *camera.to_image(frame, point).tolist())
        for frame, (s, point) in enumerate(zip(seconds, FLIGHT.at(seconds), strict=True))
    ]

    trajectory = fit_path(seen, camera, tau_px=1.0)

    np.testing.assert_allclose(trajectory.path.at(seconds), FLIGHT.at(seconds), atol=1e-7)


def test_marking_a_candidate_refits_on_the_inliers():
    seconds = np.linspace(2.0, 3.2, 9)
    found = candidates_on(FLIGHT, seconds)
    found[4] = Candidate(4, float(seconds[4]), 500.0, 20.0)
    trajectory = fit_path(found, FIXED, tau_px=2.0)
    assert not trajectory.candidates[4].is_inlier

    with_it = refit(trajectory, {4: True})
    without_it = refit(with_it, {4: False})

    points = np.array([(c.x, c.y) for c in found])
    assert with_it.candidates[4].is_inlier
    assert with_it.path.ay == pytest.approx(2 * np.polyfit(seconds, points[:, 1], 2)[0])
    assert with_it.path.vx == pytest.approx(np.polyfit(seconds, points[:, 0], 1)[0])
    np.testing.assert_allclose(without_it.path.at(seconds), FLIGHT.at(seconds), atol=1e-7)
    with pytest.raises(IndexError):
        refit(trajectory, {99: True})
