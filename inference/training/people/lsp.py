"""People of Leeds Sports Pose: joints.mat of the 2,000 pictures (2010) and of the extended training set (2011).

The first is 3 by 14 by n, and its third row says what is hidden; the extended set is 14 by 3 by n, and its third column
says what is labelled. Both count pixels from 1. Of the first, 1,000 pictures are for training and 1,000 for testing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inference.pose.skeletons import LSP_14
from inference.training.people.labelled_person import (
    NOT_LABELLED,
    OCCLUDED,
    VISIBLE,
    LabelledPerson,
    PeopleError,
    square_around,
)
from inference.training.people.mat_file import field, read_mat

_JOINTS = len(LSP_14.joints)
_FOR_TRAINING = 1000


def lsp_people(path: Path, pictures: Path) -> list[LabelledPerson]:
    """The people of a file, one for each picture.

    Args:
        path: joints.mat.
        pictures: folder that holds im0001.jpg and so on (im00001.jpg of the extended set).

    Raises:
        PeopleError: if the file is broken or another one.
    """
    joints = np.asarray(field(read_mat(path), "joints", str(path)))
    joints = joints[..., None] if joints.ndim == 2 else joints
    is_first = joints.shape[:2] == (3, _JOINTS)
    if joints.ndim != 3 or joints.dtype.kind not in "iuf" or not (is_first or joints.shape[:2] == (_JOINTS, 3)):
        raise PeopleError(f"{path} has joints of shape {joints.shape}, not 3 by 14 by n or 14 by 3 by n.")
    given = np.moveaxis(joints, -1, 0).astype(np.float64)
    given = given.transpose(0, 2, 1) if is_first else given
    if not np.isfinite(given).all():
        raise PeopleError(f"{path} has joints that are no finite numbers.")
    people = []
    for number, person in enumerate(given):
        told = person[:, 2] > 0
        seen = np.where(told, OCCLUDED, VISIBLE) if is_first else np.where(told, VISIBLE, NOT_LABELLED)
        if (seen == NOT_LABELLED).all():
            continue
        keypoints = np.where((seen == NOT_LABELLED)[:, None], np.nan, person[:, :2] - 0.5)
        picture = pictures / f"im{number + 1:0{4 if is_first else 5}}.jpg"
        split = "training" if number < _FOR_TRAINING or not is_first else "testing"
        square = square_around(keypoints, padding=1.5)
        people.append(LabelledPerson(picture, LSP_14, keypoints, seen.astype(np.int8), *square, split=split))
    return people
