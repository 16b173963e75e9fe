"""Drawn poses are where the keypoints are."""

from __future__ import annotations

import math

import numpy as np

from inference.pose.crop_map import CropRegion, whole_crop
from inference.pose.drawn_pose import contact_sheet, draw_pose, drawn_crop
from inference.pose.skeletons import Skeleton

ARM = Skeleton("arm", ("left_elbow", "left_wrist", "right_wrist", "head"), (0, 0, 2, 3), ())


def test_joints_are_drawn_at_their_places_in_the_colour_of_their_side():
    picture = np.zeros((60, 60, 3), np.uint8)
    draw_pose(picture, ARM, np.array([[10.5, 10.5], [40.5, 10.5], [20.5, 40.5], [1e9, -1e9]]), np.ones(4))

    for y, x, colour in ((10, 25, (80, 80, 255)), (10, 10, (80, 80, 255)), (40, 20, (90, 230, 90))):
        np.testing.assert_allclose(picture[y, x], colour, atol=30)
    assert picture[50:].max() == 0


def test_a_crop_is_drawn_as_the_picture_stands_whatever_the_turn():
    picture = np.zeros((100, 100, 3), np.uint8)
    keypoints = np.array([[50.0, 50.0], [60.0, 50.0], [50.0, 70.0], [50.0, 30.0]])
    upright = drawn_crop(picture, ARM, whole_crop(30, 30, 40, 40), keypoints, np.ones(4), 80)
    turned = drawn_crop(picture, ARM, whole_crop(30, 30, 40, 40).turned(math.pi), keypoints, np.ones(4), 80)

    np.testing.assert_array_equal(upright, turned)
    assert upright[40, 50].argmax() == 2
    assert upright[40, 50].max() > 150


def test_a_sheet_goes_on_in_the_next_row():
    crops = [np.full((4, 6, 3), shade, np.uint8) for shade in (10, 20, 30)]
    sheet = contact_sheet(crops, columns=2)

    assert sheet.shape == (8, 12, 3)
    assert [int(sheet[y, x, 0]) for y, x in ((0, 0), (0, 6), (4, 0), (4, 6))] == [10, 20, 30, 0]
    assert contact_sheet(crops[:1]).shape == (4, 6, 3)


def test_a_crop_that_was_made_already_is_the_box_with_its_padding():
    assert whole_crop(10, 20, 50, 100) == CropRegion(15, 30, 40, 80, is_whole=True)
