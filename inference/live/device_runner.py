"""A pose model on the device that there is memory for: fewer frames at once, then the processor."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, runtime_checkable

from inference.models.errors import ModelError
from inference.models.free_memory import give_free_memory_back
from inference.pose.crop_estimator import CropPoseEstimator, EstimatedPoses, MapsEstimator, WithMaps
from inference.pose.crop_map import CropRegion, Picture
from inference.pose.upright_search import estimate_upright

Device = Literal["auto", "cpu"]

_TRUNK: Final = frozenset(f"{side}_{joint}" for side in ("left", "right") for joint in ("shoulder", "hip"))
_NO_MEMORY: Final = ("out of memory", "failed to allocate memory", "alloc_failed", "bad allocation", "bad_alloc")


@dataclass(frozen=True, slots=True)
class LiveModel:
    """A pose model that can be loaded.

    Args:
        key: tells it and its settings from all others; two models with the same key are the same.
        title: for a person.
        load: loads it: for auto onto the device where it is to compute, for cpu onto the processor. Called in the
            worker's thread.
        tries_turns: whether it knows upright people only, so that the crop is turned until it is sure.
    """

    key: Hashable
    title: str = field(compare=False)
    load: Callable[[Device], CropPoseEstimator] = field(compare=False)
    tries_turns: bool = field(default=False, compare=False)


@runtime_checkable
class OnDevice(Protocol):
    """An estimator that says where it computes."""

    @property
    def device(self) -> str:
        """The device in torch's words: cpu, cuda:0, mps."""
        ...


@runtime_checkable
class Preparable(Protocol):
    """An estimator that can get ready to compute beside threads that need Python, such as the window's."""

    def prepare(self) -> None:
        """Do what takes a moment now; harmless when repeated."""
        ...


class DeviceRunner:
    """Runs a model, and goes on with less memory where there is too little.

    Args:
        model: loaded at once.
        largest_batch: crops that it is shown at once.
        on_notice: told a sentence whenever it goes on with less.

    Raises:
        ModelError: if the model cannot be loaded.
    """

    def __init__(self, model: LiveModel, largest_batch: int, on_notice: Callable[[str], None]) -> None:
        self._model, self._on_notice = model, on_notice
        self._at_once = largest_batch
        self._estimator = self._on_any_device()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the joints, in their order."""
        return self._loaded.skeleton.joints

    @property
    def device(self) -> str:
        """Where it computes: cpu, cuda:0, mps …; cpu for those that do not say."""
        return self._estimator.device if isinstance(self._estimator, OnDevice) else "cpu"

    @property
    def at_once(self) -> int:
        """How many crops there is memory for."""
        return self._at_once

    @property
    def _loaded(self) -> CropPoseEstimator:
        if self._estimator is None:
            self._estimator = self._model.load("cpu")
            self.prepare()
        return self._estimator

    def _on_any_device(self) -> CropPoseEstimator | None:
        """The model, on a GPU if there is one; None where it does not fit into its memory."""
        try:
            return self._model.load("auto")
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        self._tell_of_processor()
        return None

    def prepare(self) -> None:
        """Get the model ready to compute beside a playing video, if it knows how to."""
        if isinstance(self._estimator, Preparable):
            self._estimator.prepare()

    def estimate(
        self, pictures: Sequence[Picture], regions: Sequence[CropRegion], *, with_maps: bool = False
    ) -> EstimatedPoses:
        """The poses of people, and what led to them if it is wanted and there is any; see `CropPoseEstimator`.

        Raises:
            ModelError: if the model cannot be run, or there is not even memory for one crop on the processor.
        """
        parts: list[EstimatedPoses] = []
        done = 0
        while done < len(regions):
            part = slice(done, done + self._at_once)
            poses = self._tried(pictures[part], regions[part], with_maps)
            if poses is None:
                self._make_do_with_less(len(regions[part]))
            else:
                parts.append(poses)
                done += len(poses.scores)
        return EstimatedPoses.joined(parts)

    def _tried(
        self, pictures: Sequence[Picture], regions: Sequence[CropRegion], with_maps: bool
    ) -> EstimatedPoses | None:
        """The poses; None if there was too little memory. The error ends here, since what it holds is to be freed."""
        estimator = self._loaded
        if with_maps and isinstance(estimator, MapsEstimator):
            estimator = WithMaps(estimator)
        try:
            if self._model.tries_turns and set(estimator.skeleton.joints) >= _TRUNK:
                return estimate_upright(estimator, pictures, regions)[0]
            return estimator.estimate(pictures, regions)
        except Exception as error:
            if is_out_of_memory(error):
                return None
            raise

    def _make_do_with_less(self, tried: int) -> None:
        where = "The processor" if self.device == "cpu" else "The GPU"
        if tried > 1:
            self._at_once = tried // 2
            self._on_notice(
                f"{where} has too little memory for {tried} frames at once; "
                f"{self._model.title} looks at {self._at_once} at once now."
            )
        elif self.device != "cpu":
            self._estimator = None
            self._tell_of_processor()
        else:
            raise ModelError(f"There is too little memory for {self._model.title}; choose a smaller model.")
        free_device_memory()

    def _tell_of_processor(self) -> None:
        self._on_notice(
            f"The GPU has too little memory for {self._model.title}; it computes on the processor now, more slowly."
        )


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, says that memory ran out, in the words of any library.

    torch and onnxruntime raise errors of their own, which are known by their words so that neither is imported.
    """
    while error is not None:
        if isinstance(error, MemoryError) or any(words in str(error).lower() for words in _NO_MEMORY):
            return True
        error = error.__cause__
    return False


def free_device_memory() -> None:
    """Give back what freed tensors still hold; does nothing where no library with memory of its own is loaded."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    give_free_memory_back()
