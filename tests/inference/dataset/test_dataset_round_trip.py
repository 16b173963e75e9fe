from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from dataset_samples import sample_dive, sample_manifest, sample_source, write_sample
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import DiveRecord, SignalRecord
from inference.dataset.write import DatasetWriter
from inference.results import FrameTime, Interval, SignalTrack
from inference.video.fingerprint import fingerprint


def plain(value):
    """Records as nested plain values, so that arrays compare by their content and NaN equals NaN."""
    if isinstance(value, np.ndarray):
        return (str(value.dtype), value.shape, value.tobytes())
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def test_everything_comes_back_exactly(tmp_path):
    dataset = Dataset(write_sample(tmp_path / "set"))

    assert dataset.manifest == dataclasses.replace(sample_manifest(), dive_count=2)
    first, second = dataset.dives()
    assert plain(first) == plain(sample_dive())
    assert plain(second) == plain(
        DiveRecord(id="dive-2", source_id="video-2", interval=Interval(FrameTime(0, 0.0), FrameTime(0, 0.0)))
    )
    (signal,) = dataset.signals()
    assert plain(signal) == plain(
        SignalRecord("video-1", SignalTrack("mid", 3, np.array([0.1, 0.2, 1], dtype=np.float32)))
    )


def test_the_line_of_a_small_dive_is_as_documented(tmp_path):
    folder = write_sample(tmp_path / "set")

    line = (folder / "annotations.jsonl").read_text(encoding="utf-8").splitlines()[1]

    assert json.loads(line) == {
        "id": "dive-2",
        "source": "video-2",
        "start": {"frame": 0, "seconds": 0.0},
        "end": {"frame": 0, "seconds": 0.0},
        "board": None,
        "code": None,
        "attributes": None,
        "status": "unreviewed",
        "origin": "model",
        "note": "",
        "score": None,
        "code_probability": None,
        "trajectory": None,
        "frames": [],
        "human_fields": [],
        "prediction": None,
        "predicted_keypoints": [],
        "provenance": {},
    }


def test_the_attributes_spell_the_code_out(tmp_path):
    folder = write_sample(tmp_path / "set")

    line = (folder / "annotations.jsonl").read_text(encoding="utf-8").splitlines()[0]

    assert json.loads(line)["attributes"] == {
        "group": 5,
        "rotation_type": 1,
        "half_somersaults": 5,
        "half_twists": 2,
        "position": "B",
        "armstand": False,
        "flying": False,
    }


@settings(max_examples=50)
@given(seconds=st.floats(-1e9, 1e9), score=st.floats(0, 1))
def test_any_number_comes_back_bit_for_bit(tmp_path_factory, seconds, score):
    folder = tmp_path_factory.mktemp("numbers")
    time = FrameTime(5, seconds)
    with DatasetWriter(folder, sample_manifest()) as writer:
        writer.write(DiveRecord("dive", "video-1", Interval(time, time), score=score))

    (dive,) = Dataset(folder).dives()

    assert (dive.interval.start.seconds, dive.score) == (seconds, score)


def test_an_error_while_writing_leaves_no_manifest(tmp_path):
    bad = dataclasses.replace(sample_dive(), score=2.0)
    with pytest.raises(DatasetError), DatasetWriter(tmp_path, sample_manifest()) as writer:
        writer.write(bad)

    with pytest.raises(DatasetError, match=r"holds no data set: manifest\.json is missing"):
        Dataset(tmp_path)


def test_a_dive_is_written_once(tmp_path):
    with DatasetWriter(tmp_path, sample_manifest()) as writer:
        writer.write(sample_dive())
        with pytest.raises(DatasetError, match="Dive dive-1 was written to the data set twice"):
            writer.write(sample_dive())


def test_a_dive_of_an_unknown_video_is_not_written(tmp_path):
    with DatasetWriter(tmp_path, sample_manifest()) as writer:
        stray = dataclasses.replace(sample_dive(), source_id="video-9")
        with pytest.raises(DatasetError, match="The source video-9 of dive dive-1 is not in the manifest"):
            writer.write(stray)


def test_what_no_reader_takes_is_not_written(tmp_path):
    with DatasetWriter(tmp_path, sample_manifest()) as writer:
        bad = dataclasses.replace(sample_dive(), score=float("nan"))
        with pytest.raises(DatasetError, match="dive dive-1: score is nan; expected a finite number from 0 to 1"):
            writer.write(bad)
    assert Dataset(tmp_path).manifest.dive_count == 0


def test_a_finished_data_set_is_not_overwritten(tmp_path):
    folder = write_sample(tmp_path / "set")

    with pytest.raises(DatasetError, match="already holds a data set; write to a new folder"):
        DatasetWriter(folder, sample_manifest())


def test_a_video_is_found_by_content_in_the_data_set_then_by_name(tmp_path):
    film = tmp_path / "film.bin"
    film.write_bytes(b"moving pictures")
    source = dataclasses.replace(sample_source(), fingerprint=fingerprint(film))
    folder = tmp_path / "set"
    folder.mkdir()
    with DatasetWriter(folder, dataclasses.replace(sample_manifest(), sources=(source,))):
        pass
    dataset = Dataset(folder)
    elsewhere = tmp_path / "films"
    elsewhere.mkdir()

    assert dataset.find_video(source, [elsewhere]) is None
    (elsewhere / source.file_name).write_bytes(b"another film of that name")
    assert dataset.find_video(source, [elsewhere]) is None
    (elsewhere / source.file_name).write_bytes(b"moving pictures")
    assert dataset.find_video(source, [elsewhere]) == elsewhere / source.file_name
    (folder / "videos").mkdir()
    (folder / "videos" / "training.mp4").write_bytes(b"moving pictures")
    assert dataset.find_video(source, [elsewhere]) == folder / "videos" / "training.mp4"


def test_a_link_out_of_the_data_set_is_not_followed(tmp_path):
    dataset = Dataset(write_sample(tmp_path / "set"))
    (tmp_path / "outside").mkdir()
    try:
        (dataset.folder / "videos").symlink_to(tmp_path / "outside", target_is_directory=True)
    except OSError:
        pytest.skip("this system lets nobody make links")

    with pytest.raises(DatasetError, match=r"The video videos/training.mp4 of the data set .* lies outside of it"):
        dataset.find_video(sample_source())
