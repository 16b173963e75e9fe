"""People of COCO's keypoint files (Lin et al., 2014), and of others in the same format with a known skeleton.

COCO counts pixels, whose centres are at whole numbers, for keypoints; its boxes begin at the pixels' edges.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from inference.pose.skeletons import SKELETONS, Skeleton
from inference.training.people.json_file import numbers, read_json, taken
from inference.training.people.labelled_person import (
    NOT_LABELLED,
    OCCLUDED,
    VISIBLE,
    LabelledPerson,
    PeopleError,
    picture_path,
    square_around,
)

_VISIBILITIES = np.array([NOT_LABELLED, OCCLUDED, VISIBLE], np.int8)


def coco_people(path: Path, pictures: Path) -> list[LabelledPerson]:
    """The people with at least one keypoint who are no crowd.

    Args:
        path: the JSON file.
        pictures: folder of the pictures that it names.

    Raises:
        PeopleError: if the file is broken, or has people of an unknown skeleton.
    """
    content = read_json(path)
    names: dict[int, str] = {}
    for number, image in enumerate(taken(content, "images", list, str(path))):
        where = f"{path}, image {number + 1}"
        names[taken(image, "id", int, where)] = taken(image, "file_name", str, where)
    skeletons = _skeletons(content, path)
    people = []
    for number, annotation in enumerate(taken(content, "annotations", list, str(path))):
        where = f"{path}, annotation {number + 1}"
        if not isinstance(annotation, dict):
            raise PeopleError(f"{where} is no object.")
        if annotation.get("iscrowd"):
            continue
        skeleton = skeletons.get(taken(annotation, "category_id", int, where))
        image = taken(annotation, "image_id", int, where)
        if image not in names:
            raise PeopleError(f"{where} is of the image {image}, which the file does not have.")
        if skeleton is not None and "keypoints" in annotation:
            person = _person(annotation, skeleton, picture_path(pictures, names[image], path), where)
            people += [] if person is None else [person]
    return people


def _person(annotation: Any, skeleton: Skeleton, picture: Path, where: str) -> LabelledPerson | None:
    given = numbers(annotation, "keypoints", (len(skeleton.joints), 3), where)
    if not np.isin(given[:, 2], (0, 1, 2)).all():
        raise PeopleError(f"{where} has a keypoint whose visibility is none of 0, 1 and 2.")
    seen = _VISIBILITIES[given[:, 2].astype(np.int64)]
    if (seen == NOT_LABELLED).all():
        return None
    keypoints = np.where(given[:, 2:] > 0, given[:, :2] + 0.5, np.nan)
    box = None
    if "bbox" in annotation:
        left, top, width, height = numbers(annotation, "bbox", (4,), where).tolist()
        box = (left, top, width, height) if width > 0 and height > 0 else None
    return LabelledPerson(picture, skeleton, keypoints, seen, *square_around(keypoints, box), box=box)


def _skeletons(content: Any, path: Path) -> dict[int, Skeleton]:
    """The skeletons of the categories that have keypoints."""
    found = {}
    for number, category in enumerate(taken(content, "categories", list, str(path))):
        where = f"{path}, category {number + 1}"
        if not isinstance(category, dict) or "keypoints" not in category:
            continue
        joints = tuple(str(joint) for joint in taken(category, "keypoints", list, where))
        found[taken(category, "id", int, where)] = _named(joints, where)
    if not found:
        raise PeopleError(f"{path} has no category with keypoints.")
    return found


def _named(joints: tuple[str, ...], where: str) -> Skeleton:
    for skeleton in SKELETONS.values():
        if skeleton.joints == joints:
            return skeleton
    known = {joint for skeleton in SKELETONS.values() for joint in skeleton.joints}
    if not known.intersection(joints):
        raise PeopleError(f"{where} has keypoints of which none is known here: {', '.join(joints)}.")
    pairs = tuple(
        (place, joints.index(other))
        for place, joint in enumerate(joints)
        if (other := joint.replace("left", "right")) != joint and other in joints
    )
    return Skeleton(f"own-{len(joints)}", joints, tuple(range(len(joints))), pairs)
