"""Codes, boards and notes in the real window, by mouse and by keyboard, with their undo."""

from __future__ import annotations

import pytest
from corrections import check_undo_and_redo, select, undo_by_key
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.document.document import ReviewDocument
from app.document.records import ReviewStatus
from tests.support.review_window import PRESS, press, settle

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_code_by_key(qtbot, window):
    dive_id = select(window, 0)

    def code():
        return window.session.dive(dive_id).code

    press(window, "4")
    check_undo_and_redo(qtbot, window, code, "201B", "401B")
    press(window, "c")
    check_undo_and_redo(qtbot, window, code, "401B", "401C")
    press(window, Qt.Key.Key_Up, CTRL)
    check_undo_and_redo(qtbot, window, code, "401C", "402C")


def test_code_that_breaks_a_rule_waits_in_the_editor_with_the_reason(qtbot, window):
    dive_id = select(window, 0)
    press(window, Qt.Key.Key_Up, CTRL)
    settle(qtbot, window)
    press(window, "5")
    settle(qtbot, window)
    editor = window.inspector.code
    assert window.session.dive(dive_id).code == "202B"
    assert editor.field.text() == "5221B"
    assert "Twist dives with 1 or 1½ somersaults are in position D" in " ".join(editor.rules.sentences())
    press(window, "d")
    settle(qtbot, window)
    assert window.session.dive(dive_id).code == "5221D"
    press(window, Qt.Key.Key_Up, CTRL | SHIFT)
    settle(qtbot, window)
    assert window.session.dive(dive_id).code == "5222D"


def test_code_by_typing(qtbot, window):
    dive_id = select(window, 0)
    press(window, "d", CTRL)
    field = window.inspector.code.field
    assert field.hasFocus()
    QTest.keyClicks(field, "5152b")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.session.dive(dive_id).code == "5152B"
    assert window.session.dive(dive_id).status is ReviewStatus.CORRECTED
    qtbot.waitUntil(window.video.canvas.hasFocus)
    undo_by_key(qtbot, window)
    assert window.session.dive(dive_id).code == "201B"


def test_what_is_half_typed_goes_to_its_own_dive(qtbot, window):
    """The toolbar's buttons take no focus, so nothing leaves the field before the next dive is shown."""
    first, second, _ = (dive.id for dive in window.session.dives)
    window.editing.go_to(first)
    window.inspector.note.setFocus()
    QTest.keyClicks(window.inspector.note, "late arms")
    bar = window.docks.toolbar
    QTest.mouseClick(bar.widgetForAction(window.actions_["next_dive"]), PRESS)
    settle(qtbot, window)
    assert window.session.selected.id == second
    document = window.session.document
    assert (document.dive(first).note, document.dive(second).note) == ("late arms", "")
    press(window, "d", CTRL)
    QTest.keyClicks(window.inspector.code.field, "405C")
    QTest.mouseClick(bar.widgetForAction(window.actions_["previous_dive"]), PRESS)
    settle(qtbot, window)
    assert (document.dive(first).code, document.dive(second).code) == ("201B", "405C")


def test_a_code_left_unfinished_says_that_it_waits(qtbot, window):
    window.editing.go_to(window.session.dives[0].id)
    press(window, "d", CTRL)
    QTest.keyClicks(window.inspector.code.field, "5152")
    window.editing.next()
    assert window.messages.text == (
        "The code 5152 was not stored; it waits at its dive until you put it right, or give it up with Escape there."
    )
    window.editing.previous()
    assert window.inspector.code.field.text() == "5152"


def test_a_note_is_kept_when_the_window_closes(qtbot, window, video):
    window.editing.go_to(window.session.dives[0].id)
    window.inspector.note.setFocus()
    QTest.keyClicks(window.inspector.note, "late arms")
    window.close()
    with ReviewDocument.open(video.with_suffix(".divereview")) as document:
        assert document.dives(document.videos()[0].id)[0].note == "late arms"


def test_board_by_key(qtbot, window):
    dive_id = select(window, 0)
    press(window, "b", CTRL)
    check_undo_and_redo(qtbot, window, lambda: window.session.dive(dive_id).board, "springboard-3", "platform-1")
