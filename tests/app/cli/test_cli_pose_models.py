"""`train pose` ends with the same weights after an interruption, and `evaluate-pose` compares what was trained."""

from __future__ import annotations

import json

import pytest
import torch
from tiny_pose_model import DESIGN, NAME, spots
from typer.testing import CliRunner

from app.cli import train_pose
from app.cli.application import build_application
from inference.dataset.splits import SPLITS
from inference.models import pose_designs
from inference.models.pose_weights import load_pose_model
from inference.models.weights_file import file_hash
from inference.training import pose_close_up_data, pose_sources
from inference.training.pose_training import PoseTrainer
from inference.training.resumable import CHECKPOINT_NAME

runner = CliRunner()
QUICK = ("--model", NAME, "--pictures", "40", "--steps", "2", "--batch", "2", "--evaluate-every", "1")


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def tiny(monkeypatch, tmp_path):
    """The tiny model is there, and drawing people takes no time."""
    drawn = {}

    def draw(split, seed, crops, cache, **progress_and_cancel):
        drawn[split] = crops
        return spots(min(crops, 6), seed + SPLITS.index(split))

    monkeypatch.setenv("DIVEREVIEW_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setitem(pose_designs.POSE_DESIGNS, NAME, DESIGN)
    for module in (pose_sources, pose_close_up_data):
        monkeypatch.setattr(module, "simulated_poses", draw)
    return drawn


def train(out, *arguments):
    return invoke("train", "pose", "--out", out, "--device", "cpu", *QUICK, *arguments)


def test_it_goes_on_to_the_same_weights_and_writes_what_they_are(tmp_path, monkeypatch, tiny):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    done = train(whole, "--predictor", "hm", "--set", "width=3")
    assert (done.exit_code, done.stdout) == (0, f"{whole / train_pose.WEIGHTS_NAME}\n"), done.stderr
    assert "step 2: loss" in done.stderr
    assert tiny == {"training": 40, "validation": 4, "testing": 4}
    weights = whole / train_pose.WEIGHTS_NAME
    stored = load_pose_model(weights)
    assert (stored.name, stored.settings) == (NAME, {"predictor": "hm", "width": 3})
    assert stored.learned["crops"] == 6
    assert stored.learned["seen"] in (2, 4)
    assert stored.learned["crop_percent"] > 100
    card = (whole / train_pose.CARD_NAME).read_text(encoding="utf-8")
    assert file_hash(weights) in card
    assert "crops: 6 for training, 4 for validation, 4 for testing" in card
    assert "recipe thesis, learning_rate 0.00025" in card
    scores = json.loads((whole / train_pose.SCORES_NAME).read_text(encoding="utf-8"))
    assert {name: own["all"]["crops"] for name, own in scores.items()} == {"validation": 4, "testing": 4}
    assert scores["testing"]["in flight, inverted"]["crops"] == 2

    train_step = PoseTrainer.train_step

    def stopped_after_one(trainer):
        if trainer.step == 1:
            raise KeyboardInterrupt
        return train_step(trainer)

    with monkeypatch.context() as patch:
        patch.setattr(PoseTrainer, "train_step", stopped_after_one)
        assert train(parts, "--predictor", "hm", "--set", "width=3").exit_code == 130
    assert (parts / CHECKPOINT_NAME).exists()
    assert not (parts / train_pose.WEIGHTS_NAME).exists()
    other = train(parts, "--predictor", "sar", "--set", "width=3")
    assert other.exit_code == 1
    assert "was kept by a training with other settings" in other.stderr
    resumed = train(parts, "--predictor", "hm", "--set", "width=3")
    assert "Going on from step 1." in resumed.stderr
    assert weights.read_bytes() == (parts / train_pose.WEIGHTS_NAME).read_bytes()


def test_trained_models_are_compared_on_the_same_crops(tmp_path, monkeypatch):
    assert train(tmp_path / "first", "--recipe", "one-cycle").exit_code == 0
    first = tmp_path / "first" / train_pose.WEIGHTS_NAME
    # Its model comes with the weights, and its settings but for those that are set.
    begun = train(tmp_path / "second", "--begin-with", first, "--set", "side=64", "--augmentation", "none")
    assert begun.exit_code == 0, begun.stderr
    second = tmp_path / "second" / train_pose.WEIGHTS_NAME
    assert load_pose_model(second).settings == {**load_pose_model(first).settings, "side": 64}
    assert load_pose_model(second).model.input_size == (64, 64)
    assert f"first_weights {file_hash(first)}" in (second.parent / train_pose.CARD_NAME).read_text(encoding="utf-8")

    page = tmp_path / "pose.md"
    weights = ("--weights", first, "--weights", second, "--pictures", "5", "--device", "cpu")
    told = invoke("evaluate-pose", *weights, "--markdown", page, "--plots", tmp_path / "plots")
    facts = json.loads(invoke("evaluate-pose", *weights, "--json").stdout)

    assert told.exit_code == 0, told.stderr
    assert "Pose models (table 3.4)" in told.stdout
    assert list(facts) == ["tiny sar, first", "tiny sar, second"]
    assert facts["tiny sar, first"]["scores"]["all"]["crops"] == 5
    assert facts["tiny sar, first"]["cost"]["learned"]["crops"] == 6
    assert facts["tiny sar, first"]["cost"]["parameters"] > 500
    text = page.read_text(encoding="utf-8")
    assert f"Weights of tiny sar, first: SHA-256 begins with `{file_hash(first)}`" in text
    assert "at least 5 simulated crops of the testing split of seed 1" in text
    assert "| tiny sar, second | 5 |" in text
    assert {path.name for path in (tmp_path / "plots").iterdir()} >= {"pckh.png", "misses-tiny-sar-second.svg"}


def test_settings_that_make_another_network_cannot_begin_with_weights(tmp_path):
    assert train(tmp_path / "first").exit_code == 0
    first = tmp_path / "first" / train_pose.WEIGHTS_NAME

    wider = train(tmp_path / "second", "--begin-with", first, "--set", "width=5")

    assert wider.exit_code == 1
    assert "has other weights than the file to begin with" in wider.stderr
    assert not (tmp_path / "second").exists()


def test_published_weights_are_begun_with_but_for_the_head(tmp_path, monkeypatch):
    monkeypatch.setattr("tiny_pose_model.TinyPoseModel.heads", ("layers.3.",))
    published = pose_designs.build(NAME, width=4).state_dict()
    torch.save({"state_dict": published}, tmp_path / "published.pth")
    begun = []
    init = PoseTrainer.__init__

    def seen(trainer, *arguments):
        init(trainer, *arguments)
        begun.append({name: weights.clone() for name, weights in trainer.network.state_dict().items()})

    monkeypatch.setattr(PoseTrainer, "__init__", seen)
    out = tmp_path / "begun"
    done = train(out, "--published", tmp_path / "published.pth")
    again = train(tmp_path / "again", "--published", tmp_path / "published.pth")

    assert (done.exit_code, again.exit_code) == (0, 0), done.stderr
    torch.testing.assert_close(begun[0]["layers.0.weight"], published["layers.0.weight"])
    assert not torch.equal(begun[0]["layers.3.weight"], published["layers.3.weight"])
    torch.testing.assert_close(begun[0], begun[1])
    assert f"first_weights {file_hash(tmp_path / 'published.pth')}" in (out / "pose.md").read_text(encoding="utf-8")
    missing = train(tmp_path / "none", "--published", tmp_path / "none.pth")
    assert missing.exit_code == 1
    assert "none.pth" in missing.stderr
    unknown = train(tmp_path / "none", "--published", tmp_path / "published.pth", "--set", "depth=4")
    assert unknown.exit_code == 1
    assert "tiny has no setting depth" in unknown.stderr
    both = train(tmp_path / "both", "--published", tmp_path / "published.pth", "--begin-with", tmp_path / "none")
    assert "--begin-with and --published exclude each other." in both.stderr


def test_wrong_usage_is_said_in_a_sentence(tmp_path, monkeypatch):
    predictor = train(tmp_path, "--predictor", "guess")
    assert predictor.exit_code == 2
    assert "'guess' is not one of fc, hm, sa, sar." in predictor.stderr
    unnamed = train(tmp_path, "--set", "4")
    assert unnamed.exit_code == 2
    assert "'4' is not of the form NAME=VALUE." in unnamed.stderr
    for arguments, message in (
        (("--model", "tine"), "there is no pose model 'tine'; choose from tiny"),
        (("--set", "depth=4"), "tiny has no setting depth"),
        (("--set", 'predictor="none"'), "'none' is not one of"),
        (("--pictures", "0"), "There is nothing to learn from; give --data, --pictures or both."),
        (("--begin-with", tmp_path / "none"), "There are no weights at"),
    ):
        failed = train(tmp_path, *arguments)
        assert failed.exit_code == 1, arguments
        assert message in failed.stderr
    nothing = invoke("evaluate-pose", "--weights", tmp_path / "none")
    assert nothing.exit_code == 1
    assert "There is nothing to measure on; give --data, --pictures or both." in nothing.stderr
    missing = invoke("evaluate-pose", "--weights", tmp_path / "none", "--pictures", "5", "--device", "cpu")
    assert missing.exit_code == 1
    assert "There are no weights at" in missing.stderr


def test_a_split_without_keypoints_is_said(tmp_path, monkeypatch):
    empty = spots(0)
    monkeypatch.setattr(pose_sources, "Dataset", lambda folder: folder)
    monkeypatch.setattr(pose_sources, "data_set_poses", lambda *_, **__: empty)
    failed = train(tmp_path, "--pictures", "0", "--data", tmp_path / "data")
    assert failed.exit_code == 1
    assert "There is no frame with keypoints in the training split of" in failed.stderr
