"""The two blocks of residual networks (He et al., CVPR 2016, figure 5), whose names of weights are those published.

ResNet and HRNet are both built of them. The stride of a bottleneck is at its 3x3 convolution, as in every checkpoint
that is handed round today, and not at its first one as in the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor, nn


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut.

    Args:
        inputs: channels that come in.
        planes: channels of its convolutions, and what comes out.
        stride: of the first one.
    """

    expansion: ClassVar = 1

    def __init__(self, inputs: int, planes: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = convolution(inputs, planes, 3, stride)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = convolution(planes, planes, 3)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = shortcut(inputs, planes, stride)

    def forward(self, features: Tensor) -> Tensor:
        """(N, planes, h / stride, w / stride) of (N, inputs, h, w)."""
        inner = torch.relu(self.bn1(self.conv1(features)))
        inner = self.bn2(self.conv2(inner))
        return torch.relu(inner + _through(self.downsample, features))


class Bottleneck(nn.Module):
    """A 3x3 convolution between two of single pixels, and a shortcut.

    Args:
        inputs: channels that come in.
        planes: channels in the middle; four times as many come out.
        stride: of the middle one.
    """

    expansion: ClassVar = 4

    def __init__(self, inputs: int, planes: int, stride: int = 1) -> None:
        super().__init__()
        outputs = self.expansion * planes
        self.conv1 = convolution(inputs, planes, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = convolution(planes, planes, 3, stride)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = convolution(planes, outputs, 1)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = shortcut(inputs, outputs, stride)

    def forward(self, features: Tensor) -> Tensor:
        """(N, 4 planes, h / stride, w / stride) of (N, inputs, h, w)."""
        inner = torch.relu(self.bn1(self.conv1(features)))
        inner = torch.relu(self.bn2(self.conv2(inner)))
        inner = self.bn3(self.conv3(inner))
        return torch.relu(inner + _through(self.downsample, features))


def pile(block: type[BasicBlock | Bottleneck], inputs: int, planes: int, count: int, stride: int = 1) -> nn.Sequential:
    """Blocks in a row, the first of which has the stride."""

    def blocks() -> Iterator[nn.Module]:
        yield block(inputs, planes, stride)
        for _ in range(count - 1):
            yield block(block.expansion * planes, planes)

    return nn.Sequential(*blocks())


def convolution(inputs: int, outputs: int, side: int, stride: int = 1) -> nn.Conv2d:
    """Without a bias, which the normalisation after it has, and keeping the size but for the stride."""
    return nn.Conv2d(inputs, outputs, side, stride, padding=side // 2, bias=False)


def shortcut(inputs: int, outputs: int, stride: int) -> nn.Sequential | None:
    """What makes the input as large as the output; None where it is already."""
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


def _through(way: nn.Sequential | None, features: Tensor) -> Tensor:
    if way is None:
        return features
    passed: Tensor = way(features)
    return passed
