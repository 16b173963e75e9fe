"""How many keypoints a pose model finds: all together, joint by joint, and by what the diver is doing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.pose.metrics.correct_keypoints import (
    FIFTH_OF_TORSO,
    HALF_A_HEAD,
    area_under_curve,
    correct_keypoints,
    easy_joints,
    relative_errors,
    torso_diameters,
)
from inference.pose.metrics.mispredictions import MispredictionField, misprediction_field
from inference.pose.metrics.places_in_space import SpaceErrors, space_errors
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray
from inference.simulator.footage.body_flags import FLAGS, flag_column
from inference.simulator.footage.pose_close_ups import CROP_MARGIN, CROP_SIDE_PX

ALL: Final = "all"

_HALF_SHOWN_PX = CROP_SIDE_PX / CROP_MARGIN / 2


@dataclass(frozen=True, slots=True, eq=False)
class PlacesInSpace:
    """What a model says of n crops in space, and the truth.

    Args:
        predicted: (n, joints, 3) mm, z along the line of sight.
        true: the same, NaN where it is not known or not in what the model was shown.
    """

    predicted: FloatArray
    true: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PosedCrops:
    """What a model says of n crops, and the truth, in px of the crops as they are kept.

    Args:
        predicted: (n, joints, 2).
        confidences: (n, joints) in [0, 1].
        true: (n, joints, 2); NaN where it is not known or not in what the model was shown.
        head_px: (n,) length of the head; NaN where it is not known.
        flags: (n, flags) in the order of `FLAGS`.
        skeleton: whose joints they are.
        in_space: where the model says depths and the truth in space is known of some crop.
    """

    predicted: FloatArray
    confidences: npt.NDArray[np.float32]
    true: FloatArray
    head_px: FloatArray
    flags: npt.NDArray[np.bool_]
    skeleton: Skeleton
    in_space: PlacesInSpace | None = None

    def __len__(self) -> int:
        return len(self.predicted)


@dataclass(frozen=True, slots=True)
class KeypointShares:
    """Of some crops, how many keypoints were found; None where there was none to be found.

    Args:
        crops: how many.
        pckh: share within half a head's length (PCKh@0.5), without the joints of `easy_joints`.
        pck: share within a fifth of the torso (PCK@0.2), of all joints.
        auc: mean of PCKh over all thresholds up to half a head.
        joints: PCKh@0.5 by joint.
        in_space: how far off they are in space; None if the model says no depths or nobody knows them.
    """

    crops: int
    pckh: float | None
    pck: float | None
    auc: float | None
    joints: Mapping[str, float | None]
    in_space: SpaceErrors | None = None


PoseScores = Mapping[str, KeypointShares]
"""By what the diver is doing; `ALL` is everything."""


def pose_scores(answers: PosedCrops) -> dict[str, KeypointShares]:
    """Figures of all crops, and of those in which the diver is in flight, head down in flight, tucked and so on.

    Groups without a crop are left out.
    """
    heads = head_errors(answers)
    torsos = relative_errors(answers.predicted, answers.true, torso_diameters(answers.true, answers.skeleton))
    groups = {ALL: np.ones(len(answers), bool)} | _groups(answers.flags)
    return {
        name: _shares(heads[chosen], torsos[chosen], answers.skeleton, _in_space(answers, chosen))
        for name, chosen in groups.items()
        if name == ALL or chosen.any()
    }


def head_errors(answers: PosedCrops) -> FloatArray:
    """(n, joints) distances as shares of the head's length; see `relative_errors`."""
    return relative_errors(answers.predicted, answers.true, answers.head_px)


def miss_field(answers: PosedCrops) -> MispredictionField:
    """Which way keypoints beyond half a head miss, by where they truly are in what the model was shown."""
    predicted, true = ((points - CROP_SIDE_PX / 2) / _HALF_SHOWN_PX for points in (answers.predicted, answers.true))
    with np.errstate(invalid="ignore"):
        return misprediction_field(predicted, true, head_errors(answers) > HALF_A_HEAD)


def _groups(flags: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[np.bool_]]:
    in_flight, inverted, tucked, piked, twisting = (flag_column(flags, name) for name in FLAGS)
    return {
        "in flight": in_flight,
        "in flight, inverted": in_flight & inverted,
        "in flight, upright": in_flight & ~inverted,
        "tucked": tucked,
        "piked": piked,
        "twisting": twisting,
    }


def _in_space(answers: PosedCrops, chosen: npt.NDArray[np.bool_]) -> SpaceErrors | None:
    places = answers.in_space
    return None if places is None else space_errors(places.predicted[chosen], places.true[chosen], answers.skeleton)


def _shares(heads: FloatArray, torsos: FloatArray, skeleton: Skeleton, in_space: SpaceErrors | None) -> KeypointShares:
    """Figures from (crops, joints) errors as shares of the head and of the torso."""
    left_out = easy_joints(skeleton)
    within_head = correct_keypoints(heads, skeleton, HALF_A_HEAD, left_out)
    return KeypointShares(
        len(heads),
        _known(within_head.total),
        _known(correct_keypoints(torsos, skeleton, FIFTH_OF_TORSO).total),
        _known(area_under_curve(heads, skeleton, HALF_A_HEAD, left_out).total),
        {name: _known(within_head.share(name)) for name in within_head.names},
        in_space,
    )


def _known(share: float) -> float | None:
    return None if math.isnan(share) else share
