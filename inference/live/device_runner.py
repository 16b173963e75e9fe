"""A pose model that answers live, on the device that there is memory for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final

from inference.models.sparing import Device
from inference.models.sparing_estimator import SparingEstimator
from inference.pose.crop_estimator import CropPoseEstimator, EstimatedPoses, WithMaps
from inference.pose.crop_map import CropRegion, Picture
from inference.pose.upright_search import estimate_upright

_TRUNK: Final = frozenset(f"{side}_{joint}" for side in ("left", "right") for joint in ("shoulder", "hip"))


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


class DeviceRunner:
    """Runs a model, and goes on with less memory where there is too little; see `SparingEstimator`.

    Args:
        model: loaded at once.
        largest_batch: crops that it is shown at once.
        on_notice: told a sentence whenever it goes on with less.

    Raises:
        ModelError: if the model cannot be loaded.
    """

    def __init__(self, model: LiveModel, largest_batch: int, on_notice: Callable[[str], None]) -> None:
        self._estimator = SparingEstimator(model.title, model.load, largest_batch, on_notice)
        self._tries_turns = model.tries_turns

    @property
    def names(self) -> tuple[str, ...]:
        """Of the joints, in their order."""
        return self._estimator.skeleton.joints

    @property
    def device(self) -> str:
        """Where it computes: cpu, cuda:0, mps …; cpu for those that do not say."""
        return self._estimator.device

    @property
    def at_once(self) -> int:
        """How many crops there is memory for."""
        return self._estimator.at_once

    def prepare(self) -> None:
        """Get the model ready to compute beside a playing video, if it knows how to."""
        self._estimator.prepare()

    def estimate(
        self, pictures: Sequence[Picture], regions: Sequence[CropRegion], *, with_maps: bool = False
    ) -> EstimatedPoses:
        """The poses of people, and what led to them if it is wanted and there is any; see `CropPoseEstimator`.

        Raises:
            ModelError: if the model cannot be run, or there is not even memory for one crop on the processor.
        """
        estimator = WithMaps(self._estimator) if with_maps else self._estimator
        if self._tries_turns and set(self.names) >= _TRUNK:
            return estimate_upright(estimator, pictures, regions)[0]
        return estimator.estimate(pictures, regions)
