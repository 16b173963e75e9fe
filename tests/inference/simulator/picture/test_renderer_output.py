"""Pictures are the same whatever was drawn before; water moves, and fast bodies smear."""

import cv2
import numpy as np
import pytest
from posed_motions import PosedMotion

from inference.diving.boards import Board
from inference.simulator.body import posture
from inference.simulator.people.actors import Actor
from inference.simulator.people.appearance import Appearance
from inference.simulator.picture.camera import Camera, fixed_angles, handheld_angles
from inference.simulator.picture.renderer import Renderer
from inference.simulator.venue.venue import Venue


@pytest.fixture(scope="module")
def venue() -> Venue:
    return Venue.random(np.random.default_rng(3), boards=[Board("springboard", 3.0), Board("platform", 5.0)])


def diver(venue: Venue, **motion) -> Actor:
    return Actor(PosedMotion(posture.TUCK, **motion), 0.0, Appearance(), venue.boards[0].pose)


def renderer(venue: Venue, *, is_fixed: bool = True, seed: int = 1) -> Renderer:
    eye = np.array([8.0, -4.0, 3.0])
    base = fixed_angles(eye, venue.boards[0].pose.to_pool([1.5, 0.0, 2.0]))
    angles = base if is_fixed else handheld_angles(base, eye, 50, 25, np.random.default_rng(2))
    return Renderer(venue, Camera((320, 180), 25, 300.0, eye, angles), np.random.default_rng(seed))


@pytest.mark.parametrize("is_fixed", [True, False])
def test_a_frame_does_not_depend_on_the_frames_before_it(venue, is_fixed):
    actors = [diver(venue, start_m=(1.0, 0.0, 4.0), velocity_m_s=(1.0, 0, -2.0), turn_rad_s=9.0, entry_s=0.3)]
    first = renderer(venue, is_fixed=is_fixed)
    in_order = [first.render(frame, actors) for frame in range(0, 20, 5)]
    second = renderer(venue, is_fixed=is_fixed)
    for frame in (15, 5, 10, 0):
        np.testing.assert_array_equal(second.render(frame, actors), in_order[frame // 5])


def test_water_moves_and_walls_do_not(venue):
    # Averaged over 7 x 7 pixels, which takes most of the sensor noise away.
    pictures = [cv2.blur(renderer(venue).render(frame, []).astype(np.float32), (7, 7)) for frame in (0, 10)]
    eye = renderer(venue)
    water = eye.venue.boards[0].pose.to_pool([4.0, 1.0, 0.0])
    (x, y), _ = eye.camera.project(water, 0)
    changed = np.abs(pictures[0] - pictures[1]).max(axis=2)
    assert changed[int(y) - 8 : int(y) + 8, int(x) - 8 : int(x) + 8].mean() > 4 * changed[:20].mean()


def test_a_faster_body_is_drawn_more_smeared(venue):
    still, fast = (
        renderer(venue)
        .render(2, [diver(venue, start_m=(1.5, 0.0, 2.0 - 0.08 * speed), velocity_m_s=(0, 0, speed))])
        .astype(int)
        for speed in (0.0, -60.0)
    )
    empty = renderer(venue).render(2, []).astype(int)
    rows = [int(np.count_nonzero(np.abs(picture - empty).max(axis=(1, 2)) > 3)) for picture in (still, fast)]
    # At 60 m/s an exposure of 1/120 s smears by half a metre, here about 15 px, part of which hides the body's shadow.
    assert 6 < rows[1] - rows[0] < 18
