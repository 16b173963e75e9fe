"""Heatmap, ellipses and fields of live poses in the window: switched by key, styled by menu, remembered."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from review_window import FPS, dive_path, go_to, open_at_dive, open_window, press, settle
from still_pose import SCORE, StillPose

from app.window.settings import MAP_OVERLAYS
from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.crop_map import crop_map
from inference.pose.pose_maps import pose_maps
from inference.pose.skeletons import CANONICAL_17
from inference.results import FrameTime
from widgets.canvas.pose_overlay import MIDDLE

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
WHOLE = (-1.0, -1.0, 1.0, 1.0)
LIMBS = ((CANONICAL_17.index("left_hip"), CANONICAL_17.index("left_knee")), (CANONICAL_17.index("head_top"), 0))


class MappedPose(StillPose):
    """A still pose with a heatmap of 17 x 17 px for each joint, whose peak is in the row and column of its place."""

    has_maps = has_fields = True

    def estimate_with_maps(self, pictures, regions):
        poses = self.estimate(pictures, regions)
        if not self.has_maps:
            return poses
        raw = np.eye(17, dtype=np.float32)[:, :, None] * np.eye(17, dtype=np.float32)[:, None, :]
        fields = np.zeros((2, 2, 17, 17), np.float32)
        fields[:, 0, 3, 4] = 1, 0.5
        shown = (LIMBS, fields) if self.has_fields else ((), None)
        maps = [pose_maps(raw, raw, crop_map(region, (17, 17)), WHOLE, *shown) for region in regions]
        return EstimatedPoses(poses.keypoints, poses.scores, tuple(maps))


@pytest.fixture
def model(monkeypatch, no_shipped_weights):
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    known = MappedPose()
    monkeypatch.setattr("inference.models.pose_estimators.load_estimator", lambda wanted, device="auto": known)
    return known


@pytest.fixture
def window(qtbot, tmp_path, model, clip):
    """The first dive, frames 20 to 50, is selected and its frame 30 shown."""
    window = open_at_dive(qtbot, clip, tmp_path)
    yield window
    window.close()


def maps(window):
    return window.video.canvas._maps


def heatmap(qtbot, window):
    qtbot.waitUntil(lambda: maps(window).heatmap is not None, timeout=20000)
    return maps(window).heatmap


def choose(window, title, text):
    """Open a list of the menu and choose an entry."""
    lists = {each.title(): each for each in window._overlay_menu.findChildren(type(window._overlay_menu))}
    lists[title].aboutToShow.emit()
    entries = {action.text(): action for action in lists[title].actions()}
    entries[text].trigger()
    return list(entries)


def test_the_key_shows_the_heatmap_of_all_joints_and_finds_poses_live(qtbot, window):
    press(window, "h")
    shown = heatmap(qtbot, window)
    assert window.actions_["live_pose"].isChecked()
    # Each joint at its confidence.
    np.testing.assert_array_equal(shown.values, np.eye(17, dtype=np.uint8) * round(255 * SCORE))
    assert window.video.crop._maps is maps(window)
    middle = shown.to_frame @ [8.5, 8.5, 1]
    assert middle == pytest.approx(dive_path(20, 50).at(30 / FPS))
    press(window, "h")
    assert maps(window).heatmap is None
    assert window.actions_["live_pose"].isChecked()


def test_without_live_poses_there_are_no_maps(qtbot, window):
    press(window, "h")
    heatmap(qtbot, window)
    press(window, "s", SHIFT)
    assert maps(window).heatmap is None
    assert window.actions_["show_heatmap"].isChecked()
    press(window, "s", SHIFT)
    heatmap(qtbot, window)


def test_each_overlay_has_a_key_of_its_own(qtbot, window):
    press(window, "e", SHIFT)
    qtbot.waitUntil(lambda: maps(window).spread is not None)
    assert maps(window).heatmap is None
    assert maps(window).fields is None
    assert len(maps(window).spread.means) == 17
    press(window, "p", SHIFT)
    qtbot.waitUntil(lambda: maps(window).fields is not None)
    assert maps(window).fields.fields.shape == (2, 2, 17, 17)
    press(window, "e", SHIFT)
    assert maps(window).spread is None
    press(window, "d", SHIFT)
    qtbot.waitUntil(lambda: maps(window).samples is not None)
    assert maps(window).samples.places.shape == (32, 17, 2)
    assert maps(window).spread is None


def test_maps_follow_the_frame_and_are_of_no_other(qtbot, window, model):
    press(window, "h")
    heatmap(qtbot, window)
    model.go_on.clear()
    go_to(qtbot, window, 100)
    assert maps(window).heatmap is None
    model.go_on.set()
    shown = heatmap(qtbot, window)
    assert shown.to_frame @ [8.5, 8.5, 1] == pytest.approx(dive_path(80, 115).at(100 / FPS))
    go_to(qtbot, window, 70)
    assert maps(window).heatmap is None


def test_maps_are_found_where_the_pose_is_stored_too(qtbot, window):
    document, dive = window.session.document, window.session.selected
    document.set_keypoint(dive.id, FrameTime(30, 30 / FPS), "left_wrist", 200.0, 20.0)
    settle(qtbot, window)
    press(window, "h")
    heatmap(qtbot, window)
    assert [200.0, 20.0] in window.video.canvas._pose.points.tolist()


def test_without_overlays_of_maps_none_are_made(qtbot, window, model, monkeypatch):
    asked = []
    monkeypatch.setattr(model, "estimate_with_maps", lambda *given: asked.append(given), raising=False)
    press(window, "s", SHIFT)
    qtbot.waitUntil(lambda: window.video.canvas._pose is not None, timeout=20000)
    assert asked == []


def test_one_joint_is_chosen_by_menu_or_by_key(qtbot, window):
    press(window, "h")
    heatmap(qtbot, window)
    press(window, "p", SHIFT)
    press(window, "e", SHIFT)
    entries = choose(window, "Joint", "Left knee")
    assert entries[:3] == ["All joints", "Joint of the heatmap inspector", "Head top"]
    place = CANONICAL_17.index("left_knee")
    assert np.argwhere(maps(window).heatmap.values).tolist() == [[place, place]]
    assert maps(window).heatmap.values.max() == 255
    assert len(maps(window).spread.means) == 1
    press(window, "d", SHIFT)
    assert maps(window).samples.places.shape == (32, 1, 2)
    # The fields of the limbs that end there.
    assert len(maps(window).fields.fields) == 1
    press(window, Qt.Key.Key_Down, ALT)
    press(window, Qt.Key.Key_Down, ALT)
    joint = CANONICAL_17.joints[place + 2]
    assert window.settings.maps_joint == joint
    assert np.argwhere(maps(window).heatmap.values).tolist() == [[place + 2, place + 2]]
    assert maps(window).spread.sides.tolist() == [MIDDLE]
    press(window, Qt.Key.Key_Up, ALT)
    assert window.settings.maps_joint == CANONICAL_17.joints[place + 1]
    choose(window, "Joint", "All joints")
    assert np.count_nonzero(maps(window).heatmap.values) == 17


def test_the_joint_of_the_inspector_can_be_followed(qtbot, window):
    press(window, "h")
    heatmap(qtbot, window)
    choose(window, "Joint", "Joint of the heatmap inspector")
    assert np.count_nonzero(maps(window).heatmap.values) == 17
    controls = window.heatmap_inspector.controls
    controls.set_joints(CANONICAL_17.joints)
    controls.joint.setCurrentIndex(5)
    assert np.argwhere(maps(window).heatmap.values).tolist() == [[5, 5]]


def test_opacity_and_colours_are_chosen_and_remembered(qtbot, window, tmp_path):
    press(window, "h")
    heatmap(qtbot, window)
    choose(window, "Heatmap opacity", "40 %")
    choose(window, "Heatmap colours", "Viridis")
    choose(window, "Joint", "Neck")
    assert (maps(window).heatmap.opacity, maps(window).heatmap.colour_map) == (0.4, "viridis")
    chosen = [text for text in ("Inferno", "Viridis") if _is_checked(window, "Heatmap colours", text)]
    assert chosen == ["Viridis"]
    window.close()
    again = open_window(qtbot)
    assert [name for name in MAP_OVERLAYS if again.actions_[f"show_{name}"].isChecked()] == ["heatmap"]
    assert (again.settings.maps_opacity, again.settings.maps_colours, again.settings.maps_joint) == (
        0.4,
        "viridis",
        "neck",
    )
    # Nothing runs before a person wants it.
    assert not again.live.is_on
    again.close()


def _is_checked(window, title, text):
    lists = {each.title(): each for each in window._overlay_menu.findChildren(type(window._overlay_menu))}
    lists[title].aboutToShow.emit()
    return next(action for action in lists[title].actions() if action.text() == text).isChecked()


@pytest.mark.parametrize(
    ("lacks", "key", "modifiers", "sentence"),
    [
        ("has_maps", "h", Qt.KeyboardModifier.NoModifier, "This model has no heatmaps"),
        ("has_fields", "p", SHIFT, "This model has no part affinity fields"),
    ],
)
def test_what_a_model_does_not_have_is_said_once(qtbot, window, model, lacks, key, modifiers, sentence):
    setattr(model, lacks, False)
    said = []
    window.maps.said.connect(said.append)
    press(window, key, modifiers)
    qtbot.waitUntil(lambda: bool(said), timeout=20000)
    assert said[0].startswith(sentence)
    go_to(qtbot, window, 31)
    qtbot.waitUntil(lambda: window.video.canvas._pose is not None)
    assert len(said) == 1
