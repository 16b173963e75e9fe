"""The finder on clips that were cut, brought to another frame rate or recorded unevenly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rendered_dives import EditedReader, RenderedDive, RenderedReader, Scene

from inference.diving.finder import find_dives
from inference.results import FrameTime, Interval

DIVE = RenderedDive(start_s=1.4)


def scene_of(dive: RenderedDive, seconds: float = 4.2, **changes) -> Scene:
    splash = dive.end_s, dive.x_m + dive.forward_m_s * (dive.end_s - dive.start_s)
    return replace(Scene([dive.body()], seconds, splashes=[splash]), **changes)


def truth(reader: EditedReader, start_s: float, end_s: float) -> Interval:
    start, end = (int(np.abs(reader.index.times_s - seconds).argmin()) for seconds in (start_s, end_s))
    return Interval(reader.index.time(start), reader.index.time(end))


def all_of(reader: RenderedReader) -> list[tuple[RenderedReader, int]]:
    return [(reader, frame) for frame in range(reader.index.frame_count)]


def test_every_picture_shown_twice_changes_nothing():
    source = RenderedReader(scene_of(DIVE, fps=15.0))
    twice = [picture for picture in all_of(source) for _ in range(2)]
    reader = EditedReader(twice, np.arange(len(twice)) / 30.0)

    (found,) = find_dives(reader).dives

    assert found.interval.temporal_iou(truth(reader, DIVE.start_s, DIVE.end_s)) >= 0.8
    # A repeated picture is no observation: there is a candidate on the path in every other frame at most.
    inliers = sorted(candidate.frame for candidate in found.trajectory.candidates if candidate.is_inlier)
    assert len(inliers) > 0.35 * found.interval.frame_count
    assert np.diff(inliers).min() == 2


def test_a_frame_rate_raised_by_repeating_some_pictures_changes_nothing():
    # 24 pictures a second shown as 30, as video from film is: every fourth picture twice.
    source = RenderedReader(scene_of(DIVE, fps=24.0))
    shown = [int(24 * time_s + 1e-6) for time_s in np.arange(120) / 30.0]
    reader = EditedReader([(source, frame) for frame in shown], np.arange(120) / 30.0)

    (found,) = find_dives(reader).dives

    assert found.interval.temporal_iou(truth(reader, DIVE.start_s, DIVE.end_s)) >= 0.8


def test_a_cut_in_the_middle_keeps_the_dives_of_both_shots_apart():
    here = RenderedReader(scene_of(RenderedDive(start_s=0.9), 2.8))
    there = RenderedReader(scene_of(RenderedDive(start_s=0.9, height_m=6.0), 3.0, px_per_m=18.0, seed=9))
    pictures = all_of(here) + all_of(there)
    reader = EditedReader(pictures, np.arange(len(pictures)) / 25.0)

    found = find_dives(reader).dives

    after_s = here.index.frame_count / 25.0
    expected = [(0.9, RenderedDive(0.9).end_s), (after_s + 0.9, after_s + RenderedDive(0.9, height_m=6.0).end_s)]
    assert len(found) == 2
    for dive, ends in zip(found, expected, strict=True):
        assert dive.interval.temporal_iou(truth(reader, *ends)) >= 0.75
        camera = dive.trajectory.camera
        is_first = dive.interval.end.seconds < after_s
        frames = camera.first_frame, camera.first_frame + len(camera.to_stable) - 1
        assert frames[1] < here.index.frame_count if is_first else frames[0] >= here.index.frame_count


def test_a_cut_in_flight_ends_what_can_be_followed():
    dive = RenderedReader(scene_of(DIVE))
    other = RenderedReader(Scene([], 2.0, seed=5))
    cut = round(25 * (DIVE.start_s + 0.45))
    pictures = all_of(dive)[:cut] + all_of(other)
    reader = EditedReader(pictures, np.arange(len(pictures)) / 25.0)

    # The apex comes 0.46 s after the take-off: nothing has fallen yet that could be called a dive.
    assert find_dives(reader).dives == ()


def test_uneven_time_stamps_are_taken_as_they_are():
    # A phone that drops pictures: of 50 a second it keeps some, 8 to 60 ms apart on average 27 ms.
    source = RenderedReader(scene_of(DIVE, fps=50.0))
    generator = np.random.default_rng(3)
    kept = np.flatnonzero(generator.random(source.index.frame_count) < 0.7)
    reader = EditedReader([(source, int(frame)) for frame in kept], source.index.times_s[kept])

    (found,) = find_dives(reader).dives

    expected = truth(reader, DIVE.start_s, DIVE.end_s)
    assert found.interval.temporal_iou(expected) >= 0.8
    times = [FrameTime(n, float(reader.index.times_s[n])) for n in range(expected.start.frame, expected.end.frame)]
    places = [source.image_point(time.seconds, DIVE.place(time.seconds)) for time in times]
    error = np.linalg.norm(found.trajectory.image_points(times) - places, axis=1)
    assert np.median(error) < 0.2 * DIVE.length_m * source.px_per_m


@pytest.mark.parametrize(
    ("first_s", "last_s"),
    [pytest.param(1.75, 4.2, id="video starts in flight"), pytest.param(0.0, 2.6, id="video ends in flight")],
)
def test_a_dive_cut_by_the_video_is_found_as_far_as_it_goes(first_s, last_s):
    source = RenderedReader(scene_of(DIVE))
    shown = [(source, frame) for frame in range(round(25 * first_s), round(25 * last_s))]
    reader = EditedReader(shown, np.arange(len(shown)) / 25.0)

    (found,) = find_dives(reader).dives

    expected = truth(reader, max(DIVE.start_s - first_s, 0.0), min(DIVE.end_s, last_s) - first_s)
    assert found.interval.temporal_iou(expected) >= 0.75
    assert found.interval.end.frame < len(shown)


def test_a_long_time_without_anything_costs_little_and_hides_nothing():
    # One picture for forty seconds, as an encoder holds it where nothing moves, and then a dive.
    source = RenderedReader(scene_of(DIVE, fps=15.0))
    still = [(source, 0)] * 600
    pictures = still + all_of(source)
    reader = EditedReader(pictures, np.arange(len(pictures)) / 15.0)

    (found,) = find_dives(reader).dives

    assert found.interval.temporal_iou(truth(reader, 40 + DIVE.start_s, 40 + DIVE.end_s)) >= 0.8


def test_two_divers_in_the_air_from_different_boards_are_two_dives():
    left = RenderedDive(start_s=1.4, x_m=6.0, forward_m_s=0.5)
    right = RenderedDive(start_s=1.8, x_m=12.0, height_m=5.0, forward_m_s=0.5)
    scene = Scene([left.body(), right.body()], 4.6, splashes=[(left.end_s, 6.7), (right.end_s, 12.8)])
    reader = RenderedReader(replace(scene, size=(400, 260), camera=lambda t: (10, 4.5)))

    found = find_dives(reader).dives

    assert len(found) == 2
    for dive, expected in zip(found, (left, right), strict=True):
        assert dive.interval.temporal_iou(truth(reader, expected.start_s, expected.end_s)) >= 0.75
