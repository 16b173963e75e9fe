"""Keypoints that are near enough: PCK, PCKh, PDJ, and the area under their curves.

All of them ask how far a predicted keypoint is from the true one in terms of a length of the body that it belongs to:
PCKh of the head's (thesis section 3.3.1), PDJ of the torso's from shoulder to hip. A prediction that is NaN is wrong; a
keypoint whose truth is not known, or whose body has no length to compare with, does not count.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.pose.metrics.joint_scores import JointScores
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray

HALF_A_HEAD: Final = 0.5
"""The usual threshold of PCKh."""

FIFTH_OF_TORSO: Final = 0.2
"""The usual threshold of PDJ."""


def relative_errors(predicted: FloatArray, true: FloatArray, lengths: FloatArray) -> FloatArray:
    """(n, joints) distances as shares of a length; infinite where nothing is predicted, NaN where nothing is known.

    Args:
        predicted: (n, joints, dims).
        true: (n, joints, dims), NaN where not known.
        lengths: (n,) in the same unit; NaN or not positive where there is none.
    """
    away = np.linalg.norm(np.nan_to_num(predicted, nan=np.inf) - np.nan_to_num(true), axis=-1)
    usable = np.where(lengths > 0, lengths, np.nan)[:, None]
    is_known = ~np.isnan(true).any(axis=-1) & ~np.isnan(usable)
    errors: FloatArray = np.where(is_known, away / usable, np.nan)
    return errors


def correct_keypoints(
    errors: FloatArray, skeleton: Skeleton, threshold: float, excluded: Collection[str] = ()
) -> JointScores:
    """PCK: the share of keypoints whose error is at most the threshold.

    Args:
        errors: (n, joints) of `relative_errors`.
        skeleton: whose joints they are.
        threshold: as a share of the same length.
        excluded: joints that the total leaves out.
    """
    return JointScores.of(skeleton.joints, (errors <= threshold).astype(float), ~np.isnan(errors), excluded)


def area_under_curve(
    errors: FloatArray, skeleton: Skeleton, highest: float, excluded: Collection[str] = ()
) -> JointScores:
    """AUC: PCK's mean over all thresholds from 0 to the highest.

    Each keypoint is found from its own error on, so the area is the mean of what is left of the thresholds then: exact,
    where toolkits add up some steps.

    Args:
        errors: (n, joints) of `relative_errors`.
        skeleton: whose joints they are.
        highest: threshold, above 0.
        excluded: joints that the total leaves out.
    """
    worth = np.clip(1 - errors / highest, 0, 1)
    return JointScores.of(skeleton.joints, worth, ~np.isnan(errors), excluded)


def easy_joints(skeleton: Skeleton) -> frozenset[str]:
    """Joints that the total of PCKh leaves out, since they are next to the given middle of the person.

    In MPII these are pelvis and thorax (thesis section 3.3.1); in a skeleton without a thorax it is the neck that lies
    there, and the spine lies between the two.
    """
    middle = {"pelvis", "spine", "thorax"} & set(skeleton.joints)
    return frozenset(middle if "thorax" in middle else middle | ({"neck"} & set(skeleton.joints)))


def head_lengths(keypoints: FloatArray, skeleton: Skeleton) -> FloatArray:
    """(n,) lengths of the head from its top to the (upper) neck, in the unit of (n, joints, dims) keypoints.

    In a picture, a head that points at the camera is short; where a body's place in space is known, use
    `head_lengths_in_picture`.

    Raises:
        ValueError: if the skeleton has no top of the head, or no neck.
    """
    return _length(keypoints, skeleton, "head_top", "upper_neck" if "upper_neck" in skeleton.joints else "neck")


def head_lengths_in_picture(
    keypoints_3d: npt.NDArray[np.floating], focal_px: npt.NDArray[np.floating], skeleton: Skeleton
) -> FloatArray:
    """(n,) px that heads would measure if they were seen from the side, at the distance at which they are.

    Args:
        keypoints_3d: (n, joints, 3) camera space.
        focal_px: (n,).
        skeleton: whose joints they are.
    """
    points = keypoints_3d.astype(np.float64)
    lengths: FloatArray = head_lengths(points, skeleton) * focal_px / points[:, skeleton.index("head_top"), 2]
    return lengths


def torso_diameters(keypoints: FloatArray, skeleton: Skeleton) -> FloatArray:
    """(n,) distances from the left shoulder to the right hip, in the unit of (n, joints, dims) keypoints."""
    return _length(keypoints, skeleton, "left_shoulder", "right_hip")


def _length(keypoints: FloatArray, skeleton: Skeleton, one: str, other: str) -> FloatArray:
    along = keypoints[:, skeleton.index(one)] - keypoints[:, skeleton.index(other)]
    lengths: FloatArray = np.linalg.norm(along, axis=-1)
    return lengths
