"""What finds the pose of one person in a part of a picture, whatever runs it: an ONNX file or a network of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from inference.pose.crop_map import CropRegion, Picture
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray, ModelIdentity


@dataclass(frozen=True, slots=True, eq=False)
class EstimatedPoses:
    """The poses in n crops.

    keypoints is (n, K, 2) in image coordinates of each crop's own picture, scores (n, K) in [0, 1].
    """

    keypoints: FloatArray
    scores: FloatArray

    def where(self, is_other: npt.NDArray[np.bool_], others: EstimatedPoses) -> EstimatedPoses:
        """These poses, and the others where (n,) is_other says so."""
        keypoints = np.where(is_other[:, None, None], others.keypoints, self.keypoints)
        return EstimatedPoses(keypoints, np.where(is_other[:, None], others.scores, self.scores))


@runtime_checkable
class CropPoseEstimator(Protocol):
    """Finds the keypoints of the one person that each region is about. Used by one thread at a time."""

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
            pictures: n of (height, width, 3), BGR; the same one may stand there several times.
            regions: n boxes around the people, each in the picture at its place.

        Raises:
            ModelError: if the model cannot be run.
        """
        ...
