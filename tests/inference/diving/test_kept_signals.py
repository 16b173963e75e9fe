"""A search that was stopped anywhere goes on from there, to the very same result."""

import os
import weakref
from contextlib import nullcontext
from itertools import pairwise

import numpy as np
import pytest
import torch
from barcode import make_video
from table_detector import TableDetector

from inference.diving import kept_signals as module
from inference.diving.kept_signals import KeptSignals, SignalPart, kept_signals
from inference.diving.network_finder import LoadedDetector, find_dives_by_network
from inference.models.dive_detector import DiveDetector
from inference.progress import Cancelled, CancelToken
from inference.results import ModelIdentity
from inference.video.index_cache import cache_folder
from inference.video.reader import open_video

DIVES = ((60, 95), (190, 222))


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "dives.mp4"
    return make_video(path, range(300), options={"g": "50", "preset": "ultrafast"})


def place(frame):
    seconds = frame / 25 % 5 - 2.4
    return 0.3 + 0.1 * seconds, 0.4 - 0.2 * seconds + 0.35 * seconds * seconds


def search(video, detector, *, stop_at=None, **options):
    """The predictions, or those made before the search was cancelled at the picture of a number."""
    token = CancelToken()

    def progress(fraction, what):
        if stop_at is not None and fraction >= stop_at / 300:
            token.cancel()

    with open_video(video) as reader:
        return find_dives_by_network(reader, detector, progress=progress, cancel=token, is_kept=True, **options)


def assert_same(found, expected):
    assert found.settings == expected.settings
    for track, other in zip(found.signals, expected.signals, strict=True):
        assert track.first_frame == other.first_frame
        np.testing.assert_array_equal(track.values, other.values)
    for dive, other in zip(found.dives, expected.dives, strict=True):
        assert (dive.interval, dive.score) == (other.interval, other.score)
        assert dive.trajectory.path == other.trajectory.path
        assert dive.trajectory.candidates == other.trajectory.candidates
        np.testing.assert_array_equal(dive.trajectory.camera.to_stable, other.trajectory.camera.to_stable)


@pytest.mark.parametrize("seed", range(4))
def test_stopped_anywhere_it_ends_as_if_it_had_not_been(video, monkeypatch, tmp_path, seed):
    expected = search(video, TableDetector(DIVES, place))
    monkeypatch.setenv("DIVEREVIEW_CACHE_DIR", str(tmp_path))
    stops = np.sort(np.random.default_rng(seed).integers(2, 298, 3))
    seen = []
    for stop_at in [*stops, None]:
        detector = TableDetector(DIVES, place)
        try:
            found = search(video, detector, stop_at=stop_at)
        except Cancelled:
            assert stop_at is not None
        seen.append(detector.seen)

    assert_same(found, expected)
    assert seen[-1][-1] == 299
    # Only what no part was kept of, and what a detector must see again.
    assert seen[-1][0] >= stops[-1] - 10 - 16 - 32 - 16
    assert all(later[0] <= earlier[-1] + 1 for earlier, later in pairwise(seen))


def test_a_real_detector_says_the_same_after_a_stop(video, monkeypatch, tmp_path):
    torch.manual_seed(0)
    detector = LoadedDetector(DiveDetector(width=2).eval(), "feedc0de")
    expected = search(video, detector)
    monkeypatch.setenv("DIVEREVIEW_CACHE_DIR", str(tmp_path))

    with pytest.raises(Cancelled):
        search(video, detector, stop_at=200)

    assert_same(search(video, detector), expected)


def test_pictures_read_in_another_way_are_looked_at_again(video, monkeypatch):
    detectors = TableDetector(DIVES, place), TableDetector(DIVES, place), TableDetector(DIVES, place)
    for detector, reading in zip(detectors, ("exact", "exact", "rough"), strict=True):
        monkeypatch.setattr("inference.diving.network_search.READING", reading)
        search(video, detector, frame_range=(0, 40))

    assert [len(detector.seen) for detector in detectors] == [41, 0, 41]


def test_what_is_done_is_not_done_again_and_what_differs_is(video):
    first = TableDetector(DIVES, place)
    expected = search(video, first)
    again, other, part = TableDetector(DIVES, place), TableDetector(DIVES, place), TableDetector(DIVES, place)
    other.identity = ModelIdentity("table", "1", "another")

    found = search(video, again)
    search(video, other)
    search(video, part, frame_range=(100, 299))

    assert_same(found, expected)
    assert (again.seen, len(other.seen), len(part.seen)) == ([], 300, 200)


def part_of(first, count):
    frames = np.arange(first, first + count, dtype=np.int32)
    probabilities = np.random.default_rng(first).random((3, count), np.float32)
    return SignalPart(frames, probabilities, np.random.default_rng(first + 1).random((count, 4, 3), np.float32))


def the_file():
    (path,) = (cache_folder().parent / "signals").glob("*.signals")
    return path


def test_parts_come_back_bit_for_bit():
    with kept_signals("video", 1) as kept:
        assert kept.parts == []
        for part in (part_of(0, 5), part_of(5, 1)):
            kept.add(part)

    with kept_signals("video", 1) as kept:
        assert [part.frames.tolist() for part in kept.parts] == [[0, 1, 2, 3, 4], [5]]
        np.testing.assert_array_equal(kept.parts[0].probabilities, part_of(0, 5).probabilities)
        np.testing.assert_array_equal(kept.parts[0].candidates, part_of(0, 5).candidates)
        assert not kept.is_complete
        kept.complete()
    with kept_signals("video", 1) as kept:
        assert kept.is_complete
    with kept_signals("video", 2) as kept:
        assert kept.parts == []


@pytest.mark.parametrize("harm", ["cut", "flip", "long", "nothing"])
def test_a_part_that_is_not_whole_is_made_anew(harm):
    with kept_signals("video") as kept:
        kept.add(part_of(0, 5))
        kept.add(part_of(5, 5))
    content = the_file().read_bytes()
    record = (len(content) - content.index(b"\n") - 1) // 2
    harmed = {
        "cut": content[:-7],
        "flip": content[:-7] + bytes([content[-7] ^ 1]) + content[-6:],
        "long": content[:-record] + b"\xff" * record,
        "nothing": content[:-record],
    }
    the_file().write_bytes(harmed[harm])

    with kept_signals("video") as kept:
        assert [part.frames.tolist() for part in kept.parts] == [[0, 1, 2, 3, 4]]
        kept.add(part_of(5, 5))

    assert the_file().read_bytes() == content


@pytest.mark.parametrize("is_kept", [True, False])
def test_what_is_added_stays_in_no_memory(is_kept):
    with kept_signals("video") if is_kept else nullcontext(KeptSignals()) as kept:
        part = part_of(0, 5)
        candidates = weakref.ref(part.candidates)
        kept.add(part)
        del part
        assert candidates() is None


def test_a_file_of_another_kind_is_written_over():
    with kept_signals("video") as kept:
        kept.add(part_of(0, 5))
    the_file().write_bytes(b"something else altogether")

    with kept_signals("video") as kept:
        assert kept.parts == []
        kept.add(part_of(0, 5))
    with kept_signals("video") as kept:
        assert len(kept.parts) == 1


def test_the_same_search_at_the_same_time_and_a_folder_that_cannot_be_written_do_no_harm(monkeypatch, tmp_path):
    with kept_signals("video") as one, kept_signals("video") as other:
        one.add(part_of(0, 5))
        assert other.parts == []
        other.add(part_of(0, 3))
    with kept_signals("video") as kept:
        assert [len(part) for part in kept.parts] == [5]

    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("DIVEREVIEW_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with kept_signals("video") as kept:
        kept.add(part_of(0, 5))
    with kept_signals("video") as kept:
        assert kept.parts == []


def test_the_ones_not_used_for_longest_go_first(monkeypatch):
    monkeypatch.setattr(module, "_BUDGET_BYTES", 1500)
    for number in range(4):
        with kept_signals(number) as kept:
            kept.add(part_of(number, 8))
        os.utime(newest(), (number, number))

    with kept_signals("last") as kept:
        kept.add(part_of(9, 8))

    left = sorted((cache_folder().parent / "signals").glob("*.signals"), key=os.path.getmtime)
    assert [path.stat().st_mtime for path in left[:-1]] == [3.0]
    with kept_signals(3) as kept:
        assert len(kept.parts) == 1


def newest():
    return max((cache_folder().parent / "signals").glob("*.signals"), key=os.path.getmtime)
