"""What: the three dive classifiers of the thesis (section 5.5, table 5.2, listing B.3), each with a head per attribute.

A tracked clip of sixteen frames goes through a body of 3D convolutions; five heads share what it has seen, and each
tells one attribute of the dive code. The vanilla body is that of C3D. The altered one has normalisation after every
layer and half the features. The dilated one leaves out the last two poolings, keeps its field of view by dilation
instead, and its heads are fully convolutional with a context network.

The table does not say how large the clips are; any side from 32 px on will do here, and 112 px, as in C3D, is usual.
C3D's last pooling pads its 7 x 7 features; here nothing is padded, so that they shrink to 3 x 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

CLIP_FRAMES = 16
"""Frames of a clip, spread evenly over the dive."""

CLASSES: Mapping[str, tuple[str, ...]] = {
    "rotation_type": ("0", "1", "2", "3", "4"),
    "half_somersaults": tuple(str(count) for count in range(12)),
    "half_twists": tuple(str(count) for count in range(10)),
    "position": ("A", "B", "C", "D"),
    "armstand": ("false", "true"),
}
"""The values that each head chooses from, by attribute; an armstand dive that only falls has rotation type 0."""

Kind = Literal["vanilla", "altered", "dilated"]

_CONTEXT = (12, 24, 24, 48, 96, 96, 12)
_CONTEXT_DILATIONS = (1, 1, 2, 4, 1)
_CONTEXT_PADDING = 9


class DiveClassifier(nn.Module):
    """A body and a head for every attribute.

    Args:
        kind: which column of table 5.2.
        side: of the clips, px; the fully connected heads fit one side only, the dilated network takes any.

    Raises:
        ValueError: if the clips are too small for the network's poolings.
    """

    def __init__(self, kind: Kind = "dilated", side: int = 112) -> None:
        super().__init__()
        if side < 32:
            raise ValueError(f"clips of {side} px are too small; their side must be at least 32 px")
        self.kind = kind
        self.body = nn.Sequential(*(_dilated_body() if kind == "dilated" else _pooled_body(kind)))
        features = 512 if kind == "vanilla" else 256
        flat = features * (side // 32) ** 2
        self.heads = nn.ModuleDict(
            {name: nn.Sequential(*_head(kind, flat, len(values))) for name, values in CLASSES.items()}
        )

    def forward(self, clips: Tensor) -> dict[str, Tensor]:
        """Logits of each attribute's values.

        Args:
            clips: (batch, 3, 16, side, side) standardised colours.

        Returns:
            (batch, values) by attribute, in the order of CLASSES.
        """
        features = self.body(clips)
        return {name: head(features) for name, head in self.heads.items()}


def classifier_loss(logits: Mapping[str, Tensor], labels: Mapping[str, Tensor]) -> Tensor:
    """Sum of the heads' negative log-likelihoods, each the mean over the clips (section 5.5.1).

    Args:
        logits: (batch, values) by attribute.
        labels: (batch,) places in CLASSES by attribute; -1 where it is not known, which costs nothing.
    """
    losses = []
    for name, label in labels.items():
        known = (label >= 0).sum().clamp(min=1)
        losses.append(functional.cross_entropy(logits[name], label, ignore_index=-1, reduction="sum") / known)
    return torch.stack(losses).sum()


def attribute_probabilities(logits: Mapping[str, Tensor]) -> list[dict[str, dict[str, float]]]:
    """For each clip the probability of every value by attribute, as `inference.diving.code_decoding` takes them."""
    shares = {name: functional.softmax(values.float(), dim=1).tolist() for name, values in logits.items()}
    count = len(next(iter(shares.values())))
    return [
        {name: dict(zip(CLASSES[name], rows[number], strict=True)) for name, rows in shares.items()}
        for number in range(count)
    ]


def _convolution(channels: int, wider: int, dilation: int = 1, *, normalised: bool) -> Iterator[nn.Module]:
    yield nn.Conv3d(channels, wider, kernel_size=3, padding=dilation, dilation=dilation)
    if normalised:
        yield nn.BatchNorm3d(wider)
    yield nn.ReLU(inplace=True)


def _stages(widths: Sequence[tuple[int, ...]], *, normalised: bool, pooled: int) -> Iterator[nn.Module]:
    """Stages of convolutions, the first so many of them followed by a pooling; the first one leaves time alone."""
    channels = 3
    for number, stage in enumerate(widths):
        for wider in stage:
            yield from _convolution(channels, wider, normalised=normalised)
            channels = wider
        if number < pooled:
            yield nn.MaxPool3d((1, 2, 2) if number == 0 else (2, 2, 2))


def _pooled_body(kind: Kind) -> Iterator[nn.Module]:
    if kind == "vanilla":
        yield from _stages([(64,), (128,), (256, 256), (512, 512), (512, 512)], normalised=False, pooled=5)
    else:
        yield from _stages([(32,), (64,), (128, 128), (256, 256), (256, 256)], normalised=True, pooled=5)
        yield nn.Dropout3d(0.5)


def _dilated_body() -> Iterator[nn.Module]:
    """Listing B.3."""
    yield from _stages([(32,), (64,), (128, 128), (256, 256)], normalised=True, pooled=3)
    for _ in range(2):
        yield from _convolution(256, 256, 2, normalised=True)
    yield nn.Dropout3d(0.5)


def _head(kind: Kind, flat: int, classes: int) -> Iterator[nn.Module]:
    if kind == "dilated":
        yield from _context_head(classes)
        return
    yield nn.Flatten()
    width = 4096 if kind == "vanilla" else 2048
    for narrower in (flat, width):
        yield nn.Linear(narrower, width)
        if kind == "altered":
            yield nn.BatchNorm1d(width)
        yield nn.ReLU(inplace=True)
        if kind == "vanilla":
            yield nn.Dropout(0.5)
    yield nn.Linear(width, classes)


def _context_head(classes: int) -> Iterator[nn.Module]:
    """Listing B.3: all of the context network's padding at once, before its first convolution."""
    yield nn.Conv3d(256, _CONTEXT[0], kernel_size=1)
    yield nn.ConstantPad3d(_CONTEXT_PADDING, 0.0)
    for channels, wider, dilation in zip(_CONTEXT[:-2], _CONTEXT[1:-1], _CONTEXT_DILATIONS, strict=True):
        yield nn.Conv3d(channels, wider, kernel_size=3, dilation=dilation)
        yield nn.BatchNorm3d(wider)
        yield nn.ReLU(inplace=True)
    last = _CONTEXT[-1]
    yield nn.Conv3d(_CONTEXT[-2], last, kernel_size=1)
    yield nn.BatchNorm3d(last)
    yield nn.ReLU(inplace=True)
    yield nn.MaxPool3d(2)
    yield from _convolution(last, last, normalised=True)
    yield nn.Conv3d(last, classes, kernel_size=3, padding=1)
    yield nn.AdaptiveAvgPool3d(1)
    yield nn.Flatten()
