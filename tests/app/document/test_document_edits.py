"""Edits: effective values, the status they lead to, and exact messages for what cannot be."""

from __future__ import annotations

import math

import pytest

from app.document.errors import DocumentError
from app.document.records import Change, ReviewStatus, Visibility
from inference.results import BallisticPath, FrameTime, Interval


@pytest.fixture
def dive_id(document, video, build):
    """A predicted dive over frames 100 to 140 with board, code and path."""
    document.store_predictions(
        video.id,
        build.run_of(
            build.detected(
                100,
                140,
                0.75,
                trajectory=build.trajectory(),
                board="springboard-3",
                code="101B",
                code_probability=0.5,
                attribute_probabilities={"position": {"A": 0.25, "B": 0.75}},
            )
        ),
    )
    return document.dives(video.id)[0].id


def test_a_prediction_counts_until_a_person_says_otherwise(document, dive_id, build):
    dive = document.dive(dive_id)
    assert (dive.start, dive.end) == (build.at(100), build.at(140))
    assert (dive.board, dive.code, dive.code_probability, dive.score) == ("springboard-3", "101B", 0.5, 0.75)
    assert (dive.status, dive.source, dive.human_fields, dive.has_path) == ("unreviewed", "model", frozenset(), True)
    assert document.attribute_probabilities(dive_id) == {"position": {"A": 0.25, "B": 0.75}}
    document.set_start(dive_id, build.at(104))
    document.set_code(dive_id, "201C")
    dive = document.dive(dive_id)
    assert (dive.start, dive.end, dive.code, dive.code_probability) == (build.at(104), build.at(140), "201C", None)
    assert dive.predicted.start == build.at(100)
    assert dive.predicted.code == "101B"
    assert dive.human_fields == {"start", "code"}
    assert dive.status is ReviewStatus.CORRECTED


def test_provenance_names_the_model_or_the_person(document, dive_id):
    document.set_board(dive_id, "platform-10")
    provenance = document.dive(dive_id).provenance
    board, start = provenance["board"], provenance["start"]
    assert (board.kind, board.name) == ("person", "Ann")
    assert (start.kind, start.name, start.version, start.weights_hash) == ("model", "motion", "1.2", "abc")
    assert start.at <= board.at == provenance["status"].at
    assert board.at.utcoffset().total_seconds() == 0


def test_reverting_brings_the_prediction_back(document, dive_id, build):
    document.set_end(dive_id, build.at(150))
    document.revert(dive_id, "end")
    dive = document.dive(dive_id)
    assert (dive.end, dive.human_fields, dive.status) == (build.at(140), frozenset(), "corrected")
    with pytest.raises(DocumentError, match=r"^The end of this dive was not set by hand, so there is nothing to take"):
        document.revert(dive_id, "end")
    with pytest.raises(DocumentError, match=r"^A dive has no value called 'colour'\.$"):
        document.revert(dive_id, "colour")


def test_a_prediction_never_ends_a_dive_before_the_start_a_person_set(document, dive_id, build):
    document.set_interval(dive_id, build.at(145), build.at(160))
    document.revert(dive_id, "end")
    assert document.dive(dive_id).interval == Interval(build.at(145), build.at(145))
    document.set_end(dive_id, build.at(160))
    document.revert(dive_id, "start")
    assert document.dive(dive_id).interval == Interval(build.at(100), build.at(160))


def test_a_new_run_never_ends_a_dive_before_the_start_a_person_set(document, dive_id, video, build):
    document.set_start(dive_id, build.at(136))
    document.set_status(dive_id, ReviewStatus.UNREVIEWED)
    document.store_predictions(video.id, build.run_of(build.detected(100, 130)))
    assert document.dive(dive_id).interval == Interval(build.at(136), build.at(136))
    document.set_status(dive_id, ReviewStatus.ACCEPTED)
    assert document.dive(dive_id).interval == Interval(build.at(136), build.at(136))
    document.revert(dive_id, "start")
    assert document.dive(dive_id).interval == Interval(build.at(100), build.at(136))


def test_a_dive_added_by_hand_has_no_prediction_to_go_back_to(document, video, build):
    dive_id = document.add_dive(video.id, build.at(5), build.at(9), board="platform-5")
    dive = document.dive(dive_id)
    assert (dive.source, dive.status, dive.predicted, dive.score) == ("person", "corrected", None, None)
    assert dive.human_fields == {"start", "end", "board"}
    with pytest.raises(
        DocumentError, match=r"^No model has found this dive, so there is no predicted start to go back"
    ):
        document.revert(dive_id, "start")
    document.revert(dive_id, "board")
    assert document.dive(dive_id).board is None


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (20, 10, r"^A dive cannot start at frame 20, after its end at frame 10\.$"),
        (-1, 10, r"^A dive cannot start at frame -1; frames count from 0\.$"),
        (990, 1000, r"^A dive cannot end at frame 1000; the last frame of the video is frame 999\.$"),
    ],
)
def test_intervals_outside_the_video_are_refused(document, video, build, start, end, message):
    with pytest.raises(DocumentError, match=message):
        document.add_dive(video.id, build.at(start), build.at(end))
    dive_id = document.add_dive(video.id, build.at(0), build.at(999))
    with pytest.raises(DocumentError, match=message):
        document.set_interval(dive_id, build.at(start), build.at(end))
    assert build.intervals(document, video) == [(0, 999)]


def test_times_that_are_not_numbers_are_refused(document, video):
    with pytest.raises(DocumentError, match=r"^A dive cannot start or end at a time that is not a number"):
        document.add_dive(video.id, FrameTime(0, math.nan), FrameTime(3, 0.1))


def test_setting_what_counts_already_is_no_edit(document, video, dive_id, build):
    document.set_start(dive_id, build.at(100))
    document.set_board(dive_id, "springboard-3")
    document.set_note(dive_id, "")
    document.set_status(dive_id, ReviewStatus.UNREVIEWED)
    assert document.dive(dive_id).status is ReviewStatus.UNREVIEWED
    assert document.history(video.id) == ()


def test_correcting_an_accepted_dive_makes_it_corrected_but_a_rejected_one_stays(document, dive_id):
    document.set_status(dive_id, ReviewStatus.ACCEPTED)
    document.set_board(dive_id, None)
    assert document.dive(dive_id).status is ReviewStatus.CORRECTED
    document.set_status(dive_id, ReviewStatus.REJECTED)
    document.set_board(dive_id, "platform-3")
    assert document.dive(dive_id).status is ReviewStatus.REJECTED


def test_a_note_leaves_the_status_alone(document, dive_id):
    document.set_note(dive_id, "late take-off")
    dive = document.dive(dive_id)
    assert (dive.note, dive.status, dive.human_fields) == ("late take-off", "unreviewed", {"note"})
    document.revert(dive_id, "note")
    assert document.dive(dive_id).note == ""


def test_splitting_shares_out_what_hung_on_the_dive(document, video, dive_id, build):
    document.set_note(dive_id, "two divers")
    document.set_keypoint(dive_id, build.at(110), "head", 1.0, 2.0)
    document.set_keypoint(dive_id, build.at(130), "head", 3.0, 4.0)
    first, second = document.split_dive(dive_id, build.at(115), build.at(120))
    assert build.intervals(document, video) == [(100, 115), (120, 140)]
    one, two = document.dive(first), document.dive(second)
    assert (one.board, two.board) == ("springboard-3", "springboard-3")
    assert (one.code, two.code, one.note, two.note) == (None, None, "two divers", "")
    assert (one.has_path, two.has_path) == (False, True)  # 21 of the inliers are in the second part
    assert (document.labelled_frames(first), document.labelled_frames(second)) == ((110,), (130,))
    assert document.dive(dive_id).is_deleted
    assert [dive.id for dive in document.dives(video.id, include_deleted=True)] == [first, dive_id, second]


@pytest.mark.parametrize(("first_end", "second_start"), [(99, 120), (120, 120), (120, 141), (125, 110)])
def test_a_split_outside_the_dive_is_refused(document, dive_id, build, first_end, second_start):
    message = f"^A dive over frames 100 to 140 cannot be split into one that ends at frame {first_end} and one that st"
    with pytest.raises(DocumentError, match=message):
        document.split_dive(dive_id, build.at(first_end), build.at(second_start))


def test_merging_takes_the_union_and_what_the_dives_agree_on(document, video, dive_id, build):
    other = document.add_dive(video.id, build.at(90), build.at(98), board="platform-5", code="101B")
    document.set_note(other, "first half")
    document.set_note(dive_id, "second half")
    document.set_keypoint(other, build.at(95), "head", 1.0, 2.0)
    merged = document.dive(document.merge_dives([dive_id, other]))
    assert (merged.start, merged.end) == (build.at(90), build.at(140))
    assert (merged.board, merged.code, merged.note) == (None, "101B", "first half\nsecond half")
    assert merged.has_path
    assert document.labelled_frames(merged.id) == (95,)
    assert build.intervals(document, video) == [(90, 140)]


def test_merging_needs_two_dives_of_one_video(document, video, dive_id, build):
    with pytest.raises(DocumentError, match=r"^Choose at least two dives to merge\.$"):
        document.merge_dives([dive_id, dive_id])
    other_video = document.add_video("/pool/other.mp4", build.Facts(), "fingerprint-2")
    other = document.add_dive(other_video.id, build.at(0), build.at(10))
    with pytest.raises(DocumentError, match=r"^Dives of different videos cannot be merged\.$"):
        document.merge_dives([dive_id, other])


def test_a_deleted_dive_cannot_be_edited(document, video, dive_id):
    document.delete_dive(dive_id)
    assert document.dives(video.id) == ()
    with pytest.raises(DocumentError, match=r"^This dive has been deleted; undo the deletion before changing it"):
        document.set_code(dive_id, "101A")


def test_a_path_by_hand_keeps_candidates_and_camera(document, dive_id, build):
    mine = BallisticPath(4.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    document.set_path(dive_id, mine)
    effective, predicted = document.trajectory(dive_id), document.predicted_trajectory(dive_id)
    assert effective.path == mine
    assert predicted.path == build.trajectory().path
    assert effective.candidates == predicted.candidates == build.trajectory().candidates
    assert (effective.camera.to_stable == build.trajectory().camera.to_stable).all()
    assert (predicted.scale_uncertainty, document.dive(dive_id).human_fields) == (0.125, {"path"})
    document.set_path(dive_id, None)
    assert document.trajectory(dive_id).path == predicted.path
    assert document.dive(dive_id).human_fields == frozenset()


def test_candidate_marks_change_single_inliers(document, dive_id):
    mine = BallisticPath(4.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    document.mark_candidate(dive_id, 2, True)
    document.mark_candidate(dive_id, 0, False)
    document.set_path(dive_id, mine)
    trajectory = document.trajectory(dive_id)
    assert [candidate.is_inlier for candidate in trajectory.candidates[:4]] == [False, True, True, True]
    assert trajectory.path == mine
    document.mark_candidate(dive_id, 0, None)
    assert document.trajectory(dive_id).candidates[0].is_inlier
    document.revert(dive_id, "path")
    assert [candidate.is_inlier for candidate in document.trajectory(dive_id).candidates[:3]] == [True, True, False]
    with pytest.raises(DocumentError, match=r"^This dive has 41 candidates, so none with index 41\.$"):
        document.mark_candidate(dive_id, 41, True)


def test_a_dive_added_by_hand_can_have_a_path_or_a_trajectory(document, video, build):
    dive_id = document.add_dive(video.id, build.at(100), build.at(140))
    assert document.trajectory(dive_id) is None
    mine = BallisticPath(4.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    document.set_path(dive_id, mine)
    assert document.trajectory(dive_id).path == mine
    document.set_path(dive_id, None)
    assert not document.dive(dive_id).has_path
    document.set_trajectory(dive_id, build.trajectory())
    document.set_path(dive_id, mine)
    assert len(document.trajectory(dive_id).candidates) == 41
    document.set_path(dive_id, None)
    assert document.trajectory(dive_id).path == build.trajectory().path
    assert document.dive(dive_id).provenance["path"].kind == "person"


def test_a_keypoint_by_hand_wins_over_nothing_and_goes_again(document, dive_id, build):
    document.set_keypoint(dive_id, build.at(120), "left wrist", 12.5, 30.25, Visibility.HIDDEN)
    keypoint = document.keypoints(dive_id, 120)["left wrist"]
    assert (keypoint.x, keypoint.y, keypoint.visibility, keypoint.is_human) == (12.5, 30.25, Visibility.HIDDEN, True)
    assert document.dive(dive_id).status is ReviewStatus.UNREVIEWED
    document.clear_keypoint(dive_id, 120, "left wrist")
    assert document.keypoints(dive_id, 120) == {}
    with pytest.raises(DocumentError, match=r"^Frame 1000 is not one of the video's 1000 frames\.$"):
        document.set_keypoint(dive_id, build.at(1000), "head", 0.0, 0.0)
    with pytest.raises(DocumentError, match="is not a number"):
        document.set_keypoint(dive_id, build.at(1), "head", math.inf, 0.0)


def test_dives_are_in_order_of_time_after_every_edit(document, video, build):
    late = document.add_dive(video.id, build.at(50), build.at(60))
    early = document.add_dive(video.id, build.at(10), build.at(30))
    same_start = document.add_dive(video.id, build.at(10), build.at(20))
    assert [dive.id for dive in document.dives(video.id)] == [same_start, early, late]
    document.set_start(late, build.at(5))
    assert [dive.id for dive in document.dives(video.id)] == [late, same_start, early]


def test_listeners_hear_of_each_commit_what_changed(document, video, dive_id, build):
    heard: list[Change] = []
    stop = document.subscribe(heard.append)
    document.set_status(dive_id, ReviewStatus.ACCEPTED)
    document.set_keypoint(dive_id, build.at(120), "head", 1.0, 2.0)
    assert heard == [
        Change("dives", video.id, frozenset({dive_id})),
        Change("trajectory", video.id, frozenset({dive_id})),
        Change("keypoints", video.id, frozenset({dive_id})),
    ]
    stop()
    stop()
    document.set_note(dive_id, "unheard")
    assert len(heard) == 3


def test_unknown_ids_are_named(document, video):
    with pytest.raises(DocumentError, match="has no dive with the id nowhere"):
        document.dive("nowhere")
    with pytest.raises(DocumentError, match="has no video with the id nowhere"):
        document.dives("nowhere")
