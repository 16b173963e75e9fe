"""Crops of a data set's divers are cut along its paths, labelled where the diver is, and kept."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from dataset_samples import NOON
from falling_spots import FIRST, FPS, LAST, write_falling_spots

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import DiveRecord, FrameLabels, Keypoint, Manifest, Provenance, Skeleton, Visibility
from inference.dataset.write import DatasetWriter
from inference.pose.skeletons import CANONICAL_17, COCO_17
from inference.results import FrameTime
from inference.simulator.footage.body_flags import FLAGS
from inference.simulator.footage.pose_close_ups import CROP_SIDE_PX
from inference.training import labelled_frames, pose_data
from inference.training.labelled_frames import chosen_frames
from inference.training.pose_cutting import crop_matrix, cut_person, labels_in_crop
from inference.training.pose_data import data_set_poses

ALL = ("training", "validation", "testing")
PELVIS, HEAD, SPINE = (CANONICAL_17.index(joint) for joint in ("pelvis", "head", "spine"))


def labels_of(dive, frame, joints, *, box=False, visibility=Visibility.VISIBLE):
    """Keypoints at the falling spot, spread over a few px of the picture; the hips are at the spot itself."""
    x, y = (int(value) + 0.5 for value in dive.trajectory.path.at(frame / FPS))
    places = {"head": (0, -4), "neck": (0, -3), "left_shoulder": (1, -3), "right_shoulder": (-1, -3), "nose": (0, -4)}
    keypoints = tuple(
        None
        if joint in ("left_wrist", "left_ear")
        else Keypoint(x + places.get(joint, (0, 0))[0], y + places.get(joint, (0, 0))[1], visibility)
        for joint in joints
    )
    return FrameLabels(FrameTime(frame, frame / FPS), keypoints, box=(x - 5, y - 8, 10.0, 16.0) if box else None)


def write_set(folder, joints=CANONICAL_17.joints, change=lambda dive: dive, **settings):
    first = Dataset(write_falling_spots(folder / "spots", ("training", "training", "testing")))
    whole = folder / "whole"
    shutil.copytree(first.folder / "videos", whole / "videos")
    with DatasetWriter(whole, Manifest(first.sources, NOON, "a test", skeleton=Skeleton("any", joints))) as writer:
        for dive in first.dives():
            frames = tuple(labels_of(dive, frame, joints, **settings) for frame in range(FIRST, LAST + 1, 3))
            writer.write(change(replace(dive, frames=frames)))
    return Dataset(whole)


def spot_of(picture):
    light = picture.astype(float).mean(axis=2)
    rows, columns = np.nonzero(light > 190)
    return np.array([columns.mean(), rows.mean()]) + 0.5


def test_crops_follow_the_path_and_labels_follow_the_diver(tmp_path, monkeypatch):
    dataset = write_set(tmp_path)

    examples = data_set_poses(dataset, ("training",), tmp_path / "cache")

    assert len(examples) == 2 * len(range(FIRST, LAST + 1, 3))
    assert np.unique(examples.labels.dives).tolist() == [0, 1]
    for number in range(len(examples)):
        # A pixel of the video is four of the crop.
        np.testing.assert_allclose(
            spot_of(examples.picture(number)), examples.labels.keypoints[number, PELVIS], atol=1.5
        )
    np.testing.assert_allclose(examples.labels.keypoints[:, PELVIS], CROP_SIDE_PX / 2, atol=8)
    np.testing.assert_allclose(
        examples.labels.keypoints[:, PELVIS] - examples.labels.keypoints[:, HEAD], [[0, 16]] * len(examples), atol=1e-4
    )
    assert not examples.counts[:, CANONICAL_17.index("left_wrist")].any()
    assert examples.counts[:, PELVIS].all()
    assert examples.labels.flags[:, FLAGS.index("in_flight")].all()
    assert not examples.labels.flags[:, FLAGS.index("inverted")].any()

    monkeypatch.setattr(pose_data, "open_video", None)
    again = data_set_poses(dataset, ("training",), tmp_path / "cache")
    np.testing.assert_array_equal(again.labels.keypoints, examples.labels.keypoints)
    assert len(data_set_poses(dataset, ("validation",), tmp_path / "cache")) == 0


def test_a_dive_without_a_path_is_cut_around_its_boxes(tmp_path):
    dataset = write_set(tmp_path, change=lambda dive: replace(dive, trajectory=None), box=True)

    examples = data_set_poses(dataset, ("testing",), tmp_path / "cache")

    # Boxes of 16 px make a reach of 20.8 px and a crop of 26 px.
    np.testing.assert_allclose(examples.labels.keypoints[:, PELVIS], CROP_SIDE_PX / 2, atol=1e-4)
    np.testing.assert_allclose(
        examples.labels.keypoints[:, PELVIS, 1] - examples.labels.keypoints[:, HEAD, 1],
        4 * CROP_SIDE_PX / 26,
        rtol=1e-5,
    )
    for number in range(len(examples)):
        np.testing.assert_allclose(spot_of(examples.picture(number)), CROP_SIDE_PX / 2, atol=3)


def test_without_boxes_keypoints_say_where(tmp_path):
    dataset = write_set(tmp_path, change=lambda dive: replace(dive, trajectory=None))

    examples = data_set_poses(dataset, ("testing",), tmp_path / "cache")

    middle = (examples.labels.keypoints[:, PELVIS] + examples.labels.keypoints[:, HEAD]) / 2
    np.testing.assert_allclose(middle, CROP_SIDE_PX / 2, atol=1e-4)


def test_other_skeletons_become_the_canonical_one(tmp_path):
    examples = data_set_poses(write_set(tmp_path, COCO_17.joints), ALL, tmp_path / "cache")

    points = examples.labels.keypoints
    # The pelvis is amid the hips, and the head, of which one ear is not known, is not.
    np.testing.assert_allclose(points[:, PELVIS], points[:, CANONICAL_17.index("left_hip")], atol=1e-4)
    assert examples.counts[:, PELVIS].all()
    assert examples.counts[:, SPINE].all()
    assert not examples.counts[:, HEAD].any()
    assert not examples.counts[:, CANONICAL_17.index("head_top")].any()


def with_depths(joints):
    """Says that hips are 1 and 3 px of the video farther away than the pelvis, and 1 px more from frame to frame."""

    def change(dive: DiveRecord) -> DiveRecord:
        frames = []
        for place, labels in enumerate(dive.frames):
            depths = {"left_hip": place + 1.0, "right_hip": place + 3.0}
            points = zip(joints, labels.keypoints, strict=True)
            deep = tuple(point and replace(point, depth=depths.get(name)) for name, point in points)
            frames.append(replace(labels, keypoints=deep))
        return replace(dive, frames=tuple(frames))

    return change


@pytest.mark.parametrize(("joints", "pelvis"), [(CANONICAL_17.joints, np.nan), (COCO_17.joints, 2.0)])
def test_depths_that_were_said_are_px_of_the_crop(tmp_path, joints, pelvis):
    cache = tmp_path / "cache"
    before = data_set_poses(write_set(tmp_path / "plain", joints), ("testing",), cache)
    after = data_set_poses(write_set(tmp_path / "deep", joints, with_depths(joints)), ("testing",), cache)

    assert np.isnan(before.labels.depths).all()
    # A pixel of the video is four of the crop.
    frames = np.arange(len(after))
    known = {"left_hip": 4 * (frames + 1), "right_hip": 4 * (frames + 3), "pelvis": 4 * (frames + pelvis)}
    for place, joint in enumerate(CANONICAL_17.joints):
        expected = known.get(joint, np.full(len(frames), np.nan))
        np.testing.assert_allclose(after.labels.depths[:, place], expected, rtol=1e-5, err_msg=joint)
    np.testing.assert_array_equal(after.labels.keypoints, before.labels.keypoints)


def test_rejected_dives_and_divers_under_water_are_left_out(tmp_path):
    def change(dive: DiveRecord) -> DiveRecord:
        return replace(dive, status="rejected") if dive.source_id == "spot-0" else dive

    assert len(np.unique(data_set_poses(write_set(tmp_path, change=change), ALL, tmp_path).labels.dives)) == 2
    sunk = write_set(tmp_path / "b", visibility=Visibility.UNDER_WATER)
    assert len(data_set_poses(sunk, ALL, tmp_path)) == 0


def test_what_is_interpolated_is_learned_from_but_nothing_is_measured_on_it(tmp_path):
    def change(dive: DiveRecord) -> DiveRecord:
        """In the first frame all is by hand, in the second the head is interpolated, in the others everything."""
        frames = []
        for place, labels in enumerate(dive.frames):
            points = tuple(
                point and replace(point, is_interpolated=place > 1 or (place == 1 and joint == "head"))
                for joint, point in zip(CANONICAL_17.joints, labels.keypoints, strict=True)
            )
            person = dict.fromkeys(CANONICAL_17.joints, Provenance("person", "Ann", NOON))
            frames.append(replace(labels, keypoints=points, provenance=person))
        return replace(dive, frames=tuple(frames))

    dataset = write_set(tmp_path, change=change)
    learned = data_set_poses(dataset, ("testing",), tmp_path / "cache")
    measured = data_set_poses(dataset, ("testing",), tmp_path / "cache", with_interpolated=False)

    assert len(learned) == len(range(FIRST, LAST + 1, 3))
    assert learned.counts[:, HEAD].all()
    assert measured.counts[:, HEAD].tolist() == [True, False]
    assert measured.counts[:, SPINE].tolist() == [True, True]
    np.testing.assert_array_equal(measured.labels.keypoints[:, SPINE], learned.labels.keypoints[:2, SPINE])


def test_what_cannot_be_used_is_said(tmp_path):
    with pytest.raises(DatasetError, match=r"None of the keypoints .*\(tail, paw, snout, ear\)"):
        data_set_poses(write_set(tmp_path, ("tail", "paw", "snout", "ear")), ALL, tmp_path / "cache")
    missing = write_set(tmp_path / "b")
    shutil.rmtree(missing.folder / "videos")
    with pytest.raises(DatasetError, match=r"spot-0.mp4 .* is missing"):
        data_set_poses(missing, ALL, tmp_path / "cache")


@pytest.mark.parametrize("reach", [30.0, 128.0, 500.3])
def test_a_spot_is_cut_out_where_its_label_goes(reach):
    rows, columns = np.mgrid[:700, :900] + 0.5
    spot, sigma = np.array([433.3, 260.8]), 0.03 * reach
    light = 240 * np.exp(-((columns - spot[0]) ** 2 + (rows - spot[1]) ** 2) / (2 * sigma**2))
    picture = np.repeat(np.rint(light)[..., None], 3, axis=2).astype(np.uint8)
    centre = spot + np.array([0.2, -0.1]) * reach

    crop = cut_person(picture, centre, reach)
    (point,), (seen,) = labels_in_crop(spot[None], np.zeros(1, np.int8), centre, reach)

    light = crop[..., 0].astype(float)
    rows, columns = np.mgrid[:CROP_SIDE_PX, :CROP_SIDE_PX] + 0.5
    found = np.array([(light * columns).sum(), (light * rows).sum()]) / light.sum()
    np.testing.assert_allclose(found, point, atol=0.1)
    np.testing.assert_allclose(point, [80 - 0.2 * 128, 80 + 0.1 * 128])
    assert seen == 0
    np.testing.assert_allclose(crop_matrix(centre, reach) @ [*centre, 1], [80, 80])


def test_what_the_crop_does_not_show_is_out_of_frame():
    keypoints = np.array([[100.0, 100.0], [180.5, 100.0], [np.nan, np.nan], [20.0, 100.0]])

    _, seen = labels_in_crop(keypoints, np.array([1, 0, -1, 3], np.int8), np.array([100.0, 100.0]), 128.0)

    assert seen.tolist() == [1, 2, -1, 3]
    assert not cut_person(np.full((50, 50, 3), 9, np.uint8), np.array([900.0, 900.0]), 300.0).any()


def by_hand(*joints):
    return dict.fromkeys(joints, Provenance("person", "Ann", NOON))


@pytest.mark.parametrize(
    ("corrected", "others"),
    [
        ((), list(np.rint(np.linspace(0, 99, 24)).astype(int))),
        ((3, 40, 41), None),
        (tuple(range(0, 100, 2)), []),
        (tuple(range(1, 49, 2)), []),
    ],
)
def test_frames_that_a_person_corrected_are_learned_from_first(corrected, others):
    names = CANONICAL_17.joints
    keypoints = tuple(Keypoint(5.0, 5.0, Visibility.VISIBLE) for _ in names)
    frames = tuple(
        FrameLabels(FrameTime(n, n / FPS), keypoints, provenance=by_hand("head") if n in corrected else {})
        for n in range(100)
    )
    dive = SimpleNamespace(frames=frames)

    taken = [labels.time.frame for labels in chosen_frames(dive, names)]

    assert taken == sorted(set(taken))
    assert len(taken) == 24
    known = [frame for frame in taken if frame in corrected]
    if len(corrected) <= 24:
        assert known == list(corrected)
    else:
        assert len(known) == 24
        assert (known[0], known[-1], max(np.diff(known))) == (0, 98, 6)
    rest = [frame for frame in taken if frame not in corrected]
    if others is not None:
        assert rest == others
    else:
        # 21 others of 97, from the first to the last.
        assert (rest[0], rest[-1]) == (0, 99)
        assert max(np.diff(rest)) <= 7


def test_interpolated_keypoints_make_no_frame_a_persons():
    names = CANONICAL_17.joints
    placed = tuple(Keypoint(5.0, 5.0, Visibility.VISIBLE, is_interpolated=joint == "head") for joint in names)
    frames = [FrameLabels(FrameTime(n, n / FPS), placed, provenance=by_hand("head")) for n in range(50)]
    frames[7] = replace(frames[7], provenance=by_hand("head", "neck"))
    frames[8] = replace(frames[8], provenance=by_hand("keypoints"))  # of all of them

    taken = [labels.time.frame for labels in chosen_frames(SimpleNamespace(frames=tuple(frames)), names)]

    assert {7, 8} <= set(taken)
    assert len(taken) == 24
    assert max(np.diff(taken)) <= 3


def test_a_correction_changes_what_is_kept(tmp_path, monkeypatch):
    """Only where there are too many frames is a choice to be made, and then the crops are another part of the cache."""
    monkeypatch.setattr(labelled_frames, "CROPS_A_DIVE", 4)

    def change(dive: DiveRecord) -> DiveRecord:
        frames = list(dive.frames)
        frames[1] = replace(frames[1], provenance=by_hand("head"))
        return replace(dive, frames=tuple(frames))

    plain, corrected = write_set(tmp_path / "plain"), write_set(tmp_path / "corrected", change=change)
    cache = tmp_path / "cache"
    before, after = (data_set_poses(each, ("testing",), cache) for each in (plain, corrected))
    assert len(before) == len(after) == 4
    assert not np.array_equal(before.labels.keypoints, after.labels.keypoints)
    assert spot_of(after.picture(1)) == pytest.approx(after.labels.keypoints[1, PELVIS], abs=1.5)
