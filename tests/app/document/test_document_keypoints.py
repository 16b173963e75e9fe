"""Many keypoints placed and removed as one edit."""

from __future__ import annotations

import numpy as np
import pytest

from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.document.records import KeypointTrack, PlacedKeypoint, Visibility
from inference.results import ModelIdentity


@pytest.fixture
def dive_id(document, video, build):
    """A dive whose head and neck a model found in frames 110 to 112, at (1, 1)."""
    dive_id = document.add_dive(video.id, build.at(100), build.at(140))
    values = np.ones((3, 2, 3), np.float32)
    document.store_keypoints(dive_id, KeypointTrack(ModelIdentity("pose", "1"), 110, ("head", "neck"), values))
    return dive_id


def test_many_keypoints_are_one_step(document, video, dive_id, build):
    document.set_keypoint(dive_id, build.at(112), "neck", 4.0, 4.0)
    placed = [
        PlacedKeypoint(build.at(110), "head", 2.0, 3.0),
        PlacedKeypoint(build.at(111), "neck", 5.0, 6.0, Visibility.HIDDEN),
    ]
    document.set_keypoints(dive_id, placed, cleared=[(112, "neck"), (112, "head")], text="Copy pose")
    assert document.labelled_frames(dive_id) == (110, 111)
    neck = document.keypoints(dive_id, 111)["neck"]
    assert (neck.x, neck.y, neck.visibility, neck.is_human) == (5.0, 6.0, Visibility.HIDDEN, True)
    assert (document.keypoints(dive_id, 112)["neck"].x, document.keypoints(dive_id, 110)["neck"].x) == (1.0, 1.0)
    last = document.history(video.id)[-1]
    assert (last.text, [(change.frame, change.name) for change in last.changes]) == (
        "Copy pose",
        [(110, "head"), (111, "neck"), (112, "neck")],
    )
    assert document.undo(video.id) == "Copy pose"
    assert document.labelled_frames(dive_id) == (112,)
    document.redo(video.id)
    assert document.labelled_frames(dive_id) == (110, 111)


def test_an_interpolated_keypoint_says_so_until_a_person_places_it(document, video, dive_id, build):
    document.set_keypoint(dive_id, build.at(110), "head", 2.0, 3.0)
    filled = PlacedKeypoint(build.at(111), "head", 2.5, 3.5, is_interpolated=True)
    document.set_keypoints(dive_id, [filled], text="Interpolate")
    head = document.keypoints(dive_id, 111)["head"]
    assert (head.x, head.is_interpolated, head.is_human, head.is_placed) == (2.5, True, False, True)
    assert (head.provenance.kind, head.provenance.name, head.predicted) == ("person", "Ann", (1.0, 1.0, 1.0))
    assert document.labelled_frames(dive_id) == (110, 111)
    assert document.labelled_frames(dive_id, by_hand=True) == (110,)

    document.set_keypoint(dive_id, build.at(111), "head", 2.5, 3.5)
    head = document.keypoints(dive_id, 111)["head"]
    assert (head.is_interpolated, head.is_human) == (False, True)
    (change,) = document.history(video.id)[-1].changes
    assert (change.old.is_interpolated, change.new.is_interpolated) == (True, False)

    document.undo(video.id)
    assert document.keypoints(dive_id, 111)["head"].is_interpolated
    document.undo(video.id)
    assert not document.keypoints(dive_id, 111)["head"].is_placed
    document.redo(video.id)
    with ReviewDocument.open(document.path, read_only=True) as again:
        assert again.keypoints(dive_id, 111)["head"].is_interpolated
        assert again.keypoints(dive_id, 110)["head"].is_human


def test_the_parts_of_a_dive_keep_what_was_interpolated(document, dive_id, build):
    document.set_keypoints(dive_id, [PlacedKeypoint(build.at(111), "head", 2, 3, is_interpolated=True)], text="Fill")
    first, _ = document.split_dive(dive_id, build.at(120), build.at(121))
    assert document.keypoints(first, 111)["head"].is_interpolated


def test_what_changes_nothing_is_no_edit(document, video, dive_id, build):
    document.set_keypoint(dive_id, build.at(110), "head", 2.0, 3.0)
    document.set_keypoints(dive_id, [PlacedKeypoint(build.at(110), "head", 2.0, 3.0)], text="Copy pose")
    document.set_keypoints(dive_id, [], cleared=[(111, "head")], text="Clear")
    document.set_keypoints(dive_id, [], text="Clear")
    assert document.undo_text(video.id) == "Move head"


def test_one_wrong_keypoint_stops_all(document, dive_id, build):
    placed = [PlacedKeypoint(build.at(110), "head", 2.0, 3.0), PlacedKeypoint(build.at(111), "", 2.0, 3.0)]
    with pytest.raises(DocumentError, match="cannot be the name of a keypoint"):
        document.set_keypoints(dive_id, placed, text="Copy pose")
    assert document.labelled_frames(dive_id) == ()
    with pytest.raises(DocumentError, match=r"^Frame -1 is not one of the video's 1000 frames\.$"):
        document.set_keypoints(dive_id, (), cleared=[(-1, "head")], text="Clear")
