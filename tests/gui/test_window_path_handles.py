"""Path handles, metrics and review places against hand-computed values."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.window.path_handles import ShownPath, candidate_to_toggle, first_guess, move_handle
from app.window.review_files import is_review, review_path_for
from inference.diving.flight_metrics import flight_metrics
from inference.results import BallisticPath, CameraMotion, Candidate, FrameTime, Interval, Trajectory

INTERVAL = Interval(FrameTime(10, 1.0), FrameTime(20, 2.0))
# y = 100 - 100 τ + 200 τ² (ay = 400): apex after 0.25 s at 87.5; entry at 200. x from 50 to 90.
PATH = BallisticPath(origin_s=1.0, x0=50.0, vx=40.0, y0=100.0, vy=-100.0, ay=400.0)


def panning_camera():
    """The camera pans right by 5 px a frame from frame 10 on: the picture's x is 5 px less in every frame."""
    maps = np.stack([np.array([[1.0, 0, 5.0 * step], [0, 1, 0], [0, 0, 1]]) for step in range(11)])
    return CameraMotion(10, maps)


def test_overlay_is_in_the_coordinates_of_the_shown_frame():
    shown = ShownPath(INTERVAL, Trajectory(PATH, (Candidate(15, 1.5, 40.0, 99.0),), panning_camera()), is_editable=True)
    overlay = shown.overlay(12, 1.2)
    assert overlay.handles["take-off"] == pytest.approx((40.0, 100.0))
    assert overlay.handles["apex"] == pytest.approx((50.0, 87.5))
    assert overlay.handles["entry"] == pytest.approx((80.0, 200.0))
    assert overlay.diver == pytest.approx((48.0, 88.0))
    np.testing.assert_allclose(overlay.candidates, [[40.0 + 25.0 - 10.0, 99.0]])
    assert not overlay.candidate_is_now[0]
    assert shown.overlay(15, 1.5).candidate_is_now[0]
    assert shown.overlay(9, 0.9).diver is None
    assert overlay.curve.shape[1] == 2
    assert 0 < overlay.split_index < len(overlay.curve)
    assert shown.is_visible_at(0.7)
    assert not shown.is_visible_at(2.5)


def test_handles_where_they_are_keep_the_path():
    trajectory = Trajectory(PATH, (), panning_camera())
    handles = ShownPath(INTERVAL, trajectory, is_editable=True).overlay(13, 1.3).handles
    for name, (x, y) in handles.items():
        assert move_handle(trajectory, INTERVAL, name, 13, x, y).to_dict() == pytest.approx(PATH.to_dict())


def test_moving_the_entry_keeps_take_off_and_apex_height():
    trajectory = Trajectory(PATH, (), panning_camera())
    # In frame 20 the picture has moved by 50 px: image x 60 is stable x 110.
    moved = move_handle(trajectory, INTERVAL, "entry", 20, 60.0, 250.0)
    np.testing.assert_allclose(moved.at([1.0, 2.0]), [[50.0, 100.0], [110.0, 250.0]])
    assert moved.at(moved.apex_s)[1] == pytest.approx(87.5)


def test_moving_the_apex_changes_only_the_height():
    moved = move_handle(Trajectory(PATH), INTERVAL, "apex", 12, 999.0, 60.0)
    np.testing.assert_allclose(moved.at([1.0, 2.0]), [[50.0, 100.0], [90.0, 200.0]])
    assert moved.at(moved.apex_s)[1] == pytest.approx(60.0)
    with pytest.raises(ValueError, match="no path handle 'elbow'"):
        move_handle(Trajectory(PATH), INTERVAL, "elbow", 12, 0.0, 0.0)


def test_first_guess_has_both_ends_in_sight_of_their_own_frames():
    camera = panning_camera()
    guess = first_guess(INTERVAL, camera, 320, 240)
    points = guess.image_points([INTERVAL.start, INTERVAL.end])
    np.testing.assert_allclose(points, [[128.0, 96.0], [192.0, 180.0]])
    assert guess.path.ay > 0


def test_key_toggles_the_candidate_nearest_to_the_path():
    candidates = (Candidate(12, 1.2, 58.0, 88.0), Candidate(12, 1.2, 300.0, 10.0), Candidate(13, 1.3, 62.0, 88.0))
    trajectory = Trajectory(PATH, candidates)
    assert candidate_to_toggle(trajectory, 12) == 0
    assert candidate_to_toggle(trajectory, 13) == 2
    assert candidate_to_toggle(trajectory, 14) is None


def test_metrics_in_metres():
    path = BallisticPath(origin_s=1.0, x0=0.0, vx=30.0, y0=100.0, vy=-98.1, ay=981.0)
    metrics = flight_metrics(INTERVAL, Trajectory(path, scale_uncertainty=0.02))
    # 981 px/s² against 9.81 m/s²: a pixel is a centimetre. Apex after 0.1 s: 4.905 px up; 392.4 px down after 1 s.
    assert metrics.flight_time_s == 1.0
    assert metrics.metres_per_pixel.value == pytest.approx(0.01)
    assert metrics.metres_per_pixel.uncertainty == pytest.approx(0.0002)
    assert metrics.height_above_take_off_m.value == pytest.approx(0.04905)
    assert metrics.drop_below_take_off_m.value == pytest.approx(3.924)
    assert metrics.drop_below_take_off_m.uncertainty == pytest.approx(0.07848)
    assert metrics.entry_speed_m_s.value == pytest.approx(0.01 * math.hypot(30.0, 882.9))
    assert flight_metrics(INTERVAL, None).metres_per_pixel is None


def test_review_goes_beside_its_video(tmp_path):
    video = tmp_path / "Monday, 3 m.mp4"
    assert review_path_for(video) == tmp_path / "Monday, 3 m.divereview"
    assert is_review(review_path_for(video))
    assert not is_review(video)
    folder = tmp_path / "frames.v2"
    folder.mkdir()
    assert review_path_for(folder) == tmp_path / "frames.v2.divereview"


def test_review_of_a_read_only_folder_goes_to_the_persons_own(tmp_path, monkeypatch):
    monkeypatch.setattr("app.window.review_files._is_writable", lambda folder: False)
    first = review_path_for(tmp_path / "a" / "dive.mp4")
    second = review_path_for(tmp_path / "b" / "dive.mp4")
    assert first.parent.name == "reviews"
    assert first.parent.is_dir()
    assert first != second
    assert first.name.startswith("dive-")


def test_existing_review_is_used_even_where_nothing_new_can_be_written(tmp_path, monkeypatch):
    review = tmp_path / "dive.divereview"
    review.touch()
    monkeypatch.setattr("app.window.review_files._is_writable", lambda folder: False)
    assert review_path_for(tmp_path / "dive.mp4") == review
