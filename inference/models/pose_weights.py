"""Pose model weights on disk, with the name and the settings of the design that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from inference.models.errors import ModelError
from inference.models.pose_designs import POSE_DESIGNS, build
from inference.models.pose_model import PoseModel
from inference.models.weights_file import file_hash, fill, read_weights, write_weights
from inference.pose.skeletons import SKELETONS

KIND = "divereview pose model 1"
"""Stands in the metadata of a weights file; another number for another layout."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredPoseModel:
    """What a weights file holds.

    Args:
        model: in evaluation mode and single precision.
        name: of its design.
        settings: with which it was built.
        weights_hash: by which predictions name the file.
        learned: numbers about its training, by name: the "crops" that it learned from; how many it has "seen", the same
            ones again counted; "crop_percent", how large they were against the people in them, see `PoseExamples`.
            Empty where nobody knows.
    """

    model: PoseModel
    name: str
    settings: Mapping[str, Any]
    weights_hash: str
    learned: Mapping[str, int]


def save_pose_model(
    model: PoseModel, name: str, settings: Mapping[str, Any], path: Path, learned: Mapping[str, int] | None = None
) -> None:
    """Write a pose model's weights; see `write_weights`.

    Args:
        model: any device and mode.
        name: of its design.
        settings: JSON values with which it was built, instead of the design's.
        path: the file.
        learned: see `StoredPoseModel`.
    """
    facts = {
        "kind": KIND,
        "design": name,
        # All of them, so that a design may change and the file still be read.
        "settings": {**POSE_DESIGNS[name].settings, **settings},
        "skeleton": model.skeleton.name,
        "input_size": list(model.input_size),
        "learned": dict(learned or {}),
    }
    write_weights(model, facts, path)


def load_pose_model(path: Path, device: str = "cpu") -> StoredPoseModel:
    """What `save_pose_model` wrote.

    Raises:
        ModelError: if the file is missing, broken, or not that of a pose model.
    """
    facts, tensors = read_weights(path)
    name, settings, skeleton = facts.get("design"), facts.get("settings"), SKELETONS.get(str(facts.get("skeleton")))
    if (
        facts.get("kind") != KIND
        or name not in POSE_DESIGNS
        or not isinstance(settings, dict)
        or skeleton is None
        or not isinstance(facts.get("input_size"), list)
    ):
        raise ModelError(f"{path} does not hold the weights of a pose model of this version.")
    try:
        with torch.random.fork_rng(devices=[]):
            with torch.device("meta"):
                outline = build(name, skeleton, **settings)  # which takes no memory, however large
            _check(outline, tensors, facts["input_size"])
            model = build(name, skeleton, **settings)
    except (ValueError, TypeError, RuntimeError) as error:
        raise ModelError(f"The weights {path} cannot be used: {error}.") from error
    fill(model, tensors, f"{path} of the pose model {name}")
    return StoredPoseModel(model.to(device).eval(), name, settings, file_hash(path), _numbers(facts.get("learned")))


def _check(outline: PoseModel, tensors: Mapping[str, torch.Tensor], input_size: list[Any]) -> None:
    """A ValueError if a model that was built as the file says is not the one whose weights it holds."""
    wanted = sum(tensor.numel() for tensor in outline.state_dict().values() if tensor.is_floating_point())
    there = sum(tensor.numel() for tensor in tensors.values())
    if wanted != there:
        raise ValueError(f"its settings make a model of {wanted} weights, but it holds {there}")
    if list(outline.input_size) != input_size:
        raise ValueError(f"its settings make a model of crops of {outline.input_size} px instead of {input_size}")


def _numbers(given: Any) -> dict[str, int]:
    return {str(name): n for name, n in given.items() if type(n) is int} if isinstance(given, dict) else {}
