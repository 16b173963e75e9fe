"""Corrections in a window that is open, and taking them back by key."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.support.review_window import press, settle

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def intervals(window):
    return [(dive.start.frame, dive.end.frame) for dive in window.session.dives]


def select(window, place):
    window.session.select(window.session.dives[place].id)
    return window.session.dives[place].id


def undo_by_key(qtbot, window):
    press(window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)


def redo_by_key(qtbot, window):
    press(window, Qt.Key.Key_Z, CTRL | SHIFT)
    settle(qtbot, window)


def check_undo_and_redo(qtbot, window, read, before, after):
    """One undo goes back to exactly what was, one redo forward to what was done."""
    settle(qtbot, window)
    assert read() == after
    undo_by_key(qtbot, window)
    assert read() == before
    redo_by_key(qtbot, window)
    assert read() == after
