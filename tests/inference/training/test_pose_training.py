"""Pose models learn by both recipes, go on after an interruption to the same weights, and are measured in px."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_pose_model import DESIGN, NAME, spots

from inference.evaluation.pose import KeypointShares, pose_scores
from inference.models import pose_designs
from inference.models.pose_model import PoseModel
from inference.pose.metrics.places_in_space import SpaceErrors
from inference.pose.pose_output import PoseOutput
from inference.pose.skeletons import CANONICAL_17
from inference.progress import Cancelled, CancelToken
from inference.simulator.footage.pose_close_ups import CROP_MARGIN, CROP_SIDE_PX
from inference.training.model_card import TrainingRecord
from inference.training.pose_card import pose_card
from inference.training.pose_training import PoseFigures, PoseTrainer, PoseTraining, in_crop, posed
from inference.training.resumable import CHECKPOINT_NAME

SMALL = PoseTraining(
    steps=3,
    batch=2,
    seed=2,
    half_precision=False,
    evaluate_every=3,
    model=NAME,
    model_settings={"width": 3, "predictor": "sar"},
)


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setitem(pose_designs.POSE_DESIGNS, NAME, DESIGN)


@pytest.fixture(scope="module")
def crops():
    return spots(6)


def weights_of(trainer):
    return {name: tensor.clone() for name, tensor in trainer.network.state_dict().items()}


def test_an_interrupted_training_ends_as_if_it_had_not_been(crops, tmp_path):
    whole = PoseTrainer(SMALL, crops, crops)
    whole.run()

    stopped, cancel = PoseTrainer(SMALL, crops, crops), CancelToken()
    with pytest.raises(Cancelled):
        stopped.run(on_step=lambda step, _: cancel.cancel() if step == 2 else None, cancel=cancel, keep_in=tmp_path)
    resumed = PoseTrainer(SMALL, crops, crops)
    resumed.load(tmp_path / CHECKPOINT_NAME)
    assert resumed.step == 2
    resumed.run()

    assert resumed.figures == whole.figures
    assert (whole.best_step, [figures.step for figures in whole.figures]) == (3, [3])
    for name, tensor in weights_of(whole).items():
        torch.testing.assert_close(weights_of(resumed)[name], tensor, atol=0, rtol=0)
    other = PoseTrainer(replace(SMALL, model_settings={"width": 3}), crops, crops)
    with pytest.raises(ValueError, match="other settings"):
        other.load(tmp_path / CHECKPOINT_NAME)


@pytest.mark.parametrize(
    ("recipe", "predictor", "half_precision", "rate"),
    [("thesis", "sar", False, 3e-3), ("one-cycle", "hm", True, 0.03), ("one-cycle", "fc", False, 0.03)],
)
def test_every_recipe_and_predictor_learns(recipe, predictor, half_precision, rate, crops):
    class SameExamples(PoseTrainer):
        def batch_loss(self, generators):
            return super().batch_loss([np.random.default_rng(number) for number in (4, 5)])

    settings = replace(
        SMALL,
        recipe=recipe,
        steps=30,
        learning_rate=rate,
        half_precision=half_precision,
        augmentation="",
        model_settings={"predictor": predictor, "width": 8},
    )
    trainer = SameExamples(settings, crops, crops)
    losses = [trainer.train_step() for _ in range(30)]

    assert np.mean(losses[-3:]) < 0.75 * losses[0]


def test_the_thesis_lowers_its_rate_at_a_half_and_three_quarters(crops):
    trainer = PoseTrainer(replace(SMALL, steps=8), crops, crops)
    optimizer, schedule = trainer._optimizer, trainer._schedule

    seen = []
    for _ in range(8):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert isinstance(optimizer, torch.optim.RMSprop)
    assert seen == pytest.approx([2.5e-4] * 4 + [2.5e-5] * 2 + [2.5e-6] * 2)


def test_what_is_drawn_depends_on_nothing_but_step_and_number(crops):
    """Two examples one by one teach the mean of what they teach together."""
    trainer = PoseTrainer(SMALL, crops, crops)
    trainer.network.eval()  # the running means, so that the batch does not matter

    def loss(*seeds):
        return trainer.batch_loss([np.random.default_rng(seed) for seed in seeds]).item()

    assert loss(1, 2) == pytest.approx((loss(1) + loss(2)) / 2, rel=1e-5)
    assert loss(1) != pytest.approx(loss(2))


class Told(PoseModel):
    """Says what it is told to."""

    def __init__(self, coordinates, side=32):
        super().__init__(CANONICAL_17, (side, side))
        self.said = torch.nn.Parameter(coordinates)

    def forward(self, pictures):
        said = self.said[: len(pictures)]
        return PoseOutput(said, torch.full(said.shape[:2], 0.5))

    def loss(self, output, targets):
        return (output.coordinates[..., :2] - targets.coordinates)[targets.counts].abs().mean()


def test_answers_are_in_pixels_of_the_crop_as_it_is_kept(crops):
    shown_px = CROP_SIDE_PX / CROP_MARGIN
    normalised = (torch.from_numpy(crops.labels.keypoints) - CROP_SIDE_PX / 2) / (shown_px / 2)

    answers, loss = posed(Told(normalised + 0.25), crops)

    assert loss == pytest.approx(0.25)
    np.testing.assert_allclose(answers.true, crops.labels.keypoints, atol=1e-3)
    np.testing.assert_allclose(answers.predicted - answers.true, 0.125 * shown_px, atol=1e-3)
    np.testing.assert_allclose(answers.head_px, 12, atol=1e-3)
    assert (answers.confidences == 0.5).all()
    np.testing.assert_array_equal(answers.flags, crops.labels.flags)
    # The corners of a wide picture, whose shorter side is the diver's reach.
    corners = in_crop(np.array([[-1.0, -1.0], [1.0, 1.0]]), (32, 64))
    middle = CROP_SIDE_PX / 2
    np.testing.assert_allclose(
        corners, [[middle - shown_px, middle - shown_px / 2], [middle + shown_px, middle + shown_px / 2]]
    )


def test_answers_in_space_are_millimetres_from_the_pelvis(crops):
    shown_px = CROP_SIDE_PX / CROP_MARGIN
    count, pelvis = len(crops), CANONICAL_17.index("pelvis")
    # At 10 m, 800 px of focal length are 12.5 mm to the px; so the truth is a body of the crop's keypoints and depths.
    depths = np.random.default_rng(0).uniform(-20, 20, (count, 17))
    depths[:, pelvis] = 0.0
    off = crops.labels.keypoints - crops.labels.keypoints[:, [pelvis]]
    in_space = np.concatenate([off, depths[..., None]], axis=-1) * 12.5 + [0.0, 0.0, 10_000.0]
    labels = replace(crops.labels, keypoints_3d=in_space.astype(np.float32), focal_px=np.full(count, 800, np.float32))
    known = type(crops)(crops.parts, labels)
    places = np.concatenate([crops.labels.keypoints - CROP_SIDE_PX / 2, depths[..., None] + 4.0], axis=-1)
    said = torch.from_numpy(places / (shown_px / 2)).float()
    said[:, pelvis, 2] = 0.0

    answers, _ = posed(Told(said), known)
    errors = pose_scores(answers)["all"].in_space
    # Every keypoint is said to be 4 px, 50 mm, too far away.
    assert errors.mpjpe_mm == pytest.approx(50.0, abs=0.01)
    assert errors.depth_mm == pytest.approx(50.0, abs=0.01)
    assert errors.pck == 1.0

    assert posed(Told(said[..., :2]), known)[0].in_space is None
    assert pose_scores(posed(Told(said), crops)[0])["all"].in_space is None  # nobody knows


def test_keypoints_that_are_not_shown_are_not_asked_for(crops):
    labels = replace(crops.labels, keypoints=crops.labels.keypoints.copy(), visibility=crops.labels.visibility.copy())
    labels.keypoints[0, 3] = 2.0, 80.0  # in the margin
    labels.visibility[1, 4] = 2  # out of the frame
    changed = type(crops)(crops.parts, labels)

    answers, _ = posed(Told(torch.zeros(6, 17, 2)), changed)

    asked = ~np.isnan(answers.true).any(axis=-1)
    assert not asked[0, 3]
    assert not asked[1, 4]
    assert asked.sum() == 6 * 17 - 2


def test_more_right_keypoints_are_worth_more_than_a_small_loss(crops):
    trainer = PoseTrainer(SMALL, crops, crops)
    ordered = [
        PoseFigures(1, 2.0, 0.1, 0.9, 0.9),
        PoseFigures(1, 1.0, 0.1, 0.8, 0.8),
        PoseFigures(1, 3.0, 0.2, 0.7, 0.7),
    ]
    worths = [trainer.worth(figures) for figures in ordered]
    assert worths == sorted(set(worths))


def test_a_training_can_begin_with_given_weights(crops):
    torch.manual_seed(3)
    first = pose_designs.build(NAME, **SMALL.model_settings)
    before = {name: tensor.clone() for name, tensor in first.state_dict().items()}

    larger_crops = {**SMALL.model_settings, "side": 64}
    trainer = PoseTrainer(replace(SMALL, first_weights="abc", model_settings=larger_crops), crops, crops, first=first)

    assert trainer.model.input_size == (64, 64)
    torch.testing.assert_close(weights_of(trainer), before)
    trainer.train_step()
    torch.testing.assert_close(dict(first.state_dict()), before)


def test_the_card_says_how_good_the_weights_are(crops):
    # A miss of a quarter of a head is right, and worth half of the area.
    miss = torch.tensor([3 / (CROP_SIDE_PX / CROP_MARGIN / 2), 0.0])
    normalised = (torch.from_numpy(crops.labels.keypoints) - CROP_SIDE_PX / 2) / (CROP_SIDE_PX / CROP_MARGIN / 2)
    scores = pose_scores(posed(Told(normalised + miss), crops)[0])
    record = TrainingRecord(SMALL, "divereview train pose", ["six"], 3, 120.0, "cpu", 1, "0123456789abcdef")

    card = pose_card(record, [PoseFigures(3, 0.75, 0.9, 0.8, 0.7)], {"testing": scores})

    assert "# Pose model, tiny" in card
    assert "| 3 | 0.7500 | 90.0% | 80.0% | 70.0% |" in card
    assert "## On testing" in card
    assert "| all | 6 | 100.0% | - | 50.0% |" in card  # torsos without a length
    assert "| in flight, inverted | 3 | 100.0% | - | 50.0% |" in card
    assert "| left wrist | 100.0% |" in card
    assert math.isclose(scores["all"].auc, 0.5, abs_tol=1e-4)
    assert "In space" not in card


def test_the_card_of_a_model_with_depth_says_how_far_off_it_is_in_space():
    errors = SpaceErrors(81.6, 54.2, 40.4, 0.875, 0.5)
    shares = KeypointShares(3, 1.0, 1.0, 0.5, {"left_wrist": 1.0}, errors)
    record = TrainingRecord(SMALL, "divereview train pose", ["six"], 3, 120.0, "cpu", 1, "0123456789abcdef")
    card = pose_card(record, [PoseFigures(3, 0.75, 0.9, 0.8, 0.7)], {"testing": {"all": shares}})
    assert "| all | 82 | 54 | 40 | 87.5% | 50.0% |" in card
