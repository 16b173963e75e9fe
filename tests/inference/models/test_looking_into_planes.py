"""What an estimator shows of a network that draws heatmaps in three planes: each where it belongs."""

from __future__ import annotations

import numpy as np
import pytest
from plane_pose_model import COLUMNS, DEPTH, HEIGHT, ROWS, WIDTH, TinyPlanes, X, Z, y_of
from tiny_pose_model import TinyPoseModel, tiny_estimator

from inference.pose.crop_map import whole_crop
from inference.pose.heatmap_facts import heatmap_facts

REGION = whole_crop(40, 10, 2 * WIDTH, 2 * HEIGHT)


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)


@pytest.mark.parametrize(("stage", "name"), [(0, "stage 1"), (1, "output"), (-1, "output")])
@pytest.mark.parametrize("joint", ["head_top", "left_ankle"])
def test_a_gaussian_at_a_known_depth_has_its_facts_there(picture, stage, name, joint):
    seen = tiny_estimator(TinyPlanes()).look(picture, REGION)
    assert seen.planes == ("xy", "zy", "xz")
    y, z = y_of(joint), Z[name]
    expected = {"xy": [(X + 1) / 2 * WIDTH, (y + 1) / 2 * HEIGHT], "zy": [z, y], "xz": [X, z]}
    sizes = {"xy": (ROWS, COLUMNS), "zy": (ROWS, DEPTH), "xz": (DEPTH, COLUMNS)}
    for plane, place in expected.items():
        heatmap = seen.heatmap(stage, joint, plane)
        facts = heatmap_facts(heatmap)
        assert heatmap.raw.shape == sizes[plane]
        np.testing.assert_allclose(facts.argmax, place, atol=1e-6)
        np.testing.assert_allclose(facts.expectation, place, atol=1e-5)
        np.testing.assert_allclose(seen.said(stage, joint, plane), place, atol=1e-6)


def test_what_lies_over_the_picture_is_the_output_in_xy(picture):
    estimator = tiny_estimator(TinyPlanes())
    poses = estimator.estimate_with_maps([picture], [REGION])
    assert estimator.estimate([picture], [REGION]).maps == ()
    (maps,) = poses.maps
    assert maps.heatmaps.shape == (17, ROWS, COLUMNS)
    for place, joint in enumerate(estimator.skeleton.joints):
        # A px of the crop is two of the picture, in which it begins at (40, 10).
        expected = [40 + (X + 1) * WIDTH, 10 + (y_of(joint) + 1) * HEIGHT]
        np.testing.assert_allclose(poses.keypoints[0, place], expected, atol=1e-4)
        np.testing.assert_allclose(maps.means[place], expected, atol=1e-3)


def test_depths_are_pixels_of_the_picture_however_the_crop_is_turned(picture):
    estimator = tiny_estimator(TinyPlanes())
    poses = estimator.estimate([picture] * 2, [REGION, REGION.turned(np.pi)])
    # Normalised by half of the longer side, and a px of the crop is two of the picture.
    np.testing.assert_allclose(poses.depths, np.full((2, 17), Z["output"] * HEIGHT / 2 * 2), rtol=1e-5)
    assert tiny_estimator(TinyPoseModel()).estimate([picture], [REGION]).depths is None


def test_traced_for_live_poses_it_shows_the_same_planes(picture):
    estimator, traced = tiny_estimator(TinyPlanes()), tiny_estimator(TinyPlanes())
    traced.prepare()
    assert traced._single_call is not None
    one, other = (each.look(picture, REGION) for each in (estimator, traced))
    assert [(stage.name, stage.plane) for stage in other.stages] == [(stage.name, stage.plane) for stage in one.stages]
    for left, right in zip(one.stages, other.stages, strict=True):
        np.testing.assert_allclose(right.pmm, left.pmm, atol=1e-6)


def test_what_a_model_lacks_is_told(picture):
    seen = tiny_estimator(TinyPlanes(("xy", "zy"))).look(picture, REGION)
    assert seen.planes == ("xy", "zy")
    assert seen.maps(-1, "xz") is None
    with pytest.raises(ValueError, match="output has no heatmaps in the xz plane"):
        seen.heatmap(-1, "left_ankle", "xz")
    with pytest.raises(IndexError):
        seen.heatmap(2, "left_ankle", "zy")


def test_values_that_are_no_numbers_spoil_their_own_plane_alone(picture):
    seen = tiny_estimator(TinyPlanes(broken="zy")).look(picture, REGION)
    with pytest.raises(ValueError, match="no numbers"):
        seen.heatmap(1, "left_ankle", "zy")
    for stage, plane in ((0, "zy"), (1, "xy"), (1, "xz")):
        assert heatmap_facts(seen.heatmap(stage, "left_ankle", plane)).peak > 0


def test_a_model_that_draws_in_depth_alone_has_nothing_to_lay_over_the_picture(picture):
    estimator = tiny_estimator(TinyPlanes(("zy",)))
    assert estimator.estimate_with_maps([picture], [REGION]).maps == ()
    assert estimator.look(picture, REGION).planes == ("zy",)
