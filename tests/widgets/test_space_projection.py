"""What is seen of a pose from any direction, and where its joints go when they are moved there."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.canvas import PoseOverlay
from widgets.canvas.picking import front_joint_at
from widgets.space import ABOVE, CAMERA, SIDE, Direction
from widgets.space.body_painter import parts
from widgets.space.projection import Projection

BEHIND = Direction(180.0, 0.0)
CENTRE, SIDE_PX = (50.0, 40.0), 200.0


def pose(points=((60.0, 45.0),), depths=(7.0,), **changes):
    count = len(points)
    values = {"is_human": np.zeros(count, bool), "names": tuple("abcdefgh"[:count]), **changes}
    known = None if depths is None else np.array(depths, float)
    return PoseOverlay(np.array(points, float), np.ones(count), np.zeros(count, np.int8), depths=known, **values)


@pytest.mark.parametrize(
    ("direction", "seen"),
    [
        # The joint is 10 px right of the centre, 5 below it and 7 farther away; the screen's middle is (100, 100).
        (CAMERA, (110, 105, 7)),
        (SIDE, (107, 105, -10)),
        (ABOVE, (110, 93, 5)),
        (BEHIND, (90, 105, -7)),
        (Direction(-90, 0), (93, 105, 10)),
        (Direction(0, -90), (110, 107, -5)),
        (Direction(45, 0), (100 + 17 / 2**0.5, 105, -3 / 2**0.5)),
        (Direction(0, 30), (110, 100 + 5 * 3**0.5 / 2 - 3.5, 2.5 + 7 * 3**0.5 / 2)),
    ],
)
def test_a_joint_is_seen_where_one_reckons_by_hand(direction, seen):
    found = Projection(direction, CENTRE, SIDE_PX).seen(pose())
    assert [*found.points[0], found.depths[0]] == pytest.approx(seen)


def test_a_wide_pixel_goes_farther():
    projection = Projection(CAMERA, CENTRE, SIDE_PX, pixel_aspect=1.5)
    assert projection.seen(pose()).points.tolist() == [[115, 105]]
    moved = projection.moved(pose(), 0, 3.0, 4.0, pose())
    assert moved == (62.0, 49.0, None)


@pytest.mark.parametrize(
    ("direction", "place"),
    [
        (CAMERA, (63.0, 49.0, None)),
        (SIDE, (60.0, 49.0, 10.0)),
        (ABOVE, (63.0, 45.0, 3.0)),
        (BEHIND, (57.0, 49.0, None)),
        (Direction(-90, 0), (60.0, 49.0, 4.0)),
        (Direction(90, 90), (64.0, 45.0, 10.0)),
    ],
)
def test_a_joint_moves_along_the_screen_and_keeps_the_rest_to_the_bit(direction, place):
    assert Projection(direction, CENTRE, SIDE_PX).moved(pose(), 0, 3.0, 4.0, pose()) == place


def test_moving_up_or_down_from_the_side_says_nothing_of_depth():
    assert Projection(SIDE, CENTRE, SIDE_PX).moved(pose(), 0, 0.0, 4.0, pose()) == (60.0, 49.0, None)


@pytest.mark.parametrize("depths", [None, (np.nan,)])
def test_a_depth_that_is_not_known_counts_as_that_of_the_pelvis(depths):
    unknown = pose(depths=depths)
    projection = Projection(SIDE, CENTRE, SIDE_PX)
    assert projection.seen(unknown).points.tolist() == [[100, 105]]
    assert projection.moved(unknown, 0, 3.0, 4.0, unknown) == (60.0, 49.0, 3.0)
    assert Projection(CAMERA).moved(unknown, 0, 3.0, 4.0, unknown).depth is None


def test_a_second_step_of_a_move_keeps_the_depth_of_the_first():
    projection = Projection(SIDE, CENTRE, SIDE_PX)
    once = projection.moved(pose(), 0, 3.0, 0.0, pose())
    moved = pose().with_joint(0, *once)
    assert projection.moved(moved, 0, 0.0, 4.0, pose()) == (60.0, 49.0, 10.0)
    assert projection.moved(moved, 0, -3.0, 0.0, pose()) == (60.0, 45.0, None)


def test_from_any_direction_a_joint_goes_where_it_is_put_and_no_nearer():
    generator = np.random.default_rng(5)
    for _ in range(300):
        direction = Direction(generator.uniform(-180, 180), generator.uniform(-90, 90))
        axes = direction.axes
        np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(axes) == pytest.approx(1)
        projection = Projection(direction, (5.0, 9.0), 300.0, float(generator.uniform(0.6, 1.8)))
        before = pose(generator.uniform(0, 500, (3, 2)), generator.uniform(-90, 90, 3))
        across, down = generator.uniform(-80, 80, 2)
        after = before.with_joint(1, *projection.moved(before, 1, across, down, before))
        seen, expected = projection.seen(after), projection.seen(before)
        expected.points[1] += across, down
        np.testing.assert_allclose(seen.points, expected.points, atol=1e-9)
        np.testing.assert_allclose(seen.depths, expected.depths, atol=1e-9)


def test_what_the_model_says_is_seen_in_its_own_depth():
    moved = pose(predicted=np.array([(60.0, 45.0)]), predicted_depths=np.array([2.0]))
    seen = Projection(SIDE, CENTRE, SIDE_PX).seen(moved)
    assert (seen.points.tolist(), seen.predicted.tolist()) == ([[107, 105]], [[102, 105]])


def test_turning_ends_straight_above_and_goes_round_and_round():
    assert Direction(170.0, 80.0).turned(20.0, 20.0) == Direction(-170.0, 90.0)
    assert CAMERA.turned(0.0, -100.0) == Direction(0.0, -90.0)


@pytest.mark.parametrize(
    ("angles", "snapped"),
    [
        ((-4.0, 3.0), CAMERA),
        ((-4.5, 3.0), Direction(-4.5, 3.0)),
        ((92.0, 0.0), SIDE),
        ((2.0, 87.0), ABOVE),
        ((45.0, 90.0), Direction(45.0, 90.0)),
    ],
)
def test_nearly_straight_is_straight(angles, snapped):
    assert Direction(*angles).snapped() == snapped


def test_nearly_behind_is_behind_from_both_sides():
    for azimuth in (177.0, -177.0):
        assert Direction(azimuth, 0.0).snapped().axes.tolist() == BEHIND.axes.tolist()


@pytest.mark.parametrize(
    ("azimuth", "across", "there"),
    [
        (30, 1, 45),
        (30, -1, 15),
        (31, 1, 45),
        (31, -1, 30),
        (-1, 1, 0),
        (-1, -1, -15),
        (15.0000000001, 1, 30),
        (7, 0, 7),
    ],
)
def test_steps_go_to_multiples_of_15_degrees(azimuth, across, there):
    assert Direction(azimuth, 0.0).stepped(across, 0) == Direction(there, 0.0)
    if abs(azimuth) < 75:
        assert Direction(0.0, azimuth).stepped(0, across) == Direction(0.0, there)


def test_the_farthest_is_painted_first_and_joints_lie_on_their_limbs():
    body = pose([(0, 0), (1, 0), (np.nan, np.nan), (3, 0)], [5.0, 5.0, 0.0, -4.0], limbs=((0, 1), (1, 3), (2, 3)))
    painted = [part.joints for part in parts(Projection(CAMERA).seen(body))]
    assert painted == [(0, 1), (0,), (1,), (1, 3), (3,)]


def test_of_joints_on_each_other_the_one_in_front_is_meant():
    points = np.array([(10.0, 10.0), (11.0, 10.0), (40.0, 10.0), (np.nan, np.nan)])
    assert front_joint_at(points, np.array([0.0, 5.0, -9.0, np.nan]), 11.0, 10.0) == 0
    assert front_joint_at(points, np.array([5.0, 0.0, -9.0, np.nan]), 10.0, 10.0) == 1
    assert front_joint_at(points, np.array([5.0, 0.0, -9.0, np.nan]), 60.0, 10.0) is None


def test_depths_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"the depths have shape \(2,\), expected \(1,\)"):
        pose(depths=(1.0, 2.0))
