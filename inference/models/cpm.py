"""Convolutional Pose Machines: belief maps that every stage refines with what the stage before believed.

Wei, Ramakrishna, Kanade and Sheikh (2016), and the slides "Pose Machines". The first stage sees only the picture:

    9x9 · pool · 9x9 · pool · 9x9 · pool · 5x5 · 9x9 · 1x1 · 1x1 → one belief map per keypoint and one of the background

Every later stage sees features of the picture, which all of them share, the belief maps of the stage before and a map
of where the person is, and looks far around with three 11x11 convolutions (receptive field 400 px of 368 from the
second stage on). Each stage has a loss of its own, which keeps the gradient from vanishing on its way to the first one.

Differences from the paper: convolutions are followed by batch normalisation, so that a network trains from random
weights in minutes; the number of poolings and the kernels are settings, for small pictures; the loss is that of the
predictor chosen, which is the paper's for hm. The map of the person is that of the crop's middle, as crops are made
around the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, ClassVar, Final

import torch
from torch import Tensor, nn

from inference.models.belief_stage import background_loss, with_backgrounds
from inference.models.heatmap_model import HeatmapModel, PredictorChoice
from inference.models.pose_model import PoseTargets
from inference.pose.heatmaps import bell
from inference.pose.pose_output import PoseOutput, to_heatmap
from inference.pose.skeletons import Skeleton

_PUBLISHED: Final[Mapping[str, Any]] = MappingProxyType({"kind": "hm", "decoder": "dark", "sigma_px": 2.6})
"""The paper matches Gaussians of 21 px of 368, which are 2.6 px of 46."""

_PERSON_SHARE: Final = 21 / 368
"""Standard deviation of the map of the person as a share of the picture's side."""


class ConvolutionalPoseMachine(HeatmapModel):
    """T stages of belief maps.

    Args:
        skeleton: whose joints it finds.
        predictor: fc, hm, sa or sar, or more settings of it; hm as published.
        input_side: of the crops, px; a multiple of 2 to the power of the poolings.
        stages: T.
        width: channels of most layers; 128 as published.
        feature_width: channels of the features of the picture; 32 as published.
        poolings: how often the picture is halved; 3 as published.
        feature_kernel: of the first layers, px; 9 as published.
        context_kernel: of the later stages' layers, px; 11 as published.

    Raises:
        ValueError: if it cannot be built so; the message says why.
    """

    heads: ClassVar[tuple[str, ...]] = ("first_beliefs.", "beliefs.", *HeatmapModel.heads)

    def __init__(
        self,
        skeleton: Skeleton,
        predictor: PredictorChoice = _PUBLISHED,
        input_side: int = 368,
        stages: int = 6,
        width: int = 128,
        feature_width: int = 32,
        poolings: int = 3,
        feature_kernel: int = 9,
        context_kernel: int = 11,
    ) -> None:
        if stages < 1:
            raise ValueError(f"a pose machine has at least 1 stage, not {stages}")
        if input_side < 1 or input_side % 2**poolings:
            raise ValueError(f"crops of {input_side} px do not do; their side is to be a multiple of {2**poolings} px")
        side = input_side >> poolings
        super().__init__(skeleton, (input_side, input_side), (side, side), predictor)
        maps = len(skeleton.joints) + 1
        wide = 4 * width
        self.first_features = _features(width, feature_width, poolings, feature_kernel)
        self.first_beliefs = nn.Sequential(
            *_convolution(feature_width, wide, feature_kernel), *_convolution(wide, wide, 1), nn.Conv2d(wide, maps, 1)
        )
        self.features = _features(width, feature_width, poolings, feature_kernel) if stages > 1 else nn.Identity()
        self.beliefs = nn.ModuleList(
            _refinement(feature_width + maps + 1, width, maps, context_kernel) for _ in range(stages - 1)
        )

    def heatmaps(self, pictures: Tensor) -> Sequence[Tensor]:
        """See `HeatmapModel`."""
        return [beliefs[:, :-1] for beliefs in self._beliefs(pictures)]

    def forward(self, pictures: Tensor) -> PoseOutput:
        """See `PoseModel`; the stages have maps of the background, too."""
        beliefs = self._beliefs(pictures)
        output = self.predictor.output(*(each[:, :-1] for each in beliefs))
        return with_backgrounds(output, [each[:, -1] for each in beliefs])

    def loss(self, output: PoseOutput, targets: PoseTargets) -> Tensor:
        """See `PoseModel`; the sum over the stages (eq. 5 and 6).

        Where maps are matched with Gaussians of peak one, so are those of the background with what is left over.
        """
        loss = super().loss(output, targets)
        settings = self.predictor.settings
        if settings.kind != "hm" or settings.used_normaliser is not None:
            return loss
        means = to_heatmap(targets.coordinates, output.heatmap_edges)
        beliefs = bell(means, self.heatmap_size, settings.sigma_px)
        return loss + background_loss(output.stages, beliefs, targets.counts)

    def _beliefs(self, pictures: Tensor) -> list[Tensor]:
        """(N, K + 1, h, w) of every stage; the background's map is the last."""
        beliefs = [self.first_beliefs(self.first_features(pictures))]
        if self.beliefs:
            seen = torch.cat([self.features(pictures), self._person(pictures)], dim=1)
            for refine in self.beliefs:
                beliefs.append(refine(torch.cat([seen, beliefs[-1]], dim=1)))
        return beliefs

    def _person(self, pictures: Tensor) -> Tensor:
        """(N, 1, h, w) where the person is: in the crop's middle."""
        middle = bell(pictures.new_zeros(1, 1, 2), self.heatmap_size, _PERSON_SHARE * self.heatmap_size[0])
        return middle.expand(len(pictures), -1, -1, -1)


def _features(width: int, feature_width: int, poolings: int, kernel: int) -> nn.Sequential:
    """The picture, halved as often as there are poolings, in a few channels."""
    layers: list[nn.Module] = []
    for before, after in pairwise([3, *[width] * poolings]):
        layers += [*_convolution(before, after, kernel), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, *_convolution(width, feature_width, 5))


def _refinement(channels: int, width: int, maps: int, kernel: int) -> nn.Sequential:
    """Belief maps from features and from what was believed before."""
    layers: list[nn.Module] = []
    for before in (channels, width, width):
        layers += _convolution(before, width, kernel)
    return nn.Sequential(*layers, *_convolution(width, width, 1), nn.Conv2d(width, maps, 1))


def _convolution(channels: int, wider: int, kernel: int) -> list[nn.Module]:
    convolution = nn.Conv2d(channels, wider, kernel, padding=kernel // 2, bias=False)
    return [convolution, nn.BatchNorm2d(wider), nn.ReLU(inplace=True)]
