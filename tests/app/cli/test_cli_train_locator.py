"""`train locator`: weights, card, scores and logs from a data set, and the same weights after an interruption."""

from __future__ import annotations

import json

import pytest
from falling_spots import write_falling_spots
from typer.testing import CliRunner

from app.cli import train_locator
from app.cli.application import build_application
from inference.models.locator_weights import load_locator
from inference.models.weights_file import file_hash
from inference.training.resumable import CHECKPOINT_NAME

runner = CliRunner()
QUICK = (
    "--steps",
    "2",
    "--batch",
    "1",
    "--clip-frames",
    "2",
    "--patch",
    "12",
    "--evaluate-every",
    "1",
    "--device",
    "cpu",
)
HEATMAP = (*QUICK, "--strategy", "heatmap")


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_falling_spots(tmp_path_factory.mktemp("train") / "spots", ("training", "validation", "testing"))


def test_it_goes_on_to_the_same_weights_and_writes_what_they_are(data, tmp_path, monkeypatch):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    done = invoke("train", "locator", "--data", data, "--test", data, "--out", whole, *HEATMAP)
    assert (done.exit_code, done.stdout) == (0, f"{whole / train_locator.WEIGHTS_NAME}\n"), done.stderr
    assert "step 2: tracked" in done.stderr
    assert load_locator(whole / train_locator.WEIGHTS_NAME).strategy == "heatmap"
    card = (whole / train_locator.CARD_NAME).read_text(encoding="utf-8")
    assert file_hash(whole / train_locator.WEIGHTS_NAME) in card
    assert "spots, 3 videos, 0 minutes, made by a test" in card
    assert "measured on all of spots" in card
    scores = json.loads((whole / train_locator.SCORES_NAME).read_text(encoding="utf-8"))
    assert {name: own["tracking"]["dives"] for name, own in scores.items()} == {
        "validation": 1,
        "testing": 1,
        "spots": 3,
    }

    from inference.training.locator_training import LocatorTrainer

    train_step = LocatorTrainer.train_step

    def stopped_after_one(trainer):
        if trainer.step == 1:
            raise KeyboardInterrupt
        return train_step(trainer)

    monkeypatch.setattr(LocatorTrainer, "train_step", stopped_after_one)
    assert invoke("train", "locator", "--data", data, "--out", parts, *HEATMAP).exit_code == 130
    assert (parts / CHECKPOINT_NAME).exists()
    assert not (parts / train_locator.WEIGHTS_NAME).exists()
    monkeypatch.undo()
    resumed = invoke("train", "locator", "--data", data, "--out", parts, *HEATMAP)
    assert "Going on from step 1." in resumed.stderr
    weights = [folder / train_locator.WEIGHTS_NAME for folder in (whole, parts)]
    assert weights[0].read_bytes() == weights[1].read_bytes()

    other = invoke("train", "locator", "--data", data, "--out", parts, *QUICK, "--strategy", "soft-argmax")
    assert other.exit_code == 1
    assert "was kept by a training with other settings" in other.stderr


def test_wrong_usage_is_said_in_a_sentence(data, tmp_path, monkeypatch):
    strategy = invoke("train", "locator", "--data", data, "--out", tmp_path, "--strategy", "guess")
    assert strategy.exit_code == 2
    assert "'guess' is not one of partial-regression, heatmap, soft-argmax." in strategy.stderr

    alone = write_falling_spots(tmp_path / "alone", ("training",))
    unsplit = invoke("train", "locator", "--data", alone, "--out", tmp_path / "out", *HEATMAP)
    assert unsplit.exit_code == 1
    assert "There is no dive with a known place in the validation split of" in unsplit.stderr

    import sys

    monkeypatch.delitem(sys.modules, "torch.utils.tensorboard", raising=False)
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    unlogged = invoke(
        "train", "locator", "--data", data, "--out", tmp_path / "out", *HEATMAP, "--log", tmp_path / "logs"
    )
    assert unlogged.exit_code == 1
    assert "--log writes for TensorBoard, which is not installed" in unlogged.stderr


def test_steps_and_evaluations_are_logged(data, tmp_path):
    pytest.importorskip("tensorboard")
    logs = tmp_path / "logs"
    done = invoke("train", "locator", "--data", data, "--out", tmp_path / "out", *HEATMAP, "--log", logs)
    assert done.exit_code == 0, done.stderr
    assert [path.name.startswith("events.out.tfevents") for path in logs.iterdir()] == [True]
