"""Lightweight OpenPose: the same answer as OpenPose's for a fraction of the work.

Osokin, "Real-time 2D multi-person pose estimation on CPU: Lightweight OpenPose" (2018). MobileNet's first layers, its
last stride replaced by dilation; one trunk for both branches; 7x7 convolutions replaced by blocks of 1x1, 3x3 and
dilated 3x3 with a shortcut.

The layers are called as in the published weights (`state_dict` of Daniil-Osokin's port, trained on COCO), so that these
load as they are where the skeleton is OPENPOSE_18.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import torch
from torch import Tensor, nn

from inference.models.part_affinity_model import PartAffinityModel
from inference.models.published_colours import Colours, Recoloured
from inference.pose.part_affinity import Limb
from inference.pose.skeletons import OPENPOSE_18, Skeleton

OPENPOSE_LIMBS: Final[tuple[Limb, ...]] = (
    *((1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13)),
    *((1, 2), (2, 3), (3, 4), (2, 16), (1, 5), (5, 6), (6, 7), (5, 17)),
    *((1, 0), (0, 14), (0, 15), (14, 16), (15, 17)),
)
"""In the order of the published networks' fields; shoulders are tied to ears, so that a person has more than a tree."""

_LAYERS: Final = (
    # Width, stride and dilation, in the order of the layers; the first one is no separable convolution.
    *((1, 2, 1), (2, 1, 1), (4, 2, 1), (4, 1, 1), (8, 2, 1), (8, 1, 1)),
    *((16, 1, 1), (16, 1, 2), (16, 1, 1), (16, 1, 1), (16, 1, 1), (16, 1, 1)),
)
_BLOCKS: Final = 5


class LightweightOpenPose(PartAffinityModel):
    """MobileNet, one initial stage, and refinement stages.

    Args:
        skeleton: whose joints it finds.
        input_side: of the crops, px; a multiple of 8.
        refinements: stages after the first; 1 as published.
        width: channels of MobileNet's first layer; 32 as published.
        branch_width: channels of the stages; 128 as published.
        limbs: that have a field; those of the published networks for their skeleton, and else `assembly_limbs`.
        sigma_px: the spread of a confidence map's peak, in its pixels; a standard deviation of 7 px of the crop, as
            published, is a spread of 1.24 here.
        half_width_px: how far a limb's field reaches to its sides, in pixels of the map.
        colours: which the network sees.

    Raises:
        ValueError: if it cannot be built so; the message says why.
    """

    heads: ClassVar[tuple[str, ...]] = (
        *(f"initial_stage.{branch}.1." for branch in ("heatmaps", "pafs")),
        "refinement_stages.",
    )

    def __init__(
        self,
        skeleton: Skeleton = OPENPOSE_18,
        input_side: int = 368,
        refinements: int = 1,
        width: int = 32,
        branch_width: int = 128,
        limbs: Sequence[Limb] | None = None,
        sigma_px: float = 1.24,
        half_width_px: float = 1.0,
        colours: Colours = "centred-bgr",
    ) -> None:
        limbs = OPENPOSE_LIMBS if limbs is None and skeleton == OPENPOSE_18 else limbs
        super().__init__(
            skeleton, (input_side, input_side), 8, limbs=limbs, sigma_px=sigma_px, half_width_px=half_width_px
        )
        maps, fields = len(skeleton.joints) + 1, 2 * len(self.limbs)
        widths = [3, *(factor * width for factor, _, _ in _LAYERS)]
        first = nn.Sequential(
            nn.Conv2d(3, width, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        )
        others = [
            _separable(widths[index], widths[index + 1], stride, dilation)
            for index, (_, stride, dilation) in enumerate(_LAYERS)
            if index
        ]
        self.recoloured = Recoloured(colours)
        self.model = nn.Sequential(first, *others)
        self.cpm = Reduction(widths[-1], branch_width)
        self.initial_stage = InitialStage(branch_width, 4 * branch_width, maps, fields)
        self.refinement_stages = nn.ModuleList(RefinementStage(branch_width, maps, fields) for _ in range(refinements))

    def maps(self, pictures: Tensor) -> list[tuple[Tensor, Tensor]]:
        """See `PartAffinityModel`."""
        features = self.cpm(self.model(self.recoloured(pictures)))
        said = [self.initial_stage(features)]
        for stage in self.refinement_stages:
            said.append(stage(torch.cat([features, *said[-1]], dim=1)))
        return said


class Reduction(nn.Module):
    """MobileNet's features in fewer channels.

    Args:
        channels: in.
        width: out.
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.align = _convolution(channels, width, 1)
        self.trunk = nn.Sequential(*(_separable_elu(width) for _ in range(3)))
        self.conv = _convolution(width, width, 3)

    def forward(self, features: Tensor) -> Tensor:
        """(N, width, h, w) from (N, channels, h, w)."""
        aligned = self.align(features)
        reduced: Tensor = self.conv(aligned + self.trunk(aligned))
        return reduced


class _Stage(nn.Module):
    """A trunk, and two branches of single pixels behind it."""

    trunk: nn.Sequential

    def __init__(self, width: int, inner: int, maps: int, fields: int) -> None:
        super().__init__()
        self.heatmaps, self.pafs = (
            nn.Sequential(_convolution(width, inner, 1), nn.Sequential(nn.Conv2d(inner, out, 1)))
            for out in (maps, fields)
        )

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Confidence maps and fields."""
        seen = self.trunk(features)
        return self.heatmaps(seen), self.pafs(seen)


class InitialStage(_Stage):
    """Three plain convolutions in front of the branches.

    Args:
        width: channels of the features.
        inner: channels within the branches.
        maps: channels of the confidence maps.
        fields: channels of the fields.
    """

    def __init__(self, width: int, inner: int, maps: int, fields: int) -> None:
        super().__init__(width, inner, maps, fields)
        self.trunk = nn.Sequential(*(_convolution(width, width, 3) for _ in range(3)))


class RefinementStage(_Stage):
    """Five blocks with shortcuts in front of the branches.

    Args:
        width: channels of the features.
        maps: channels of the confidence maps, which it also sees.
        fields: channels of the fields, which it also sees.
    """

    def __init__(self, width: int, maps: int, fields: int) -> None:
        super().__init__(width, width, maps, fields)
        channels = [width + maps + fields, *[width] * (_BLOCKS - 1)]
        self.trunk = nn.Sequential(*(RefinementBlock(count, width) for count in channels))


class RefinementBlock(nn.Module):
    """1x1, then 3x3 and dilated 3x3 beside a shortcut: what a 7x7 convolution sees.

    Args:
        channels: in.
        width: out.
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.initial = _convolution(channels, width, 1)
        self.trunk = nn.Sequential(_normalised(width, 1), _normalised(width, 2))

    def forward(self, features: Tensor) -> Tensor:
        """(N, width, h, w) from (N, channels, h, w)."""
        initial = self.initial(features)
        refined: Tensor = initial + self.trunk(initial)
        return refined


def _convolution(channels: int, wider: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, wider, kernel, padding=kernel // 2), nn.ReLU(inplace=True))


def _normalised(width: int, dilation: int) -> nn.Sequential:
    convolution = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation)
    return nn.Sequential(convolution, nn.BatchNorm2d(width), nn.ReLU(inplace=True))


def _separable(channels: int, wider: int, stride: int, dilation: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, channels, 3, stride, dilation, dilation, groups=channels, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(inplace=True),
        nn.Conv2d(channels, wider, 1, bias=False),
        nn.BatchNorm2d(wider),
        nn.ReLU(inplace=True),
    )


def _separable_elu(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False),
        nn.ELU(inplace=True),
        nn.Conv2d(width, width, 1, bias=False),
        nn.ELU(inplace=True),
    )
