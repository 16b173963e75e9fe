"""The detector's signals over the picture: in their places, around the frame that is shown, switched by key."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from review_window import go_to, open_at_dive, press

from app.window.frame_source import frame_source
from inference.models.dive_detector import DiveDetector
from inference.models.errors import ModelError
from inference.results import SignalTrack
from widgets.canvas.signal_strip import REACH_S, ROW_PX, SignalStrip, paint_signal_strip
from widgets.theme import current_theme
from widgets.time_axis import TimeAxis
from widgets.timeline.signal_pyramid import SignalPyramid
from widgets.timeline.state import PlottedSignal

SHIFT = Qt.KeyboardModifier.ShiftModifier
ROOM = QRectF(0, 0, 500, 300)
FRAMES, FPS = 200, 25.0


def step_at(frame, first=0, last=FRAMES):
    """0 before a frame and 1 from there on."""
    return SignalPyramid((np.arange(first, last) >= frame).astype(np.float32))


@pytest.fixture
def strip():
    signals = (PlottedSignal("start", 0, step_at(100)), PlottedSignal("mid", 90, step_at(300, 90, 150)))
    return SignalStrip(TimeAxis(FRAMES, FPS), signals)


def test_a_value_is_that_of_its_frame(strip):
    start, mid = strip.signals
    assert [strip.value(start, frame) for frame in (99, 100)] == [0.0, 1.0]
    assert [strip.value(mid, frame) for frame in (89, 90, 149, 150)] == [None, 0.0, 0.0, None]
    hole = PlottedSignal("end", 0, SignalPyramid(np.array([0.5, np.nan], np.float32)))
    assert [strip.value(hole, frame) for frame in (0, 1)] == [0.5, None]


def test_the_frame_shown_is_in_the_middle(strip):
    viewport = strip.viewport(100, 400.0)
    assert (viewport.start_s, viewport.end_s) == (4.0 - REACH_S, 4.0 + REACH_S)
    assert viewport.x_of(strip.axis.start_of(100)) == 200.0


def test_it_lies_below_in_the_middle_and_only_where_there_is_room(strip):
    rect = strip.rect(ROOM)
    assert rect.center().x() == ROOM.center().x()
    assert ROOM.center().y() < rect.top() < rect.bottom() < ROOM.bottom()
    assert 2 * ROW_PX <= rect.height() < 2 * ROW_PX + 20
    assert strip.rect(QRectF(0, 0, 2000, 1200)).width() < 1000
    for width, height in ((150, 300), (500, 90)):
        assert strip.rect(QRectF(0, 0, width, height)).isEmpty()
    assert SignalStrip(strip.axis, ()).rect(ROOM).isEmpty()


@pytest.mark.parametrize(("frame", "step_x"), [(100, 0.5), (75, 0.75), (125, 0.25)])
def test_the_future_is_to_the_right_and_comes_nearer(qapp, strip, frame, step_x):
    image = QImage(500, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_signal_strip(painter, ROOM, strip, frame, current_theme())
    painter.end()
    rect = strip.rect(ROOM)
    colour = QColor(current_theme().signal("start"))
    # The band at the top of the first row is there from the step on; its name covers what is left of it.
    high = range(round(rect.top()) + 5, round(rect.top()) + 12)
    xs = [
        x
        for x in range(round(rect.left()) + 70, round(rect.right()) - 5)
        if any(_is_like(image.pixelColor(x, y), colour) for y in high)
    ]
    expected = rect.left() + step_x * rect.width()
    assert min(xs) == pytest.approx(max(expected, rect.left() + 70), abs=8)
    assert max(xs) > rect.right() - 15


def _is_like(colour, other):
    return all(abs(one - two) < 40 for one, two in zip(colour.getRgb()[:3], other.getRgb()[:3], strict=True))


@pytest.fixture
def window(qtbot, tmp_path, clip):
    window = open_at_dive(qtbot, clip, tmp_path)
    yield window
    window.close()


def test_a_key_shows_them_over_both_pictures_as_they_come(qtbot, window):
    said = []
    window.signals.said.connect(said.append)
    window.timeline.set_signals([])
    press(window, "m", SHIFT)
    views = (window.video.canvas, window.video.crop)
    assert [view.signal_strip for view in views] == [None, None]
    assert len(said) == 1
    assert said[0].startswith("There are no signals of this video yet; analyse it")

    before = window.video.canvas.grab().toImage()
    window.timeline.set_signals([SignalTrack("mid", 0, np.full(60, 0.75, np.float32))])
    for view in views:
        assert [signal.name for signal in view.signal_strip.signals] == ["mid"]
    assert window.video.canvas.grab().toImage() != before
    window.timeline.set_signals([SignalTrack(name, 0, np.zeros(60, np.float32)) for name in ("start", "mid")])
    assert [signal.name for signal in views[0].signal_strip.signals] == ["start", "mid"]
    go_to(qtbot, window, 35)
    assert views[0].shown_frame == 35

    press(window, "m", SHIFT)
    assert [view.signal_strip for view in views] == [None, None]
    assert len(said) == 1


def test_they_are_shown_again_when_the_window_is(qtbot, window, tmp_path):
    assert not window.settings.is_overlay_shown("signals")
    assert window.video.canvas.signal_strip is None
    press(window, "m", SHIFT)
    assert window.settings.is_overlay_shown("signals")
    window.timeline.set_signals([SignalTrack("mid", 0, np.zeros(60, np.float32))])
    assert window.video.canvas.signal_strip is not None
    window.timeline.set_extent(0, 25.0)  # another video
    assert window.video.canvas.signal_strip is None


@pytest.fixture
def detector(monkeypatch, no_shipped_weights):
    """One that comes with the program, and says what the pictures' brightness is."""
    (no_shipped_weights / "detector.safetensors").write_bytes(b"weights")
    torch.manual_seed(0)
    made = DiveDetector(2).eval()
    monkeypatch.setattr("app.window.live_signals._detector", lambda: made)
    return made


def test_of_a_video_that_nobody_has_analysed_they_come_while_it_is_watched(qtbot, detector, window):
    said = []
    window.signals.said.connect(said.append)
    window.timeline.set_signals([])
    press(window, "m", SHIFT)
    assert said == []
    views = (window.video.canvas, window.video.crop)

    def is_known(view):
        strip = view.signal_strip
        return strip is not None and strip.value(strip.signals[0], window.playback.shown_frame) is not None

    window.playback.set_loop(True)
    window.playback.play()
    qtbot.waitUntil(lambda: all(map(is_known, views)), timeout=60000)
    window.playback.pause()
    assert [signal.name for signal in views[0].signal_strip.signals] == ["start", "mid", "end"]
    # Of a video that was analysed, the stored ones are shown.
    window.timeline.set_signals([SignalTrack("mid", 0, np.zeros(200, np.float32))])
    assert [signal.name for signal in views[0].signal_strip.signals] == ["mid"]
    window.timeline.set_signals([])
    press(window, "m", SHIFT)
    assert [view.signal_strip for view in views] == [None, None]


def test_frames_of_the_video_before_are_not_taken_for_those_of_the_next(qtbot, detector, window):
    live = window.signals._live
    window.timeline.set_signals([])
    press(window, "m", SHIFT)
    before = live._video
    assert before.decoded == window.playback.decoded
    # What happens when another video is chosen: the session has it, and the player opens it a little later.
    index = window.session.index
    live.rest()
    live.look_at(30)
    stale = live._video
    window.playback.open(index.times_s, frame_source(index))
    qtbot.waitUntil(lambda: window.playback.shown_frame == 0, timeout=20000)
    assert live._video not in (before, stale)
    assert live._video.decoded == window.playback.decoded != stale.decoded


def test_a_detector_that_cannot_be_loaded_is_told_once(qtbot, monkeypatch, detector, window):
    def fails():
        raise ModelError("detector.safetensors does not hold the weights of a dive detector of this version.")

    monkeypatch.setattr("app.window.live_signals._detector", fails)
    failed = []
    window.signals.failed.connect(lambda error: failed.append(str(error)))
    window.timeline.set_signals([])
    press(window, "m", SHIFT)
    qtbot.waitUntil(lambda: bool(failed), timeout=20000)
    for frame in (31, 32, 33):
        go_to(qtbot, window, frame)
    qtbot.wait(50)
    assert failed == ["detector.safetensors does not hold the weights of a dive detector of this version."]
    assert window.video.canvas.signal_strip is None
