"""Poses together with what led to them, by networks of ours and by ONNX files."""

from __future__ import annotations

import numpy as np
import pytest
from onnx_models import constant_model, green_heatmaps
from tiny_pose_model import TinyPoseModel, TinyRegressor, tiny_estimator

from inference.models.onnx.estimator import load_onnx_estimator
from inference.models.openpose_lightweight import LightweightOpenPose
from inference.pose.crop_estimator import MapsEstimator
from inference.pose.crop_map import whole_crop
from inference.pose.heatmap_facts import heatmap_facts
from inference.pose.skeletons import OPENPOSE_18

REGION = whole_crop(40, 10, 64, 64).turned(0.6)


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)


def peaks_in_image(maps):
    """(K, 2) middles of the highest pixels."""
    rows, columns = np.divmod(maps.heatmaps.reshape(len(maps.heatmaps), -1).argmax(axis=1), maps.heatmaps.shape[2])
    return np.column_stack([columns, rows]) @ maps.to_image[:, :2].T + maps.to_image @ [0.5, 0.5, 1]


@pytest.mark.parametrize("predictor", ["sar", "hm"])
def test_the_maps_of_a_network_are_those_that_one_looks_into(picture, predictor):
    asked = tiny_estimator(TinyPoseModel(predictor=predictor))
    assert isinstance(asked, MapsEstimator)
    plain, poses = asked.estimate([picture] * 2, [REGION] * 2), asked.estimate_with_maps([picture] * 2, [REGION] * 2)
    seen = asked.look(picture, REGION)
    np.testing.assert_array_equal(plain.keypoints, poses.keypoints)
    assert plain.maps == ()
    assert len(poses.maps) == 2
    heatmaps = [seen.heatmap(-1, joint) for joint in seen.joints]
    facts = [heatmap_facts(heatmap) for heatmap in heatmaps]
    maps = poses.maps[1]
    grid = heatmaps[0].grid
    np.testing.assert_allclose(maps.to_image @ [2.5, 5.5, 1], seen.crop.to_image([grid.x[2], grid.y[5]]), atol=1e-6)
    np.testing.assert_allclose(maps.means, [seen.crop.to_image(each.expectation) for each in facts], atol=1e-3)
    read = np.array([heatmap.pmm if predictor == "sar" else np.maximum(heatmap.raw, 0) for heatmap in heatmaps])
    np.testing.assert_allclose(
        maps.heatmaps / 255, read / np.maximum(read.max(axis=(1, 2), keepdims=True), 1e-9), atol=0.003
    )


def test_what_the_heatmaps_of_a_fully_connected_layer_mean_only_the_layer_knows(picture):
    (maps,) = tiny_estimator(TinyPoseModel(predictor="fc")).estimate_with_maps([picture], [REGION]).maps
    assert maps.heatmaps.shape == (17, 8, 8)
    assert maps.covariances is None


def test_a_model_without_heatmaps_has_no_maps(picture):
    poses = tiny_estimator(TinyRegressor()).estimate_with_maps([picture], [REGION])
    assert poses.maps == ()
    assert poses.keypoints.shape == (1, 17, 2)


def test_fields_come_with_their_limbs(picture):
    model = LightweightOpenPose(OPENPOSE_18, input_side=64, width=2, branch_width=4).eval()
    (maps,) = tiny_estimator(model).estimate_with_maps([picture], [REGION]).maps
    assert maps.limbs == model.limbs
    assert maps.fields.shape == (len(model.limbs), 2, 8, 8)
    assert maps.heatmaps.shape == (18, 8, 8)


def test_the_maps_of_an_onnx_file_are_those_that_one_looks_into(tmp_path):
    asked = load_onnx_estimator(green_heatmaps(tmp_path / "green.onnx"), "cpu")
    pictures = list(np.random.default_rng(3).integers(0, 256, (3, 64, 48, 3), np.uint8))
    regions = [whole_crop(2, 3, 40, 50).turned(turn) for turn in (0.0, 1.0, 3.0)]
    poses = asked.estimate_with_maps(pictures, regions)
    np.testing.assert_array_equal(poses.keypoints, asked.estimate(pictures, regions).keypoints)
    for maps, picture, region in zip(poses.maps, pictures, regions, strict=True):
        seen = asked.look(picture, region)
        facts = heatmap_facts(seen.heatmap(0, seen.joints[4]))
        np.testing.assert_allclose(peaks_in_image(maps)[4], seen.crop.to_image(facts.argmax), atol=1e-6)
        np.testing.assert_allclose(maps.means[4], seen.crop.to_image(facts.expectation), atol=1e-3)


def test_an_onnx_file_that_takes_one_crop_at_a_time_has_maps_for_each(tmp_path):
    heatmaps = np.random.default_rng(0).random((1, 17, 16, 12), np.float32)
    asked = load_onnx_estimator(constant_model(tmp_path / "one.onnx", [1, 3, 64, 48], {"heatmaps": heatmaps}), "cpu")
    poses = asked.estimate_with_maps([np.zeros((64, 48, 3), np.uint8)] * 3, [whole_crop(0, 0, 48, 64)] * 3)
    assert len(poses.maps) == 3
    assert (poses.maps[0].heatmaps == poses.maps[2].heatmaps).all()
