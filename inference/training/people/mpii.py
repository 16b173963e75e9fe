"""People of MPII Human Pose (Andriluka et al., 2014): its own .mat file, and the usual JSON excerpt of it.

Both count pixels from 1, and say of each person a rough centre and the height in units of 200 px. What is shown of them
is what stacked hourglass networks are shown: a square of 1.25 heights, its middle a little below the centre.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.pose.skeletons import MPII_16
from inference.results import FloatArray
from inference.training.people.json_file import numbers, read_json, taken
from inference.training.people.labelled_person import (
    NOT_LABELLED,
    OCCLUDED,
    VISIBLE,
    LabelledPerson,
    PeopleError,
    picture_path,
)
from inference.training.people.mat_file import each, field, number_of, read_mat, text_of

_HEIGHT_PX = 200.0
_LOWER_PX = 15.0
_PADDING = 1.25
_HEAD_SHARE = 0.6
"""Of the diagonal of the head's box: what PCKh takes for the head's length."""

_JOINTS = len(MPII_16.joints)


def mpii_json_people(path: Path, pictures: Path) -> list[LabelledPerson]:
    """The people of a JSON file, a list of objects with image, center, scale, joints and joints_vis.

    Args:
        path: the file.
        pictures: folder of the pictures that it names.

    Raises:
        PeopleError: if the file is broken.
    """
    content = read_json(path)
    if not isinstance(content, list):
        raise PeopleError(f"{path} is no list of people.")
    people = []
    for number, person in enumerate(content):
        where = f"{path}, person {number + 1}"
        given = numbers(person, "joints", (_JOINTS, 2), where)
        labelled = numbers(person, "joints_vis", (_JOINTS,), where) > 0
        seen = np.where(labelled, VISIBLE, NOT_LABELLED).astype(np.int8)
        scale = person.get("scale")
        if isinstance(scale, bool) or not isinstance(scale, int | float) or not 0 < scale < 1e4:
            raise PeopleError(f"{where} has no usable 'scale'.")
        picture = picture_path(pictures, taken(person, "image", str, where), path)
        people.append(_person(picture, given, seen, numbers(person, "center", (2,), where), float(scale)))
    return people


def mpii_mat_people(path: Path, pictures: Path) -> list[LabelledPerson]:
    """The labelled people of mpii_human_pose_v1_u12_1.mat, all of whom the data set gives for training.

    Args:
        path: the file.
        pictures: folder of the pictures that it names.

    Raises:
        PeopleError: if the file is broken or another one.
    """
    release = field(read_mat(path), "RELEASE", str(path))
    people = []
    is_training = each(field(release, "img_train", str(path)))
    for number, image in enumerate(each(field(release, "annolist", str(path)))):
        where = f"{path}, image {number + 1}"
        if number < len(is_training) and not number_of(is_training[number], where):
            continue
        name = text_of(field(field(image, "image", where), "name", where), where)
        picture = picture_path(pictures, name, path)
        people += list(_mat_people(each(getattr(image, "annorect", ())), picture, where))
    return people


def _mat_people(people: Sequence[Any], picture: Path, where: str) -> Iterator[LabelledPerson]:
    for person in people:
        points = each(getattr(getattr(person, "annopoints", None), "point", ()))
        place, scale = getattr(person, "objpos", None), getattr(person, "scale", None)
        if not points or not hasattr(place, "x") or scale is None or np.size(scale) != 1:
            continue
        given = np.full((_JOINTS, 2), np.nan)
        seen = np.full(_JOINTS, NOT_LABELLED, np.int8)
        for point in points:
            joint = int(number_of(field(point, "id", where), where))
            if not 0 <= joint < _JOINTS:
                raise PeopleError(f"{where} has a joint {joint}; there are 0 to {_JOINTS - 1}.")
            given[joint] = [number_of(field(point, axis, where), where) for axis in ("x", "y")]
            # Most files leave this empty for joints of the head, which are visible.
            is_hidden = text_of(getattr(point, "is_visible", "1"), where) == "0"
            seen[joint] = OCCLUDED if is_hidden else VISIBLE
        centre = np.array([number_of(field(place, axis, where), where) for axis in ("x", "y")])
        head = [getattr(person, corner, None) for corner in ("x1", "y1", "x2", "y2")]
        head_px = float("nan")
        if all(corner is not None for corner in head):
            left, top, right, bottom = (number_of(corner, where) for corner in head)
            head_px = _HEAD_SHARE * float(np.hypot(right - left, bottom - top))
        yield _person(picture, given, seen, centre, number_of(scale, where), head_px, "training")


def _person(
    picture: Path,
    given: FloatArray,
    seen: npt.NDArray[np.int8],
    centre: FloatArray,
    scale: float,
    head_px: float = float("nan"),
    split: str = "",
) -> LabelledPerson:
    """Somebody from MATLAB's coordinates, in which the first pixel's centre is at (1, 1)."""
    keypoints = np.where((seen == NOT_LABELLED)[:, None], np.nan, given - 0.5)
    middle = centre - 0.5 + np.array([0.0, _LOWER_PX * scale])
    reach_px = _PADDING * _HEIGHT_PX * scale
    return LabelledPerson(picture, MPII_16, keypoints, seen, middle, reach_px, head_px=head_px, split=split)
