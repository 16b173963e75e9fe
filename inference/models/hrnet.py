"""HRNet: features of high resolution from the first layer to the last (Sun et al., CVPR 2019; Raissi slides).

A stem of two strides makes features of a quarter of the crop's size; they keep it to the end. Beside them run branches
of a half, a quarter and an eighth of that, one more from stage to stage, and every module ends in an exchange: each
branch becomes the sum of all of them, a(X, k), brought to its resolution and channels:

    Y_k = relu(sum over i of a(X_i, k))
    a = nothing if i = k; from below, 1x1 convolution and nearest-neighbour upsampling; from above, 3x3 with strides

    stem ── layer1 ─┬─ stage2 (1 module) ─┬─ stage3 (4) ───┬─ stage4 (3) ── final_layer → heatmaps, 1/4
                    └─ 1/8                ├─ 1/8           ├─ 1/8
                                          └─ 1/16          ├─ 1/16
                                                           └─ 1/32

The names and shapes of all weights are those of the published networks, HRNet-W32 with 1,754 tensors and 28.5 million
parameters and HRNet-W48, so that their checkpoints load as they are. Those say where a keypoint is by heatmaps matched
with Gaussians of 2 px, read with the quarter-pixel shift, whose pixel i lies at the middle of the crop's pixel 4 i.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final, cast

import torch
from torch import Tensor, nn

from inference.models.heatmap_model import HeatmapModel, PredictorChoice, strided_edges
from inference.models.residual_blocks import BasicBlock, Bottleneck, convolution, pile
from inference.pose.skeletons import Skeleton

_COARSEST: Final = 32
"""Pixels of the crop to one of the smallest branch, of which the crop's size is a multiple."""

_STAGES, _MOST = 3, 16
"""How many stages exchange, and how many modules or blocks one may have."""

_PUBLISHED: Final[Mapping[str, Any]] = MappingProxyType({"kind": "hm", "decoder": "quarter", "sigma_px": 2.0})


class Hrnet(HeatmapModel):
    """HRNet with a heatmap for each keypoint.

    Args:
        skeleton: whose joints it finds.
        width: channels of the branch of high resolution, 32 or 48 as published; the others have 2, 4 and 8 times as
            many.
        predictor: fc, hm, sa or sar, or more settings of it.
        input_size: (height, width) of the crops, px, multiples of 32.
        stem: channels of the stem; 64 as published.
        modules: how many of them the stages with 2, 3 and 4 branches have.
        blocks: how many in each branch of a module, and in the first stage.

    Raises:
        ValueError: if it cannot be built so; the message says why.
    """

    heads: ClassVar[tuple[str, ...]] = ("final_layer.", *HeatmapModel.heads)

    def __init__(
        self,
        skeleton: Skeleton,
        width: int = 32,
        predictor: PredictorChoice = _PUBLISHED,
        input_size: Sequence[int] = (256, 192),
        stem: int = 64,
        modules: Sequence[int] = (1, 4, 3),
        blocks: int = 4,
    ) -> None:
        height, breadth = input_size
        if min(height, breadth) < _COARSEST or height % _COARSEST or breadth % _COARSEST:
            raise ValueError(
                f"crops of {height} x {breadth} px do not do for HRNet, whose sides are multiples of {_COARSEST} px"
            )
        if len(modules) != _STAGES or not all(1 <= count <= _MOST for count in (*modules, blocks)):
            raise ValueError(
                f"modules of {list(modules)} and {blocks} blocks do not make the {_STAGES} stages of HRNet"
            )
        crop, quarter = (height, breadth), (height // 4, breadth // 4)
        super().__init__(skeleton, crop, quarter, predictor, strided_edges(crop, quarter))
        widths = [width, 2 * width, 4 * width, 8 * width]
        self.conv1 = convolution(3, stem, 3, stride=2)
        self.bn1 = nn.BatchNorm2d(stem)
        self.conv2 = convolution(stem, stem, 3, stride=2)
        self.bn2 = nn.BatchNorm2d(stem)
        self.layer1 = pile(Bottleneck, stem, stem, blocks)
        self.transition1 = _transition([Bottleneck.expansion * stem], widths[:2])
        self.stage2 = _stage(widths[:2], modules[0], blocks)
        self.transition2 = _transition(widths[:2], widths[:3])
        self.stage3 = _stage(widths[:3], modules[1], blocks)
        self.transition3 = _transition(widths[:3], widths)
        self.stage4 = _stage(widths, modules[2], blocks, is_last=True)
        self.final_layer = nn.Conv2d(width, len(skeleton.joints), 1)

    def heatmaps(self, pictures: Tensor) -> Sequence[Tensor]:
        """See `HeatmapModel`."""
        features = torch.relu(self.bn1(self.conv1(pictures)))
        features = torch.relu(self.bn2(self.conv2(features)))
        branches: list[Tensor] = [self.layer1(features)]
        for transition, stage in (
            (self.transition1, self.stage2),
            (self.transition2, self.stage3),
            (self.transition3, self.stage4),
        ):
            branches = stage(_branched(transition, branches))
        return [self.final_layer(branches[0])]

    def from_published(self, tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """The weights of a pose network as they are; of an ImageNet classifier without what only classifies."""
        classifies = ("incre_modules.", "downsamp_modules.", "final_layer.", "classifier.")
        if not any(name.startswith("classifier.") for name in tensors):
            return tensors
        last = max(int(name.split(".")[1]) for name in tensors if name.startswith("stage4."))
        # The last exchange of a classifier goes to all branches; here only the first one is asked.
        unused = tuple(f"stage4.{last}.fuse_layers.{branch}." for branch in (1, 2, 3))
        return {name: tensor for name, tensor in tensors.items() if not name.startswith((*classifies, *unused))}


class ExchangeModule(nn.Module):
    """Blocks in every branch, and an exchange between them.

    Args:
        widths: channels of the branches, from high to low resolution.
        blocks: how many in each.
        outputs: how many branches it goes on with, the first ones.
    """

    def __init__(self, widths: Sequence[int], blocks: int, outputs: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(pile(BasicBlock, width, width, blocks) for width in widths)
        self.fuse_layers = nn.ModuleList(
            nn.ModuleList(_resampler(widths, source, target) for source in range(len(widths)))
            for target in range(outputs)
        )

    def forward(self, branches: list[Tensor]) -> list[Tensor]:
        """(N, width, h, w) of each branch that goes on, of those of all of them."""
        branches = [way(branch) for way, branch in zip(self.branches, branches, strict=True)]
        exchanged = []
        for ways in self.fuse_layers:
            brought: list[Tensor] = [
                way(branch) for way, branch in zip(cast("nn.ModuleList", ways), branches, strict=True)
            ]
            exchanged.append(torch.relu(torch.stack(brought).sum(dim=0)))
        return exchanged


def _stage(widths: Sequence[int], modules: int, blocks: int, *, is_last: bool = False) -> nn.Sequential:
    """Exchange modules in a row; the last one of the last stage goes on with the branch of high resolution alone."""
    return nn.Sequential(
        *(
            ExchangeModule(widths, blocks, 1 if is_last and number == modules - 1 else len(widths))
            for number in range(modules)
        )
    )


def _resampler(widths: Sequence[int], source: int, target: int) -> nn.Module:
    """a(X_source, target); its layers are numbered as published."""
    if source == target:
        return nn.Identity()
    if source > target:
        return nn.Sequential(
            convolution(widths[source], widths[target], 1),
            nn.BatchNorm2d(widths[target]),
            nn.Upsample(scale_factor=2 ** (source - target), mode="nearest"),
        )

    def halvings() -> Iterator[nn.Module]:
        for number in range(source + 1, target + 1):
            is_last = number == target
            outputs = widths[target] if is_last else widths[source]
            layers = [convolution(widths[source], outputs, 3, stride=2), nn.BatchNorm2d(outputs)]
            yield nn.Sequential(*layers, *([] if is_last else [nn.ReLU()]))

    return nn.Sequential(*halvings())


def _transition(before: Sequence[int], after: Sequence[int]) -> nn.ModuleList:
    """What leads from the branches of one stage to those of the next, which has one more, made of the lowest."""

    def ways() -> Iterator[nn.Module]:
        for number, width in enumerate(after):
            if number >= len(before):
                yield nn.Sequential(_layer(before[-1], width, stride=2))
            elif before[number] == width:
                yield nn.Identity()
            else:
                yield _layer(before[number], width, stride=1)

    return nn.ModuleList(ways())


def _layer(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(convolution(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs), nn.ReLU())


def _branched(transition: nn.ModuleList, branches: list[Tensor]) -> list[Tensor]:
    """The branches of the next stage; the new one is made of the lowest."""
    return [way(branches[min(number, len(branches) - 1)]) for number, way in enumerate(transition)]
