"""An analysis that runs in the window: dives as they are found, cancelling, closing and failing."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from PySide6.QtCore import Qt, QThreadPool

from inference.results import ModelIdentity, Predictions
from tests.support.review_window import detected_dive, open_window, press, settle

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


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
