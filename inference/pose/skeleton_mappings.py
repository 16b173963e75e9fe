"""Poses of one skeleton as poses of another: the same joint, a mean of joints, or nothing where none corresponds.

Data sets do not quite agree on where a joint is. What lies within a few centimetres on a body counts as the same joint:
MPII's thorax, Human3.6M's thorax and LSP's neck all lie between the shoulders, where the canonical neck is; MPII's
upper neck, some 10 cm above, does not. The middle of the head is taken from a nose, but no nose from it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.pose.skeletons import CANONICAL_17, Skeleton
from inference.results import FloatArray

_ALSO_CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "neck": ("thorax",),
    "thorax": ("neck",),
}
"""Other names under which a skeleton may have a joint."""

_MEANS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "pelvis": (("left_hip", "right_hip"),),
    "neck": (("left_shoulder", "right_shoulder"),),
    "thorax": (("left_shoulder", "right_shoulder"),),
    "head": (("left_ear", "right_ear"), ("nose",), ("head_top", "upper_neck")),
    "spine": (("neck", "pelvis"), ("thorax", "pelvis"), ("left_shoulder", "right_shoulder", "left_hip", "right_hip")),
}
"""Joints whose mean lies where a joint is, in the order of preference."""


@dataclass(frozen=True, slots=True)
class SkeletonMapping:
    """Where the joints of one skeleton are to be found in another.

    Args:
        source: whose poses are given.
        target: whose poses are wanted.
        sources: for each joint of the target the joints of the source whose mean it is; empty where there is none.
    """

    source: Skeleton
    target: Skeleton
    sources: tuple[tuple[int, ...], ...]

    def points(self, points: npt.ArrayLike) -> FloatArray:
        """Poses of the target.

        Args:
            points: (..., source joints, dims), NaN where a joint is not known.

        Returns:
            (..., target joints, dims); NaN where there is no counterpart, or part of it is not known.
        """
        given = np.asarray(points, np.float64)
        self._check(given.shape, -2)
        result = np.full((*given.shape[:-2], len(self.sources), given.shape[-1]), np.nan)
        for joint, own in enumerate(self.sources):
            if own:
                result[..., joint, :] = given[..., list(own), :].mean(axis=-2)
        return result

    def lowest(self, values: npt.ArrayLike) -> FloatArray:
        """(..., target joints) the lowest score of those of the (..., source joints); NaN where there are none."""
        given = np.asarray(values, np.float64)
        self._check(given.shape, -1)
        result = np.full((*given.shape[:-1], len(self.sources)), np.nan)
        for joint, own in enumerate(self.sources):
            if own:
                result[..., joint] = given[..., list(own)].min(axis=-1)
        return result

    def visibility(self, visibility: npt.NDArray[np.int8], unknown: int = -1) -> npt.NDArray[np.int8]:
        """(..., target joints) visibility of (..., source joints) ones; of a mean the highest number among its joints.

        Args:
            visibility: places in `Visibility`, in which visible comes first.
            unknown: what stands for a joint that nobody has placed, as does a mean of which one is not placed.
        """
        self._check(visibility.shape, -1)
        result = np.full((*visibility.shape[:-1], len(self.sources)), unknown, np.int8)
        for joint, own in enumerate(self.sources):
            if own:
                among = visibility[..., list(own)]
                result[..., joint] = np.where((among == unknown).any(axis=-1), unknown, among.max(axis=-1))
        return result

    @property
    def has(self) -> npt.NDArray[np.bool_]:
        """(target joints,) which ones have a counterpart."""
        return np.array([bool(own) for own in self.sources])

    def _check(self, shape: tuple[int, ...], axis: int) -> None:
        wanted = len(self.source.joints)
        if len(shape) < -axis or shape[axis] != wanted:
            raise ValueError(f"a pose of {self.source.name} has {wanted} joints, not those of an array {shape}")


@functools.cache
def skeleton_mapping(source: Skeleton, target: Skeleton = CANONICAL_17) -> SkeletonMapping:
    """The mapping between two skeletons.

    Args:
        source: whose poses are given.
        target: whose poses are wanted.
    """
    return SkeletonMapping(source, target, tuple(_sources(joint, source) for joint in target.joints))


def _sources(joint: str, source: Skeleton) -> tuple[int, ...]:
    for name in (joint, *_ALSO_CALLED.get(joint, ())):
        if name in source.joints:
            return (source.joints.index(name),)
    for mean in _MEANS.get(joint, ()):
        if all(name in source.joints for name in mean):
            return tuple(source.joints.index(name) for name in mean)
    return ()
