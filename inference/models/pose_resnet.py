"""ResNet-d @ r px, the thesis's own 2D pose models (section 3.3.2.1).

A ResNet without its last layer, its features enlarged by dilation to the resolution that is wanted (listing A.1), and
one convolution of single pixels that makes a heatmap of them for each keypoint. ResNet-50@28px with regularised
soft-argmax is the one that the thesis proposes (section 3.3.4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from torch import Tensor, nn

from inference.models.heatmap_model import HeatmapModel, PredictorChoice
from inference.models.resnet import MOST_DOUBLINGS, STRIDE, ResNet, enlarge_activations
from inference.pose.skeletons import Skeleton


class PoseResnet(HeatmapModel):
    """A ResNet that draws heatmaps.

    Args:
        skeleton: whose joints it finds.
        depth: 18, 34, 50 or 101.
        resolution: side of the heatmaps, px: the input's over 32, 16, 8 or 4, so 7, 14, 28 or 56 of 224 px.
        predictor: fc, hm, sa or sar, or more settings of it.
        input_side: of the crops, px; a multiple of 32.
        width: channels of the first stage; 64 as published.

    Raises:
        ValueError: if it cannot be built so; the message says why.
    """

    heads: ClassVar[tuple[str, ...]] = ("head.", *HeatmapModel.heads)

    def __init__(
        self,
        skeleton: Skeleton,
        depth: int = 50,
        resolution: int = 28,
        predictor: PredictorChoice = "sar",
        input_side: int = 224,
        width: int = 64,
    ) -> None:
        doublings = _doublings(input_side, resolution)
        super().__init__(skeleton, (input_side, input_side), (resolution, resolution), predictor)
        self.backbone = ResNet(depth, classes=None, width=width)
        enlarge_activations(self.backbone, doublings)
        self.head = nn.Conv2d(self.backbone.channels, len(skeleton.joints), 1)

    def heatmaps(self, pictures: Tensor) -> Sequence[Tensor]:
        """See `HeatmapModel`."""
        return [self.head(self.backbone(pictures))]

    def from_published(self, tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """The weights of an ImageNet classifier, whose last layer has no use here; the head is learned anew."""
        return {f"backbone.{name}": tensor for name, tensor in tensors.items() if not name.startswith("fc.")}


def _doublings(input_side: int, resolution: int) -> int:
    """How often the features are to be doubled."""
    if input_side < STRIDE or input_side % STRIDE:
        raise ValueError(f"crops of {input_side} px do not do for a ResNet, whose side is a multiple of {STRIDE} px")
    sides = [input_side // STRIDE * 2**doublings for doublings in range(MOST_DOUBLINGS + 1)]
    if resolution not in sides:
        raise ValueError(
            f"a ResNet of crops of {input_side} px has no heatmaps of {resolution} px;"
            f" choose from {', '.join(map(str, sides))}"
        )
    return sides.index(resolution)
