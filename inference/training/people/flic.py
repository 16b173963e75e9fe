"""People of Frames Labeled in Cinema (Sapp and Taskar, 2013): examples.mat, the joints of the upper body.

It counts pixels from 1 and has 2 by 29 coordinates of each person, of which eleven are labelled and the rest are NaN.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inference.pose.skeletons import FLIC_11
from inference.training.people.labelled_person import (
    NOT_LABELLED,
    VISIBLE,
    LabelledPerson,
    PeopleError,
    picture_path,
    square_around,
)
from inference.training.people.mat_file import each, field, number_of, read_mat, text_of

_COLUMNS = 29
_LABELLED = (0, 1, 2, 3, 4, 5, 6, 9, 12, 13, 16)
"""Columns of the joints of FLIC_11."""


def flic_people(path: Path, pictures: Path) -> list[LabelledPerson]:
    """The people of a file.

    Args:
        path: examples.mat.
        pictures: folder of the pictures that it names.

    Raises:
        PeopleError: if the file is broken or another one.
    """
    people = []
    for number, example in enumerate(each(field(read_mat(path), "examples", str(path)))):
        where = f"{path}, example {number + 1}"
        coordinates = np.asarray(field(example, "coords", where))
        if coordinates.shape != (2, _COLUMNS) or coordinates.dtype.kind not in "iuf":
            raise PeopleError(f"{where} has coordinates of shape {coordinates.shape}, not 2 by {_COLUMNS}.")
        keypoints = coordinates.T[list(_LABELLED)].astype(np.float64) - 0.5
        unknown = ~np.isfinite(keypoints).all(axis=1)
        if unknown.all():
            continue
        keypoints[unknown] = np.nan
        seen = np.where(unknown, NOT_LABELLED, VISIBLE).astype(np.int8)
        picture = picture_path(pictures, text_of(field(example, "filepath", where), where), path)
        is_testing = bool(number_of(getattr(example, "istest", 0), where))
        square = square_around(keypoints, padding=1.75)
        split = "testing" if is_testing else "training"
        people.append(LabelledPerson(picture, FLIC_11, keypoints, seen, *square, split=split))
    return people
