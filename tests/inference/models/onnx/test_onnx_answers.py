"""Published models' answers by hand, one kind after the other."""

from __future__ import annotations

import numpy as np
import pytest

from inference.models.onnx.answers import decode
from inference.models.onnx.design import BLAZEPOSE_COCO, OnnxDesign

SIZE = (256, 192)


def test_simcc_is_the_middle_of_the_likeliest_half_pixel_and_the_lower_maximum():
    across, down = np.zeros((2, 17, 384)), np.zeros((2, 17, 512))
    across[1, 3, 21], down[1, 3, 100] = 0.9, 0.6
    keypoints, scores = decode(OnnxDesign("simcc", SIZE, "coco-17"), [down, across])

    # Bin 21 of two a pixel is pixel index 10.5, whose continuous coordinate is 11.
    np.testing.assert_allclose(keypoints[1, 3], [11.0, 50.5])
    assert scores[1, 3] == pytest.approx(0.6)
    assert scores[0].max() == 0


def gaussian_map(x, y, size=(64, 48), sigma_px=2.0):
    """A heatmap with its peak at a pixel index."""
    rows, columns = np.indices(size)
    return np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * sigma_px**2))


def test_udp_heatmaps_have_the_middles_of_the_outer_pixels_in_common_with_the_picture():
    maps = gaussian_map(20.3, 31.6)[None, None]
    keypoints, scores = decode(OnnxDesign("heatmaps", SIZE, "coco-17"), [maps])

    np.testing.assert_allclose(keypoints[0, 0], [20.3 * 191 / 47 + 0.5, 31.6 * 255 / 63 + 0.5], atol=0.1)
    assert scores[0, 0] == pytest.approx(maps.max())


def test_older_heatmaps_are_four_pixels_a_step_from_the_first_middle():
    maps = gaussian_map(20.3, 31.6)[None, None]
    keypoints, _ = decode(OnnxDesign("heatmaps", SIZE, "coco-17", is_udp=False), [maps])

    np.testing.assert_allclose(keypoints[0, 0], [20.3 * 4 + 0.5, 31.6 * 4 + 0.5], atol=0.1)


def test_movenet_says_y_before_x_in_shares_of_the_picture():
    answer = np.zeros((1, 1, 17, 3))
    answer[0, 0, 9] = 0.25, 0.5, 0.8
    keypoints, scores = decode(OnnxDesign("movenet", (192, 192), "coco-17"), [answer])

    np.testing.assert_allclose(keypoints[0, 9], [96, 48])
    assert scores[0, 9] == pytest.approx(0.8)


def person(x, y, score, certainty):
    """One of MoveNet's six: all keypoints at one place, and a box of a fifth of the picture around it."""
    values = np.zeros(56)
    values[:51] = np.tile([y, x, score], 17)
    values[51:] = y - 0.1, x - 0.1, y + 0.1, x + 0.1, certainty
    return values


def test_of_six_people_the_one_in_the_middle_is_meant():
    answer = np.zeros((1, 6, 56))
    answer[0, 2], answer[0, 4] = person(0.05, 0.1, 0.9, 0.9), person(0.52, 0.48, 0.7, 0.6)
    keypoints, scores = decode(OnnxDesign("movenet-multi", (256, 256), "coco-17"), [answer])

    np.testing.assert_allclose(keypoints[0, 16], [0.52 * 256, 0.48 * 256])
    assert scores[0, 16] == pytest.approx(0.7)


def test_blazepose_is_coco_of_its_landmarks_and_as_sure_as_its_heatmaps():
    landmarks = np.zeros((1, 39, 5))
    landmarks[0, :, 0], landmarks[0, :, 1], landmarks[0, :, 3] = np.arange(39), 100 + np.arange(39), 8
    maps = np.full((1, 64, 64, 39), -9.0)
    maps[0, 7, 9, 11] = 2.0
    design = OnnxDesign("blazepose", (256, 256), "coco-17", joints=BLAZEPOSE_COCO)
    keypoints, scores = decode(design, [landmarks.reshape(1, 195), np.ones((1, 1)), maps])

    # COCO's sixth keypoint is the left shoulder, BlazePose's landmark 11.
    np.testing.assert_allclose(keypoints[0, 5], [11, 111])
    assert scores[0, 5] == pytest.approx(1 / (1 + np.exp(-2)))
    assert scores[0, 6] < 0.001
    _, visible = decode(design, [landmarks.reshape(1, 195), np.ones((1, 1))])
    assert visible[0, 6] == pytest.approx(1 / (1 + np.exp(-8)))


def test_rtmo_gives_the_person_whose_box_is_meant_and_nothing_where_there_is_nobody():
    boxes = np.array([[[0, 0, 50, 60, 0.9], [120, 100, 500, 520, 0.8]]], float)
    people = np.stack([np.full((17, 3), 30.0), np.full((17, 3), 0.5)])[None]
    design = OnnxDesign("rtmo", (640, 640), "coco-17")
    keypoints, scores = decode(design, [boxes, people])
    nobody, none = decode(design, [boxes[:, :0], people[:, :0]])

    assert (keypoints == 0.5).all()
    assert (scores == 0.5).all()
    assert (nobody == 320).all()
    assert (none == 0).all()


def test_what_is_no_number_has_no_score():
    answer = np.full((1, 1, 17, 3), 0.5)
    answer[0, 0, 4, 1], answer[0, 0, 5, 2] = np.nan, np.inf
    keypoints, scores = decode(OnnxDesign("movenet", (192, 192), "coco-17"), [answer])

    assert np.isfinite(keypoints).all()
    assert scores[0, 4] == scores[0, 5] == 0
