"""The thread that keeps frames around the playhead decoded."""

from __future__ import annotations

import queue
import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from barcode import read_barcode

from inference.video.decode_ahead import DecodeAhead
from inference.video.errors import VideoError
from inference.video.frame_index import FrameIndex
from inference.video.reader import open_video

FRAME_BYTES = 4 * 8 * 4
PATIENCE_S = 10


class CountingReader:
    """A reader of 8 x 4 pictures filled with the frame number, which notes what is decoded and can be held up."""

    def __init__(self, frame_count=100, gop=10, damaged=()):
        is_key = np.zeros(frame_count, dtype=np.bool_)
        is_key[::gop] = True
        self.index = FrameIndex(
            path=Path("clip.mp4"),
            fingerprint="0",
            pts=np.arange(frame_count),
            is_key=is_key,
            seek_timestamps=np.flatnonzero(is_key),
            time_base=Fraction(1, 25),
            last_duration=1,
            width=8,
            height=4,
            codec="h264",
        )
        self.decoded = []
        self.is_closed = False
        self.may_decode = threading.Semaphore(0)
        self.is_held_up = False
        self.is_waiting = threading.Event()
        self._damaged = damaged

    def read_bgra(self, frame, *, size=None):
        if self.is_held_up:
            self.is_waiting.set()
            assert self.may_decode.acquire(timeout=PATIENCE_S)
        self.index.check(frame)
        if frame in self._damaged:
            raise VideoError(f"Frame {frame} is damaged.")
        self.decoded.append(frame)
        return np.full((4, 8, 4), frame, dtype=np.uint8)

    def hold(self, byte_count):
        self.held_bytes = byte_count

    def close(self):
        self.is_closed = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Watched:
    """A DecodeAhead with what it handed over."""

    def __init__(self, open_reader, budget_frames):
        self.shown = queue.Queue()
        self.errors = queue.Queue()
        self.ahead = DecodeAhead(
            open_reader,
            # A third is for the reader, which holds pictures in its own way.
            budget_bytes=budget_frames * FRAME_BYTES * 3 // 2,
            on_frame=lambda frame, picture: self.shown.put((frame, picture)),
            on_error=self.errors.put,
        )

    def show(self, frame, direction=0):
        self.ahead.request(frame, direction)
        shown, picture = self.shown.get(timeout=PATIENCE_S)
        assert shown == frame
        return picture


@pytest.fixture
def watch():
    """Makes Watched objects and closes them."""
    made = []

    def make(reader, budget_frames=40):
        made.append(Watched(reader if callable(reader) else lambda: reader, budget_frames))
        return made[-1]

    yield make
    for watched in made:
        watched.ahead.close()


def wait_until(condition):
    """Wait for what another thread brings about."""
    pause = threading.Event()
    for _ in range(PATIENCE_S * 200):
        if condition():
            return
        pause.wait(0.005)
    pytest.fail("waited in vain")


def test_the_requested_frame_is_handed_over_and_kept(watch):
    watched = watch(CountingReader())
    assert watched.ahead.get(7) is None
    picture = watched.show(7)
    assert picture[0, 0, 0] == 7
    assert watched.ahead.get(7) is picture
    assert watched.ahead.nearest(50)[0] == 7


def test_without_a_direction_nothing_else_is_decoded(watch):
    reader = CountingReader()
    watched = watch(reader)
    watched.show(7)
    watched.show(30)
    watched.ahead.close()
    assert reader.decoded == [7, 30]


def test_forwards_the_frames_ahead_are_decoded_in_order_up_to_half_the_budget(watch):
    reader = CountingReader()
    watched = watch(reader, budget_frames=40)
    watched.show(5, +1)
    wait_until(lambda: watched.ahead.get(25) is not None)
    watched.ahead.close()
    assert reader.decoded == list(range(5, 26))


def test_playing_forwards_decodes_every_frame_once(watch):
    reader = CountingReader()
    watched = watch(reader, budget_frames=20)
    for frame in range(100):
        assert watched.show(frame, +1)[0, 0, 0] == frame
    watched.ahead.close()
    assert reader.decoded == list(range(100))
    assert watched.ahead.byte_count <= 20 * FRAME_BYTES


def test_backwards_runs_are_decoded_forwards_from_a_key_frame(watch):
    reader = CountingReader(gop=10)
    watched = watch(reader, budget_frames=80)
    watched.show(25, -1)
    wait_until(lambda: watched.ahead.get(9) is not None)
    assert reader.decoded[:26] == [*range(20, 26), *range(10, 20), *range(10)]


def test_a_run_backwards_is_no_longer_than_a_quarter_of_the_budget(watch):
    reader = CountingReader(frame_count=200, gop=200)
    watched = watch(reader, budget_frames=40)
    watched.show(150, -1)
    wait_until(lambda: watched.ahead.get(140) is not None)
    assert reader.decoded[:20] == [*range(141, 151), *range(131, 141)]


def test_playing_backwards_decodes_every_frame_once(watch):
    reader = CountingReader(gop=10)
    watched = watch(reader, budget_frames=44)
    for frame in range(99, -1, -1):
        assert watched.show(frame, -1)[0, 0, 0] == frame
    watched.ahead.close()
    assert sorted(reader.decoded) == list(range(100))
    assert watched.ahead.byte_count <= 44 * FRAME_BYTES


def test_the_newest_request_wins(watch):
    reader = CountingReader()
    reader.is_held_up = True
    watched = watch(reader)
    watched.ahead.request(10, +1)
    assert reader.is_waiting.wait(PATIENCE_S)
    for frame in (20, 30, 40):
        watched.ahead.request(frame, +1)
    reader.is_held_up = False
    reader.may_decode.release()
    assert watched.shown.get(timeout=PATIENCE_S)[0] == 40
    wait_until(lambda: watched.ahead.get(60) is not None)
    assert reader.decoded == [10, *range(40, 61)]
    assert watched.shown.empty()


def test_a_cached_frame_is_handed_over_between_two_frames_decoded_ahead(watch):
    reader = CountingReader()
    watched = watch(reader)
    watched.show(3)
    reader.is_held_up = True
    watched.ahead.request(50, +1)
    assert reader.is_waiting.wait(PATIENCE_S)
    watched.ahead.request(3, 0)
    reader.may_decode.release()
    assert watched.shown.get(timeout=PATIENCE_S)[0] == 3
    assert reader.decoded == [3, 50]


@pytest.mark.parametrize("budget_frames", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("direction", [-1, 1])
def test_a_budget_of_hardly_a_frame_still_shows_and_then_rests(watch, budget_frames, direction):
    reader = CountingReader()
    watched = watch(reader, budget_frames)
    order = range(40, 60) if direction > 0 else range(60, 40, -1)
    for frame in order:
        assert watched.show(frame, direction)[0, 0, 0] == frame
    assert watched.ahead.byte_count <= max(budget_frames, 1) * FRAME_BYTES
    threading.Event().wait(0.05)
    settled = len(reader.decoded)
    threading.Event().wait(0.1)
    assert len(reader.decoded) == settled
    assert settled <= 3 * len(order)


def test_a_damaged_frame_is_reported_each_time_it_is_asked_for_and_passed_over_otherwise(watch):
    reader = CountingReader(damaged={8})
    watched = watch(reader)
    watched.show(5, +1)
    wait_until(lambda: watched.ahead.get(12) is not None)
    assert watched.errors.empty()
    for _ in range(2):
        watched.ahead.request(8, +1)
        assert str(watched.errors.get(timeout=PATIENCE_S)) == "Frame 8 is damaged."
    assert watched.show(9, +1)[0, 0, 0] == 9


def test_a_frame_outside_the_video_is_reported(watch):
    watched = watch(CountingReader())
    watched.ahead.request(100)
    assert "has no frame 100" in str(watched.errors.get(timeout=PATIENCE_S))


def test_a_video_that_cannot_be_opened_is_reported(watch, tmp_path):
    watched = watch(lambda: open_video(tmp_path / "gone.mp4"))
    assert "There is no file" in str(watched.errors.get(timeout=PATIENCE_S))
    watched.ahead.request(3)


def test_closing_while_decoding_ends_the_thread_and_closes_the_reader(watch):
    reader = CountingReader()
    watched = watch(reader)
    watched.show(0, +1)
    watched.ahead.close()
    watched.ahead.close()
    assert reader.is_closed
    assert not any(thread.name == "decode-ahead" for thread in threading.enumerate())


def test_real_video_plays_exactly_in_both_directions(watch, barcode_video):
    video = barcode_video("open_gop")
    watched = watch(lambda: open_video(video.path), budget_frames=40 * 320 * 180 // 32)
    for order, direction in ((range(96), 1), (range(95, -1, -1), -1)):
        for frame in order:
            assert read_barcode(watched.show(frame, direction)) == frame
