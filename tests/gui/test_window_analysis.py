"""Analysing from the window: methods, signals and dives as they come, all videos in a row, and a person's work."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from review_window import make_clip, open_window, press, settle
from table_detector import TableDetector

from app.window.finder_dialog import FinderDialog
from inference.results import DetectedDive, Interval, ModelIdentity, Predictions, SignalTrack
from widgets.timeline import Timeline

CTRL = Qt.KeyboardModifier.ControlModifier
DIVES = ((20, 50), (110, 140))


class SlowDetector(TableDetector):
    """Waits before the end of the second dive until it may go on."""

    def __init__(self) -> None:
        super().__init__(DIVES)
        self.go_on = threading.Event()
        self.go_on.set()

    def signals(self, pictures):
        def waiting():
            for number, picture in enumerate(pictures):
                if number == 139:
                    assert self.go_on.wait(60)
                yield picture

        return super().signals(waiting())


@pytest.fixture
def video(tmp_path):
    return make_clip(tmp_path)


@pytest.fixture
def detector(monkeypatch, no_shipped_weights):
    (no_shipped_weights / "detector.safetensors").write_bytes(b"weights")
    detector = SlowDetector()
    monkeypatch.setattr("app.approach._loaded", lambda weights, facts: detector)
    return detector


def intervals(window):
    return [(dive.start.frame, dive.end.frame) for dive in window.session.dives]


def wait_for_video(qtbot, window, name):
    """Wait until a video of the review is looked at and can be analysed."""
    qtbot.waitUntil(
        lambda: (
            window.session.video.path.name == name
            and window.session.index is not None
            and window.playback.shown_frame >= 0
            and window.actions_["analyse_all"].isEnabled()
        ),
        timeout=60000,
    )


def analyse(qtbot, window, action="analyse"):
    window.actions_[action].trigger()
    qtbot.waitUntil(lambda: not window.analysing.is_running, timeout=60000)
    settle(qtbot, window)


def test_dives_and_signals_of_a_network_appear_while_it_runs(qtbot, video, detector):
    detector.go_on.clear()
    window = open_window(qtbot, video)
    window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: len(window.analysing.found) == 1, timeout=60000)

    assert window.table.model.rowCount() == 1
    assert window.session.dives == ()
    plotted = window.timeline._state.signals
    assert [signal.name for signal in plotted] == ["start", "mid", "end"]
    assert 60 < len(plotted[1].pyramid.values) < 139
    assert plotted[1].pyramid.values[35] > 0.9
    detector.go_on.set()
    qtbot.waitUntil(lambda: not window.analysing.is_running, timeout=60000)
    settle(qtbot, window)

    assert intervals(window) == list(DIVES)
    assert [len(signal.pyramid.values) for signal in window.timeline._state.signals] == [200, 200, 200]
    assert window.analysing.signals == ()
    assert window.messages.text == "The analysis found 2 dives."
    window.close()


def test_running_a_network_again_leaves_what_a_person_did(qtbot, video, detector):
    window = open_window(qtbot, video)
    analyse(qtbot, window)
    first, second = window.session.dives
    window.session.select(first.id)
    window.editing.set_interval(first.id, 24, 50)
    window.editing.set_statuses([second.id], "rejected")
    window.editing.add(150, 180)
    settle(qtbot, window)
    before = window.session.dives
    edits = len(window.session.document.history(window.session.video.id))

    window.settings.analysis_method = "network"
    analyse(qtbot, window)

    for dive, other in zip(window.session.dives, before, strict=True):
        assert (dive.id, dive.start, dive.end, dive.status) == (other.id, other.start, other.end, other.status)
        assert dive.human_fields == other.human_fields
    assert len(window.session.document.history(window.session.video.id)) == edits
    for _ in range(3):
        press(window, "z", CTRL)
        settle(qtbot, window)
    assert intervals(window) == list(DIVES)
    assert {dive.status for dive in window.session.dives} == {"unreviewed"}
    window.close()


def test_closing_in_the_middle_keeps_what_was_found_and_it_goes_on_later(qtbot, video, detector):
    detector.go_on.clear()
    window = open_window(qtbot, video)
    window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: len(window.analysing.found) == 1, timeout=60000)
    threading.Timer(0.2, detector.go_on.set).start()
    window.close()
    assert window.jobs.active_thread_count == 0
    seen = len(detector.seen)

    again = open_window(qtbot, video)
    assert intervals(again) == [DIVES[0]]
    assert [dive.provenance["start"].name for dive in again.session.dives] == ["table"]
    assert again.session.document.runs(again.session.video.id)[0].last_frame == 50
    analyse(qtbot, again)
    assert intervals(again) == list(DIVES)
    # It did not begin at the first picture again.
    assert detector.seen[seen] > 50
    again.close()


def test_motion_adds_its_own_dives_under_its_own_name(qtbot, video, detector, monkeypatch):
    def find(reader, settings, *, frame_range, progress, cancel, on_dive):
        dive = DetectedDive(Interval(reader.index.time(70), reader.index.time(95)), 0.95)
        on_dive(dive)
        signal = SignalTrack("motion", 0, np.full(200, 0.5, np.float32))
        return Predictions(ModelIdentity("motion", "1"), settings.to_dict(), *frame_range, (dive,), (signal,))

    monkeypatch.setattr("inference.diving.finder.find_dives", find)
    window = open_window(qtbot, video)
    window.settings.analysis_method = "both"

    analyse(qtbot, window)

    assert [(dive.start.frame, dive.provenance["start"].name) for dive in window.session.dives] == [
        (20, "table"), (70, "motion"), (110, "table")
    ]  # fmt: skip
    assert [signal.name for signal in window.timeline._state.signals] == ["start", "mid", "end", "motion"]
    assert window.messages.text == "The analysis found 3 dives."
    window.close()


def test_all_videos_are_analysed_in_a_row(qtbot, video, detector):
    other = make_clip(video.parent, "other.mp4", first=5)
    window = open_window(qtbot, video)
    window.opening.add_video(other)
    wait_for_video(qtbot, window, "other.mp4")
    said = []
    window.analysing.said.connect(said.append)

    analyse(qtbot, window, "analyse_all")

    assert said == ["The analysis found 2 dives.", "The analysis found 2 dives in dive.mp4."]
    document = window.session.document
    assert [[(dive.start.frame, dive.end.frame) for dive in document.dives(one.id)] for one in document.videos()] == [
        list(DIVES),
        [(15, 45), (105, 135)],
    ]
    window.close()


def test_a_video_of_the_row_that_is_gone_stops_no_other_and_is_said_at_the_end(qtbot, video, detector):
    other = make_clip(video.parent, "other.mp4", first=5)
    window = open_window(qtbot, video)
    window.opening.add_video(other)
    wait_for_video(qtbot, window, "other.mp4")
    window.chooser.step(-1)
    wait_for_video(qtbot, window, "dive.mp4")
    video.unlink()

    analyse(qtbot, window, "analyse_all")

    document = window.session.document
    assert [len(document.dives(one.id)) for one in document.videos()] == [0, 2]
    assert "dive.mp4" in window.messages.text
    window.close()


def test_cancelling_ends_the_whole_row(qtbot, video, detector):
    detector.go_on.clear()
    other = make_clip(video.parent, "other.mp4", first=5)
    window = open_window(qtbot, video)
    window.opening.add_video(other)
    wait_for_video(qtbot, window, "other.mp4")
    window.actions_["analyse_all"].trigger()
    qtbot.waitUntil(lambda: len(window.analysing.found) == 1, timeout=60000)
    press(window, Qt.Key.Key_Period, CTRL)
    detector.go_on.set()
    qtbot.waitUntil(lambda: not window.analysing.is_running, timeout=60000)
    settle(qtbot, window)

    document = window.session.document
    assert [len(document.dives(one.id)) for one in document.videos()] == [0, 1]
    assert "cancelled" in window.messages.text
    window.close()


def test_a_network_that_is_not_there_is_said_in_a_sentence(qtbot, video):
    window = open_window(qtbot, video)
    window.settings.analysis_method = "network"
    window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: window.messages.text != "", timeout=60000)
    assert window.messages.text.startswith("There are no trained networks in this version; choose the method motion")
    assert not window.analysing.is_running
    window.close()


def test_without_a_network_the_best_there_is_is_motion_and_that_is_said(qtbot, video, monkeypatch):
    def find(reader, settings, *, frame_range, progress, cancel, on_dive):
        return Predictions(ModelIdentity("motion", "1"), settings.to_dict(), *frame_range, ())

    monkeypatch.setattr("inference.diving.finder.find_dives", find)
    window = open_window(qtbot, video)
    said = []
    window.analysing.said.connect(said.append)

    analyse(qtbot, window)

    assert said == [
        "No trained network comes with this version, so dives are found by motion.",
        "The analysis found no dive.",
    ]
    window.close()


def test_the_working_zone_is_analysed_with_the_thresholds_that_were_chosen(qtbot, video, detector, caplog):
    window = open_window(qtbot, video)
    window.settings.thresholds = {"min_mid": 0.35}
    window.playback.set_working_zone((90, 160))
    analyse(qtbot, window, "analyse_range")

    assert intervals(window) == [DIVES[1]]
    (run,) = window.session.document.runs(window.session.video.id)
    assert (run.first_frame, run.last_frame, run.settings["min_mid"]) == (90, 160, 0.35)
    (mid,) = [signal for signal in window.timeline._state.signals if signal.name == "mid"]
    assert (mid.first_frame, len(mid.pyramid.values)) == (90, 71)

    window.settings.thresholds = {"min_mid": 7.0}
    analyse(qtbot, window)
    assert intervals(window) == list(DIVES)
    assert "min_mid is 7.0; it must be between 0 and 1" in caplog.text
    window.close()


def test_the_method_is_chosen_among_those_that_can_be_used(qtbot, no_shipped_weights):
    without = FinderDialog({}, "auto")
    qtbot.addWidget(without)
    enabled = {
        without.method_box.itemData(place): without.method_box.model().item(place).isEnabled()
        for place in range(without.method_box.count())
    }
    assert enabled == {"auto": True, "network": False, "motion": True, "both": False}
    (no_shipped_weights / "detector.safetensors").write_bytes(b"weights")
    dialog = FinderDialog({"sensitivity": 0.7}, "both")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.method == "both"
    dialog.method_box.setFocus()
    QTest.keyClick(dialog.method_box, Qt.Key.Key_Up)
    assert dialog.method == "motion"
    QTest.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    assert (dialog.method, dialog.values) == ("motion", {"sensitivity": 0.7})


def test_a_row_of_the_timeline_is_one_name_and_the_later_track_counts(qtbot):
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.set_extent(100, 25.0)
    ones = np.ones(10, np.float32)

    tracks = (("end", 0, ones), ("mid", 0, ones), ("mid", 40, ones), ("mid", 5, 0 * ones))
    timeline.set_signals([SignalTrack(*track) for track in tracks])

    mid, end = timeline._state.signals
    assert (mid.name, end.name) == ("mid", "end")
    expected = [1] * 5 + [0] * 10 + [np.nan] * 25 + [1] * 10
    np.testing.assert_array_equal(mid.pyramid.values, np.array(expected, np.float32))
    lowest, highest = mid.pyramid.envelope(np.array([0, 10, 20, 30, 50]))
    np.testing.assert_array_equal(lowest, [0, 0, np.nan, 1])
    np.testing.assert_array_equal(highest, [1, 0, np.nan, 1])
