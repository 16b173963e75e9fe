"""What the window shows while playing and scrubbing: the label and the pixels are of the same frame, always."""

from __future__ import annotations

import random
import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.support.barcode import read_barcode
from tests.support.review_window import (
    FRAMES,
    PRESS,
    drag,
    go_to,
    make_clip,
    open_window,
    painted_number,
    press,
    settle,
    store_dives,
    strip_point,
)

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return make_clip(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def window(qtbot, video):
    window = open_window(qtbot, video)
    window.wrong = []

    def check(frame, seconds, pixels):
        canvas, field = window.video.canvas, window.video.transport.position_field
        label = f"frame {frame} ·"
        if read_barcode(pixels) != frame or canvas.shown_frame != frame:
            window.wrong.append((frame, read_barcode(pixels)))
        if not canvas.frame_text.startswith(label) or not field.text().startswith(label):
            window.wrong.append((frame, canvas.frame_text, field.text()))
        window.seen.append(frame)

    window.seen = []
    window.playback.frame_shown.connect(check)
    yield window
    window.close()
    assert window.wrong == []


def test_label_and_pixels_agree_while_scrubbing_at_random(qtbot, window):
    generator = random.Random(5)
    strip = window.timeline.strip
    start = strip_point(window, 3, 6)
    QTest.mousePress(strip, PRESS, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseRelease(strip, PRESS, Qt.KeyboardModifier.NoModifier, start)

    def scrub():
        target = strip_point(window, generator.randrange(FRAMES), 6)
        QTest.mouseClick(strip, PRESS, Qt.KeyboardModifier.NoModifier, target)
        qtbot.wait(generator.choice((0, 1, 15)))
        assert painted_number(window) == window.video.canvas.shown_frame

    for _ in range(40):
        scrub()
    # A machine that has other work decodes fewer of the frames that are only passed.
    while len(set(window.seen)) <= 12:
        scrub()
    qtbot.waitUntil(lambda: window.playback.shown_frame == window.playback.position)
    assert painted_number(window) == window.playback.position


def test_label_and_pixels_agree_while_playing_both_ways(qtbot, window):
    press(window, Qt.Key.Key_Space)
    assert window.playback.is_playing

    def play():
        qtbot.wait(40)
        assert painted_number(window) == window.video.canvas.shown_frame

    for _ in range(12):
        play()
    while window.playback.shown_frame <= 10:
        play()
    press(window, Qt.Key.Key_Space, SHIFT)
    assert not window.playback.is_playing
    shown = window.playback.shown_frame
    assert shown > 5
    press(window, "j")
    qtbot.waitUntil(lambda: window.playback.shown_frame < shown - 4)
    press(window, "k")
    assert not window.playback.is_playing
    assert window.playback.position == window.playback.shown_frame == painted_number(window)


def test_keys_move_by_frames_and_seconds(qtbot, window):
    go_to(qtbot, window, 50)
    positions = []
    for key, modifiers in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, SHIFT),
        (Qt.Key.Key_Left, SHIFT),
        (Qt.Key.Key_Right, CTRL),
        (Qt.Key.Key_Left, CTRL),
    ):
        press(window, key, modifiers)
        positions.append(window.playback.position)
    assert positions == [51, 50, 60, 50, 75, 50]


def test_loop_of_the_dive_stays_inside_it(qtbot, window):
    store_dives(qtbot, window)
    press(window, "n")
    press(window, Qt.Key.Key_Plus)
    press(window, "r", SHIFT)
    assert window.playback.working_zone == (20, 50)
    window.playback.set_speed(4.0)
    qtbot.waitUntil(lambda: window.seen.count(20) + window.seen.count(21) >= 3, timeout=10000)
    press(window, Qt.Key.Key_Space)
    after_first = window.seen[window.seen.index(20) :]
    assert set(after_first) <= set(range(20, 51))
    assert window.actions_["loop"].isChecked()


def test_slow_motion_says_its_speed(qtbot, window):
    window.playback.set_speed(0.5)
    rates = []
    window.playback.rate_measured.connect(rates.append)
    press(window, Qt.Key.Key_Space)
    half = pytest.approx((0.5, 12.5), rel=0.2)
    # A busy machine may fall behind for a moment.
    qtbot.waitUntil(lambda: bool(rates) and (rates[-1].speed, rates[-1].frames_per_s) == half, timeout=10000)
    assert window.video.transport.rate_label.text() != ""
    press(window, Qt.Key.Key_Space)


def test_tracked_crop_shows_the_frame_of_its_label(qtbot, window):
    store_dives(qtbot, window)
    press(window, "n")
    press(window, Qt.Key.Key_Tab, CTRL)
    go_to(qtbot, window, 30)
    crop = window.video.crop
    assert crop.isVisible()
    assert crop.shown_frame == 30
    go_to(qtbot, window, 60)
    assert crop.shown_frame is None


def test_closing_while_decoding_leaves_no_thread(qtbot, video):
    window = open_window(qtbot, video)
    window.playback.set_speed(4.0)
    window.playback.play()
    window.playback.seek(150)
    window.close()
    assert not [thread for thread in threading.enumerate() if "decode" in thread.name]


def test_missing_video_is_said_and_found_where_it_went(qtbot, video, tmp_path):
    own = tmp_path / "dive.mp4"
    own.write_bytes(video.read_bytes())
    first = open_window(qtbot, own)
    first.close()
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    hidden = elsewhere / "dive.mp4"
    own.rename(hidden)

    window = open_window(qtbot)
    window.opening.open(tmp_path / "dive.divereview")
    qtbot.waitUntil(lambda: window.messages.banner_text != "", timeout=10000)
    assert "dive.mp4" in window.messages.banner_text
    assert window.video.canvas.shown_frame is None
    window.opening.locate(hidden)
    qtbot.waitUntil(lambda: window.video.canvas.shown_frame == 0, timeout=20000)
    assert window.messages.banner_text == ""
    window.close()

    hidden.rename(tmp_path / "renamed.mp4")
    again = open_window(qtbot, tmp_path / "dive.divereview")
    assert again.session.video.path == tmp_path / "renamed.mp4"
    again.close()


def test_scrub_by_dragging_over_the_ruler(qtbot, window):
    strip = window.timeline.strip
    drag(strip, strip_point(window, 10, 6), strip_point(window, 120, 6) + QPoint(0, 0))
    qtbot.waitUntil(lambda: window.playback.shown_frame == window.playback.position)
    assert window.playback.position == 120
    settle(qtbot, window)
