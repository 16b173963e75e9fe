"""Crops of people with their keypoints, kept on disk in parts that are complete or absent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from inference.dataset.schema import Visibility
from inference.pose.body_depth import depths_in_picture
from inference.pose.skeletons import CANONICAL_17, Skeleton
from inference.results import FloatArray
from inference.simulator.footage.body_flags import FLAGS
from inference.simulator.footage.pose_close_ups import CROP_MARGIN, CROP_SIDE_PX

VISIBILITIES: Final = tuple(Visibility)
"""Visibility as a number is a place in this."""

NOT_LABELLED: Final = -1
"""Visibility of a keypoint that nobody has placed; its coordinates are NaN."""

Picture = npt.NDArray[np.uint8]
_SHAPE = (CROP_SIDE_PX, CROP_SIDE_PX, 3)


@dataclass(frozen=True, slots=True, eq=False)
class PoseLabels:
    """What is known about n crops.

    Args:
        keypoints: (n, joints, 2) px of the crop, its first pixel's centre at (0.5, 0.5); NaN where not labelled.
        visibility: (n, joints) places in `VISIBILITIES`, or `NOT_LABELLED`.
        flags: (n, flags) in the order of `FLAGS`; all False where nobody knows.
        dives: (n,) which crops show the same dive or the same person.
        keypoints_3d: (n, joints, 3) camera space, mm; NaN where nobody knows.
        focal_px: (n,) focal length in px of the crop of a camera that looks at the crop's middle; NaN where unknown.
        depths: (n, joints) px of the crop, see `inference.pose.body_depth`, where they were said instead of following
            from camera space; NaN elsewhere.
    """

    keypoints: npt.NDArray[np.float32]
    visibility: npt.NDArray[np.int8]
    flags: npt.NDArray[np.bool_]
    dives: npt.NDArray[np.int64]
    keypoints_3d: npt.NDArray[np.float32]
    focal_px: npt.NDArray[np.float32]
    depths: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.dives)

    @classmethod
    def of(
        cls,
        keypoints: FloatArray,
        visibility: npt.NDArray[np.integer],
        *,
        flags: npt.NDArray[np.bool_] | None = None,
        dive: int = 0,
        keypoints_3d: FloatArray | None = None,
        focal_px: float = float("nan"),
        depths: FloatArray | None = None,
    ) -> Self:
        """Labels of crops of one dive, in the types in which they are kept; what is left out is unknown."""
        count, joints = visibility.shape
        unknown_3d = np.full((count, joints, 3), np.nan)
        return cls(
            np.asarray(keypoints, np.float32),
            np.asarray(visibility, np.int8),
            np.zeros((count, len(FLAGS)), bool) if flags is None else flags,
            np.full(count, dive, np.int64),
            np.asarray(unknown_3d if keypoints_3d is None else keypoints_3d, np.float32),
            np.full(count, focal_px, np.float32),
            np.full((count, joints), np.nan, np.float32) if depths is None else np.asarray(depths, np.float32),
        )

    @classmethod
    def none(cls, joints: int) -> Self:
        """Those of no crop."""
        return cls.of(np.empty((0, joints, 2)), np.empty((0, joints), np.int8))

    @classmethod
    def join(cls, parts: Sequence[PoseLabels], joints: int) -> Self:
        """Those of several parts one after the other; no two parts share a dive."""
        parts = [part for part in parts if len(part)]
        if not parts:
            return cls.none(joints)
        dives, used = [], 0
        for part in parts:
            dives.append(part.dives + used)
            used += int(part.dives.max()) + 1
        return cls(
            np.concatenate([part.keypoints for part in parts]),
            np.concatenate([part.visibility for part in parts]),
            np.concatenate([part.flags for part in parts]),
            np.concatenate(dives),
            np.concatenate([part.keypoints_3d for part in parts]),
            np.concatenate([part.focal_px for part in parts]),
            np.concatenate([part.depths for part in parts]),
        )


class PoseExamples:
    """Crops that can be asked for one by one; pictures stay on disk until then.

    A crop is `CROP_SIDE_PX` on a side and `CROP_MARGIN` times as wide as what a network is to see of it (both in
    inference.simulator.footage.pose_close_ups).

    Args:
        parts: (crops, CROP_SIDE_PX, CROP_SIDE_PX, 3) BGR of each part.
        labels: of all crops, in their order.
        skeleton: whose joints they are.
    """

    def __init__(self, parts: Sequence[Picture], labels: PoseLabels, skeleton: Skeleton = CANONICAL_17) -> None:
        self.parts = list(parts)
        self._begins = np.cumsum([0, *(len(part) for part in parts)])
        self.labels, self.skeleton = labels, skeleton

    def __len__(self) -> int:
        return len(self.labels)

    def picture(self, number: int) -> Picture:
        """(CROP_SIDE_PX, CROP_SIDE_PX, 3) BGR of a crop."""
        part = int(np.searchsorted(self._begins, number, side="right")) - 1
        return np.array(self.parts[part][number - self._begins[part]])

    @property
    def counts(self) -> npt.NDArray[np.bool_]:
        """(n, joints) which keypoints can be learned: those that are labelled and inside the crop."""
        return _can_be_learned(self.labels.visibility)

    def counts_of(self, number: int) -> npt.NDArray[np.bool_]:
        """(joints,) those of one crop."""
        return _can_be_learned(self.labels.visibility[number])

    def depths_of(self, numbers: npt.ArrayLike) -> FloatArray:
        """(crops, joints) px of some crops, as said or as they follow from camera space; NaN where not known."""
        chosen = np.asarray(numbers)
        labels = self.labels
        seen = depths_in_picture(labels.keypoints_3d[chosen], labels.focal_px[chosen], self.skeleton)
        said = labels.depths[chosen].astype(np.float64)
        return np.where(np.isnan(said), seen, said)

    @property
    def crop_percent(self) -> int:
        """How large what a network sees is against a person.

        Its side in percent of the larger side of a box round the joints that count, the median of all crops with two
        joints or more; 0 without any.
        """
        places = np.where(self.counts[..., None], self.labels.keypoints, np.nan)[self.counts.sum(axis=1) > 1]
        if not len(places):
            return 0
        size = (np.nanmax(places, axis=1) - np.nanmin(places, axis=1)).max(axis=1)
        return round(100 * CROP_SIDE_PX / CROP_MARGIN / max(float(np.median(size)), 1.0))

    @classmethod
    def join(cls, sets: Sequence[PoseExamples], skeleton: Skeleton = CANONICAL_17) -> Self:
        """The crops of several sets, one set after the other.

        Raises:
            ValueError: if their skeletons differ.
        """
        for each in sets:
            if each.skeleton != skeleton:
                raise ValueError(f"crops of {each.skeleton.name} and of {skeleton.name} cannot be one set")
        labels = PoseLabels.join([each.labels for each in sets], len(skeleton.joints))
        return cls([part for each in sets for part in each.parts], labels, skeleton)


def write_part(path: Path, pictures: Picture, labels: PoseLabels) -> None:
    """Write crops such that `read_part` finds all of them or none.

    Args:
        path: of the pictures, ending in .npy; what else there is goes beside it.
        pictures: (n, CROP_SIDE_PX, CROP_SIDE_PX, 3) BGR.
        labels: of the same crops.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _labels_path(path).open("wb") as file:
        np.savez(
            file,
            keypoints=labels.keypoints,
            visibility=labels.visibility,
            flags=labels.flags,
            dives=labels.dives,
            keypoints_3d=labels.keypoints_3d,
            focal_px=labels.focal_px,
            depths=labels.depths,
        )
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.save(file, pictures)
    unfinished.replace(path)


def read_part(path: Path, skeleton: Skeleton = CANONICAL_17) -> PoseExamples:
    """What `write_part` wrote; the pictures are mapped, not read.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is something else, or of another skeleton.
    """
    pictures: Picture = np.load(path, mmap_mode="r", allow_pickle=False)
    with np.load(_labels_path(path), allow_pickle=False) as arrays:
        # Crops that were kept before depths could be said have none of their own.
        depths = {"depths": np.full(arrays["visibility"].shape, np.nan, np.float32)}
        labels = PoseLabels(**(depths | {name: arrays[name] for name in PoseLabels.__slots__ if name in arrays}))
    joints = len(skeleton.joints)
    if (
        pictures.dtype != np.uint8
        or pictures.shape != (len(labels), *_SHAPE)
        or labels.keypoints.shape != (len(labels), joints, 2)
    ):
        raise ValueError(f"{path} does not hold crops with {joints} keypoints")
    return PoseExamples([pictures], labels, skeleton)


def _can_be_learned(visibility: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    outside = VISIBILITIES.index(Visibility.OUT_OF_FRAME)
    can: npt.NDArray[np.bool_] = (visibility != NOT_LABELLED) & (visibility != outside)
    return can


def _labels_path(path: Path) -> Path:
    return path.with_suffix(".npz")
