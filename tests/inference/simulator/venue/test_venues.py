"""Venues hold their boards, and cameras stand where flights can be seen."""

from itertools import pairwise

import numpy as np
import pytest

from inference.diving.boards import BOARDS, Board
from inference.simulator.picture.camera import Camera
from inference.simulator.picture.ray_casting import View, cast, is_blocked, shadow_share
from inference.simulator.picture.viewpoint import flight_space, random_viewpoint
from inference.simulator.venue.blocks import Block
from inference.simulator.venue.board_poses import BoardPose
from inference.simulator.venue.materials import Material
from inference.simulator.venue.venue import Venue

GREY = Material((0.5, 0.5, 0.5))


def test_a_board_pose_turns_and_moves():
    pose = BoardPose(2.0, 7.0, np.pi / 2)
    np.testing.assert_allclose(pose.to_pool([1.0, 0.0, 3.0]), [2.0, 8.0, 3.0], atol=1e-12)
    np.testing.assert_allclose(pose.to_board([2.0, 8.0, 3.0]), [1.0, 0.0, 3.0], atol=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_a_venue_has_the_boards_asked_for_side_by_side_over_the_pool(seed):
    venue = Venue.random(np.random.default_rng(seed), boards=BOARDS)
    assert sorted(placed.board for placed in venue.boards) == sorted(BOARDS)
    across = sorted(
        (placed.pose.y_m - placed.half_width_m, placed.pose.y_m + placed.half_width_m) for placed in venue.boards
    )
    assert all(first[1] < second[0] for first, second in pairwise(across))
    assert across[0][0] > 0
    assert across[-1][1] < venue.grounds.width_m
    assert all(0.5 < placed.pose.x_m < 2.0 for placed in venue.boards)


def test_the_top_of_a_platform_is_its_height_and_nothing_stands_over_its_front():
    for seed in range(6):
        platform = Board("platform", 7.5)
        venue = Venue.random(np.random.default_rng(seed), boards=[platform, Board("platform", 10.0)])
        placed = venue.placed(platform)
        over = placed.pose.to_pool([[-0.5, 0.0, 9.9], [-0.5, 0.0, 7.6]])
        straight_down = View(
            (2, 2), np.diag([1e3, 1e3, 1.0]), np.array([[0, -1.0, 0], [-1, 0, 0], [0, 0, -1]]), over[0]
        )
        hits = cast(venue.blocks, straight_down, straight_down.rays(0, 2), 0)
        np.testing.assert_allclose(hits.depths, 9.9 - 7.5, atol=0.01)
        assert venue.ground_below(over[1]) == 7.5


def test_random_venues_differ_and_a_seed_repeats_one():
    boards = [tuple(p.board.key for p in Venue.random(np.random.default_rng(seed)).boards) for seed in range(20)]
    assert len(set(boards)) > 5
    first, again = (Venue.random(np.random.default_rng(4)) for _ in range(2))
    assert first.blocks == again.blocks
    assert first.light == again.light


def test_rays_meet_boxes_at_the_depth_worked_out_by_hand():
    # Looks along x from the origin; the box's face is 4 m away and 1 m to each side.
    box = Block((4.0, -1.0, -1.0), (6.0, 1.0, 1.0), GREY)
    view = View(
        (4, 1),
        np.array([[1.0, 0, 2.0], [0, 1.0, 0.5], [0, 0, 1]]),
        np.array([[0, -1.0, 0], [0, 0, -1], [1, 0, 0]]),
        np.zeros(3),
    )
    hits = cast([box], view, view.rays(0, 1), 0)
    # Rays run at -1.5, -0.5, 0.5 and 1.5 m to the right per metre: 6 m, 2 m aside at 4 m depth, so all miss.
    np.testing.assert_array_equal(hits.blocks, [[-1, -1, -1, -1]])
    closer = View((4, 1), np.array([[8.0, 0, 2.0], [0, 8.0, 0.5], [0, 0, 1]]), view.rotation, np.zeros(3))
    hits = cast([box], closer, closer.rays(0, 1), 0)
    np.testing.assert_array_equal(hits.blocks, [[0, 0, 0, 0]])
    np.testing.assert_allclose(hits.depths, 4.0)


def test_shadows_and_lines_of_sight_stop_at_boxes():
    box = Block((1.0, -1.0, 2.0), (3.0, 1.0, 2.5), GREY)
    points = np.array([[2.0, 0.0, 0.0], [4.0, 0.0, 0.0], [2.0, 0.0, 3.0]], np.float32)
    np.testing.assert_array_equal(shadow_share([box], points, np.array([0.0, 0.0, 1.0])), [True, False, False])
    np.testing.assert_array_equal(
        is_blocked([box], np.array([2.0, 0.0, 9.0]), points.astype(float)), [True, False, False]
    )


@pytest.mark.parametrize("seed", [*range(20), 211])
def test_all_boards_fit_the_picture_from_everywhere(seed):
    rng = np.random.default_rng(seed)
    venue = Venue.random(rng)
    viewpoint = random_viewpoint(venue, venue.boards, (640, 360), rng)
    camera = Camera((640, 360), 25, viewpoint.focal_px, viewpoint.position_m, viewpoint.angles_rad)
    image, depth = camera.project(flight_space(venue.boards), 0)
    assert depth.min() > 1.0
    assert (image > -40).all()
    assert (image < (680, 400)).all()
    assert np.ptp(image, axis=0).max() > 0.3 * 360


@pytest.mark.parametrize("seed", range(6))
def test_flights_fit_the_picture_and_are_not_hidden(seed):
    rng = np.random.default_rng(seed)
    venue = Venue.random(rng)
    boards = [venue.boards[int(rng.integers(len(venue.boards)))]]
    size = (640, 360)
    viewpoint = random_viewpoint(venue, boards, size, rng)
    camera = Camera(size, 25, viewpoint.focal_px, viewpoint.position_m, viewpoint.angles_rad)
    image, depth = camera.project(flight_space(boards), 0)
    assert (depth > 0).all()
    inside = (image > -0.06 * np.array(size)).all() and (image < 1.06 * np.array(size)).all()
    assert inside
    middle = boards[0].pose.to_pool(
        [[1.0, 0.0, 0.5 * boards[0].board.height_m], [0.6, 0.0, boards[0].board.height_m + 1]]
    )
    assert not is_blocked(venue.blocks, viewpoint.position_m, middle).any()
