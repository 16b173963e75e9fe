"""Where: the fully convolutional network that locates the diver in every frame (thesis section 5.4, listing B.2).

Two context networks in a row, each a pile of 3D convolutions with growing dilation that keeps the size of what it is
given: the first makes one map of a clip's colours, the second refines that map with what lies far around in space and
time. All padding is at the beginning of a pile, as the listing has it. How many maps come out, and what they mean,
depends on the strategy (table 5.1's m):

- partial regression (section 5.4.1.1): three, whose means over a patch are the logit of its holding the diver and the
  diver's x and y in it, normalised to the patch;
- heatmap matching (section 5.4.1.2): one, the logit of each pixel's being the diver's place;
- regularised soft-argmax (section 5.4.1.3): one, which softmax turns into a probability mass map.

With so few channels at full resolution it is cheap in operations and dear in memory traffic; it is kept as published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from torch import Tensor, nn

from inference.pose.heatmaps import normalise, soft_argmax

Strategy = Literal["partial-regression", "heatmap", "soft-argmax"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

CLIP_FRAMES = 21
"""Pictures that are located together (section 5.4.1.1)."""

PICTURE_SIZE = (160, 90)
"""(width, height) of these pictures."""

PATCH_PX = 64
"""Side of the patches that partial regression and heatmap matching learn from (section 5.4.1.1)."""

_FIRST_CHANNELS = (3, 2, 2, 4, 4, 4, 8, 8, 1)
_SECOND_CHANNELS = (1, 2, 2, 4, 8, 16, 16, 16)
_MAPS: dict[Strategy, int] = {"partial-regression": 3, "heatmap": 1, "soft-argmax": 1}
_PADDINGS = ((2, 2, 2), (4, 4, 4), (8, 8, 8), (4, 16, 16), (0, 3, 3), (0, 0, 0), (0, 0, 0))
_DILATIONS = ((1, 1, 1), (1, 1, 1), (2, 2, 2), (4, 4, 4), (8, 8, 8), (1, 16, 16), (1, 1, 1))


class DiverLocator(nn.Module):
    """Listing B.2.

    Args:
        strategy: what its maps mean.
        patch_px: side of the patches that it is trained on, and of the windows that partial regression slides.
    """

    def __init__(self, strategy: Strategy = "soft-argmax", patch_px: int = PATCH_PX) -> None:
        super().__init__()
        self.strategy = strategy
        self.patch_px = patch_px
        self.layers = nn.Sequential(
            nn.Sequential(*_context_network(_FIRST_CHANNELS)),
            nn.Sequential(*_context_network((*_SECOND_CHANNELS, _MAPS[strategy]))),
        )

    def forward(self, clips: Tensor) -> Tensor:
        """Maps of clips.

        Args:
            clips: (batch, 3, time, height, width) standardised colours; any size.

        Returns:
            (batch, maps, time, height, width), not normalised.
        """
        maps: Tensor = self.layers(clips)
        return maps

    def locate(self, clips: Tensor) -> Tensor:
        """(batch, time, 2) where the diver is in each frame as (x, y) in [-1, 1]: softmax, then soft-argmax."""
        return soft_argmax(normalise(self(clips)[:, 0]))


def standardised_clips(pictures: Tensor) -> Tensor:
    """(batch, 3, time, height, width) colours around 0 of (batch, time, height, width, 3) BGR bytes.

    The middle grey becomes 0, so that it and the zeros around a picture are alike.
    """
    return ((pictures.float() - 127.5) / 64.0).permute(0, 4, 1, 2, 3)


def _context_network(channels: Sequence[int]) -> Iterator[nn.Module]:
    """Seven dilated convolutions, normalised and cut off below zero, and one of single pixels."""
    for number, (padding, dilation) in enumerate(zip(_PADDINGS, _DILATIONS, strict=True)):
        yield nn.Conv3d(channels[number], channels[number + 1], kernel_size=3, padding=padding, dilation=dilation)
        yield nn.BatchNorm3d(channels[number + 1])
        yield nn.ReLU(inplace=True)
    yield nn.Conv3d(channels[-2], channels[-1], kernel_size=1)
