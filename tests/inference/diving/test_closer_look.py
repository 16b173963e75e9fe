"""A second look at the part of the picture where a dive may be: which part, what it shows, and what is made of it."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from inference.diving.closer_look import (
    View,
    joint_signals,
    second_opinion,
    stands_alone,
    view_of,
    without_doubles,
    worth_a_look,
)
from inference.diving.event_signals import ExtractedDive, ExtractionSettings, extract_dives, smoothed
from inference.diving.network_finder import find_dives_by_network
from inference.results import FrameTime, ModelIdentity

FPS = 25.0
START, END = 30, 60


def signals(start, mid, end, count=90):
    """Three bells and a box of such heights around a dive from START to END."""
    frames = np.arange(count)
    bells = [height * np.exp(-0.5 * ((frames - at) / 3) ** 2) for at, height in ((START, start), (END, end))]
    return np.clip(np.stack([bells[0], mid * ((frames >= START) & (frames <= END)), bells[1]]), 0.001, 0.999)


def test_a_view_shows_its_part_enlarged():
    picture = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    view = View(0.5, 0.5, 2.0)

    seen = view.picture(picture)

    expected = cv2.resize(picture[15:45, 20:60], (80, 60), interpolation=cv2.INTER_LINEAR)
    assert seen.shape == picture.shape
    # At its edges the view has neighbours that the cut has not; OpenCV's two ways round differently.
    np.testing.assert_allclose(seen[2:-2, 2:-2].astype(int), expected[2:-2, 2:-2].astype(int), atol=2)
    used_again = np.full_like(picture, 7)
    assert view.picture(picture, used_again) is used_again
    np.testing.assert_array_equal(used_again, seen)


def test_what_is_seen_in_a_view_has_its_place_in_the_picture():
    view = View(0.3, 0.6, 2.5)
    seen = np.array([[[0.5, 0.5, 0.9], [0.0, 1.0, 0.4]]], np.float32)

    np.testing.assert_allclose(view.candidates(seen)[0], [[0.3, 0.6, 0.9], [0.1, 0.8, 0.4]], atol=1e-6)

    # A white pixel is where the view's candidates say that it is.
    picture = np.zeros((180, 320, 3), np.uint8)
    picture[120, 100] = 255
    rows, columns = np.nonzero(view.picture(picture)[..., 0])
    weights = view.picture(picture)[rows, columns, 0].astype(float)
    place = [np.average(columns + 0.5, weights=weights) / 320, np.average(rows + 0.5, weights=weights) / 180, 1.0]
    back = view.candidates(np.array([[place]], np.float32))[0, 0]
    np.testing.assert_allclose(back[:2] * [320, 180], [100.5, 120.5], atol=0.3)


def test_a_view_holds_the_best_candidates_with_room_around_them():
    candidates = np.zeros((40, 4, 3), np.float32)
    candidates[:, 0, 0] = np.linspace(0.4, 0.5, 40)
    candidates[:, 0, 1] = np.linspace(0.2, 0.6, 40)
    candidates[:, 0, 2] = 0.5
    candidates[:, 1] = 0.95, 0.95, 0.3  # somebody else, never the best
    candidates[5, 0] = 0.05, 0.05, 0.09  # too little to count

    view = view_of(candidates)

    # Nine tenths of 0.4 fill four fifths of the view.
    assert view.zoom == pytest.approx(0.8 / 0.36, rel=0.06)
    assert (view.x, view.y) == (pytest.approx(0.45, abs=0.01), pytest.approx(0.4, abs=0.01))


def test_a_view_lies_within_the_picture_and_enlarges_no_more_than_helps():
    corner = np.tile(np.float32([0.02, 0.99, 0.8]), (20, 4, 1))

    view = view_of(corner)

    assert view.zoom == 2.7
    assert (view.x, view.y) == (pytest.approx(0.5 / 2.7), pytest.approx(1 - 0.5 / 2.7))


def test_there_is_no_view_of_nothing_and_of_what_is_all_over_the_picture():
    far_apart = np.zeros((20, 4, 3), np.float32)
    far_apart[:, 0] = [(share, 0.5, 0.5) for share in np.linspace(0.05, 0.95, 20)]

    assert view_of(np.zeros((20, 4, 3), np.float32)) is None
    assert view_of(far_apart) is None


def opinion(dive, first, second, settings):
    """The second opinion of signals that are not smoothed."""
    joint = joint_signals(first, second)
    return second_opinion(dive, *(smoothed(some, settings.hann_s, FPS) for some in (first, joint)), FPS, settings)


def test_two_looks_are_one_by_the_mean_of_their_log_odds():
    # Odds of 1:3 and 3:1 make 1:1; those of 1:4 and 1:1, 1:2.
    joint = joint_signals(np.array([[0.25, 0.2]]), np.array([[0.75, 0.5]]))

    np.testing.assert_allclose(joint, [[0.5, 1 / 3]], rtol=1e-12)
    assert 0 < joint_signals(np.zeros((1, 1)), np.zeros((1, 1)))[0, 0] < 0.01


def test_two_looks_that_agree_say_what_one_says():
    first = signals(0.5, 0.9, 0.5)
    (dive,) = extract_dives(first, FPS, ExtractionSettings())

    joint = opinion(dive, first, first, ExtractionSettings())

    assert (joint.start, joint.end) == (dive.start, dive.end)
    assert joint.score == pytest.approx(dive.score, abs=0.01)


def test_a_second_look_can_make_sure_of_a_dive():
    settings, weak = ExtractionSettings(), signals(0.12, 0.5, 0.3)
    assert extract_dives(weak, FPS, settings) == []
    (dive,) = extract_dives(weak, FPS, worth_a_look(settings))

    joint = opinion(dive, weak, signals(0.8, 0.99, 0.8), settings)

    assert joint.score > settings.min_score > dive.score
    assert (joint.start, joint.end) == (START, END)


def test_a_second_look_that_sees_nothing_rules_a_dive_out():
    first = signals(0.4, 0.6, 0.4)
    (dive,) = extract_dives(first, FPS, ExtractionSettings())

    assert opinion(dive, first, np.full_like(first, 0.001), ExtractionSettings()) is None


def test_the_end_is_that_of_the_look_that_is_surer_of_it():
    first, second = signals(0.3, 0.9, 0.6), signals(0.9, 0.9, 0.0)
    (dive,) = extract_dives(first, FPS, ExtractionSettings())
    second[2] += 0.4 * np.exp(-0.5 * ((np.arange(90) - 54) / 3) ** 2)

    assert opinion(dive, first, second, ExtractionSettings()).end == dive.end == END
    first[2] *= 0.2
    assert opinion(dive, first, second, ExtractionSettings()).end < END - 2


def test_of_one_dive_found_twice_the_best_scored_is_kept():
    clear, double, next_one = ExtractedDive(30, 60, 0.8), ExtractedDive(25, 60, 0.9), ExtractedDive(50, 90, 0.4)

    assert without_doubles([clear], [double, next_one]) == [clear, next_one]
    assert without_doubles([], [clear, double]) == [double]
    # Two that the first look told apart are two.
    assert without_doubles([clear, double], []) == [clear, double]


def test_a_dive_stands_alone_where_no_other_has_a_frame_of_it():
    dive, later = ExtractedDive(30, 60, 0.4), ExtractedDive(61, 90, 0.8)

    assert stands_alone(dive, [dive, later])
    assert not stands_alone(dive, [ExtractedDive(60, 90, 0.8)])


class DiscReader:
    """Pictures of a speckled wall, blue as the frame's number, before which a white disc falls while a dive lasts."""

    def __init__(self, radius_px, count=150):
        self.radius_px = radius_px
        self._wall = np.random.default_rng(0).integers(0, 200, (180, 320, 3), np.uint8)
        times_s = np.arange(count) / FPS
        self.index = SimpleNamespace(
            path="disc", file_names=(), frame_count=count, width=320, height=180, times_s=times_s, average_fps=FPS,
            time=lambda frame: FrameTime(frame, float(times_s[frame])),
        )  # fmt: skip

    @staticmethod
    def place(frame):
        """Where the disc is, px: thrown up from the board, falling into the water."""
        seconds = (frame - START) / FPS
        return 150 + 10 * seconds, 90 - 45 * seconds + 0.5 * 100 * seconds**2

    def frames(self, start=0, stop=None, step=1, *, size=None):
        for frame in range(start, self.index.frame_count if stop is None else stop, step):
            picture = self._wall.copy()
            picture[..., 0] = frame
            x, y = np.multiply(self.place(min(max(frame, START), END)), 16).round().astype(int)
            picture = cv2.circle(picture, (int(x), int(y)), self.radius_px * 16, (255, 255, 255), -1, shift=4)
            yield self.index.time(frame), picture


class LargeDiscDetector:
    """Is more sure of a dive if the disc is large, or as sure as it is told to be."""

    identity = ModelIdentity("large disc", "1")

    def __init__(self, small=0.35, large=0.95):
        self.shown = {False: [], True: []}
        self._heights = {False: small, True: large}

    def signals(self, pictures):
        for picture in pictures:
            frame, white = int(picture[0, 0, 0]), picture[..., 0] == 255
            rows, columns = np.nonzero(white)
            is_large = len(rows) > 150
            self.shown[is_large].append(frame)
            height = self._heights[is_large]
            candidates = np.zeros((1, 4, 3), np.float32)
            candidates[0, 0] = (columns.mean() + 0.5) / 320, (rows.mean() + 0.5) / 180, height
            probabilities = signals(height, height, height, 256)[:, [frame]]
            if not START <= frame <= END:
                candidates[..., 2] = 0
            yield SimpleNamespace(probabilities=probabilities.astype(np.float32), candidates=candidates)


def test_a_far_diver_is_found_by_looking_closer():
    small, detector = DiscReader(4), LargeDiscDetector()

    (dive,) = find_dives_by_network(small, detector).dives

    assert (dive.interval.start.frame, dive.interval.end.frame) == (START, END)
    assert detector.shown == {False: list(range(150)), True: list(range(START - 30, END + 31))}
    # What the second look saw lies on the path too, where it is in the whole picture.
    places = [(candidate.frame, candidate.x, candidate.y) for candidate in dive.trajectory.candidates]
    errors = [np.hypot(x - small.place(frame)[0] - 0.5, y - small.place(frame)[1] - 0.5) for frame, x, y in places]
    assert max(errors) < 1.5


def test_what_the_first_look_finds_stands():
    detector = LargeDiscDetector(small=0.55, large=0.02)

    (dive,) = find_dives_by_network(DiscReader(4), detector).dives

    assert detector.shown[True]
    assert (dive.interval.start.frame, dive.interval.end.frame) == (START, END)


def test_what_is_clear_at_once_is_not_looked_at_again():
    detector = LargeDiscDetector()

    assert len(find_dives_by_network(DiscReader(9), detector).dives) == 1
    assert detector.shown == {False: [], True: list(range(150))}


def test_where_pictures_cannot_be_read_again_the_first_look_counts(monkeypatch):
    class Damaged(DiscReader):
        def frames(self, start=0, stop=None, step=1, *, size=None):
            return (shown for shown in super().frames(start, stop, step) if not (start and shown[0].frame == 40))

    monkeypatch.setattr("inference.diving.dive_camera.RecentPictures.of", lambda pictures, frames: None)
    monkeypatch.setattr("inference.diving.network_search.MARGIN_S", 0.4)

    small, large = LargeDiscDetector(), LargeDiscDetector()
    assert find_dives_by_network(Damaged(4), small).dives == ()
    assert len(find_dives_by_network(Damaged(9), large).dives) == 1
    assert not small.shown[True]
