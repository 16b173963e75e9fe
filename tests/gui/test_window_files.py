"""Opening, dropping, analysing, exporting, a second window on the same review, and settings that persist."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time as clock
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QThreadPool, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.window.export_dialog import ExportDialog
from app.window.finder_dialog import FinderDialog
from app.window.keys_dialog import KeysDialog
from inference.results import ModelIdentity, Predictions
from tests.support.review_window import (
    PRESS,
    detected_dive,
    go_to,
    make_clip,
    open_window,
    press,
    settle,
    store_dives,
)
from widgets.theme import current_theme

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return make_clip(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def video(clip, tmp_path):
    copy = tmp_path / "dive.mp4"
    copy.write_bytes(clip.read_bytes())
    return copy


def drop(window, paths):
    """A real drop of files onto the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, PRESS, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, PRESS, none))


def test_welcome_page_comes_first_and_the_video_dropped_gets_a_review_beside_it(qtbot, video):
    window = open_window(qtbot)
    assert window.pages.currentWidget() is window.welcome
    assert not window.docks.dives.isVisible()
    drop(window, [video])
    qtbot.waitUntil(lambda: window.video.canvas.shown_frame == 0, timeout=20000)
    assert video.with_suffix(".divereview").exists()
    assert window.pages.currentWidget() is window.video
    assert window.docks.timeline.isVisible()
    assert "dive.mp4" in window.windowTitle()
    assert window.settings.recent_files[0] == video
    window.close()


def test_further_video_dropped_joins_the_review(qtbot, video, tmp_path):
    other = make_clip(tmp_path, "other.mp4", first=500)
    window = open_window(qtbot, video)
    drop(window, [other])
    qtbot.waitUntil(lambda: window.session.video.path == other, timeout=20000)
    assert [entry.path.name for entry in window.session.document.videos()] == ["dive.mp4", "other.mp4"]
    first = window.session.document.videos()[0]
    qtbot.waitUntil(window.chooser.box.isVisible, timeout=20000)
    assert window.chooser.box.currentText() == "other.mp4"
    press(window, Qt.Key.Key_PageUp, CTRL)
    qtbot.waitUntil(lambda: window.session.video.id == first.id and window.playback.shown_frame == 0, timeout=20000)
    window.close()


@pytest.mark.parametrize("name", ["gone.mp4", "text.mp4", "text.divereview"])
def test_what_cannot_be_opened_is_said_in_one_sentence(qtbot, tmp_path, name):
    path = tmp_path / name
    if not name.startswith("gone"):
        path.write_text("this is no video", encoding="utf-8")
    window = open_window(qtbot)
    window.opening.open(path)
    qtbot.waitUntil(lambda: window.messages.text != "", timeout=10000)
    assert name in window.messages.text
    assert "Traceback" not in window.messages.text
    assert window.session.document is None
    window.close()


def test_second_window_is_read_only_says_who_and_sees_what_the_first_does(qtbot, video):
    review = video.with_suffix(".divereview")
    code = (
        "import sys, time; from app.document.document import ReviewDocument\n"
        "document = ReviewDocument.open_or_create(sys.argv[1], person='Anna')\n"
        "print('open', flush=True)\n"
        "sys.stdin.readline()\n"
        "document.close()\n"
    )
    first = open_window(qtbot, video)
    ids = store_dives(qtbot, first)
    first.close()
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(review)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        assert holder.stdout.readline().strip() == "open"
        window = open_window(qtbot, review)
        assert window.session.document.is_read_only
        assert "Anna" in window.messages.banner_text
        window.session.select(ids[0])
        go_to(qtbot, window, 25)
        press(window, "[")
        assert window.session.dive(ids[0]).start.frame == 20
        for action in ("accept", "set_start", "split_dive", "add_dive", "analyse", "group_1", "undo"):
            assert not window.actions_[action].isEnabled(), action
        holder.communicate("\n", timeout=20)
        QTest.mouseClick(window.messages.banner.action, PRESS)
        qtbot.waitUntil(lambda: window.session.is_writable)
        assert window.messages.banner_text == ""
        window.session.select(ids[0])
        press(window, "[")
        settle(qtbot, window)
        assert window.session.dive(ids[0]).start.frame == 25
        window.close()
    finally:
        holder.kill()
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()


def slow_finder(monkeypatch, found, go_on):
    """A finder that gives one dive after another as the test lets it, so that cancel meets it in the middle."""

    def find(reader, settings, *, frame_range=None, progress=None, cancel=None, on_dive=None):
        first, last = frame_range
        dives = []
        for position, dive in enumerate(found):
            progress(position / len(found), "Looking for dives")
            on_dive(dive)
            dives.append(dive)
            while not go_on.wait(0.005):
                cancel.raise_if_cancelled()
            go_on.clear()
        return Predictions(ModelIdentity("motion", "1"), settings.to_dict(), first, last, tuple(dives))

    monkeypatch.setattr("inference.diving.finder.find_dives", find)


def test_dives_appear_as_they_are_found_and_are_stored_at_the_end(qtbot, video, monkeypatch):
    go_on = threading.Event()
    slow_finder(monkeypatch, [detected_dive(20, 50, 0.9), detected_dive(80, 115, 0.4)], go_on)
    window = open_window(qtbot, video)
    window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: len(window.analysing.found) == 1, timeout=10000)
    assert window.table.model.rowCount() == 1
    assert window.session.dives == ()
    go_on.set()
    qtbot.waitUntil(lambda: window.table.model.rowCount() == 2, timeout=10000)
    go_on.set()
    qtbot.waitUntil(lambda: len(window.session.dives) == 2 and not window.analysing.is_running, timeout=10000)
    assert window.messages.text == "The analysis found 2 dives."
    window.close()


def test_cancelled_analysis_keeps_what_was_found(qtbot, video, monkeypatch):
    go_on = threading.Event()
    slow_finder(monkeypatch, [detected_dive(20, 50, 0.9), detected_dive(80, 115, 0.4)], go_on)
    window = open_window(qtbot, video)
    window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: len(window.analysing.found) == 1, timeout=10000)
    press(window, Qt.Key.Key_Period, CTRL)
    qtbot.waitUntil(lambda: not window.analysing.is_running, timeout=10000)
    settle(qtbot, window)
    assert [(dive.start.frame, dive.end.frame) for dive in window.session.dives] == [(20, 50)]
    assert "cancelled" in window.messages.text
    window.close()


def test_working_zone_is_what_is_analysed(qtbot, video, monkeypatch):
    ranges = []

    def find(reader, settings, *, frame_range=None, **_):
        ranges.append(frame_range)
        return Predictions(ModelIdentity("motion", "1"), settings.to_dict(), *frame_range, ())

    monkeypatch.setattr("inference.diving.finder.find_dives", find)
    window = open_window(qtbot, video)
    window.playback.set_working_zone((30, 90))
    press(window, "r", CTRL | SHIFT)
    qtbot.waitUntil(lambda: window.messages.text == "The analysis found no dive.", timeout=10000)
    assert ranges == [(30, 90)]
    window.close()


def test_closing_during_analysis_leaves_no_thread_and_keeps_what_was_found(qtbot, video, monkeypatch):
    go_on = threading.Event()
    slow_finder(monkeypatch, [detected_dive(20, 50, 0.9)], go_on)
    window = open_window(qtbot, video)
    window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: len(window.analysing.found) == 1, timeout=10000)
    window.close()
    assert window.jobs.active_thread_count == 0
    assert QThreadPool.globalInstance().activeThreadCount() == 0
    with sqlite3.connect(video.with_suffix(".divereview")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    again = open_window(qtbot, video)
    assert [(dive.start.frame, dive.end.frame) for dive in again.session.dives] == [(20, 50)]
    again.close()


def test_failing_analysis_says_one_sentence_with_details(qtbot, video, monkeypatch):
    def find(*_, **__):
        raise ZeroDivisionError("no pool")

    monkeypatch.setattr("inference.diving.finder.find_dives", find)
    window = open_window(qtbot, video)
    window.settings.analysis_method = "motion"
    window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: window.messages.text != "", timeout=10000)
    assert window.messages.text.startswith("Something unexpected went wrong while analysing dive.mp4")
    assert "Traceback" not in window.messages.text
    assert "ZeroDivisionError: no pool" in window.messages.details
    window.close()


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


def test_start_is_quick_and_needs_no_decoder(qtbot):
    code = (
        "import sys, time; start = time.perf_counter()\n"
        "from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from app.window.main_window import MainWindow; window = MainWindow(); window.show(); app.processEvents()\n"
        "print(time.perf_counter() - start, sorted({'av', 'cv2', 'scipy', 'torch'} & set(sys.modules)))\n"
        "window.close()\n"
    )
    started = clock.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    seconds, modules = result.stdout.strip().split(" ", 1)
    assert modules == "[]", result.stdout
    assert float(seconds) < 10, f"{seconds} s of {clock.perf_counter() - started:.1f} s"


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
    qtbot.waitUntil(lambda: window.actions_.keys("play") == ("F6",), timeout=5000)
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


def test_program_starts_on_a_video_and_offers_the_last_crash_report(video, tmp_path):
    (tmp_path / "config" / "log").mkdir(parents=True)
    (tmp_path / "config" / "log" / "crash-report.txt").write_text("ZeroDivisionError: no pool", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path\n"
        "from PySide6.QtCore import QTimer; from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from app.window.main_window import MainWindow; from app.window.run import run_window\n"
        "def look():\n"
        "    window = next(one for one in app.topLevelWidgets() if isinstance(one, MainWindow))\n"
        "    if window.video.canvas.shown_frame == 0:\n"
        "        print(window.messages.text); print(window.messages.details); window.close()\n"
        "timer = QTimer(); timer.timeout.connect(look); timer.start(50)\n"
        "print(run_window(Path(sys.argv[1])))\n"
    )
    environment = os.environ | {"DIVEREVIEW_CONFIG_DIR": str(tmp_path / "config")}
    result = subprocess.run(
        [sys.executable, "-c", code, str(video)], capture_output=True, text=True, timeout=60, check=True,
        cwd=Path(__file__).parents[2], env=environment,
    )  # fmt: skip
    said, details, code = result.stdout.strip().splitlines()
    assert said.startswith("DiveReview ended unexpectedly last time")
    assert details == "ZeroDivisionError: no pool"
    assert code == "0"
    assert not (tmp_path / "config" / "log" / "crash-report.txt").exists()
