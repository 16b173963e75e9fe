"""Paths and candidates in the real window, by mouse and by keyboard, with their undo."""

from __future__ import annotations

import numpy as np
import pytest
from corrections import select, undo_by_key
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.review_window import PRESS, canvas_point, drag, go_to, press, settle

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize("handle", ["take-off", "apex", "entry"])
def test_path_handle_dragged_with_the_curve_following(qtbot, window, handle):
    dive_id = select(window, 1)
    go_to(qtbot, window, 95)
    canvas = window.video.canvas
    before = window.session.trajectory(dive_id).path
    x, y = window.paths.shown.overlay(95, 95 / 25).handles[handle]
    curves = []
    canvas.handle_dragged.connect(lambda *_: curves.append(window.paths.shown.trajectory.path))
    edits = len(window.session.document.history(window.session.video.id))
    drag(canvas, canvas_point(window, x, y), canvas_point(window, x, y + 20))
    settle(qtbot, window)
    after = window.session.trajectory(dive_id).path
    assert len(curves) == 3
    assert curves[0] != before
    assert len(window.session.document.history(window.session.video.id)) == edits + 1
    times = np.array([80, 115]) / 25
    (start_before, end_before), (start, end) = before.at(times), after.at(times)
    tolerance = 1.5 / canvas.view.scale
    moved = {"take-off": start[1] - start_before[1], "entry": end[1] - end_before[1]}
    moved["apex"] = float(after.at(after.apex_s)[1] - before.at(before.apex_s)[1])
    for name, distance in moved.items():
        assert distance == pytest.approx(20 if name == handle else 0, abs=tolerance)
    undo_by_key(qtbot, window)
    assert window.session.trajectory(dive_id).path == before


def test_path_handle_moved_by_keyboard(qtbot, window):
    dive_id = select(window, 1)
    go_to(qtbot, window, 95)
    before = window.session.trajectory(dive_id).path
    press(window, "m")
    assert window.video.canvas.selected_handle == "take-off"
    QTest.keyClick(window.video.canvas, Qt.Key.Key_Right)
    settle(qtbot, window)
    after = window.session.trajectory(dive_id).path
    assert after.at(80 / 25)[0] == pytest.approx(before.at(80 / 25)[0] + 1)
    assert window.playback.position == 95
    undo_by_key(qtbot, window)
    assert window.session.trajectory(dive_id).path == before


def marks(window, dive_id):
    return [candidate.is_inlier for candidate in window.session.trajectory(dive_id).candidates]


def test_candidate_marked_by_click_refits_the_path(qtbot, window):
    dive_id = select(window, 1)
    go_to(qtbot, window, 81)
    before = window.session.trajectory(dive_id)
    stray = len(before.candidates) - 1
    candidate = before.candidates[stray]
    QTest.mouseClick(
        window.video.canvas, PRESS, Qt.KeyboardModifier.NoModifier, canvas_point(window, candidate.x, candidate.y)
    )
    settle(qtbot, window)
    after = window.session.trajectory(dive_id)
    assert [one.is_inlier for one in after.candidates][stray]
    # The stray location lies far to the right of the take-off, so the fit moves there.
    assert after.path.at(80 / 25)[0] > before.path.at(80 / 25)[0] + 5
    undo_by_key(qtbot, window)
    assert marks(window, dive_id) == [one.is_inlier for one in before.candidates]
    assert window.session.trajectory(dive_id).path == before.path


def test_candidate_marked_by_key(qtbot, window):
    dive_id = select(window, 1)
    go_to(qtbot, window, 83)
    before = marks(window, dive_id)
    press(window, "g")
    settle(qtbot, window)
    changed = [place for place, (old, new) in enumerate(zip(before, marks(window, dive_id), strict=True)) if old != new]
    assert [window.session.trajectory(dive_id).candidates[place].frame for place in changed] == [83]
    undo_by_key(qtbot, window)
    assert marks(window, dive_id) == before


def test_path_drawn_by_hand_for_a_dive_without_one(qtbot, window):
    go_to(qtbot, window, 55)
    window.editing.add(55, 75)
    settle(qtbot, window)
    dive_id = window.session.selected.id
    assert not window.session.selected.has_path
    press(window, "e")
    qtbot.waitUntil(lambda: window.session.dive(dive_id).has_path, timeout=20000)
    trajectory = window.session.trajectory(dive_id)
    assert trajectory.path.ay > 0
    undo_by_key(qtbot, window)
    assert not window.session.dive(dive_id).has_path
