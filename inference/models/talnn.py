"""TALNN: the temporal action localisation network of the thesis (section 5.3, listing B.1), kept as it was published.

Twenty-one frames go in; out come the probabilities that a dive starts, is under way and ends in the middle frame. Eight
3D convolutions, every second one unpadded in time; the heads average over what is left of time and space.

Where the listing writes `head(feats)` inside the head, its own convolution is meant. Because the other four
convolutions are padded in time, the network's output over a long video is not that of a sliding window; the detector
that the program uses (`dive_detector`) has no such padding.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

EVENTS = ("start", "mid", "end")
"""What the heads tell, in the order of the outputs: leaving the board, in the air, entering the water."""

WINDOW = 21
"""Frames that one output sees."""


class Talnn(nn.Module):
    """The published network.

    Args:
        width: channels of the first stage; 32 as published. Later stages have 2, 4 and 8 times as many.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for stage, stride in enumerate([(1, 2, 4), (1, 2, 2), (1, 2, 2), (1, 2, 2)]):
            wider = width * 2**stage
            kernel, padding = ((3, 3, 7), (0, 1, 3)) if stage == 0 else ((3, 3, 3), (0, 1, 1))
            layers += [
                nn.Conv3d(channels, wider, kernel, stride, padding),
                nn.BatchNorm3d(wider),
                nn.ReLU(inplace=True),
            ]
            layers += [nn.Conv3d(wider, wider, 3, 1, 1), nn.BatchNorm3d(wider), nn.ReLU(inplace=True)]
            channels = wider
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleList(nn.Conv3d(channels, 1, kernel_size=1) for _ in EVENTS)

    def forward(self, frames: Tensor) -> Tensor:
        """Event logits of windows.

        Args:
            frames: (batch, 3, 21, height, width) standardised colours.

        Returns:
            (batch, 3) logits in the order of EVENTS; their sigmoid is the probability (eq. 5.1).
        """
        features = self.body(frames)
        return torch.cat([head(features).mean(dim=(2, 3, 4)) for head in self.heads], dim=1)
