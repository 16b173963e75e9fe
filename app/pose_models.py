"""The pose models that can be chosen: those that come with the program, and those that a person has added.

Knows neither Qt nor torch nor onnxruntime.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inference.models.model_store import stored_models
from inference.models.shipped_weights import shipped_pose_models

_SPELLED: Final = {"cpm": "CPM", "deeppose": "DeepPose", "hrnet": "HRNet", "openpose": "OpenPose", "resnet": "ResNet"}

USABLE_SUFFIXES: Final = (".onnx", ".safetensors")


@dataclass(frozen=True, slots=True)
class PoseModelChoice:
    """A pose model.

    name tells it from the others, title is for a person, path is its file, and is_shipped says that it came with the
    program.
    """

    name: str
    title: str
    path: Path
    is_shipped: bool

    @property
    def knows_upright_only(self) -> bool:
        """Whether it is one of those that others published, which have seen few people who are not upright."""
        return self.path.suffix == ".onnx"


def pose_model_choices() -> list[PoseModelChoice]:
    """All of them, those of the program first."""
    shipped = [
        PoseModelChoice(name, _title(name), path, is_shipped=True) for name, path in shipped_pose_models().items()
    ]
    taken = {choice.name for choice in shipped}
    own = [
        PoseModelChoice(model.name, model.title or model.name, model.path, is_shipped=False)
        for model in stored_models()
        if model.path.suffix in USABLE_SUFFIXES and model.name not in taken
    ]
    return shipped + own


def chosen_model(name: str) -> PoseModelChoice | None:
    """The model of that name, or else the first one; None without any."""
    choices = pose_model_choices()
    return next((choice for choice in choices if choice.name == name), choices[0] if choices else None)


def _title(stem: str) -> str:
    """pose-cpm-small is CPM small; pose alone is the one to take if in doubt."""
    words = stem.removeprefix("pose").replace("_", " ").replace("-", " ").split()
    if not words:
        return "Default"
    return " ".join([_SPELLED.get(words[0], words[0].capitalize()), *words[1:]])
