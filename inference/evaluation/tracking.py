"""Where: how far predicted paths are from true ones (thesis section 5.4.4 and figure 5.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray, FrameTime, Trajectory

REFERENCE_SIZE = (320, 180)
"""(width, height) of the pictures in whose pixels distances are given, whatever the size of the video."""

THRESHOLDS_PX = tuple(range(1, 21))
"""Mean distances that the curve of detection rates is given for."""


@dataclass(frozen=True, slots=True)
class TrackingScores:
    """How far the predicted paths of found dives are from the true ones, in px at `REFERENCE_SIZE`.

    dives counts the matched dives whose true path is known, with_path those of them for which one was predicted.
    median_px and p90_px are over the latter, None if there are none. within has the share of all dives whose mean
    distance is below each of `THRESHOLDS_PX`, None without a dive; a dive without a predicted path is below none.
    """

    dives: int
    with_path: int
    median_px: float | None
    p90_px: float | None
    within: tuple[float, ...] | None

    def share_within(self, threshold_px: int) -> float | None:
        """The share of dives whose mean distance is below one of `THRESHOLDS_PX`; None without a dive."""
        return None if self.within is None else self.within[THRESHOLDS_PX.index(threshold_px)]


def path_distance_px(
    true: Trajectory, predicted: Trajectory | None, times: Sequence[FrameTime], size: tuple[int, int]
) -> float:
    """Mean distance between two paths in the pictures of a dive, in px at `REFERENCE_SIZE`.

    Each path is seen through the camera motion that it came with, so a camera motion that was judged wrongly counts.

    Args:
        true: the true path.
        predicted: the predicted one; without one the distance is infinite.
        times: the frames of the true dive.
        size: (width, height) of the video, which is brought to the reference size in both directions by themselves.
    """
    if predicted is None:
        return float("inf")
    offsets = (predicted.image_points(times) - true.image_points(times)) * np.divide(REFERENCE_SIZE, size)
    return float(np.linalg.norm(offsets, axis=1).mean())


def detection_rates(distances_px: npt.ArrayLike, thresholds_px: npt.ArrayLike) -> FloatArray:
    """(thresholds,) share of dives below each distance (figure 5.10).

    Args:
        distances_px: (dives,) mean distances, infinite where there is no path; at least one.
        thresholds_px: (thresholds,) distances.
    """
    distances, thresholds = np.asarray(distances_px, dtype=np.float64), np.asarray(thresholds_px, dtype=np.float64)
    rates: FloatArray = (distances[:, None] < thresholds[None]).mean(axis=0)
    return rates


def score_tracking(distances_px: Sequence[float]) -> TrackingScores:
    """Scores of the mean distances of dives, as `path_distance_px` gives them."""
    finite = [distance for distance in distances_px if np.isfinite(distance)]
    return TrackingScores(
        dives=len(distances_px),
        with_path=len(finite),
        median_px=float(np.median(finite)) if finite else None,
        p90_px=float(np.percentile(finite, 90)) if finite else None,
        within=tuple(float(rate) for rate in detection_rates(distances_px, THRESHOLDS_PX)) if distances_px else None,
    )
