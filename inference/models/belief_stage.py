"""A stage of heatmaps with one more for the background, as convolutional pose machines and OpenPose have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from inference.pose.heatmaps import masked_mean, precise
from inference.pose.pose_output import HeatmapStage, PoseOutput


@dataclass(frozen=True, slots=True, eq=False)
class BeliefStage(HeatmapStage):
    """A stage that also says where no keypoint is.

    background, (N, h, w), is as the network says it: one where there is no keypoint, zero at each of them.
    """

    background: Tensor


def with_backgrounds(output: PoseOutput, backgrounds: Sequence[Tensor]) -> PoseOutput:
    """The answer, each of its stages with its (N, h, w) map of the background."""
    stages = tuple(
        BeliefStage(stage.name, stage.heatmaps, stage.pmm, stage.coordinates, background)
        for stage, background in zip(output.stages, backgrounds, strict=True)
    )
    return replace(output, stages=stages)


def background_loss(
    stages: Sequence[HeatmapStage], beliefs: Tensor, counts: Tensor, weights: Tensor | None = None
) -> Tensor:
    """What the maps of the background cost, as one map among those of the keypoints; summed over the stages.

    Each costs its squared distance from what the keypoints leave over, summed over the pixels and divided by the number
    of keypoints, as the loss of a keypoint's map is in the mean over them.

    Args:
        stages: of which those without a map of the background cost nothing.
        beliefs: (N, K, h, w) ideal maps of the keypoints, one at each.
        counts: (N, K) whether a keypoint's place is known. A crop with one that is not does not count, since that
            keypoint may be anywhere.
        weights: (N, h, w) of the pixels; all 1 without.
    """
    target = 1 - beliefs.amax(dim=1)
    costs = [beliefs.new_zeros(())]
    for stage in stages:
        if isinstance(stage, BeliefStage):
            squares = (precise(stage.background) - target) ** 2
            squares = squares if weights is None else squares * weights
            costs.append(masked_mean(squares.sum(dim=(-2, -1)), counts.bool().all(dim=1)) / beliefs.shape[1])
    return torch.stack(costs).sum()
