"""The evidence for a pose: shares of the peak, the way to the picture, and the spread, against hand-computed ones."""

from __future__ import annotations

import math

import numpy as np
import pytest

from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.crop_map import CropRegion, crop_map
from inference.pose.heatmap_facts import Heatmap, HeatmapGrid, heatmap_facts
from inference.pose.pose_maps import pose_maps

WHOLE = (-1.0, -1.0, 1.0, 1.0)


def moved(matrix, point):
    return matrix[:, :2] @ point + matrix[:, 2]


def test_each_heatmap_is_a_share_of_its_own_peak():
    read = np.array([[[0.0, 0.1], [0.2, 0.4]], [[-3.0, 0.0], [0.0, -1.0]], [[7.0, np.nan], [3.5, np.inf]]], np.float32)
    maps = pose_maps(read, None, crop_map(CropRegion(0, 0, 2, 2), (2, 2)), WHOLE)
    assert maps.heatmaps.dtype == np.uint8
    assert maps.heatmaps.tolist() == [[[0, 64], [128, 255]], [[0, 0], [0, 0]], [[255, 0], [128, 0]]]
    assert maps.means is None
    assert maps.covariances is None
    assert maps.fields is None
    assert maps.byte_count == 3 * 4 + 6 * 8


def test_pixels_of_the_heatmap_lie_where_the_crop_shows_them():
    # A crop of 8 px of a box of 16 at (10, 20), and heatmaps of 4 x 2 px that reach over its middle half.
    crop = crop_map(CropRegion(10, 20, 16, 16), (8, 8))
    maps = pose_maps(np.ones((1, 2, 4), np.float32), None, crop, (-0.5, -0.5, 0.5, 0.5))
    np.testing.assert_allclose(moved(maps.to_image, [0, 0]), [14, 24])
    np.testing.assert_allclose(moved(maps.to_image, [4, 2]), [22, 32])
    np.testing.assert_allclose(moved(maps.to_image, [0.5, 0.5]), [15, 26])


def test_a_crop_turned_by_a_quarter_is_turned_back():
    # The picture is turned clockwise, so that its left edge is what the crop has on top.
    crop = crop_map(CropRegion(0, 0, 8, 8, math.pi / 2), (4, 4))
    maps = pose_maps(np.ones((1, 4, 4), np.float32), None, crop, WHOLE)
    np.testing.assert_allclose(moved(maps.to_image, [0, 0]), [0, 8], atol=1e-9)
    np.testing.assert_allclose(moved(maps.to_image, [4, 0]), [0, 0], atol=1e-9)
    np.testing.assert_allclose(moved(maps.to_image, [0, 4]), [8, 8], atol=1e-9)


def test_the_spread_of_two_pixels_in_the_picture():
    pmm = np.zeros((1, 4, 4), np.float32)
    pmm[0, 1, 0], pmm[0, 1, 3] = 0.5, 0.5  # at 0.5 and 3.5 of 4: 1.5 px from their mean
    maps = pose_maps(pmm, pmm, crop_map(CropRegion(100, 50, 8, 8), (4, 4)), WHOLE)
    np.testing.assert_allclose(maps.means, [[104, 53]])
    np.testing.assert_allclose(maps.covariances, [[[9, 0], [0, 0]]], atol=1e-9)


def test_the_spread_is_that_of_the_inspector_whatever_the_turn():
    rng = np.random.default_rng(5)
    pmm = rng.random((3, 6, 9)).astype(np.float32) ** 4
    pmm /= pmm.sum(axis=(1, 2), keepdims=True)
    crop = crop_map(CropRegion(30, -4, 20, 44, 0.7), (24, 36), 1.25)
    edges = (-1.02, -0.97, 0.99, 1.04)
    maps = pose_maps(pmm, pmm, crop, edges)
    for place, one in enumerate(pmm):
        facts = heatmap_facts(Heatmap(one, one, HeatmapGrid(6, 9, edges, crop.size)))
        np.testing.assert_allclose(maps.means[place], crop.to_image(facts.expectation), atol=1e-4)
        deviations = np.sqrt(np.linalg.eigvalsh(maps.covariances[place]))[::-1]
        np.testing.assert_allclose(deviations * crop.scale, facts.spread, atol=1e-4)


def test_fields_are_kept_to_a_hundredth():
    fields = np.array([0.0, 0.25, -1.0, 0.999, 4.0, np.nan, 0.5, -0.02], np.float32).reshape(1, 2, 2, 2)
    maps = pose_maps(
        np.ones((2, 2, 2), np.float32), None, crop_map(CropRegion(0, 0, 2, 2), (2, 2)), WHOLE, [(0, 1)], fields
    )
    assert maps.limbs == ((0, 1),)
    assert maps.pafs.nbytes == 8
    expected = [0.0, 0.25, -1.0, 0.999, 1.0, 0.0, 0.5, -0.02]
    np.testing.assert_allclose(maps.fields.ravel(), expected, atol=0.005)


@pytest.mark.parametrize("has_maps", [True, False])
def test_the_surer_poses_keep_their_own_maps(has_maps):
    crop = crop_map(CropRegion(0, 0, 2, 2), (2, 2))
    first, second = (
        EstimatedPoses(
            np.full((2, 1, 2), value),
            np.full((2, 1), value),
            tuple(pose_maps(np.eye(2, dtype=np.float32)[None], None, crop, WHOLE) for _ in range(2))
            if has_maps
            else (),
        )
        for value in (1.0, 2.0)
    )
    chosen = first.where(np.array([False, True]), second)
    assert chosen.scores.tolist() == [[1.0], [2.0]]
    assert chosen.maps == ((first.maps[0], second.maps[1]) if has_maps else ())
    joined = EstimatedPoses.joined([first, second])
    assert joined.scores.ravel().tolist() == [1, 1, 2, 2]
    assert joined.maps == first.maps + second.maps
