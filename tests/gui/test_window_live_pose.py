"""Live poses in the window: switched by key, drawn on the frame that they are of, told in the status line."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from review_window import (
    FPS,
    canvas_point,
    dive_path,
    go_to,
    open_at_dive,
    press,
    settle,
    store_dives,
)
from still_pose import OFFSETS, StillPose

from app.document.records import KeypointTrack
from inference.live.engine import LiveEngine
from inference.live.meter import LiveRate
from inference.models.errors import ModelError
from inference.models.model_store import models_folder
from inference.results import FrameTime, ModelIdentity
from widgets.theme import current_theme

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def models(monkeypatch, no_shipped_weights):
    """The default model sees a still pose; another one is a person's own."""
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    models_folder().mkdir(parents=True)
    (models_folder() / "mine.safetensors").write_bytes(b"model")
    known = {name: StillPose(name) for name in ("pose", "mine")}
    monkeypatch.setattr(
        "inference.models.pose_estimators.load_estimator", lambda wanted, device="auto": known[Path(wanted).stem]
    )
    return known


@pytest.fixture
def window(qtbot, tmp_path, models, clip):
    """The first dive, frames 20 to 50, is selected and its frame 30 shown."""
    window = open_at_dive(qtbot, clip, tmp_path)
    yield window
    for known in models.values():
        known.go_on.set()
    window.close()


def live_pose(window):
    return window.video.canvas._pose


def answered(qtbot, window):
    qtbot.waitUntil(lambda: live_pose(window) is not None, timeout=20000)


def ankle_hue(window, frame):
    """The hue at the place of the left ankle."""
    x, y = dive_path(20, 50).at(frame / FPS) + OFFSETS["left_ankle"]
    seen = window.video.canvas.grab().toImage().pixelColor(canvas_point(window, x, y))
    return seen.hsvHue() if seen.hsvSaturation() > 90 else None


def test_the_key_draws_the_pose_and_stores_nothing(qtbot, window):
    press(window, "s", SHIFT)
    answered(qtbot, window)
    wanted = QColor(current_theme().pose_left).hsvHue()
    assert abs(ankle_hue(window, 30) - wanted) < 12
    go_to(qtbot, window, 31)
    answered(qtbot, window)
    assert abs(ankle_hue(window, 31) - wanted) < 12
    assert window.actions_["live_pose"].isChecked()
    press(window, "s", SHIFT)
    assert live_pose(window) is None
    assert ankle_hue(window, 31) is None
    assert window.status.live.text() == ""
    document, dive = window.session.document, window.session.selected
    assert document.keypoint_tracks(dive.id) == ()
    assert {run.model.name for run in document.runs(window.session.video.id)} == {"motion"}


def test_the_button_lies_on_the_toolbar_beside_the_models(qtbot, window):
    button = window.docks.toolbar.widgetForAction(window.actions_["live_pose"])
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    answered(qtbot, window)
    assert window.models.button.geometry().right() < button.geometry().left()


def test_a_frame_without_an_answer_yet_shows_no_pose(qtbot, window, models):
    models["pose"].go_on.clear()
    press(window, "s", SHIFT)
    go_to(qtbot, window, 45)
    assert live_pose(window) is None
    models["pose"].go_on.set()
    answered(qtbot, window)
    assert live_pose(window).points[0, 0] == pytest.approx(dive_path(20, 50).at(45 / FPS)[0])


def test_the_status_line_says_device_and_speed_or_why_there_is_no_pose(qtbot, window, models):
    models["pose"].go_on.clear()
    press(window, "s", SHIFT)
    assert window.status.live.text() == "Live pose: starting Default…"
    models["pose"].go_on.set()
    answered(qtbot, window)
    qtbot.waitUntil(lambda: " ms a frame" in window.status.live.text())
    assert window.status.live.text().startswith("Live pose · CPU · ")
    go_to(qtbot, window, 70)
    assert window.status.live.text() == "Live pose: no dive with a path in this frame"
    assert live_pose(window) is None


def test_other_dives_than_the_selected_one_have_live_poses_too(qtbot, window):
    press(window, "s", SHIFT)
    go_to(qtbot, window, 100)
    answered(qtbot, window)
    assert live_pose(window).points[0, 0] == pytest.approx(dive_path(80, 115).at(100 / FPS)[0])


def test_what_is_stored_of_a_model_wins(qtbot, window, models):
    press(window, "s", SHIFT)
    answered(qtbot, window)
    document, dive = window.session.document, window.session.selected
    track = KeypointTrack(
        ModelIdentity("other", "1"), 30, ("left_wrist",), np.array([[[200.0, 20.0, 0.5]]], np.float32)
    )
    document.store_keypoints(dive.id, track)
    settle(qtbot, window)
    assert live_pose(window).points.tolist() == [[200.0, 20.0]]
    assert window.status.live.text() == "Live pose: this frame's keypoints are stored"
    window.session.select(None)
    assert live_pose(window).points.tolist() == [[200.0, 20.0]]


def test_a_keypoint_placed_by_a_person_wins_among_the_live_ones(qtbot, window):
    press(window, "s", SHIFT)
    answered(qtbot, window)
    document, dive = window.session.document, window.session.selected
    document.set_keypoint(dive.id, FrameTime(30, 30 / FPS), "left_wrist", 200.0, 20.0)
    settle(qtbot, window)
    pose = live_pose(window)
    assert len(pose.names) == len(OFFSETS)
    assert pose.points[pose.place_of("left_wrist")].tolist() == [200.0, 20.0]
    assert pose.points[0] == pytest.approx(dive_path(20, 50).at(30 / FPS) + OFFSETS[pose.names[0]])
    assert np.flatnonzero(pose.is_human).tolist() == [pose.place_of("left_wrist")]


def test_another_model_takes_over(qtbot, window, models):
    press(window, "s", SHIFT)
    answered(qtbot, window)
    models["mine"].go_on.clear()
    window.models.menu.aboutToShow.emit()
    next(action for action in window.models.menu.actions() if action.text() == "mine").trigger()
    assert live_pose(window) is None
    models["mine"].go_on.set()
    answered(qtbot, window)
    assert models["mine"].regions


def test_a_slow_model_is_asked_about_frames_that_it_can_answer_in_time(qtbot, window, monkeypatch):
    asked, urgent, room_left = [], [], []

    def want(engine, keys, picture_of, *, is_urgent=False, leaves_room=False):
        asked.append([key.frame for key in keys])
        urgent.append(is_urgent)
        room_left.append(leaves_room)

    monkeypatch.setattr(LiveEngine, "want", want)
    press(window, "s", SHIFT)
    assert asked[-1] == list(range(30, 51))
    assert not any(urgent)
    assert not any(room_left)
    # A tenth of a second is two and a half frames of this video, or ten at four times the speed.
    monkeypatch.setattr(LiveEngine, "rate", LiveRate("cpu", 0.06, 10.0, 0.1))
    monkeypatch.setattr(window.playback, "_tick", lambda: None)
    window.playback.play()
    assert asked[-1] == [*range(34, 51), 33, 32, 31, 30]
    assert urgent[-1]  # several at once would all come too late
    assert room_left[-1]
    window.playback.set_speed(4.0)
    assert asked[-1] == [*range(41, 51), *range(40, 29, -1)]
    window.playback.shuttle(-1)
    assert asked[-1] == [*range(26, 19, -1), 27, 28, 29, 30]
    monkeypatch.setattr(LiveEngine, "rate", LiveRate("cuda:0", 0.005, 100.0, 0.01))
    window.playback.set_speed(1.0)
    assert asked[-1] == list(range(30, 19, -1))
    assert not urgent[-1]
    assert room_left[-1]


def test_where_the_model_is_ahead_of_decoding_the_frame_shown_is_answered(qtbot, window, monkeypatch):
    press(window, "s", SHIFT)
    answered(qtbot, window)
    qtbot.waitUntil(lambda: "100 % of the dive" in window.status.live.text(), timeout=20000)
    window.live._engine._answers = type(window.live._engine._answers)(100)
    monkeypatch.setattr(LiveEngine, "rate", LiveRate("cpu", 0.06, 10.0, 0.1))
    monkeypatch.setattr(window.playback, "_tick", lambda: None)
    pixels = window.live._shown[1]
    monkeypatch.setattr(window.playback._frames.source, "get", lambda frame: None)  # none ahead is decoded yet
    window.playback.play()
    window.playback._show(31, pixels)
    qtbot.waitUntil(lambda: window.live.answer(31) is not None, timeout=20000)
    window.playback.pause()


def test_while_the_video_plays_answers_about_other_frames_do_not_paint_the_shown_one_again(qtbot, window, monkeypatch):
    press(window, "s", SHIFT)
    answered(qtbot, window)
    qtbot.waitUntil(lambda: "100 % of the dive" in window.status.live.text(), timeout=20000)
    told, counted = [], []
    window.live.answered.connect(lambda: told.append(window.playback.shown_frame))
    progress = window.live._background.progress
    monkeypatch.setattr(window.live._background, "progress", lambda dive: counted.append(dive) or progress(dive))
    monkeypatch.setattr(window.playback, "_tick", lambda: None)
    window.playback.play()
    told.clear()
    for frames in ({31, 32}, {30}):
        monkeypatch.setattr(window.live, "_rate_told_s", 0.0)
        window.live._take_answers(frames)
    assert told == [30]
    assert not counted
    window.playback.pause()
    window.live._take_answers({31, 32})
    assert told == [30, 30]


def test_poses_that_come_and_go_do_not_have_the_history_read(qtbot, window, monkeypatch):
    press(window, "s", SHIFT)
    answered(qtbot, window)
    read = []
    undo_text = window.session.document.undo_text
    monkeypatch.setattr(window.session.document, "undo_text", lambda video: read.append(video) or undo_text(video))
    go_to(qtbot, window, 60)  # after the dive
    qtbot.waitUntil(lambda: not window.actions_["swap_sides"].isEnabled())
    go_to(qtbot, window, 40)
    answered(qtbot, window)
    assert window.actions_["swap_sides"].isEnabled()
    assert not read


def test_what_is_wrong_is_said_once_and_switches_it_off(qtbot, window, monkeypatch):
    def load(wanted, device="auto"):
        raise ModelError("pose.safetensors is no pose model.")

    told = []
    window.live.failed.connect(told.append)
    monkeypatch.setattr("inference.models.pose_estimators.load_estimator", load)
    press(window, "s", SHIFT)
    qtbot.waitUntil(lambda: "is no pose model" in window.messages.text)
    go_to(qtbot, window, 31)
    assert len(told) == 1
    assert not window.actions_["live_pose"].isChecked()
    assert window.status.live.text() == ""


def test_without_a_model_it_stays_off(qtbot, window, no_shipped_weights):
    (no_shipped_weights / "pose.safetensors").unlink()
    (models_folder() / "mine.safetensors").unlink()
    press(window, "s", SHIFT)
    assert "There is no pose model yet" in window.messages.text
    assert not window.actions_["live_pose"].isChecked()


def test_switching_it_on_shows_skeletons(qtbot, window):
    press(window, "s")
    assert not window.actions_["show_pose"].isChecked()
    press(window, "s", SHIFT)
    assert window.actions_["show_pose"].isChecked()


def test_closing_the_review_ends_it_and_another_one_begins_anew(qtbot, window, models, tmp_path, clip):
    press(window, "s", SHIFT)
    answered(qtbot, window)
    window.session.close()
    settle(qtbot, window)
    assert window.status.live.text() == ""
    before = len(models["pose"].regions)
    folder = tmp_path / "other"
    folder.mkdir()
    window.opening.open(Path(shutil.copy(clip, folder / "other.mp4")))
    qtbot.waitUntil(lambda: window.playback.shown_frame >= 0, timeout=20000)
    store_dives(qtbot, window)
    go_to(qtbot, window, 30)
    answered(qtbot, window)
    assert len(models["pose"].regions) > before


@pytest.mark.parametrize(("key", "modifiers"), [("s", SHIFT), ("h", Qt.KeyboardModifier.NoModifier), ("e", SHIFT)])
def test_who_asks_for_poses_where_there_is_no_dive_is_told(qtbot, window, key, modifiers):
    go_to(qtbot, window, 60)
    press(window, key, modifiers)
    wanted = "Poses are found in the frames of dives that have a path; none is in this frame."
    assert window.messages.text == wanted
    window.messages.dismiss()
    press(window, key, modifiers)
    assert window.messages.text == ""
    go_to(qtbot, window, 30)
    press(window, key, modifiers)
    assert window.messages.text != wanted
