"""Undo and redo: exact, persistent, per video, one step per gesture, and an append-only log beneath."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.document.records import Change, Field, KeypointValue, ReviewStatus, Visibility
from inference.results import BallisticPath

_BUILD = None


@pytest.fixture(autouse=True)
def _remember_builders(build):
    global _BUILD  # noqa: PLW0603 - hypothesis calls its test many times for one set of fixtures
    _BUILD = build


OPERATIONS = ("add", "delete", "split", "merge", "start", "end", "board", "code", "note", "status", "path", "mark",
              "trajectory", "keypoint", "clear", "revert", "undo", "redo")  # fmt: skip
numbers = st.integers(0, 10_000)
operations = st.tuples(st.sampled_from(OPERATIONS), numbers, numbers)
steps = st.lists(st.one_of(operations, st.lists(operations, min_size=2, max_size=4)), min_size=1, max_size=14)


def apply(document: ReviewDocument, video_id: str, operation: tuple[str, int, int], *, in_macro: bool = False) -> None:
    """Do one random edit; the document may refuse it."""
    name, one, two = operation
    dives = document.dives(video_id)
    build = _BUILD
    if name in ("undo", "redo"):
        if not in_macro:
            getattr(document, name)(video_id)
        return
    if name == "add" or not dives:
        document.add_dive(video_id, build.at(one % 900), build.at(one % 900 + two % 100), board="platform-5")
        return
    dive = dives[one % len(dives)]
    middle = (dive.start.frame + dive.end.frame) // 2
    calls = {
        "delete": lambda: document.delete_dive(dive.id),
        "split": lambda: document.split_dive(dive.id, build.at(middle), build.at(middle + 1)),
        "merge": lambda: document.merge_dives([dive.id, dives[two % len(dives)].id]),
        "start": lambda: document.set_start(dive.id, build.at(two % 1000)),
        "end": lambda: document.set_end(dive.id, build.at(two % 1100)),
        "board": lambda: document.set_board(dive.id, ("platform-10", None, "springboard-1")[two % 3]),
        "code": lambda: document.set_code(dive.id, ("101A", None, "5152B")[two % 3]),
        "note": lambda: document.set_note(dive.id, "x" * (two % 3)),
        "status": lambda: document.set_status(dive.id, list(ReviewStatus)[two % 4]),
        "path": lambda: document.set_path(dive.id, BallisticPath(two, 1, 2, 3, 4, 5) if two % 3 else None),
        "mark": lambda: document.mark_candidate(dive.id, two % 5, (True, False, None)[two % 3]),
        "trajectory": lambda: document.set_trajectory(dive.id, build.trajectory(height=float(two))),
        "keypoint": lambda: document.set_keypoint(dive.id, build.at(dive.start.frame + two % 3), "head", one, two),
        "clear": lambda: document.clear_keypoint(dive.id, dive.start.frame + two % 3, "head"),
        "revert": lambda: document.revert(dive.id, ("start", "end", "board", "code", "note", "path")[two % 6]),
    }
    calls[name]()


def snapshot(document: ReviewDocument, video_id: str) -> list[tuple[object, ...]]:
    """Everything about the dives that counts, provenance included."""
    result: list[tuple[object, ...]] = []
    for dive in document.dives(video_id, include_deleted=True):
        trajectory = document.trajectory(dive.id)
        path = None if trajectory is None else (trajectory.path, trajectory.candidates)
        frames = {frame: document.keypoints(dive.id, frame) for frame in document.labelled_frames(dive.id)}
        result.append((dive, path, frames))
    return result


def walk(document: ReviewDocument, video_id: str, kind: str) -> int:
    count = 0
    while getattr(document, kind)(video_id) is not None:
        count += 1
    return count


@settings(max_examples=20, deadline=None)
@given(steps)
def test_undo_all_and_redo_all_are_exact_also_after_reopening(script):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.divereview")
        with ReviewDocument.create(path, person="Ann") as document:
            video = document.add_video("/pool/a.mp4", _BUILD.Facts(), "f")
            found = [
                _BUILD.detected(100, 140, trajectory=_BUILD.trajectory(), board="springboard-3", code="101B"),
                _BUILD.detected(300, 330, code="201C"),
                _BUILD.detected(320, 360),
            ]
            document.store_predictions(video.id, _BUILD.run_of(*found))
            initial = snapshot(document, video.id)
            for step in script:
                try:
                    if isinstance(step, list):
                        with document.macro(video.id, "several"):
                            for operation in step:
                                apply(document, video.id, operation, in_macro=True)
                    else:
                        apply(document, video.id, step)
                except DocumentError:
                    continue
            walk(document, video.id, "redo")
            final = snapshot(document, video.id)
            undone = walk(document, video.id, "undo")
            assert snapshot(document, video.id) == initial
        with ReviewDocument.open(path) as document:
            assert snapshot(document, video.id) == initial
            assert walk(document, video.id, "redo") == undone
            assert snapshot(document, video.id) == final
        with ReviewDocument.open(path) as document:
            assert snapshot(document, video.id) == final
            assert walk(document, video.id, "undo") == undone
            assert snapshot(document, video.id) == initial


def test_texts_say_what_comes_next(document, video, build):
    assert (document.undo_text(video.id), document.undo(video.id), document.redo(video.id)) == (None, None, None)
    dive_id = document.add_dive(video.id, build.at(1), build.at(2))
    document.set_code(dive_id, "101A")
    assert document.undo_text(video.id) == "Set code to 101A"
    assert document.undo(video.id) == "Set code to 101A"
    assert (document.undo_text(video.id), document.redo_text(video.id)) == ("Add dive", "Set code to 101A")


def test_a_new_edit_ends_redo_but_the_log_keeps_everything(document, video, build):
    dive_id = document.add_dive(video.id, build.at(1), build.at(2))
    document.set_code(dive_id, "101A")
    document.undo(video.id)
    document.set_code(dive_id, "201A")
    assert document.redo(video.id) is None
    history = document.history(video.id)
    assert [(edit.kind, edit.text) for edit in history] == [
        ("edit", "Add dive"),
        ("edit", "Set code to 101A"),
        ("undo", "Set code to 101A"),
        ("edit", "Set code to 201A"),
    ]
    codes = [[(change.old, change.new) for change in edit.changes if change.field is Field.CODE] for edit in history]
    assert codes == [[], [(None, "101A")], [("101A", None)], [(None, "201A")]]
    assert [edit.person for edit in history] == ["Ann"] * 4
    assert [edit.at for edit in history] == sorted(edit.at for edit in history)


def test_undo_names_who_undid_and_keeps_who_edited(review_path, build):
    with ReviewDocument.create(review_path, person="Ann") as document:
        video = document.add_video("/pool/a.mp4", build.Facts(), "f")
        dive_id = document.add_dive(video.id, build.at(1), build.at(2))
        document.set_note(dive_id, "hers")
        document.set_note(dive_id, "second")
    with ReviewDocument.open(review_path, person="Bo") as document:
        document.undo(video.id)
        assert document.dive(dive_id).note == "hers"
        assert document.dive(dive_id).provenance["note"].name == "Ann"
        assert (document.history(video.id)[-1].person, document.history(video.id)[-1].kind) == ("Bo", "undo")


def test_undo_never_crosses_into_another_video(document, video, build):
    other = document.add_video("/pool/other.mp4", build.Facts(), "fingerprint-2")
    first = document.add_dive(video.id, build.at(1), build.at(2))
    document.add_dive(other.id, build.at(3), build.at(4))
    document.undo(video.id)
    assert document.dives(video.id) == ()
    assert build.intervals(document, other) == [(3, 4)]
    with pytest.raises(DocumentError, match=r"^This dive is no longer in the review; choose another one\.$"):
        document.set_note(first, "gone")


def test_a_macro_is_one_step_and_one_piece_of_news(document, video, build):
    heard: list[Change] = []
    document.subscribe(heard.append)
    with document.macro(video.id, "Add two dives"):
        one = document.add_dive(video.id, build.at(1), build.at(2))
        with document.macro(video.id, "inner"):
            two = document.add_dive(video.id, build.at(3), build.at(4))
        assert build.intervals(document, video) == [(1, 2), (3, 4)]
        with pytest.raises(DocumentError, match="A group of edits is not finished"):
            document.undo(video.id)
    assert heard == [Change("dives", video.id, frozenset({one, two}))]
    assert document.undo(video.id) == "Add two dives"
    assert document.dives(video.id) == ()
    document.redo(video.id)
    assert build.intervals(document, video) == [(1, 2), (3, 4)]


def test_a_macro_that_fails_leaves_nothing(document, video, build):
    keep = document.add_dive(video.id, build.at(1), build.at(2))

    def fail():
        with document.macro(video.id, "half"):
            document.set_note(keep, "half")
            document.add_dive(video.id, build.at(5), build.at(6))
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert document.dive(keep).note == ""
    assert build.intervals(document, video) == [(1, 2)]
    assert document.undo_text(video.id) == "Add dive"


def test_a_macro_stays_within_one_video(document, video, build):
    other = document.add_video("/pool/other.mp4", build.Facts(), "fingerprint-2")
    with (
        document.macro(video.id, "both"),
        pytest.raises(DocumentError, match="Edits of several videos cannot be grouped"),
    ):
        document.add_dive(other.id, build.at(1), build.at(2))
    assert document.dives(other.id) == ()


def test_macros_of_one_gesture_commit_each_and_undo_together(document, review_path, video, build):
    dive_id = document.add_dive(video.id, build.at(10), build.at(20))
    for frame in (11, 12, 13):
        with document.macro(video.id, "Drag start", gesture="drag 1"):
            document.set_start(dive_id, build.at(frame))
        with ReviewDocument.open(review_path, read_only=True) as other:
            assert other.dive(dive_id).start.frame == frame
    with document.macro(video.id, "Drag start", gesture="drag 2"):
        document.set_start(dive_id, build.at(15))
    document.undo(video.id)
    assert document.dive(dive_id).start.frame == 13
    document.undo(video.id)
    assert document.dive(dive_id).start.frame == 10
    assert document.undo_text(video.id) == "Add dive"


def test_a_gesture_ends_with_any_other_edit_or_undo(document, video, build):
    dive_id = document.add_dive(video.id, build.at(10), build.at(20))
    with document.macro(video.id, "Drag start", gesture="drag 1"):
        document.set_start(dive_id, build.at(11))
    document.set_note(dive_id, "between")
    with document.macro(video.id, "Drag start", gesture="drag 1"):
        document.set_start(dive_id, build.at(12))
    assert [document.undo(video.id), document.undo(video.id)] == ["Drag start", "Change note"]
    assert document.dive(dive_id).start.frame == 11


def test_history_shows_times_and_keypoints_as_values(document, video, build):
    dive_id = document.add_dive(video.id, build.at(10), build.at(20))
    document.set_start(dive_id, build.at(11))
    document.set_keypoint(dive_id, build.at(12), "head", 1.5, 2.5, Visibility.HIDDEN)
    start, keypoint = (edit.changes[0] for edit in document.history(video.id)[1:])
    assert (start.field, start.old, start.new) == (Field.START, build.at(10), build.at(11))
    assert (keypoint.frame, keypoint.name, keypoint.old) == (12, "head", None)
    assert keypoint.new == KeypointValue(1.5, 2.5, Visibility.HIDDEN)
