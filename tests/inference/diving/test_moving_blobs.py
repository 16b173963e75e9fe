"""Moving blobs of drawn pictures: which pictures are compared, and what is left of a body that moves or stood still."""

from __future__ import annotations

import numpy as np
import pytest

from inference.diving.candidates import BlobFinder
from inference.diving.registered_differences import RangedPicture, SmallestDifferences, image_difference
from inference.results import FrameTime
from inference.video.camera_motion import CameraStep

STEP = CameraStep(np.eye(3), 1.0, is_cut=False)
CUT = CameraStep(np.eye(3), 0.0, is_cut=True)
HEIGHT, WIDTH = 120, 200
BODY = 12, 24
"""Width and height of the body."""


def picture(place):
    """An even picture with a darker body whose upper left corner is at place, or with none."""
    image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    if place is not None:
        x, y = place
        image[y : y + BODY[1], x : x + BODY[0]] = 40
    return image


def run(times_s, place_of, *, steps=None, slow_motion=1.0):
    finder = BlobFinder(slow_motion)
    found = []
    for n, seconds in enumerate(times_s):
        image = picture(place_of(seconds))
        found += finder.push(FrameTime(n, seconds), image, image[..., 0], STEP if steps is None else steps[n])
    return found + finder.finish()


def moving(seconds):
    """80 px a second to the right: clear of itself within 0.15 s."""
    return round(20 + 80 * seconds), 40


@pytest.mark.parametrize(
    "times_s",
    [
        pytest.param(np.arange(45) / 25, id="25 a second"),
        pytest.param(np.arange(18) / 10, id="10 a second"),
        pytest.param(np.cumsum(np.tile([0.02, 0.07, 0.03], 14)), id="uneven"),
    ],
)
def test_a_moving_body_is_one_blob_where_it_is(times_s):
    found = run(times_s, moving)

    assert [blobs.time.frame for blobs in found] == list(range(len(times_s)))
    for blobs in found[4:-4]:
        x, y = moving(blobs.time.seconds)
        np.testing.assert_allclose(blobs.xy[0], (x + BODY[0] / 2, y + BODY[1] / 2), atol=1.5)
        assert blobs.extent[0] == pytest.approx(BODY[1], abs=3)


def test_slow_motion_stretches_the_times():
    times_s = np.arange(45) / 25

    normal = run(times_s, moving)
    slowed = run(4 * times_s, lambda seconds: moving(seconds / 4), slow_motion=4.0)

    for one, other in zip(normal, slowed, strict=True):
        np.testing.assert_array_equal(one.xy, other.xy)


def test_who_stood_still_is_seen_whole_when_the_feet_leave_the_board():
    # Stands for two seconds, then rises 20 px a second: within 0.62 s no part but the edge leaves where the body was.
    def place(seconds):
        return 90, round(60 - 20 * max(0.0, seconds - 2.0)) if seconds < 3.2 else 0

    def gone_later(seconds):
        return place(seconds) if seconds < 3.2 else None

    found = {round(blobs.time.seconds, 2): blobs for blobs in run(np.arange(125) / 25, gone_later)}

    rising = found[2.4]
    assert rising.extent.max() == pytest.approx(BODY[1], abs=3)
    whole = rising.xy[rising.extent.argmax()]
    np.testing.assert_allclose(whole, (96, 60 - 8 + 12), atol=2)


def test_nothing_is_compared_across_a_cut():
    times_s = np.arange(60) / 25
    steps = [STEP] * 30 + [CUT] + [STEP] * 29

    found = run(times_s, lambda seconds: (30, 30) if seconds < 1.2 else (150, 70), steps=steps)

    assert all(len(blobs.xy) == 0 for blobs in found)


def test_a_repeat_gives_no_blobs_and_keeps_the_picture_in_sight():
    finder, found = BlobFinder(1.0), []
    for n in range(90):
        seconds = n / 50
        image = picture(moving(n // 2 * 2 / 50))
        time = FrameTime(n, seconds)
        found += finder.push_repeat(time) if n % 2 else finder.push(time, image, image[..., 0], STEP)
    found += finder.finish()

    assert [blobs.time.frame for blobs in found] == list(range(0, 90, 2))
    once = run(np.arange(45) / 25, moving)
    for repeated, single in zip(found[9:-9], once[9:-9], strict=True):
        np.testing.assert_allclose(repeated.xy[0], single.xy[0], atol=0.5)


def test_differences_are_those_outside_the_range_of_the_surroundings():
    image = np.full((12, 12, 3), 100, np.uint8)
    image[4, 4] = (100, 160, 90)
    other = np.full((12, 12, 3), 100, np.uint8)
    other[4, 5] = (100, 130, 100)

    difference, seen = image_difference(image, RangedPicture.of(other), np.eye(3))

    # Pixel (4, 4) is 30 above the greenest of its surroundings in the other picture; the border of 2 px does not count.
    expected = np.zeros((12, 12))
    expected[4, 4] = 30
    np.testing.assert_array_equal(difference[3:9, 3:9], expected[3:9, 3:9])
    assert (seen[3:9, 3:9] == 1).all()
    assert (seen[0, 0], difference[0, 0]) == (0, 255)


def test_the_second_smallest_of_some_differences():
    differences = SmallestDifferences(np.zeros((1, 1, 3), np.uint8), 2)
    for value in (9, 3, 7):
        differences.add(np.full((1, 1), value, np.uint8), np.ones((1, 1), np.uint8))

    assert differences.result()[0, 0] == 7
