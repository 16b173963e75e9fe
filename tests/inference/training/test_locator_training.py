"""Each strategy learns, goes on after an interruption to the same weights, and is scored by the dives it tracks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from falling_spots import write_falling_spots

from inference.dataset.read import Dataset
from inference.evaluation.location import TRACKED_PX
from inference.models.diver_locator import STRATEGIES
from inference.models.errors import ModelError
from inference.models.locator_designs import DESIGNS, build_locator
from inference.models.locator_listing import ListingLocator
from inference.models.locator_weights import KIND, load_locator, save_locator
from inference.models.weights_file import write_weights
from inference.progress import Cancelled, CancelToken
from inference.training.locator_card import locator_card
from inference.training.locator_data import load_dives
from inference.training.locator_training import LocatorFigures, LocatorTrainer, LocatorTraining, measured, track_dives
from inference.training.model_card import TrainingRecord
from inference.training.resumable import CHECKPOINT_NAME

RATES = {"compact": 1e-2, "listing": 5e-2}
SMALL = LocatorTraining(
    steps=3, batch=1, seed=2, half_precision=False, evaluate_every=3, frames=3, patch_px=12, measured_dives=1
)


@pytest.fixture(scope="module")
def dives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spots")
    dataset = Dataset(write_falling_spots(folder / "data", ("training", "training", "validation")))
    return {
        split: load_dives(dataset, (split,), folder / "cache", size=(32, 18)) for split in ("training", "validation")
    }


def trainer_of(dives, settings):
    return LocatorTrainer(settings, dives["training"], dives["validation"])


def weights_of(trainer):
    return {name: tensor.clone() for name, tensor in trainer.network.state_dict().items()}


def test_dives_come_with_their_own_pictures_and_places(dives):
    (dive,) = dives["validation"]
    pictures = dive.own_pictures()

    assert len(dives["training"]) == 2
    assert pictures.shape == (12, 18, 32, 3)
    assert (dive.true.board, dive.true.camera_kind, dive.first) == ("platform-5", "fixed", 4)
    for picture, (x, y) in zip(pictures, dive.true.points / 2, strict=True):
        brightest = np.unravel_index(picture.mean(axis=-1).argmax(), picture.shape[:2])
        assert np.hypot(brightest[1] + 0.5 - x, brightest[0] + 0.5 - y) < 2


def test_an_interrupted_training_ends_as_if_it_had_not_been(dives, tmp_path):
    settings = replace(SMALL, strategy="heatmap")
    whole = trainer_of(dives, settings)
    whole.run()

    stopped, cancel = trainer_of(dives, settings), CancelToken()
    with pytest.raises(Cancelled):
        stopped.run(on_step=lambda step, _: cancel.cancel() if step == 2 else None, cancel=cancel, keep_in=tmp_path)
    resumed = trainer_of(dives, settings)
    resumed.load(tmp_path / CHECKPOINT_NAME)
    assert resumed.step == 2
    resumed.run()

    assert resumed.figures == whole.figures
    assert [figures.step for figures in whole.figures] == [3]
    for name, tensor in weights_of(whole).items():
        torch.testing.assert_close(weights_of(resumed)[name], tensor, atol=0, rtol=0)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_learns_an_example(design, strategy, dives):
    class OneExample(LocatorTrainer):
        def batch_loss(self, generators):
            return super().batch_loss([np.random.default_rng(4)])

    settings = replace(SMALL, design=design, strategy=strategy, steps=8, learning_rate=RATES[design])
    trainer = OneExample(settings, dives["training"], [])
    losses = [trainer.train_step() for _ in range(settings.steps)]

    assert losses[-1] < 0.85 * losses[0]


def test_half_precision_is_close(dives):
    losses = [
        trainer_of(dives, replace(SMALL, half_precision=half)).batch_loss([np.random.default_rng(1)]).item()
        for half in (False, True)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=0.1)
    assert losses[0] != losses[1]


def test_more_tracked_dives_are_worth_more_and_then_smaller_distances(dives):
    trainer = trainer_of(dives, SMALL)
    ordered = [
        LocatorFigures(1, None, None, None),
        LocatorFigures(1, 0.0, None, 40.0),
        LocatorFigures(1, 0.0, 30.0, None),
        LocatorFigures(1, 0.0, 30.0, 50.0),
        LocatorFigures(1, 0.0, 20.0, 60.0),
        LocatorFigures(1, 0.5, 25.0, 60.0),
    ]
    worths = [trainer.worth(figures) for figures in ordered]
    assert worths == sorted(worths)
    assert len(set(worths)) == len(worths)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_weights_are_read_as_they_were_written(design, strategy, tmp_path):
    torch.manual_seed(1)
    locator = build_locator(design, strategy, patch_px=12).eval()
    save_locator(locator, tmp_path / "a")
    loaded = load_locator(tmp_path / "a")
    save_locator(loaded, tmp_path / "b")

    assert (loaded.strategy, loaded.patch_px, loaded.training) == (strategy, 12, False)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_weights_from_before_there_were_designs_are_those_of_the_listing(tmp_path):
    torch.manual_seed(1)
    locator = ListingLocator("heatmap", patch_px=12)
    write_weights(locator, {"kind": KIND, "strategy": "heatmap", "patch_px": 12}, tmp_path / "old")
    loaded = load_locator(tmp_path / "old")
    assert (loaded.design, loaded.strategy) == ("listing", "heatmap")


def test_foreign_weights_are_refused(tmp_path):
    from inference.models.detector_weights import save_detector
    from inference.models.dive_detector import DiveDetector

    save_detector(DiveDetector(2), tmp_path / "detector")
    with pytest.raises(ModelError, match="does not hold the weights of a diver locator"):
        load_locator(tmp_path / "detector")
    with pytest.raises(ModelError, match="There are no weights at"):
        load_locator(tmp_path / "none")


def test_the_card_says_how_good_the_weights_are(dives):
    trainer = trainer_of(dives, SMALL)
    trainer.network.eval()
    scores = measured(trainer.locator, dives["validation"], SMALL)
    record = TrainingRecord(SMALL, "divereview train locator", ["spots"], 3, 120.0, "cpu", 2, "0123456789abcdef")

    card = locator_card(record, [LocatorFigures(3, 0.5, 4.25, None)], [("validation", scores)])

    assert f"less than {TRACKED_PX} px" in card
    assert "| 3 | 50.0% | 4.2 | - |" in card
    assert "`0123456789abcdef`" in card
    assert "3 of 3 steps, 2 minutes" in card
    assert "2 processes together" in card
    assert "strategy soft-argmax" in card
    assert "| platform-5 | 1 |" in card
    assert "| fixed | 1 |" in card
    assert "## On validation" in card


def test_cancelling_between_dives(dives):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        track_dives(ListingLocator().eval(), dives["validation"], cancel=cancel)
