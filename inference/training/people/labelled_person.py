"""One labelled person in a picture file, whatever data set it is from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.dataset.errors import DatasetError
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray

VISIBLE, OCCLUDED, NOT_LABELLED = 0, 1, -1
"""Visibility as numbers: places in `Visibility`, and what has no label."""


class PeopleError(DatasetError):
    """A file of labelled people cannot be used; the message is one sentence that names the file."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPerson:
    """Somebody in a picture.

    Args:
        picture: the file.
        skeleton: whose joints are labelled.
        keypoints: (joints, 2) image coordinates, the first pixel's centre at (0.5, 0.5); NaN where not labelled.
        visibility: (joints,) `VISIBLE`, `OCCLUDED` or `NOT_LABELLED`.
        centre: (2,) image coordinates of the middle of a square that shows the person.
        reach_px: side of that square.
        box: (left, top, width, height) px, where the data set has one.
        head_px: length of the head by the data set's own measure; NaN where it has none.
        split: the data set's own, one of `SPLITS`; empty where it does not say.
    """

    picture: Path
    skeleton: Skeleton
    keypoints: FloatArray
    visibility: npt.NDArray[np.int8]
    centre: FloatArray
    reach_px: float
    box: tuple[float, float, float, float] | None = None
    head_px: float = float("nan")
    split: str = ""


def square_around(
    keypoints: FloatArray, box: tuple[float, float, float, float] | None = None, padding: float = 1.25
) -> tuple[FloatArray, float]:
    """Middle and side of a square around somebody, a quarter larger than the box or than the keypoints reach.

    Args:
        keypoints: (joints, 2) with at least one that is not NaN, for somebody without a box.
        box: (left, top, width, height) px.
        padding: how many times larger.
    """
    if box is not None:
        low, size = np.array(box[:2]), np.array(box[2:])
    else:
        low = np.nanmin(keypoints, axis=0)
        size = np.nanmax(keypoints, axis=0) - low
    return low + size / 2, max(padding * float(size.max()), 1.0)


def picture_path(folder: Path, name: str, source: Path) -> Path:
    """A picture that a file names, which must lie in the pictures' folder.

    Args:
        folder: of the pictures.
        name: as the file has it.
        source: the file.

    Raises:
        PeopleError: if the name leads out of the folder.
    """
    path = folder / name.replace("\\", "/")
    if not name or not path.resolve().is_relative_to(folder.resolve()):
        raise PeopleError(f"{source} names the picture {name!r}, which lies outside of {folder}.")
    return path
