"""The inspector with a network that draws heatmaps in three planes: by keys, side by side, compared, and saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plane_pose_model import COLUMNS, DEPTH, HEIGHT, ROWS, WIDTH, TinyPlanes, X, Z, y_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from review_window import FPS, open_at_dive, press, settle
from tiny_pose_model import tiny_estimator

from inference.models.model_store import models_folder
from inference.results import FrameTime
from widgets.colour_maps import colour_table

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton
Y = y_of("head_top")


@pytest.fixture
def window(qtbot, tmp_path, clip, monkeypatch, no_shipped_weights):
    """Frame 30 of the first dive, and the joint head_top, of which the default model knows the depth."""
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    models_folder().mkdir(parents=True)
    for name in ("flat", "broken"):
        (models_folder() / f"{name}.onnx").write_bytes(b"model")
    known = {"pose": TinyPlanes(), "flat": TinyPlanes(("xy",)), "broken": TinyPlanes(broken="zy")}
    known = {name: tiny_estimator(model) for name, model in known.items()}
    monkeypatch.setattr(
        "inference.models.pose_estimators.load_estimator", lambda wanted, device: known[Path(wanted).stem]
    )
    window = open_at_dive(qtbot, clip, tmp_path)
    press(window, "h", SHIFT)
    answered(qtbot, window, "xy")
    box = inspector(window).controls.joint
    box.setCurrentIndex(box.findData("head_top"))
    window.resize(1900, 800)
    yield window
    window.close()


def inspector(window):
    return window.docks.heatmaps.widget()


def panels(window):
    return [[view.panel for view in row] for row in inspector(window).views]


def answered(qtbot, window, *rows):
    """Wait until heatmaps or notes are shown, a word of planes for each model."""

    def is_answered():
        shown = panels(window)
        return [" ".join(panel.plane for panel in row) for row in shown] == list(rows) and all(
            panel.heatmap is not None or "loaded" not in panel.note for row in shown for panel in row
        )

    qtbot.waitUntil(is_answered, timeout=20000)


def facts(window):
    """By name, those of each panel."""
    return {row[0]: row[1:] for row in inspector(window).facts.facts()}


def choose_model(window, name):
    window.models.choose(next(each for each in window.heatmaps._models if each.name == name))


def test_each_stage_stands_in_the_list_once_and_planes_where_there_are_some(qtbot, window):
    controls = inspector(window).controls
    assert [controls.stage.itemText(place) for place in range(controls.stage.count())] == ["stage 1", "output"]
    assert [controls.plane.itemText(place) for place in range(controls.plane.count())] == ["xy", "zy", "xz", "All"]
    assert controls.plane.isVisible()
    press(window, "z", ALT)
    answered(qtbot, window, "zy")
    choose_model(window, "flat")
    qtbot.waitUntil(lambda: not controls.plane.isVisible())
    answered(qtbot, window, "xy")
    assert panels(window)[0][0].title == "flat · output"
    press(window, "z", ALT)
    assert panels(window)[0][0].heatmap is not None
    assert controls.chosen_planes == ("xy",)


def test_planes_by_key_as_long_as_the_inspector_is_in_sight(qtbot, window):
    assert panels(window)[0][0].title == "Default · output · xy"
    for planes in ("zy", "xz", "xy zy xz", "xy", "zy"):
        press(window, "z", ALT)
        answered(qtbot, window, planes)
    assert panels(window)[0][0].title == "Default · output · zy"
    press(window, Qt.Key.Key_Left, ALT)
    assert panels(window)[0][0].title == "Default · stage 1 · zy"
    press(window, "h", SHIFT)
    assert not inspector(window).isVisible()
    press(window, "z", ALT)
    assert inspector(window).controls.chosen_planes == ("zy",)


def test_facts_in_depth_are_normalised_and_never_of_the_picture(qtbot, window):
    assert facts(window)["Argmax"][0].startswith(f"{15:.1f}, {(Y + 1) / 2 * HEIGHT:.1f} · image ")
    assert facts(window)["Confidence"] == ["0.75"]
    press(window, "z", ALT)
    crop_y = (Y + 1) / 2 * HEIGHT
    assert facts(window)["Argmax"] == [f"z {Z['output']:.3f}, y {Y:.3f} · crop y {crop_y:.1f}"]
    assert facts(window)["Expectation"] == facts(window)["Argmax"]
    assert facts(window)["Argmax to expectation"] == ["0.000 normalised"]
    assert "px" not in facts(window)["Spread"][0]
    press(window, "z", ALT)
    assert facts(window)["Argmax"] == [f"x {X:.3f}, z {Z['output']:.3f} · crop x {15:.1f}"]
    assert not any("image" in text for texts in facts(window).values() for text in texts)
    assert "Confidence" not in facts(window)  # it is that of a place in the picture


def test_all_planes_side_by_side_with_all_their_facts(qtbot, window):
    for _ in range(3):
        press(window, "z", ALT)
    answered(qtbot, window, "xy zy xz")
    assert inspector(window).facts.facts()[0] == ["", "xy", "zy", "xz"]
    assert facts(window)["Argmax"][1:] == [f"z 0.300, y {Y:.3f}", "x 0.250, z 0.300"]
    QTest.mouseClick(inspector(window).controls.all_stages, LEFT)
    answered(qtbot, window, "xy zy xz xy zy xz")
    assert [panel.stage for panel in panels(window)[0]] == [0, 0, 0, 1, 1, 1]
    columns = [inspector(window)._grid.getItemPosition(place)[1] for place in range(6)]
    assert columns in ([0, 1, 2, 0, 1, 2], [0, 1, 2, 3, 4, 5])
    QTest.mouseClick(inspector(window).views[0][1], LEFT)
    assert inspector(window).controls.chosen_stage == 0
    assert facts(window)["Argmax"][1] == f"z -0.100, y {Y:.3f}"


def test_in_depth_there_is_no_picture_behind_and_the_mouse_says_where_it_is(qtbot, window):
    press(window, "z", ALT)
    answered(qtbot, window, "zy")
    inspector(window).controls.opacity.setValue(0)
    settle(qtbot, window)
    view = inspector(window).views[0][0]
    # Corners of the peak's pixel, row 3 of 16 and column 6 of 10, some of which no cross covers.
    image, ratio = view.grab().toImage(), view.devicePixelRatioF()
    corners = [view.layout_of_panel.to_widget((0.3 + x, Y + y)) for x in (-0.08, 0.08) for y in (-0.05, 0.05)]
    seen = [image.pixelColor(int(corner.x() * ratio), int(corner.y() * ratio)).getRgb()[:3] for corner in corners]
    assert max(seen, key=sum) == pytest.approx(colour_table("inferno")[255].tolist(), abs=2)
    peak = view.layout_of_panel.to_widget((0.22, Y - 0.05)).toPoint()
    QTest.mouseMove(view, view.rect().bottomRight())
    QTest.mouseMove(view, peak)
    qtbot.waitUntil(lambda: "raw" in inspector(window).key.pointed)
    assert inspector(window).key.pointed.startswith("z 0.2")
    assert f", y {Y - 0.05:.1f}" in inspector(window).key.pointed
    assert " · crop y 6." in inspector(window).key.pointed
    assert f"share {panels(window)[0][0].heatmap.pmm.max():.3g}" in inspector(window).key.pointed
    assert "image" not in inspector(window).key.pointed


def test_a_place_that_a_person_marked_is_the_truth_in_the_picture_alone(qtbot, window):
    for _ in range(3):
        press(window, "z", ALT)
    answered(qtbot, window, "xy zy xz")
    document, dive = window.session.document, window.session.selected
    place = panels(window)[0][0].in_image([15 + 3, (Y + 1) / 2 * HEIGHT + 4])
    document.set_keypoint(dive.id, FrameTime(30, 30 / FPS), "head_top", *place)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: panels(window)[0][0].truth is not None)
    assert [panel.has_truth for panel in panels(window)[0]] == [True, False, False]
    assert facts(window)["Error"] == [f"5.00 px · distance {np.hypot(3 * 2 / WIDTH, 4 * 2 / HEIGHT):.4f}", "", ""]


def test_values_that_are_no_numbers_are_told_in_their_own_panel(qtbot, window):
    choose_model(window, "broken")
    qtbot.waitUntil(lambda: panels(window)[0][0].title == "broken · output · xy")
    for _ in range(3):
        press(window, "z", ALT)
    answered(qtbot, window, "xy zy xz")
    row = panels(window)[0]
    assert [panel.heatmap is not None for panel in row] == [True, False, True]
    assert row[1].note == "The network's answer holds values that are no numbers."


def test_a_second_model_without_depth_says_so_in_its_panels(qtbot, window):
    for _ in range(3):
        press(window, "z", ALT)
    box = inspector(window).controls.model
    box.setCurrentIndex(box.findData("flat"))
    QTest.mouseClick(inspector(window).controls.compare, LEFT)
    answered(qtbot, window, "xy zy xz", "xy zy xz")
    first, second = panels(window)
    assert all(panel.heatmap is not None for panel in first)
    notes = ["", "flat has no heatmaps in the zy plane.", "flat has no heatmaps in the xz plane."]
    assert [panel.note for panel in second] == notes
    assert second[0].heatmap is not None
    assert inspector(window).facts.facts()[0][1:] == [panel.title for panel in (*first, *second)]


def test_saving_and_copying_tells_planes_apart(qtbot, window, tmp_path):
    for _ in range(3):
        press(window, "z", ALT)
    answered(qtbot, window, "xy zy xz")
    for name in ("seen.png", "seen.svg", "seen.npz"):
        window.heatmaps.save(tmp_path / name)
    assert QImage(str(tmp_path / "seen.png")).width() > 3 * 600
    assert "Default · output · xz" in (tmp_path / "seen.svg").read_text(encoding="utf-8")
    with np.load(tmp_path / "seen.npz") as file:
        assert file["model1_stages"].tolist() == ["stage 1", "output"]
        sizes = {"": (ROWS, COLUMNS), "_zy": (ROWS, DEPTH), "_xz": (DEPTH, COLUMNS)}
        for number in (1, 2):
            for plane, size in sizes.items():
                assert file[f"model1_raw_{number}{plane}"].shape == (17, *size)
                assert file[f"model1_pmm_{number}{plane}"].shape == (17, *size)
        joint = file["model1_joints"].tolist().index("head_top")
        np.testing.assert_allclose(file["model1_places_1"][joint], [15, (Y + 1) / 2 * HEIGHT], atol=1e-5)
        np.testing.assert_allclose(file["model1_places_2_zy"][joint], [Z["output"], Y], atol=1e-6)
        np.testing.assert_allclose(file["model1_places_1_xz"][joint], [X, Z["stage 1"]], atol=1e-6)
        assert not [name for name in file.files if "_3" in name]
    QTest.mouseClick(inspector(window).controls.copy, LEFT)
    assert QGuiApplication.clipboard().image().size() == QImage(str(tmp_path / "seen.png")).size()
