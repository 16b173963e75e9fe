"""Corrections of dives in the real window, by mouse and by keyboard, with their undo, and after a restart."""

from __future__ import annotations

import pytest
from corrections import check_undo_and_redo, intervals, select, undo_by_key
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.document.records import ReviewStatus
from tests.support.review_window import (
    PRESS,
    boundary_point,
    drag,
    go_to,
    lane_y,
    open_window,
    press,
    settle,
    strip_point,
)

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_start_and_end_by_key(qtbot, window):
    dive_id = select(window, 1)
    go_to(qtbot, window, 84)
    press(window, "[")
    check_undo_and_redo(qtbot, window, lambda: intervals(window)[1], (80, 115), (84, 115))
    go_to(qtbot, window, 110)
    press(window, "]")
    check_undo_and_redo(qtbot, window, lambda: intervals(window)[1], (84, 115), (84, 110))
    assert window.session.dive(dive_id).status is ReviewStatus.CORRECTED


def test_start_after_the_end_is_refused_with_a_sentence(qtbot, window):
    select(window, 0)
    go_to(qtbot, window, 60)
    press(window, "[")
    settle(qtbot, window)
    assert intervals(window)[0] == (20, 50)
    assert "after its end" in window.messages.text


def test_end_dragged_on_the_timeline(qtbot, window):
    strip = window.timeline.strip
    select(window, 1)
    y = lane_y(window)
    drag(strip, boundary_point(window, 116, y) - QPoint(1, 0), boundary_point(window, 126, y) - QPoint(1, 0))
    settle(qtbot, window)
    start, end = intervals(window)[1]
    assert start == 80
    assert end == pytest.approx(125, abs=1)
    assert window.playback.position == end
    undo_by_key(qtbot, window)
    assert intervals(window)[1] == (80, 115)


def test_dive_added_by_a_drag_on_the_timeline(qtbot, window):
    strip = window.timeline.strip
    y = strip.height() - 6
    drag(strip, strip_point(window, 55, y), strip_point(window, 70, y), modifiers=CTRL)
    settle(qtbot, window)
    assert len(intervals(window)) == 4
    start, end = intervals(window)[1]
    assert (start, end) == (pytest.approx(55, abs=1), pytest.approx(70, abs=1))
    assert window.session.selected.source == "person"
    undo_by_key(qtbot, window)
    assert intervals(window) == [(20, 50), (80, 115), (140, 170)]


def test_dive_added_by_key_in_the_working_zone(qtbot, window):
    before = intervals(window)
    go_to(qtbot, window, 55)
    press(window, "i")
    go_to(qtbot, window, 72)
    press(window, "o")
    press(window, Qt.Key.Key_Insert)
    check_undo_and_redo(qtbot, window, lambda: intervals(window), before, [(20, 50), (55, 72), (80, 115), (140, 170)])


def test_split_by_key_at_the_playhead(qtbot, window):
    before = intervals(window)
    select(window, 1)
    go_to(qtbot, window, 100)
    press(window, Qt.Key.Key_T, CTRL)
    check_undo_and_redo(qtbot, window, lambda: intervals(window), before, [(20, 50), (80, 99), (100, 115), (140, 170)])


def test_split_outside_the_dive_says_why_not(qtbot, window):
    select(window, 1)
    go_to(qtbot, window, 10)
    press(window, Qt.Key.Key_T, CTRL)
    assert "Frame 10 does not lie inside the dive" in window.messages.text
    go_to(qtbot, window, 80)
    press(window, Qt.Key.Key_T, CTRL)
    assert window.messages.text == "Frame 80 is the dive's first; go to where its second part starts."


def test_merge_with_the_next_by_key(qtbot, window):
    before = intervals(window)
    select(window, 0)
    press(window, Qt.Key.Key_M, CTRL)
    check_undo_and_redo(qtbot, window, lambda: intervals(window), before, [(20, 115), (140, 170)])


def test_merge_of_dives_chosen_in_the_table(qtbot, window):
    view = window.table.view
    window.docks.dives.raise_()
    for row, modifiers in ((0, Qt.KeyboardModifier.NoModifier), (2, SHIFT)):
        place = view.visualRect(view.model().index(row, 0)).center()
        QTest.mouseClick(view.viewport(), PRESS, modifiers, place)
    window.actions_["merge_dives"].trigger()
    settle(qtbot, window)
    assert intervals(window) == [(20, 170)]
    undo_by_key(qtbot, window)
    assert intervals(window) == [(20, 50), (80, 115), (140, 170)]


def test_delete_by_key_and_toolbar(qtbot, window):
    before = intervals(window)
    select(window, 1)
    press(window, Qt.Key.Key_Delete, SHIFT)
    check_undo_and_redo(qtbot, window, lambda: intervals(window), before, [(20, 50), (140, 170)])
    assert window.session.selected is not None
    button = window.docks.toolbar.widgetForAction(window.actions_["delete_dive"])
    QTest.mouseClick(button, PRESS)
    settle(qtbot, window)
    assert len(intervals(window)) == 1


def test_accept_goes_on_to_the_least_certain_and_reject_too(qtbot, window):
    ids = [dive.id for dive in window.session.dives]
    select(window, 0)
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.session.dive(ids[0]).status is ReviewStatus.ACCEPTED
    assert window.session.selected.id == ids[1]
    assert window.playback.position == 80
    press(window, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert window.session.dive(ids[1]).status is ReviewStatus.REJECTED
    assert window.session.selected.id == ids[2]
    undo_by_key(qtbot, window)
    assert window.session.dive(ids[1]).status is ReviewStatus.UNREVIEWED
    undo_by_key(qtbot, window)
    assert window.session.dive(ids[0]).status is ReviewStatus.UNREVIEWED


def test_last_dive_accepted_says_that_all_are_reviewed(qtbot, window):
    for _ in range(3):
        if window.session.selected is None:
            select(window, 0)
        press(window, Qt.Key.Key_Return)
        settle(qtbot, window)
    assert {dive.status for dive in window.session.dives} == {ReviewStatus.ACCEPTED}
    assert window.messages.text == "Every dive of this video is reviewed."


def test_next_and_previous_by_key(qtbot, window):
    seen = []
    for key in ("n", "n", "n", "n", "p"):
        press(window, key)
        seen.append((window.session.selected.start.frame, window.playback.position))
    assert seen == [(20, 20), (80, 80), (140, 140), (140, 140), (80, 80)]


def test_corrections_are_there_after_a_restart_and_can_be_undone(qtbot, window, video):
    dive_id = select(window, 0)
    go_to(qtbot, window, 24)
    press(window, "[")
    press(window, "3")
    settle(qtbot, window)
    window.close()

    again = open_window(qtbot, video.with_suffix(".divereview"))
    assert again.session.dive(dive_id).start.frame == 24
    assert again.session.dive(dive_id).code == "301B"
    again.session.select(dive_id)
    undo_by_key(qtbot, again)
    undo_by_key(qtbot, again)
    assert again.session.dive(dive_id).start.frame == 20
    assert again.session.dive(dive_id).code == "201B"
    again.close()
