"""Distances between paths and detection rates, worked out by hand."""

import math

import numpy as np
import pytest

from inference.evaluation.tracking import THRESHOLDS_PX, detection_rates, path_distance_px, score_tracking
from inference.results import BallisticPath, CameraMotion, FrameTime, Trajectory

PATH = BallisticPath(origin_s=0.0, x0=100.0, vx=50.0, y0=40.0, vy=-20.0, ay=200.0)
TIMES = [FrameTime(frame, frame / 25) for frame in range(10, 30)]


def shifted(dx, dy):
    return Trajectory(BallisticPath(0.0, 100.0 + dx, 50.0, 40.0 + dy, -20.0, 200.0))


def test_a_shifted_path_is_as_far_as_the_shift_in_pixels_of_the_reference_size():
    true = Trajectory(PATH)
    assert path_distance_px(true, shifted(3, 4), TIMES, (320, 180)) == pytest.approx(5)
    assert path_distance_px(true, shifted(3, 4), TIMES, (1280, 720)) == pytest.approx(1.25)
    # A square picture is squeezed to the reference size: 6 px of 640 across, 4 px of 640 down.
    assert path_distance_px(true, shifted(6, 4), TIMES, (640, 640)) == pytest.approx(math.hypot(3, 4 * 180 / 640))


def test_the_distance_is_the_mean_over_the_frames():
    drifting_away = Trajectory(BallisticPath(0.0, 100.0, 60.0, 40.0, -20.0, 200.0))
    mean_s = sum(time.seconds for time in TIMES) / len(TIMES)
    assert path_distance_px(Trajectory(PATH), drifting_away, TIMES, (320, 180)) == pytest.approx(10 * mean_s)


def test_paths_are_compared_in_the_pictures_and_not_in_stabilised_coordinates():
    maps = np.repeat(np.eye(3)[None], 40, axis=0)
    maps[:, 0, 2] = 7.0
    moved = Trajectory(BallisticPath(0.0, 107.0, 50.0, 40.0, -20.0, 200.0), camera=CameraMotion(0, maps))
    assert path_distance_px(Trajectory(PATH), moved, TIMES, (320, 180)) == pytest.approx(0, abs=1e-9)


def test_without_a_path_the_distance_is_infinite():
    assert path_distance_px(Trajectory(PATH), None, TIMES, (320, 180)) == math.inf


def test_rates_count_distances_below_the_threshold():
    assert detection_rates([1.0, 2.5, 6.0, math.inf], [1.0, 1.1, 6.0, 7.0]).tolist() == [0.0, 0.25, 0.5, 0.75]


def test_scores_keep_dives_without_a_path_in_the_denominator():
    scores = score_tracking([1.5, 2.5, 9.5, math.inf])
    assert (scores.dives, scores.with_path, scores.median_px) == (4, 3, 2.5)
    assert scores.p90_px == pytest.approx(2.5 + 0.8 * 7)
    assert [scores.share_within(px) for px in (1, 2, 6, 10, THRESHOLDS_PX[-1])] == [0, 0.25, 0.5, 0.75, 0.75]


def test_without_dives_there_is_nothing_to_say():
    scores = score_tracking([])
    assert scores.median_px is scores.p90_px is scores.within is scores.share_within(6) is None
    assert score_tracking([math.inf]).share_within(20) == 0
