"""Diver locator weights on disk."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch

from inference.models.diver_locator import STRATEGIES, DiverLocator, Strategy
from inference.models.errors import ModelError
from inference.models.locator_designs import DESIGNS, Design, build_locator
from inference.models.weights_file import fill, read_weights, write_weights

KIND = "divereview diver locator 1"
"""Stands in the metadata of a weights file; another number for another layout."""

_LARGEST_PATCH = 512


def save_locator(locator: DiverLocator, path: Path) -> None:
    """Write a locator's weights; see `write_weights`."""
    facts = {
        "kind": KIND,
        "design": locator.design,
        "strategy": locator.strategy,
        "patch_px": locator.patch_px,
    }
    write_weights(locator, facts, path)


def load_locator(path: Path, device: str = "cpu") -> DiverLocator:
    """A locator with the weights of a file, in evaluation mode and single precision.

    Raises:
        ModelError: if the file is missing, broken, or not that of a diver locator.
    """
    facts, tensors = read_weights(path)
    # At first there was but one design, which nobody had to name.
    design, strategy, patch_px = facts.get("design", "listing"), facts.get("strategy"), facts.get("patch_px")
    is_known = design in DESIGNS and strategy in STRATEGIES
    is_sound = is_known and isinstance(patch_px, int) and 1 <= patch_px <= _LARGEST_PATCH
    if facts.get("kind") != KIND or not is_sound:
        raise ModelError(f"{path} does not hold the weights of a diver locator of this version.")
    with torch.random.fork_rng(devices=[]):
        locator = build_locator(cast("Design", design), cast("Strategy", strategy), cast("int", patch_px))
    fill(locator, tensors, f"{path} of a {design} diver locator")
    return locator.to(device).eval()
