"""`analyze` with a classifier that knows the answer: codes of found dives, where they come from, and going without."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest
from barcode import make_video
from table_classifier import TableClassifier
from table_detector import TableDetector
from typer.testing import CliRunner

from app.cli.application import build_application
from app.document.document import ReviewDocument
from app.document.records import ReviewStatus
from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX
from inference.models.errors import ModelError
from inference.progress import CancelToken
from inference.results import ModelIdentity

runner = CliRunner()
DIVES = ((60, 95), (190, 222))


def fall(frame, fps=25.0):
    """Where a diver is, as shares of the picture: up a little, then down, again every five seconds."""
    seconds = frame / fps % 5 - 2.4
    return 0.3 + 0.1 * seconds, 0.4 - 0.2 * seconds + 0.35 * seconds * seconds


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("codes") / "dives.mp4"
    return make_video(path, range(260), options={"g": "50", "preset": "ultrafast"})


@pytest.fixture
def classifier(monkeypatch, no_shipped_weights):
    """A detector and a classifier in place of those that the shipped weights would give."""
    for name in ("detector", "classifier"):
        (no_shipped_weights / f"{name}.safetensors").write_bytes(b"weights")
    classifier = TableClassifier(("5152B", "301C"))
    monkeypatch.setattr("app.approach._loaded", lambda weights, facts: TableDetector(DIVES, fall))
    monkeypatch.setattr("app.approach._loaded_classifier", lambda weights, facts: classifier)
    return classifier


def dives_of(review):
    return json.loads(invoke("dives", review, "--json").stdout)


def test_found_dives_get_their_codes(video, tmp_path, classifier):
    review = tmp_path / "r.divereview"

    result = invoke("analyze", video, "--out", review)

    assert (result.exit_code, result.stderr) == (0, "dives.mp4: 2 dives found.\n")
    first, second = dives_of(review)
    assert (first["code"], second["code"]) == ("5152B", "301C")
    # Of 5152B and 5152C, 0.9 and 0.1; from a board that is not known, both can be done.
    assert first["code_probability"] == pytest.approx(0.9, abs=1e-3)
    assert [clip.shape for clip in classifier.shown] == [(CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3)] * 2
    with ReviewDocument.open(review, read_only=True) as document:
        video_id = document.videos()[0].id
        dive = document.dives(video_id)[0]
        heads = document.attribute_probabilities(dive.id)
        assert heads["position"] == {"B": pytest.approx(0.9), "C": pytest.approx(0.1)}
        assert heads["half_somersaults"] == {"5": pytest.approx(0.9)}
        (run,) = document.runs(video_id)
        assert run.settings["classifier"] == {
            "name": "dive classifier, table", "version": "1", "weights_hash": "fedcba9876543210"
        }  # fmt: skip
        assert (dive.provenance["start"].name, dive.provenance["code"].name) == ("table", "dive classifier, table")
        assert dive.provenance["code"].weights_hash == "fedcba9876543210"


def test_naming_again_leaves_what_a_person_has_said(video, tmp_path, classifier, monkeypatch):
    review = tmp_path / "r.divereview"
    invoke("analyze", video, "--out", review)
    with ReviewDocument.open(review) as document:
        video_id = document.videos()[0].id
        first, second = document.dives(video_id)
        document.set_code(first.id, "5154B")
        document.set_status(second.id, ReviewStatus.ACCEPTED)
    other = TableClassifier(("107B", "205B"))
    other.identity = ModelIdentity("dive classifier, other", "1", "0")
    monkeypatch.setattr("app.approach._loaded_classifier", lambda weights, facts: other)

    assert invoke("analyze", video, "--out", review).exit_code == 0

    with ReviewDocument.open(review) as document:
        first, second = document.dives(video_id)
        assert (first.code, first.predicted.code, first.provenance["code"].kind) == ("5154B", "107B", "person")
        # What a person has accepted stays, and so does who said it.
        assert (second.code, second.predicted.code) == ("301C", "205B")
        assert second.provenance["code"].name == "dive classifier, table"
        document.undo(video_id)
        document.undo(video_id)
        assert [(dive.code, dive.provenance["code"].name) for dive in document.dives(video_id)] == [
            ("107B", "dive classifier, other"), ("205B", "dive classifier, other")
        ]  # fmt: skip


def test_cancelled_while_naming_it_keeps_every_dive(video, tmp_path, classifier, monkeypatch):
    token, review = CancelToken(), tmp_path / "r.divereview"
    classifier._before = lambda count: token.cancel()
    monkeypatch.setattr("app.cli.analyze.cancelled_by_interrupt", lambda: nullcontext(token))

    result = invoke("analyze", video, "--out", review)

    assert result.exit_code == 130
    assert result.stderr.startswith("Stopped; 2 dives found in dives.mp4 until then, kept in ")
    assert [dive["code"] for dive in dives_of(review)] == ["5152B", None]


def test_without_memory_for_the_classifier_every_dive_is_kept(video, tmp_path, classifier, monkeypatch):
    def fail_at_the_second(count):
        if count == 1:
            raise ModelError("There is too little memory for the dive classifier; close other programs.")

    monkeypatch.setattr(classifier, "_before", fail_at_the_second)
    result = invoke("analyze", video, "--out", tmp_path / "r.divereview")
    assert result.exit_code == 0
    assert result.stderr == (
        "Not all dives have a dive code. There is too little memory for the dive classifier; close other programs.\n"
        "dives.mp4: 2 dives found.\n"
    )
    assert [dive["code"] for dive in dives_of(tmp_path / "r.divereview")] == ["5152B", None]


def test_without_codes_and_without_a_path(video, tmp_path, classifier, monkeypatch):
    assert invoke("analyze", video, "--out", tmp_path / "a.divereview", "--no-codes").exit_code == 0
    # A diver who stays where he is has no ballistic path, so that nobody knows where to look.
    pathless = TableDetector(DIVES)
    pathless.identity = ModelIdentity("table", "1", "0")
    monkeypatch.setattr("app.approach._loaded", lambda weights, facts: pathless)
    assert invoke("analyze", video, "--out", tmp_path / "b.divereview").exit_code == 0

    assert [dive["code"] for dive in dives_of(tmp_path / "a.divereview")] == [None, None]
    assert [dive["code"] for dive in dives_of(tmp_path / "b.divereview")] == [None, None]
    assert classifier.shown == []


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--no-codes", "--classifier", "x"), 2, "--no-codes uses no classifier; leave out one of the two."),
        (("--classifier", "nowhere.safetensors"), 1, "There are no weights at nowhere.safetensors."),
        (("--classifier", "text.safetensors"), 1, "The weights text.safetensors cannot be read"),
    ],
)
def test_a_classifier_that_cannot_be_used_is_said_before_anything_is_written(
    video, tmp_path, monkeypatch, arguments, code, sentence
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.safetensors").write_text("no weights", encoding="utf-8")

    result = invoke("analyze", video, "--out", "r.divereview", "--method", "motion", *arguments)

    assert result.exit_code == code
    assert sentence in " ".join(result.stderr.replace("│", " ").split())
    assert [path.name for path in tmp_path.iterdir()] == ["text.safetensors"]
