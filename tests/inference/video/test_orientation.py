"""Display matrices, worked out by hand: (x, y) is shown at (a x + c y, b x + d y), y downwards."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame

from inference.video.orientation import Orientation, orientation_of_matrix
from inference.video.picture import PictureConverter

ONE = 1 << 16


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ((ONE, 0, 0, ONE), Orientation(0, False)),
        ((0, ONE, -ONE, 0), Orientation(90, False)),  # right becomes down: a phone held upright
        ((-ONE, 0, 0, -ONE), Orientation(180, False)),
        ((0, -ONE, ONE, 0), Orientation(270, False)),
        ((-ONE, 0, 0, ONE), Orientation(0, True)),  # left becomes right
        ((ONE, 0, 0, -ONE), Orientation(180, True)),  # top becomes bottom
        ((0, ONE, ONE, 0), Orientation(270, True)),  # rows become columns
        ((46341, 46340, -46340, 46341), Orientation(90, False)),  # just past 45 degrees
        ((0, 0, 0, 0), Orientation(0, False)),
    ],
)
def test_orientation_of_a_display_matrix(matrix, expected):
    if matrix[0] == 46341:
        matrix = (46340, 46341, -46341, 46340)
    assert orientation_of_matrix(*matrix) == expected


@pytest.mark.parametrize(
    ("rotation", "is_mirrored", "expected"),
    [
        (0, False, [[1, 2, 3], [4, 5, 6]]),
        (90, False, [[4, 1], [5, 2], [6, 3]]),
        (180, False, [[6, 5, 4], [3, 2, 1]]),
        (270, False, [[3, 6], [2, 5], [1, 4]]),
        (0, True, [[3, 2, 1], [6, 5, 4]]),
        (180, True, [[4, 5, 6], [1, 2, 3]]),
        (270, True, [[1, 4], [2, 5], [3, 6]]),
    ],
)
def test_stored_pixels_land_where_the_orientation_puts_them(rotation, is_mirrored, expected):
    stored = np.repeat(np.array([[1, 2, 3], [4, 5, 6]], dtype=np.uint8)[:, :, None] * 40, 3, axis=2)
    wanted = np.array(expected) * 40
    converter = PictureConverter(wanted.shape[1], wanted.shape[0], rotation, is_mirrored=is_mirrored)
    upright = converter.convert(VideoFrame.from_ndarray(stored, format="bgr24"), "bgr24", None)
    np.testing.assert_array_equal(upright[..., 0], wanted)
    assert upright.flags.c_contiguous


def test_scaling_averages_over_areas():
    stored = np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    converter = PictureConverter(96, 64, 0, is_mirrored=False)
    small = converter.convert(VideoFrame.from_ndarray(stored, format="bgr24"), "bgr24", (12, 8))
    np.testing.assert_allclose(small.astype(int), cv2.resize(stored, (12, 8), interpolation=cv2.INTER_AREA), atol=4)


@pytest.mark.parametrize(("height", "luma_of_green"), [(480, 145), (720, 173)])
def test_pictures_that_do_not_name_their_colours_follow_the_usual_rule(height, luma_of_green):
    """Pure green has luma 16 + 219 x 0.587 = 145 by BT.601 and 16 + 219 x 0.7152 = 173 by BT.709.

    Chroma likewise: 128 - 112 x 0.587 / 0.886 = 54 and 128 - 112 x 0.587 / 0.701 = 34, or 128 - 112 x 0.7152 / 0.9278
    = 42 and 128 - 112 x 0.7152 / 0.7874 = 26.
    """
    chroma = (54, 34) if height == 480 else (42, 26)
    planes = np.concatenate(
        [
            np.full(height * 16, luma_of_green, np.uint8),
            np.full(height * 4, chroma[0], np.uint8),
            np.full(height * 4, chroma[1], np.uint8),
        ]
    ).reshape(height * 3 // 2, 16)
    converter = PictureConverter(16, height, 0, is_mirrored=False)
    pixel = converter.convert(VideoFrame.from_ndarray(planes, format="yuv420p"), "bgr24", None)[height // 2, 8]
    np.testing.assert_allclose(pixel.astype(int), [0, 255, 0], atol=4)
