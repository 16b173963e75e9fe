"""A data set that somebody edited, cut or made up: one sentence that names the file, the line and the field."""

from __future__ import annotations

import json
import re

import pytest
from dataset_samples import write_sample

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset


@pytest.fixture
def folder(tmp_path):
    return write_sample(tmp_path / "set")


def change(folder, name, line_number, edit):
    """Apply edit to the JSON value of one line of a file (of all of it for the manifest)."""
    path = folder / name
    if name == "manifest.json":
        lines = [path.read_text(encoding="utf-8")]
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
    values = json.loads(lines[line_number])
    edit(values)
    lines[line_number] = json.dumps(values)
    path.write_text("\n".join(lines), encoding="utf-8")


def complaint(folder):
    with pytest.raises(DatasetError) as caught:
        list(Dataset(folder).dives())
    return str(caught.value).replace(str(folder / "annotations.jsonl"), "SET/annotations.jsonl")


def put(path, value):
    *parents, last = path

    def edit(values):
        for name in parents:
            values = values[name]
        values[last] = value

    return edit


DIVE_MISTAKES = [
    (["source"], "video-9", "source is 'video-9'; expected the id of a source in manifest.json."),
    (["start", "frame"], -1, "start.frame is -1; expected a whole number from 0 to 249."),
    (["start", "frame"], 250, "start.frame is 250; expected a whole number from 0 to 249."),
    (["start", "frame"], True, "start.frame is true; expected a whole number from 0 to 249."),
    (["start", "frame"], 100.0, "start.frame is 100.0; expected a whole number from 0 to 249."),
    (["start"], 7, "start must be a JSON object, not 7."),
    (["end", "frame"], 99, "end is an object; expected a time that is not before the start, frame 100 at 4.0 s."),
    (["board"], "raft", "board is 'raft'; expected one of springboard-1, springboard-3, platform-1, platform-3, "),
    (["status"], None, "status is missing; expected one of unreviewed, accepted, corrected, rejected."),
    (["score"], 1.5, "score is 1.5; expected a finite number from 0 to 1."),
    (["score"], 10**400, "score is 1000000"),
    (["attributes", "half_twists"], 3, "attributes.half_twists is 3; expected 2, as the code 5152B says."),
    (["trajectory", "path", "ay"], "fast", "trajectory.path.ay is 'fast'; expected a finite number."),
    (["trajectory", "candidates", 1, 0], 250, "trajectory.candidates[1] must be [frame, seconds, x, y, score, is in"),
    (["trajectory", "candidates", 1, 5], 1, "trajectory.candidates[1] must be [frame, seconds, x, y, score, is in"),
    (["trajectory", "camera", "to_stable"], [], "trajectory.camera.to_stable is an array of 0; expected one array of"),
    (["trajectory", "camera", "to_stable", 0], [0] * 9, "trajectory.camera.to_stable is an array of 2; expected maps"),
    (["prediction", "run"], "run-9", "prediction.run is 'run-9'; expected the id of one of the runs of its source."),
    (["provenance", "end", "at"], "yesterday", "provenance.end.at is 'yesterday'; expected a date and time with its"),
    (["provenance", "end", "at"], "2026-01-31T12:00:00", "provenance.end.at is '2026-01-31T12:00:00'; expected a date"),
    (["provenance", "end", "kind"], "cat", "provenance.end.kind is 'cat'; expected one of model, person, simulator."),
    (["frames", 0, "keypoints"], [], "frames[0].keypoints is an array of 0; expected an array of 3 keypoints"),
    (["frames", 0, "keypoints", 0, 2], "gone", "frames[0].keypoints[0] must be null or [x, y, visibility] or"),
    (
        ["frames", 0, "interpolated"],
        [1],
        "frames[0].interpolated is an array of 1; expected an array of places, counted",
    ),
    (
        ["frames", 0, "interpolated"],
        [3],
        "frames[0].interpolated is an array of 1; expected an array of places, counted",
    ),
    (["frames", 0, "depths"], [1.5, None], "frames[0].depths is an array of 2; expected an array of 3 depths, as many"),
    (["frames", 0, "depths"], [1.5, 2, None], "frames[0].depths is an array of 3; expected an array of null or a fin"),
    (["frames", 0, "depths"], ["far", None, 1], "frames[0].depths is an array of 3; expected an array of null or a"),
    (["frames", 0, "depths"], [True, None, 1], "frames[0].depths is an array of 3; expected an array of null or a"),
    (["frames", 0, "depths"], [10**400, None, 1], "frames[0].depths is an array of 3; expected an array of null or"),
    (["frames", 0, "depths"], "far", "frames[0].depths is 'far'; expected an array of at most 3 values."),
    (
        ["predicted_keypoints", 1, "depths"],
        [[0, 0, 0]],
        "predicted_keypoints[1].depths is an array of 1; expected an array for each of the 2 frames that have values.",
    ),
    (
        ["predicted_keypoints", 1, "depths", 1],
        [0, 0],
        "predicted_keypoints[1].depths is an array of 2; expected for each frame an array of 3 entries, null or a fini",
    ),
    (
        ["predicted_keypoints", 1, "depths", 0, 2],
        "x",
        "predicted_keypoints[1].depths is an array of 2; expected for each frame an array of 3 entries, null or a fini",
    ),
    (["frames", 0, "interpolated"], ["a"], "frames[0].interpolated is an array of 1; expected an array of places"),
    (["frames", 0, "keypoints_3d", 0], [1, 2], "frames[0].keypoints_3d is an array of 3; expected an array of null or"),
    (["frames", 0, "box"], [1, 2, 3], "frames[0].box is an array of 3; expected an array of 4 finite numbers."),
    (["predicted_keypoints", 0, "values", 0], 3, "predicted_keypoints[0].values is an array of 1; expected for each"),
    (["note"], "\ud800", "note is '\\ud800'; expected text without halves of surrogate pairs."),
]


@pytest.mark.parametrize(("path", "value", "message"), DIVE_MISTAKES)
def test_a_mistake_in_a_dive(folder, path, value, message):
    change(folder, "annotations.jsonl", 0, put(path, value))

    assert complaint(folder).startswith(f"SET/annotations.jsonl, line 1: {message}")


def test_a_code_that_is_none(folder):
    change(folder, "annotations.jsonl", 0, put(["code"], "5152Q"))

    assert re.match(r"SET/annotations\.jsonl, line 1: .*Q", complaint(folder))


MANIFEST_MISTAKES = [
    (["format"], "coco", "format is 'coco'; expected one of divereview-dataset."),
    (
        ["schema_version"],
        2,
        "the data set has schema version 2, and this program reads up to 1; update DiveReview to read it.",
    ),
    (["statuses"], ["nice"], "statuses is an array of 1; expected an array out of unreviewed, accepted, corrected"),
    (["sources", 1, "id"], "video-1", "two sources have the same id; each video may stand there once."),
    (["sources", 1, "fingerprint"], "f1", "two sources have the same fingerprint; each video may stand there once."),
    (["sources", 0, "split"], "train", "sources[0].split is 'train'; expected one of training, validation, testing."),
    (["sources", 0, "width"], 10**9, "sources[0].width is 1000000000; expected a whole number from 1 to 65536."),
    (
        ["sources", 0, "file_name"],
        "a/b.mp4",
        "sources[0].file_name is 'a/b.mp4'; expected a file name without folders.",
    ),
    (["sources", 0, "path"], "../secret.mp4", "sources[0].path is '../secret.mp4'; expected a relative path with"),
    (["sources", 0, "path"], "/etc/passwd", "sources[0].path is '/etc/passwd'; expected a relative path with"),
    (["sources", 0, "path"], "C:/film.mp4", "sources[0].path is 'C:/film.mp4'; expected a relative path with"),
    (["sources", 0, "path"], "a\\..\\b", "sources[0].path is 'a\\\\..\\\\b'; expected a relative path with"),
    (["skeleton", "limbs", 0], [0, 3], "skeleton.limbs is an array of 2; expected an array of pairs of keypoint ind"),
    (["dive_count"], 10**12, "dive_count is 1000000000000; expected a whole number from 0 to 10000000."),
]


@pytest.mark.parametrize(("path", "value", "message"), MANIFEST_MISTAKES)
def test_a_mistake_in_the_manifest(folder, path, value, message):
    change(folder, "manifest.json", 0, put(path, value))

    with pytest.raises(DatasetError) as caught:
        Dataset(folder)
    assert str(caught.value).startswith(f"{folder / 'manifest.json'}: {message}")


def test_keypoints_need_a_skeleton(folder):
    change(folder, "manifest.json", 0, put(["skeleton"], None))

    assert complaint(folder) == (
        "SET/annotations.jsonl, line 1: frames[0] has keypoints, but manifest.json has no skeleton."
    )


def test_a_line_cut_short(folder):
    path = folder / "annotations.jsonl"
    path.write_bytes(path.read_bytes()[:-20])

    assert complaint(folder).startswith("SET/annotations.jsonl, line 2 is not valid JSON: ")


def test_a_line_lost(folder):
    path = folder / "annotations.jsonl"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")

    assert complaint(folder) == (
        "SET/annotations.jsonl has 1 dives, and manifest.json counts 2; the data set is incomplete."
    )


def test_a_dive_given_twice(folder):
    path = folder / "annotations.jsonl"
    first = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{first}\n{first}\n", encoding="utf-8")

    assert (
        complaint(folder) == "SET/annotations.jsonl, line 2: id is 'dive-1'; expected an id that no earlier line has."
    )


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"[" * 100_000, b'{"id": NaN}', b"9" * 5000], ids=["no UTF-8", "deep", "NaN", "long"]
)
def test_a_line_that_is_no_json(folder, content):
    (folder / "annotations.jsonl").write_bytes(content)

    assert complaint(folder).startswith("SET/annotations.jsonl, line 1 is not valid JSON: ")


def test_a_line_longer_than_allowed(folder, monkeypatch):
    monkeypatch.setattr("inference.dataset.read.MAX_LINE_BYTES", 2**20)
    with (folder / "annotations.jsonl").open("ab") as file:
        file.write(b" " * (2**20 + 1))

    assert complaint(folder) == "SET/annotations.jsonl, line 3 is longer than 1 MiB."


def test_a_missing_annotation_file(folder):
    (folder / "annotations.jsonl").unlink()

    assert complaint(folder) == "SET/annotations.jsonl cannot be read: No such file or directory."


def test_no_folder(tmp_path):
    with pytest.raises(DatasetError, match="There is no folder "):
        Dataset(tmp_path / "absent")


def test_fields_that_a_later_version_may_add_are_passed_over(folder):
    change(folder, "annotations.jsonl", 0, put(["splash_height"], 3))
    change(folder, "manifest.json", 0, put(["licence"], "none"))

    assert [dive.id for dive in Dataset(folder).dives()] == ["dive-1", "dive-2"]
