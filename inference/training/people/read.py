"""Labelled people from a file of any known format, which is recognised by what is in it, dealt out to splits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from inference.dataset.splits import split_videos
from inference.training.people.coco import coco_people
from inference.training.people.flic import flic_people
from inference.training.people.json_file import read_json
from inference.training.people.labelled_person import LabelledPerson, PeopleError
from inference.training.people.lsp import lsp_people
from inference.training.people.mat_file import read_mat
from inference.training.people.mpii import mpii_json_people, mpii_mat_people


def read_people(path: Path, pictures: Path | None = None) -> list[LabelledPerson]:
    """The people of a file of COCO, MPII, LSP or FLIC.

    Args:
        path: a .json or .mat file.
        pictures: folder of the pictures that it names; None to look beside the file, in a folder called images, and
            in one called like the end of the file's name (train2017 for person_keypoints_train2017.json), each of them
            beside the file or beside its folder.

    Raises:
        PeopleError: if the file cannot be read or is of no known format, or there are no labelled people in it.
    """
    if path.suffix == ".json":
        read = mpii_json_people if isinstance(read_json(path), list) else coco_people
    elif path.suffix == ".mat":
        variables = read_mat(path)
        by_variable = {"RELEASE": mpii_mat_people, "joints": lsp_people, "examples": flic_people}
        found = [name for name in by_variable if hasattr(variables, name)]
        if not found:
            raise PeopleError(f"{path} has none of the variables {', '.join(by_variable)}, by which formats are known.")
        read = by_variable[found[0]]
    else:
        raise PeopleError(f"{path} is neither a .json nor a .mat file.")
    people = read(path, pictures or path.parent)
    if not people:
        raise PeopleError(f"There are no labelled people in {path}.")
    return people if pictures is not None else _beside(path, people)


def _beside(path: Path, people: list[LabelledPerson]) -> list[LabelledPerson]:
    """The same people with their pictures in the folder in which the first one's is."""
    above = path.parent.parent
    called = path.stem.rsplit("_", 1)[-1]
    folders = [
        path.parent / "images",
        above / "images",
        path.parent / called,
        above / called,
        above / "images" / called,
    ]
    first = people[0].picture
    if not first.is_file():
        for folder in folders:
            if (folder / first.relative_to(path.parent)).is_file():
                return [replace(one, picture=folder / one.picture.relative_to(path.parent)) for one in people]
    return people


def people_of_splits(people: Sequence[LabelledPerson], splits: Sequence[str], seed: int = 0) -> list[LabelledPerson]:
    """Those of some splits, in their order.

    Who is for testing in the data set itself stays that. All others are dealt out picture by picture, so that no
    picture is in two splits: a tenth is for validation, and another for testing where the data set has nobody for it.

    Args:
        people: all of a file.
        splits: of `SPLITS`.
        seed: another one deals them out in another way.
    """
    has_tests = any(person.split == "testing" for person in people)
    fractions = (
        {"training": 0.9, "validation": 0.1} if has_tests else {"training": 0.8, "validation": 0.1, "testing": 0.1}
    )
    names = {person.picture.name for person in people if person.split != "testing"}
    dealt = split_videos(names, fractions, seed)
    return [
        person
        for person in people
        if ("testing" if person.split == "testing" else dealt[person.picture.name]) in splits
    ]
