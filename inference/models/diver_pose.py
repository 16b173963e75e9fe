"""A pose model that is small, quick on a processor, and made for divers, who are as often upside down as not.

The default model is this one with depth besides (`inference.models.diver_depth`).

Whether a limb of a tucked or inverted diver is the left one or the right one is decided by the whole body, and where it
ends by a few pixels. So the features go from fine to coarse until one pixel sees everything, and back again, every
scale taking up what it had on the way down:

    crop/2 · crop/4 ── fine ─────────────────── + ── fine ── 1x1 → heatmaps, crop/4
                        └ crop/8 ───────────── + ┘
                           └ crop/16 ──────── + ┘
                              └ crop/32 ─────┘

Left and right look alike. Which is which follows from where the head is and where the chest points, two things that can
be seen, but only from both together; a network that is taught nothing but keypoints says the middle of the two for a
very long time. So the coarsest features are also asked for these two directions (`body_axes`), and told what they, and
the direction to the right that they make, come to.

Blocks are those of a ResNet. Most of them are at the coarse scales, where they cost little, and none is dilated, which
is what makes a ResNet of such a resolution dear (thesis section 3.3.4). The heatmaps are regularised soft-argmax's
unless another predictor is chosen; 32 px of them do for crops of 128 px, since their mean knows no pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import ClassVar, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.models.heatmap_model import HeatmapModel, PredictorChoice
from inference.models.pose_model import PoseTargets
from inference.models.residual_blocks import BasicBlock, convolution, pile
from inference.pose.pose_output import PoseOutput
from inference.pose.skeletons import Skeleton

AXES_WEIGHT: Final = 0.5
"""Of the squared error of both axes beside the predictor's loss."""

_COARSEST: Final = 32
_SCALES, _MOST_BLOCKS = 4, 16


class DiverPose(HeatmapModel):
    """Down to a thirty-second of the crop's size and back to a quarter.

    Args:
        skeleton: whose joints it finds.
        predictor: fc, hm, sa or sar, or more settings of it.
        input_side: of the crops, px; a multiple of 32.
        widths: channels at a quarter, an eighth, a sixteenth and a thirty-second.
        blocks: how many at each of these scales on the way down; on the way back there is one.

    Raises:
        ValueError: if it cannot be built so; the message says why.
    """

    heads: ClassVar[tuple[str, ...]] = ("head.", *HeatmapModel.heads)

    def __init__(
        self,
        skeleton: Skeleton,
        predictor: PredictorChoice = "sar",
        input_side: int = 128,
        widths: Sequence[int] = (48, 80, 128, 192),
        blocks: Sequence[int] = (2, 2, 3, 2),
    ) -> None:
        if input_side < _COARSEST or input_side % _COARSEST:
            raise ValueError(f"crops of {input_side} px do not do; their side is to be a multiple of {_COARSEST} px")
        if not (len(widths) == len(blocks) == _SCALES and all(1 <= count <= _MOST_BLOCKS for count in blocks)):
            raise ValueError(f"widths of {list(widths)} and {list(blocks)} blocks do not make {_SCALES} scales")
        resolution = input_side // 4
        super().__init__(skeleton, (input_side, input_side), (resolution, resolution), predictor)
        self.stem = nn.Sequential(
            convolution(3, widths[0] // 2, 3, stride=2),
            nn.BatchNorm2d(widths[0] // 2),
            nn.ReLU(),
            convolution(widths[0] // 2, widths[0], 3, stride=2),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        scales = list(pairwise([widths[0], *widths]))
        self.down = nn.ModuleList(
            pile(BasicBlock, before, width, count, stride=1 if number == 0 else 2)
            for number, ((before, width), count) in enumerate(zip(scales, blocks, strict=True))
        )
        self.narrow = nn.ModuleList(
            nn.Sequential(convolution(coarse, fine, 1), nn.BatchNorm2d(fine)) for fine, coarse in pairwise(widths)
        )
        self.axes = nn.Linear(2 * widths[-1], 6)
        self.sides = nn.Linear(9, widths[-1])
        self.up = nn.ModuleList(BasicBlock(width, width) for width in widths[:-1])
        self.head = nn.Conv2d(widths[0], len(skeleton.joints), 1)

    def forward(self, pictures: Tensor) -> PoseOutput:
        """See `PoseModel`."""
        features, axes = self.features(pictures)
        return replace(self.predictor.output(self.head(features)), axes=axes)

    def heatmaps(self, pictures: Tensor) -> Sequence[Tensor]:
        """See `HeatmapModel`."""
        return [self.head(self.features(pictures)[0])]

    def loss(self, output: PoseOutput, targets: PoseTargets) -> Tensor:
        """See `PoseModel`; besides, how far the axes are off, squared, in crops whose axes are known."""
        loss = super().loss(output, targets)
        if output.axes is None or targets.axes is None:
            return loss
        is_known = (targets.axes != 0).any(dim=(-2, -1))
        off = (output.axes.float() - targets.axes).square().sum(dim=(-2, -1))
        return loss + AXES_WEIGHT * torch.where(is_known, off, 0.0).sum() / is_known.sum().clamp(min=1)

    def features(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """(N, widths[0], h, w) of which heatmaps are drawn, and (N, 2, 3) axes as in `PoseOutput`.

        Args:
            pictures: (N, 3, height, width), see `PoseModel.forward`.
        """
        features: Tensor = self.stem(pictures)
        scales = []
        for blocks in self.down:
            features = blocks(features)
            scales.append(features)
        axes = self.axes(torch.cat([features.mean(dim=(-2, -1)), features.amax(dim=(-2, -1))], dim=1)).float()
        axes = axes.unflatten(1, (2, 3))
        right = torch.linalg.cross(axes[:, 1], axes[:, 0])
        features = features + self.sides(torch.cat([axes.flatten(1), right], dim=1))[..., None, None]
        for fine, narrow, block in zip(reversed(scales[:-1]), reversed(self.narrow), reversed(self.up), strict=True):
            coarse = functional.interpolate(narrow(features), scale_factor=2.0, mode="nearest")
            features = block(torch.relu(fine + coarse))
        return features, axes
