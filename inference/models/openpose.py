"""OpenPose: confidence maps and part affinity fields in two branches, refined over several stages.

Cao, Simon, Wei and Sheikh, "Realtime multi-person 2D pose estimation using part affinity fields" (2017), figure 3:

    picture → first ten convolutions of VGG-19 → F
    stage 1:  F → 3 x (3x3), 1x1, 1x1 → S (confidence maps)      and beside it the same → L (fields)
    stage t:  F, S, L of the stage before → 5 x (7x7), 1x1, 1x1 → S, and the same → L

Differences from the paper: batch normalisation, so that a network trains from random weights; the features' names are
those of torchvision's VGG-19 with batch normalisation, whose weights load. Widths, poolings, kernels and the number of
convolutions are settings, for small pictures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar, Final

import torch
from torch import Tensor, nn

from inference.models.part_affinity_model import PartAffinityModel
from inference.pose.skeletons import Skeleton

_BLOCKS: Final = ((1, 1), (2, 2), (4, 4, 4, 4), (8, 8))
"""Widths of VGG-19's convolutions between poolings, in units of the first one's."""


class OpenPose(PartAffinityModel):
    """Features of the picture, and two branches at each of T stages.

    Args:
        skeleton: whose joints it finds.
        input_side: of the crops, px.
        stages: T; 6 as published.
        width: channels of VGG's first convolutions; 64 as published.
        branch_width: channels of the features and of the branches; 128 as published.
        poolings: how often the picture is halved; 3 as published.
        refinement_kernel: of the convolutions from the second stage on, px; 7 as published.
        refinement_convolutions: how many of them; 5 as published.
        sigma_px: the spread of a confidence map's peak, in its pixels.
        half_width_px: how far a limb's field reaches to its sides, in pixels of the map.

    Raises:
        ValueError: if it cannot be built so; the message says why.
    """

    heads: ClassVar[tuple[str, ...]] = ("reduced.", "joints.", "fields.")

    def __init__(
        self,
        skeleton: Skeleton,
        input_side: int = 368,
        stages: int = 6,
        width: int = 64,
        branch_width: int = 128,
        poolings: int = 3,
        refinement_kernel: int = 7,
        refinement_convolutions: int = 5,
        sigma_px: float = 1.5,
        half_width_px: float = 1.0,
    ) -> None:
        if stages < 1 or not 1 <= poolings < len(_BLOCKS):
            raise ValueError(f"{stages} stages or {poolings} poolings do not do; there are to be 1 or more, and 1 to 3")
        super().__init__(
            skeleton,
            (input_side, input_side),
            stride=2**poolings,
            sigma_px=sigma_px,
            half_width_px=half_width_px,
        )
        maps, fields = len(skeleton.joints) + 1, 2 * len(self.limbs)
        self.features, channels = _vgg(width, poolings)
        self.reduced = nn.Sequential(
            *_convolution(channels, 2 * branch_width, 3), *_convolution(2 * branch_width, branch_width, 3)
        )
        self.joints, self.fields = (
            _branches(branch_width, out, maps + fields, stages, refinement_kernel, refinement_convolutions)
            for out in (maps, fields)
        )

    def maps(self, pictures: Tensor) -> list[tuple[Tensor, Tensor]]:
        """See `PartAffinityModel`."""
        features = self.reduced(self.features(pictures))
        said: list[tuple[Tensor, Tensor]] = []
        for joints, fields in zip(self.joints, self.fields, strict=True):
            seen = torch.cat([features, *said[-1]], dim=1) if said else features
            said.append((joints(seen), fields(seen)))
        return said

    def from_published(self, tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """The first convolutions of torchvision's VGG-19 with batch normalisation; see `PoseModel`."""
        own = self.state_dict()
        is_vgg = any(re.match(r"classifier\.\d", name) for name in tensors)
        return {name: tensor for name, tensor in tensors.items() if name in own or not is_vgg}


def _vgg(width: int, poolings: int) -> tuple[nn.Sequential, int]:
    """VGG-19's first convolutions, down to the first two behind the last pooling, and how many channels they end in."""
    layers: list[nn.Module] = []
    channels = 3
    for number, block in enumerate(_BLOCKS[: poolings + 1]):
        layers += [nn.MaxPool2d(2)] if number else []
        for factor in block:
            layers += _convolution(channels, factor * width, 3)
            channels = factor * width
    return nn.Sequential(*layers), channels


def _branches(width: int, out: int, said: int, stages: int, kernel: int, convolutions: int) -> nn.ModuleList:
    """One branch of all stages.

    Args:
        width: channels of the features, and within the branch.
        out: channels of its maps.
        said: channels of both branches' maps.
        stages: how many.
        kernel: of the convolutions from the second stage on, px.
        convolutions: how many of them.
    """
    first = nn.Sequential(*_stack([width] * 4, 3), *_convolution(width, 4 * width, 1), nn.Conv2d(4 * width, out, 1))
    later = (
        nn.Sequential(
            *_stack([width + said, *[width] * convolutions], kernel),
            *_convolution(width, width, 1),
            nn.Conv2d(width, out, 1),
        )
        for _ in range(stages - 1)
    )
    return nn.ModuleList([first, *later])


def _stack(widths: list[int], kernel: int) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += _convolution(before, after, kernel)
    return layers


def _convolution(channels: int, wider: int, kernel: int) -> list[nn.Module]:
    return [nn.Conv2d(channels, wider, kernel, padding=kernel // 2), nn.BatchNorm2d(wider), nn.ReLU(inplace=True)]
