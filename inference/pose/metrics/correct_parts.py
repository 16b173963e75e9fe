"""PCP: limbs that are near enough at both ends (Ferrari et al., 2008; strict, as in Pishchulin et al., 2012)."""

from __future__ import annotations

from typing import Final

import numpy as np

from inference.pose.metrics.joint_scores import JointScores
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray

HALF_A_LIMB: Final = 0.5
"""The usual threshold."""


def correct_parts(
    predicted: FloatArray, true: FloatArray, skeleton: Skeleton, threshold: float = HALF_A_LIMB
) -> JointScores:
    """The share of limbs both of whose ends are at most a share of the limb's length from where they belong.

    A limb that has no length in the picture, or an end that is not known, does not count.

    Args:
        predicted: (n, joints, dims); NaN is wrong.
        true: (n, joints, dims), NaN where not known.
        skeleton: whose joints and limbs they are.
        threshold: share of a limb's true length.

    Returns:
        Shares by limb, called "parent to joint".
    """
    limbs = skeleton.limbs
    away = np.linalg.norm(np.nan_to_num(predicted, nan=np.inf) - np.nan_to_num(true), axis=-1)
    first, second = (np.array([limb[end] for limb in limbs]) for end in (0, 1))
    lengths = np.linalg.norm(true[:, first] - true[:, second], axis=-1)
    with np.errstate(invalid="ignore"):
        found = np.maximum(away[:, first], away[:, second]) <= threshold * lengths
    names = [f"{skeleton.joints[one]} to {skeleton.joints[other]}" for one, other in limbs]
    return JointScores.of(names, found.astype(float), lengths > 0)
