"""The heatmaps of a crop as arrays, from networks that have some and from those that have none."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from onnx_models import green_heatmaps
from tiny_pose_model import TinyPoseModel, TinyRegressor, tiny_estimator

from inference.models.deeppose import DeepPose
from inference.models.onnx.estimator import load_onnx_estimator
from inference.pose.crop_heatmaps import HeatmapEstimator
from inference.pose.crop_map import CropRegion, whole_crop
from inference.pose.heatmap_facts import heatmap_facts
from inference.pose.skeletons import CANONICAL_17

REGION = whole_crop(40, 10, 64, 64)
"""Twice as large as what the network is shown, so that a px of the crop is two of the picture."""


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)


@pytest.mark.parametrize("predictor", ["sar", "hm"])
def test_the_heatmaps_lead_to_the_keypoints_that_the_model_says(picture, predictor):
    looking = tiny_estimator(TinyPoseModel(predictor=predictor))
    assert isinstance(looking, HeatmapEstimator)
    seen = looking.look(picture, REGION)
    poses = looking.estimate([picture], [REGION])
    assert seen.joints == CANONICAL_17.joints
    assert [stage.name for stage in seen.stages] == ["output"]
    assert seen.picture.shape == (32, 32, 3)
    for place, joint in enumerate(seen.joints):
        heatmap = seen.heatmap(-1, joint)
        assert heatmap.pmm.sum() == pytest.approx(1, abs=1e-4)
        facts = heatmap_facts(heatmap)
        read = facts.expectation if predictor == "sar" else facts.argmax
        np.testing.assert_allclose(seen.said(-1, joint), read, atol=1e-3)
        np.testing.assert_allclose(seen.crop.to_image(read), poses.keypoints[0, place], atol=2e-3)
    np.testing.assert_allclose(seen.scores, poses.scores[0], atol=1e-5)
    assert heatmap.is_normalised_by_model == (predictor == "sar")


def test_the_middle_of_the_crop_is_that_of_the_region(picture):
    seen = tiny_estimator(TinyPoseModel()).look(picture, REGION)
    np.testing.assert_allclose(seen.crop.to_image([16, 16]), [72, 42])
    np.testing.assert_allclose(seen.crop.to_image([[0, 0], [32, 32]]), [[40, 10], [104, 74]])


@pytest.mark.parametrize(("learned", "shown"), [({}, 2.25), ({"crop_percent": 150}, 1.5)])
def test_a_person_in_a_tight_box_is_shown_as_large_as_people_were_in_training(picture, learned, shown):
    looking = tiny_estimator(TinyPoseModel(), learned)
    seen = looking.look(picture, CropRegion(40, 30, 16, 12))
    side = 16 * shown
    np.testing.assert_allclose(
        seen.crop.to_image([[0, 0], [32, 32]]), [[48 - side / 2, 36 - side / 2], [48 + side / 2, 36 + side / 2]]
    )
    turned = looking.look(picture, REGION.turned(np.pi))
    np.testing.assert_allclose(turned.crop.to_image([[0, 0], [32, 32]]), [[104, 74], [40, 10]])


def test_a_model_without_heatmaps_shows_the_places_that_it_says_of_the_whole_crop(picture):
    (stage,) = tiny_estimator(TinyRegressor()).look(picture, REGION).stages
    assert stage.name == "output"
    np.testing.assert_array_equal(stage.places, np.full((17, 2), 16.0))
    np.testing.assert_array_equal(stage.boxes, np.tile([0.0, 0.0, 32.0, 32.0], (17, 1)))


def test_each_stage_of_a_cascade_looks_at_a_square_round_the_place_of_the_one_before(picture):
    torch.manual_seed(3)
    model = DeepPose(CANONICAL_17, stages=3, input_side=32, refined_side=16, regressor="compact", width=2)
    for regressor in model.regressors:
        torch.nn.init.normal_(regressor[-1].bias, std=0.2)
    looking = tiny_estimator(model)
    seen = looking.look(picture, REGION)
    assert [stage.name for stage in seen.stages] == ["stage 1", "stage 2", "stage 3"]
    np.testing.assert_array_equal(seen.stages[0].boxes, np.tile([0.0, 0.0, 32.0, 32.0], (17, 1)))
    shoulder, hip = (seen.joints.index(joint) for joint in ("left_shoulder", "right_hip"))
    for before, stage in pairwise(seen.stages):
        low, high = stage.boxes[:, :2], stage.boxes[:, 2:]
        np.testing.assert_allclose((low + high) / 2, before.places, atol=1e-4)
        torso = np.hypot(*(before.places[shoulder] - before.places[hip]))
        # Sigma is 2: as far to every side as the torso is long, and a fifth of half the crop at least.
        np.testing.assert_allclose((high - low) / 2, np.clip(torso, 3.2, 16), rtol=1e-4)
        assert np.abs(stage.places - before.places).max() > 0.1
    poses = looking.estimate([picture], [REGION])
    np.testing.assert_allclose(seen.crop.to_image(seen.stages[-1].places), poses.keypoints[0], atol=1e-3)


def test_an_unknown_joint_or_stage_is_an_error(picture):
    seen = tiny_estimator(TinyPoseModel()).look(picture, REGION)
    with pytest.raises(ValueError, match="not in tuple"):
        seen.heatmap(0, "left_gill")
    with pytest.raises(IndexError):
        seen.heatmap(1, "left_wrist")


@pytest.mark.parametrize("is_udp", [False, True])
def test_the_heatmaps_of_an_onnx_file_lie_where_its_keypoints_are(tmp_path, is_udp):
    file = green_heatmaps(tmp_path / "green.onnx")
    looking = load_onnx_estimator(file, "cpu", {"is_udp": is_udp, "padding": 1.0})
    picture = np.zeros((64, 48, 3), np.uint8)
    picture[20, 12, 1] = 255  # the middle of the heatmap's pixel in row 5, column 3, when it is not stretched
    region = CropRegion(0, 0, 48, 64)
    seen = looking.look(picture, region)
    heatmap = seen.heatmap(0, seen.joints[4])
    facts = heatmap_facts(heatmap)
    assert divmod(int(heatmap.raw.argmax()), 12) == (5, 3)
    stride = np.array([47 / 11, 63 / 15]) if is_udp else np.array([4, 4])
    np.testing.assert_allclose(facts.argmax, stride * [3, 5] + 0.5)
    np.testing.assert_allclose(heatmap.grid.pixel_size, stride)
    np.testing.assert_allclose(
        seen.crop.to_image(seen.said(0, seen.joints[4])), looking.estimate([picture], [region]).keypoints[0, 4]
    )
    assert not heatmap.is_normalised_by_model
