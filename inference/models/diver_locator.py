"""Where: what every network that locates the diver in a clip gives, whatever it is built of (thesis section 5.4).

How many maps come out, and what they mean, depends on the strategy (table 5.1's m):

- partial regression (section 5.4.1.1): three, whose means over a patch are the logit of its holding the diver and the
  diver's x and y in it, normalised to the patch;
- heatmap matching (section 5.4.1.2): one, the logit of each pixel's being the diver's place;
- regularised soft-argmax (section 5.4.1.3): one, which softmax turns into a probability mass map.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Literal, get_args

from torch import Tensor, nn

from inference.pose.heatmaps import normalise, soft_argmax

Strategy = Literal["partial-regression", "heatmap", "soft-argmax"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
MAPS: dict[Strategy, int] = {"partial-regression": 3, "heatmap": 1, "soft-argmax": 1}

CLIP_FRAMES = 21
"""Pictures that are located together (section 5.4.1.1)."""

PICTURE_SIZE = (160, 90)
"""(width, height) of these pictures."""

PATCH_PX = 64
"""Side of the patches that partial regression and heatmap matching learn from (section 5.4.1.1)."""


class DiverLocator(nn.Module, ABC):
    """A network that locates the diver.

    Args:
        strategy: what its maps mean.
        patch_px: side of the patches that it is trained on, and of the windows that partial regression slides.
    """

    design: ClassVar[str]
    """Its name among `LOCATOR_DESIGNS`."""

    def __init__(self, strategy: Strategy = "soft-argmax", patch_px: int = PATCH_PX) -> None:
        super().__init__()
        self.strategy = strategy
        self.patch_px = patch_px

    @abstractmethod
    def forward(self, clips: Tensor) -> Tensor:
        """Maps of clips.

        Args:
            clips: (batch, 3, time, height, width) standardised colours; any size.

        Returns:
            (batch, maps, time, height, width), not normalised.
        """

    def locate(self, clips: Tensor) -> Tensor:
        """(batch, time, 2) where the diver is in each frame as (x, y) in [-1, 1]: softmax, then soft-argmax."""
        return soft_argmax(normalise(self(clips)[:, 0]))


def standardised_clips(pictures: Tensor) -> Tensor:
    """(batch, 3, time, height, width) colours around 0 of (batch, time, height, width, 3) BGR bytes.

    The middle grey becomes 0, so that it and the zeros around a picture are alike.
    """
    return ((pictures.float() - 127.5) / 64.0).permute(0, 4, 1, 2, 3)
