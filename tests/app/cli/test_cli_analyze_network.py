"""`analyze` with a detector that knows the answer: methods, weights, several videos, kills, and a person's work."""

from __future__ import annotations

import json
import os
import signal
import sys
import textwrap
from contextlib import nullcontext
from dataclasses import asdict

import numpy as np
import pytest
from barcode import make_video
from program import SOURCE_TREE, run_program
from table_detector import TableDetector
from typer.testing import CliRunner

from app.cli.application import build_application
from app.document.document import ReviewDocument
from app.document.records import ReviewStatus
from inference.diving.event_signals import ExtractionSettings
from inference.models.detector_weights import save_detector
from inference.models.dive_detector import DiveDetector
from inference.progress import CancelToken
from inference.results import DetectedDive, FrameTime, Interval, ModelIdentity, Predictions, SignalTrack

runner = CliRunner()
DIVES = ((40, 72), (150, 185))

KNOWS_THE_ANSWER = textwrap.dedent("""
    import os, signal, sys
    import app.approach as approach
    import app.cli.console as console
    import inference.diving.dive_follower as dive_follower
    from table_detector import TableDetector

    class Detector(TableDetector):
        def signals(self, pictures):
            def counted():
                is_second = bool(self.seen)
                for number, picture in enumerate(pictures):
                    if is_second and number == int(os.environ["DIES_AT"]):
                        os.kill(os.getpid(), signal.SIGKILL)
                    yield picture
            return super().signals(counted())

    detector = Detector(((40, 72), (150, 185)))
    approach._loaded = lambda weights, facts: detector
    console.LINE_INTERVAL_S = float("inf")
    dive_follower.path_by_motion = lambda *_, **__: None
    from main import main
    sys.exit(main())
""")


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("analyze") / "dives.mp4"
    return make_video(path, range(240), options={"g": "50", "preset": "ultrafast"})


@pytest.fixture
def detector(monkeypatch, no_shipped_weights):
    """A detector in place of the one that the shipped weights would give."""
    (no_shipped_weights / "detector.safetensors").write_bytes(b"weights")
    detector = TableDetector(DIVES)
    monkeypatch.setattr("app.approach._loaded", lambda weights, facts: detector)
    # Nothing moves in the video.
    monkeypatch.setattr("inference.diving.dive_follower.path_by_motion", lambda *_, **__: None)
    return detector


def moving(*dives):
    """A motion finder that finds these: first and last frame and score."""

    def find_dives(reader, settings, *, frame_range, progress, cancel, on_dive):
        found = tuple(
            DetectedDive(Interval(reader.index.time(first), reader.index.time(last)), score)
            for first, last, score in dives
        )
        for dive in found:
            on_dive(dive)
        signal = SignalTrack("motion", frame_range[0], np.full(frame_range[1] - frame_range[0] + 1, 0.5, np.float32))
        return Predictions(ModelIdentity("motion", "1"), settings.to_dict(), *frame_range, found, (signal,))

    return find_dives


def dives_of(review):
    with ReviewDocument.open(review, read_only=True) as document:
        video = document.videos()[0]
        return [
            (dive.start.frame, dive.end.frame, dive.provenance["start"].name) for dive in document.dives(video.id)
        ], [track.name for track in document.signals(video.id)]


def test_auto_takes_the_network_where_there_are_weights(video, tmp_path, detector):
    review = tmp_path / "r.divereview"

    result = invoke("analyze", video, "--out", review)

    assert (result.exit_code, result.stderr) == (0, "dives.mp4: 2 dives found.\n")
    found, signals = dives_of(review)
    assert found == [(*DIVES[0], "table"), (*DIVES[1], "table")]
    assert signals == ["end", "mid", "start"]


def test_a_network_that_goes_on_with_less_memory_says_so(video, tmp_path, detector, monkeypatch):
    def sparing(on_notice):
        on_notice("The GPU has too little memory.")
        return detector

    monkeypatch.setattr(detector, "sparing", sparing)
    result = invoke("analyze", video, "--out", tmp_path / "r.divereview")
    assert result.exit_code == 0
    assert result.stderr == "The GPU has too little memory.\ndives.mp4: 2 dives found.\n"


def test_auto_takes_motion_where_there_are_none(video, tmp_path, monkeypatch):
    monkeypatch.setattr("inference.diving.finder.find_dives", moving((10, 40, 0.9)))

    result = invoke("analyze", video, "--out", tmp_path / "r.divereview")

    notice = "No trained network comes with this version, so dives are found by motion.\n"
    assert (result.exit_code, result.stderr) == (0, notice + "dives.mp4: 1 dive found.\n")
    assert dives_of(tmp_path / "r.divereview") == ([(10, 40, "motion")], ["motion"])


def test_thresholds_of_the_signals_are_settings(video, tmp_path, detector):
    review = tmp_path / "r.divereview"
    options = {
        "--min-score": 0.25,
        "--min-boundary": 0.35,
        "--min-mid": 0.4,
        "--min-prominence": 0.1,
        "--smoothing": 0.2,
        "--scan": 1.5,
    }
    arguments = [text for option in options.items() for text in option]
    assert invoke("analyze", video, "--out", review, "--sensitivity", "0.75", *arguments).exit_code == 0
    assert invoke("analyze", video, "--out", review, "--min-mid", "0.99", "--frames", "0-120").exit_code == 0

    with ReviewDocument.open(review, read_only=True) as document:
        first, second = document.runs(document.videos()[0].id)
        names = ("min_score", "min_boundary", "min_mid", "min_prominence", "hann_s", "scan_s")
        assert [first.settings[name] for name in names] == list(options.values())
        # What is not named goes by the sensitivity, here the usual one.
        usual = asdict(ExtractionSettings())
        assert [second.settings[name] for name in names] == [(usual | {"min_mid": 0.99})[name] for name in names]
        assert (first.settings["sensitivity"], second.settings["sensitivity"]) == (0.75, 0.5)
    # No signal is that high, so the dive of the first 120 frames went.
    assert [found[:2] for found in dives_of(review)[0]] == [DIVES[1]]
    assert invoke("analyze", video, "--out", review, "--min-mid", "1.5").exit_code == 2


def test_motion_adds_what_it_alone_is_sure_of(video, tmp_path, detector, monkeypatch):
    # The second is the network's, a little off; the third is not sure.
    finder = moving((95, 130, 0.9), (154, 182, 0.95), (200, 230, 0.6))
    monkeypatch.setattr("inference.diving.finder.find_dives", finder)
    review = tmp_path / "r.divereview"

    result = invoke("analyze", video, "--out", review, "--method", "both")

    assert result.stderr == "dives.mp4: 3 dives found, 1 of them by motion alone.\n"
    found, signals = dives_of(review)
    assert found == [(*DIVES[0], "table"), (95, 130, "motion"), (*DIVES[1], "table")]
    assert signals == ["end", "mid", "motion", "start"]


def test_auto_takes_both_where_nobody_says_how_fast_the_video_plays(video, tmp_path, detector, monkeypatch):
    monkeypatch.setattr("inference.diving.finder.find_dives", moving((95, 130, 0.9)))
    monkeypatch.setattr("inference.diving.network_finder.worked_out_slow_motion", lambda *_: 1.0)
    speed_is_open = ("--min-duration", "0.5", "--max-duration", "8")

    for more, makers in ((), ["table", "motion", "table"]), (("--method", "network"), ["table", "table"]):
        review = tmp_path / f"{len(more)}.divereview"
        assert invoke("analyze", video, "--out", review, *speed_is_open, *more).exit_code == 0
        assert [maker for _, _, maker in dives_of(review)[0]] == makers


def test_running_again_replaces_what_was_found_and_never_what_a_person_did(video, tmp_path, detector, monkeypatch):
    monkeypatch.setattr("inference.diving.finder.find_dives", moving((41, 73, 0.9), (90, 120, 0.8), (195, 230, 0.7)))
    review = tmp_path / "r.divereview"
    assert invoke("analyze", video, "--out", review, "--method", "motion").exit_code == 0
    with ReviewDocument.open(review) as document:
        video_id = document.videos()[0].id
        first, second, third = document.dives(video_id)
        document.set_start(first.id, FrameTime(44, 44 / 25))
        document.set_code(first.id, "103B")
        document.set_status(second.id, ReviewStatus.REJECTED)
        drawn = document.add_dive(video_id, FrameTime(5, 0.2), FrameTime(30, 1.2))
        log = [edit.id for edit in document.history(video_id)]

    for method in ("network", "both"):
        assert invoke("analyze", video, "--out", review, "--method", method).exit_code == 0

    with ReviewDocument.open(review) as document:
        dives = {dive.id: dive for dive in document.dives(video_id)}
        assert [edit.id for edit in document.history(video_id)] == log
        kept = dives[first.id]
        assert (kept.start.frame, kept.code, kept.status) == (44, "103B", "corrected")
        assert (kept.predicted.start.frame, kept.predicted.provenance.name, kept.end.frame) == (40, "table", 73)
        assert (dives[second.id].status, dives[drawn].start.frame) == ("rejected", 5)
        assert third.id not in dives
        new = [dive for dive in dives.values() if dive.id not in {first.id, second.id, drawn}]
        assert [(dive.start.frame, dive.end.frame) for dive in new] == [DIVES[1]]
        for _ in range(4):
            assert document.undo(video_id)
        assert (document.dive(first.id).start.frame, document.dive(first.id).end.frame) == DIVES[0]


def test_a_person_can_go_on_between_two_analyses(video, tmp_path, detector):
    review = tmp_path / "r.divereview"
    invoke("analyze", video, "--out", review)
    with ReviewDocument.open(review) as document:
        video_id = document.videos()[0].id
        before = document.dives(video_id)[0]
        document.delete_dive(before.id)

    assert invoke("analyze", video, "--out", review).exit_code == 0

    assert [found[:2] for found in dives_of(review)[0]] == [DIVES[1]]
    with ReviewDocument.open(review) as document:
        document.undo(video_id)
        assert [dive.start.frame for dive in document.dives(video_id)] == [40, 150]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_killed_anywhere_it_goes_on_with_the_same_command_to_the_same_review(video, tmp_path, monkeypatch):
    other, weights = make_video(tmp_path / "other.mp4", range(100)), tmp_path / "w.safetensors"
    weights.write_bytes(b"weights")
    monkeypatch.setattr("app.approach._loaded", lambda weights, facts: TableDetector(DIVES))
    # In the second of two videos, after the 100 pictures of the first.
    dies_at = str(np.random.default_rng(0).integers(60, 230))

    def arguments(name):
        return "analyze", other, video, "--out", tmp_path / f"{name}.divereview", "--weights", weights

    assert invoke(*arguments("whole")).exit_code == 0
    monkeypatch.setenv("DIVEREVIEW_CACHE_DIR", str(tmp_path / "cache"))
    places = {"PYTHONPATH": os.pathsep.join([str(SOURCE_TREE), str(SOURCE_TREE / "tests" / "support")])}
    killed = run_program(
        *arguments("killed"), folder=tmp_path, script=KNOWS_THE_ANSWER, environment={**places, "DIES_AT": dies_at}
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert "dives.mp4" not in killed.stderr
    finished = invoke(*arguments("killed"))

    assert (finished.exit_code, finished.stderr) == (0, "other.mp4: 1 dive found.\ndives.mp4: 2 dives found.\n")
    assert everything_in(tmp_path / "killed.divereview") == everything_in(tmp_path / "whole.divereview")


def everything_in(review):
    with ReviewDocument.open(review, read_only=True) as document:
        return [
            (
                video.path.name,
                [(dive.start, dive.end, dive.score) for dive in document.dives(video.id)],
                [(track.name, track.first_frame, track.values.tobytes()) for track in document.signals(video.id)],
                document.runs(video.id)[-1].settings,
            )
            for video in document.videos()
        ]


def test_weights_of_ones_own_are_used_and_named(video, tmp_path):
    weights = tmp_path / "mine.safetensors"
    save_detector(DiveDetector(width=2), weights)
    review = tmp_path / "r.divereview"

    result = invoke("analyze", video, "--out", review, "--weights", weights, "--frames", "0-60")

    assert result.exit_code == 0, result.stderr
    with ReviewDocument.open(review, read_only=True) as document:
        (run,) = document.runs(document.videos()[0].id)
        assert (run.model.name, run.first_frame, run.last_frame) == ("dive detector", 0, 60)
        assert len(run.model.weights_hash) == 16
        assert [len(track.values) for track in document.signals(run.video_id)] == [61, 61, 61]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--method", "network"), 1, "There are no trained networks in this version; choose the method motion,"),
        (("--method", "both"), 1, "There are no trained networks in this version"),
        (("--method", "motion", "--weights", "x"), 2, "--method motion uses no weights; leave out one of the two."),
        (("--weights", "nowhere.safetensors"), 1, "There are no weights at nowhere.safetensors."),
        (("--weights", "text.safetensors"), 1, "The weights text.safetensors cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(
    video, tmp_path, monkeypatch, arguments, code, sentence
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.safetensors").write_text("no weights", encoding="utf-8")

    result = invoke("analyze", video, "--out", "r.divereview", *arguments)

    assert result.exit_code == code
    assert sentence in " ".join(result.stderr.replace("│", " ").split())
    assert [path.name for path in tmp_path.iterdir()] == ["text.safetensors"]


def test_cancelled_it_keeps_what_was_found_and_says_how_to_go_on(video, tmp_path, detector, monkeypatch):
    token, review = CancelToken(), tmp_path / "r.divereview"

    def place(frame):
        if frame >= 160:
            token.cancel()
        return 0.5, 0.5

    detector._place = place
    monkeypatch.setattr("app.cli.analyze.cancelled_by_interrupt", lambda: nullcontext(token))

    result = invoke("analyze", video, "--out", review)

    assert result.exit_code == 130
    kept = f"1 dive found in dives.mp4 until then, kept in {review}."
    assert result.stderr == f"Stopped; {kept} The same command goes on from there.\n"
    found, signals = dives_of(review)
    assert found == [(*DIVES[0], "table")]
    assert signals == ["end", "mid", "start"]
    with ReviewDocument.open(review, read_only=True) as document:
        (run,) = document.runs(document.videos()[0].id)
        assert run.last_frame == 72


def test_dives_as_json_say_nothing_else_of_a_network(video, tmp_path, detector):
    invoke("analyze", video, "--out", tmp_path / "r.divereview")

    dives = json.loads(invoke("dives", tmp_path / "r.divereview", "--json").stdout)

    assert [(dive["start_frame"], dive["source"], dive["path"]) for dive in dives] == [
        (40, "model", None), (150, "model", None)
    ]  # fmt: skip
