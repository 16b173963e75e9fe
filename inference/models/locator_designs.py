"""The locators that can be trained, by name."""

from __future__ import annotations

from typing import Final, Literal, get_args

from inference.models.diver_locator import PATCH_PX, DiverLocator, Strategy
from inference.models.locator_compact import CompactLocator
from inference.models.locator_listing import ListingLocator

Design = Literal["compact", "listing"]
DESIGNS: tuple[Design, ...] = get_args(Design)

LOCATOR_DESIGNS: Final[dict[Design, type[DiverLocator]]] = {"compact": CompactLocator, "listing": ListingLocator}


def build_locator(design: Design, strategy: Strategy, patch_px: int = PATCH_PX) -> DiverLocator:
    """A locator with random weights.

    Args:
        design: which network.
        strategy: what its maps mean.
        patch_px: side of the patches that it is to be trained on.
    """
    return LOCATOR_DESIGNS[design](strategy, patch_px)
