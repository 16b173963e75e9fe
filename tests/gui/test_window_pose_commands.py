"""Commands for whole poses in the window, by their keys; each is taken back by one undo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from posed_window import (
    JOINTS,
    human_places,
    interpolated_places,
    keypoint,
    open_posed_window,
    predicted_place,
    predicted_track,
)
from PySide6.QtCore import Qt
from review_window import dive_path, go_to, press, settle, time

from widgets.canvas.pose_marks import joint_text

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot, video):
    window = open_posed_window(qtbot, video)
    yield window
    window.close()


def correct(qtbot, window, frame, joint="head", by=(0.0, 10.0)):
    x, y = predicted_place(frame, joint)
    document = window.session.document
    document.set_keypoint(window.session.dives[0].id, time(frame), joint, x + by[0], y + by[1])
    settle(qtbot, window)


def undo(qtbot, window):
    settle(qtbot, window)
    press(window, "z", CTRL)
    settle(qtbot, window)


def test_left_and_right_change_places_and_back(qtbot, window):
    press(window, "w")
    wanted = {name: predicted_place(30, name.replace("left", "x").replace("right", "left").replace("x", "right"))
              for name in JOINTS if name != "head"}  # fmt: skip
    assert human_places(window) == wanted
    shown = window.video.canvas._pose
    assert shown.points[shown.place_of("left_wrist")].tolist() == list(predicted_place(30, "right_wrist"))
    press(window, "w")
    assert human_places(window) == {}
    press(window, "w")
    undo(qtbot, window)
    undo(qtbot, window)
    assert human_places(window) == {name: pytest.approx(place) for name, place in wanted.items()}


def test_one_limb_changes_sides(qtbot, window):
    window.video.canvas.select_joint("left_ankle")
    press(window, "w", SHIFT)
    assert set(human_places(window)) == {"left_ankle", "right_ankle"}
    assert window.session.document.undo_text(window.session.video.id) == "Swap left hip to toe"
    undo(qtbot, window)
    assert human_places(window) == {}
    window.video.canvas.select_joint("head")
    press(window, "w", SHIFT)
    assert "no counterpart on the other side" in window.messages.text


def test_the_pose_of_the_frame_before_is_copied_along_the_path(qtbot, window):
    correct(qtbot, window, 29, by=(5.0, 5.0))
    press(window, "y")
    moved = dive_path(20, 50).at(30 / 25) - dive_path(20, 50).at(29 / 25)
    before = {**{name: predicted_place(29, name) for name in JOINTS}, "head": (123.0, 45.0)}
    assert human_places(window) == {
        name: pytest.approx((x + moved[0], y + moved[1])) for name, (x, y) in before.items()
    }
    undo(qtbot, window)
    assert human_places(window) == {}
    go_to(qtbot, window, 20)
    press(window, "y")
    assert "no pose in the frame before" in window.messages.text


def test_a_pose_is_given_back(qtbot, window):
    correct(qtbot, window, 30)
    correct(qtbot, window, 30, "left_wrist")
    press(window, Qt.Key.Key_Backspace, SHIFT)
    assert human_places(window) == {}
    undo(qtbot, window)
    assert set(human_places(window)) == {"head", "left_wrist"}
    undo(qtbot, window)
    undo(qtbot, window)
    press(window, Qt.Key.Key_Backspace, SHIFT)
    assert "Nothing in this pose was placed by hand or interpolated." in window.messages.text


def test_frames_between_corrections_are_interpolated_along_the_found_keypoints(qtbot, window):
    for frame, error in ((28, 4.0), (32, 8.0), (36, 8.0)):
        correct(qtbot, window, frame, by=(error, 0.0))
    press(window, "i", SHIFT)
    document, dive = window.session.document, window.session.dives[0].id
    assert document.labelled_frames(dive) == (28, 29, 30, 31, 32, 36)
    assert human_places(window, 30) == {}
    places = {frame: (human_places if frame in (28, 32) else interpolated_places) for frame in range(28, 33)}
    errors = [of(window, frame)["head"][0] - predicted_place(frame, "head")[0] for frame, of in places.items()]
    assert errors == sorted(errors)
    assert (errors[0], errors[-1]) == (4.0, 8.0)
    # Fritsch and Carlson: level at the correction after which nothing changes, 1.5 px a frame, from the three
    # corrections, at the first one; halfway (4 + 8) / 2 + 4 * (1.5 - 0) / 8.
    assert errors[2] == pytest.approx(6.75)
    assert interpolated_places(window, 30).keys() == {"head"}
    canvas = window.video.canvas
    assert joint_text(canvas._pose, canvas._pose.place_of("head")) == "Head · interpolated"
    assert document.undo_text(window.session.video.id) == "Interpolate keypoints in 3 frames"
    undo(qtbot, window)
    assert document.labelled_frames(dive) == (28, 32, 36)
    press(window, "i", CTRL)
    assert document.labelled_frames(dive) == tuple(range(28, 37))


def test_an_interpolated_joint_that_is_moved_is_a_persons_and_what_lies_around_it_follows(qtbot, window):
    for frame in (28, 32):
        correct(qtbot, window, frame)
    press(window, "i", SHIFT)
    assert (list(interpolated_places(window)), human_places(window)) == (["head"], {})
    window.video.canvas.select_joint("head")
    press(window, Qt.Key.Key_Right, ALT | SHIFT)
    x, y = predicted_place(30, "head")
    assert (human_places(window), interpolated_places(window)) == ({"head": (x + 10, y + 10)}, {})
    before = interpolated_places(window, 31)["head"]
    go_to(qtbot, window, 31)
    press(window, "i", SHIFT)
    assert interpolated_places(window, 31)["head"][0] > before[0] + 1
    assert human_places(window) == {"head": (x + 10, y + 10)}
    for _ in range(2):
        undo(qtbot, window)
    assert (list(interpolated_places(window)), human_places(window)) == (["head"], {})
    go_to(qtbot, window, 30)
    press(window, Qt.Key.Key_Delete)
    assert interpolated_places(window) == {}


def test_interpolating_says_what_it_needs(qtbot, window):
    press(window, "i", SHIFT)
    assert "Correct a frame before and one after" in window.messages.text
    press(window, "i", CTRL)
    assert "Correct at least two frames of the dive first" in window.messages.text
    correct(qtbot, window, 28)
    correct(qtbot, window, 32, "left_wrist")
    press(window, "i", SHIFT)
    assert "No joint was placed by hand both before and after" in window.messages.text


def test_poses_of_the_working_zone_are_swapped_and_given_back_together(qtbot, window):
    press(window, "w", CTRL | SHIFT)
    assert "Set a working zone in a dive first" in window.messages.text
    window.playback.set_working_zone((48, 53))
    press(window, "w", CTRL | SHIFT)
    document, dive = window.session.document, window.session.dives[0].id
    assert document.labelled_frames(dive) == (48, 49, 50)
    assert human_places(window, 49)["left_ankle"] == predicted_place(49, "right_ankle")
    assert document.undo_text(window.session.video.id) == "Swap left and right in 3 frames"
    window.playback.set_working_zone((49, 49))
    press(window, Qt.Key.Key_Backspace, CTRL | SHIFT)
    assert document.labelled_frames(dive) == (48, 50)
    undo(qtbot, window)
    undo(qtbot, window)
    assert document.labelled_frames(dive) == ()
    press(window, Qt.Key.Key_Backspace, CTRL | SHIFT)
    assert "nothing to change" in window.messages.text


def see_depths(qtbot, window):
    """The model says that joints are 5 px farther away one by one from the head on, and all 1 px more a frame."""
    track = predicted_track()
    depths = np.arange(len(track.values))[:, None] + 5.0 * np.arange(len(JOINTS))
    window.session.document.store_keypoints(window.session.dives[0].id, replace(track, depths=depths))
    settle(qtbot, window)


def depths_of(window, frame=30):
    return {name: keypoint(window, name, frame).depth for name in JOINTS}


def test_depths_change_sides_with_their_joints_and_are_copied_with_their_pose(qtbot, window):
    see_depths(qtbot, window)
    found = {"head": 10.0, "left_wrist": 15.0, "right_wrist": 20.0, "left_ankle": 25.0, "right_ankle": 30.0}
    assert depths_of(window) == found
    press(window, "w")
    swapped = {"head": 10.0, "left_wrist": 20.0, "right_wrist": 15.0, "left_ankle": 30.0, "right_ankle": 25.0}
    assert depths_of(window) == swapped
    go_to(qtbot, window, 31)
    press(window, "y")
    assert depths_of(window, 31) == swapped
    go_to(qtbot, window, 30)
    press(window, "w")
    assert (human_places(window), depths_of(window)) == ({}, found)
    for _ in range(2):
        undo(qtbot, window)
    assert depths_of(window, 31) == {name: depth + 1 for name, depth in found.items()}
    assert depths_of(window) == swapped


def test_depths_by_hand_are_interpolated_along_the_found_ones(qtbot, window):
    see_depths(qtbot, window)
    document, dive = window.session.document, window.session.dives[0].id
    for frame, error in ((28, 4.0), (32, 8.0)):
        x, y = predicted_place(frame, "head")
        document.set_keypoint(dive, time(frame), "head", x, y + 3, depth=frame - 20 + error)
    correct(qtbot, window, 36)
    settle(qtbot, window)
    press(window, "i", CTRL)
    interpolated = [keypoint(window, "head", frame) for frame in range(29, 32)]
    assert [each.depth - each.predicted_depth for each in interpolated] == pytest.approx([5.0, 6.0, 7.0])
    assert {(each.is_interpolated, each.is_depth_human) for each in interpolated} == {(True, False)}
    assert [keypoint(window, "head", frame).depth for frame in (33, 34, 35, 36)] == [13.0, 14.0, 15.0, 16.0]
    undo(qtbot, window)
    assert document.labelled_frames(dive) == (28, 32, 36)
    assert [keypoint(window, "head", frame).depth for frame in (28, 30, 32)] == [12.0, 10.0, 20.0]
