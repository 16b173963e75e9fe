"""Crops for pose models show the diver they label, where they label it, the same for the same numbers."""

import numpy as np
import pytest

from inference.dataset.schema import Visibility
from inference.diving.boards import Board
from inference.diving.codes import parse
from inference.pose.skeletons import CANONICAL_17
from inference.simulator.footage.body_flags import FLAGS, body_flags, flag_column
from inference.simulator.footage.pose_close_ups import (
    CROP_MARGIN,
    CROP_SIDE_PX,
    CROPS_A_DIVE,
    scene_pose_close_ups,
)
from inference.simulator.people.acts import DiveAct, dive_motion_of
from inference.simulator.people.person import Person
from inference.simulator.venue.board_poses import BoardPose, PlacedBoard

VISIBILITIES = tuple(Visibility)


def motion_of(code, board):
    placed = PlacedBoard(Board.from_key(board), BoardPose(0.0, 0.0), 0.25)
    return dive_motion_of(DiveAct(placed, parse(code), Person.random(np.random.default_rng(3)), 5.0, 11).actors()[0])


@pytest.fixture(scope="module")
def scenes():
    return [list(scene_pose_close_ups(numbers, 1)) for numbers in ((4, 0, 1), (4, 0, 1), (4, 0, 2))]


def test_the_same_numbers_give_the_same_crops(scenes):
    (first,), (again,), (other,) = scenes

    assert (first.pictures.shape, first.pictures.dtype) == ((CROPS_A_DIVE, CROP_SIDE_PX, CROP_SIDE_PX, 3), np.uint8)
    np.testing.assert_array_equal(first.pictures, again.pictures)
    np.testing.assert_array_equal(first.keypoints, again.keypoints)
    assert (first.code, first.board) == (again.code, again.board)
    assert not np.array_equal(first.pictures, other.pictures)


def test_keypoints_in_space_and_in_the_crop_are_one_camera_s(scenes):
    for (dive,) in scenes:
        seen = dive.focal_px * dive.keypoints_3d[..., :2] / dive.keypoints_3d[..., 2:] + CROP_SIDE_PX / 2
        np.testing.assert_allclose(dive.keypoints, seen, atol=1e-6)


def test_the_diver_is_in_the_middle_at_the_promised_size(scenes):
    for (dive,) in scenes:
        pelvis = dive.keypoints[:, CANONICAL_17.index("pelvis")]
        np.testing.assert_allclose(pelvis, CROP_SIDE_PX / 2, atol=0.6 / (3.0 * CROP_MARGIN) * CROP_SIDE_PX)
        shanks = (CANONICAL_17.index("right_knee"), CANONICAL_17.index("right_ankle"))
        lengths_mm = np.linalg.norm(np.diff(dive.keypoints_3d[:, shanks], axis=1)[:, 0], axis=1)
        assert np.ptp(lengths_mm) < 5
        across = dive.focal_px / dive.keypoints_3d[:, CANONICAL_17.index("pelvis"), 2]
        np.testing.assert_allclose(CROP_SIDE_PX / across, 3000.0 * CROP_MARGIN, rtol=0.2)


def test_under_water_and_outside_are_told_by_where_things_are(scenes):
    for (dive,) in scenes:
        inside = ((dive.keypoints >= 0) & (dive.keypoints < CROP_SIDE_PX)).all(axis=2)
        np.testing.assert_array_equal(dive.visibility == VISIBILITIES.index(Visibility.OUT_OF_FRAME), ~inside)
        dry = ~(dive.visibility == VISIBILITIES.index(Visibility.UNDER_WATER))
        assert dry[flag_column(dive.flags, "in_flight")].all()


def test_visible_joints_stand_out_from_the_picture_without_the_diver(scenes, monkeypatch):
    """What the diver changes in the pictures is where the keypoints are."""
    ((dive,), *_) = scenes
    monkeypatch.setattr("inference.simulator.picture.body_layers.BodyPainter.layer", lambda self, actor, frame: None)
    (without,) = scene_pose_close_ups((4, 0, 1), 1)

    changed = np.abs(dive.pictures.astype(int) - without.pictures).max(axis=3)
    rows, columns = np.mgrid[:CROP_SIDE_PX, :CROP_SIDE_PX] + 0.5
    at_joints, far_away = [], []
    for picture, points, visibility in zip(changed, dive.keypoints, dive.visibility, strict=True):
        away = np.hypot(columns[..., None] - points[:, 0], rows[..., None] - points[:, 1])
        at_joints += [picture[away[..., joint] < 3].mean() for joint in np.flatnonzero(visibility == 0)]
        far_away.append(picture[away.min(axis=2) > 40].mean())
    assert np.median(at_joints) > 8 * np.mean(far_away)
    assert np.mean(np.array(at_joints) > 2 * np.mean(far_away)) > 0.9


@pytest.mark.parametrize(
    ("code", "board", "held", "never"),
    [
        ("105C", "springboard-3", "tucked", ("piked", "twisting")),
        ("205B", "springboard-3", "piked", ("tucked", "twisting")),
        ("101A", "springboard-3", None, ("tucked", "piked", "twisting")),
        ("5136D", "springboard-3", "twisting", ("tucked",)),
        ("614B", "platform-10", "piked", ("tucked", "twisting")),
    ],
)
def test_flags_say_what_the_code_says(code, board, held, never):
    motion = motion_of(code, board)
    times = np.linspace(motion.take_off_s - 0.1, motion.entry_s + 0.1, 80)

    flags = body_flags(motion, times)

    assert flags.shape == (80, len(FLAGS))
    in_flight = flag_column(flags, "in_flight")
    np.testing.assert_array_equal(in_flight, (times >= motion.take_off_s) & (times <= motion.entry_s))
    if held is not None:
        assert 0.25 < flag_column(flags, held)[in_flight].mean() < 1
        assert not flag_column(flags, held)[~in_flight].any()
    for name in never:
        assert not flag_column(flags, name).any()


@pytest.mark.parametrize(
    ("code", "first", "last"), [("101B", False, True), ("612B", True, True), ("402C", False, False)]
)
def test_inverted_is_who_stands_on_the_head(code, first, last):
    board = "platform-10" if code.startswith("6") else "springboard-3"
    motion = motion_of(code, board)

    flags = flag_column(body_flags(motion, np.linspace(motion.take_off_s, motion.entry_s, 50)), "inverted")

    assert (flags[0], flags[-1]) == (first, last)
    assert flags.any()
