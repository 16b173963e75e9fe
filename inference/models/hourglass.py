"""Stacked hourglass networks: from fine to coarse and back to fine again, several times over.

Newell, Yang and Deng (2016); thesis section 3.3.2.1 and figure 3.4. An hourglass halves its features again and again,
works on them at every scale, and adds them up on the way back:

    hourglass(n):  x ─┬───────────── residual ─────────────┐
                      └ pool · residual · hourglass(n - 1) ─┴ residual · upsample (before the sum) →

Every hourglass ends in heatmaps of its own, which are supervised; they and the features are fed back to the next one:

    features → hourglass → residual → 1x1 → heatmaps
        └────────────── + ── 1x1 ───────┴──── 1x1 → features of the next

Residual modules are of the kind that normalises first: 1x1, 3x3, 1x1, with a 1x1 shortcut where the channels change.

Two published ports exist with weights on MPII, princeton-vl's and anibali's (after bearpaw's); they are this network
under other names, which `from_published` knows. Princeton's has the paper's stem and sees the colours "unit", anibali's
has stem widths of 64, 128, 256 and sees "mpii-mean". Both decode with the quarter-pixel shift.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final

from torch import Tensor, nn
from torch.nn.functional import interpolate

from inference.models.heatmap_model import HeatmapModel, PredictorChoice
from inference.models.hourglass_keys import own_names
from inference.models.published_colours import Colours, Recoloured
from inference.pose.skeletons import Skeleton

MOST_STACKS: Final = 8

_PUBLISHED: Final[Mapping[str, Any]] = MappingProxyType({"kind": "hm", "decoder": "quarter", "sigma_px": 1.0})


class StackedHourglass(HeatmapModel):
    """1 to 8 hourglasses, one behind the other.

    Args:
        skeleton: whose joints it finds.
        predictor: fc, hm, sa or sar, or more settings of it; hm with the quarter-pixel shift as published.
        input_side: of the crops, px; a multiple of 4 times 2 to the power of the depth.
        stacks: how many hourglasses.
        width: channels of the features; 256 as published.
        stem_widths: channels of the first convolution and of the first two residual modules; see the module for those
            as published.
        depth: how often an hourglass halves its features; 4 as published.
        colours: which the network sees; see the module for weights that are published.

    Raises:
        ValueError: if it cannot be built so; the message says why.
    """

    heads: ClassVar[tuple[str, ...]] = ("scores.", "from_scores.", *HeatmapModel.heads)

    def __init__(
        self,
        skeleton: Skeleton,
        predictor: PredictorChoice = _PUBLISHED,
        input_side: int = 256,
        stacks: int = 8,
        width: int = 256,
        stem_widths: Sequence[int] = (64, 128, 128),
        depth: int = 4,
        colours: Colours = "imagenet",
    ) -> None:
        if not 1 <= stacks <= MOST_STACKS:
            raise ValueError(f"a stacked hourglass has 1 to {MOST_STACKS} stacks, not {stacks}")
        if input_side < 1 or input_side % (4 << depth):
            raise ValueError(f"crops of {input_side} px do not do; their side is to be a multiple of {4 << depth} px")
        super().__init__(skeleton, (input_side, input_side), (input_side // 4, input_side // 4), predictor)
        keypoints = len(skeleton.joints)
        self.recoloured = Recoloured(colours)
        first, second, third = stem_widths
        self.stem = nn.Sequential(
            nn.Conv2d(3, first, 7, stride=2, padding=3),
            nn.BatchNorm2d(first),
            nn.ReLU(inplace=True),
            Residual(first, second),
            nn.MaxPool2d(2),
            Residual(second, third),
            Residual(third, width),
        )
        self.hourglasses = nn.ModuleList(Hourglass(width, depth) for _ in range(stacks))
        self.residuals = nn.ModuleList(Residual(width, width) for _ in range(stacks))
        self.mixes = nn.ModuleList(_mix(width) for _ in range(stacks))
        self.scores = nn.ModuleList(nn.Conv2d(width, keypoints, 1) for _ in range(stacks))
        self.from_features = nn.ModuleList(nn.Conv2d(width, width, 1) for _ in range(stacks - 1))
        self.from_scores = nn.ModuleList(nn.Conv2d(keypoints, width, 1) for _ in range(stacks - 1))

    def heatmaps(self, pictures: Tensor) -> Sequence[Tensor]:
        """See `HeatmapModel`."""
        features = self.stem(self.recoloured(pictures))
        heatmaps: list[Tensor] = []
        for stack, hourglass in enumerate(self.hourglasses):
            mixed = self.mixes[stack](self.residuals[stack](hourglass(features)))
            heatmaps.append(self.scores[stack](mixed))
            if stack < len(self.from_features):
                features = features + self.from_features[stack](mixed) + self.from_scores[stack](heatmaps[-1])
        return heatmaps

    def from_published(self, tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Either port's weights under this network's names; see `PoseModel`."""
        return own_names(tensors)


class Hourglass(nn.Module):
    """One hourglass (figure 3 of the paper).

    Args:
        width: channels in and out.
        depth: how often features are halved.
    """

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.beside = Residual(width, width)
        self.down = nn.Sequential(nn.MaxPool2d(2), Residual(width, width))
        self.inner: nn.Module = Hourglass(width, depth - 1) if depth > 1 else Residual(width, width)
        self.up = Residual(width, width)

    def forward(self, features: Tensor) -> Tensor:
        """(N, width, h, w) from the same; h and w are multiples of 2^depth."""
        coarse = self.up(self.inner(self.down(features)))
        finer: Tensor = self.beside(features) + interpolate(coarse, scale_factor=2.0, mode="nearest")
        return finer


class Residual(nn.Module):
    """Three convolutions, each normalised before it, around which the features are handed (figure 4 of the paper).

    Args:
        channels: in.
        wider: channels out; half of them between.
    """

    def __init__(self, channels: int, wider: int) -> None:
        super().__init__()
        inner = wider // 2
        self.body = nn.Sequential(
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=False),
            nn.Conv2d(channels, inner, 1),
            nn.BatchNorm2d(inner),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, inner, 3, padding=1),
            nn.BatchNorm2d(inner),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, wider, 1),
        )
        self.shortcut = nn.Identity() if channels == wider else nn.Conv2d(channels, wider, 1)

    def forward(self, features: Tensor) -> Tensor:
        """(N, wider, h, w) from (N, channels, h, w)."""
        changed: Tensor = self.shortcut(features) + self.body(features)
        return changed


def _mix(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(width, width, 1), nn.BatchNorm2d(width), nn.ReLU(inplace=True))
