"""Crops are kept whole or not at all, and are told apart by their dives."""

import numpy as np
import pytest

from inference.pose.skeletons import CANONICAL_17
from inference.progress import Cancelled, CancelToken
from inference.simulator.footage.body_flags import FLAGS
from inference.simulator.footage.pose_close_ups import CROP_SIDE_PX, CROPS_A_DIVE, PoseCloseUp
from inference.training import pose_close_up_data
from inference.training.pose_close_up_data import CROPS_A_PART, pose_parts, simulated_poses
from inference.training.pose_examples import NOT_LABELLED, PoseExamples, PoseLabels, read_part, write_part


def pictures_of(*values):
    return np.stack([np.full((CROP_SIDE_PX, CROP_SIDE_PX, 3), value, np.uint8) for value in values])


def labels_of(count, dive=0):
    rng = np.random.default_rng(count)
    return PoseLabels.of(rng.uniform(0, 160, (count, 17, 2)), rng.integers(0, 4, (count, 17)), dive=dive)


def test_parts_are_read_as_they_were_written(tmp_path):
    first, second = labels_of(2, dive=1), labels_of(3)
    write_part(tmp_path / "a" / "one.npy", pictures_of(1, 2), first)
    write_part(tmp_path / "a" / "two.npy", pictures_of(3, 4, 5), second)

    examples = PoseExamples.join([read_part(tmp_path / "a" / f"{name}.npy") for name in ("one", "two")])

    assert len(examples) == 5
    assert [int(examples.picture(number).max()) for number in range(5)] == [1, 2, 3, 4, 5]
    np.testing.assert_array_equal(examples.labels.keypoints, np.concatenate([first.keypoints, second.keypoints]))
    np.testing.assert_array_equal(examples.labels.visibility[:2], first.visibility)
    assert examples.labels.dives.tolist() == [1, 1, 2, 2, 2]
    assert np.isnan(examples.labels.keypoints_3d).all()
    assert np.isnan(examples.labels.focal_px).all()
    assert np.isnan(examples.depths_of(range(5))).all()
    assert examples.labels.flags.shape == (5, len(FLAGS))
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["one.npy", "one.npz", "two.npy", "two.npz"]
    assert len(PoseExamples.join([])) == 0


def test_depths_are_those_said_or_those_of_camera_space(tmp_path):
    in_space = np.tile([0.0, 0.0, 10_000.0], (2, 17, 1))
    in_space[:, 0, 2] += 500.0
    depths = np.full((2, 17), np.nan)
    depths[1, :2] = (7.0, -3.0)
    labels = PoseLabels.of(
        np.zeros((2, 17, 2)), np.zeros((2, 17), int), keypoints_3d=in_space, focal_px=800.0, depths=depths
    )
    write_part(tmp_path / "one.npy", pictures_of(1, 2), labels)
    examples = read_part(tmp_path / "one.npy")
    # 800 px at 10 m are 80 px to the metre.
    np.testing.assert_allclose(examples.depths_of([0, 1])[:, :3], [[40.0, 0.0, 0.0], [7.0, -3.0, 0.0]], atol=1e-4)


def test_crops_that_were_kept_before_depths_could_be_said_are_read(tmp_path):
    write_part(tmp_path / "one.npy", pictures_of(1), labels_of(1))
    with np.load(tmp_path / "one.npz") as arrays:
        older = {name: arrays[name] for name in arrays if name != "depths"}
    np.savez(tmp_path / "one.npz", **older)
    assert np.isnan(read_part(tmp_path / "one.npy").depths_of([0])).all()


def test_what_counts_is_labelled_and_inside():
    visibility = np.full((1, 17), NOT_LABELLED)
    visibility[0, :4] = [0, 1, 2, 3]

    examples = PoseExamples([pictures_of(0)], PoseLabels.of(np.zeros((1, 17, 2)), visibility))

    assert examples.counts[0].tolist() == [True, True, False, True] + [False] * 13


def test_how_large_crops_are_against_people_is_the_median_over_their_larger_sides():
    seen_px = CROP_SIDE_PX / 1.25  # of a crop the network sees the middle, the rest is margin to turn it
    keypoints = np.full((4, 17, 2), 80.0)
    for crop, side in enumerate((20.0, 32.0, 64.0)):
        keypoints[crop, 0] += [side, side / 3]
        keypoints[crop, 1] += [500, 0]  # outside, and so of no account
    visibility = np.zeros((4, 17), int)
    visibility[:, 1] = 2
    visibility[3, 1:] = NOT_LABELLED  # one joint has no size

    examples = PoseExamples([pictures_of(0, 1, 2, 3)], PoseLabels.of(keypoints, visibility))

    assert examples.crop_percent == 100 * seen_px / 32
    assert PoseExamples([], PoseLabels.none(17)).crop_percent == 0


def test_something_else_is_refused(tmp_path):
    write_part(tmp_path / "one.npy", pictures_of(1, 2), labels_of(2))
    np.save(tmp_path / "one.npy", np.zeros((2, 3), np.uint8))

    with pytest.raises(ValueError, match="does not hold crops with 17 keypoints"):
        read_part(tmp_path / "one.npy")


def test_crops_are_drawn_once_and_gone_on_with(tmp_path, monkeypatch):
    drawn = []

    def scene(seed):
        drawn.append(seed)
        points = np.full((CROPS_A_DIVE, 17, 2), float(seed[2]))
        for _ in range(pose_close_up_data.DIVES_A_SCENE):
            yield PoseCloseUp(
                np.zeros((CROPS_A_DIVE, CROP_SIDE_PX, CROP_SIDE_PX, 3), np.uint8),
                points,
                np.zeros((CROPS_A_DIVE, 17), np.int64),
                np.ones((CROPS_A_DIVE, 17, 3)),
                200.0,
                np.ones((CROPS_A_DIVE, len(FLAGS)), bool),
                "101B",
                "springboard-1",
            )

    monkeypatch.setattr(pose_close_up_data, "scene_pose_close_ups", scene)
    cancel = CancelToken()

    def stop_in_second_part(share, doing):
        if share > 0.6:
            cancel.cancel()

    with pytest.raises(Cancelled):
        simulated_poses(
            "testing", 7, CROPS_A_PART + 1, tmp_path, processes=1, progress=stop_in_second_part, cancel=cancel
        )
    assert [part.path.exists() for part in pose_parts("testing", 7, CROPS_A_PART + 1, tmp_path)] == [True, False]
    drawn.clear()

    examples = simulated_poses("testing", 7, CROPS_A_PART + 1, tmp_path, processes=1)

    assert drawn == [(7, 2, scene) for scene in range(5, 10)]
    assert len(examples) == 2 * CROPS_A_PART
    assert examples.labels.keypoints[:: CROPS_A_PART // 5, 0, 0].tolist() == list(range(10))
    assert len(np.unique(examples.labels.dives)) == 2 * CROPS_A_PART // CROPS_A_DIVE
    assert examples.labels.flags.all()
    assert examples.skeleton is CANONICAL_17
