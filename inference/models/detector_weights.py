"""Dive detector weights on disk."""

from __future__ import annotations

from pathlib import Path

import torch

from inference.models.dive_detector import DiveDetector
from inference.models.errors import ModelError
from inference.models.weights_file import fill, read_weights, write_weights

KIND = "divereview dive detector 2"
"""Stands in the metadata of a weights file; another number for another layout."""

_WIDEST = 512


def save_detector(detector: DiveDetector, path: Path) -> None:
    """Write a detector's weights.

    Args:
        detector: any device and mode.
        path: the file; written over when the new one is complete.
    """
    write_weights(detector, {"kind": KIND, "width": detector.width}, path)


def load_detector(path: Path, device: str = "cpu") -> DiveDetector:
    """A detector with the weights of a file, in evaluation mode and single precision.

    Raises:
        ModelError: if the file is missing, broken, or not that of a dive detector.
    """
    facts, tensors = read_weights(path)
    width = facts.get("width") if facts.get("kind") == KIND else None
    if not isinstance(width, int) or not 1 <= width <= _WIDEST:
        raise ModelError(f"{path} does not hold the weights of a dive detector of this version.")
    with torch.random.fork_rng(devices=[]):
        detector = DiveDetector(width)
    fill(detector, tensors, f"{path} of a dive detector {width} channels wide")
    return detector.to(device).eval()
