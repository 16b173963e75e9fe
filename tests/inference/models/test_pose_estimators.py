"""Networks of ours as estimators, and whatever file a person names as one."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from onnx_models import green_heatmaps
from tiny_pose_model import DESIGN, NAME

from inference.models import pose_designs
from inference.models.errors import ModelError
from inference.models.pose_estimators import load_estimator
from inference.models.pose_model import prepared
from inference.models.pose_network_estimator import NetworkPoseEstimator
from inference.models.pose_weights import StoredPoseModel, load_pose_model, save_pose_model
from inference.pose.crop_estimator import CropPoseEstimator
from inference.pose.crop_map import whole_crop
from inference.pose.skeletons import CANONICAL_17


@pytest.fixture
def weights(tmp_path, monkeypatch):
    monkeypatch.setitem(pose_designs.POSE_DESIGNS, NAME, DESIGN)
    torch.manual_seed(1)
    save_pose_model(pose_designs.build(NAME).eval(), NAME, {}, tmp_path / "pose.safetensors")
    return tmp_path / "pose.safetensors"


@pytest.fixture
def single_precision(monkeypatch):
    monkeypatch.setattr("inference.models.pose_network_estimator.is_half_precision_quick", lambda device: False)


def test_a_network_is_shown_the_tracked_crop_and_says_where_in_the_picture(weights, single_precision):
    picture = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    estimator = load_estimator(str(weights), "cpu")
    model = load_pose_model(weights).model
    height, width = model.input_size
    left, top = 31, 17
    # More than are shown at once.
    poses = estimator.estimate([picture] * 20, [whole_crop(left, top, width, height)] * 20)
    with torch.inference_mode():
        output = model(prepared(torch.from_numpy(picture[None, top : top + height, left : left + width].copy())))

    expected = (output.coordinates[0].numpy() + 1) / 2 * [width, height] + [left, top]
    np.testing.assert_allclose(poses.keypoints, np.broadcast_to(expected, (20, 17, 2)), atol=1e-3)
    np.testing.assert_allclose(poses.scores[19], output.confidences[0].numpy(), atol=1e-5)
    assert isinstance(estimator, CropPoseEstimator)
    assert estimator.skeleton == CANONICAL_17
    assert estimator.identity.name == NAME


def sharp_diver_model():
    """A real network whose untrained heatmaps have peaks all over the crop."""
    torch.manual_seed(4)
    model = pose_designs.build("diver", widths=[8, 12, 16, 24], blocks=[1, 1, 1, 1], input_side=64).eval()
    with torch.no_grad():
        model.head.weight *= 30
    return StoredPoseModel(model, "diver", {}, "abc", {})


def test_half_precision_agrees_with_single_precision_to_a_px_of_the_crop():
    picture = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    # A px of the crop is a px of the picture.
    asked = [picture] * 2, [whole_crop(0, 0, 64, 64), whole_crop(0, 0, 64, 64).turned(1.0)]
    single = NetworkPoseEstimator(sharp_diver_model()).estimate(*asked)
    half = NetworkPoseEstimator(sharp_diver_model(), is_half=True).estimate(*asked)

    assert np.ptp(single.keypoints, axis=1).min() > 10  # they are not all in the middle anyway
    difference = np.abs(half.keypoints - single.keypoints)
    assert 0.001 < difference.max() < 1
    np.testing.assert_allclose(half.scores, single.scores, atol=0.05)


def test_heatmaps_are_looked_into_in_single_precision():
    picture = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    half, single = (NetworkPoseEstimator(sharp_diver_model(), is_half=is_half) for is_half in (True, False))
    raw = [each.look(picture, whole_crop(0, 0, 64, 64)).stages[-1].raw for each in (half, single)]
    np.testing.assert_array_equal(*raw)


@pytest.mark.parametrize(("predictor", "is_rounded"), [("sar", True), ("hm", False)])
def test_half_precision_is_for_keypoints_that_are_means_of_heatmaps(tmp_path, monkeypatch, predictor, is_rounded):
    monkeypatch.setattr("inference.models.pose_network_estimator.is_half_precision_quick", lambda device: True)
    monkeypatch.setitem(pose_designs.POSE_DESIGNS, NAME, DESIGN)
    settings = {"predictor": predictor}
    path = tmp_path / "pose.safetensors"
    save_pose_model(pose_designs.build(NAME, **settings), NAME, settings, path)
    asked = [np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)], [whole_crop(0, 0, 32, 32)]
    exact = NetworkPoseEstimator(load_pose_model(path)).estimate(*asked)
    quick = load_estimator(str(path), "cpu").estimate(*asked)
    assert np.array_equal(quick.scores, exact.scores) != is_rounded


def test_the_model_that_comes_with_the_program_is_taken_if_none_is_named(weights, no_shipped_weights):
    with pytest.raises(ModelError, match="comes without a pose model"):
        load_estimator(None, "cpu")
    weights.rename(no_shipped_weights / "pose.safetensors")

    assert load_estimator(None, "cpu").identity.name == NAME


def test_the_ending_says_what_runs_a_file(tmp_path):
    onnx = green_heatmaps(tmp_path / "green.onnx")
    (tmp_path / "margipose.pth").write_bytes(b"weights")

    assert load_estimator(str(onnx), "cpu").skeleton.name == "coco-17"
    with pytest.raises(ModelError, match=r"margipose\.pth is a checkpoint of another program"):
        load_estimator(str(tmp_path / "margipose.pth"), "cpu")
