"""The program's dive detector: TALNN without padding in time, so that a long video can be evaluated in one go.

The picture in words: four stages of two 3D convolutions, as in listing B.1, each halving the picture (the first one
also quarters its width), then a head per event that averages over the picture. It differs from the listing in two
ways. No convolution is padded in time, and the last stage's look at every second frame; so 21 frames shrink to exactly
one, and every output depends on its own 21 frames and on nothing else. Hence three ways to evaluate it give the same
numbers: window by window, dense over a chunk with ten frames more at both ends, and streaming with the last frames of
each layer carried along. Dense and streaming do each frame's work once instead of 21 times.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import torch
from torch import Tensor, nn

from inference.models.talnn import EVENTS, WINDOW

HALO = (WINDOW - 1) // 2
"""Frames that an output sees before and after its own."""

_TIME_DILATIONS = (1, 1, 1, 2)


class DiveDetector(nn.Module):
    """Start, mid and end logits of every frame that has its window.

    Args:
        width: channels of the first stage; later stages have 2, 4 and 8 times as many.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.width = width
        self.layers = nn.ModuleList(_layers(width))
        self.heads = nn.Conv3d(8 * width, len(EVENTS), kernel_size=1)

    def forward(self, frames: Tensor) -> Tensor:
        """Dense evaluation; with 21 frames, that of one window.

        Args:
            frames: (batch, 3, time, height, width) standardised colours, at least 21 of them in time.

        Returns:
            (batch, 3, time - 20) logits in the order of EVENTS, the first for frame number 10.

        Raises:
            ValueError: if there are fewer frames than a window has.
        """
        if frames.shape[2] < WINDOW:
            raise ValueError(f"{frames.shape[2]} frames are fewer than the {WINDOW} of a window")
        for layer in self.layers:
            frames = layer(frames)
        return self._logits(frames)

    def _logits(self, features: Tensor) -> Tensor:
        logits: Tensor = self.heads(features).mean(dim=(3, 4))
        return logits


class DetectorStream:
    """A detector fed with frames as they come (live video); carries what each layer has to remember.

    Args:
        detector: in evaluation mode, since batch statistics would differ from chunk to chunk.
    """

    def __init__(self, detector: DiveDetector) -> None:
        if detector.training:
            raise ValueError("a stream needs a detector in evaluation mode; call eval() first")
        self._detector = detector
        self._memories: list[Tensor | None] = [None] * len(detector.layers)

    @torch.inference_mode()
    def push(self, frames: Tensor) -> Tensor:
        """Take the next frames.

        Args:
            frames: (batch, 3, n, height, width) that follow those of the last call; any n from 1 on.

        Returns:
            (batch, 3, m) logits that have become known: those of the frames up to ten before the last one pushed.
        """
        batch = frames.shape[0]
        for number, layer in enumerate(self._detector.layers):
            memory = self._memories[number]
            seen = frames if memory is None else torch.cat([memory, frames], dim=2)
            needed = cast("TimeLayer", layer).frames_before
            self._memories[number] = seen[:, :, max(seen.shape[2] - needed, 0) :].clone()
            if seen.shape[2] <= needed:
                return frames.new_empty(batch, len(EVENTS), 0)
            frames = layer(seen)
        return self._detector._logits(frames)  # noqa: SLF001 - the stream is the detector's other face


class TimeLayer(nn.Module):
    """A 3D convolution without padding in time, normalised, and cut off below zero."""

    def __init__(self, convolution: nn.Conv3d) -> None:
        super().__init__()
        self.convolution = convolution
        self.norm = nn.BatchNorm3d(convolution.out_channels)

    def forward(self, frames: Tensor) -> Tensor:
        """(batch, channels, time, height, width) features of that many frames less `frames_before`."""
        output: Tensor = self.norm(self.convolution(frames)).relu_()
        return output

    @property
    def frames_before(self) -> int:
        """How many frames an output sees besides its last one."""
        return (self.convolution.kernel_size[0] - 1) * self.convolution.dilation[0]


def _layers(width: int) -> Iterator[TimeLayer]:
    channels = 3
    for stage, dilation in enumerate(_TIME_DILATIONS):
        wider = width * 2**stage
        if stage == 0:
            first = nn.Conv3d(channels, wider, (3, 3, 7), (1, 2, 4), (0, 1, 3), bias=False)
        else:
            first = nn.Conv3d(channels, wider, 3, (1, 2, 2), (0, 1, 1), (dilation, 1, 1), bias=False)
        yield TimeLayer(first)
        yield TimeLayer(nn.Conv3d(wider, wider, 3, 1, (0, 1, 1), (dilation, 1, 1), bias=False))
        channels = wider
