"""The default locator: the idea of the thesis's (section 5.4) in a shape that computers compute ten times as fast.

The thesis's network keeps the size of the clip from end to end, with two to sixteen channels in 3D convolutions: hardly
anything is computed for every number that is fetched. Here pictures shrink while channels grow, and what is seen far
around comes from small maps instead of from dilation:

    clip/2 ──────────────────────────── + ── 1x1 → maps, enlarged to the clip's size
     └ clip/4 · over time ──────── + ───┘
        └ clip/8 · over time ─ + ──┘
           └ clip/16 · over time

Each scale looks at the pictures before and after with convolutions over time that are dilated twice as much as those of
the scale before: what a diver does takes longer to see than that something moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.models.diver_locator import MAPS, PATCH_PX, DiverLocator, Strategy
from inference.models.residual_blocks import BasicBlock, convolution


class CompactLocator(DiverLocator):
    """Down to a sixteenth of the clip's size and back to a half; see `DiverLocator`.

    Args:
        strategy: what its maps mean.
        patch_px: side of the patches that it is trained on.
        widths: channels at a half, a quarter and so on.
    """

    design: ClassVar = "compact"

    def __init__(
        self,
        strategy: Strategy = "soft-argmax",
        patch_px: int = PATCH_PX,
        widths: Sequence[int] = (16, 32, 48, 64),
    ) -> None:
        super().__init__(strategy, patch_px)
        self.stem = nn.Sequential(convolution(3, widths[0], 3, stride=2), nn.BatchNorm2d(widths[0]), nn.ReLU())
        self.down = nn.ModuleList(
            _Scale(fine, coarse, dilation=2**number) for number, (fine, coarse) in enumerate(pairwise(widths))
        )
        self.narrow = nn.ModuleList(
            nn.Sequential(convolution(coarse, fine, 1), nn.BatchNorm2d(fine)) for fine, coarse in pairwise(widths)
        )
        self.up = nn.ModuleList(BasicBlock(width, width) for width in widths[:-1])
        self.head = nn.Conv2d(widths[0], MAPS[strategy], 1)

    def forward(self, clips: Tensor) -> Tensor:
        """See `DiverLocator`."""
        batch, colours, frames, height, width = clips.shape
        pictures = clips.transpose(1, 2).reshape(batch * frames, colours, height, width)
        features: Tensor = self.stem(pictures.contiguous(memory_format=torch.channels_last))
        scales = [features]
        for scale in self.down:
            features = scale(features, frames)
            scales.append(features)
        for fine, narrow, block in zip(reversed(scales[:-1]), reversed(self.narrow), reversed(self.up), strict=True):
            features = block(torch.relu(fine + functional.interpolate(narrow(features), fine.shape[-2:])))
        maps = functional.interpolate(self.head(features), (height, width), mode="bilinear", align_corners=False)
        return maps.reshape(batch, frames, -1, height, width).transpose(1, 2)


class _Scale(nn.Module):
    """Half the size, then what is around in time, then what is around in the picture."""

    def __init__(self, inputs: int, planes: int, dilation: int) -> None:
        super().__init__()
        self.shrink = BasicBlock(inputs, planes, stride=2)
        self.over_time = _OverTime(planes, dilation)
        self.around = BasicBlock(planes, planes)

    def forward(self, features: Tensor, frames: int) -> Tensor:
        """(batch * frames, planes, h / 2, w / 2) of (batch * frames, inputs, h, w)."""
        around: Tensor = self.around(self.over_time(self.shrink(features), frames))
        return around


class _OverTime(nn.Module):
    """Each pixel with itself some pictures earlier and later, and a shortcut; before and after the clip are zeros."""

    def __init__(self, planes: int, dilation: int) -> None:
        super().__init__()
        self.conv = convolution(3 * planes, planes, 1)
        self.bn = nn.BatchNorm2d(planes)
        self.dilation = dilation

    def forward(self, features: Tensor, frames: int) -> Tensor:
        """(batch * frames, planes, h, w) of as much."""
        count, step = len(features), self.dilation
        clips = features.reshape(count // frames, frames, *features.shape[1:])
        padded = functional.pad(clips, (0, 0, 0, 0, 0, 0, step, step))
        three = torch.cat([padded[:, :frames], clips, padded[:, 2 * step :]], dim=2).flatten(0, 1)
        return torch.relu(features + self.bn(self.conv(three)))
