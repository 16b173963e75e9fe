"""A pose model that goes on with less where a device runs out of memory, as an estimator like any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from inference.models.sparing import Device, OnNotice, Sparing
from inference.pose.crop_estimator import CropPoseEstimator, EstimatedPoses, MapsEstimator
from inference.pose.crop_map import CropRegion, Picture
from inference.pose.skeletons import Skeleton
from inference.results import ModelIdentity


@runtime_checkable
class Preparable(Protocol):
    """An estimator that can get ready to compute beside threads that need Python, such as the window's."""

    def prepare(self) -> None:
        """Do what takes a moment now; harmless when repeated."""
        ...


class SparingEstimator:
    """A pose model on the device that there is memory for; one thread at a time may use it.

    Args:
        title: of the model, for a person.
        load: loads it, see `Sparing`.
        largest_batch: crops that it is shown at once.
        on_notice: told a sentence whenever it goes on with less.

    Raises:
        ModelError: if the model cannot be loaded.
    """

    def __init__(
        self, title: str, load: Callable[[Device], CropPoseEstimator], largest_batch: int, on_notice: OnNotice
    ) -> None:
        self._is_prepared = False
        self._sparing = Sparing(title, load, largest_batch, on_notice)

    @property
    def skeleton(self) -> Skeleton:
        """See `CropPoseEstimator`."""
        return self._sparing.model.skeleton

    @property
    def identity(self) -> ModelIdentity:
        """See `CropPoseEstimator`."""
        return self._sparing.model.identity

    @property
    def model(self) -> CropPoseEstimator:
        """The model itself, where it is now."""
        return self._sparing.model

    @property
    def device(self) -> str:
        """Where it computes, as `device_of` says."""
        return self._sparing.device

    @property
    def at_once(self) -> int:
        """How many crops there is memory for."""
        return self._sparing.at_once

    def prepare(self) -> None:
        """Get the model ready to compute beside a playing video, wherever it will be, if it knows how to."""
        self._is_prepared = True
        _prepare(self._sparing.model)

    def estimate(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """The poses of people; see `CropPoseEstimator`.

        Raises:
            ModelError: if the model cannot be run, or there is not even memory for one crop on the processor.
        """
        return self._joined(pictures, regions, lambda model: model.estimate)

    def estimate_with_maps(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """The poses of people and what led to them; see `MapsEstimator`."""
        return self._joined(
            pictures,
            regions,
            lambda model: model.estimate_with_maps if isinstance(model, MapsEstimator) else model.estimate,
        )

    def _joined(
        self,
        pictures: Sequence[Picture],
        regions: Sequence[CropRegion],
        way: Callable[[CropPoseEstimator], Callable[[Sequence[Picture], Sequence[CropRegion]], EstimatedPoses]],
    ) -> EstimatedPoses:
        if not regions:
            return way(self._sparing.model)(pictures, regions)

        def poses(model: CropPoseEstimator, part: slice) -> EstimatedPoses:
            if self._is_prepared:
                _prepare(model)  # which may have come in the place of another one
            return way(model)(pictures[part], regions[part])

        return EstimatedPoses.joined(self._sparing.in_parts(len(regions), poses))


def _prepare(model: CropPoseEstimator) -> None:
    if isinstance(model, Preparable):
        model.prepare()
