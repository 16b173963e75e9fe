"""Keypoints placed by hand in the window: dragged in both pictures, walked through and changed by key, undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from posed_window import JOINTS, human_places, keypoint, open_posed_window, predicted_place, widget_point
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from review_window import drag, go_to, open_window, press, settle
from still_pose import StillPose

from app.document.document import ReviewDocument
from app.document.records import Visibility

CTRL, SHIFT, ALT = (getattr(Qt.KeyboardModifier, f"{key}Modifier") for key in ("Control", "Shift", "Alt"))


@pytest.fixture
def window(qtbot, video):
    window = open_posed_window(qtbot, video)
    yield window
    window.close()


def drag_joint(view, joint, by, frame=30):
    """Drag a joint where it is drawn; returns where in the frame it goes."""
    start = widget_point(view, predicted_place(frame, joint))
    drag(view, start, start + by)
    exact = view.to_widget(predicted_place(frame, joint))
    return view.view.to_image(exact[0] + by.x(), exact[1] + by.y())


def undo_text(window):
    return window.session.document.undo_text(window.session.video.id)


def test_a_dragged_joint_becomes_a_persons_in_one_step(qtbot, window):
    canvas = window.video.canvas
    place = drag_joint(canvas, "left_wrist", QPoint(30, -20))
    wrist = keypoint(window, "left_wrist")
    assert (wrist.x, wrist.y) == pytest.approx(place)
    assert wrist.is_human
    assert wrist.predicted[:2] == predicted_place(30, "left_wrist")
    assert list(human_places(window)) == ["left_wrist"]
    settle(qtbot, window)
    assert canvas._pose.points[1] == pytest.approx(place)
    assert undo_text(window) == "Move left wrist"
    press(window, "z", CTRL)
    settle(qtbot, window)
    assert human_places(window) == {}
    assert canvas._pose.points[1].tolist() == list(predicted_place(30, "left_wrist"))
    assert undo_text(window) is None


def test_a_joint_is_dragged_in_the_tracked_crop(qtbot, window):
    press(window, Qt.Key.Key_Tab, CTRL)
    crop = window.video.crop
    qtbot.waitUntil(lambda: crop.isVisible() and crop.shown_frame == 30)
    start = widget_point(crop, predicted_place(30, "head"))
    drag(crop, start, start + QPoint(20, 10))
    scale = crop.view.scale
    assert human_places(window) == {"head": pytest.approx((120 + 20 / scale, 40 + 10 / scale))}
    assert window.video.canvas.selected_joint == crop.selected_joint == "head"


def test_a_drag_pauses_and_esc_stores_nothing(window):
    canvas = window.video.canvas
    at = widget_point(canvas, predicted_place(30, "head"))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    window.playback.play()
    QTest.mouseMove(canvas, at + QPoint(20, 20))
    assert canvas.is_moving_joint
    assert not window.playback.is_playing
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at + QPoint(20, 20))
    assert human_places(window) == {}
    assert undo_text(window) is None


def test_a_review_that_is_read_only_says_so(qtbot, tmp_path, window):
    path = window.session.document.path
    other = open_window(qtbot, Path(path))
    other.session.select(other.session.dives[0].id)
    go_to(qtbot, other, 30)
    canvas = other.video.canvas
    start = widget_point(canvas, predicted_place(30, "head"))
    drag(canvas, start, start + QPoint(30, 0))
    assert "Keypoints cannot be moved: the review is read-only." in other.messages.text
    assert canvas._pose.points[0].tolist() == list(predicted_place(30, "head"))
    assert human_places(window) == {}
    other.close()


def test_tab_walks_through_the_joints_and_leaves_the_picture_after_the_last(window):
    walked = []
    for _ in JOINTS:
        press(window, Qt.Key.Key_Tab)
        walked.append(window.video.canvas.selected_joint)
    assert tuple(walked) == JOINTS
    press(window, Qt.Key.Key_Backtab, SHIFT)
    assert window.video.canvas.selected_joint == JOINTS[-2]
    press(window, Qt.Key.Key_Tab)
    press(window, Qt.Key.Key_Tab)
    assert window.video.canvas.selected_joint is None
    for _ in range(3):  # the path's handles come before the next widget
        press(window, Qt.Key.Key_Tab)
    press(window, Qt.Key.Key_Tab)
    assert not window.video.canvas.hasFocus()


def test_elsewhere_tab_moves_the_focus(window):
    field = next(field for field in window.docks.dives.findChildren(QLineEdit) if field.isVisible())
    field.setFocus()
    press(window, Qt.Key.Key_Tab)
    assert window.focusWidget() is not field
    assert window.video.canvas.selected_joint is None


def test_v_hides_the_selected_joint_and_shows_it_again(qtbot, window):
    press(window, Qt.Key.Key_Tab)
    press(window, "v")
    assert keypoint(window, "head").visibility is Visibility.HIDDEN
    assert (keypoint(window, "head").x, keypoint(window, "head").is_human) == (120.0, True)
    assert undo_text(window) == "Hide head"
    press(window, "v")
    assert keypoint(window, "head").visibility is Visibility.VISIBLE
    press(window, "v")
    drag_joint(window.video.canvas, "head", QPoint(20, 0))
    assert keypoint(window, "head").visibility is Visibility.HIDDEN


def test_delete_and_backspace_bring_the_prediction_back_and_reject_no_dive(qtbot, window):
    canvas = window.video.canvas
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        drag_joint(canvas, "left_wrist", QPoint(30, -20))
        press(window, key)
        assert human_places(window) == {}
        assert canvas._pose.points[1].tolist() == list(predicted_place(30, "left_wrist"))
        assert undo_text(window) == "Take back left wrist"
    press(window, Qt.Key.Key_Delete)
    assert "The left wrist is where the model found it" in window.messages.text
    settle(qtbot, window)
    assert window.session.selected.status == "unreviewed"


def test_alt_and_arrows_move_the_joint_in_one_step_each(qtbot, window):
    press(window, Qt.Key.Key_Tab)
    press(window, Qt.Key.Key_Right, ALT)
    press(window, Qt.Key.Key_Down, ALT | SHIFT)
    assert human_places(window) == {"head": (121.0, 50.0)}
    settle(qtbot, window)
    press(window, "z", CTRL)
    assert human_places(window) == {"head": (121.0, 40.0)}


def test_the_joint_stays_selected_from_frame_to_frame(qtbot, window):
    press(window, Qt.Key.Key_Tab)
    press(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.video.canvas.shown_frame == 31)
    press(window, Qt.Key.Key_Right, ALT)
    assert human_places(window, 31) == {"head": (123.0, 40.0)}
    assert human_places(window, 30) == {}


def test_actions_need_a_pose_and_a_joint(qtbot, window):
    def enabled():
        return [window.actions_[name].isEnabled() for name in ("next_keypoint", "keypoint_visibility")]

    assert enabled() == [True, False]
    press(window, Qt.Key.Key_Tab)
    assert enabled() == [True, True]
    window.table.setFocus()
    assert enabled()[1]
    go_to(qtbot, window, 70)
    window.video.canvas.setFocus()
    assert enabled() == [False, False]


def test_a_joint_of_a_live_pose_is_stored_for_its_dive_and_frame(qtbot, video, monkeypatch, no_shipped_weights):
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    monkeypatch.setattr("inference.models.pose_estimators.load_estimator", lambda wanted, device="auto": StillPose())
    window = open_posed_window(qtbot, video, frame=100)
    press(window, "s", SHIFT)
    canvas = window.video.canvas
    qtbot.waitUntil(lambda: bool(canvas.joints), timeout=20000)
    dive = window.session.dives[1].id  # frame 100 is in this one, and the first is selected
    before = canvas._pose.points.copy()
    wrist = canvas._pose.names.index("left_wrist")
    start = widget_point(canvas, before[wrist])
    drag(canvas, start, start + QPoint(0, 30))
    document = window.session.document
    assert document.labelled_frames(dive) == (100,)
    assert list(document.keypoints(dive, 100)) == ["left_wrist"]
    settle(qtbot, window)
    others = [place for place in range(len(before)) if place != wrist]
    assert canvas._pose.points[others].tolist() == before[others].tolist()
    assert canvas._pose.points[wrist, 1] == pytest.approx(before[wrist, 1] + 30 / canvas.view.scale)
    path = document.path
    window.close()
    with ReviewDocument.open(path) as again:
        assert again.labelled_frames(dive) == (100,)


def test_the_found_pose_under_a_corrected_one_is_switched_by_key_and_stays_so(window):
    canvas = window.video.canvas
    drag_joint(canvas, "left_wrist", QPoint(60, -20))
    drawn = canvas.grab().toImage()
    press(window, "g", SHIFT)
    assert canvas.grab().toImage() != drawn
    assert not window.settings.is_overlay_shown("ghost")
    press(window, "g", SHIFT)
    assert canvas.grab().toImage() == drawn
