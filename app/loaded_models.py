"""The pose models in memory: each there once, for everybody who uses it, and only as long. Knows no Qt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakValueDictionary

from app.pose_models import PoseModelChoice

if TYPE_CHECKING:
    from inference.pose.crop_estimator import CropPoseEstimator

AUTO = "auto"
"""In place of a device: a GPU if there is one."""


class ModelFile(NamedTuple):
    """One version of a model's file; another one at the same place is another model."""

    path: Path
    changed_ns: int


def model_file(choice: PoseModelChoice) -> ModelFile:
    """The file as it is now."""
    try:
        return ModelFile(choice.path, choice.path.stat().st_mtime_ns)
    except OSError:
        return ModelFile(choice.path, 0)  # loading it will say what is wrong


class LoadedModels:
    """Loads pose models, unless somebody has them already; any thread may ask.

    Only those who use a model hold it: its memory is free once the last of them has let go.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: WeakValueDictionary[tuple[ModelFile, str], CropPoseEstimator] = WeakValueDictionary()

    def get(
        self, choice: PoseModelChoice, device: str = AUTO, tell: Callable[[str], object] | None = None
    ) -> CropPoseEstimator:
        """A model, ready to run; takes as long as loading it, and as others are loaded, unless it is there.

        Args:
            choice: which.
            device: auto, or a name of `compute_devices`. Where that is not there, or cannot run this model, the model
                is loaded where it can be run.
            tell: told a sentence in that case.

        Raises:
            ModelError: if the model cannot be loaded.
        """
        key = model_file(choice), device
        with self._lock:
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = _loaded(choice, device, tell)
            return known


def _loaded(choice: PoseModelChoice, device: str, tell: Callable[[str], object] | None) -> CropPoseEstimator:
    from inference.models.errors import DeviceGoneError
    from inference.models.pose_estimators import load_estimator
    from inference.models.sparing import device_of

    is_gone = False
    try:
        estimator = load_estimator(str(choice.path), device)
    except DeviceGoneError:
        is_gone, estimator = True, load_estimator(str(choice.path), AUTO)
    taken = device_of(estimator)
    where = "the processor" if taken == "cpu" else taken
    if tell is not None and is_gone:
        tell(f"The device {device} is not there any more; {choice.title} computes on {where} now.")
    elif tell is not None and taken == "cpu" and device not in (AUTO, "cpu"):
        tell(f"{choice.title} cannot be run on {device}; it computes on {where}.")
    return estimator
