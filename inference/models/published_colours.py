"""Colours as published weights expect them, where those are not ImageNet's.

Changing the colours once, in front of the network, is exact. Folding the change into the first convolution would not
be: its padding stands for a colour, too.
"""

from __future__ import annotations

from typing import Final, Literal

import torch
from torch import Tensor, nn

Colours = Literal["imagenet", "unit", "mpii-mean", "centred-bgr"]
"""imagenet: as pose models are given them; unit: RGB from 0 to 1; mpii-mean: the same less MPII's mean;
centred-bgr: BGR, (x - 128) / 256 of bytes."""

_IMAGENET: Final = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_PUBLISHED: Final[dict[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {
    "imagenet": _IMAGENET,
    "unit": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "mpii-mean": ((0.4404, 0.4440, 0.4327), (1.0, 1.0, 1.0)),
    "centred-bgr": ((128 / 255,) * 3, (256 / 255,) * 3),
}


class Recoloured(nn.Module):
    """Pictures in ImageNet's colours, in those of published weights.

    Args:
        colours: which.
    """

    scale: Tensor
    offset: Tensor

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        if colours not in _PUBLISHED:
            raise ValueError(f"{colours!r} is not one of {', '.join(_PUBLISHED)}")
        self.colours = colours
        mean, deviation = (torch.tensor(values)[:, None, None] for values in _PUBLISHED["imagenet"])
        new_mean, new_deviation = (torch.tensor(values)[:, None, None] for values in _PUBLISHED[colours])
        self.register_buffer("scale", deviation / new_deviation, persistent=False)
        self.register_buffer("offset", (mean - new_mean) / new_deviation, persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, 3, height, width) of the same, from RGB with ImageNet's mean and deviation."""
        if self.colours == "imagenet":
            return pictures
        changed = pictures * self.scale + self.offset
        return changed.flip(1) if self.colours.endswith("bgr") else changed
