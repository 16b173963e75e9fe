"""What finds the pose of one person in a part of a picture, whatever runs it: an ONNX file or a network of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from inference.pose.crop_map import CropRegion, Picture
from inference.pose.pose_maps import PoseMaps
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray, ModelIdentity


@dataclass(frozen=True, slots=True, eq=False)
class EstimatedPoses:
    """The poses in n crops.

    keypoints is (n, K, 2) in image coordinates of each crop's own picture, scores (n, K) in [0, 1]; maps has what led
    to each pose, and is empty where nobody asked for it or the model has none. depths, (n, K), is how much farther away
    each keypoint is than the pelvis, in px of the picture (as many to the metre as at the pelvis); None if the model
    does not say.
    """

    keypoints: FloatArray
    scores: FloatArray
    maps: tuple[PoseMaps, ...] = ()
    depths: FloatArray | None = None

    def where(self, is_other: npt.NDArray[np.bool_], others: EstimatedPoses) -> EstimatedPoses:
        """These poses, and the others where (n,) is_other says so."""
        keypoints = np.where(is_other[:, None, None], others.keypoints, self.keypoints)
        scores = np.where(is_other[:, None], others.scores, self.scores)
        # Either both have maps or neither.
        both = zip(is_other, self.maps, others.maps, strict=False)
        maps = tuple(new if takes else old for takes, old, new in both)
        depths = None
        if self.depths is not None and others.depths is not None:
            depths = np.where(is_other[:, None], others.depths, self.depths)
        return EstimatedPoses(keypoints, scores, maps, depths)

    @classmethod
    def joined(cls, parts: Sequence[EstimatedPoses]) -> Self:
        """Parts of an answer, at least one, in one."""
        depths = [part.depths for part in parts if part.depths is not None]
        return cls(
            np.concatenate([part.keypoints for part in parts]),
            np.concatenate([part.scores for part in parts]),
            tuple(maps for part in parts for maps in part.maps),
            np.concatenate(depths) if len(depths) == len(parts) else None,
        )


@runtime_checkable
class CropPoseEstimator(Protocol):
    """Finds the keypoints of the one person that each region is about. Several threads may use it at once."""

    @property
    def skeleton(self) -> Skeleton:
        """Whose joints, in whose order, the keypoints are."""
        ...

    @property
    def identity(self) -> ModelIdentity:
        """Who says so."""
        ...

    def estimate(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """The poses of people.

        Args:
            pictures: n of (height, width, 3 or 4), BGR or BGRA; the same one may stand there several times.
            regions: n boxes around the people, each in the picture at its place.

        Raises:
            ModelError: if the model cannot be run.
        """
        ...


@runtime_checkable
class MapsEstimator(CropPoseEstimator, Protocol):
    """An estimator that can say what led to its poses."""

    def estimate_with_maps(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """The poses of people with their maps, of which there are none if this model has none; see `estimate`."""
        ...


class WithMaps:
    """An estimator that always says what led to its poses.

    Args:
        estimator: that is asked.
    """

    def __init__(self, estimator: MapsEstimator) -> None:
        self._estimator = estimator

    @property
    def skeleton(self) -> Skeleton:
        """See `CropPoseEstimator`."""
        return self._estimator.skeleton

    @property
    def identity(self) -> ModelIdentity:
        """See `CropPoseEstimator`."""
        return self._estimator.identity

    def estimate(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """See `MapsEstimator.estimate_with_maps`."""
        return self._estimator.estimate_with_maps(pictures, regions)
