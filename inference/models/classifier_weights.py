"""Dive classifier weights on disk, with the temperatures that make its probabilities mean what they say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from inference.models.c3d import CLASSES
from inference.models.classifier_designs import ClassifierDesign
from inference.models.errors import ModelError
from inference.models.weights_file import file_hash, fill, read_weights, write_weights

KIND = "divereview dive classifier 1"
"""Stands in the metadata of a weights file; another number for another layout."""

_LOWEST, _HIGHEST = 0.01, 100.0


@dataclass(frozen=True, slots=True, eq=False)
class StoredClassifier:
    """What a weights file holds.

    Args:
        network: in evaluation mode and single precision.
        design: what it looks at.
        temperatures: by attribute, what to divide its logits by.
        weights_hash: by which predictions name the file.
    """

    network: nn.Module
    design: ClassifierDesign
    temperatures: Mapping[str, float]
    weights_hash: str


def save_classifier(
    network: nn.Module, design: ClassifierDesign, temperatures: Mapping[str, float], path: Path
) -> None:
    """Write a classifier's weights; see `write_weights`.

    Args:
        network: of the design.
        design: what it looks at.
        temperatures: by attribute; 1 for one that is not there.
        path: the file.
    """
    facts = {
        "kind": KIND,
        "design": asdict(design),
        "temperatures": {name: temperatures.get(name, 1.0) for name in CLASSES},
    }
    write_weights(network, facts, path)


def load_classifier(path: Path, device: str = "cpu") -> StoredClassifier:
    """What `save_classifier` wrote.

    Raises:
        ModelError: if the file is missing, broken, or not that of a dive classifier.
    """
    facts, tensors = read_weights(path)
    design, temperatures = _design(facts), _temperatures(facts)
    if facts.get("kind") != KIND or design is None or temperatures is None:
        raise ModelError(f"{path} does not hold the weights of a dive classifier of this version.")
    with torch.random.fork_rng(devices=[]):
        network = design.build()
    fill(network, tensors, f"{path} of a {design.kind} dive classifier")
    return StoredClassifier(network.to(device).eval(), design, temperatures, file_hash(path))


def _design(facts: Mapping[str, Any]) -> ClassifierDesign | None:
    given = facts.get("design")
    if not isinstance(given, dict) or not all(type(given.get(name)) is int for name in ("side", "width")):
        return None
    try:
        return ClassifierDesign(**given)
    except (TypeError, ValueError):
        return None


def _temperatures(facts: Mapping[str, Any]) -> dict[str, float] | None:
    given = facts.get("temperatures")
    if not isinstance(given, dict) or set(given) != set(CLASSES):
        return None
    values = {name: value for name, value in given.items() if isinstance(value, float | int)}
    is_sound = len(values) == len(given) and all(
        math.isfinite(value) and _LOWEST <= value <= _HIGHEST for value in values.values()
    )
    return {name: float(value) for name, value in values.items()} if is_sound else None
