"""Crops of labelled people as pose models learn from them, cut once and kept, and gone on with when interrupted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from inference.pose.skeleton_mappings import skeleton_mapping
from inference.pose.skeletons import CANONICAL_17, Skeleton
from inference.progress import CancelToken, Progress
from inference.simulator.footage.pose_close_ups import CROP_SIDE_PX
from inference.training.people.labelled_person import LabelledPerson, PeopleError
from inference.training.pose_cutting import cut_person, labels_in_crop
from inference.training.pose_examples import PoseExamples, PoseLabels, read_part, write_part
from inference.workers import StepDone, default_process_count, run_tasks

VERSION = 1
"""Goes up when crops of the same people are cut in another way."""

PEOPLE_A_PART = 256


@dataclass(frozen=True, slots=True, eq=False)
class PeoplePart:
    """Some people who are cut out and kept together."""

    path: Path
    people: tuple[LabelledPerson, ...]
    skeleton: Skeleton

    def cut(self, person_done: StepDone) -> None:
        """Cut them out and keep them."""
        pictures = np.empty((len(self.people), CROP_SIDE_PX, CROP_SIDE_PX, 3), np.uint8)
        labels = []
        for place, person in enumerate(self.people):
            pictures[place] = cut_person(_picture_of(person), person.centre, person.reach_px)
            mapping = skeleton_mapping(person.skeleton, self.skeleton)
            keypoints, seen = labels_in_crop(
                mapping.points(person.keypoints), mapping.visibility(person.visibility), person.centre, person.reach_px
            )
            labels.append(PoseLabels.of(keypoints[None], seen[None]))
            person_done()
        write_part(self.path, pictures, PoseLabels.join(labels, len(self.skeleton.joints)))


def people_crops(
    people: Sequence[LabelledPerson],
    cache: Path,
    *,
    skeleton: Skeleton = CANONICAL_17,
    processes: int | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> PoseExamples:
    """Crops of people, each of whom counts as a dive of their own.

    Args:
        people: whom to cut out.
        cache: folder in which the crops are kept.
        skeleton: whose joints are wanted; what has no counterpart in the data set's is not labelled.
        processes: how many cut; None for as many as there are cores.
        progress: told the share that is ready.
        cancel: asked after each person.

    Raises:
        PeopleError: if a picture is missing or none.
        WorkersError: if a process was ended from outside.
        OSError: if the folder cannot be written or read.
        Cancelled: if cancelled; whole parts stay for the next time.
    """
    parts = []
    for first in range(0, len(people), PEOPLE_A_PART):
        own = tuple(people[first : first + PEOPLE_A_PART])
        parts.append(PeoplePart(cache / f"people-{_key(own, skeleton)}.npy", own, skeleton))
    missing = [part for part in parts if not part.path.exists()]
    before = sum(len(part.people) for part in parts) - sum(len(part.people) for part in missing)

    def report(done: int) -> None:
        if progress is not None:
            progress((before + done) / max(len(people), 1), "cutting people out")

    run_tasks(
        PeoplePart.cut,
        missing,
        processes=processes or default_process_count(),
        on_steps=report,
        cancel=cancel or CancelToken(),
    )
    return PoseExamples.join([read_part(part.path, skeleton) for part in parts], skeleton)


def _picture_of(person: LabelledPerson) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """(height, width, 3) BGR, as stored: labels do not follow a camera's note of how it was held."""
    picture = None
    if person.picture.is_file():
        picture = cv2.imread(str(person.picture), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if picture is None:
        raise PeopleError(f"{person.picture} is missing or no picture; name the folder that the pictures are in.")
    return np.asarray(picture, np.uint8)


def _key(people: Sequence[LabelledPerson], skeleton: Skeleton) -> str:
    digest = hashlib.sha256(f"{VERSION} {skeleton.name} {skeleton.joints}".encode())
    for person in people:
        digest.update(f"{person.picture.resolve()} {person.skeleton.joints} {person.reach_px}".encode())
        for values in (person.centre, person.keypoints, person.visibility):
            digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()[:24]
