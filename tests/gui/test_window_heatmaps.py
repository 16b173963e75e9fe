"""The heatmap inspector in the window: of the frame that is shown and no other, by keys, compared, and saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numbered_heatmaps import CELLS, SIDE, NumberedHeatmaps, NumberedPlaces
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from review_window import FPS, go_to, open_at_dive, press, settle
from still_pose import StillPose

from inference.models.errors import ModelError
from inference.models.model_store import models_folder
from inference.results import FrameTime

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def models(monkeypatch, no_shipped_weights):
    """The default model and a person's own have numbered heatmaps, one has stages without, another nothing to show."""
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    models_folder().mkdir(parents=True)
    for name in ("mine", "plain", "steps"):
        (models_folder() / f"{name}.onnx").write_bytes(b"model")
    known = {"pose": NumberedHeatmaps("pose"), "mine": NumberedHeatmaps("mine"), "plain": StillPose("plain")}
    known["steps"] = NumberedPlaces("steps")
    monkeypatch.setattr(
        "inference.models.pose_estimators.load_estimator", lambda wanted, device: known[Path(wanted).stem]
    )
    return known


@pytest.fixture
def window(qtbot, tmp_path, clip, models):
    """The first dive, frames 20 to 50, is selected and its frame 30 shown, with the inspector in sight."""
    window = open_at_dive(qtbot, clip, tmp_path)
    press(window, "h", SHIFT)
    yield window
    for known in models.values():
        known.go_on.set()
    window.close()


def inspector(window):
    return window.docks.heatmaps.widget()


def panels(window):
    return [[view.panel for view in row] for row in inspector(window).views]


def answered(qtbot, window, rows=1):
    """Wait until every panel has a heatmap."""

    def is_answered():
        shown = panels(window)
        return len(shown) == rows and all(panel.heatmap is not None for row in shown for panel in row)

    qtbot.waitUntil(is_answered, timeout=20000)


def numbers(window):
    """The frames that the heatmaps on the screen are of."""
    return {float(panel.heatmap.raw.max()) for row in panels(window) for panel in row if panel.heatmap is not None}


def test_the_heatmap_of_the_frame_is_shown_with_its_facts(qtbot, window):
    answered(qtbot, window)
    assert numbers(window) == {30}
    assert inspector(window).caption.text().startswith("Frame 30 · 00:00:01.20 · tracked crop of dive 1")
    assert panels(window)[0][0].title == "Default · output"
    facts = {row[0]: row[1] for row in inspector(window).facts.facts()}
    assert facts["Peak"].startswith("30 raw")
    assert facts["Confidence"] == "0.50"
    assert facts["Argmax"].startswith(f"{1.5 * SIDE / CELLS:.1f}, {0.5 * SIDE / CELLS:.1f} · image ")
    assert "True place" not in facts


def test_no_heatmap_is_ever_shown_on_another_frame(qtbot, window, models):
    answered(qtbot, window)
    wrong = []
    window.heatmaps._answers.answered.connect(lambda: wrong.extend(numbers(window) - {window.playback.shown_frame}))
    models["pose"].go_on.clear()
    press(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.playback.shown_frame == 31)
    assert numbers(window) == set()
    qtbot.waitUntil(lambda: window.heatmaps._answers._job is not None)
    go_to(qtbot, window, 40)
    assert inspector(window).caption.text().startswith("Frame 40")
    models["pose"].go_on.set()
    answered(qtbot, window)
    assert numbers(window) == {40}
    go_to(qtbot, window, 31)
    answered(qtbot, window)
    assert numbers(window) == {31}
    assert not wrong
    # What was answered once is not asked again.
    assert len(models["pose"].regions) == 3


def test_joints_and_stages_by_key(qtbot, window, models):
    answered(qtbot, window)
    first = inspector(window).controls.chosen_joint
    press(window, Qt.Key.Key_Down, ALT)
    second = inspector(window).controls.chosen_joint
    assert second == models["pose"].skeleton.joints[1]
    assert inspector(window).caption.text().endswith(second.replace("_", " "))
    assert panels(window)[0][0].heatmap.raw.argmax() == CELLS + 1  # second row, second column
    press(window, Qt.Key.Key_Left, ALT)
    assert panels(window)[0][0].title == "Default · stage 1"
    assert panels(window)[0][0].heatmap.raw.argmax() == CELLS
    press(window, Qt.Key.Key_Up, ALT)
    assert inspector(window).controls.chosen_joint == first


def test_all_stages_side_by_side_and_a_click_for_the_facts(qtbot, window):
    answered(qtbot, window)
    QTest.mouseClick(inspector(window).controls.all_stages, LEFT)
    answered(qtbot, window)
    assert [panel.title for panel in panels(window)[0]] == ["Default · stage 1", "Default · output"]
    QTest.mouseClick(inspector(window).views[0][0], LEFT)
    assert inspector(window).controls.chosen_stage == 0
    facts = {row[0]: row[1] for row in inspector(window).facts.facts()}
    assert facts["Argmax"].startswith(f"{0.5 * SIDE / CELLS:.1f}, ")
    assert "Confidence" not in facts  # that is the output's


def test_two_models_on_one_frame_by_one_click(qtbot, window):
    answered(qtbot, window)
    QTest.mouseClick(inspector(window).controls.compare, LEFT)
    answered(qtbot, window, rows=2)
    assert [row[0].title for row in panels(window)] == ["Default · output", "mine · output"]
    assert inspector(window).facts.facts()[0] == ["", "Default · output", "mine · output"]
    assert numbers(window) == {30}


def test_a_second_model_without_heatmaps_says_so_in_its_panel(qtbot, window):
    answered(qtbot, window)
    box = inspector(window).controls.model
    box.setCurrentIndex(box.findData("plain"))
    QTest.mouseClick(inspector(window).controls.compare, LEFT)
    qtbot.waitUntil(lambda: len(panels(window)) == 2 and "has no heatmaps" in panels(window)[1][0].note, timeout=20000)
    assert panels(window)[0][0].heatmap is not None


def test_a_model_without_heatmaps_and_one_that_fails_are_told(qtbot, window, models, monkeypatch):
    answered(qtbot, window)
    window.models.choose(next(each for each in window.heatmaps._models if each.name == "plain"))
    message = inspector(window).message
    qtbot.waitUntil(lambda: not message.isHidden() and "plain has no heatmaps" in message.text(), timeout=20000)
    assert not inspector(window).controls.save.isEnabled()

    def fails(picture, region):
        raise ModelError("The model is broken.")

    monkeypatch.setattr(models["mine"], "look", fails)
    window.models.choose(next(each for each in window.heatmaps._models if each.name == "mine"))
    qtbot.waitUntil(lambda: message.text() == "The model is broken.", timeout=20000)


def test_what_nobody_expected_is_in_the_log_as_the_sentence_says(qtbot, window, models, monkeypatch, caplog):
    answered(qtbot, window)

    def fails(picture, region):
        raise KeyError("layer 7")

    monkeypatch.setattr(models["mine"], "look", fails)
    window.models.choose(next(each for each in window.heatmaps._models if each.name == "mine"))
    message = inspector(window).message
    qtbot.waitUntil(lambda: "the log has the details" in message.text(), timeout=20000)
    assert any(record.exc_info and record.exc_info[0] is KeyError for record in caplog.records)


def test_where_the_gpu_has_no_memory_the_processor_shows_them_and_the_next_ones(qtbot, window, models, monkeypatch):
    answered(qtbot, window)

    class Cramped(NumberedHeatmaps):
        device = "cuda:0"

        def look(self, picture, region):
            self.regions.append(region)
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    on_gpu, on_processor, said = Cramped("mine"), models["mine"], []
    monkeypatch.setattr(
        "inference.models.pose_estimators.load_estimator",
        lambda wanted, device: on_processor if device == "cpu" else on_gpu,
    )
    window.heatmaps.said.connect(said.append)
    window.models.choose(next(each for each in window.heatmaps._models if each.name == "mine"))
    for frame in (30, 31):
        go_to(qtbot, window, frame)
        qtbot.waitUntil(lambda number=frame: numbers(window) == {number}, timeout=20000)
    assert panels(window)[0][0].title == "mine · output"
    assert said == ["The GPU has too little memory for mine; it computes on the processor now, more slowly."]
    # It is not tried again for every frame.
    assert len(on_gpu.regions) == 1


def test_the_stages_of_a_model_without_heatmaps_show_where_they_looked(qtbot, window, tmp_path):
    answered(qtbot, window)
    window.models.choose(next(each for each in window.heatmaps._models if each.name == "steps"))
    QTest.mouseClick(inspector(window).controls.all_stages, LEFT)
    qtbot.waitUntil(lambda: [panel.step is not None for row in panels(window) for panel in row] == [True, True])
    assert [panel.title for panel in panels(window)[0]] == ["steps · stage 1", "steps · stage 2"]
    joint = inspector(window).controls.chosen_joint
    document, dive = window.session.document, window.session.selected
    document.set_keypoint(
        dive.id, FrameTime(30, 30 / FPS), joint, *panels(window)[0][0].in_image([SIDE / 2 + 7, SIDE / 2])
    )
    settle(qtbot, window)
    qtbot.waitUntil(lambda: panels(window)[0][1].has_truth)
    facts = {row[0]: row[1] for row in inspector(window).facts.facts()}
    assert facts["Place"].startswith("19.0, 16.0 · image ")
    assert (facts["Looked at"], facts["Moved by"], facts["Error"]) == ("16.0 by 16.0 px", "3.00 px", "4.00 px")
    assert facts["Confidence"] == "0.50"
    QTest.mouseClick(inspector(window).views[0][0], LEFT)
    facts = {row[0]: row[1] for row in inspector(window).facts.facts()}
    assert (facts["Looked at"], facts["Error"]) == ("32.0 by 32.0 px", "7.00 px")
    assert "Moved by" not in facts
    assert inspector(window).controls.save.isEnabled()
    window.heatmaps.save(tmp_path / "seen.npz")
    with np.load(tmp_path / "seen.npz") as file:
        assert "model1_edges" not in file
        np.testing.assert_array_equal(file["model1_places_2"], np.tile([19.0, 16.0], (17, 1)))
        np.testing.assert_array_equal(file["model1_boxes_2"], np.tile([8.0, 8.0, 24.0, 24.0], (17, 1)))


def test_out_of_sight_no_model_runs(qtbot, window, models):
    answered(qtbot, window)
    press(window, "h", SHIFT)
    assert window.docks.heatmaps.isHidden()
    assert not window.actions_["heatmaps"].isChecked()
    go_to(qtbot, window, 33)
    assert len(models["pose"].regions) == 1
    press(window, "h", SHIFT)
    answered(qtbot, window)
    assert numbers(window) == {33}
    assert window.actions_["heatmaps"].isChecked()


def test_without_a_dive_the_whole_picture_is_looked_at(qtbot, window, models):
    answered(qtbot, window)
    go_to(qtbot, window, 70)
    answered(qtbot, window)
    assert "whole picture" in inspector(window).caption.text()
    np.testing.assert_allclose(models["pose"].regions[-1].middle, [160, 90])


def test_while_the_video_plays_nothing_is_asked(qtbot, window, models):
    answered(qtbot, window)
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.playback.shown_frame > 32, timeout=20000)
    assert panels(window)[0][0].note == "Pause to look into this frame."
    press(window, Qt.Key.Key_Space)
    answered(qtbot, window)
    assert numbers(window) == {window.playback.shown_frame}


def test_against_a_place_that_a_person_has_marked(qtbot, window):
    answered(qtbot, window)
    joint = inspector(window).controls.chosen_joint
    place = panels(window)[0][0].in_image([19.0, 20.0])  # the model says 16, 16
    document, dive = window.session.document, window.session.selected
    document.set_keypoint(dive.id, FrameTime(30, 30 / FPS), joint, *place)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: panels(window)[0][0].truth is not None)
    facts = {row[0]: row[1] for row in inspector(window).facts.facts()}
    assert facts["True place"].startswith("19.0, 20.0")
    assert facts["Error"] == f"5.00 px · distance {5 / 16:.4f}"


def test_what_is_under_the_mouse(qtbot, window):
    answered(qtbot, window)
    view = inspector(window).views[0][0]
    peak = view.layout_of_panel.to_widget((1.5 * SIDE / CELLS, 0.5 * SIDE / CELLS)).toPoint()
    QTest.mouseMove(view, view.rect().bottomRight())  # else the mouse may be there already, and does not move
    QTest.mouseMove(view, peak)
    qtbot.waitUntil(lambda: "raw 30" in inspector(window).key.pointed)
    QTest.mouseMove(view, view.rect().bottomRight())
    qtbot.waitUntil(lambda: inspector(window).key.pointed == "")


def test_saving_as_picture_drawing_and_numbers(qtbot, window, tmp_path):
    answered(qtbot, window)
    for name in ("seen.png", "seen.svg", "seen.npz"):
        window.heatmaps.save(tmp_path / name)
    assert QImage(str(tmp_path / "seen.png")).width() > 600
    assert "Frame 30" in (tmp_path / "seen.svg").read_text(encoding="utf-8")
    with np.load(tmp_path / "seen.npz") as file:
        assert (int(file["frame"]), float(file["seconds"]), str(file["video"])) == (30, 1.2, "dive.mp4")
        assert file["model1_stages"].tolist() == ["stage 1", "output"]
        assert file["model1_raw_2"].shape == (17, CELLS, CELLS)
        assert file["model1_raw_2"].max() == 30
        np.testing.assert_array_equal(file["model1_crop"], panels(window)[0][0].crop)
    QTest.mouseClick(inspector(window).controls.copy, LEFT)
    assert QGuiApplication.clipboard().image().size() == QImage(str(tmp_path / "seen.png")).size()
    window.heatmaps.save(tmp_path / "nowhere" / "seen.png")
    assert "could not be used" in window.messages.text
