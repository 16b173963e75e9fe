"""ResNet-18, -34, -50 and -101 (He et al., CVPR 2016), in the layout in which ImageNet weights are published.

The names and shapes of all weights are those of the torchvision package, so that its checkpoints load as they are.
`enlarge_activations` makes the feature maps larger without changing a single weight (thesis section 3.3.2.1 and listing
A.1): strides of the last stages are taken away, and their further convolutions dilated, to see as far as before.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.models.residual_blocks import BasicBlock, Bottleneck, convolution, pile

_STAGES: Final[dict[int, tuple[type[BasicBlock | Bottleneck], tuple[int, int, int, int]]]] = {
    18: (BasicBlock, (2, 2, 2, 2)),
    34: (BasicBlock, (3, 4, 6, 3)),
    50: (Bottleneck, (3, 4, 6, 3)),
    101: (Bottleneck, (3, 4, 23, 3)),
}
DEPTHS: Final = tuple(_STAGES)
STRIDE: Final = 32
"""Pixels of the picture to a pixel of the features, as long as they are not enlarged."""

MOST_DOUBLINGS: Final = 3


class ResNet(nn.Module):
    """A ResNet of the paper's table 1.

    Args:
        depth: 18, 34, 50 or 101 layers with weights.
        classes: that it tells apart; None for a network of features without the last layer.
        width: channels of the first stage; 64 as published.

    Raises:
        ValueError: for another depth.
    """

    def __init__(self, depth: int, classes: int | None = 1000, width: int = 64) -> None:
        super().__init__()
        if depth not in _STAGES:
            raise ValueError(f"there is no ResNet-{depth}; choose from {', '.join(map(str, DEPTHS))} layers")
        block, counts = _STAGES[depth]
        self.conv1 = convolution(3, width, 7, stride=2)
        self.bn1 = nn.BatchNorm2d(width)
        planes = [width, 2 * width, 4 * width, 8 * width]
        self.layer1 = pile(block, width, planes[0], counts[0])
        self.layer2 = pile(block, block.expansion * planes[0], planes[1], counts[1], stride=2)
        self.layer3 = pile(block, block.expansion * planes[1], planes[2], counts[2], stride=2)
        self.layer4 = pile(block, block.expansion * planes[2], planes[3], counts[3], stride=2)
        self.channels = block.expansion * planes[3]
        self.fc = None if classes is None else nn.Linear(self.channels, classes)
        _begin(self)

    def features(self, pictures: Tensor) -> Tensor:
        """(N, channels, h / 32, w / 32) of (N, 3, h, w) colours with ImageNet's mean and deviation."""
        large = torch.relu(self.bn1(self.conv1(pictures)))
        features: Tensor = functional.max_pool2d(large, 3, stride=2, padding=1)
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            features = stage(features)
        return features

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, classes) logits, or the features of a network without the last layer."""
        features = self.features(pictures)
        if self.fc is None:
            return features
        logits: Tensor = self.fc(features.mean(dim=(2, 3)))
        return logits


def enlarge_activations(network: ResNet, doublings: int) -> None:
    """Make a network's features 2**doublings times as high and wide (listing A.1).

    As the listing has it, the convolution that loses its stride is not dilated itself, and the shortcuts of single
    pixels need no dilation.

    Args:
        network: changed in place; its weights stay as they are.
        doublings: 0 to 3, from the last stage backwards.

    Raises:
        ValueError: for another number.
    """
    if not 0 <= doublings <= MOST_DOUBLINGS:
        raise ValueError(f"the features can be doubled 0 to {MOST_DOUBLINGS} times, not {doublings} times")
    stages = [network.layer2, network.layer3, network.layer4]
    for number, stage in enumerate(stages[len(stages) - doublings :]):
        dilation = 2 ** (number + 1)
        for module in stage.modules():
            if not isinstance(module, nn.Conv2d):
                continue
            if module.stride == (2, 2):
                module.stride = (1, 1)
            elif module.kernel_size == (3, 3):
                module.dilation = (dilation, dilation)
                module.padding = (dilation, dilation)


def _begin(network: nn.Module) -> None:
    """Random weights as He et al. (ICCV 2015) draw them, so that derivatives are as strong in every layer."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
