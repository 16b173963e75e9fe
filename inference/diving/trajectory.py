"""A ballistic path through candidate locations (thesis section 5.4.2, algorithms 5.2 and 5.3).

Two things differ from the thesis. The path is x linear and y quadratic in time, not y quadratic in x: the same five
parameters, but a near-vertical path stays well-conditioned. And MSAC truncates, so the cost of a candidate is
min(c, τ²), where algorithm 5.3 prints max. The best sample's inliers are refitted by least squares.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from inference.results import BallisticPath, CameraMotion, Candidate, FloatArray, Trajectory

_REFIT_ROUNDS = 10
_MIN_TIMES = 3


@dataclass(frozen=True, slots=True)
class LeastSquaresPath:
    """A path fitted by least squares, with the standard error of its vertical acceleration (px/s²).

    The error is None where there are no more times than parameters, so that nothing is left to judge it by.
    """

    path: BallisticPath
    acceleration_error: float | None

    @property
    def scale_uncertainty(self) -> float | None:
        """Relative standard error of the acceleration, hence of the metre scale; None for a path that is not a fall."""
        if self.acceleration_error is None or self.path.ay <= 0:
            return None
        return self.acceleration_error / self.path.ay


def least_squares_path(seconds: npt.ArrayLike, points: npt.ArrayLike) -> LeastSquaresPath:
    """Fit a path to locations by ordinary least squares.

    Args:
        seconds: (n,) times.
        points: (n, 2) stabilised coordinates.

    Raises:
        ValueError: with fewer than three different times.
    """
    times, xy = np.asarray(seconds, dtype=np.float64), np.asarray(points, dtype=np.float64)
    if len(np.unique(times)) < _MIN_TIMES:
        raise ValueError("a ballistic path needs locations at three or more different times")
    origin_s = float(times.mean())
    # Unit spread keeps the normal equations well-conditioned whatever the length of the flight.
    spread_s = float(np.abs(times - origin_s).max())
    u = (times - origin_s) / spread_s
    design = np.stack([np.ones_like(u), u, u * u], axis=1)
    (x0, vx), *_ = np.linalg.lstsq(design[:, :2], xy[:, 0], rcond=None)
    (y0, vy, bend), *_ = np.linalg.lstsq(design, xy[:, 1], rcond=None)
    path = BallisticPath(
        origin_s, float(x0), float(vx / spread_s), float(y0), float(vy / spread_s), float(2 * bend / spread_s**2)
    )
    freedom = len(u) - design.shape[1]
    if freedom <= 0:
        return LeastSquaresPath(path, None)
    residuals = xy[:, 1] - design @ np.array([y0, vy, bend])
    variance = float(residuals @ residuals) / freedom
    bend_error = math.sqrt(variance * float(np.linalg.inv(design.T @ design)[2, 2]))
    return LeastSquaresPath(path, 2 * bend_error / spread_s**2)


def fit_path(
    candidates: Sequence[Candidate], camera: CameraMotion, *, tau_px: float, iterations: int = 300, seed: int = 0
) -> Trajectory:
    """Fit a ballistic path to candidates, some of which are wrong, by MSAC (thesis algorithm 5.3).

    Args:
        candidates: locations in image coordinates; several in one frame are fine. Their `is_inlier` is not looked at.
        camera: maps them to stabilised coordinates.
        tau_px: how far, in stabilised pixels, a candidate may lie from the path and still support it.
        iterations: samples tried.
        seed: of the generator that draws the samples; the same seed gives the same path.

    Returns:
        The path refitted by least squares on its inliers, and the candidates marked as inliers or outliers.

    Raises:
        ValueError: if the candidates have fewer than three different times.
    """
    seconds = np.array([candidate.seconds for candidate in candidates])
    points = _stabilised(candidates, camera)
    if len(np.unique(seconds)) < _MIN_TIMES:
        raise ValueError("a ballistic path needs candidates at three or more different times")
    is_inlier = _best_sample(seconds, points, tau_px, iterations, np.random.default_rng(seed))
    fit = least_squares_path(seconds[is_inlier], points[is_inlier])
    for _ in range(_REFIT_ROUNDS):
        near = ((fit.path.at(seconds) - points) ** 2).sum(axis=1) <= tau_px**2
        if np.array_equal(near, is_inlier) or len(np.unique(seconds[near])) < _MIN_TIMES:
            break
        is_inlier = near
        fit = least_squares_path(seconds[is_inlier], points[is_inlier])
    return _trajectory(candidates, is_inlier, camera, fit)


def refit(trajectory: Trajectory, marks: Mapping[int, bool]) -> Trajectory:
    """Fit a trajectory's path again after a person has marked candidates.

    Args:
        trajectory: what was found.
        marks: index into `trajectory.candidates` to whether it is an inlier; the others stay as they are.

    Returns:
        The least-squares path through all inliers, with the marks applied.

    Raises:
        IndexError: if there is no candidate of that index.
        ValueError: if the inliers have fewer than three different times.
    """
    is_inlier = np.array([candidate.is_inlier for candidate in trajectory.candidates], dtype=bool)
    for index, mark in marks.items():
        is_inlier[index] = mark
    seconds = np.array([candidate.seconds for candidate in trajectory.candidates])
    points = _stabilised(trajectory.candidates, trajectory.camera)
    fit = least_squares_path(seconds[is_inlier], points[is_inlier])
    return _trajectory(trajectory.candidates, is_inlier, trajectory.camera, fit)


def _trajectory(
    candidates: Sequence[Candidate], is_inlier: npt.NDArray[np.bool_], camera: CameraMotion, fit: LeastSquaresPath
) -> Trajectory:
    marked = tuple(
        replace(candidate, is_inlier=bool(inlier)) for candidate, inlier in zip(candidates, is_inlier, strict=True)
    )
    return Trajectory(fit.path, marked, camera, fit.scale_uncertainty)


def _stabilised(candidates: Sequence[Candidate], camera: CameraMotion) -> FloatArray:
    """(n, 2) candidates in stabilised coordinates."""
    points = [camera.stabilise(candidate.frame, (candidate.x, candidate.y)) for candidate in candidates]
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def _best_sample(
    seconds: FloatArray, points: FloatArray, tau_px: float, iterations: int, generator: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Inliers of the sample of three candidates with the smallest truncated cost (algorithm 5.3, lines 5 to 13)."""
    samples = np.array([generator.choice(len(seconds), 3, replace=False) for _ in range(iterations)])
    t = seconds[samples]
    # Candidates of one frame exclude one another: a sample needs three different times.
    valid = (t[:, 0] != t[:, 1]) & (t[:, 1] != t[:, 2]) & (t[:, 0] != t[:, 2])
    if not valid.any():
        _, first = np.unique(seconds, return_index=True)
        samples, valid = first[[0, len(first) // 2, -1]][None], np.array([True])
    samples = samples[valid]
    predicted = _through_samples(seconds[samples], points[samples], seconds)
    cost = ((predicted - points[None]) ** 2).sum(axis=2)
    best = int(np.minimum(cost, tau_px**2).sum(axis=1).argmin())
    is_inlier: npt.NDArray[np.bool_] = cost[best] <= tau_px**2
    # x is linear through three points, so a sample may miss its own members.
    is_inlier[samples[best]] = True
    return is_inlier


def _through_samples(t: FloatArray, xy: FloatArray, seconds: FloatArray) -> FloatArray:
    """(n, m, 2) locations at (m,) seconds of the paths fitted to (n, 3) times and (n, 3, 2) points."""
    middle = t.mean(axis=1, keepdims=True)
    u, v = t - middle, seconds[None] - middle
    slope = (u * xy[..., 0]).sum(axis=1, keepdims=True) / (u * u).sum(axis=1, keepdims=True)
    x = xy[..., 0].mean(axis=1, keepdims=True) + slope * v
    y = np.zeros_like(v)
    for i in range(3):  # Lagrange's form of the parabola through three points
        j, k = (i + 1) % 3, (i + 2) % 3
        weight = (v - u[:, j : j + 1]) * (v - u[:, k : k + 1])
        y += xy[:, i : i + 1, 1] * weight / ((u[:, i] - u[:, j]) * (u[:, i] - u[:, k]))[:, None]
    return np.stack([x, y], axis=-1)
