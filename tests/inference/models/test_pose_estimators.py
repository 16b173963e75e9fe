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
from inference.models.pose_weights import load_pose_model, save_pose_model
from inference.pose.crop_estimator import CropPoseEstimator
from inference.pose.crop_map import whole_crop
from inference.pose.skeletons import CANONICAL_17


@pytest.fixture
def weights(tmp_path, monkeypatch):
    monkeypatch.setitem(pose_designs.POSE_DESIGNS, NAME, DESIGN)
    torch.manual_seed(1)
    save_pose_model(pose_designs.build(NAME).eval(), NAME, {}, tmp_path / "pose.safetensors")
    return tmp_path / "pose.safetensors"


def test_a_network_is_shown_the_tracked_crop_and_says_where_in_the_picture(weights):
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
