"""Which way a body points: where its upper end is, and its chest. Together they say which side is the right one.

Camera space: x to the right, y down, z away from the camera.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from inference.pose.skeletons import Skeleton
from inference.results import FloatArray

_NEEDED: Final = ("neck", "pelvis", "right_shoulder", "left_shoulder")
_SHORTEST_MM: Final = 1e-3


def body_axes(keypoints: FloatArray, skeleton: Skeleton) -> FloatArray:
    """(..., 2, 3) unit vectors from the pelvis to the neck, and to where the chest points.

    The chest's is at a right angle to the spine and to the line through the shoulders. Both are 0 where a joint that
    they need is not known, or not part of the skeleton, or where they have no direction.

    Args:
        keypoints: (..., joints, 3) camera space, mm; NaN where not known.
        skeleton: whose joints they are.
    """
    if any(joint not in skeleton.joints for joint in _NEEDED):
        return np.zeros((*keypoints.shape[:-2], 2, 3))
    neck, pelvis, right, left = (keypoints[..., skeleton.index(joint), :] for joint in _NEEDED)
    up = _unit(neck - pelvis)
    chest = _unit(np.cross(up, _unit(right - left)))
    axes = np.stack([up, chest], axis=-2)
    return np.where(np.isfinite(axes).all(axis=(-2, -1), keepdims=True), axes, 0.0)


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    units: FloatArray = vectors / np.where(lengths > _SHORTEST_MM, lengths, np.nan)
    return units
