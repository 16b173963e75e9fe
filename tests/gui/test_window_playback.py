"""The playback controller over a source whose decoding the test controls frame by frame."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from app.window.playback import PlaybackController

FRAMES = 40
TIMES = np.arange(FRAMES) * 0.02


def pixels_of(frame):
    """One pixel that carries its own frame number."""
    return np.array([[[frame % 256, frame // 256, 0, 255]]], np.uint8)


class FakeSource:
    """Decodes at once, or only when the test says so."""

    def __init__(self, on_frame, on_error):
        self.on_frame, self.on_error = on_frame, on_error
        self.is_instant = True
        self.cache = {}
        self.requests = []
        self.is_closed = False

    def request(self, frame, direction):
        self.requests.append((frame, direction))
        if self.is_instant:
            self.deliver(frame)

    def deliver(self, frame):
        self.cache[frame] = pixels_of(frame)
        self.on_frame(frame, self.cache[frame])

    def get(self, frame):
        return self.cache.get(frame)

    def nearest(self, frame):
        if not self.cache:
            return None
        found = min(self.cache, key=lambda other: abs(other - frame))
        return found, self.cache[found]

    def close(self):
        self.is_closed = True


@pytest.fixture
def playback(qtbot):
    controller = PlaybackController()
    controller.shown = []
    controller.frame_shown.connect(lambda frame, seconds, pixels: controller.shown.append((frame, seconds, pixels)))
    controller.source = None

    def make(on_frame, on_error):
        controller.source = FakeSource(on_frame, on_error)
        return controller.source

    controller.open(TIMES, make)
    qtbot.waitUntil(lambda: controller.shown_frame == 0)
    yield controller
    controller.close()
    for frame, seconds, pixels in controller.shown:
        np.testing.assert_array_equal(pixels, pixels_of(frame))
        assert seconds == TIMES[frame]


def shown_frames(playback):
    return [frame for frame, _, _ in playback.shown]


def test_seek_shows_the_nearest_frame_at_once_and_the_exact_one_when_decoded(qtbot, playback):
    source = playback.source
    source.deliver(20)
    source.is_instant = False
    playback.seek(23)
    assert (playback.position, playback.shown_frame) == (23, 20)
    source.deliver(23)
    qtbot.waitUntil(lambda: playback.shown_frame == 23)
    assert shown_frames(playback) == [0, 20, 23]


def test_frame_of_an_older_request_is_not_painted_over_the_newer_one(qtbot, playback):
    source = playback.source
    source.is_instant = False
    playback.seek(30)
    playback.seek(10)
    source.deliver(10)
    source.deliver(30)
    qtbot.wait(20)
    assert shown_frames(playback)[-1] == 10
    assert 30 not in shown_frames(playback)


def test_steps_pause_and_stay_inside_the_video(qtbot, playback):
    playback.step(1)
    playback.step(1)
    assert playback.position == 2
    playback.step(-10)
    assert playback.position == 0
    playback.step(1000)
    assert playback.position == FRAMES - 1
    assert playback.source.requests[-1] == (FRAMES - 1, 1)


@pytest.fixture
def machine_time(monkeypatch):
    """A clock that goes on by itself by four tenths of a frame at every reading, and as far as the test says."""
    clock = SimpleNamespace(now=0.0)

    def read():
        clock.now += 0.4 * TIMES[1]
        return clock.now

    monkeypatch.setattr("app.window.frame_player.time", SimpleNamespace(perf_counter=read))
    return clock


def play_to_the_end(qtbot, playback):
    playback.play()
    qtbot.waitUntil(lambda: not playback.is_playing)


def test_play_to_the_end_shows_every_frame_once_in_order_at_real_speed(qtbot, playback, machine_time):
    rates = []
    playback.rate_measured.connect(rates.append)
    play_to_the_end(qtbot, playback)
    assert shown_frames(playback) == list(range(FRAMES))
    assert rates[-1] is None
    assert rates[-2].speed == pytest.approx(1.0, abs=0.15)


def test_frames_that_the_machine_had_no_time_for_are_left_out_and_the_newest_shown(qtbot, playback, machine_time):
    def stall(frame, *_):
        if frame == 9:
            machine_time.now += 5.5 * TIMES[1]

    playback.frame_shown.connect(stall)
    play_to_the_end(qtbot, playback)
    assert shown_frames(playback) == [*range(10), *range(shown_frames(playback)[10], FRAMES)]
    assert shown_frames(playback)[10] in (14, 15)


def test_reverse_plays_down_to_the_first_frame(qtbot, playback):
    playback.seek(8)
    playback.play(-1)
    qtbot.waitUntil(lambda: playback.shown_frame == 0 and not playback.is_playing)
    assert shown_frames(playback)[-9:] == list(range(8, -1, -1))
    assert (0, -1) in playback.source.requests


def test_loop_of_the_working_zone_comes_round(qtbot, playback):
    playback.set_working_zone((5, 8))
    playback.set_loop(True)
    playback.play()
    qtbot.waitUntil(lambda: shown_frames(playback).count(5) >= 3)
    playback.pause()
    assert set(shown_frames(playback)) <= {0, 5, 6, 7, 8}


def test_clock_waits_for_slow_decoding_and_frames_missed_are_counted(qtbot, playback, machine_time):
    rates = []
    playback.rate_measured.connect(rates.append)
    source = playback.source
    source.is_instant = False
    source.cache.clear()
    source.requests.clear()
    playback.play()
    # Time for all frames; the clock stopped a quarter of a second after the frame that is shown.
    qtbot.waitUntil(lambda: machine_time.now > FRAMES * TIMES[1])
    assert playback.shown_frame == 0
    assert playback.position in (13, 14)
    assert max(frame for frame, _ in source.requests) == playback.position
    source.is_instant = True
    qtbot.waitUntil(lambda: any(rate is not None and rate.dropped > 0 for rate in rates))
    qtbot.waitUntil(lambda: not playback.is_playing)
    assert playback.shown_frame == FRAMES - 1


@pytest.mark.parametrize(
    ("preferred", "due", "expected"),
    [
        (set(), 20, 20),
        ({18}, 20, 18),
        ({18, 19}, 20, 19),
        ({16}, 20, 20),  # too long ago
        ({10, 11}, 12, 11),
        ({10}, 11, 11),  # no frame is dropped, so none is left out for it
        ({37}, 39, 39),  # the last one is shown in any case
        ({17}, 20, 20),  # not decoded
    ],
)
def test_where_frames_are_dropped_another_may_be_shown_than_the_newest(playback, monkeypatch, preferred, due, expected):
    playback.source.is_instant = False
    playback.source.cache.update({frame: pixels_of(frame) for frame in range(FRAMES) if frame != 17})
    playback.prefer(preferred.__contains__)
    playback.seek(10)
    monkeypatch.setattr(playback, "_tick", lambda: None)
    playback.play()
    playback._position = due
    playback._show_newest_due()
    assert playback.shown_frame == expected
    playback._is_playing = False


def test_frames_ahead_go_round_the_loop_and_not_beyond_the_end(playback):
    assert playback.frames_ahead(37, 1, 5) == [37, 38, 39]
    assert playback.frames_ahead(1, -1, 5) == [1, 0]
    playback.set_working_zone((5, 8))
    playback.set_loop(True)
    assert playback.frames_ahead(7, 1, 9) == [7, 8, 5, 6]
    assert playback.frames_ahead(6, -1, 3) == [6, 5, 8]
    assert playback.frames_ahead(20, 1, 3) == [20, 21, 22]


def test_shuttle_keys(qtbot, playback):
    playback.seek(20)
    playback.shuttle(1)
    assert (playback.is_playing, playback.direction, playback.speed) == (True, 1, 1.0)
    playback.shuttle(1)
    playback.shuttle(1)
    playback.shuttle(1)
    assert playback.speed == 4.0
    playback.shuttle(-1)
    assert (playback.direction, playback.speed) == (-1, 1.0)
    playback.pause()


def test_error_pauses_and_is_told(qtbot, playback):
    playback.set_loop(True)
    playback.play()
    with qtbot.waitSignal(playback.failed) as failed:
        playback.source.on_error(ValueError("frame 7 is broken"))
    assert str(failed.args[0]) == "frame 7 is broken"
    assert not playback.is_playing


def test_frames_of_a_closed_video_are_never_shown(qtbot, playback):
    old = playback.source
    playback.open(TIMES, FakeSource)
    qtbot.waitUntil(lambda: playback.shown_frame == 0)
    count = len(playback.shown)
    old.deliver(17)
    qtbot.wait(20)
    assert old.is_closed
    assert len(playback.shown) == count
