"""`pose` and `models` from the command line, with tiny models."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from onnx_models import constant_model, green_heatmaps
from program import run_program
from still_pose import DEPTHS, CrampedPose, DeepPose, StillPose
from typer.testing import CliRunner

from app.cli.application import build_application
from app.document.document import ReviewDocument
from app.sources import open_source
from inference.models.model_store import models_folder
from inference.results import (
    BallisticPath,
    DetectedDive,
    FrameTime,
    Interval,
    ModelIdentity,
    Predictions,
    Trajectory,
)
from inference.video.fingerprint import fingerprint

runner = CliRunner()


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


def spot(x, y, size=(240, 320)):
    """A picture with a green spot."""
    rows, columns = np.indices(size) + 0.5
    picture = np.zeros((*size, 3), np.uint8)
    picture[..., 1] = 255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 8.0**2))
    return picture


@pytest.fixture
def model(tmp_path):
    """Finds what is green."""
    path = green_heatmaps(tmp_path / "green.onnx", height=64, width=48, stride=2)
    facts = {"is_udp": False, "mean": [0, 0, 0], "deviation": [255, 255, 255]}
    path.with_suffix(".json").write_text(json.dumps(facts))
    return path


@pytest.fixture
def folder(tmp_path):
    """Five images in which a spot moves."""
    images = tmp_path / "images"
    images.mkdir()
    for frame in range(5):
        cv2.imwrite(str(images / f"{frame}.png"), spot(100 + 10 * frame, 120))
    return images


def test_the_pose_in_a_picture_is_said_and_drawn(tmp_path, model):
    picture = tmp_path / "Übung.png"
    picture.write_bytes(cv2.imencode(".png", spot(150, 110))[1].tobytes())
    drawn = tmp_path / "drawn.png"
    result = invoke("pose", picture, "--model", model, "--box", "120,70,60,80", "--draw", drawn, "--json", "--cpu")

    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["model"]["name"] == "green"
    assert said["skeleton"]["joints"][5] == said["skeleton"]["canonical"][5] == "left_shoulder"
    assert said["skeleton"]["canonical"][0] is None
    (found,) = said["poses"]
    assert found["box"] == [120, 70, 60, 80]
    assert found["keypoints"][5]["joint"] == "left_shoulder"
    assert found["keypoints"][5]["x"] == pytest.approx(150, abs=1)
    assert found["keypoints"][5]["y"] == pytest.approx(110, abs=1)
    assert found["keypoints"][5]["score"] > 0.8
    assert cv2.imread(str(drawn))[109, 149, 2] > 80


def test_of_a_video_the_frames_that_are_wanted_are_looked_at(tmp_path, model, folder):
    drawn = tmp_path / "drawn.mp4"
    result = invoke("pose", folder, "-m", model, "--frames", "1-3", "--draw", drawn)

    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["frame", "1", "2", "3"]
    assert "3 poses found by green" in result.stderr
    to_the_last = invoke("pose", folder, "-m", model, "--frames", "3-")
    assert [line.split()[0] for line in to_the_last.stdout.splitlines()] == ["frame", "3", "4"]
    with open_source(drawn) as reader:
        assert (reader.index.frame_count, reader.index.width) == (3, 320)


@pytest.mark.parametrize(
    ("arguments", "room", "said"),
    [
        ([], 4, ["The GPU has too little memory for 5 frames at once; the pose model looks at 2 at once now."]),
        (["--upright"], 0, ["The GPU has too little memory for the pose model; it computes on the processor now"]),
        (["--cpu"], 0, []),
    ],
)
def test_with_too_little_memory_it_goes_on_with_less(folder, monkeypatch, arguments, room, said):
    gpu, processor = CrampedPose("pose", room), StillPose("pose")
    monkeypatch.setattr(
        "inference.models.pose_estimators.load_estimator", lambda wanted, device: processor if device == "cpu" else gpu
    )
    result = invoke("pose", folder, "--json", *arguments)
    assert result.exit_code == 0, result.output
    assert [pose["frame"] for pose in json.loads(result.stdout)["poses"]] == [0, 1, 2, 3, 4]
    assert all(sentence in result.stderr for sentence in said)
    assert ("too little memory" in result.stderr) == bool(said)


def test_depths_are_said_by_models_that_know_them(folder, monkeypatch):
    said = []
    for known in (DeepPose("pose"), StillPose("pose")):
        monkeypatch.setattr("inference.models.pose_estimators.load_estimator", lambda wanted, device, it=known: it)
        result = invoke("pose", folder, "--frames", "1-1", "--json")
        assert result.exit_code == 0, result.output
        said.append(json.loads(result.stdout)["poses"][0]["keypoints"])
    assert {each["joint"]: each["depth"] for each in said[0]} == DEPTHS
    assert {tuple(each) for each in said[1]} == {("joint", "x", "y", "score")}


def test_divers_are_followed_along_their_paths(tmp_path, model, folder):
    review = tmp_path / "images.divereview"
    times = [FrameTime(frame, frame / 25) for frame in (1, 4)]
    trajectory = Trajectory(BallisticPath(0.0, 100.0, 250.0, 120.0, 0.0, 0.0))
    dive = DetectedDive(Interval(*times), 0.9, trajectory)
    with open_source(folder) as reader, ReviewDocument.create(review) as document:
        video = document.add_video(folder, reader.index, fingerprint(folder)).id
        document.store_predictions(video, Predictions(ModelIdentity("hand", "1"), {}, 0, 4, (dive,)))
    sheet = tmp_path / "sheet.png"
    arguments = ("--review", review, "--side", 80, "--draw", sheet, "--json")
    result = invoke("pose", folder, "-m", model, *arguments)

    assert result.exit_code == 0, result.output
    poses = json.loads(result.stdout)["poses"]
    assert [found["frame"] for found in poses] == [1, 2, 3, 4]
    assert [found["keypoints"][0]["x"] for found in poses] == pytest.approx([110, 120, 130, 140], abs=1)
    assert [found["box"][0] + found["box"][2] / 2 for found in poses] == pytest.approx([110, 120, 130, 140])
    assert cv2.imread(str(sheet)).shape == (200, 800, 3)
    other = invoke("pose", sheet.parent / "elsewhere", "-m", model, "--review", review)
    assert "does not have the video" in other.stderr


def test_every_frame_may_have_its_own_box(tmp_path, model, folder):
    boxes = tmp_path / "boxes.txt"
    boxes.write_text("\n".join(f"{70 + 10 * frame}\t80, 60 80" for frame in range(4)) + "\n")
    result = invoke("pose", folder, "-m", model, "--boxes", boxes, "--json")

    assert result.exit_code == 0, result.output
    poses = json.loads(result.stdout)["poses"]
    assert [found["box"][0] for found in poses] == [70, 80, 90, 100]
    assert [found["keypoints"][0]["x"] for found in poses] == pytest.approx([100, 110, 120, 130], abs=1)
    boxes.write_text("1,2,3,4\n1,2,3\n")
    assert "Line 2 of" in invoke("pose", folder, "-m", model, "--boxes", boxes).stderr
    boxes.write_text("")
    assert "There is no box in" in invoke("pose", folder, "-m", model, "--boxes", boxes).stderr


def test_wrong_wishes_are_refused_in_one_sentence(tmp_path, model, folder):
    (tmp_path / "broken.png").write_text("no picture")
    picture = folder / "0.png"
    for arguments, code, said in (
        ((picture, "-m", model, "--box", "1,2,3"), 2, "no box X,Y,W,H"),
        ((picture, "-m", model, "--box", "1,2,0,5"), 2, "no box X,Y,W,H"),
        ((folder, "-m", model, "--frames", "3"), 2, "is not A-B"),
        ((folder, "-m", model, "--frames", "3-1"), 2, "ends before it begins"),
        ((picture, "-m", model, "--frames", "0-1"), 2, "is a single picture"),
        ((folder, "-m", model, "--box", "1,2,3,4", "--boxes", folder), 2, "all say where to look"),
        ((folder, "-m", model, "--frames", "7-9"), 1, "There is nothing to look at in images"),
        ((tmp_path / "broken.png", "-m", model), 1, "is no picture that can be read"),
        ((tmp_path / "none.png", "-m", model), 1, "No such file"),
        ((picture, "-m", "rtmpose-s"), 1, "divereview models get rtmpose-s"),
        ((picture,), 1, "comes without a pose model"),
        ((picture, "-m", model, "--draw", tmp_path / "a.txt"), 1, "poses are drawn into a picture"),
        ((picture, "-m", model, "--draw", tmp_path / "a.mp4"), 1, "poses are drawn into a picture"),
    ):
        result = invoke("pose", *arguments)
        assert result.exit_code == code, (arguments, result.output)
        assert said in " ".join(result.stderr.replace("│", " ").split()), (arguments, result.stderr)


def test_models_are_added_listed_used_by_name_and_removed(tmp_path, model, folder):
    assert invoke("models", "add", model, "--name", "mine").exit_code == 0
    listed = json.loads(invoke("models", "list", "--json").stdout)
    assert (listed[0]["name"], listed[0]["path"]) == ("mine", str(models_folder() / "mine.onnx"))
    assert {row["name"] for row in listed if row["path"] is None} >= {"rtmpose-s", "vitpose-b", "blazepose"}
    assert invoke("pose", folder / "0.png", "-m", "mine").exit_code == 0
    assert invoke("models", "remove", "mine").exit_code == 0
    assert not list(models_folder().iterdir())
    table = invoke("models", "list")
    assert "rtmpose-s" in table.stdout
    assert "Models are kept in" in table.stderr


def test_models_of_the_program_are_listed_first(no_shipped_weights):
    (no_shipped_weights / "pose-hrnet-small.safetensors").write_bytes(b"weights")
    first, *_ = json.loads(invoke("models", "list", "--json").stdout)
    assert (first["name"], first["title"]) == ("pose-hrnet-small", "HRNet small, comes with the program")


def test_a_model_whose_name_the_program_has_taken_since_is_not_listed_twice(no_shipped_weights, model):
    assert invoke("models", "add", model, "--name", "pose-cpm-small").exit_code == 0
    shipped = no_shipped_weights / "pose-cpm-small.safetensors"
    shipped.write_bytes(b"weights")
    listed = json.loads(invoke("models", "list", "--json").stdout)
    assert [row["path"] for row in listed if row["name"] == "pose-cpm-small"] == [str(shipped)]


def test_a_model_of_no_known_kind_is_not_kept(tmp_path):
    path = constant_model(tmp_path / "classes.onnx", (1, 3, 32, 32), {"out": np.zeros((1, 10))})
    result = invoke("models", "add", path)

    assert result.exit_code == 1
    assert "is no pose model of a kind that is known" in result.stderr
    assert not models_folder().exists()


def test_a_download_without_a_network_says_the_way_by_hand(monkeypatch):
    # Nobody listens at the discard port of this machine.
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    result = invoke("models", "get", "rtmpose-s")

    assert result.exit_code == 1
    assert "Licence: Apache-2.0. Published by OpenMMLab, the authors" in result.stderr
    assert f"take end2end.onnx out of it and put it at {models_folder() / 'rtmpose-s.onnx'}" in result.stderr


def test_listing_models_imports_neither_torch_nor_onnxruntime(tmp_path):
    script = (
        "import sys; from app.cli.application import run; code = run(sys.argv[1:]); "
        "loaded = {'torch', 'onnxruntime', 'requests'} & set(sys.modules); sys.exit(str(loaded) if loaded else code)"
    )
    finished = run_program("models", "list", folder=tmp_path, script=script)

    assert finished.returncode == 0, finished.stderr
