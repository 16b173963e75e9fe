"""Poses of people who are not upright, by models that know upright people only: the picture is turned.

Published models are trained on people who stand and sit; of a diver upside down they make one who stands, with hands
for feet. Each crop is therefore shown in several turns; the surest answer says how the body lies, and the crop, turned
by just so much, is shown once more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from inference.pose.crop_estimator import CropPoseEstimator, EstimatedPoses
from inference.pose.crop_map import CropRegion, Picture
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray

TURNS: Final = 4
"""In how many turns each crop is shown, spread evenly over the full circle."""

_LEAST_TURN_RAD = math.radians(5)


def estimate_upright(
    estimator: CropPoseEstimator, pictures: Sequence[Picture], regions: Sequence[CropRegion], turns: int = TURNS
) -> tuple[EstimatedPoses, list[CropRegion]]:
    """The surest poses over several turns of each crop.

    Args:
        estimator: of a skeleton with shoulders and hips.
        pictures: n of (height, width, 3 or 4), BGR or BGRA.
        regions: n boxes; their turns are where the search begins.
        turns: how many to try; the work grows with it.

    Returns:
        The poses, and the regions with the turns that they were found in.

    Raises:
        ModelError: if the model cannot be run.
        ValueError: if the skeleton does not say which way is up.
    """
    chosen = list(regions)
    best = estimator.estimate(pictures, chosen)
    for turn in range(1, turns):
        tried = [region.turned(region.turn_rad + 2 * math.pi * turn / turns) for region in regions]
        best, chosen = _surer(best, chosen, estimator.estimate(pictures, tried), tried)
    leans = lean_rad(estimator.skeleton, best.keypoints)
    # A body that leans clockwise is turned back the other way.
    tried = [region.turned(-float(lean)) for region, lean in zip(chosen, leans, strict=True)]
    steps = [math.remainder(new.turn_rad - old.turn_rad, 2 * math.pi) for new, old in zip(tried, chosen, strict=True)]
    if all(abs(step) < _LEAST_TURN_RAD for step in steps):
        return best, chosen
    return _surer(best, chosen, estimator.estimate(pictures, tried), tried)


def lean_rad(skeleton: Skeleton, keypoints: FloatArray) -> FloatArray:
    """(n,) how far the trunks of (n, K, 2) poses lean from upright, clockwise as seen, from -π to π.

    Raises:
        ValueError: if the skeleton has no shoulders or hips.
    """
    shoulders, hips = (
        keypoints[:, [skeleton.index(f"left_{joint}"), skeleton.index(f"right_{joint}")]].mean(axis=1)
        for joint in ("shoulder", "hip")
    )
    up = shoulders - hips
    leans: FloatArray = np.arctan2(up[:, 0], -up[:, 1])
    return leans


def _surer(
    poses: EstimatedPoses, regions: list[CropRegion], others: EstimatedPoses, other_regions: list[CropRegion]
) -> tuple[EstimatedPoses, list[CropRegion]]:
    is_surer = others.scores.mean(axis=1) > poses.scores.mean(axis=1)
    chosen = [new if surer else old for surer, old, new in zip(is_surer, regions, other_regions, strict=True)]
    return poses.where(is_surer, others), chosen
