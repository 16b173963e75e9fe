"""Candidates of any network to a tracked dive: paths known beforehand, wrong candidates, and a camera that pans."""

from __future__ import annotations

import numpy as np
import pytest
from dataset_samples import sample_source

from inference.dataset.schema import DiveRecord, FrameLabels
from inference.evaluation.location import (
    PERCENTILES,
    REFERENCE_SIZE,
    TRACKED_PX,
    TrackedDive,
    TrueLocations,
    fitted_path,
    score_locations,
    tracked_dive,
    true_locations,
)
from inference.results import BallisticPath, CameraMotion, FrameTime, Interval, Trajectory

PATH = BallisticPath(4.0, 200.0, 40.0, 100.0, -150.0, 600.0)
INTERVAL = Interval(FrameTime(100, 4.0), FrameTime(130, 5.2))
SIZE = (640, 360)


def panning():
    """A camera whose picture moves by three px to the left in every frame."""
    maps = np.broadcast_to(np.eye(3), (31, 3, 3)).copy()
    maps[:, 0, 2] = 3 * np.arange(31)
    return CameraMotion(100, maps)


def dive(trajectory, frames=()):
    return DiveRecord("dive-1", "video-1", INTERVAL, board="springboard-3", trajectory=trajectory, frames=frames)


def source():
    return sample_source()


def truth(camera=None):
    return true_locations(dive(Trajectory(PATH, camera=camera or CameraMotion.fixed(100))), source(), "fixed")


def shares(true, shift_px=(0.0, 0.0), confidence=0.9):
    """One candidate a picture, so far from the true place."""
    places = (true.points + shift_px) / true.size
    return np.concatenate([places, np.full((len(places), 1), confidence)], axis=1)[:, None].astype(np.float32)


def test_truth_is_the_path_seen_through_its_camera():
    true = truth(panning())

    assert [time.frame for time in true.times] == list(range(100, 131))
    np.testing.assert_allclose(true.points[0], [200, 100])
    # Ten frames later: 0.4 s, 30 px of panning.
    np.testing.assert_allclose(true.points[10], [200 + 16 - 30, 100 - 60 + 48])
    assert true.times[10].seconds == pytest.approx(4.4)


def test_every_other_frame_of_fast_video():
    trajectory = Trajectory(PATH, camera=panning())
    true = true_locations(dive(trajectory), source(), "handheld", stride=8)

    assert [time.frame for time in true.times] == [104, 112, 120, 128]
    np.testing.assert_allclose(true.points[0], truth(panning()).points[4])


def test_without_a_path_frame_labels_say_where_the_diver_is():
    labels = (
        FrameLabels(FrameTime(100, 4.0), centre_of_mass=(10.0, 20.0), box=(0, 0, 100, 100)),
        FrameLabels(FrameTime(101, 4.05), box=(30.0, 40.0, 10.0, 20.0)),
    )
    true = true_locations(dive(None, labels), source(), "unknown")

    np.testing.assert_allclose(true.points[:2], [[10, 20], [35, 50]])
    assert np.isnan(true.points[2:]).all()
    assert (true.times[1].seconds, true.times[2].seconds) == (4.05, pytest.approx(4.08))


@pytest.mark.parametrize("camera", [CameraMotion.fixed(100), panning()])
def test_true_candidates_give_the_true_path(camera):
    true = truth(camera)
    path = fitted_path(shares(true), true)

    np.testing.assert_allclose(path.image_points(true.times), true.points, atol=1e-2)
    tracked = tracked_dive(shares(true), true)
    assert tracked.distance_px == pytest.approx(0, abs=1e-2)
    assert tracked.candidates_px == pytest.approx(0, abs=1e-3)
    assert (tracked.dive_id, tracked.board, tracked.camera_kind) == ("dive-1", "springboard-3", "fixed")


def test_distances_are_in_px_of_the_reference_size():
    true = truth()
    tracked = tracked_dive(shares(true, shift_px=(6.0, 8.0)), true)

    # Ten px of 640 x 360 are five of 320 x 180.
    assert REFERENCE_SIZE == (320, 180)
    assert tracked.distance_px == pytest.approx(5, abs=1e-2)
    assert tracked.candidates_px == pytest.approx(5, abs=1e-3)


def test_wrong_candidates_are_seen_through():
    true = truth()
    rng = np.random.default_rng(0)
    noise = rng.random((31, 2, 3)).astype(np.float32)
    noise[..., 2] = 0.95
    noise[::2, 0] = shares(true)[::2, 0]  # every other best candidate is right, of all a quarter
    tracked = tracked_dive(noise, true)

    assert tracked.distance_px < 1
    assert tracked.candidates_px < 1


def test_unsure_candidates_can_be_left_out_and_empty_places_always_are():
    true = truth()
    candidates = np.concatenate([shares(true), np.full((31, 3, 3), [0.5, 0.5, 0.0], np.float32)], axis=1)
    candidates[::2, 0] = [0.1, 0.9, 0.3]
    candidates[:, 1] = candidates[:, 0]

    assert fitted_path(candidates[:2], _first(true, 2)) is None
    with_all = fitted_path(candidates, true)
    without = fitted_path(candidates, true, least_confidence=0.5)
    assert len(with_all.candidates) == 62
    assert len(without.candidates) == 30
    assert tracked_dive(candidates, true, least_confidence=0.5).distance_px < 0.1
    nothing = tracked_dive(np.zeros((31, 4, 3), np.float32), true)
    assert nothing.distance_px == nothing.candidates_px == np.inf


def _first(true, count):
    return TrueLocations("", "", "", true.times[:count], true.points[:count], true.camera, true.size)


def test_what_nobody_knows_is_not_measured():
    true = truth()
    points = true.points.copy()
    points[5:] = np.nan
    partly = TrueLocations("", "", "", true.times, points, true.camera, true.size)
    candidates = shares(true)
    candidates[10:, 0, 0] += 0.1 * (np.arange(21) % 2)  # wrong now and then, where nobody knows

    assert tracked_dive(candidates, partly).candidates_px == pytest.approx(0, abs=1e-3)
    assert np.isfinite(tracked_dive(candidates, partly).distance_px)


def test_scores_are_counted_by_board_and_by_camera():
    dives = [
        TrackedDive("a", "platform-10", "fixed", 1.0, 2.0),
        TrackedDive("b", "platform-10", "handheld", 7.0, 4.0),
        TrackedDive("c", "springboard-1", "fixed", float("inf"), float("inf")),
        TrackedDive("d", "springboard-1", "fixed", 5.5, 9.0),
    ]

    scores = score_locations(dives)

    assert scores.tracking.share_within(TRACKED_PX) == 0.5
    assert scores.tracking.median_px == 5.5
    assert scores.candidates_px == 4.0
    assert {name: board.share_within(TRACKED_PX) for name, board in scores.by_board.items()} == {
        "platform-10": 0.5,
        "springboard-1": 0.5,
    }
    assert scores.by_camera["fixed"].dives == 3
    assert scores.by_camera["fixed"].share_within(TRACKED_PX) == pytest.approx(2 / 3)
    # Sorted: 1, 5.5, 7 and no path at all.
    assert PERCENTILES == (50, 75, 90, 95, 99)
    assert scores.path_percentiles_px == (5.5, 7.0, None, None, None)
    assert scores.candidate_percentiles_px == (4.0, 9.0, None, None, None)
    assert score_locations([]).path_percentiles_px == (None,) * 5
    assert score_locations([]).candidates_px is None
    assert score_locations([]).tracking.within is None
