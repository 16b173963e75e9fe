from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from reviews import Facts, at, detected, fill_review, predictions

from app.document.document import ReviewDocument
from app.document.records import ReviewStatus
from app.exports.errors import ExportError
from app.exports.registry import export
from inference.dataset.read import Dataset
from inference.progress import Cancelled, CancelToken
from inference.results import BallisticPath, Interval
from inference.video.fingerprint import fingerprint


@pytest.fixture(scope="module")
def filled_review(tmp_path_factory):
    """Made once: every edit waits for the disk."""
    folder = tmp_path_factory.mktemp("review")
    with ReviewDocument.create(folder / "review.divereview", person="Ann") as document:
        fill_review(document, folder)
    return folder / "review.divereview"


@pytest.fixture
def document(tmp_path, filled_review):
    shutil.copy(filled_review, tmp_path / "review.divereview")
    with ReviewDocument.open(tmp_path / "review.divereview", person="Ann") as document:
        yield document


def exported(document, tmp_path, **options):
    (folder,) = export(document, tmp_path / "out", ["divereview-dataset"], **options)
    return Dataset(folder)


def frames(dataset):
    return [(dive.interval.start.frame, dive.status) for dive in dataset.dives()]


def test_reviewed_dives_only_unless_asked(document, tmp_path):
    dataset = exported(document, tmp_path)

    assert frames(dataset) == [
        (100, "accepted"),
        (200, "corrected"),
        (400, "corrected"),
        (700, "corrected"),
        (800, "corrected"),
    ]
    assert dataset.manifest.statuses == ("accepted", "corrected")
    assert [source.file_name for source in dataset.sources] == ["Évening =session.mp4"]
    assert dataset.sources[0].not_labelled == (Interval(at(500), at(540)),)
    assert list(dataset.signals()) == []


def test_rejected_dives_as_examples_of_what_is_none(document, tmp_path):
    dataset = exported(document, tmp_path, include_rejected=True)

    assert (300, "rejected") in frames(dataset)
    assert (500, "unreviewed") not in frames(dataset)
    assert dataset.manifest.statuses == ("accepted", "corrected", "rejected")


def test_everything(document, tmp_path):
    dataset = exported(document, tmp_path, reviewed_only=False)

    assert {status for _, status in frames(dataset)} == {"accepted", "corrected", "rejected", "unreviewed"}
    assert [len(source.not_labelled) for source in dataset.sources] == [0, 0]
    assert [signal.track.name for signal in dataset.signals()] == ["motion"]


def test_the_effective_values_stand_beside_the_predicted_ones(document, tmp_path):
    corrected = list(exported(document, tmp_path).dives())[1]

    assert (corrected.interval.end, corrected.prediction.dive.interval.end) == (at(244), at(240))
    assert (corrected.code, corrected.board, corrected.prediction.dive.code) == ("626B", "platform-7.5", None)
    assert corrected.trajectory.path == BallisticPath(8.0, 1 / 3, 2.0, 3.0, -4.0, 500.0)
    assert corrected.human_fields == {"end", "board", "code", "path"}
    assert {name: maker.name for name, maker in corrected.provenance.items()} == {
        "start": "motion",
        "end": "Ann",
        "board": "Ann",
        "code": "Ann",
        "path": "Ann",
        "status": "Ann",
    }


def test_keypoints_with_who_placed_them(document, tmp_path):
    dataset = exported(document, tmp_path)
    marked = list(dataset.dives())[2]

    assert dataset.manifest.skeleton.keypoints == ("hip", "head", "toe")
    first, second = marked.frames
    assert [(point.x, point.y, point.visibility.value, point.score) for point in first.keypoints] == [
        (1.0, 2.0, "visible", 0.5),
        (12.5, 1 / 3, "visible", None),
        (20.5, 30.5, "occluded", None),
    ]
    assert {name: maker.kind for name, maker in first.provenance.items()} == {
        "hip": "model",
        "head": "person",
        "toe": "person",
    }
    hip, head, toe = second.keypoints
    assert (second.time, head.visibility.value, (toe.x, toe.y)) == (at(411), "out_of_frame", (21.5, 31.5))
    assert [point.is_interpolated for point in (*first.keypoints, hip, head, toe)] == [False] * 5 + [True]
    assert (second.provenance["toe"].kind, second.provenance["toe"].name) == ("person", "Ann")


def test_depths_by_hand_stand_with_the_keypoints_and_a_models_with_its_own(document, tmp_path):
    folder = exported(document, tmp_path).folder
    marked = json.loads((folder / "annotations.jsonl").read_text(encoding="utf-8").splitlines()[2])

    # The model says one of the hip, too, but nobody has looked at that.
    assert [labels["depths"] for labels in marked["frames"]] == [[None, -1 / 3, None], [None, None, 7.5]]
    (track,) = marked["predicted_keypoints"]
    assert track["depths"] == [[pytest.approx(0.1), 8.0, None], [None, -2.0, None]]
    assert len(track["values"][0][0]) == 3


def test_the_lines_are_plain_json_with_one_dive_each(document, tmp_path):
    folder = exported(document, tmp_path).folder
    lines = (folder / "annotations.jsonl").read_text(encoding="utf-8").split("\n")

    assert lines.pop() == ""
    values = [json.loads(line) for line in lines]
    assert [value["start"] for value in values[:2]] == [
        {"frame": 100, "seconds": 4.0},
        {"frame": 200, "seconds": 8.0},
    ]
    assert values[0]["note"] == "=HYPERLINK(1), “good”\nsecond line"
    assert sorted(path.name for path in folder.iterdir()) == ["annotations.jsonl", "manifest.json"]


def test_no_video_is_in_two_splits(tmp_path):
    with ReviewDocument.create(tmp_path / "review.divereview") as document:
        for number in range(10):
            video = document.add_video(tmp_path / f"{number}.mp4", Facts(), f"fingerprint-{number}")
            document.store_predictions(video.id, predictions(detected(100, 140), detected(300, 340)))
        datasets = [
            exported(document, tmp_path / name, reviewed_only=False, seed=seed)
            for name, seed in (("a", 1), ("b", 1), ("c", 2))
        ]

    splits = [{source.fingerprint: source.split for source in dataset.sources} for dataset in datasets]
    assert splits[0] == splits[1] != splits[2]
    assert sorted(splits[0].values()) == ["testing"] + ["training"] * 8 + ["validation"]
    by_dive = [(dive.source_id, datasets[0].source(dive.source_id).split) for dive in datasets[0].dives()]
    assert len(by_dive) == 20
    assert len(set(by_dive)) == 10


def test_the_videos_go_with_the_data_set_when_asked(document, tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.png").write_bytes(bytes([number]))
    video = document.add_video(folder, Facts(), fingerprint(folder))
    document.add_dive(video.id, at(10), at(20))

    dataset = exported(document, tmp_path, include_videos=True, video_ids=(video.id,))

    assert dataset.sources[0].path == "videos/images"
    assert sorted(path.name for path in (dataset.folder / "videos" / "images").iterdir()) == ["0.png", "1.png", "2.png"]
    assert dataset.find_video(dataset.sources[0]) == dataset.folder / "videos" / "images"


def test_a_missing_video_cannot_be_copied(document, tmp_path):
    with pytest.raises(ExportError, match=r"session\.mp4 is missing, so it cannot be copied; .* without the videos"):
        exported(document, tmp_path, include_videos=True)

    assert not (tmp_path / "out").exists()


def test_copying_a_video_can_be_cancelled(document, tmp_path):
    cancel = CancelToken()
    (tmp_path / "film.mp4").write_bytes(bytes(1000))
    video = document.add_video(tmp_path / "film.mp4", Facts(), "fingerprint-3")
    document.add_dive(video.id, at(10), at(20))

    with pytest.raises(Cancelled):
        exported(
            document,
            tmp_path,
            include_videos=True,
            video_ids=(video.id,),
            cancel=cancel,
            progress=lambda fraction, what: cancel.cancel() if what.startswith("copying") else None,
        )

    assert not (tmp_path / "out").exists()


def test_a_code_that_is_none_is_named(document, tmp_path):
    video = document.videos()[0]
    document.set_code(document.dives(video.id)[0].id, "hello")

    with pytest.raises(
        ExportError, match="Dive 1 of Évening _session cannot be written to the data set: 'hello' is no dive code"
    ):
        exported(document, tmp_path)


def test_a_review_is_only_read(document, tmp_path):
    video = document.videos()[0]
    before = document.history(video.id)

    with ReviewDocument.open(document.path, read_only=True) as reading:
        exported(reading, tmp_path, reviewed_only=False)

    assert document.history(video.id) == before
    assert document.dives(video.id)[0].status is ReviewStatus.ACCEPTED
    assert Path(document.path).exists()
