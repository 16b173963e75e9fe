"""`evaluate-classifier`: two classifiers on the dives of one analysis, as tables, JSON, Markdown and figures."""

from __future__ import annotations

import json

import pytest
import torch
from falling_spots import write_falling_spots
from typer.testing import CliRunner

from app.cli.application import build_application
from inference.evaluation.methods import ByMotion
from inference.models.classifier_designs import ClassifierDesign
from inference.models.classifier_weights import save_classifier
from inference.results import BallisticPath, DetectedDive, FrameTime, Interval, ModelIdentity, Predictions, Trajectory

runner = CliRunner()


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classifiers")
    torch.manual_seed(0)
    for name, design in (("compact", ClassifierDesign(width=2)), ("altered", ClassifierDesign("altered", 32))):
        save_classifier(design.build(), design, {}, folder / f"{name}.safetensors")
    write_falling_spots(folder / "spots", ("testing",), "103B")
    return folder


@pytest.fixture
def asked(monkeypatch):
    """How often dives are looked for; the true one is found, a little late."""
    calls = []

    def found(self, reader, progress, cancel):
        calls.append(reader.index.frame_count)
        path = Trajectory(BallisticPath(0.16, 20.0, 20.0, 10.0, -10.0, 170.0))
        dive = DetectedDive(Interval(FrameTime(5, 0.2), FrameTime(15, 0.6)), 0.9, path)
        return Predictions(ModelIdentity("motion", "1"), {}, 0, reader.index.frame_count - 1, (dive,))

    monkeypatch.setattr(ByMotion, "__call__", found)
    return calls


def test_classifiers_stand_in_one_table_and_dives_are_found_once(made, asked, tmp_path):
    networks = ("--weights", made / "compact.safetensors", "--weights", made / "altered.safetensors")
    common = ("--data", made / "spots", "--method", "motion", *networks)
    page = tmp_path / "what.md"

    done = invoke("evaluate-classifier", *common, "--markdown", page, "--plots", tmp_path / "figures")
    assert done.exit_code == 0, done.stderr
    assert asked == [20]
    rows = [line.split()[:2] for line in done.stdout.splitlines() if line]
    assert rows[2:5] == [["baseline", "1"], ["compact", "1"], ["altered", "1"]]
    assert "By the rules, predicted crops, board unknown" in done.stdout
    assert page.read_text().count("- Weights of ") == 2
    assert {path.stem for path in (tmp_path / "figures").iterdir()} == {
        "classifiers-true-crops",
        "classifiers-predicted-crops",
    }

    kept = invoke("evaluate-classifier", *common, "--keep", tmp_path / "kept", "--json")
    facts = json.loads(kept.stdout)
    assert list(facts) == ["compact", "altered"]
    assert {own["predicted_crops"]["dives"] for own in facts.values()} == {1}
    assert asked == [20, 20]
    assert json.loads(invoke("evaluate-classifier", *common, "--keep", tmp_path / "kept", "--json").stdout) == facts
    assert asked == [20, 20]


def test_wrong_usage_is_said_in_a_sentence(made):
    weights = made / "compact.safetensors"
    many = invoke("evaluate-classifier", "--data", made / "spots", *(("--weights", weights) * 6))
    assert many.exit_code == 2
    assert "At most 5 classifiers can be compared at once." in " ".join(many.stderr.split())

    foreign = made / "spots" / "manifest.json"
    done = invoke("evaluate-classifier", "--data", made / "spots", "--weights", foreign)
    assert done.exit_code == 1
    assert str(foreign) in done.stderr
    assert done.stderr.count("\n") == 1
