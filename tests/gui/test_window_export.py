"""Exporting from the window's dialog."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.window.export_dialog import ExportDialog
from tests.support.review_window import PRESS, open_window, press, settle, store_dives

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_export_from_the_dialog(qtbot, video):
    window = open_window(qtbot, video)
    ids = store_dives(qtbot, window)
    window.session.select(ids[0])
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window)
    dialog = ExportDialog(window.session.document.path, window.jobs, window.settings, window)
    qtbot.addWidget(dialog)
    dialog.show()
    for name, box in dialog.formats.items():
        box.setChecked(name in ("dive-sheet", "trajectories"))
    folder = video.parent / "out"
    dialog.folder.setText(str(folder))
    QTest.mouseClick(dialog.export_button, PRESS)
    qtbot.waitUntil(lambda: dialog.open_folder.isVisible() or "out" not in dialog.folder.text(), timeout=20000)
    sheets = list((folder / "dive-sheet").glob("*.csv"))
    assert len(sheets) == 1
    assert len(sheets[0].read_text(encoding="utf-8-sig").strip().splitlines()) == 2
    assert (folder / "trajectories").is_dir()
    dialog.close()
    window.close()


def test_an_export_that_is_in_the_way_is_told_once_and_whole(qtbot, video):
    window = open_window(qtbot, video)
    store_dives(qtbot, window)
    window.editing.set_statuses([dive.id for dive in window.session.dives], "accepted")
    settle(qtbot, window)
    dialog = ExportDialog(window.session.document.path, window.jobs, window.settings, window)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    for expected in ("Written into", "The folder"):
        press(dialog, Qt.Key.Key_Return)  # whatever button the first export has left with the focus
        qtbot.waitUntil(lambda: dialog.cancel_button.text() == "Close", timeout=20000)
        assert dialog.outcome.text().startswith(expected)
    assert dialog.outcome.height() >= dialog.outcome.heightForWidth(dialog.outcome.width())
    assert window.messages.text == ""
    dialog.close()
    window.close()


def test_export_that_cannot_be_made_says_why(qtbot, video):
    window = open_window(qtbot, video)
    store_dives(qtbot, window)
    dialog = ExportDialog(window.session.document.path, window.jobs, window.settings, window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.folder.setText(str(video.parent / "out"))
    QTest.mouseClick(dialog.export_button, PRESS)
    qtbot.waitUntil(lambda: "reviewed" in dialog.outcome.text(), timeout=20000)
    assert not (video.parent / "out").exists()
    dialog.close()
    window.close()
