"""The classifiers that can be trained, by name, and what each looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from torch import Tensor, nn

from inference.models import c3d
from inference.models.classifier_compact import CLIP_FRAMES, CLIP_SIDE, CompactClassifier

Kind = Literal["compact", "vanilla", "altered", "dilated"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_MIDDLE, _SPREAD = 0.42, 0.25
_SMALLEST, _LARGEST, _WIDEST = 32, 128, 256


@dataclass(frozen=True, slots=True)
class ClassifierDesign:
    """Which classifier.

    Args:
        kind: the default, or a column of the thesis's table 5.2.
        side: of the clips of the thesis's networks, px; the default has a side of its own.
        width: channels of the default's first stage.
    """

    kind: Kind = "compact"
    side: int = CLIP_SIDE
    width: int = 24

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no classifier {self.kind!r}; choose from {', '.join(KINDS)}")
        if self.kind == "compact" and self.side != CLIP_SIDE:
            raise ValueError(f"the compact classifier sees clips of {CLIP_SIDE} px only")
        if not _SMALLEST <= self.side <= _LARGEST or not 1 <= self.width <= _WIDEST:
            raise ValueError(f"a side of {self.side} px or a width of {self.width} is out of range")

    @property
    def frames(self) -> int:
        """How many pictures of a clip it takes."""
        return CLIP_FRAMES if self.kind == "compact" else c3d.CLIP_FRAMES

    def build(self) -> nn.Module:
        """The network with random weights; maps (batch, 3, frames, side, side) to logits by attribute."""
        if self.kind == "compact":
            return CompactClassifier(self.width)
        return c3d.DiveClassifier(self.kind, self.side)


def standardised(clips: Tensor) -> Tensor:
    """(batch, 3, frames, side, side) standardised colours of (batch, frames, side, side, 3) BGR bytes."""
    colours = clips.permute(0, 4, 1, 2, 3).float() / 255
    return (colours - _MIDDLE) / _SPREAD
