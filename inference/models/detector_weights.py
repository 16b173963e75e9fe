"""Dive detector weights on disk: safetensors in half precision, with what is needed to build the network."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from inference.models.dive_detector import DiveDetector
from inference.models.errors import ModelError

KIND = "divereview dive detector 2"
"""Stands in the metadata of a weights file; another number for another layout."""

_ENTRY = "divereview"
_WIDEST = 512


def save_detector(detector: DiveDetector, path: Path) -> None:
    """Write a detector's weights; counters of batches seen are left out.

    Args:
        detector: any device and mode.
        path: the file; written over when the new one is complete.
    """
    tensors = {
        name: tensor.detach().cpu().half().contiguous()
        for name, tensor in detector.state_dict().items()
        if tensor.is_floating_point()
    }
    unfinished = path.with_name(path.name + ".part")
    # One entry, since several would be written in an order that changes from run to run.
    save_file(tensors, unfinished, {_ENTRY: json.dumps({"kind": KIND, "width": detector.width})})
    unfinished.replace(path)


def load_detector(path: Path, device: str = "cpu") -> DiveDetector:
    """A detector with the weights of a file, in evaluation mode and single precision.

    Raises:
        ModelError: if the file is missing, broken, or not that of a dive detector.
    """
    if not path.is_file():
        raise ModelError(f"There are no weights at {path}.")
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {}).get(_ENTRY, "null"))
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError(f"The weights {path} cannot be read; they may be cut off: {error}.") from error
    width = facts.get("width") if isinstance(facts, dict) and facts.get("kind") == KIND else None
    if not isinstance(width, int) or not 1 <= width <= _WIDEST:
        raise ModelError(f"{path} does not hold the weights of a dive detector of this version.")
    with torch.random.fork_rng(devices=[]):
        detector = DiveDetector(width)
    expected = {name: tensor.shape for name, tensor in detector.state_dict().items() if tensor.is_floating_point()}
    if {name: tensor.shape for name, tensor in tensors.items()} != expected:
        raise ModelError(f"The weights {path} do not fit a dive detector {width} channels wide.")
    detector.load_state_dict(tensors, strict=False)
    return detector.to(device).eval()


def weights_hash(path: Path) -> str:
    """The first 16 hexadecimal digits of a file's SHA-256, by which a prediction names its weights."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
