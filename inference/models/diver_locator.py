"""Where: the fully convolutional network that locates the diver in every frame (thesis section 5.4, listing B.2).

Two context networks in a row, each a pile of 3D convolutions with growing dilation that keeps the size of what it is
given: the first makes one map of a clip's colours, the second refines that map with what lies far around in space and
time. All padding is at the beginning of a pile, as the listing has it. Heatmaps become coordinates by soft-argmax.

With so few channels at full resolution it is cheap in operations and dear in memory traffic; it is kept as published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor, nn

from inference.pose.heatmaps import normalise, soft_argmax

_FIRST_CHANNELS = (3, 2, 2, 4, 4, 4, 8, 8, 1)
_SECOND_CHANNELS = (1, 2, 2, 4, 8, 16, 16, 16, 1)
_PADDINGS = ((2, 2, 2), (4, 4, 4), (8, 8, 8), (4, 16, 16), (0, 3, 3), (0, 0, 0), (0, 0, 0))
_DILATIONS = ((1, 1, 1), (1, 1, 1), (2, 2, 2), (4, 4, 4), (8, 8, 8), (1, 16, 16), (1, 1, 1))


class DiverLocator(nn.Module):
    """Listing B.2."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Sequential(*_context_network(_FIRST_CHANNELS)), nn.Sequential(*_context_network(_SECOND_CHANNELS))
        )

    def forward(self, clips: Tensor) -> Tensor:
        """Heatmaps of clips.

        Args:
            clips: (batch, 3, time, height, width) standardised colours; any size.

        Returns:
            (batch, time, height, width), not normalised.
        """
        heatmaps: Tensor = self.layers(clips)
        return heatmaps.squeeze(1)

    def locate(self, clips: Tensor) -> Tensor:
        """(batch, time, 2) where the diver is in each frame as (x, y) in [-1, 1]: softmax, then soft-argmax."""
        return soft_argmax(normalise(self(clips)))


def _context_network(channels: Sequence[int]) -> Iterator[nn.Module]:
    """Seven dilated convolutions, normalised and cut off below zero, and one of single pixels."""
    for number, (padding, dilation) in enumerate(zip(_PADDINGS, _DILATIONS, strict=True)):
        yield nn.Conv3d(channels[number], channels[number + 1], kernel_size=3, padding=padding, dilation=dilation)
        yield nn.BatchNorm3d(channels[number + 1])
        yield nn.ReLU(inplace=True)
    yield nn.Conv3d(channels[-2], channels[-1], kernel_size=1)
