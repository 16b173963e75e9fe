"""`evaluate`: figures against the truth of a simulated dive, and wrong usage in sentences."""

from __future__ import annotations

import json
import sys

import pytest
from typer.testing import CliRunner

from app.cli.application import build_application
from inference.dataset.read import Dataset
from inference.evaluation.data_set import Method, evaluate_videos
from inference.models.classifier_designs import ClassifierDesign
from inference.models.classifier_weights import save_classifier
from inference.models.weights_file import file_hash
from inference.results import DetectedDive, FrameTime, Interval, ModelIdentity, Predictions

runner = CliRunner()
DIVE = ("--code", "103B", "--board", "3", "--seed", "2", "--size", "320x180", "--fps", "25", "--processes", "1")


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluate") / "dive"
    made = invoke("simulate", *DIVE, "--out", folder)
    assert made.exit_code == 0, made.stderr
    return folder


def test_a_simulated_dive_is_found_and_measured(data):
    done = invoke("evaluate", "--data", data, "--json")

    assert done.exit_code == 0, done.stderr
    facts = json.loads(done.stdout)
    at_half, stricter = facts["detection"]
    assert (facts["method"], at_half["min_iou"], stricter["min_iou"]) == ("motion", 0.5, 0.75)
    assert (at_half["true_dives"], at_half["matched"], at_half["recall"], at_half["precision"]) == (1, 1, 1.0, 1.0)
    assert list(facts["by_camera"]) == ["fixed"]
    assert facts["by_board"]["springboard-3"]["detection"][0]["matched"] == 1
    assert facts["tracking"]["with_path"] == 1
    (video,) = facts["videos"]
    assert video["missed"] == video["spurious"] == []
    assert abs(video["matched"][0]["start_error_ms"]) < 400
    assert video["matched"][0]["distance_px"] < 10
    assert video["took_s"] > 0


def test_the_table_says_the_same_and_figures_are_drawn(data, tmp_path):
    done = invoke("evaluate", "--data", data, "--plots", tmp_path / "figures")

    assert done.exit_code == 0, done.stderr
    lines = {line.split("  ")[0]: line.split() for line in done.stdout.splitlines()}
    assert lines["recall"][1:] == ["100.0%", "100.0%"]
    assert lines["springboard-3"][1:3] == ["1", "100.0%"]
    assert lines["fixed"][1:5] == ["1", "1", "100.0%", "100.0%"]
    assert "x real time" in done.stderr
    assert "There are no classifier weights in this version, so dive codes are left out" in done.stderr
    assert {path.suffix for path in (tmp_path / "figures").iterdir()} == {".png", ".svg"}
    assert f"tracking.svg in {tmp_path / 'figures'}." in done.stderr


def test_with_a_classifier_codes_are_measured_and_written_down(data, tmp_path):
    weights, page, kept = tmp_path / "classifier.safetensors", tmp_path / "docs" / "page.md", tmp_path / "kept"
    design = ClassifierDesign(width=2)
    save_classifier(design.build(), design, {}, weights)
    arguments = ("--data", data, "--classifier", weights, "--keep", kept, "--markdown", page)

    done = invoke("evaluate", *arguments, "--plots", tmp_path / "figures")
    assert done.exit_code == 0, done.stderr
    assert "right for 0.0% of all 1 dives" in done.stdout or "right for 100.0% of all 1 dives" in done.stdout
    assert "no classifier weights" not in done.stderr
    text = page.read_text()
    assert f"- Weights of the classifier: SHA-256 begins with `{file_hash(weights)}`" in text
    assert "## Dive codes (figure 5.12 and table 5.3)" in text
    assert {"attributes.png", "sureness.svg"} <= {path.name for path in (tmp_path / "figures").iterdir()}

    again = invoke("evaluate", *arguments, "--json")
    assert len(list(kept.iterdir())) == 2
    facts = json.loads(again.stdout)
    assert facts["codes"]["dives"] == facts["codes"]["predicted_crops"]["dives"] == 1
    assert facts["videos"][0]["matched"][0]["said_code"] is not None
    assert {json.loads(path.read_text())["took_s"] for path in kept.iterdir()} == {facts["videos"][0]["took_s"]}


def test_figures_without_matplotlib_are_refused_before_the_work(data, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)

    done = invoke("evaluate", "--data", data, "--plots", tmp_path / "figures")

    assert done.exit_code == 1
    assert "pip install divereview[plots]" in done.stderr
    assert not (tmp_path / "figures").exists()


def test_a_wrong_answer_is_missed_and_spurious(data):
    def wrong(reader, progress, cancel):
        interval = Interval(FrameTime(0, 0.0), FrameTime(5, 0.2))
        dive = DetectedDive(interval, score=0.9)
        return Predictions(ModelIdentity("fake", "1"), {}, 0, reader.index.frame_count - 1, (dive,))

    (video,) = evaluate_videos([Dataset(data)], Method(wrong))

    assert video.camera == "fixed"
    matching = video.dives.matching(0.5)
    assert (matching.missed, matching.spurious) == ((0,), (0,))
    assert video.duration_s == pytest.approx(Dataset(data).sources[0].duration_s)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--data", "nowhere"), 1, "There is no folder nowhere."),
        (("--data", "nowhere", "--split", "holidays"), 2, "'holidays' is not one of training, validation, testing."),
        (
            ("--data", "nowhere", "--method", "motion", "--weights", "x"),
            2,
            "--method motion uses no weights; leave out one of the two.",
        ),
        (("--data", "nowhere", "--method", "magic"), 2, "'magic' is not one of auto, motion, network, both."),
    ],
)
def test_wrong_usage_is_said_in_a_sentence(arguments, code, sentence):
    done = invoke("evaluate", *arguments)

    assert done.exit_code == code
    assert sentence in " ".join(done.stderr.split())


def test_a_split_without_videos_and_a_missing_video_are_said(data, tmp_path):
    (source,) = Dataset(data).sources
    other = next(split for split in ("training", "testing") if split != source.split)
    assert f"has no video in {other}" in invoke("evaluate", "--data", data, "--split", other).stderr

    (data / source.path).rename(tmp_path / "elsewhere.mp4")
    try:
        done = invoke("evaluate", "--data", data)
    finally:
        (tmp_path / "elsewhere.mp4").rename(data / source.path)
    assert done.exit_code == 1
    assert f"\nThe video {source.file_name} of {data} is missing" in done.stderr
