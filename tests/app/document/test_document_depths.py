"""How far away keypoints are: what a person says stands beside what a model says, as their places do."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from app.document.arrays import pack
from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.document.records import KeypointTrack, KeypointValue, PlacedKeypoint, Visibility
from inference.results import ModelIdentity

NAMES = ("head", "neck")


def track(first_frame: int, depths, version: str = "1") -> KeypointTrack:
    """Head and neck at (1, 1) with the given depths, which are (frames, 2), or None."""
    depths = None if depths is None else np.array(depths, np.float32)
    frames = 3 if depths is None else len(depths)
    return KeypointTrack(
        ModelIdentity("pose", version), first_frame, NAMES, np.ones((frames, 2, 3), np.float32), depths
    )


@pytest.fixture
def dive_id(document, video, build):
    """A dive whose head and neck a model found in frames 110 to 112; that of the neck in frame 111 without a depth."""
    dive_id = document.add_dive(video.id, build.at(100), build.at(140))
    document.store_keypoints(dive_id, track(110, [[5, -5], [6, math.nan], [7, -7]]))
    return dive_id


def depth_of(document, dive_id, frame, name="head"):
    """A keypoint's depth, the model's, and whether it is a person's."""
    point = document.keypoints(dive_id, frame)[name]
    return point.depth, point.predicted_depth, point.is_depth_human


def test_a_predicted_depth_counts_until_a_person_says_one(document, video, dive_id, build):
    assert depth_of(document, dive_id, 110) == (5.0, 5.0, False)
    assert depth_of(document, dive_id, 110, "neck") == (-5.0, -5.0, False)
    assert depth_of(document, dive_id, 111, "neck") == (None, None, False)
    document.set_keypoint(dive_id, build.at(110), "head", 2.0, 3.0)
    assert document.keypoints(dive_id, 110)["head"].is_human
    assert depth_of(document, dive_id, 110) == (5.0, 5.0, False)

    document.set_keypoint(dive_id, build.at(110), "head", 2.0, 3.0, depth=8.5)
    assert depth_of(document, dive_id, 110) == (8.5, 5.0, True)
    (change,) = document.history(video.id)[-1].changes
    assert change.old == KeypointValue(2.0, 3.0, Visibility.VISIBLE)
    assert change.new == KeypointValue(2.0, 3.0, Visibility.VISIBLE, depth=8.5)

    document.undo(video.id)
    assert depth_of(document, dive_id, 110) == (5.0, 5.0, False)
    document.redo(video.id)
    document.set_keypoint(dive_id, build.at(111), "neck", 2.0, 3.0, depth=0.0)
    with ReviewDocument.open(document.path, read_only=True) as again:
        assert depth_of(again, dive_id, 110) == (8.5, 5.0, True)
        assert depth_of(again, dive_id, 111, "neck") == (0.0, None, True)
        assert depth_of(again, dive_id, 112) == (7.0, 7.0, False)


def test_a_persons_depth_stays_when_the_keypoint_is_moved_and_goes_when_it_is_taken_back(
    document, video, dive_id, build
):
    document.set_keypoint(dive_id, build.at(110), "head", 2.0, 3.0, depth=8.5)
    document.set_keypoint(dive_id, build.at(110), "head", 4.0, 3.0)
    assert (document.keypoints(dive_id, 110)["head"].x, depth_of(document, dive_id, 110)[0]) == (4.0, 8.5)
    document.set_keypoint(dive_id, build.at(110), "head", 4.0, 3.0)
    document.set_keypoint(dive_id, build.at(110), "head", 4.0, 3.0, depth=8.5)
    document.undo(video.id)
    assert document.keypoints(dive_id, 110)["head"].x == 2.0  # neither of the two said anything new
    document.clear_keypoint(dive_id, 110, "head")
    assert depth_of(document, dive_id, 110) == (5.0, 5.0, False)
    assert not document.keypoints(dive_id, 110)["head"].is_human
    document.undo(video.id)
    assert depth_of(document, dive_id, 110) == (8.5, 5.0, True)


def test_a_keypoint_that_is_cleared_and_placed_in_one_edit_keeps_no_depth(document, video, dive_id, build):
    document.set_keypoint(dive_id, build.at(110), "head", 2.0, 3.0, depth=8.5)
    placed = [PlacedKeypoint(build.at(110), "head", 6.0, 7.0)]
    assert document.set_keypoints(dive_id, placed, cleared=[(110, "head")], text="Swap") == 1
    assert depth_of(document, dive_id, 110) == (5.0, 5.0, False)
    assert document.keypoints(dive_id, 110)["head"].x == 6.0
    document.undo(video.id)
    assert depth_of(document, dive_id, 110) == (8.5, 5.0, True)


def test_an_interpolated_depth_is_nobodys_until_the_keypoint_is_moved(document, dive_id, build):
    filled = PlacedKeypoint(build.at(111), "head", 2.5, 3.5, is_interpolated=True, depth=9.0)
    document.set_keypoints(dive_id, [filled], text="Interpolate")
    assert depth_of(document, dive_id, 111) == (9.0, 6.0, False)
    anew = PlacedKeypoint(build.at(111), "head", 2.5, 3.5, is_interpolated=True)
    assert document.set_keypoints(dive_id, [anew], text="Interpolate") == 1
    assert depth_of(document, dive_id, 111) == (6.0, 6.0, False)
    document.set_keypoints(dive_id, [filled], text="Interpolate")
    document.set_keypoint(dive_id, build.at(111), "head", 2.0, 3.0)
    assert depth_of(document, dive_id, 111) == (9.0, 6.0, True)


@pytest.mark.parametrize("depth", [math.nan, math.inf, -math.inf])
def test_a_depth_that_is_no_number_is_refused(document, dive_id, build, depth):
    with pytest.raises(DocumentError, match=rf"^The depth {depth} of keypoint head is not a number\.$"):
        document.set_keypoint(dive_id, build.at(110), "head", 2.0, 3.0, depth=depth)
    assert document.labelled_frames(dive_id) == ()


def test_another_run_replaces_predicted_depths_only(document, dive_id, build):
    document.set_keypoint(dive_id, build.at(111), "head", 2.0, 3.0, depth=8.5)
    document.set_keypoint(dive_id, build.at(112), "head", 2.0, 3.0)
    document.store_keypoints(dive_id, track(111, [[16, 1], [17, 2], [18, 3]], "2"))
    assert depth_of(document, dive_id, 110) == (5.0, 5.0, False)
    assert depth_of(document, dive_id, 111) == (8.5, 16.0, True)
    assert depth_of(document, dive_id, 112) == (17.0, 17.0, False)
    (_, before), (_, after) = document.keypoint_tracks(dive_id)
    assert (before.values.shape, before.depths.tolist()) == ((1, 2, 3), [[5, -5]])
    assert (after.values.shape, after.depths.tolist()) == ((3, 2, 3), [[16, 1], [17, 2], [18, 3]])
    assert (before.depths.dtype, after.values.tolist()) == (np.float32, np.ones((3, 2, 3)).tolist())

    document.store_keypoints(dive_id, track(110, None, "3"))
    assert depth_of(document, dive_id, 110) == (None, None, False)
    assert depth_of(document, dive_id, 111) == (8.5, None, True)
    assert depth_of(document, dive_id, 113) == (18.0, 18.0, False)
    assert [each.depths is None for _, each in document.keypoint_tracks(dive_id)] == [True, False]


def test_predicted_depths_must_fit_their_keypoints(document, dive_id):
    wrong = KeypointTrack(
        ModelIdentity("pose", "1"), 110, NAMES, np.ones((3, 2, 3), np.float32), np.ones((3, 1), np.float32)
    )
    with pytest.raises(DocumentError, match=r"^Depths of shape \(3, 1\) do not fit keypoints of shape \(3, 2, 3\)\.$"):
        document.store_keypoints(dive_id, wrong)
    assert depth_of(document, dive_id, 110) == (5.0, 5.0, False)


def test_the_parts_of_a_dive_and_a_merged_one_keep_a_persons_depths(document, dive_id, build):
    document.set_keypoint(dive_id, build.at(110), "head", 2.0, 3.0, depth=8.5)
    first, second = document.split_dive(dive_id, build.at(120), build.at(121))
    assert depth_of(document, first, 110) == (8.5, None, True)
    assert depth_of(document, document.merge_dives([first, second]), 110) == (8.5, None, True)


@pytest.mark.parametrize("read", [ReviewDocument.keypoint_tracks, lambda document, dive: document.keypoints(dive, 110)])
def test_stored_keypoints_of_another_width_are_damage(document, dive_id, read):
    path = document.path
    document.close()
    packed = pack(np.ones((3, 2, 5), np.float32))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE bulk_array SET shape = ?, data = ?", (packed.shape, packed.data))
    with (
        ReviewDocument.open(path) as again,
        pytest.raises(DocumentError, match=r"is damaged: stored keypoints have 5 numbers each; restore it from a copy"),
    ):
        read(again, dive_id)
