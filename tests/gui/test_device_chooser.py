"""The device menu and badge on the toolbar: devices that are there, remembered, and used by all that run models."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from review_window import open_at_dive, press, settle
from still_pose import StillPose

from app.window.settings import Settings
from inference.live.meter import LiveRate
from inference.models.devices import ComputeDevice
from inference.models.errors import DeviceGoneError

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
DEVICES = (ComputeDevice("cuda:0", "NVIDIA H200"), ComputeDevice("cpu", "CPU"))


@pytest.fixture
def loads(monkeypatch, no_shipped_weights):
    """Which devices models were loaded onto; cuda:1 is not there."""
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    found = []

    def load(wanted, device="auto"):
        found.append(device)
        if device == "cuda:1":
            raise DeviceGoneError("The device cuda:1 is not there; choose from cuda:0, cpu.")
        model = StillPose(Path(wanted).stem)
        model.device = "cuda:0" if device == "auto" else device
        return model

    monkeypatch.setattr("inference.models.pose_estimators.load_estimator", load)
    monkeypatch.setattr("inference.models.devices.compute_devices", lambda: DEVICES)
    return found


@pytest.fixture
def window(qtbot, tmp_path, loads, clip):
    """The first dive, frames 20 to 50, is selected and its frame 30 shown."""
    window = open_at_dive(qtbot, clip, tmp_path)
    yield window
    window.close()


def entries(window):
    return [(action.text(), action.isChecked()) for action in window.devices.menu.actions()]


def opened(qtbot, window):
    """What the menu says once the devices are known."""
    window.devices.menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: window.devices._job is None)
    return entries(window)


def take(qtbot, window, title):
    opened(qtbot, window)
    next(action for action in window.devices.menu.actions() if action.text() == title).trigger()


def test_the_menu_lists_the_devices_that_are_there_and_does_not_wait_for_them(qtbot, window, monkeypatch):
    asked, may_answer = threading.Event(), threading.Event()

    def slow():
        asked.set()
        assert may_answer.wait(60)
        return DEVICES

    monkeypatch.setattr("inference.models.devices.compute_devices", slow)
    window.devices.menu.aboutToShow.emit()
    assert entries(window) == [("Automatic", True), ("Looking for devices…", False)]
    qtbot.waitUntil(asked.is_set)
    may_answer.set()
    qtbot.waitUntil(lambda: entries(window) == [("Automatic", True), ("NVIDIA H200", False), ("CPU", False)])
    qtbot.waitUntil(lambda: window.devices._job is None)


def test_the_choice_is_remembered_and_live_poses_go_on_there(qtbot, window, loads):
    assert window.devices.button.text() == "Automatic"
    press(window, "s", SHIFT)
    qtbot.waitUntil(lambda: window.devices.button.text().startswith("CUDA 0 · "))
    take(qtbot, window, "CPU")
    assert window.devices.button.text() == "CPU"
    qtbot.waitUntil(lambda: window.devices.button.text().startswith("CPU · "))
    assert window.status.live.text().startswith("Live pose · CPU · ")
    assert loads == ["auto", "cpu"]
    assert Settings().pose_device == "cpu"
    assert opened(qtbot, window) == [("Automatic", False), ("NVIDIA H200", False), ("CPU", True)]
    press(window, "s", SHIFT)
    assert window.devices.button.text() == "CPU"


def test_live_poses_jobs_and_the_inspector_share_one_model(qtbot, window, loads):
    press(window, "s", SHIFT)
    qtbot.waitUntil(lambda: window.devices.button.text().startswith("CUDA 0 · "))
    press(window, "k", SHIFT)
    qtbot.waitUntil(lambda: not window.jobs.jobs, timeout=30000)
    settle(qtbot, window)
    assert window.session.document.keypoints(window.session.selected.id, 30)
    press(window, "h", SHIFT)
    inspector = window.docks.heatmaps.widget()
    qtbot.waitUntil(lambda: "has no heatmaps" in inspector.message.text(), timeout=20000)
    assert loads == ["auto"]


def test_a_model_that_is_no_longer_chosen_is_free(qtbot, window, loads):
    press(window, "k", SHIFT)
    qtbot.waitUntil(lambda: not window.jobs.jobs, timeout=30000)
    assert len(window.loaded._known) == 1
    take(qtbot, window, "CPU")
    assert len(window.loaded._known) == 0


def test_a_device_that_is_gone_is_told_and_automatic_taken_instead(qtbot, window, loads):
    window.settings.pose_device = "cuda:1"
    press(window, "k", SHIFT)
    qtbot.waitUntil(lambda: not window.jobs.jobs, timeout=30000)
    assert loads == ["cuda:1", "auto"]
    assert window.messages.text == "The device cuda:1 is not there any more; Default computes on cuda:0 now."
    assert opened(qtbot, window)[-1] == ("CUDA 1 is not there any more", False)


def test_the_badge_does_not_push_its_neighbours_about(window):
    window.devices.show_rate(LiveRate("cpu", 0.1234, 8.0, 0.2))
    assert window.devices.button.text() == "CPU · 123 ms"
    width = window.devices.button.minimumWidth()
    window.devices.show_rate(LiveRate("cuda:0", 0.0021, 480.0, 0.003))
    window.devices.show_rate(LiveRate("cpu", 0.0021, 480.0, 0.003))
    assert window.devices.button.text() == "CPU · 2.1 ms"
    assert window.devices.button.minimumWidth() >= width
    assert "2.1 ms a frame on cpu now, 480 frames/s" in window.devices.button.toolTip()
