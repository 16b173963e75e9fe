"""Opening and dropping files, a second window on the same review, and the program's start."""

from __future__ import annotations

import os
import subprocess
import sys
import time as clock
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.review_window import PRESS, go_to, make_clip, open_window, press, settle, store_dives

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


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
