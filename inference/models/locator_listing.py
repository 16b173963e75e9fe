"""The locator of the thesis (section 5.4, listing B.2): fully convolutional, as large in activations as it is small.

Two context networks in a row, each a pile of 3D convolutions with growing dilation that keeps the size of what it is
given: the first makes one map of a clip's colours, the second refines that map with what lies far around in space and
time. All padding is at the beginning of a pile, as the listing has it.

With so few channels at full resolution it is cheap in operations and dear in memory traffic; it is kept as published.
`CompactLocator` has the same idea in another shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from torch import Tensor, nn

from inference.models.diver_locator import MAPS, PATCH_PX, DiverLocator, Strategy

_FIRST_CHANNELS = (3, 2, 2, 4, 4, 4, 8, 8, 1)
_SECOND_CHANNELS = (1, 2, 2, 4, 8, 16, 16, 16)
_PADDINGS = ((2, 2, 2), (4, 4, 4), (8, 8, 8), (4, 16, 16), (0, 3, 3), (0, 0, 0), (0, 0, 0))
_DILATIONS = ((1, 1, 1), (1, 1, 1), (2, 2, 2), (4, 4, 4), (8, 8, 8), (1, 16, 16), (1, 1, 1))


class ListingLocator(DiverLocator):
    """Listing B.2; see `DiverLocator`."""

    design: ClassVar = "listing"

    def __init__(self, strategy: Strategy = "soft-argmax", patch_px: int = PATCH_PX) -> None:
        super().__init__(strategy, patch_px)
        self.layers = nn.Sequential(
            nn.Sequential(*_context_network(_FIRST_CHANNELS)),
            nn.Sequential(*_context_network((*_SECOND_CHANNELS, MAPS[strategy]))),
        )

    def forward(self, clips: Tensor) -> Tensor:
        """See `DiverLocator`."""
        maps: Tensor = self.layers(clips)
        return maps


def _context_network(channels: Sequence[int]) -> Iterator[nn.Module]:
    """Seven dilated convolutions, normalised and cut off below zero, and one of single pixels."""
    for number, (padding, dilation) in enumerate(zip(_PADDINGS, _DILATIONS, strict=True)):
        yield nn.Conv3d(channels[number], channels[number + 1], kernel_size=3, padding=padding, dilation=dilation)
        yield nn.BatchNorm3d(channels[number + 1])
        yield nn.ReLU(inplace=True)
    yield nn.Conv3d(channels[-2], channels[-1], kernel_size=1)
