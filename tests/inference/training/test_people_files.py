"""People come out of public formats where they are labelled, of real files and tiny ones, and crops show them."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.io import savemat

from inference.dataset.splits import SPLITS
from inference.pose.skeletons import CANONICAL_17, COCO_17, FLIC_11, LSP_14, MPII_16
from inference.simulator.footage.pose_close_ups import CROP_SIDE_PX
from inference.training.people import crops
from inference.training.people.crops import people_crops
from inference.training.people.labelled_person import NOT_LABELLED, OCCLUDED, VISIBLE, LabelledPerson, PeopleError
from inference.training.people.read import people_of_splits, read_people
from inference.training.pose_sources import PoseSources

LEFT_HIP = CANONICAL_17.index("left_hip")


def coco_file(folder, change=lambda content: None):
    """Somebody with a nose at the pixel (30, 40), a hidden left hip at (60, 90), and a crowd."""
    keypoints = np.zeros((17, 3), int)
    keypoints[0], keypoints[11] = (30, 40, 2), (60, 90, 1)
    person = {"id": 7, "image_id": 3, "category_id": 1, "bbox": [20, 30, 50, 80], "iscrowd": 0}
    person["keypoints"] = keypoints.ravel().tolist()
    category = {"id": 1, "name": "person", "keypoints": list(COCO_17.joints), "skeleton": []}
    content = {
        "images": [{"id": 3, "file_name": "one.png", "width": 120, "height": 150}],
        "annotations": [person, person | {"id": 8, "iscrowd": 1}, person | {"id": 9, "keypoints": [0] * 51}],
        "categories": [category, {"id": 2, "name": "ball"}],
    }
    change(content)
    path = folder / "people.json"
    path.write_text(json.dumps(content))
    return path


def test_coco_by_hand(tmp_path):
    (person,) = read_people(coco_file(tmp_path), tmp_path / "pictures")

    assert person.picture == tmp_path / "pictures" / "one.png"
    assert person.skeleton is COCO_17
    np.testing.assert_array_equal(person.keypoints[[0, 11]], [[30.5, 40.5], [60.5, 90.5]])
    assert person.visibility[[0, 11, 5]].tolist() == [VISIBLE, OCCLUDED, NOT_LABELLED]
    assert np.isnan(person.keypoints[5]).all()
    assert (person.centre.tolist(), person.reach_px, person.box) == ([45, 70], 100, (20, 30, 50, 80))


def test_mpii_by_hand(tmp_path):
    joints = [[10.0 * number + 1, 5.0 * number + 1] for number in range(16)]
    person = {"image": "a.jpg", "center": [101, 201], "scale": 2.0, "joints": joints, "joints_vis": [1] * 15 + [0]}
    (tmp_path / "mpii.json").write_text(json.dumps([person]))

    (read,) = read_people(tmp_path / "mpii.json")

    assert (read.picture, read.skeleton) == (tmp_path / "a.jpg", MPII_16)
    np.testing.assert_array_equal(read.keypoints[:2], [[0.5, 0.5], [10.5, 5.5]])
    assert read.visibility.tolist() == [VISIBLE] * 15 + [NOT_LABELLED]
    assert (read.centre.tolist(), read.reach_px) == ([100.5, 230.5], 500)


def point(number, x, y, **more):
    return {"id": number, "x": x, "y": y} | more


def structs(*rows):
    """MATLAB's array of structures with the same fields."""
    array = np.zeros((1, len(rows)), dtype=[(name, object) for name in rows[0]])
    for place, row in enumerate(rows):
        for name, value in row.items():
            array[name][0, place] = value
    return array


def test_mpii_s_own_file_by_hand(tmp_path):
    points = structs(point(0, 101.0, 301.0, is_visible="0"), point(9, 111.0, 21.0, is_visible=np.zeros((0, 0))))
    whole = {"x1": 90, "y1": 11, "x2": 120, "y2": 51, "annopoints": {"point": points}, "scale": 1.5}
    whole["objpos"] = {"x": 105, "y": 151}
    alone = whole | {"annopoints": {"point": point(8, 5.0, 6.0, is_visible=1)}}
    unlabelled = whole | {"annopoints": np.zeros((0, 0))}
    annolist = structs(
        {"image": {"name": "train.jpg"}, "annorect": structs(whole, unlabelled)},
        {"image": {"name": "one.jpg"}, "annorect": alone},
        {"image": {"name": "test.jpg"}, "annorect": structs(whole, whole)},
        {"image": {"name": "none.jpg"}, "annorect": np.zeros((0, 0))},
    )
    savemat(tmp_path / "m.mat", {"RELEASE": {"annolist": annolist, "img_train": np.array([1, 1, 0, 1])}})

    first, second = read_people(tmp_path / "m.mat", tmp_path)

    assert (first.picture.name, second.picture.name, first.split) == ("train.jpg", "one.jpg", "training")
    np.testing.assert_array_equal(first.keypoints[[0, 9]], [[100.5, 300.5], [110.5, 20.5]])
    assert first.visibility[[0, 9, 8]].tolist() == [OCCLUDED, VISIBLE, NOT_LABELLED]
    assert first.head_px == pytest.approx(0.6 * 50)
    assert (first.centre.tolist(), first.reach_px) == ([104.5, 173.0], 375)
    assert np.flatnonzero(second.visibility == VISIBLE).tolist() == [8]


def test_lsp_by_hand(tmp_path):
    joints = np.zeros((3, 14, 1002))
    joints[0], joints[1] = np.arange(14)[:, None] * 10 + 1, 21
    joints[2, 4, 0] = 1
    savemat(tmp_path / "joints.mat", {"joints": joints})

    people = read_people(tmp_path / "joints.mat", tmp_path / "images")

    assert (len(people), people[0].skeleton, people[0].picture.name) == (1002, LSP_14, "im0001.jpg")
    np.testing.assert_array_equal(people[0].keypoints[[0, 13]], [[0.5, 20.5], [130.5, 20.5]])
    assert np.flatnonzero(people[0].visibility == OCCLUDED).tolist() == [4]
    assert (people[0].centre.tolist(), people[0].reach_px) == ([65.5, 20.5], 195)
    assert [people[place].split for place in (0, 999, 1000)] == ["training", "training", "testing"]

    savemat(tmp_path / "extended.mat", {"joints": np.concatenate([joints[:2], 1 - joints[2:]]).transpose(1, 0, 2)})
    extended = read_people(tmp_path / "extended.mat", tmp_path)
    assert (extended[1].picture.name, extended[1001].split) == ("im00002.jpg", "training")
    assert np.flatnonzero(extended[0].visibility == NOT_LABELLED).tolist() == [4]


def test_flic_by_hand(tmp_path):
    coordinates = np.full((2, 29), np.nan)
    coordinates[:, 0], coordinates[:, 16], coordinates[:, 9] = (11, 21), (31, 5), (9, 99)
    example = {"filepath": "film-1.jpg", "coords": coordinates, "istrain": 1, "istest": 0}
    savemat(tmp_path / "examples.mat", {"examples": structs(example, example | {"istest": 1})})

    train, test = read_people(tmp_path / "examples.mat", tmp_path)

    assert (train.skeleton, train.picture.name, train.split, test.split) == (
        FLIC_11, "film-1.jpg", "training", "testing",
    )  # fmt: skip
    known = {FLIC_11.joints[joint]: train.keypoints[joint].tolist() for joint in np.flatnonzero(train.visibility == 0)}
    assert known == {"left_shoulder": [10.5, 20.5], "right_hip": [8.5, 98.5], "nose": [30.5, 4.5]}


def test_crops_show_the_joints_and_are_cut_once(tmp_path, monkeypatch):
    picture = np.full((150, 120, 3), 40, np.uint8)
    picture[40, 30], picture[90, 60] = 250, 250
    cv2.imwrite(str(tmp_path / "one.png"), picture)
    people = read_people(coco_file(tmp_path))

    as_labelled = people_crops(people, tmp_path / "cache", skeleton=COCO_17, processes=1)
    canonical = people_crops(people, tmp_path / "cache", processes=1)

    assert as_labelled.skeleton is COCO_17
    # A pixel of the picture is 1.28 of the crop, in whose middle (45, 70) is.
    np.testing.assert_allclose(as_labelled.labels.keypoints[0, 0], 80 + (np.array([30.5, 40.5]) - [45, 70]) * 1.28)
    for joint in (0, 11):
        x, y = as_labelled.labels.keypoints[0, joint]
        around = as_labelled.picture(0)[int(y) - 4 : int(y) + 5, int(x) - 4 : int(x) + 5, 0].astype(float) - 40
        rows, columns = np.mgrid[int(y) - 4 : int(y) + 5, int(x) - 4 : int(x) + 5] + 0.5
        found = np.array([(around * columns).sum(), (around * rows).sum()]) / around.sum()
        np.testing.assert_allclose(found, [x, y], atol=0.25)
    assert np.flatnonzero(canonical.counts[0]).tolist() == [LEFT_HIP]
    np.testing.assert_array_equal(canonical.labels.keypoints[0, LEFT_HIP], as_labelled.labels.keypoints[0, 11])

    monkeypatch.setattr(crops, "_picture_of", None)
    again = people_crops(people, tmp_path / "cache", processes=1)
    np.testing.assert_array_equal(again.picture(0), canonical.picture(0))
    assert len(people_crops([], tmp_path, processes=1)) == 0


@pytest.mark.parametrize(
    ("name", "count"), [("coco/test_coco.json", 12), ("mpii/test_mpii.json", 5), ("crowdpose/test_crowdpose.json", 4)]
)
def test_real_people_stand_within_their_crops(shared_data, tmp_path, name, count):
    people = read_people(shared_data / "keypoints" / name)

    examples = people_crops(people, tmp_path, processes=1)

    assert len(examples) == count
    assert examples.counts.sum() > 5 * count
    for person in people:
        known = person.visibility != NOT_LABELLED
        away = np.abs(person.keypoints[known] - person.centre).max(axis=1)
        assert (away < 0.75 * person.reach_px).mean() > 0.9
        if person.box is not None:
            left, top, width, height = person.box
            inside = (person.keypoints[known] > [left - 3, top - 3]) & (
                person.keypoints[known] < [left + width + 3, top + height + 3]
            )
            assert inside.all(axis=1).mean() > 0.7
    # Pictures are really shown, not black.
    assert min(float(examples.picture(number).mean()) for number in range(count)) > 20
    assert examples.picture(0).shape == (CROP_SIDE_PX, CROP_SIDE_PX, 3)


def person_in(picture, split=""):
    return LabelledPerson(
        Path(picture), LSP_14, np.zeros((14, 2)), np.zeros(14, np.int8), np.zeros(2), 1.0, split=split
    )


def test_pictures_are_dealt_out_whole():
    people = [person_in(f"a/{number // 2}.jpg") for number in range(200)]

    dealt = {split: people_of_splits(people, (split,)) for split in SPLITS}

    assert {split: len(own) for split, own in dealt.items()} == {"training": 160, "validation": 20, "testing": 20}
    pictures = [{person.picture for person in own} for own in dealt.values()]
    assert sum(len(own) for own in pictures) == len(set.union(*pictures)) == 100
    assert people_of_splits(people, SPLITS) == people
    assert people_of_splits(people, ("training",), seed=1) != dealt["training"]


def test_who_is_for_testing_stays_that():
    people = [person_in(f"{number}.jpg", "testing" if number < 5 else "training") for number in range(25)]

    dealt = {split: people_of_splits(people, (split,)) for split in SPLITS}

    assert dealt["testing"] == people[:5]
    assert (len(dealt["training"]), len(dealt["validation"])) == (18, 2)


@pytest.mark.parametrize("folder", ["", "images", "../images", "../val2017"])
def test_pictures_are_looked_for_nearby(tmp_path, folder):
    (tmp_path / "annotations").mkdir()
    path = tmp_path / "annotations" / "person_keypoints_val2017.json"
    coco_file(tmp_path).rename(path)
    place = (path.parent / folder).resolve()
    place.mkdir(exist_ok=True)
    cv2.imwrite(str(place / "one.png"), np.full((150, 120, 3), 77, np.uint8))

    parts = PoseSources(data=(path,)).read(tmp_path / "cache", processes=1)

    assert {split: len(examples) for split, examples in parts.items()} == {"training": 1, "validation": 0, "testing": 0}
    assert parts["training"].picture(0)[80, 80].tolist() == [77] * 3
    assert PoseSources(data=(path,)).in_words(parts, None)[0] == "labelled people of person_keypoints_val2017.json"


def broken(name, value):
    def change(content):
        content["annotations"][0][name] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (broken("keypoints", [1, 2, 3]), "annotation 1 has 3 numbers as 'keypoints' where 51 are needed"),
        (broken("keypoints", ["a"] * 51), "something else than numbers"),
        (broken("keypoints", [1, 2, 5] * 17), "visibility is none of 0, 1 and 2"),
        (broken("image_id", 99), "of the image 99, which the file does not have"),
        (broken("image_id", "x"), "no usable 'image_id'"),
        (lambda content: content["images"][0].update(file_name="../../secret.png"), "lies outside of"),
        (lambda content: content.pop("categories"), "no usable 'categories'"),
        (lambda content: content["categories"][0].update(keypoints=["tail"]), "none is known here: tail"),
        (lambda content: content["categories"].pop(0), "no category with keypoints"),
        (lambda content: content["annotations"].clear(), "no labelled people"),
    ],
)
def test_broken_coco_files_are_refused(tmp_path, change, message):
    with pytest.raises(PeopleError, match=message):
        read_people(coco_file(tmp_path, change))


def test_other_files_are_refused(tmp_path):
    def refused(name, content, message):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(PeopleError, match=message):
            read_people(tmp_path / name)

    refused("a.json", b"{", "not valid JSON")
    refused("b.json", b'[{"image": "a.jpg"}]', "person 1 has no usable 'joints'")
    refused("c.mat", b"something else" * 20, "no MATLAB file that can be read")
    refused("d.mat", b"MATLAB 7.3 MAT-file" + bytes(500), "version 7.3")
    refused("e.txt", b"", "neither a .json nor a .mat file")
    with pytest.raises(PeopleError, match="cannot be read"):
        read_people(tmp_path / "absent.json")
    savemat(tmp_path / "f.mat", {"other": np.zeros(3)})
    with pytest.raises(PeopleError, match="none of the variables RELEASE, joints, examples"):
        read_people(tmp_path / "f.mat")
    savemat(tmp_path / "g.mat", {"joints": np.zeros((4, 14, 2))})
    with pytest.raises(PeopleError, match="not 3 by 14 by n or 14 by 3 by n"):
        read_people(tmp_path / "g.mat")
    with pytest.raises(PeopleError, match=r"one.png is missing or no picture"):
        people_crops(read_people(coco_file(tmp_path)), tmp_path / "cache", processes=1)
