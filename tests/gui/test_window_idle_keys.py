"""A key that does nothing says why."""

from __future__ import annotations

import pytest
from posed_window import open_posed_window
from PySide6.QtCore import Qt
from review_window import go_to, open_window, press, settle, store_dives, time

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot, video):
    window = open_posed_window(qtbot, video)
    yield window
    window.close()


def said(window, key, modifiers=NONE):
    window.messages.dismiss()
    press(window, key, modifiers)
    return window.messages.text


def correct(qtbot, window, frame, joint="head"):
    window.session.document.set_keypoint(window.session.dives[0].id, time(frame), joint, 10.0, 10.0)
    settle(qtbot, window)


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key.Key_Delete, NONE),
        (Qt.Key.Key_Return, NONE),
        ("k", CTRL),
        ("k", SHIFT),
        ("[", NONE),
        ("1", NONE),
        ("r", SHIFT),
    ],
)
def test_keys_about_a_dive_ask_for_one(qtbot, window, key, modifiers):
    window.session.select(None)
    settle(qtbot, window)
    assert said(window, key, modifiers) == "Select a dive first; N goes to the next one."
    window.table.view.setFocus()
    assert said(window, key, modifiers) == "Select a dive first; N goes to the next one."


@pytest.mark.parametrize(("key", "modifiers"), [("i", SHIFT), ("i", CTRL), ("y", NONE)])
def test_keys_about_keypoints_ask_for_a_dive(qtbot, window, key, modifiers):
    window.session.select(None)
    settle(qtbot, window)
    assert said(window, key, modifiers) == "Select a dive first; keypoints belong to one."


def test_keys_about_a_pose_ask_for_one(qtbot, window):
    go_to(qtbot, window, 60)
    wanted = "There is no pose in this frame: Shift+K finds it, Shift+S finds poses live."
    assert said(window, "w") == wanted
    assert said(window, "v") == wanted
    assert said(window, Qt.Key.Key_Backspace, SHIFT) == wanted
    window.actions_.set_keys({"live_pose": (), "pose_frame": ("F9",)})
    assert said(window, "w") == "There is no pose in this frame: F9 finds it, “Live pose” finds poses live."


def test_keys_about_a_joint_ask_for_one(window):
    wanted = "Select a keypoint first: click on it, or press Tab in the picture."
    assert said(window, "v") == wanted
    assert said(window, Qt.Key.Key_Backspace) == wanted
    assert said(window, "w", SHIFT) == wanted
    press(window, Qt.Key.Key_Tab)
    assert said(window, "v") == ""


def test_keys_that_do_something_and_keys_of_nothing_say_nothing(qtbot, window):
    assert said(window, Qt.Key.Key_Right) == ""
    assert said(window, "w") == ""
    assert said(window, Qt.Key.Key_F7) == ""
    go_to(qtbot, window, 60)
    assert said(window, Qt.Key.Key_Tab) == ""


def test_letters_typed_into_a_field_say_nothing(qtbot, window):
    window.session.select(None)
    settle(qtbot, window)
    window.table.filter_bar.search.setFocus()
    assert said(window, "a") == ""
    assert window.table.filter_bar.search.text() == "a"


def test_without_a_video_keys_ask_for_one(qtbot):
    window = open_window(qtbot)
    assert said(window, "w") == "Open a video first."
    assert said(window, Qt.Key.Key_Z, CTRL) == "Open a video first."
    assert said(window, "h", SHIFT) == "Open a video or a review first."
    window.close()


def test_nothing_to_undo_is_said(qtbot, video):
    window = open_window(qtbot, video)
    assert said(window, "z", CTRL) == "There is nothing to undo in this video."
    assert said(window, "y", CTRL) == "There is nothing to redo in this video."
    window.close()


def test_interpolating_again_says_that_nothing_is_left(qtbot, window):
    for frame in (28, 32):
        correct(qtbot, window, frame)
    assert said(window, "i", SHIFT) == ""
    settle(qtbot, window)
    undo = window.session.document.undo_text(window.session.video.id)
    wanted = "What lies between the corrected frames is interpolated already."
    assert said(window, "i", SHIFT) == wanted
    assert said(window, "i", CTRL) == wanted
    assert window.session.document.undo_text(window.session.video.id) == undo


def test_interpolating_neighbours_says_that_nothing_lies_between(qtbot, window):
    for frame in (29, 30, 31):
        correct(qtbot, window, frame)
    wanted = "There is no frame between the corrected ones to interpolate."
    assert said(window, "i", SHIFT) == wanted
    assert said(window, "i", CTRL) == wanted


def test_copying_the_same_pose_again_says_so(window):
    assert said(window, "y") == ""
    assert said(window, "y") == "This frame has the pose of the frame before already."


def test_swapping_a_pose_without_sides_says_so(qtbot, video):
    window = open_window(qtbot, video)
    first, *_ = store_dives(qtbot, window)
    window.session.select(first)
    go_to(qtbot, window, 30)
    correct(qtbot, window, 30)
    window.video.canvas.setFocus()
    assert said(window, "w") == "No joint of this pose has a counterpart on the other side to change places with."
    window.close()


def test_keys_about_the_dives_ends_and_path_say_what_is_so_already(qtbot, window):
    go_to(qtbot, window, 20)
    assert said(window, "[") == "The dive starts at this frame already."
    go_to(qtbot, window, 50)
    assert said(window, "]") == "The dive ends at this frame already."
    assert said(window, "u", SHIFT) == "This dive has not been reviewed yet."
    document = window.session.document
    by_hand = document.add_dive(window.session.video.id, time(60), time(70))
    settle(qtbot, window)
    window.session.select(by_hand)
    for key in ("m", "g"):
        assert said(window, key) == "This dive has no path; draw one with “Draw the path by hand” first."


def test_going_to_the_next_dive_of_none_says_so(qtbot, video):
    window = open_window(qtbot, video)
    for key in ("n", "p"):
        assert said(window, key) == "This video has no dives yet; find them with “Analyse whole video”, or add one."
    window.close()
