"""Classifiers of every kind learn, go on after an interruption to the same weights, and are scored and calibrated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX
from inference.models.c3d import CLASSES
from inference.models.classifier_compact import CompactClassifier
from inference.models.classifier_weights import load_classifier, save_classifier
from inference.progress import Cancelled, CancelToken
from inference.training.classifier_card import classifier_card, measured
from inference.training.classifier_clips import Clip, ClipSet
from inference.training.classifier_training import ClassifierFigures, ClassifierTrainer, ClassifierTraining, classified
from inference.training.model_card import TrainingRecord
from inference.training.resumable import CHECKPOINT_NAME

SMALL = ClassifierTraining(steps=3, batch=2, seed=2, half_precision=False, evaluate_every=3, width=2)
CODES = ("103B", "5331D", "405C", "624C")


def clip_of(place, code):
    """A clip in which a bar turns, faster for each code; its turns are known for the first two."""
    pictures = np.full((CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3), 40 + 30 * place, np.uint8)
    pictures[:, 30:42, 8 + 12 * place : 20 + 12 * place] = 220
    turns = np.linspace([0, 0], [3, place], CLIP_PICTURES, dtype=np.float32) if place < 2 else None
    return Clip(pictures, code, "platform-10" if place < 3 else "", turns)


@pytest.fixture(scope="module")
def clips():
    return ClipSet.of([clip_of(place, code) for place, code in enumerate(CODES)])


def weights_of(trainer):
    return {name: tensor.clone() for name, tensor in trainer.network.state_dict().items()}


def test_an_interrupted_training_ends_as_if_it_had_not_been(clips, tmp_path):
    whole = ClassifierTrainer(SMALL, clips, clips)
    whole.run()

    stopped, cancel = ClassifierTrainer(SMALL, clips, clips), CancelToken()
    with pytest.raises(Cancelled):
        stopped.run(on_step=lambda step, _: cancel.cancel() if step == 2 else None, cancel=cancel, keep_in=tmp_path)
    resumed = ClassifierTrainer(SMALL, clips, clips)
    resumed.load(tmp_path / CHECKPOINT_NAME)
    assert resumed.step == 2
    resumed.run()

    assert resumed.figures == whole.figures
    assert [figures.step for figures in whole.figures] == [3]
    for name, tensor in weights_of(whole).items():
        torch.testing.assert_close(weights_of(resumed)[name], tensor, atol=0, rtol=0)


@pytest.mark.parametrize(
    ("kind", "recipe", "steps", "limit"), [("compact", "one-cycle", 25, 0.6), ("dilated", "thesis", 4, 0.99)]
)
def test_both_recipes_learn(kind, recipe, steps, limit, clips):
    class SameExamples(ClassifierTrainer):
        def batch_loss(self, generators):
            return super().batch_loss([np.random.default_rng(number) for number in (4, 5)])

    side = 64 if kind == "compact" else 32
    settings = replace(SMALL, kind=kind, side=side, width=4, recipe=recipe, steps=steps, learning_rate=1e-2)
    trainer = SameExamples(settings, clips, clips)
    losses = [trainer.train_step() for _ in range(steps)]

    assert np.mean(losses[-2:]) < limit * losses[0]


@pytest.mark.parametrize(("kind", "rate"), [("vanilla", 0.003), ("dilated", 0.006), ("altered", 0.006)])
def test_the_thesis_halves_its_rate_every_thirty_epochs(kind, rate, clips, monkeypatch):
    # Four clips in batches of two are two steps an epoch; what is stepped makes no difference to the schedule.
    monkeypatch.setattr("inference.models.classifier_designs.ClassifierDesign.build", lambda _: CompactClassifier(1))
    trainer = ClassifierTrainer(replace(SMALL, kind=kind, recipe="thesis"), clips, clips)
    optimizer, schedule = trainer._optimizer, trainer._schedule

    seen = []
    for _ in range(121):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert optimizer.param_groups[0]["momentum"] == 0.9
    assert [seen[step] for step in (0, 59, 60, 119, 120)] == pytest.approx([rate, rate, rate / 2, rate / 2, rate / 4])


@pytest.mark.parametrize(("kind", "is_halved"), [("compact", True), ("altered", False)])
def test_the_thesis_networks_learn_in_single_precision_on_a_processor(kind, is_halved, clips):
    side = 64 if kind == "compact" else 32
    trainer = ClassifierTrainer(replace(SMALL, kind=kind, side=side, half_precision=True), clips, clips)
    seen = []
    first = next(module for module in trainer.network.modules() if isinstance(module, torch.nn.Conv3d))
    first.register_forward_hook(lambda *hooked: seen.append(hooked[2].dtype == torch.bfloat16))

    trainer.batch_loss([np.random.default_rng(seed) for seed in range(2)])

    assert seen == [is_halved]


def test_turns_count_where_they_are_known(clips):
    """Without a weight only the heads count; with one, the loss grows by that of the known turns and no other."""

    def loss(chosen, weight):
        trainer = ClassifierTrainer(replace(SMALL, turns_weight=weight), chosen, clips)
        torch.manual_seed(0)
        return trainer.batch_loss([np.random.default_rng(1)]).item()

    known, unknown = ClipSet.of([clip_of(0, "103B")]), ClipSet.of([clip_of(2, "405C")])
    assert loss(known, 50.0) > loss(known, 0.0) + 0.01
    assert loss(unknown, 50.0) == pytest.approx(loss(unknown, 0.0), rel=1e-6)


def sure_logits(codes, strength):
    from inference.training.classifier_clips import labels_of

    return {
        name: strength * torch.nn.functional.one_hot(torch.from_numpy(places), len(CLASSES[name])).float()
        for name, places in labels_of(codes).items()
    }


def test_what_is_classified_is_scored_by_the_rules_of_its_board(clips):
    # The last clip is said to be 405C from a board that is not known.
    logits = sure_logits(["103B", "5331D", "405C", "405C"], 9.0)

    dives = classified(logits, clips)

    assert [dive.is_right for dive in dives] == [True, True, True, False]
    assert [dive.board for dive in dives] == ["platform-10"] * 3 + [""]
    cooler = classified(logits, clips, dict.fromkeys(CLASSES, 9.0))
    assert cooler[0].decoding.best.probability < dives[0].decoding.best.probability
    # Armstand dives are not thought of from a springboard, unless nobody says that it was one.
    springboard = ClipSet.of([Clip(clip_of(0, "103B").pictures, "103B", "springboard-3")])
    armstand = sure_logits(["624C"], 3.0)
    (told,), (untold,) = (classified(armstand, springboard, is_board_told=is_told) for is_told in (True, False))
    assert (told.said["armstand"], untold.said["armstand"]) == ("false", "true")


def test_temperatures_calm_heads_that_are_too_sure(clips, monkeypatch):
    trainer = ClassifierTrainer(SMALL, clips, clips)
    # Of 103B, 5331D, 405C and 624C the last one is taken for 103B.
    monkeypatch.setattr(trainer, "logits", lambda _: sure_logits(["103B", "5331D", "405C", "103B"], 9.0))

    fitted = trainer.temperatures()

    # A head that is right three times of four is best with e^(9 / T) = 3 * (values - 1), which gives what it says 3/4.
    for name in ("rotation_type", "half_somersaults", "position", "armstand"):
        assert fitted[name] == pytest.approx(9 / np.log(3 * (len(CLASSES[name]) - 1)), rel=1e-3)
    assert fitted["half_twists"] < 0.5


def test_right_codes_are_worth_more_than_a_small_loss(clips):
    trainer = ClassifierTrainer(SMALL, clips, clips)
    shares = dict.fromkeys(CLASSES, 0.5)
    ordered = [
        ClassifierFigures(1, 2.0, **shares, whole_code=0.1),
        ClassifierFigures(1, 1.0, **shares, whole_code=0.1),
        ClassifierFigures(1, 3.0, **shares, whole_code=0.2),
    ]

    worths = [trainer.worth(figures) for figures in ordered]
    assert worths == sorted(set(worths))


def test_a_training_can_begin_with_given_weights(clips, tmp_path):
    torch.manual_seed(3)
    network = SMALL.design.build()
    save_classifier(network, SMALL.design, {}, tmp_path / "first")
    first = load_classifier(tmp_path / "first")

    trainer = ClassifierTrainer(replace(SMALL, first_weights=first.weights_hash), clips, clips, first=first.network)
    for name, tensor in first.network.state_dict().items():
        torch.testing.assert_close(weights_of(trainer)[name], tensor)
    trainer.train_step()
    torch.testing.assert_close(first.network.state_dict(), load_classifier(tmp_path / "first").network.state_dict())


def test_the_card_says_how_good_the_weights_are(clips):
    trainer = ClassifierTrainer(SMALL, clips, clips)
    trainer.network.eval()
    temperatures = dict.fromkeys(CLASSES, 1.25)
    record = TrainingRecord(SMALL, "divereview train classifier", ["four"], 3, 120.0, "cpu", 1, "0123456789abcdef")
    figures = ClassifierFigures(3, 1.5, 0.9, 0.8, 0.7, 0.6, 1.0, 0.25)

    card = classifier_card(record, [figures], temperatures, {"testing": measured(trainer, clips, temperatures)})

    assert "# Dive classifier, compact" in card
    assert "| 3 | 1.500 | 90.0% | 80.0% | 70.0% | 60.0% | 100.0% | 25.0% |" in card
    assert "| 1.25 | 1.25 | 1.25 | 1.25 | 1.25 |" in card
    assert "## On testing" in card
    # Directions 1, 3, 4 and 2; 3, 3, 5 and 4 half-somersaults; 0, 1, 0 and 0 half-twists; B, D, C and C; one armstand.
    assert "| always the most frequent | 25.0% | 50.0% | 75.0% | 50.0% | 75.0% | - | - |" in card
    assert "| platform-10 | 3 |" in card
    assert "| unknown | 1 |" in card
    assert "calibration error" in card
