"""Settings of the window and its dialogs of keys and of the finder, which persist."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.window.finder_dialog import FinderDialog
from app.window.keys_dialog import KeysDialog
from tests.support.review_window import PRESS, open_window, press
from widgets.theme import current_theme

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_settings_of_the_window_come_back(qtbot, video):
    first = open_window(qtbot, video)
    press(first, "t")
    press(first, Qt.Key.Key_L, CTRL | SHIFT)
    assert current_theme().name == "light"
    first.playback.set_speed(0.25)
    first.settings.shortcuts = {"play": ("F5",)}
    first.close()

    second = open_window(qtbot, video)
    assert second.settings.theme == "light"
    assert second.playback.speed == 0.25
    assert second.video.transport.speed == 0.25
    assert not second.actions_["show_path"].isChecked()
    assert not second.video.canvas.is_overlay_visible("path")
    press(second, Qt.Key.Key_F5)
    assert second.playback.is_playing
    second.playback.pause()
    press(second, Qt.Key.Key_L, CTRL | SHIFT)
    assert current_theme().name == "dark"
    second.close()


def test_buttons_reached_by_tab_are_pressed_by_space_but_clicked_ones_are_not(qtbot, video):
    window = open_window(qtbot, video)
    button = window.video.transport.loop_button
    QTest.mouseClick(button, PRESS)
    assert window.playback.loops
    window.video.canvas.setFocus()
    press(window, Qt.Key.Key_Space)
    assert window.playback.is_playing
    press(window, Qt.Key.Key_Space)
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() is button:
            break
    assert QApplication.focusWidget() is button
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert not window.playback.loops
    assert not window.playback.is_playing
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert window.playback.loops
    window.close()


def test_keys_are_listed_and_changed(qtbot, video):
    window = open_window(qtbot, video)
    press(window, "?")
    assert window.sheet.isVisible()
    QTest.keyClick(window.sheet, Qt.Key.Key_Escape)
    assert not window.sheet.isVisible()

    dialog = KeysDialog(window.actions_, window.settings, window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.editor.choose_action("play")
    dialog.editor.recorder.setFocus()
    QTest.keyClick(dialog.editor.recorder, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: window.actions_.keys("play") == ("F6",))
    dialog.close()
    window.video.canvas.setFocus()
    press(window, Qt.Key.Key_Space)
    assert not window.playback.is_playing
    press(window, Qt.Key.Key_F6)
    assert window.playback.is_playing
    assert window.settings.shortcuts == {"play": ("F6",)}
    window.close()


def test_finder_settings_are_checked_and_kept(qtbot):
    dialog = FinderDialog({"slow_motion": 4.0, "sensitivity": 0.7})
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.values == {"slow_motion": 4.0, "sensitivity": 0.7}
    dialog.min_duration.setValue(3.0)
    dialog.max_duration.setValue(2.0)
    QTest.mouseClick(dialog.keep, PRESS)
    assert dialog.isVisible()
    assert "below the longest" in dialog.message.text()
    dialog.max_duration.setValue(9.0)
    QTest.mouseClick(dialog.keep, PRESS)
    assert not dialog.isVisible()
    assert dialog.values == {"slow_motion": 4.0, "min_duration_s": 3.0, "max_duration_s": 9.0, "sensitivity": 0.7}
