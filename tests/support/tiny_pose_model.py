"""A pose model of a few hundred weights, trained in seconds, and crops in which it can find something."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from inference.models.pose_designs import PoseDesign
from inference.models.pose_model import PoseModel, PoseTargets
from inference.models.pose_network_estimator import NetworkPoseEstimator
from inference.models.pose_weights import StoredPoseModel
from inference.pose.pose_output import PoseOutput
from inference.pose.predictors import PredictorSettings
from inference.pose.skeletons import CANONICAL_17, Skeleton
from inference.simulator.footage.body_flags import FLAGS
from inference.simulator.footage.pose_close_ups import CROP_SIDE_PX
from inference.training.pose_examples import PoseExamples, PoseLabels

NAME = "tiny"
DESIGN = PoseDesign("tiny_pose_model:TinyPoseModel", {"width": 4})


class TinyPoseModel(PoseModel):
    """Three convolutions."""

    def __init__(self, skeleton: Skeleton = CANONICAL_17, width: int = 4, side: int = 32, predictor: str = "sar"):
        super().__init__(skeleton, (side, side))
        keypoints = len(skeleton.joints)
        self.layers = nn.Sequential(
            nn.Conv2d(3, width, 5, stride=2, padding=2),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, keypoints, 3, stride=2, padding=1),
        )
        self.predictor = PredictorSettings(predictor).build(keypoints, (side // 4, side // 4))

    def forward(self, pictures: Tensor) -> PoseOutput:
        return self.predictor.output(self.layers(pictures))

    def loss(self, output: PoseOutput, targets: PoseTargets) -> Tensor:
        return self.predictor.loss(output.stages, targets.coordinates, targets.counts)


class TinyRegressor(TinyPoseModel):
    """Says the crop's middle of every joint, and has no heatmaps."""

    def forward(self, pictures: Tensor) -> PoseOutput:
        joints = len(self.skeleton.joints)
        return PoseOutput(torch.zeros(len(pictures), joints, 2), torch.ones(len(pictures), joints))


def tiny_estimator(model: PoseModel, learned: Mapping[str, int] | None = None) -> NetworkPoseEstimator:
    """A model as poses are asked of it."""
    return NetworkPoseEstimator(StoredPoseModel(model.eval(), "tiny", {}, "abc", learned or {}))


def spots(count: int, seed: int = 0) -> PoseExamples:
    """Crops with one bright spot, where all keypoints are; every second one is said to be inverted."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(60, CROP_SIDE_PX - 60, (count, 2))
    pictures = np.full((count, CROP_SIDE_PX, CROP_SIDE_PX, 3), 40, np.uint8)
    for picture, (x, y) in zip(pictures, centres.astype(int), strict=True):
        picture[y - 12 : y + 12, x - 12 : x + 12] = 230
    points = np.repeat(centres[:, None], len(CANONICAL_17.joints), axis=1)
    points[:, CANONICAL_17.index("head_top"), 1] -= 12  # so that a head has a size
    flags = np.zeros((count, len(FLAGS)), bool)
    flags[::2] = True
    labels = PoseLabels.of(points, np.zeros(points.shape[:2], np.int8), flags=flags)
    return PoseExamples([pictures], labels)


def random_pictures(count: int, side: int = 32) -> Tensor:
    return torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(3))
