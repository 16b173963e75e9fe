"""`train detector`: weights and card from a data set, going on after an interruption, and refusals in sentences."""

from __future__ import annotations

import json
import re

import pytest
import torch
from typer.testing import CliRunner

from app.cli import train_detector as train
from app.cli.application import build_application
from inference.models.detector_weights import load_detector, save_detector
from inference.models.dive_detector import DiveDetector
from inference.models.weights_file import file_hash
from inference.training.resumable import CHECKPOINT_NAME

runner = CliRunner()
QUICK = ("--steps", "4", "--batch", "1", "--width", "2", "--evaluate-every", "2", "--full-precision", "--device", "cpu")


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Two short videos, one to learn from and one to validate on."""
    folder = tmp_path_factory.mktemp("train") / "session"
    session = ("--session", "--minutes", "0.6", "--videos", "2", "--seed", "4", "--size", "160x90", "--fps", "25")
    made = invoke("simulate", *session, "--processes", "1", "--out", folder)
    assert made.exit_code == 0, made.stderr
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for source, split in zip(manifest["sources"], ("training", "validation"), strict=True):
        source["split"] = split
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_training_ends_with_weights_and_a_card(data, tmp_path):
    out = tmp_path / "out"

    done = invoke("train", "detector", "--data", data, "--out", out, *QUICK)

    assert (done.exit_code, done.stdout) == (0, f"{out / train.WEIGHTS_NAME}\n"), done.stderr
    assert load_detector(out / train.WEIGHTS_NAME).width == 2
    card = (out / train.CARD_NAME).read_text(encoding="utf-8")
    assert file_hash(out / train.WEIGHTS_NAME) in card
    assert "4 of 4 steps" in card
    assert "session, 2 videos, 1 minutes" in card
    assert re.findall(r"^\| (\d+) \|", card, re.MULTILINE) == ["2", "4"]

    evaluated = invoke("evaluate", "--data", data, "--weights", out / train.WEIGHTS_NAME, "--json")
    assert evaluated.exit_code == 0, evaluated.stderr
    assert json.loads(evaluated.stdout)["method"] == "network"


def test_what_was_stopped_goes_on_to_the_same_weights(data, tmp_path, monkeypatch):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert invoke("train", "detector", "--data", data, "--out", whole, *QUICK).exit_code == 0

    from inference.training.detector_training import DetectorTrainer

    train_step = DetectorTrainer.train_step

    def stopped_after_three(trainer):
        if trainer.step == 3:
            raise KeyboardInterrupt
        return train_step(trainer)

    monkeypatch.setattr(DetectorTrainer, "train_step", stopped_after_three)
    assert invoke("train", "detector", "--data", data, "--out", parts, *QUICK).exit_code == 130
    assert (parts / CHECKPOINT_NAME).exists()
    assert not (parts / train.WEIGHTS_NAME).exists()
    monkeypatch.undo()

    resumed = invoke("train", "detector", "--data", data, "--out", parts, *QUICK)

    assert "Going on from step 2." in resumed.stderr
    assert (parts / train.WEIGHTS_NAME).read_bytes() == (whole / train.WEIGHTS_NAME).read_bytes()

    other = invoke("train", "detector", "--data", data, "--out", parts, *QUICK, "--seed", "1")
    assert other.exit_code == 1
    assert "was kept by a training with other settings" in other.stderr

    (parts / CHECKPOINT_NAME).write_bytes((parts / CHECKPOINT_NAME).read_bytes()[:5000])
    broken = invoke("train", "detector", "--data", data, "--out", parts, *QUICK)
    assert broken.exit_code == 1
    assert "cannot be read, so the training cannot go on; delete it to begin again." in broken.stderr


def test_it_begins_with_given_weights_and_learns_from_all_splits_if_others_are_to_choose_by(data, tmp_path):
    first, out = tmp_path / "first.safetensors", tmp_path / "out"
    with torch.random.fork_rng():
        save_detector(DiveDetector(3), first)
    still = ("--learning-rate", "1e-7", "--begin-with", first)

    done = invoke("train", "detector", "--data", data, "--validate-on", data, "--out", out, *QUICK, *still)

    assert done.exit_code == 0, done.stderr
    given, trained = load_detector(first), load_detector(out / train.WEIGHTS_NAME)
    assert trained.width == 3
    for name, parameter in trained.named_parameters():
        torch.testing.assert_close(parameter, given.get_parameter(name), atol=1e-3, rtol=1e-3)
    card = (out / train.CARD_NAME).read_text(encoding="utf-8")
    assert f"first_weights {file_hash(first)}" in card
    assert "- Data: session, 2 videos" in card
    assert "- Data: validated on all of session, 2 videos" in card

    other = invoke("train", "detector", "--data", data, "--validate-on", data, "--out", out, *QUICK)
    assert "was kept by a training with other settings" in other.stderr


def test_logs_are_written_for_tensorboard(data, tmp_path):
    pytest.importorskip("tensorboard", reason="logs need TensorBoard")

    done = invoke("train", "detector", "--data", data, "--out", tmp_path / "out", "--log", tmp_path / "log", *QUICK)

    assert done.exit_code == 0, done.stderr
    assert len(list((tmp_path / "log").glob("events.*"))) == 1


def test_wrong_usage_is_said_in_a_sentence(data, tmp_path):
    nowhere = invoke("train", "detector", "--data", tmp_path / "nowhere", "--out", tmp_path, *QUICK)
    assert (nowhere.exit_code, nowhere.stderr) == (1, f"There is no folder {tmp_path / 'nowhere'}.\n")

    device = invoke("train", "detector", "--data", data, "--out", tmp_path, "--device", "abacus")
    assert device.exit_code == 1
    assert "There is no device 'abacus' here; choose from auto, cpu" in device.stderr

    weights = invoke("evaluate", "--data", data, "--weights", tmp_path / "none.safetensors")
    assert weights.stderr == f"There are no weights at {tmp_path / 'none.safetensors'}.\n"
