"""What: the default dive classifier, dense 3D convolutions for a CPU and counts that are sums of turns.

A clip goes through three residual stages of 3 x 3 x 3 convolutions, each seeing half the side of the one before, never
less time: half precision makes such convolutions the cheapest there are, and a twist lasts only a few pictures. A
temporal trunk then says for every step from picture to picture how much of a half-somersault and of a half-twist is
turned in it. Their sums are the counts, so that the two counting heads only have to see small turns and never to count;
where the truth is simulated the turns are taught directly, and so is how upright the diver is in each picture, which a
network sees long before it sees a change of it. The other attributes are read off the features' mean and
largest values and off their course in time. It differs from the thesis's networks (`inference/models/c3d.py`) in all
this; the five heads and their loss are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.models.c3d import CLASSES

CLIP_FRAMES = 24
"""Pictures of a clip."""

CLIP_SIDE = 64
"""Their side, px."""

COUNTED = ("half_somersaults", "half_twists")
"""The attributes that are sums of turns, in the order of `CompactOutput.turns`."""

_TRUNK = 128
_COURSE = 12
_HIDDEN = 128


@dataclass(frozen=True, slots=True, eq=False)
class CompactOutput:
    """What the network says.

    Args:
        logits: (batch, values) by attribute, in the order of CLASSES.
        turns: (batch, 2, 23) half-somersaults and half-twists from each picture to the next.
        postures: (batch, 2, 24) cosines of the somersault's angle and of twice that angle in each picture: 1 and 1
            upright, 0 and -1 level, -1 and 1 upside down. Neither tells left from right, nor forward from back.
    """

    logits: dict[str, Tensor]
    turns: Tensor
    postures: Tensor


class CompactClassifier(nn.Module):
    """The default classifier.

    Args:
        width: channels of the first stage; the others have two and four times as many.

    Raises:
        ValueError: if there would be no channel.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        if width < 1:
            raise ValueError(f"a network {width} channels wide sees nothing")
        self.width = width
        self.body = nn.Sequential(
            _convolution(12, width),
            _Residual(width),
            _convolution(width, 2 * width),
            _Residual(2 * width),
            _convolution(2 * width, 4 * width),
            _Residual(4 * width),
        )
        self.squeeze = nn.Sequential(
            nn.Conv3d(4 * width, _TRUNK, (1, 4, 4), bias=False), nn.BatchNorm3d(_TRUNK), nn.ReLU(inplace=True)
        )
        self.trunk = nn.Sequential(_TemporalResidual(_TRUNK, 1), _TemporalResidual(_TRUNK, 2))
        self.posture = nn.Conv1d(_TRUNK, 2, kernel_size=1)
        self.turning = nn.Conv1d(_TRUNK, len(COUNTED), kernel_size=2)
        self.course = nn.Conv1d(_TRUNK, _COURSE, kernel_size=1)
        self.hidden = nn.Sequential(
            nn.Linear(2 * _TRUNK + _COURSE * CLIP_FRAMES, _HIDDEN), nn.ReLU(inplace=True), nn.Dropout(0.2)
        )
        self.heads = nn.ModuleDict({name: nn.Linear(_HIDDEN, len(values)) for name, values in CLASSES.items()})
        self.sharpness = nn.Parameter(torch.zeros(len(COUNTED)))
        nn.init.constant_(self.turning.bias if self.turning.bias is not None else torch.empty(0), -2.0)

    def forward(self, clips: Tensor) -> dict[str, Tensor]:
        """Logits of each attribute's values.

        Args:
            clips: (batch, 3, 24, 64, 64) standardised colours.

        Returns:
            (batch, values) by attribute, in the order of CLASSES.
        """
        return self.seen(clips).logits

    def seen(self, clips: Tensor) -> CompactOutput:
        """The logits with the turns that two of them rest on; clips as for `forward`."""
        features = self.body(_folded(clips))
        squeezed = self.squeeze(features).flatten(2)
        postures = self.posture(squeezed).float()
        course = self.trunk(squeezed)
        turns = functional.softplus(self.turning(course).float())
        pooled = [course.mean(dim=2), course.amax(dim=2), self.course(course).flatten(1)]
        hidden = self.hidden(torch.cat(pooled, dim=1))
        logits = {name: head(hidden).float() for name, head in self.heads.items()}
        for place, name in enumerate(COUNTED):
            counts = torch.arange(len(CLASSES[name]), device=clips.device)
            away = turns[:, place].sum(dim=1, keepdim=True) - counts
            # A peak at the sum, round at the top; how narrow it is, is learned. Far from it evidence grows no faster
            # than the distance: with its square, the first sums, which mean nothing, would drown all else.
            logits[name] = logits[name] - functional.softplus(self.sharpness[place]) * (torch.sqrt(away**2 + 1) - 1)
        return CompactOutput(logits, turns, postures)


def turns_loss(turns: Tensor, truth: Tensor) -> Tensor:
    """Mean distance of the turns from the true ones, over those that are known (Huber's, from a tenth on linear).

    Args:
        turns: (batch, 2, steps).
        truth: (batch, 2, steps); NaN where nobody knows.
    """
    known = ~torch.isnan(truth)
    distance = functional.huber_loss(turns, torch.where(known, truth, turns.detach()), reduction="none", delta=0.1)
    return (distance * known).sum() / known.sum().clamp(min=1)


def posture_loss(postures: Tensor, half_somersaults: Tensor) -> Tensor:
    """Mean squared distance of the postures from the true ones, over those that are known.

    Args:
        postures: (batch, 2, pictures), see `CompactOutput`.
        half_somersaults: (batch, pictures) turned since take-off; NaN where nobody knows.
    """
    truth = torch.stack([torch.cos(torch.pi * half_somersaults), torch.cos(2 * torch.pi * half_somersaults)], dim=1)
    known = ~torch.isnan(truth)
    distance = (postures - torch.where(known, truth, postures.detach())) ** 2
    return distance.sum() / known.sum().clamp(min=1)


class _Residual(nn.Module):
    """Two convolutions around which the input is led."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv3d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm3d(channels),
            nn.ReLU(inplace=True),
            nn.Conv3d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm3d(channels),
        )

    def forward(self, features: Tensor) -> Tensor:
        return functional.relu(features + self.layers(features))


class _TemporalResidual(nn.Module):
    """The same along time alone."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm1d(channels),
            nn.ReLU(inplace=True),
            nn.Conv1d(channels, channels, 1, bias=False),
            nn.BatchNorm1d(channels),
        )

    def forward(self, course: Tensor) -> Tensor:
        return functional.relu(course + self.layers(course))


def _convolution(channels: int, wider: int) -> nn.Sequential:
    """To half the side."""
    return nn.Sequential(
        nn.Conv3d(channels, wider, 3, stride=(1, 2, 2), padding=1, bias=False),
        nn.BatchNorm3d(wider),
        nn.ReLU(inplace=True),
    )


def _folded(clips: Tensor) -> Tensor:
    """(batch, 12, time, side / 2, side / 2): four neighbouring pixels as channels of one."""
    batch, channels, time, height, width = clips.shape
    blocks = clips.reshape(batch, channels, time, height // 2, 2, width // 2, 2).permute(0, 1, 4, 6, 2, 3, 5)
    folded = blocks.reshape(batch, 4 * channels, time, height // 2, width // 2)
    return folded.contiguous(memory_format=torch.channels_last_3d)
