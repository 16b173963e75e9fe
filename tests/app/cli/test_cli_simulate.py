"""`simulate`: wrong usage in sentences, data sets that import, and going on after a kill."""

from __future__ import annotations

import hashlib
import json
import sys
import time

import pytest
from program import run_program, start_program
from typer.testing import CliRunner

from app.cli.application import build_application
from app.cli.simulate import parse_board
from app.document.document import ReviewDocument

runner = CliRunner()
TINY = ("--size", "160x90", "--fps", "10", "--processes", "1")


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1", "springboard-1"),
        ("3", "springboard-3"),
        ("5", "platform-5"),
        ("7.5", "platform-7.5"),
        ("10", "platform-10"),
        ("10m", "platform-10"),
        ("3 m", "springboard-3"),
        ("springboard-3", "springboard-3"),
        ("Platform-3", "platform-3"),
        ("platform-1", "platform-1"),
    ],
)
def test_boards_by_height_or_by_name(text, key):
    assert parse_board(text).key == key


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("--code", "626C", "--board", "3"),
            "Armstand dives start from a platform, and the 3 m springboard is none.",
        ),
        (("--code", "101D", "--board", "5"), "Position D (free) is for twisting dives only, and 101D has no twist."),
        (
            ("--code", "626C", "--board", "platform-3"),
            "Armstand dives start from the 5, 7.5 or 10 m platform, and this is the 3 m platform.",
        ),
        (
            ("--code", "999", "--board", "3"),
            "'999' is no dive code: the position letter is missing; add A (straight), B (pike), C (tuck) or D (free)",
        ),
        (("--code", "101B", "--board", "3", "--size", "641x360"), "The size 641x360 has an odd side"),
        (("--session", "--minutes", "0.1"), "A video with a dive in it lasts at least 8 s, and 0.1 minutes"),
    ],
)
def test_what_cannot_be_dived_is_said_in_a_sentence(tmp_path, arguments, sentence):
    result = invoke("simulate", *arguments, "--out", tmp_path / "data")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(sentence)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "add --out DIR"),
        (("--out", "x"), "needs --code and --board; for a training session write --session"),
        (("--out", "x", "--session"), "add --minutes"),
        (("--out", "x", "--session", "--minutes", "2", "--code", "101B"), "are for one dive, without --session"),
        (("--out", "x", "--code", "101B", "--board", "3", "--minutes", "2"), "are for a training session; add"),
        (("--out", "x", "--code", "101B", "--board", "4"), "no board 'platform-4'; the boards are springboard-1"),
        (("--out", "x", "--code", "101B", "--board", "3", "--camera", "drone"), "'drone' is not one of fixed"),
        (("--out", "x", "--code", "101B", "--board", "3", "--camera", "mixed"), "has one camera: fixed, drifting or"),
        (("--out", "x", "--code", "101B", "--board", "3", "--size", "big"), "'big' is no size; write width and"),
    ],
)
def test_wrong_usage_is_said_in_a_sentence(arguments, sentence):
    result = invoke("simulate", *arguments)

    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


def test_a_simulated_dive_imports_as_a_review(tmp_path):
    data, review = tmp_path / "größe", tmp_path / "dive.divereview"

    made = invoke("simulate", "--code", "203c", "--board", "3", "--seed", "1", *TINY, "--out", data)

    assert (made.exit_code, made.stdout) == (0, f"{data}\n"), made.stderr
    assert made.stderr.splitlines()[-1].startswith("1 dive in 1 video, 00:00:0")
    assert [path.name for path in (data / "videos").iterdir()] == ["203C-springboard-3-1.mp4"]

    imported = invoke("import", data, "--out", review)

    assert imported.exit_code == 0, imported.stderr
    with ReviewDocument.open(review, read_only=True) as document:
        (video,) = document.videos()
        (dive,) = document.dives(video.id)
        truth = json.loads((data / "annotations.jsonl").read_text(encoding="utf-8"))
        assert (dive.code, dive.board, dive.status.value) == ("203C", "springboard-3", "accepted")
        assert dive.interval.start.frame == truth["start"]["frame"]
        assert document.trajectory(dive.id).path.to_dict() == truth["trajectory"]["path"]
        assert video.path == data / "videos" / "203C-springboard-3-1.mp4"

    again = invoke("simulate", "--code", "203C", "--board", "3", "--seed", "1", *TINY, "--out", data)
    assert again.exit_code == 1
    assert again.stderr == f"{data} already holds a data set; choose a new folder.\n"


def test_help_says_how():
    text = invoke("simulate", "--help").stdout

    for option in ("--code", "--board", "--session", "--minutes", "--videos", "--camera", "--size", "--gallery"):
        assert option in text
    assert "divereview simulate --code 5253B --board 3 --seed 1 --out dive" in text


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a killed process's files stay open for a while on Windows")
def test_a_killed_session_goes_on_to_the_same_result(tmp_path):
    session = ("simulate", "--session", "--minutes", "0.45", "--seed", "5", "--camera", "handheld", *TINY)
    first_segment = tmp_path / "killed" / "unfinished" / "video-1" / "00000000.mp4"

    with start_program(*session, "--out", tmp_path / "killed", folder=tmp_path) as program:
        deadline = time.monotonic() + 120
        while not first_segment.exists() and program.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        program.kill()
    assert first_segment.exists()
    assert not (tmp_path / "killed" / "manifest.json").exists()
    begun = first_segment.stat().st_mtime_ns

    for name in ("killed", "whole"):
        finished = run_program(*session, "--out", tmp_path / name, folder=tmp_path)
        assert finished.returncode == 0, finished.stderr

    assert digests(tmp_path / "killed") == digests(tmp_path / "whole")
    assert begun < (tmp_path / "killed" / "manifest.json").stat().st_mtime_ns


def digests(folder):
    """What is in every file but the manifest, which has the date."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
