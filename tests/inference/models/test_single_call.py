"""A traced pose model answers as the model itself does, whatever the number of crops; one that cannot be is let be."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inference.models.diver_pose import DiverPose
from inference.models.pose_model import prepared
from inference.models.pose_network_estimator import NetworkPoseEstimator
from inference.models.pose_weights import StoredPoseModel
from inference.models.single_call import in_a_single_call
from inference.pose.crop_map import CropRegion
from inference.pose.skeletons import CANONICAL_17


@pytest.fixture
def model():
    torch.manual_seed(0)
    made = DiverPose(CANONICAL_17, "sar", input_side=32, widths=(4, 4, 6, 6), blocks=(1, 1, 1, 1))
    for layer in made.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.uniform_(-0.5, 0.5)
            layer.running_var.uniform_(0.5, 2)
    return made.eval()


def crops(count):
    return torch.randint(0, 256, (count, 32, 32, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(9))


@pytest.mark.parametrize("count", [1, 2, 5])
def test_it_answers_as_the_model_does(model, count):
    call = in_a_single_call(model, is_half=False)
    with torch.inference_mode():
        expected = model(prepared(crops(count)))
    answer = call(crops(count))
    for name in ("coordinates", "confidences", "covariances", "axes"):
        torch.testing.assert_close(getattr(answer, name), getattr(expected, name), atol=1e-5, rtol=1e-4)
    stage, other = answer.stages[-1], expected.stages[-1]
    assert (len(answer.stages), stage.name, answer.heatmap_edges) == (1, other.name, expected.heatmap_edges)
    torch.testing.assert_close(stage.heatmaps, other.heatmaps, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(stage.pmm, other.pmm, atol=1e-5, rtol=1e-4)


class Counting(DiverPose):
    """Answers differently for several crops at once, which no trace of one crop knows."""

    def forward(self, pictures):
        output = super().forward(pictures)
        return output if len(pictures) == 1 else output.mapped(lambda values: values + 1)


def test_a_model_that_a_trace_does_not_follow_is_let_be(model):
    other = Counting(CANONICAL_17, "sar", input_side=32, widths=(4, 4, 6, 6), blocks=(1, 1, 1, 1)).eval()
    assert in_a_single_call(other, is_half=False) is None


def test_a_prepared_estimator_finds_the_same_poses_without_a_layer_in_python(model, monkeypatch):
    estimator = NetworkPoseEstimator(StoredPoseModel(model, "tiny", {}, "0" * 64, {}))
    picture = np.random.default_rng(1).integers(0, 256, (60, 80, 4), np.uint8)
    pictures, regions = [picture, picture], [CropRegion(10, 5, 40, 40), CropRegion(-8, 20, 30, 50, 0.4)]
    expected = estimator.estimate_with_maps(pictures, regions)
    estimator.prepare()
    with monkeypatch.context() as patched:
        patched.setattr(model, "forward", lambda _pictures: pytest.fail("the model was run layer by layer"))
        found = estimator.estimate_with_maps(pictures, regions)
    np.testing.assert_allclose(found.keypoints, expected.keypoints, atol=1e-3)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-4)
    for one, other in zip(found.maps, expected.maps, strict=True):
        assert np.abs(one.heatmaps.astype(int) - other.heatmaps).max() <= 1
