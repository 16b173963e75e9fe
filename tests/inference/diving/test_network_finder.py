"""Dives by a detector that knows the answer: when, where, as they come, at any frame rate and with any camera."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from barcode import make_video
from rendered_dives import RenderedDive, RenderedReader, Scene, interval_of
from table_detector import TableDetector

from inference.diving.finder import FinderSettings
from inference.diving.network_finder import LoadedDetector, extraction_for, find_dives_by_network
from inference.models.dive_detector import DiveDetector
from inference.progress import Cancelled, CancelToken
from inference.results import ModelIdentity
from inference.video.reader import open_video

DIVES = ((60, 95), (190, 222))


def fall(frame, fps=25.0):
    """Where a diver is, as shares of the picture: up a little, then down, again every five seconds."""
    seconds = frame / fps % 5 - 2.4
    return 0.7 + 0.1 * seconds, 0.4 - 0.2 * seconds + 0.35 * seconds * seconds


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "dives.mp4"
    return make_video(path, range(400), options={"g": "50", "preset": "ultrafast"})


@pytest.fixture
def reader(video):
    with open_video(video) as reader:
        yield reader


def test_dives_come_with_signals_and_paths(reader):
    detector = TableDetector(DIVES, fall)

    found = find_dives_by_network(reader, detector)

    assert (found.model, found.first_frame, found.last_frame) == (detector.identity, 0, 399)
    assert [(dive.interval.start.frame, dive.interval.end.frame) for dive in found.dives] == list(DIVES)
    assert [track.name for track in found.signals] == ["start", "mid", "end"]
    assert all(track.first_frame == 0 and len(track.values) == 400 for track in found.signals)
    assert [int(track.values.argmax()) in range(*bounds) for track, bounds in zip(
        found.signals, ((58, 193), (64, 219), (93, 225)), strict=True
    )] == [True] * 3  # fmt: skip
    for dive in found.dives:
        assert 0.5 < dive.score < 1
        times = [reader.index.time(frame) for frame in range(dive.interval.start.frame, dive.interval.end.frame + 1)]
        expected = [np.multiply(fall(time.frame), (320, 180)) for time in times]
        np.testing.assert_allclose(dive.trajectory.image_points(times), expected, atol=0.01)
        # 0.35 of 180 px a second squared, twice.
        assert dive.trajectory.path.ay == pytest.approx(126, rel=1e-3)
        assert all(candidate.is_inlier for candidate in dive.trajectory.candidates)


def test_dives_are_told_while_the_video_is_read(reader):
    detector, told = TableDetector(DIVES, fall), []

    found = find_dives_by_network(
        reader, detector, on_dive=lambda dive: told.append((dive.interval.end.frame, len(detector.seen)))
    )

    assert [end for end, _ in told] == [95, 222]
    # 1.3 s in which another end could be found, the window, and a part of 16.
    assert all(seen <= end + 33 + 10 + 2 * 16 + 10 for end, seen in told)
    assert len(found.dives) == 2


def test_signals_are_told_bit_by_bit_and_are_those_of_the_whole(reader):
    parts = []

    found = find_dives_by_network(reader, TableDetector(DIVES, fall), on_signals=parts.append)

    assert len(parts) > 10
    for row, track in enumerate(found.signals):
        pieces = [part[row] for part in parts]
        assert [piece.first_frame for piece in pieces] == list(
            np.cumsum([0, *(len(piece.values) for piece in pieces)])[:-1]
        )
        np.testing.assert_array_equal(np.concatenate([piece.values for piece in pieces]), track.values)


def test_every_second_frame_is_looked_at_of_twice_the_rate(tmp_path):
    film = make_video(tmp_path / "fast.mp4", range(301), fps=50, options={"preset": "ultrafast"})
    detector = TableDetector([(120, 190)], lambda frame: fall(frame, 50))

    with open_video(film) as reader:
        found = find_dives_by_network(reader, detector)

    assert detector.seen == list(range(0, 301, 2))
    (dive,) = found.dives
    assert (dive.interval.start.frame, dive.interval.end.frame) == (120, 190)
    for track in found.signals:
        assert len(track.values) == 301
        np.testing.assert_allclose(track.values[1:-1:2], (track.values[0:-2:2] + track.values[2::2]) / 2, atol=1e-6)
    np.testing.assert_allclose(
        dive.trajectory.image_points([reader.index.time(141)])[0], np.multiply(fall(141, 50), (320, 180)), atol=0.01
    )
    assert {candidate.frame % 2 for candidate in dive.trajectory.candidates} == {0}


def test_slow_motion_is_looked_at_as_fast_as_it_was(reader):
    # Four times slower: every fourth frame, and dives of 4 to 8 s.
    detector = TableDetector([(100, 240)], lambda frame: fall(frame / 4))

    found = find_dives_by_network(reader, detector, FinderSettings(slow_motion=4.0))

    assert detector.seen == list(range(0, 400, 4))
    assert [(dive.interval.start.frame, dive.interval.end.frame) for dive in found.dives] == [(100, 240)]
    assert (found.settings["slow_motion_used"], found.settings["slow_motion_is_estimate"]) == (4.0, False)


def test_only_a_range_is_looked_at(reader):
    detector = TableDetector(DIVES, fall)

    found = find_dives_by_network(reader, detector, frame_range=(150, 260))

    assert (detector.seen[0], detector.seen[-1], len(detector.seen)) == (150, 260, 111)
    assert [(dive.interval.start.frame, dive.interval.end.frame) for dive in found.dives] == [(190, 222)]
    assert all((track.first_frame, len(track.values)) == (150, 111) for track in found.signals)


def test_durations_and_sensitivity_are_a_persons(reader):
    assert len(find_dives_by_network(reader, TableDetector(DIVES), FinderSettings(1.0, min_duration_s=1.35)).dives) == 1
    assert len(find_dives_by_network(reader, TableDetector(DIVES), FinderSettings(1.0, max_duration_s=1.0)).dives) == 0
    usual, sure = extraction_for(FinderSettings()), extraction_for(FinderSettings(sensitivity=0.0))
    assert (usual.min_mid, sure.min_mid) == (0.3, 0.6)
    assert extraction_for(FinderSettings(sensitivity=1.0)).min_boundary == pytest.approx(0.2 * usual.min_boundary)


def test_it_stops_when_asked_to(reader):
    token, detector = CancelToken(), TableDetector(DIVES)

    def progress(fraction, what):
        assert 0 < fraction <= 1
        if fraction > 0.3:
            token.cancel()

    with pytest.raises(Cancelled):
        find_dives_by_network(reader, detector, progress=progress, cancel=token)
    assert len(detector.seen) == pytest.approx(0.3 * 400, abs=3)


def test_a_real_detector_gives_three_signals_of_every_frame(reader):
    torch.manual_seed(0)
    detector = LoadedDetector(DiveDetector(width=2).eval(), "feedc0de")

    found = find_dives_by_network(reader, detector, frame_range=(0, 39))

    assert found.model == ModelIdentity("dive detector", "3", "feedc0de")
    assert [len(track.values) for track in found.signals] == [40, 40, 40]
    assert all(track.values.min() >= 0 and track.values.max() <= 1 for track in found.signals)


class TruthDetector:
    """Knows where a rendered diver is, give or take, and takes somebody on the wall for one more."""

    def __init__(self, reader, dive, noise_px, hop_s=None, *, knows_where=True):
        self.identity = ModelIdentity("truth", "1")
        self._reader, self._dive, self._noise_px, self._hop_s = reader, dive, noise_px, hop_s
        self._knows_where = knows_where

    def signals(self, pictures):
        generator = np.random.default_rng(0)
        interval = interval_of(self._dive, self._reader)
        shown = list(pictures)
        # A closer look lasts until 30 pictures after the dive. What part of the picture it is at, nobody tells.
        is_closer = len(shown) < self._reader.index.frame_count
        first = interval.end.frame + 31 - len(shown) if is_closer else 0
        for frame in range(first, first + len(shown)):
            seconds = self._reader.index.times_s[frame]
            is_in_the_air = interval.contains(frame)
            bells = [np.exp(-0.5 * ((frame - at) / 2) ** 2) for at in (interval.start.frame, interval.end.frame)]
            if self._hop_s is not None:
                # It is less sure of the start than of a hop on the board before it.
                hop = np.exp(-0.5 * ((seconds - interval.start.seconds + self._hop_s) / 0.08) ** 2)
                bells[0] = max(0.2 * bells[0], 0.35 * hop)
            place = self._dive.place(seconds) or (0.0, 0.0)
            size = self._reader.index.width, self._reader.index.height
            standing = self._reader.image_point(seconds, (11.0, 6.0))
            seen = np.array([self._reader.image_point(seconds, place), standing, standing, standing])
            seen[0] += generator.normal(0, self._noise_px, 2)
            if frame % 7 == 3:
                seen[0] = generator.uniform(0, size)
            scores = np.zeros((4, 1)) if is_closer or not self._knows_where else [[0.9], [0.4], [0.05], [0.0]]
            candidates = np.concatenate([seen / size, scores], axis=1)
            yield SimpleNamespace(
                probabilities=np.array([[bells[0]], [float(is_in_the_air)], [bells[1]]], np.float32),
                candidates=candidates[None].astype(np.float32),
            )


@pytest.mark.parametrize("speed", [0.0, 1.5])
def test_the_path_follows_the_camera(speed):
    dive = RenderedDive(2.4)

    def camera(t):
        return 9.0 + speed * (t - 3), 4.0 - 0.5 * speed * (t - 3)

    reader = RenderedReader(Scene([dive.body()], 6.5, size=(320, 180), px_per_m=18.0, camera=camera))

    found = find_dives_by_network(reader, TruthDetector(reader, dive, noise_px=1.5))

    (found_dive,) = found.dives
    interval = interval_of(dive, reader)
    assert found_dive.interval == interval
    times = [reader.index.time(frame) for frame in range(interval.start.frame, interval.end.frame)]
    truth = [reader.image_point(time.seconds, dive.place(time.seconds)) for time in times]
    errors = np.linalg.norm(found_dive.trajectory.image_points(times) - truth, axis=1)
    assert errors.max() < 1.5
    assert found_dive.trajectory.path.metres_per_pixel == pytest.approx(1 / 18, rel=0.06)
    inliers = [candidate for candidate in found_dive.trajectory.candidates if candidate.is_inlier]
    # Where the detector was somewhere else, nobody but the body itself says where it is.
    assert len(inliers) == pytest.approx(interval.frame_count, abs=3)
    scores = np.array([candidate.score for candidate in inliers])
    assert np.isclose(scores, 0.9).mean() == pytest.approx(6 / 7, abs=0.1)
    assert np.isin(scores.round(2), (0.1, 0.9)).all()
    standing = [candidate for candidate in found_dive.trajectory.candidates if np.isclose(candidate.score, 0.4)]
    assert len(standing) == interval.frame_count
    assert not any(candidate.is_inlier for candidate in standing)


@pytest.mark.parametrize("hop_s", [0.4, 0.8])
def test_a_dive_begins_when_its_path_does(hop_s):
    dive = RenderedDive(2.4)
    reader = RenderedReader(Scene([dive.body()], 6.0, size=(320, 180), px_per_m=18.0, camera=lambda t: (9.0, 4.0)))

    found = find_dives_by_network(reader, TruthDetector(reader, dive, 1.5, hop_s))

    (found_dive,) = found.dives
    assert found_dive.interval == interval_of(dive, reader)
    assert found_dive.trajectory.path.metres_per_pixel == pytest.approx(1 / 18, rel=0.06)


def test_where_the_network_does_not_know_where_the_path_is_that_of_what_moves():
    dive = RenderedDive(1.4)
    reader = RenderedReader(Scene([dive.body()], 4.2))

    found = find_dives_by_network(reader, TruthDetector(reader, dive, 0.0, knows_where=False))

    (found_dive,) = found.dives
    interval = interval_of(dive, reader)
    assert found_dive.interval.temporal_iou(interval) > 0.9
    times = [reader.index.time(frame) for frame in range(interval.start.frame, interval.end.frame)]
    truth = [reader.image_point(time.seconds, dive.place(time.seconds)) for time in times]
    errors = np.linalg.norm(found_dive.trajectory.image_points(times) - truth, axis=1)
    assert np.median(errors) < 0.2 * dive.length_m * reader.px_per_m


def test_what_flies_at_another_time_is_not_the_dive():
    dive = RenderedDive(1.4)
    reader = RenderedReader(Scene([RenderedDive(4.2).body()], 7.0))

    found = find_dives_by_network(reader, TruthDetector(reader, dive, 0.0, knows_where=False))

    assert [found_dive.trajectory for found_dive in found.dives] == [None]
