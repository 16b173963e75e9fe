"""Following a camera: standing still, drifting, and pictures shown again."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from inference.video.camera_follower import CameraFollower, is_still
from inference.video.camera_motion import chain

SIZE = 320, 240


def venue(seed=0):
    generator = np.random.default_rng(seed)
    coarse = generator.uniform(40, 215, (60, 80)).astype(np.float32)
    return cv2.resize(coarse, (480, 360), interpolation=cv2.INTER_CUBIC)


def seen(x=80.0, y=60.0, *, noise=0.0, generator=None, body_x=None):
    """The venue from x, y on, with sensor noise and a body of 8 x 20 px."""
    shift = np.array([[1.0, 0.0, -x], [0.0, 1.0, -y]])
    picture = cv2.warpAffine(venue(), shift, SIZE, flags=cv2.INTER_CUBIC)
    if body_x is not None:
        picture[100:120, body_x : body_x + 8] = 20
    if generator is not None:
        picture = picture + generator.normal(0, noise, picture.shape)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def test_a_camera_at_rest_gives_the_identity_itself():
    generator = np.random.default_rng(1)
    follower = CameraFollower()

    steps = [follower.follow(seen(noise=3, generator=generator, body_x=20 + 4 * n)) for n in range(20)]

    for step in steps:
        np.testing.assert_array_equal(step.to_previous, np.eye(3))
        assert not step.is_cut
        assert not step.is_repeat


def test_a_slow_drift_adds_up():
    generator = np.random.default_rng(1)
    follower = CameraFollower()

    # 0.04 px a picture to the right and half as much down: less than a tenth of a pixel, but 2 and 1 px in the end.
    steps = [follower.follow(seen(80 + 0.04 * n, 60 + 0.02 * n, noise=2, generator=generator)) for n in range(51)]

    last = chain([step.to_previous for step in steps], 0)[-1]
    np.testing.assert_allclose(last[:2, 2], (2.0, 1.0), atol=0.3)
    np.testing.assert_allclose(last[:2, :2], np.eye(2), atol=0.005)


def test_a_pan_is_followed_from_rest_and_to_rest():
    places = [80.0] * 5 + [80 + 3.0 * n for n in range(1, 9)] + [104.0] * 5
    follower = CameraFollower()

    steps = [follower.follow(seen(x, body_x=10 + 5 * n)) for n, x in enumerate(places)]

    maps = chain([step.to_previous for step in steps], 0)
    np.testing.assert_allclose(maps[:, 0, 2], np.array(places) - 80, atol=0.4)
    np.testing.assert_array_equal([step.to_previous for step in steps[-4:]], [np.eye(3)] * 4)


def test_a_picture_shown_again_is_a_repeat():
    generator = np.random.default_rng(2)
    follower = CameraFollower()
    pictures = [seen(80 + 3 * n, noise=3, generator=generator) for n in range(6)]
    # A codec does not store the second of a pair exactly as the first.
    coded = [
        np.clip(picture + generator.normal(0, 2.0, picture.shape), 0, 255).astype(np.uint8) for picture in pictures
    ]

    steps = [follower.follow(shown) for pair in zip(pictures, coded, strict=True) for shown in pair]

    # The first pair has nothing to be compared with, and its second picture might as well be one of a camera at rest.
    assert [step.is_repeat for step in steps[2:]] == [False, True] * 5
    maps = chain([step.to_previous for step in steps], 0)
    np.testing.assert_allclose(maps[:, 0, 2], np.repeat(3.0 * np.arange(6), 2), atol=0.3)


def test_what_hardly_moves_before_a_camera_at_rest_is_no_repeat():
    follower = CameraFollower()

    steps = [follower.follow(seen(body_x=20 + 2 * n)) for n in range(10)]

    assert not any(step.is_repeat for step in steps)
    assert follower.follow(seen(body_x=38)).is_repeat


@pytest.mark.parametrize(
    ("shift", "still"), [((0, 0), True), ((0.05, 0.0), True), ((0.2, 0.0), False), ((0, -0.3), False), ((6, 4), False)]
)
def test_a_fifth_of_a_pixel_is_motion(shift, still):
    generator = np.random.default_rng(4)
    pictures = (seen(80 + x, 60 + y, noise=2, generator=generator) for x, y in ((0, 0), shift))

    assert is_still(*pictures) is still


def test_zoom_and_roll_are_motion():
    first = seen()
    for angle, scale in ((0.15, 1.0), (0.0, 1.003)):
        turned = cv2.warpAffine(first, cv2.getRotationMatrix2D((160, 120), angle, scale), SIZE, flags=cv2.INTER_CUBIC)
        assert not is_still(first, turned)


def test_an_even_picture_does_not_tell():
    flat = np.full((240, 320), 128, np.uint8)

    assert not is_still(flat, flat)
