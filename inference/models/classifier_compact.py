"""What: the default dive classifier, dense 3D convolutions for a CPU and counts that are sums of turns.

A clip goes through three residual stages of 3 x 3 x 3 convolutions, each seeing half the side of the one before, never
less time: half precision makes such convolutions the cheapest there are, and a twist lasts only a few pictures. A
temporal trunk then says for every step from picture to picture how much of a half-somersault and of a half-twist is
turned in it. Their sums are the counts, so that the two counting heads only have to see small turns and never to count;
where the truth is simulated the turns are taught directly, and so is the posture in each picture, where head and chest
point to, which a network sees long before it sees a change of it. The other attributes are read off the features' mean
and largest values, off their course in time, and off the postures: which way they turn, and where the chest points to
at the start, is the rotation type. It differs from the thesis's networks (`inference/models/c3d.py`) in all this; the
five heads and their loss are the same.
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

POSTURES = 6
"""Numbers that say how a diver is turned in one picture, see `CompactOutput.postures`."""

_TRUNK = 128
_COURSE = 12
_HIDDEN = 128


@dataclass(frozen=True, slots=True, eq=False)
class CompactOutput:
    """What the network says.

    Args:
        logits: (batch, values) by attribute, in the order of CLASSES.
        turns: (batch, 2, 23) half-somersaults and half-twists from each picture to the next.
        postures: (batch, 6, 24) in each picture, seen from where the travel is to the right: cosines of the
            somersault's angle and of twice that angle, their sines, and how far the chest points to the right and
            upwards. Upright the first cosine is 1, with the head to the right the first sine is.
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
        self.posture = nn.Conv1d(_TRUNK, POSTURES, kernel_size=1)
        self.turning = nn.Conv1d(_TRUNK, len(COUNTED), kernel_size=2)
        self.course = nn.Conv1d(_TRUNK, _COURSE, kernel_size=1)
        known = 2 * _TRUNK + (_COURSE + POSTURES) * CLIP_FRAMES + CLIP_FRAMES - 1
        self.hidden = nn.Sequential(nn.Linear(known, _HIDDEN), nn.ReLU(inplace=True), nn.Dropout(0.2))
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
        hidden = self.hidden(torch.cat([*pooled, postures.flatten(1), somersault_steps(postures)], dim=1))
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


def posture_loss(postures: Tensor, truth: Tensor) -> Tensor:
    """Mean squared distance of the postures from the true ones, over those that are known.

    Args:
        postures: (batch, 6, pictures), see `CompactOutput`.
        truth: the same; NaN where nobody knows.
    """
    known = ~torch.isnan(truth)
    distance = (postures - torch.where(known, truth, postures.detach())) ** 2
    return distance.sum() / known.sum().clamp(min=1)


def true_postures(turns: Tensor, rotation_types: Tensor, armstands: Tensor) -> Tensor:
    """How a diver is turned who has turned so far and dives this dive; see `CompactOutput.postures`.

    Forward and back dives turn towards where they travel, reverse and inward ones away from it. Forward and reverse
    dives begin with the chest that way, back and inward ones with the back; armstands begin upside down.

    Args:
        turns: (batch, 2, pictures) half-somersaults and half-twists turned so far; NaN where nobody knows.
        rotation_types: (batch,) places in CLASSES.
        armstands: (batch,) places in CLASSES.

    Returns:
        (batch, 6, pictures); NaN where nobody knows.
    """
    sense = torch.where(rotation_types >= 3, -1.0, 1.0)[:, None]
    facing = torch.where((rotation_types == 2) | (rotation_types == 4), -1.0, 1.0)[:, None]
    angle = torch.pi * (armstands[:, None] + sense * turns[:, 0])
    chest = facing * torch.cos(torch.pi * turns[:, 1])
    cosine, sine = torch.cos(angle), torch.sin(angle)
    return torch.stack([cosine, torch.cos(2 * angle), sine, torch.sin(2 * angle), chest * cosine, -chest * sine], dim=1)


def somersault_steps(postures: Tensor) -> Tensor:
    """Sines of the angles by which the somersault goes on between pictures, positive where it goes with the travel.

    Args:
        postures: (batch, 6, pictures), see `CompactOutput`.

    Returns:
        (batch, pictures - 1).
    """
    cosine, sine = postures[:, 0], postures[:, 2]
    return cosine[:, :-1] * sine[:, 1:] - sine[:, :-1] * cosine[:, 1:]


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
