"""Poses in the window: the model's menu, finding them by key, and showing them over the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from review_window import FPS, canvas_point, dive_path, go_to, make_clip, open_window, press, settle, store_dives
from still_pose import OFFSETS, SCORE, CrampedPose, StillPose

from inference.models.model_store import models_folder
from inference.results import FrameTime
from widgets.theme import current_theme

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def model(monkeypatch, no_shipped_weights):
    """The default model sees a still pose; another one is a person's own."""
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    models_folder().mkdir(parents=True)
    (models_folder() / "mine.onnx").write_bytes(b"model")
    models = {name: StillPose(name) for name in ("pose", "mine")}
    monkeypatch.setattr(
        "inference.models.pose_estimators.load_estimator", lambda wanted, device: models[Path(wanted).stem]
    )
    return models["pose"]


@pytest.fixture
def window(qtbot, tmp_path, model):
    """The first dive, frames 20 to 50, is selected and its frame 30 shown."""
    window = open_window(qtbot, make_clip(tmp_path))
    first, *_ = store_dives(qtbot, window)
    window.session.select(first)
    go_to(qtbot, window, 30)
    window.video.canvas.setFocus()
    yield window
    window.close()


def wait(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs.jobs, timeout=30000)
    settle(qtbot, window)


def keypoints(window, frame):
    return window.session.document.keypoints(window.session.selected.id, frame)


def place(frame, joint="left_wrist"):
    return dive_path(20, 50).at(frame / FPS) + OFFSETS[joint]


def colour_at(window, point):
    return window.video.canvas.grab().toImage().pixelColor(canvas_point(window, *point))


def choose(window, title):
    """Open the menu of models by its button and take an entry."""
    window.models.menu.aboutToShow.emit()
    action = next(action for action in window.models.menu.actions() if action.text() == title)
    action.trigger()


def test_the_pose_of_one_frame_is_stored_and_drawn(qtbot, window):
    press(window, "k", SHIFT)
    wait(qtbot, window)
    wrist = keypoints(window, 30)["left_wrist"]
    assert (wrist.x, wrist.y, wrist.predicted[2]) == pytest.approx((*place(30), SCORE), abs=0.01)
    assert not wrist.is_human
    assert keypoints(window, 29) == keypoints(window, 31) == {}
    ankle = place(30, "left_ankle")
    seen, wanted = colour_at(window, ankle), QColor(current_theme().pose_left)
    assert abs(seen.hsvHue() - wanted.hsvHue()) < 12
    assert seen.hsvSaturation() > 90

    go_to(qtbot, window, 31)
    assert abs(colour_at(window, ankle).hsvHue() - wanted.hsvHue()) > 12


def test_the_pose_of_a_dive_is_in_all_its_frames(qtbot, window):
    press(window, "k", CTRL)
    wait(qtbot, window)
    for frame in (20, 37, 50):
        assert keypoints(window, frame)["left_wrist"].x == pytest.approx(place(frame)[0], abs=0.01)
    assert keypoints(window, 19) == keypoints(window, 51) == {}
    runs = window.session.document.runs(window.session.video.id)
    assert (runs[-1].model.name, runs[-1].first_frame, runs[-1].last_frame) == ("pose", 20, 50)


def test_the_pose_lies_over_the_tracked_crop_too(qtbot, window):
    press(window, "k", SHIFT)
    wait(qtbot, window)
    press(window, Qt.Key.Key_Tab, CTRL)
    crop = window.video.crop
    qtbot.waitUntil(lambda: crop.isVisible() and crop.shown_frame == 30)
    drawn = crop.grab().toImage()
    # The diver is in the crop's middle, which is what the offsets are from.
    side = window.crop._side
    x, y = crop.view.to_widget((side / 2 + OFFSETS["left_ankle"][0], side / 2 + OFFSETS["left_ankle"][1]))
    seen, wanted = drawn.pixelColor(round(x), round(y)), QColor(current_theme().pose_left)
    assert abs(seen.hsvHue() - wanted.hsvHue()) < 12
    press(window, "s")
    assert crop.grab().toImage() != drawn


def test_what_a_person_placed_stays_when_a_model_runs_again(qtbot, window):
    document, dive = window.session.document, window.session.selected
    document.set_keypoint(dive.id, FrameTime(30, 30 / FPS), "left_wrist", 200.0, 20.0)
    press(window, "k", CTRL)
    wait(qtbot, window)
    wrist = keypoints(window, 30)["left_wrist"]
    assert (wrist.x, wrist.y, wrist.is_human) == (200.0, 20.0, True)
    assert wrist.predicted[:2] == pytest.approx(tuple(place(30)), abs=0.01)
    assert colour_at(window, (200, 20)) == QColor(current_theme().pose_left)


def test_the_skeleton_is_switched_by_its_key_and_stays_so(qtbot, window):
    press(window, "k", SHIFT)
    wait(qtbot, window)
    drawn = window.video.canvas.grab().toImage()
    press(window, "s")
    assert window.video.canvas.grab().toImage() != drawn
    assert not window.settings.is_overlay_shown("pose")
    press(window, "s")
    assert window.video.canvas.grab().toImage() == drawn


def test_another_model_is_chosen_from_the_menu(qtbot, window, model):
    assert window.models.button.text() == "Default"
    window.models.menu.aboutToShow.emit()
    texts = [action.text() for action in window.models.menu.actions() if action.text()]
    assert texts == ["Default", "mine", "Add a model…", "Pose of this frame", "Pose of this dive"]
    choose(window, "mine")
    assert window.models.button.text() == "mine"
    press(window, "k", SHIFT)
    wait(qtbot, window)
    assert window.session.document.runs(window.session.video.id)[-1].model.name == "mine"
    assert model.regions == []


def test_a_model_is_added_and_a_wrong_file_told(qtbot, window, tmp_path):
    (tmp_path / "further.onnx").write_bytes(b"model")
    window.models.add(tmp_path / "further.onnx")
    assert (models_folder() / "further.onnx").is_file()
    assert window.models.button.text() == "further"
    window.models.add(tmp_path / "picture.jpg")
    assert "picture.jpg is no model" in window.messages.text


def test_one_run_at_a_time(qtbot, window, model):
    model.go_on.clear()
    press(window, "k", CTRL)
    qtbot.waitUntil(lambda: window.jobs.active_thread_count == 1)
    press(window, "k", SHIFT)
    assert "running already" in window.messages.text
    model.go_on.set()
    wait(qtbot, window)
    assert len(keypoints(window, 40)) == 17


def test_closing_the_review_in_the_middle_stores_nothing_and_harms_nothing(qtbot, window, model):
    model.go_on.clear()
    press(window, "k", CTRL)
    qtbot.waitUntil(lambda: window.jobs.active_thread_count == 1)
    window.session.close()
    model.go_on.set()
    qtbot.waitUntil(lambda: not window.jobs.jobs, timeout=30000)
    assert window.session.document is None


def test_what_stands_in_the_way_is_said(qtbot, window, no_shipped_weights):
    go_to(qtbot, window, 70)
    press(window, "k", SHIFT)
    assert "Go to a frame of the selected dive first" in window.messages.text
    window.editing.add(120, 135)
    settle(qtbot, window)
    window.session.select(next(dive.id for dive in window.session.dives if dive.start.frame == 120))
    press(window, "k", CTRL)
    assert "no path for the crop to follow" in window.messages.text
    (no_shipped_weights / "pose.safetensors").unlink()
    (models_folder() / "mine.onnx").unlink()
    press(window, "k", CTRL)
    assert "There is no pose model yet" in window.messages.text


def test_without_a_dive_there_is_nothing_to_find_a_pose_of(qtbot, window):
    window.session.select(None)
    settle(qtbot, window)
    assert not window.actions_["pose_frame"].isEnabled()
    assert not window.actions_["pose_dive"].isEnabled()


def test_the_button_opens_the_menu(qtbot, window):
    shown = []
    window.models.menu.aboutToShow.connect(lambda: shown.append(True))
    window.models.menu.aboutToShow.connect(window.models.menu.close, Qt.ConnectionType.QueuedConnection)
    QTest.mouseClick(window.models.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(shown) and not window.models.menu.isVisible())
    assert np.all([action.isVisible() for action in window.models.menu.actions()])


@pytest.mark.parametrize(
    ("room", "processed", "notice"),
    [
        (3, 0, "The GPU has too little memory for 4 frames at once; Default looks at 2 at once now."),
        (0, 31, "The GPU has too little memory for Default; it computes on the processor now, more slowly."),
    ],
)
def test_too_little_memory_on_the_gpu_stops_no_job(qtbot, window, model, monkeypatch, room, processed, notice):
    gpu = CrampedPose("pose", room)
    monkeypatch.setattr(
        "inference.models.pose_estimators.load_estimator", lambda wanted, device: model if device == "cpu" else gpu
    )
    press(window, "k", CTRL)
    wait(qtbot, window)
    for frame in (20, 37, 50):
        assert keypoints(window, frame)["left_wrist"].x == pytest.approx(place(frame)[0], abs=0.01)
    assert (len(gpu.regions), len(model.regions)) == (31 - processed, processed)
    assert window.messages.text == notice
