"""A rough path made exact by what moves along it."""

import numpy as np
import pytest
from rendered_dives import RenderedDive, RenderedReader, Scene, interval_of

from inference.diving.path_refinement import refined_path
from inference.results import BallisticPath, CameraMotion, Candidate, Trajectory

DIVE = RenderedDive(0.8)
PX_PER_M = 18.0
SIZE = (320, 180)
FULL_SIZE = (640, 360)


@pytest.fixture(scope="module")
def reader():
    return RenderedReader(Scene([DIVE.body()], 3.2, size=SIZE, px_per_m=PX_PER_M, camera=lambda t: (9.0, 4.0)))


@pytest.fixture(scope="module")
def pictures(reader):
    return list(reader.frames(8, 60))


def truth(reader, times):
    """(n, 2) where the body is in pixels of a video of twice the size."""
    return np.array([reader.image_point(time.seconds, DIVE.place(time.seconds)) for time in times]) * 2


def rough(reader, interval, pictures, *, off_px=(9.0, -7.0), gravity=1.2):
    """The true path, moved and with too much gravity, and candidates on it, of which one is elsewhere."""
    times = [time for time, _ in pictures if interval.contains(time.frame)]
    seconds = np.array([time.seconds for time in times]) - times[0].seconds
    points = truth(reader, times)
    (x0, vx), (y0, vy, bend) = (np.polynomial.polynomial.polyfit(seconds, points[:, k], k + 1) for k in range(2))
    path = BallisticPath(times[0].seconds, x0 + off_px[0], vx, y0 + off_px[1], vy, 2 * gravity * bend)
    on_path = [Candidate(time.frame, time.seconds, *path.at(time.seconds).tolist(), 0.8) for time in times]
    elsewhere = Candidate(times[5].frame, times[5].seconds, 20.0, 20.0, 0.3)
    return Trajectory(path, (*on_path, elsewhere), CameraMotion.fixed(times[0].frame, len(times))), times


def test_the_path_goes_through_the_middle_of_the_body(reader, pictures):
    interval = interval_of(DIVE, reader)
    trajectory, times = rough(reader, interval, pictures)

    found = refined_path(trajectory, interval, pictures, FULL_SIZE)

    errors = np.linalg.norm(found.image_points(times) - truth(reader, times), axis=1) / 2
    assert np.linalg.norm(trajectory.image_points(times) - truth(reader, times), axis=1).mean() / 2 > 5
    assert errors.mean() < 0.7
    assert found.path.ay == pytest.approx(9.81 * PX_PER_M * 2, rel=0.05)


def test_candidates_are_the_middles_of_the_body_and_what_the_network_saw_elsewhere(reader, pictures):
    interval = interval_of(DIVE, reader)
    trajectory, times = rough(reader, interval, pictures, gravity=1.0)

    found = refined_path(trajectory, interval, pictures, FULL_SIZE)

    outliers = [one for one in found.candidates if not one.is_inlier]
    inliers = [one for one in found.candidates if one.is_inlier]
    assert [one.frame for one in inliers] == sorted({one.frame for one in inliers})
    assert len(inliers) >= 0.9 * len(times)
    assert {one.score for one in inliers} == {0.8}
    assert (20.0, 20.0, 0.3) in [(one.x, one.y, one.score) for one in outliers]
    assert len(found.candidates) == len(times) + 1


def test_a_body_that_the_network_did_not_see_has_the_least_score(reader, pictures):
    interval = interval_of(DIVE, reader)
    trajectory, times = rough(reader, interval, pictures, off_px=(0.0, 0.0), gravity=1.0)
    seen = Trajectory(trajectory.path, trajectory.candidates[:10], trajectory.camera)

    found = refined_path(seen, interval, pictures, FULL_SIZE)

    assert [one.score for one in found.candidates] == [0.8] * 10 + [0.1] * (len(times) - 10)


@pytest.mark.parametrize("off_px", [(300.0, 0.0), (1e5, 0.0)])
def test_where_nothing_moves_the_path_stays(reader, pictures, off_px):
    interval = interval_of(DIVE, reader)
    trajectory, _ = rough(reader, interval, pictures, off_px=off_px)

    assert refined_path(trajectory, interval, pictures, FULL_SIZE) is trajectory
