"""A search keeps what dives still open may need, and of everything before only the signals."""

import tracemalloc
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from inference.diving.event_signals import ExtractionSettings
from inference.diving.finder import FinderSettings
from inference.diving.frame_signals import FrameSignals
from inference.diving.kept_signals import SignalPart
from inference.diving.network_search import NetworkSearch
from inference.diving.signal_record import RecentRow, SignalRecord
from inference.video.frame_index import FrameIndex

FPS, PART = 25, 24
MOST_BYTES_A_MINUTE = 30_000
"""What Python keeps for itself of what it has freed counts too; what a minute says takes twenty times as much."""


def video(minutes):
    count = minutes * 60 * FPS
    index = FrameIndex(
        path=Path("hours.mp4"),
        fingerprint="0",
        pts=np.arange(count),
        is_key=np.ones(count, bool),
        seek_timestamps=np.arange(count),
        time_base=Fraction(1, FPS),
        last_duration=1,
        width=320,
        height=180,
        codec="h264",
    )
    return SimpleNamespace(index=index)


def uneventful(minutes):
    """Signals without dives, of a detector that is never quite sure that there is none."""
    generator = np.random.default_rng(0)
    for first in range(0, minutes * 60 * FPS, PART):
        frames = np.arange(first, min(first + PART, minutes * 60 * FPS), dtype=np.int32)
        floor = np.array([[0.07], [0.13], [0.05]]) * generator.uniform(0.8, 1.2, (3, len(frames)))
        candidates = generator.random((len(frames), 4, 3), np.float32)
        yield SignalPart(frames, floor.astype(np.float32), candidates)


def test_what_is_kept_hardly_grows_from_minute_to_minute():
    minutes, used = 12, []
    reader, detector = video(minutes), SimpleNamespace(identity=None)
    tracemalloc.start()
    try:
        search = NetworkSearch(reader, detector, FinderSettings(slow_motion=1.0), ExtractionSettings(), None)
        kept = SimpleNamespace(parts=uneventful(minutes), is_complete=True)
        for found in search.run(kept, None, None):
            assert found.dives == ()
            used.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()

    a_minute = len(used) // minutes
    second, last = np.median(used[a_minute : 2 * a_minute]), np.median(used[-a_minute:])
    assert last - second < (minutes - 2) * MOST_BYTES_A_MINUTE
    assert [len(track.values) for track in search.signals()] == [minutes * 60 * FPS] * 3


def test_a_row_forgets_its_beginning_and_keeps_its_places():
    row = RecentRow()
    row.extend("abcdef")

    row.forget_before(2)
    row.forget_before(1)  # Has been forgotten already.

    assert (len(row), row.first) == (6, 2)
    assert (row[2], row[5], row[3:5], row[4:9], row[6:8]) == ("c", "f", ["d", "e"], ["e", "f"], [])
    row.put(4, "EFGH")
    row.extend("g")
    assert row[2:7] == ["c", "d", "E", "F", "g"]
    for place in (1, slice(1, 3)):
        with pytest.raises(IndexError, match="place 1 has been forgotten; the first one kept is 2"):
            row[place]
    row.forget_before(100)
    assert (len(row), row.first, row[7:9]) == (7, 7, [])


def test_a_record_keeps_the_frame_numbers_of_some_pictures_more():
    record = SignalRecord()
    for part in uneventful(1):
        record.add(part)
    record.starts.extend(np.linspace(0, 1, 1400))
    probabilities, candidates = record.probabilities(1300, 1310), record.candidates(1300)

    record.forget_before(1300, frames_before=12)

    assert (record.first, record.frames.first, record.starts.first) == (1300, 1288, 1300)
    assert record.frames[1288:1292] == [1288, 1289, 1290, 1291]
    np.testing.assert_array_equal(record.probabilities(1300, 1310), probabilities)
    np.testing.assert_array_equal(record.candidates(1300), candidates)
    record.add_candidates(1300, np.ones((2, 4, 3), np.float32))
    assert [len(record.candidates(place)) for place in (1300, 1301, 1302)] == [8, 8, 4]
    assert record.first_candidates(1300, 1302).shape == (2, 4, 3)
    record.replace_starts(1398, np.array([0.5, 0.6, 0.7]))
    assert record.starts[1397:1401] == [pytest.approx(1397 / 1399), 0.5, 0.6]


def test_signals_of_every_frame_lie_in_one_piece_and_those_told_stay():
    frames = np.arange(3, 43, 2)
    signals = np.random.default_rng(1).random((3, len(frames)))
    every = FrameSignals(3, 44)

    told = [every.take(frames[at : at + 7], signals[:, at : at + 7], is_last=at == 14) for at in (0, 7, 14)]

    expected = [np.interp(np.arange(3, 45), frames, row).astype(np.float32) for row in signals]
    for row, (track, *parts) in enumerate(zip(every.tracks(), *told, strict=True)):
        np.testing.assert_array_equal(track.values, expected[row])
        np.testing.assert_array_equal(np.concatenate([part.values for part in parts]), track.values)
        assert [part.first_frame for part in parts] == [3, 16, 30]
        assert all(np.shares_memory(part.values, track.values) for part in parts)
