"""`analyze`, `dives`, `export` and `demo` on drawn footage whose truth is known."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing

import cv2
import numpy as np
import pytest
from barcode import make_interlaced_video
from typer.testing import CliRunner

from app.cli.application import build_application
from app.demo import clip
from app.document.document import ReviewDocument
from inference.diving.codes import parse
from inference.results import FrameTime
from inference.video.reader import open_video

runner = CliRunner()


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def analysed(one_dive, tmp_path_factory):
    review = tmp_path_factory.mktemp("review") / "séance.divereview"
    result = invoke("analyze", one_dive, "--out", review, "--method", "motion")
    assert result.exit_code == 0, result.stderr
    return review, result


def test_analyze_says_on_stderr_what_it_found(analysed):
    _, result = analysed

    # A slow machine also says now and then how far it is.
    assert result.stderr.splitlines()[-1] == "one-dive.mp4: 1 dive found."
    assert result.stdout == ""


def test_dives_as_json_holds_the_dive_with_a_location_for_every_frame(analysed, one_dive):
    review, _ = analysed
    truth = clip.truth(240, 50)[0]

    (dive,) = json.loads(invoke("dives", review, "--json").stdout)

    assert set(dive) == {
        *("id", "video", "start_frame", "end_frame", "start_s", "end_s", "board", "code", "code_probability"),
        *("score", "source", "status", "path"),
    }
    shared = range(max(dive["start_frame"], truth.interval.start.frame), truth.interval.end.frame + 1)
    assert len(shared) >= 0.75 * (dive["end_frame"] - dive["start_frame"] + 1)
    assert (dive["source"], dive["status"], dive["board"]) == ("model", "unreviewed", None)
    assert str(parse(dive["code"])) == dive["code"]
    assert 0 < dive["code_probability"] <= 1
    assert dive["video"] == str(one_dive)
    assert dive["start_s"] == dive["start_frame"] / 50
    assert [point["frame"] for point in dive["path"]] == list(range(dive["start_frame"], dive["end_frame"] + 1))
    assert [point["seconds"] for point in dive["path"]] == pytest.approx(
        [point["frame"] / 50 for point in dive["path"]]
    )
    located = {point["frame"]: (point["x"], point["y"]) for point in dive["path"]}
    errors = [
        np.hypot(*np.subtract(located[frame], truth.points[frame - truth.interval.start.frame]))
        for frame in shared
        if frame in located
    ]
    assert np.median(errors) < 8  # a body is 56 px tall here


def test_a_deinterlaced_video_stays_so_in_its_review(tmp_path):
    film = make_interlaced_video(tmp_path / "fields.mp4", 12, width=640, height=360)
    review = tmp_path / "fields.divereview"
    assert invoke("analyze", film, "--out", review, "--deinterlace").exit_code == 0
    assert invoke("analyze", film, "--out", review).exit_code == 0
    with ReviewDocument.open(review) as document:
        (video,) = document.videos()
        assert (video.is_deinterlaced, video.frame_count) == (True, 24)
        assert [(run.first_frame, run.last_frame) for run in document.runs(video.id)] == [(0, 23)] * 2
    frames = tmp_path / "frames.divereview"
    assert invoke("analyze", film, "--out", frames).exit_code == 0
    with ReviewDocument.open(frames) as document:
        document.add_dive(document.videos()[0].id, FrameTime(0, 0.0), FrameTime(11, 0.44))
    refused = invoke("analyze", film, "--out", frames, "--deinterlace")
    assert refused.exit_code == 1
    assert "read it without deinterlacing, or use another review." in " ".join(refused.stderr.split())


def test_a_review_of_an_older_program_is_brought_up_to_date(analysed, tmp_path):
    review, _ = analysed
    old = tmp_path / "old.divereview"
    shutil.copy(review, old)
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("ALTER TABLE video DROP COLUMN is_deinterlaced")
        connection.execute("ALTER TABLE video DROP COLUMN image_fps")
        connection.execute("ALTER TABLE keypoint DROP COLUMN is_interpolated")
        connection.execute("ALTER TABLE keypoint DROP COLUMN depth")
        connection.execute("UPDATE review_format SET version = 2")

    result = invoke("dives", old, "--json")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == invoke("dives", review, "--json").stdout


def test_dives_for_people_is_a_table(analysed):
    review, _ = analysed

    header, line = invoke("dives", review).stdout.splitlines()

    assert header.split()[:3] == ["id", "video", "frames"]
    assert "one-dive.mp4" in line
    assert line.endswith("model   unreviewed")


def test_dives_shows_what_a_person_decided(analysed, tmp_path):
    review, _ = analysed
    copy = tmp_path / "copy.divereview"
    copy.write_bytes(review.read_bytes())
    with ReviewDocument.open(copy) as document:
        (dive,) = document.dives(document.videos()[0].id)
        document.set_code(dive.id, "103B")
        document.set_board(dive.id, "springboard-3")

    (shown,) = json.loads(invoke("dives", copy, "--json").stdout)

    assert (shown["code"], shown["board"], shown["status"]) == ("103B", "springboard-3", "corrected")
    assert shown["code_probability"] is None


def test_dives_of_something_else_is_one_sentence(tmp_path):
    path = tmp_path / "notes.divereview"
    path.write_text("no review", encoding="utf-8")

    result = invoke("dives", path)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{path} is not a DiveReview review.\n"


def test_analyze_of_some_frames_looks_at_nothing_else(one_dive, tmp_path):
    review = tmp_path / "r.divereview"

    result = invoke("analyze", one_dive, "--out", review, "--frames", "0-150")

    assert result.exit_code == 0
    assert json.loads(invoke("dives", review, "--json").stdout) == []
    with ReviewDocument.open(review, read_only=True) as document:
        (run,) = document.runs(document.videos()[0].id)
    assert (run.first_frame, run.last_frame) == (0, 150)


@pytest.mark.parametrize("text", ["5", "a-b", "-", "5-4-3", "-3-9", "-9", "9-5", "8-٩", "5:9", "1" * 5000 + "-"])
def test_analyze_of_frames_that_are_none_is_wrong_usage(one_dive, tmp_path, text):
    result = invoke("analyze", one_dive, "--out", tmp_path / "r.divereview", "--frames", text)

    assert result.exit_code == 2
    assert not (tmp_path / "r.divereview").exists()


@pytest.mark.parametrize("text", ["400-", "400-500"])
def test_analyze_with_an_impossible_range_leaves_no_review(one_dive, tmp_path, text):
    result = invoke("analyze", one_dive, "--out", tmp_path / "r.divereview", "--method", "motion", "--frames", text)

    assert result.exit_code == 1
    assert result.stderr == "The range begins at frame 400, after the last frame of the video, 379.\n"
    assert list(tmp_path.iterdir()) == []


def test_analyze_without_networks_says_so(one_dive, tmp_path):
    result = invoke("analyze", one_dive, "--out", tmp_path / "r.divereview", "--method", "network")

    assert result.exit_code == 1
    assert result.stderr.startswith("There are no trained networks in this version; choose the method motion, ")
    assert list(tmp_path.iterdir()) == []


def test_analyze_with_contradicting_durations_is_wrong_usage(one_dive, tmp_path):
    result = invoke(
        "analyze", one_dive, "--out", tmp_path / "r.divereview", "--min-duration", "3", "--max-duration", "1"
    )

    assert result.exit_code == 2
    assert "3.0 s" in result.stderr


@pytest.mark.parametrize("option", ["--max-duration", "--slow-motion"])
def test_analyze_with_a_boundless_number_is_wrong_usage(one_dive, tmp_path, option):
    result = invoke("analyze", one_dive, "--out", tmp_path / "r.divereview", option, "inf")

    assert result.exit_code == 2
    assert f"'{option}': inf is no length of time or factor; give a finite number." in " ".join(result.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_analyze_goes_on_after_a_video_that_cannot_be_read(barcodes, tmp_path):
    broken, review = tmp_path / "broken.mp4", tmp_path / "r.divereview"
    broken.write_bytes(b"")

    result = invoke("analyze", broken, barcodes, "--out", review, "--method", "motion")

    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert "broken.mp4" in first
    assert second == "séance.mp4: 0 dives found."
    with ReviewDocument.open(review, read_only=True) as document:
        assert [video.path.name for video in document.videos()] == ["séance.mp4"]


def test_analyze_of_nothing_readable_leaves_no_review(tmp_path):
    result = invoke("analyze", tmp_path / "missing.mp4", "--out", tmp_path / "r.divereview")

    assert result.exit_code == 1
    assert "missing.mp4" in result.stderr
    assert list(tmp_path.glob("*.divereview")) == []


def test_analyze_refuses_a_review_that_is_open_elsewhere(one_dive, tmp_path):
    review = tmp_path / "r.divereview"
    with ReviewDocument.create(review, person="Anna"):
        result = invoke("analyze", one_dive, "--out", review, "--method", "motion")

    assert result.exit_code == 1
    assert "Anna" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_export_of_unreviewed_dives_needs_all(analysed, tmp_path):
    review, _ = analysed
    refused = invoke("export", review, "--to", tmp_path / "out", "--format", "dive-sheet")
    assert refused.exit_code == 1
    assert "None of the dives has been reviewed yet" in refused.stderr
    assert not (tmp_path / "out").exists()

    result = invoke(
        "export", review, "--to", tmp_path / "out", "--format", "dive-sheet", "--format", "trajectories", "--all"
    )

    assert result.exit_code == 0
    folders = [tmp_path / "out" / "dive-sheet", tmp_path / "out" / "trajectories"]
    assert result.stdout.splitlines() == [str(folder) for folder in folders]
    with (folders[1] / "trajectories.csv").open(encoding="utf-8-sig", newline="") as file:
        frames = [int(row["frame"]) for row in csv.DictReader(file)]
    (dive,) = json.loads(invoke("dives", review, "--json").stdout)
    assert frames == list(range(dive["start_frame"], dive["end_frame"] + 1))


def test_export_help_names_every_format():
    from app.exports.registry import EXPORTS

    text = "".join(invoke("export", "--help").stdout.split())

    assert all(name in text for name in EXPORTS)
    assert invoke("export", "r.divereview", "--to", "x", "--format", "nonsense").exit_code == 2


def test_demo_leaves_everything_it_names(tmp_path, monkeypatch, one_dive):
    monkeypatch.setattr(clip, "write_demo_clip", lambda path, **options: shutil.copyfile(one_dive, path))
    out = tmp_path / "démo"

    result = invoke("demo", "--headless", "--out", out)

    assert result.exit_code == 0, result.stderr
    named = dict(line.split("  ", 1) for line in result.stdout.splitlines())
    paths = {what.strip(): path.strip() for what, path in named.items()}
    assert paths == {
        "video": str(out / "demo-clip.mp4"),
        "review": str(out / "demo.divereview"),
        "export": str(out / "export"),
        "contact sheet": str(out / "contact-sheet.png"),
    }
    with ReviewDocument.open(out / "demo.divereview", read_only=True) as document:
        assert len(document.dives(document.videos()[0].id)) == 1
    assert {folder.name for folder in (out / "export").iterdir()} == {
        "divereview-dataset",
        "trajectories",
        "dive-sheet",
    }
    sheet = cv2.imdecode(np.fromfile(out / "contact-sheet.png", np.uint8), cv2.IMREAD_COLOR)
    assert sheet.shape[1] > 1500
    assert sheet.std() > 20
    with open_video(out / "demo-clip.mp4") as reader:
        assert reader.index.frame_count == 380

    again = invoke("demo", "--headless", "--out", out)

    assert again.exit_code == 0, again.stderr
    with ReviewDocument.open(out / "demo.divereview", read_only=True) as document:
        assert [len(document.dives(video.id)) for video in document.videos()] == [1]


def test_import_gives_the_exported_review_back(analysed, one_dive, tmp_path):
    review, _ = analysed
    data, copy = tmp_path / "data", tmp_path / "copy.divereview"
    exported = invoke("export", review, "--to", data, "--format", "divereview-dataset", "--all")
    assert exported.exit_code == 0, exported.stderr

    result = invoke(
        "import", data / "divereview-dataset", "--out", copy, "--videos", one_dive.parent, "--videos", tmp_path
    )

    assert (result.exit_code, result.stdout) == (0, f"{copy}\n"), result.stderr
    assert result.stderr == "1 dive in 1 video.\n"
    (before,), (after,) = (json.loads(invoke("dives", one, "--json").stdout) for one in (review, copy))
    assert {**after, "path": None, "video": None} == {**before, "path": None, "video": None}
    for point, original in zip(after["path"], before["path"], strict=True):
        assert point == pytest.approx(original, abs=1e-6)


def test_import_says_which_videos_it_has_not_found(analysed, tmp_path):
    review, _ = analysed
    data, copy = tmp_path / "data", tmp_path / "copy.divereview"
    invoke("export", review, "--to", data, "--format", "divereview-dataset", "--all")

    result = invoke("import", data / "divereview-dataset", "--out", copy)

    assert (result.exit_code, result.stdout) == (0, f"{copy}\n")
    assert result.stderr == (
        "1 dive in 1 video.\n"
        "one-dive.mp4 was not found; name the folder it is in with --videos, or put it beside the new review.\n"
    )


def test_import_of_a_folder_that_is_no_data_set_is_one_sentence(tmp_path):
    result = invoke("import", tmp_path, "--out", tmp_path / "copy.divereview")

    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
