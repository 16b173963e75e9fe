"""Crops: exact both ways, which painted dots prove."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from inference.pose.crop_map import CropRegion, crop_map

SIZE = (64, 48)


def test_a_box_of_the_crops_proportions_fills_it():
    crop = crop_map(CropRegion(10, 20, 24, 32), SIZE)

    np.testing.assert_allclose(crop.to_crop([[10, 20], [34, 52], [22, 36]]), [[0, 0], [48, 64], [24, 32]])


@pytest.mark.parametrize("box", [(0.0, 0.0, 10.0, 40.0), (0.0, 0.0, 30.0, 20.0)])
def test_other_boxes_are_seen_whole_in_the_middle(box):
    crop = crop_map(CropRegion(*box), SIZE)
    corners = crop.to_crop([[0, 0], [box[2], box[3]]])

    np.testing.assert_allclose(corners.mean(axis=0), [24, 32])
    assert corners.min() == pytest.approx(0)
    assert (corners <= [48, 64]).all()
    assert np.ptp(corners, axis=0)[0] / np.ptp(corners, axis=0)[1] == pytest.approx(box[2] / box[3])


def test_padding_shows_so_much_more_around_the_middle():
    crop = crop_map(CropRegion(10, 20, 24, 32), SIZE, padding=1.25)

    np.testing.assert_allclose(crop.to_crop([[10, 20], [34, 52]]), [[4.8, 6.4], [43.2, 57.6]])


def test_a_turn_takes_what_lies_to_the_right_down():
    crop = crop_map(CropRegion(0, 0, 20, 20, math.pi / 2), (20, 20))

    np.testing.assert_allclose(crop.to_crop([[15, 10], [10, 5]]), [[10, 15], [15, 10]], atol=1e-9)


def test_a_box_on_its_side_is_turned_into_an_upright_one_of_the_same_size():
    lying, standing = CropRegion(0, 0, 32, 24, math.pi / 2), CropRegion(0, 0, 24, 32)

    assert crop_map(lying, SIZE).scale == pytest.approx(crop_map(standing, SIZE).scale)


def test_back_and_forth_changes_nothing():
    crop = crop_map(CropRegion(3.3, -7.1, 41, 29, 2.2), SIZE, padding=1.4)
    points = np.random.default_rng(0).uniform(-50, 90, (3, 5, 2))

    np.testing.assert_allclose(crop.to_image(crop.to_crop(points)), points, atol=1e-9)


@pytest.mark.parametrize("turn_rad", [0.0, 0.4, math.pi, -2.0])
@pytest.mark.parametrize("width", [18.0, 30.0, 160.0])
def test_painted_dots_are_seen_where_the_map_says(turn_rad, width):
    picture = np.zeros((200, 240, 3), np.uint8)
    spots = np.array([[120.5, 100.5], [126.5, 103.5], [113.5, 95.5]]) if width < 100 else np.array([[90.0, 80.0]])
    radius = 1 if width < 100 else 7
    dots = []
    for x, y in spots:
        one = picture.copy()
        left, top = round(x - radius), round(y - radius)
        one[top : top + 2 * radius, left : left + 2 * radius] = 255
        dots.append((one, (left + radius, top + radius)))
    region = CropRegion(120 - width / 2, 100 - width / 2, width, width, turn_rad)
    crop = crop_map(region, (48, 48), 1.25)

    for one, centre in dots:
        seen = crop.cut(one)[..., 0].astype(float)
        rows, columns = np.indices(seen.shape) + 0.5
        middle = [(columns * seen).sum() / seen.sum(), (rows * seen).sum() / seen.sum()]
        np.testing.assert_allclose(middle, crop.to_crop(centre), atol=0.06)


def test_the_same_size_and_place_gives_the_same_pixels():
    picture = np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8)

    np.testing.assert_array_equal(crop_map(CropRegion(5, 4, 30, 20), (20, 30)).cut(picture), picture[4:24, 5:35])


def test_shrinking_averages_and_beyond_the_border_is_the_fill():
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[::2] = 200
    crop = crop_map(CropRegion(-64, 0, 128, 64), (8, 16)).cut(picture, fill=114)

    assert (crop[:, :7] == 114).all()
    np.testing.assert_allclose(crop[1:-1, 9:-1], 100)


def test_large_pictures_are_shown_as_opencv_shrinks_them():
    picture = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 256, (96, 96, 3), np.uint8), (0, 0), 3)
    crop = crop_map(CropRegion(0, 0, 96, 96), (24, 24)).cut(picture)

    assert np.abs(crop.astype(int) - cv2.resize(picture, (24, 24), interpolation=cv2.INTER_AREA)).max() <= 1


def blurred(width, height, channels=3):
    noise = np.random.default_rng(3).integers(0, 256, (height, width, channels), np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 3)


@pytest.mark.parametrize(
    "region",
    [
        CropRegion(70, 41, 48, 48),
        CropRegion(61.3, 44.7, 50, 50, 0.6),
        CropRegion(-30, 60, 72, 72),
        CropRegion(150, 80, 40, 36),
    ],
)
def test_of_a_shrunk_picture_only_what_is_shown_is_averaged_over_the_same_squares(region, monkeypatch):
    picture, shrink, read = blurred(192, 144), cv2.resize, []
    crop = crop_map(region, (12, 12))
    factor = int(1 / crop.scale + 1e-6)
    assert 144 % factor == 0
    small = shrink(picture, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    indices = crop.matrix * [factor, factor, 1]
    indices[:, 2] += indices[:, :2] @ [0.5, 0.5] - 0.5
    expected = cv2.warpAffine(small, indices, (12, 12), flags=cv2.INTER_LINEAR, borderValue=(9, 9, 9))

    monkeypatch.setattr(cv2, "resize", lambda part, *how, **more: read.append(part.size) or shrink(part, *how, **more))
    assert np.abs(crop.cut(picture, fill=9).astype(int) - expected).max() <= 1
    assert read[0] < 0.4 * picture.size


def test_a_crop_far_beyond_the_picture_is_the_fill():
    assert (crop_map(CropRegion(5000, -900, 400, 400), (8, 8)).cut(blurred(60, 40), fill=114) == 114).all()


def test_a_fourth_channel_is_cut_like_the_others():
    picture, crop = blurred(96, 80, 4), crop_map(CropRegion(10, 10, 60, 60, 0.3), (12, 12))

    np.testing.assert_array_equal(crop.cut(picture)[..., :3], crop.cut(np.ascontiguousarray(picture[..., :3])))


@pytest.mark.parametrize("box", [(0, 0, 0, 5), (0, 0, 5, -1), (math.nan, 0, 5, 5), (0, 0, math.inf, 5)])
def test_a_box_without_an_area_is_refused(box):
    with pytest.raises(ValueError, match="has no area"):
        CropRegion(*box)
