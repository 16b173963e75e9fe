"""Intervals, ballistic paths and camera motion against values worked out by hand."""

import math

import numpy as np
import pytest

from inference.results import BallisticPath, CameraMotion, FrameTime, Interval, Trajectory, apply_homography


def interval(start: int, end: int, fps: float = 25.0) -> Interval:
    return Interval(FrameTime(start, start / fps), FrameTime(end, end / fps))


def test_an_interval_counts_both_end_frames():
    dive = interval(10, 34)
    assert dive.frame_count == 25
    assert dive.duration_s == pytest.approx(0.96)
    assert dive.contains(10)
    assert dive.contains(34)
    assert not dive.contains(35)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (interval(10, 19), 1.0),
        (interval(15, 24), 5 / 15),
        (interval(19, 28), 1 / 19),
        (interval(20, 29), 0.0),
        (interval(12, 15), 4 / 10),
    ],
)
def test_temporal_iou_counts_frames(other: Interval, expected: float):
    assert interval(10, 19).temporal_iou(other) == pytest.approx(expected)
    assert other.temporal_iou(interval(10, 19)) == pytest.approx(expected)


def test_an_interval_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="end frame 4 lies before start frame 5"):
        interval(5, 4)


def test_a_path_follows_the_equation_of_motion():
    path = BallisticPath(origin_s=1.0, x0=100, vx=20, y0=50, vy=-40, ay=100)
    # One second after the origin: x = 100 + 20, y = 50 - 40 + 50.
    np.testing.assert_allclose(path.at(2.0), [120, 60])
    np.testing.assert_allclose(path.at([1.0, 1.4]), [[100, 50], [108, 42]])
    assert path.apex_s == pytest.approx(1.4)


def test_gravity_gives_the_scale():
    # 981 px/s² is 9.81 m/s², so a pixel is a centimetre.
    assert BallisticPath(0, 0, 0, 0, 0, 981.0).metres_per_pixel == pytest.approx(0.01)
    assert BallisticPath(0, 0, 0, 0, 0, -5.0).metres_per_pixel is None
    assert math.isinf(BallisticPath(0, 0, 0, 0, 1.0, 0.0).apex_s)


def test_a_path_through_handles_meets_all_three():
    # Rises 16 px and falls 64 px from the apex: √16 + √64 = 12 in 1.2 s, so ½ a = 100 and a = 200 px/s².
    path = BallisticPath.through_handles((2.0, 10.0, 116.0), 100.0, (3.2, 70.0, 164.0))
    assert path.ay == pytest.approx(200.0)
    assert path.vy == pytest.approx(-80.0)
    assert path.vx == pytest.approx(50.0)
    np.testing.assert_allclose(path.at([2.0, 3.2]), [[10, 116], [70, 164]])
    assert path.at(path.apex_s)[1] == pytest.approx(100.0)


def test_an_apex_below_an_end_moves_to_the_higher_end():
    path = BallisticPath.through_handles((0.0, 0.0, 50.0), 80.0, (1.0, 0.0, 150.0))
    assert path.vy == pytest.approx(0.0)
    np.testing.assert_allclose(path.at([0.0, 1.0])[:, 1], [50, 150])


def test_handles_need_time_to_pass():
    with pytest.raises(ValueError, match="must be later"):
        BallisticPath.through_handles((1.0, 0, 0), 0, (1.0, 5, 5))


def test_a_path_survives_storage_exactly():
    path = BallisticPath(0.1, 1 / 3, 2 / 7, -1e-9, 1e9, 9.81)
    assert BallisticPath.from_dict(path.to_dict()) == path


def test_a_homography_divides_by_the_third_coordinate():
    matrix = np.array([[2.0, 0, 4], [0, 2, 6], [0, 0, 2]])
    np.testing.assert_allclose(apply_homography(matrix, [[1, 1], [3, 5]]), [[3, 4], [5, 8]])


def test_camera_motion_maps_there_and_back_and_holds_its_ends():
    shift = np.eye(3)
    shift[0, 2] = 5.0
    camera = CameraMotion(10, np.stack([np.eye(3), shift]))
    np.testing.assert_allclose(camera.stabilise(11, [1.0, 2.0]), [6, 2])
    np.testing.assert_allclose(camera.to_image(11, [6.0, 2.0]), [1, 2])
    np.testing.assert_allclose(camera.stabilise(99, [1.0, 2.0]), [6, 2])
    np.testing.assert_allclose(camera.stabilise(0, [1.0, 2.0]), [1, 2])


def test_a_trajectory_is_seen_from_each_frame():
    pan = np.stack([np.eye(3), np.array([[1.0, 0, 10], [0, 1, 0], [0, 0, 1]])])
    trajectory = Trajectory(BallisticPath(0, 0, 100, 0, 0, 0), camera=CameraMotion(0, pan))
    # At 0.1 s the stabilised x is 10; frame 1 looks 10 px further right, so there it is 0.
    np.testing.assert_allclose(trajectory.image_points([FrameTime(0, 0.0), FrameTime(1, 0.1)]), [[0, 0], [0, 0]])
    np.testing.assert_allclose(trajectory.curve_in_frame(0, [0.0, 0.1]), [[0, 0], [10, 0]])
    assert trajectory.image_points([]).shape == (0, 2)
