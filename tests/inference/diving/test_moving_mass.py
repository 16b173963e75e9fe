"""The middle of a drawn body that moves before a textured venue, from a place next to it."""

import cv2
import numpy as np
import pytest

from inference.diving.moving_mass import MovingMass

SIZE = (64, 48)
BODY = (6, 10)
COUNT = 24


def venue(seed=0):
    texture = np.random.default_rng(seed).uniform(60, 180, (16, 24, 3))
    return cv2.resize(texture, (96, 64), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def middle(number):
    """In coordinates of the venue: two pixels a picture to the right, one down."""
    return np.array([20.0 + 2 * number, 14.0 + number])


def pictures(pan_px=0, *, is_there=True):
    """Pictures of the venue, each `pan_px` further to the right, and the maps to the venue's coordinates."""
    shown, maps = [], []
    for number in range(COUNT):
        world = venue()
        if is_there:
            x, y = (middle(number) - np.divide(BODY, 2)).astype(int)
            world[y : y + BODY[1], x : x + BODY[0]] = 250
        left = pan_px * number
        shown.append(np.ascontiguousarray(world[: SIZE[1], left : left + SIZE[0]]))
        maps.append(np.array([[1.0, 0, left], [0, 1, 0], [0, 0, 1]]))
    return shown, np.stack(maps)


@pytest.mark.parametrize("pan_px", [0, 1])
def test_the_middle_of_the_body_is_found_from_its_edge(pan_px):
    mass = MovingMass(*pictures(pan_px), (0, 0, 96, 48))

    for number in (0, 7, 15):
        found = mass.place_near(number, middle(number) + np.array([4, -5]), 12.0)
        np.testing.assert_allclose(found, middle(number), atol=0.6)


def test_only_a_part_is_looked_at_in_the_same_coordinates():
    mass = MovingMass(*pictures(), (10, 5, 60, 45))

    np.testing.assert_allclose(mass.place_near(9, middle(9) + 3, 12.0), middle(9), atol=0.6)


def test_where_nothing_moves_there_is_no_middle():
    shown, maps = pictures()

    assert MovingMass(shown, maps, (0, 0, 64, 48)).place_near(2, np.array([50.0, 40.0]), 10.0) is None
    assert MovingMass(*pictures(is_there=False), (0, 0, 64, 48)).place_near(2, middle(2), 10.0) is None


def test_what_hardly_any_picture_shows_is_not_taken_for_motion():
    # Nobody knows the venue where the camera looked once only.
    shown, maps = pictures(is_there=False)
    maps[5] = np.array([[1.0, 0, 40], [0, 1, 0], [0, 0, 1]])

    assert MovingMass(shown, maps, (0, 0, 110, 48)).place_near(5, np.array([90.0, 24.0]), 12.0) is None
