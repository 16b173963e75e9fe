"""How far keypoints in space are from where they are, in millimetres (thesis section 4.6.3).

Poses are compared from the pelvis on: how far away the whole person is, a crop does not say. So the pelvis itself,
which is always right then, does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from inference.pose.body_depth import ROOT
from inference.pose.metrics.correct_keypoints import area_under_curve, correct_keypoints
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray

NEAR_MM: Final = 150.0
"""The usual threshold of PCK in space: half of a head."""

_FEWEST: Final = 4
"""Of fewer points a similarity is not known, or makes anything fit."""


@dataclass(frozen=True, slots=True)
class SpaceErrors:
    """Of some poses, how far off keypoints are in space.

    Args:
        mpjpe_mm: mean distance.
        aligned_mpjpe_mm: the same after each pose was moved, turned and scaled to fit best (Procrustes).
        depth_mm: median distance along the line of sight.
        pck: share within `NEAR_MM`.
        auc: its mean over all thresholds up to that.
    """

    mpjpe_mm: float
    aligned_mpjpe_mm: float
    depth_mm: float
    pck: float
    auc: float


def space_errors(predicted: FloatArray, true: FloatArray, skeleton: Skeleton) -> SpaceErrors | None:
    """How far off poses are; None if nothing is known of any.

    Args:
        predicted: (n, joints, 3) mm, z along the line of sight.
        true: the same, NaN where not known.
        skeleton: whose joints they are; the pelvis is one of them.
    """
    root = skeleton.index(ROOT)
    off = (predicted - predicted[:, [root]]) - (true - true[:, [root]])
    off[:, root] = np.nan
    away = np.linalg.norm(off, axis=-1)
    if np.isnan(away).all():
        return None
    aligned = np.linalg.norm(aligned_poses(predicted, true) - true, axis=-1)
    aligned[:, root] = np.nan
    return SpaceErrors(
        float(np.nanmean(away)),
        float(np.nanmean(aligned)) if not np.isnan(aligned).all() else float("nan"),
        float(np.nanmedian(np.abs(off[..., 2]))),
        correct_keypoints(away, skeleton, NEAR_MM).total,
        area_under_curve(away, skeleton, NEAR_MM).total,
    )


def aligned_poses(predicted: FloatArray, true: FloatArray) -> FloatArray:
    """(n, joints, 3) the predicted poses, moved, turned and scaled, but not mirrored, to fit the true ones best.

    NaN of a pose of which fewer than four keypoints are known in both.
    """
    fitted = np.full(predicted.shape, np.nan)
    for place, (said, wanted) in enumerate(zip(predicted, true, strict=True)):
        known = np.isfinite(said).all(axis=-1) & np.isfinite(wanted).all(axis=-1)
        if known.sum() >= _FEWEST:
            fitted[place] = _fitted(said, wanted, known)
    return fitted


def _fitted(said: FloatArray, wanted: FloatArray, known: npt.NDArray[np.bool_]) -> FloatArray:
    middle, goal = said[known].mean(axis=0), wanted[known].mean(axis=0)
    turned = Rotation.align_vectors(wanted[known] - goal, said[known] - middle)[0].apply(said - middle)
    spread = float((turned[known] ** 2).sum())
    scale = float(((wanted[known] - goal) * turned[known]).sum()) / spread if spread > 0 else 0.0
    moved: FloatArray = scale * turned + goal
    return moved
