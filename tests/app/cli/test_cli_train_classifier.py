"""`train classifier`: weights, card and scores from a data set, and the same weights after an interruption."""

from __future__ import annotations

import json

import pytest
from falling_spots import write_falling_spots
from typer.testing import CliRunner

from app.cli import train_classifier
from app.cli.application import build_application
from inference.models.classifier_weights import load_classifier
from inference.models.weights_file import file_hash
from inference.training.resumable import CHECKPOINT_NAME

runner = CliRunner()
QUICK = ("--steps", "2", "--batch", "2", "--width", "2", "--evaluate-every", "1", "--device", "cpu", "--paths", "true")


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_falling_spots(
        tmp_path_factory.mktemp("train") / "spots", ("training", "training", "validation", "testing"), "103B"
    )


def test_it_goes_on_to_the_same_weights_and_writes_what_they_are(data, tmp_path, monkeypatch):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    done = invoke("train", "classifier", "--data", data, "--test", data, "--out", whole, *QUICK)
    assert (done.exit_code, done.stdout) == (0, f"{whole / train_classifier.WEIGHTS_NAME}\n"), done.stderr
    assert "step 2: loss" in done.stderr
    weights = whole / train_classifier.WEIGHTS_NAME
    stored = load_classifier(weights)
    assert (stored.design.kind, stored.design.width) == ("compact", 2)
    card = (whole / train_classifier.CARD_NAME).read_text(encoding="utf-8")
    assert file_hash(weights) in card
    assert "spots, 4 videos, 0 minutes, made by a test, cut along true paths" in card
    assert "clips: 2 for training, 1 for validation, 1 for testing, 4 for spots, true paths" in card
    scores = json.loads((whole / train_classifier.SCORES_NAME).read_text(encoding="utf-8"))
    assert {name: own["board_told"]["dives"] for name, own in scores.items()} == {
        "validation": 1,
        "testing": 1,
        "spots, true paths": 4,
    }

    from inference.training.classifier_training import ClassifierTrainer

    train_step = ClassifierTrainer.train_step

    def stopped_after_one(trainer):
        if trainer.step == 1:
            raise KeyboardInterrupt
        return train_step(trainer)

    monkeypatch.setattr(ClassifierTrainer, "train_step", stopped_after_one)
    assert invoke("train", "classifier", "--data", data, "--out", parts, *QUICK).exit_code == 130
    assert (parts / CHECKPOINT_NAME).exists()
    assert not (parts / train_classifier.WEIGHTS_NAME).exists()
    monkeypatch.undo()
    resumed = invoke("train", "classifier", "--data", data, "--out", parts, *QUICK)
    assert "Going on from step 1." in resumed.stderr
    assert weights.read_bytes() == (parts / train_classifier.WEIGHTS_NAME).read_bytes()

    begun = invoke("train", "classifier", "--data", data, "--out", tmp_path / "begun", *QUICK, "--begin-with", weights)
    assert begun.exit_code == 0, begun.stderr
    assert f"first_weights {file_hash(weights)}" in (tmp_path / "begun" / "classifier.md").read_text(encoding="utf-8")
    other = invoke("train", "classifier", "--data", data, "--out", parts, *QUICK, "--seed", "9")
    assert other.exit_code == 1
    assert "was kept by a training with other settings" in other.stderr


def test_the_kinds_of_the_thesis_are_trained_by_its_recipe(data, tmp_path):
    done = invoke(
        "train",
        "classifier",
        "--data",
        data,
        "--out",
        tmp_path,
        *QUICK,
        "--kind",
        "dilated",
        "--side",
        "32",
        "--steps",
        "1",
    )

    assert done.exit_code == 0, done.stderr
    assert load_classifier(tmp_path / train_classifier.WEIGHTS_NAME).design.kind == "dilated"
    card = (tmp_path / train_classifier.CARD_NAME).read_text(encoding="utf-8")
    assert "# Dive classifier, dilated" in card
    assert "recipe thesis" in card


def test_wrong_usage_is_said_in_a_sentence(data, tmp_path):
    kind = invoke("train", "classifier", "--data", data, "--out", tmp_path, "--kind", "guess")
    assert kind.exit_code == 2
    assert "'guess' is not one of compact, vanilla, altered, dilated." in kind.stderr

    nothing = invoke("train", "classifier", "--out", tmp_path)
    assert nothing.exit_code == 1
    assert "There is nothing to learn from; give --data, --close-ups or both." in nothing.stderr

    alone = write_falling_spots(tmp_path / "alone", ("training",), "103B")
    unsplit = invoke("train", "classifier", "--data", alone, "--out", tmp_path / "out", *QUICK)
    assert unsplit.exit_code == 1
    assert "There is no dive with a code and a path in the validation split of" in unsplit.stderr

    missing = invoke(
        "train", "classifier", "--data", data, "--out", tmp_path, *QUICK, "--begin-with", tmp_path / "none"
    )
    assert missing.exit_code == 1
    assert "There are no weights at" in missing.stderr
