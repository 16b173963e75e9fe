from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from dataset_samples import write_sample
from reviews import FRAMES, Facts, at, detected, fill_review, moving_trajectory, predictions

from app.document.document import ReviewDocument
from app.document.records import ReviewStatus
from app.exports.registry import export
from app.imports.dataset import import_dataset
from app.imports.errors import ImportingError
from inference.progress import Cancelled, CancelToken
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
    shutil.copy(filled_review, tmp_path / "first.divereview")
    with ReviewDocument.open(tmp_path / "first.divereview", person="Ann") as document:
        yield document


def everything(document):
    """All that a person can see of a review, without what names a place or a row: paths, run ids, import times."""
    return [
        {
            "video": dataclasses.replace(video, id="", path=Path(video.path.name)),
            "signals": [plain(track) for track in document.signals(video.id)],
            "runs": [dataclasses.replace(run, id="", video_id="") for run in document.runs(video.id)],
            "dives": [dive_content(document, dive) for dive in document.dives(video.id)],
        }
        for video in document.videos()
    ]


def dive_content(document, dive):
    predicted = dive.predicted and dataclasses.replace(dive.predicted, run_id="")
    return {
        "dive": plain(dataclasses.replace(dive, video_id="", predicted=predicted)),
        "trajectory": plain(document.trajectory(dive.id)),
        "predicted_trajectory": plain(document.predicted_trajectory(dive.id)),
        "probabilities": plain(document.attribute_probabilities(dive.id)),
        "keypoints": {
            frame: plain(document.keypoints(dive.id, frame))
            for frame in range(dive.start.frame, dive.end.frame + 1)
            if document.keypoints(dive.id, frame)
        },
        "labelled": document.labelled_frames(dive.id),
    }


def plain(value):
    """Records as nested plain values, so that arrays compare by their content."""
    if isinstance(value, np.ndarray):
        return (str(value.dtype), value.shape, value.tobytes())
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if hasattr(value, "items"):
        return {name: plain(item) for name, item in value.items()}
    return value


def export_and_import(document, tmp_path, **options):
    (folder,) = export(document, tmp_path / "export", ["divereview-dataset"], **options)
    return import_dataset(folder, tmp_path / "second.divereview", person="Bob")


def test_a_full_data_set_gives_the_same_review_back(document, tmp_path):
    with export_and_import(document, tmp_path, reviewed_only=False) as second:
        before, after = everything(document), everything(second)
        assert [len(video["dives"]) for video in before] == [7, 1]
        assert after == before


def test_a_second_round_changes_nothing(document, tmp_path):
    with export_and_import(document, tmp_path, reviewed_only=False) as second:
        (folder,) = export(second, tmp_path / "again", ["divereview-dataset"], reviewed_only=False)
        with import_dataset(folder, tmp_path / "third.divereview") as third:
            assert everything(third) == everything(document)


def test_reviewed_dives_alone_come_back_as_they_were(document, tmp_path):
    with export_and_import(document, tmp_path) as second:
        (first_video, _), (second_video,) = document.videos(), second.videos()
        reviewed = {ReviewStatus.ACCEPTED, ReviewStatus.CORRECTED}
        expected = [dive for dive in document.dives(first_video.id) if dive.status in reviewed]
        assert [dive_content(second, dive) for dive in second.dives(second_video.id)] == [
            dive_content(document, dive) for dive in expected
        ]
        assert second.signals(second_video.id) == ()


def test_human_values_can_be_taken_back_after_the_import(document, tmp_path):
    with export_and_import(document, tmp_path, reviewed_only=False) as second:
        video = second.videos()[0]
        corrected, marked = second.dives(video.id)[1], second.dives(video.id)[3]

        second.revert(corrected.id, "end")
        second.revert(corrected.id, "path")
        second.mark_candidate(marked.id, 5, None)

        assert second.dive(corrected.id).end == at(240)
        assert plain(second.trajectory(corrected.id)) == plain(moving_trajectory(200, 240))
        inliers = [candidate.is_inlier for candidate in second.trajectory(marked.id).candidates]
        assert [index for index, is_inlier in enumerate(inliers) if not is_inlier] == []


def test_a_new_run_replaces_predictions_and_leaves_human_work(document, tmp_path):
    with export_and_import(document, tmp_path, reviewed_only=False) as second:
        video = second.videos()[0]
        before = {dive.id: dive for dive in second.dives(video.id)}

        second.store_predictions(video.id, predictions(detected(104, 144), detected(902, 940), version="2"))

        after = {dive.id: dive for dive in second.dives(video.id)}
        unreviewed = next(dive for dive in before.values() if dive.status is ReviewStatus.UNREVIEWED)
        assert unreviewed.id not in after
        assert {dive_id: dive.start for dive_id, dive in after.items() if dive_id in before} == {
            dive_id: dive.start for dive_id, dive in before.items() if dive_id != unreviewed.id
        }
        assert [dive.start.frame for dive_id, dive in after.items() if dive_id not in before] == [902]


def test_values_kept_from_an_earlier_run_keep_that_run_as_their_source(document, tmp_path):
    video = document.videos()[0]
    document.store_predictions(video.id, predictions(detected(104, 144), version="2"))

    with export_and_import(document, tmp_path, reviewed_only=False) as second:
        assert everything(second) == everything(document)
        (accepted, *_) = second.dives(second.videos()[0].id)
        assert (accepted.start.frame, accepted.predicted.start.frame) == (100, 104)
        assert accepted.provenance["start"].version == "1.2"


def test_a_review_on_top_of_the_import_starts_its_own_undo(document, tmp_path):
    with export_and_import(document, tmp_path) as second:
        video = second.videos()[0]
        assert second.undo_text(video.id) is None
        second.set_note(second.dives(video.id)[0].id, "seen")
        assert second.undo(video.id) is not None


def test_what_another_program_wrote_becomes_a_review(tmp_path):
    folder = write_sample(tmp_path / "set")

    with import_dataset(folder, tmp_path / "review.divereview", person="Bob") as review:
        first, second = review.videos()
        (dive,) = review.dives(first.id)
        (bare,) = review.dives(second.id)

    assert first.path == tmp_path / "Training évening.mp4"
    assert (dive.start, dive.end, dive.code, dive.board) == (at(100), at(135), "5152B", "platform-7.5")
    assert (dive.status, dive.human_fields) == (ReviewStatus.CORRECTED, {"end", "path"})
    assert (bare.start.frame, bare.end.frame, bare.status) == (0, 0, ReviewStatus.UNREVIEWED)
    assert (bare.provenance["start"].kind, bare.provenance["start"].name) == ("model", "DiveReview 0.1.0")


def test_the_video_is_found_beside_the_data_set(tmp_path):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"moving pictures")
    (tmp_path / "reviews").mkdir()
    with ReviewDocument.create(tmp_path / "first.divereview") as document:
        video = document.add_video(film, Facts(), fingerprint(film))
        document.add_dive(video.id, at(0), at(FRAMES - 1))
        (folder,) = export(document, tmp_path / "export", ["divereview-dataset"])

    with import_dataset(folder, tmp_path / "reviews" / "second.divereview") as second:
        assert second.videos()[0].path.resolve() == film.resolve()


@pytest.mark.parametrize("name", ["second.divereview", "spring [2026].divereview"])
def test_a_broken_line_leaves_nothing_behind(document, tmp_path, name):
    (folder,) = export(document, tmp_path / "export", ["divereview-dataset"])
    path = folder / "annotations.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = json.dumps({**json.loads(lines[1]), "status": "splendid"})
    path.write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "reviews").mkdir()

    with pytest.raises(ImportingError, match=r"annotations\.jsonl, line 2: status is 'splendid'; expected one of"):
        import_dataset(folder, tmp_path / "reviews" / name)

    assert list((tmp_path / "reviews").iterdir()) == []


def test_cancelling_leaves_nothing_behind(document, tmp_path):
    (folder,) = export(document, tmp_path / "export", ["divereview-dataset"])
    (tmp_path / "reviews").mkdir()
    cancel = CancelToken()

    with pytest.raises(Cancelled):
        import_dataset(
            folder,
            tmp_path / "reviews" / "second.divereview",
            progress=lambda fraction, what: cancel.cancel(),
            cancel=cancel,
        )

    assert list((tmp_path / "reviews").iterdir()) == []


def test_an_existing_review_is_not_touched(document, tmp_path):
    (folder,) = export(document, tmp_path / "export", ["divereview-dataset"])

    with pytest.raises(ImportingError, match=r"first\.divereview exists already; choose another name"):
        import_dataset(folder, document.path)


def test_a_review_that_somebody_else_makes_meanwhile_is_not_touched(document, tmp_path):
    (folder,) = export(document, tmp_path / "export", ["divereview-dataset"])
    place = tmp_path / "reviews" / "second.divereview"
    place.parent.mkdir()

    with pytest.raises(ImportingError, match=r"second\.divereview exists already"):
        import_dataset(folder, place, progress=lambda fraction, what: place.write_text("precious", encoding="utf-8"))

    assert place.read_text(encoding="utf-8") == "precious"
    assert list(place.parent.iterdir()) == [place]


def test_a_place_that_cannot_be_written_is_named_as_the_person_named_it(document, tmp_path):
    (folder,) = export(document, tmp_path / "export", ["divereview-dataset"])
    place = tmp_path / "nowhere" / "second.divereview"

    with pytest.raises(ImportingError) as refused:
        import_dataset(folder, place)

    assert str(refused.value).startswith(f"{place} cannot be written (")


def test_a_folder_that_is_no_data_set(tmp_path):
    with pytest.raises(ImportingError, match=r"holds no data set: manifest\.json is missing\."):
        import_dataset(tmp_path, tmp_path / "review.divereview")
