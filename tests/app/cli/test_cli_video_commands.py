"""`info` and `frame` on files whose content is known."""

from __future__ import annotations

import json
import os

import cv2
import numpy as np
import pytest
from barcode import barcode_picture, make_video, read_barcode
from typer.testing import CliRunner

from app.cli.application import build_application

runner = CliRunner()


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


def test_info_as_json_states_the_facts(barcodes):
    result = invoke("info", barcodes, "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "frames": 40,
        "duration_s": pytest.approx(1.6),
        "average_fps": 25.0,
        "variable_frame_rate": False,
        "edit_list": False,
        "rotation": 0,
        "interlaced": False,
        "width": 320,
        "height": 180,
        "codec": "h264",
    }


def test_info_gives_the_upright_size_and_the_rotation(tmp_path):
    path = make_video(tmp_path / "phone.mp4", range(5), rotation=90)

    facts = json.loads(invoke("info", path, "--json").stdout)

    assert (facts["width"], facts["height"], facts["rotation"]) == (180, 320, 90)


def test_info_for_people_is_a_table(barcodes):
    lines = invoke("info", barcodes).stdout.splitlines()

    assert lines[0] == "frames               40"
    assert "variable frame rate  no" in lines
    assert lines[-1] == "codec                h264"


def test_info_of_a_folder_of_images_uses_the_frame_rate_given(tmp_path):
    for number in (1, 2, 10):
        cv2.imwrite(str(tmp_path / f"image{number}.png"), barcode_picture(number))

    facts = json.loads(invoke("info", tmp_path, "--json", "--fps", "50").stdout)

    assert (facts["frames"], facts["average_fps"]) == (3, 50.0)
    assert facts["duration_s"] == pytest.approx(0.06)


@pytest.mark.parametrize("number", [0, 11, 12, 13, 39])
def test_frame_writes_exactly_that_frame(barcodes, number):
    out = barcodes.parent / f"Bild {number}.png"

    result = invoke("frame", barcodes, number, "--out", out)

    assert result.exit_code == 0
    assert read_barcode(cv2.imdecode(np.frombuffer(out.read_bytes(), np.uint8), cv2.IMREAD_COLOR)) == number
    assert result.stdout == ""
    assert f"Frame {number} at {number / 25:.3f} s" in result.stderr


def test_frame_outside_the_video_is_one_sentence(barcodes, tmp_path):
    result = invoke("frame", barcodes, 40, "--out", tmp_path / "f.png")

    assert result.exit_code == 1
    assert result.stderr == "séance.mp4 has no frame 40; its frames are numbered 0 to 39.\n"
    assert not (tmp_path / "f.png").exists()


def test_frame_with_an_unknown_picture_format_is_one_sentence(barcodes, tmp_path):
    result = invoke("frame", barcodes, 0, "--out", tmp_path / "f.mp3")

    assert result.exit_code == 1
    assert "one of the endings .png, .jpg" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_frame_into_a_folder_that_is_not_there_names_the_file(barcodes, tmp_path):
    out = tmp_path / "missing" / "f.png"

    result = invoke("frame", barcodes, 0, "--out", out)

    assert result.exit_code == 1
    assert result.stderr == f"{out} cannot be written (No such file or directory); choose another place.\n"


@pytest.mark.parametrize("command", ["info", "frame", "analyze"])
def test_what_is_wrong_with_a_damaged_video_is_said_and_the_rest_is_read(tmp_path, command):
    path = make_video(tmp_path / "cut.mp4", range(80), options={"g": "10"}, container_options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[:-4000])
    more = {
        "info": ["--json"],
        "frame": [3, "--out", tmp_path / "f.png"],
        "analyze": ["--out", tmp_path / "r.divereview", "--method", "motion"],
    }

    result = invoke(command, path, *more[command])

    assert result.exit_code == 0
    sentences = result.stderr.splitlines()
    assert sum("cut.mp4 is cut off; its " in sentence for sentence in sentences) == 1
    if command == "info":
        assert 0 < json.loads(result.stdout)["frames"] < 80


def test_whether_a_video_may_be_read_is_found_out_by_reading_it(barcodes, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode, **options: False)  # what a superuser never gets to hear

    assert invoke("info", barcodes).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"This is a text file named .mp4.\n" * 100])
def test_a_file_that_is_no_video_is_one_sentence(tmp_path, content):
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)

    result = invoke("info", path)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "broken.mp4" in result.stderr
    assert "Traceback" not in result.stderr
