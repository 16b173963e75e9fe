"""Running a model again: predictions in its frames are replaced, human work never."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.document.records import Change, KeypointTrack, ReviewStatus
from inference.results import BallisticPath, ModelIdentity


@pytest.fixture
def analysed(document, video, build):
    """Two predicted dives, 100 to 140 and 300 to 330; gives their ids."""
    document.store_predictions(
        video.id,
        build.run_of(
            build.detected(300, 330, 0.5),
            build.detected(100, 140, 0.75, trajectory=build.trajectory(), board="springboard-3", code="101B"),
        ),
    )
    return [dive.id for dive in document.dives(video.id)]


def test_untouched_dives_follow_the_new_run_and_keep_their_ids(document, video, analysed, build):
    heard: list[Change] = []
    document.subscribe(heard.append)
    document.store_predictions(
        video.id,
        build.run_of(build.detected(104, 142, 0.9, board="platform-10"), build.detected(500, 540), model="net"),
    )
    dives = document.dives(video.id)
    assert [(dive.start.frame, dive.end.frame) for dive in dives] == [(104, 142), (500, 540)]
    assert dives[0].id == analysed[0]
    assert (dives[0].board, dives[0].code, dives[0].score, dives[0].has_path) == ("platform-10", None, 0.9, False)
    assert dives[0].provenance["start"].name == "net"
    assert [change.kind for change in heard] == ["dives", "trajectory", "runs", "signals"]
    assert {change.video_id for change in heard} == {video.id}


def test_human_values_stay_and_the_prediction_beside_them_is_new(document, video, analysed, build):
    document.set_start(analysed[0], build.at(110))
    document.set_note(analysed[0], "good")
    document.store_predictions(video.id, build.run_of(build.detected(102, 138, 0.25, code="202A"), model="net"))
    dive = document.dive(analysed[0])
    assert (dive.start, dive.end, dive.board, dive.code) == (build.at(110), build.at(140), "springboard-3", "101B")
    assert (dive.predicted.start, dive.predicted.code, dive.predicted.provenance.name) == (build.at(102), "202A", "net")
    assert (dive.note, dive.status, dive.score) == ("good", "corrected", 0.25)
    assert dive.human_fields == {"start", "note"}
    assert (dive.provenance["end"].kind, dive.provenance["end"].name) == ("model", "motion")
    assert document.trajectory(dive.id).path == build.trajectory().path
    document.revert(dive.id, "start")
    assert document.dive(dive.id).start == build.at(102)


def test_an_accepted_dive_stays_as_it_was_accepted_until_unreviewed_again(document, video, analysed, build):
    document.set_status(analysed[0], ReviewStatus.ACCEPTED)
    before = document.dive(analysed[0])
    assert before.human_fields == frozenset()
    document.store_predictions(
        video.id, build.run_of(build.detected(105, 140, 0.5, board="platform-5", code="5152B"), model="net")
    )
    after = document.dive(analysed[0])
    assert (after.start, after.end, after.board, after.code) == (before.start, before.end, before.board, before.code)
    assert (after.status, after.has_path) == ("accepted", True)
    assert len(document.trajectory(after.id).candidates) == 41
    assert document.predicted_trajectory(after.id) is None
    document.set_status(analysed[0], ReviewStatus.UNREVIEWED)
    released = document.dive(analysed[0])
    assert (released.start, released.board, released.code) == (build.at(105), "platform-5", "5152B")


def test_a_value_that_was_missing_when_accepted_stays_missing(document, video, analysed, build):
    document.set_status(analysed[1], ReviewStatus.ACCEPTED)
    document.store_predictions(video.id, build.run_of(build.detected(300, 330, code="101A")))
    dive = document.dive(analysed[1])
    assert (dive.code, dive.predicted.code) == (None, "101A")


def test_dives_with_human_work_outlive_a_run_that_misses_them(document, video, analysed, build):
    accepted, noted = analysed
    document.set_status(accepted, ReviewStatus.ACCEPTED)
    document.set_note(noted, "look again")
    document.store_predictions(video.id, build.run_of())
    assert build.intervals(document, video) == [(100, 140), (300, 330)]
    assert [dive.predicted for dive in document.dives(video.id)] == [None, None]
    assert document.dive(noted).status is ReviewStatus.UNREVIEWED
    assert len(document.trajectory(accepted).candidates) == 41
    document.store_predictions(video.id, build.run_of(build.detected(301, 335)))
    assert document.dive(noted).start == build.at(301)  # unreviewed, so it follows the model again


def test_keypoints_by_hand_keep_a_dive(document, video, analysed, build):
    document.set_keypoint(analysed[1], build.at(310), "head", 1.0, 2.0)
    document.store_predictions(video.id, build.run_of())
    assert build.intervals(document, video) == [(300, 330)]


def test_untouched_dives_that_are_not_found_again_go(document, video, analysed, build):
    document.store_predictions(video.id, build.run_of(build.detected(300, 330)))
    assert build.intervals(document, video) == [(300, 330)]
    with pytest.raises(DocumentError, match="has no dive with the id"):
        document.dive(analysed[0])


def test_rejected_dives_stay_rejected_and_deleted_ones_do_not_come_back(document, video, analysed, build):
    document.set_status(analysed[0], ReviewStatus.REJECTED)
    document.delete_dive(analysed[1])
    for shift in (0, 4, 8):
        document.store_predictions(
            video.id, build.run_of(build.detected(100 + shift, 140 + shift), build.detected(300 + shift, 330 + shift))
        )
        assert [(dive.id, dive.status) for dive in document.dives(video.id)] == [(analysed[0], "rejected")]
    assert document.dive(analysed[1]).is_deleted


def test_a_merged_dive_is_found_in_one_piece_or_in_its_parts(document, video, build):
    document.store_predictions(video.id, build.run_of(build.detected(100, 120), build.detected(121, 140)))
    merged = document.merge_dives([dive.id for dive in document.dives(video.id)])
    for found in ([(100, 120), (121, 140)], [(100, 140)], [(100, 120)], []):
        document.store_predictions(video.id, build.run_of(*(build.detected(*frames) for frames in found)))
        assert [dive.id for dive in document.dives(video.id)] == [merged]
    assert document.undo(video.id) == "Merge 2 dives"
    assert build.intervals(document, video) == [(100, 120), (121, 140)]


def test_undo_and_redo_go_on_working_after_another_run(document, video, analysed, build):
    document.set_status(analysed[0], ReviewStatus.ACCEPTED)
    document.set_path(analysed[0], BallisticPath(1, 2, 3, 4, 5, 6))
    first, _ = document.split_dive(analysed[1], build.at(310), build.at(311))
    document.set_board(first, "platform-1")
    document.undo(video.id)
    document.store_predictions(video.id, build.run_of(build.detected(700, 740)))
    while document.redo(video.id) is not None:
        pass
    assert build.intervals(document, video) == [(100, 140), (300, 310), (311, 330), (700, 740)]
    assert document.dive(first).board == "platform-1"
    for _ in range(3):
        document.undo(video.id)
    assert build.intervals(document, video) == [(100, 140), (300, 330), (700, 740)]
    assert document.trajectory(analysed[0]).path == build.trajectory().path
    assert document.undo(video.id) == "Accept dive"
    lost = document.dive(analysed[0])
    assert (lost.status, lost.predicted, lost.start) == ("unreviewed", None, build.at(100))
    document.store_predictions(video.id, build.run_of())  # nobody has said anything about it now
    assert document.dives(video.id) == ()
    assert document.redo(video.id) == "Accept dive"
    assert build.intervals(document, video) == [(100, 140)]
    assert len(document.trajectory(analysed[0]).candidates) == 41


def test_a_path_by_hand_keeps_the_candidates_it_was_drawn_over(document, video, analysed, build):
    mine = BallisticPath(1, 2, 3, 4, 5, 6)
    document.set_path(analysed[0], mine)
    document.store_predictions(
        video.id, build.run_of(build.detected(100, 140, trajectory=build.trajectory(100, 120, height=9.0)))
    )
    assert document.trajectory(analysed[0]).path == mine
    assert document.trajectory(analysed[0]).candidates == build.trajectory().candidates
    document.set_path(analysed[0], None)
    assert document.trajectory(analysed[0]).path == build.trajectory().path
    document.undo(video.id)
    document.revert(analysed[0], "path")
    assert document.trajectory(analysed[0]).path == build.trajectory(height=9.0).path
    assert len(document.trajectory(analysed[0]).candidates) == 21


def test_a_dive_moved_far_by_hand_is_still_recognised_by_its_prediction(document, video, analysed, build):
    document.set_interval(analysed[0], build.at(180), build.at(220))
    document.store_predictions(video.id, build.run_of(build.detected(101, 141), build.detected(300, 330)))
    assert build.intervals(document, video) == [(180, 220), (300, 330)]


def test_a_dive_added_by_hand_gains_the_prediction_that_finds_it(document, video, build):
    dive_id = document.add_dive(video.id, build.at(100), build.at(140))
    document.store_predictions(video.id, build.run_of(build.detected(102, 141, 0.625)))
    dive = document.dive(dive_id)
    assert (dive.source, dive.start, dive.predicted.start, dive.score) == (
        "person",
        build.at(100),
        build.at(102),
        0.625,
    )
    assert len(document.dives(video.id)) == 1


@pytest.mark.parametrize(("end", "is_same"), [(149, True), (150, False)])
def test_half_the_union_makes_it_the_same_dive(document, video, build, end, is_same):
    """25 of 50 frames are shared with 125 to 149, 26 of 51 are not half with 125 to 150: 25 / 51 < 0.5."""
    dive_id = document.add_dive(video.id, build.at(100), build.at(149))
    document.store_predictions(video.id, build.run_of(build.detected(125, end)))
    assert (document.dive(dive_id).predicted is not None) is is_same
    assert len(document.dives(video.id)) == (1 if is_same else 2)


def test_overlapping_dives_from_two_boards_stay_two(document, video, build):
    both = build.run_of(build.detected(100, 140, 0.9), build.detected(104, 146, 0.8))
    document.store_predictions(video.id, both)
    ids = [dive.id for dive in document.dives(video.id)]
    document.set_status(ids[0], ReviewStatus.REJECTED)
    document.store_predictions(video.id, both)
    assert [(dive.id, dive.status, dive.start.frame) for dive in document.dives(video.id)] == [
        (ids[0], "rejected", 100),
        (ids[1], "unreviewed", 104),
    ]


def test_a_run_over_some_frames_leaves_the_others_alone(document, video, analysed, build):
    document.store_predictions(video.id, build.run_of(build.detected(305, 333), frames=(290, 400)))
    assert build.intervals(document, video) == [(100, 140), (305, 333)]


def test_a_dive_reaching_beyond_the_run_stays_and_is_not_doubled(document, video, analysed, build):
    document.store_predictions(video.id, build.run_of(build.detected(120, 140), frames=(120, 200)))
    dives = document.dives(video.id)
    assert [(dive.start.frame, dive.end.frame) for dive in dives] == [(100, 140), (300, 330)]
    assert dives[0].score == 0.75


def test_runs_remain_in_order_with_their_settings(document, video, analysed, build):
    document.store_predictions(video.id, build.run_of(frames=(5, 9), model="net"))
    first, second = document.runs(video.id)
    assert (first.model, first.settings) == (ModelIdentity("motion", "1.2", "abc"), {"sensitivity": 0.5})
    assert (second.model.name, second.first_frame, second.last_frame, second.person) == ("net", 5, 9, "Ann")


def test_signals_are_replaced_frame_by_frame(document, video, build):
    document.store_predictions(
        video.id, build.run_of(signals=[build.signal(10, *range(10)), build.signal(0, 1, 2, name="start")])
    )
    document.store_predictions(video.id, build.run_of(frames=(13, 15), signals=[build.signal(13, 0.5, 0.5, 0.25)]))
    tracks = [(track.name, track.first_frame, track.values.tolist()) for track in document.signals(video.id)]
    assert tracks == [
        ("motion", 10, [0, 1, 2]),
        ("motion", 13, [0.5, 0.5, 0.25]),
        ("motion", 16, [6, 7, 8, 9]),
        ("start", 0, [1, 2]),
    ]
    assert document.signals(video.id)[0].values.dtype == np.float32


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (lambda b: b.run_of(frames=(0, 1000)), r"^A run over frames 0 to 1000 does not fit a video of 1000 frames\.$"),
        (
            lambda b: b.run_of(b.detected(990, 1000)),
            r"^A dive cannot end at frame 1000; the last frame of the video is",
        ),
        (
            lambda b: b.run_of(b.detected(1, 2, float("nan"))),
            r"^The dive at frame 1 has a score that is not a number\.$",
        ),
        (
            lambda b: b.run_of(frames=(0, 5), signals=[b.signal(4, 1, 1, 1)]),
            r"^The motion signal does not lie within the run's frames 0 to 5\.$",
        ),
    ],
)
def test_runs_that_do_not_fit_the_video_are_refused_whole(document, video, analysed, build, run, message):
    with pytest.raises(DocumentError, match=message):
        document.store_predictions(video.id, run(build))
    assert build.intervals(document, video) == [(100, 140), (300, 330)]
    assert len(document.runs(video.id)) == 1


def test_replaced_predictions_leave_no_rows_behind(document, review_path, video, build):
    run = build.run_of(*(build.detected(100 * i, 100 * i + 40, trajectory=build.trajectory()) for i in range(1, 6)))
    document.store_predictions(video.id, run)
    with closing(sqlite3.connect(review_path)) as connection:
        tables = ("dive", "predicted_dive", "trajectory", "bulk_array")
        before = [connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables]
        document.store_predictions(video.id, run)
        document.store_predictions(video.id, build.run_of(*run.dives[:2]))
        after = [connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables]
    assert (before, after) == ([5, 5, 5, 10], [2, 2, 2, 4])


def test_predicted_keypoints_stand_beside_human_ones(document, video, analysed, build):
    values = np.zeros((3, 2, 3), dtype=np.float32)
    values[1] = [[1.5, 2.5, 0.75], [np.nan, np.nan, 0.0]]
    run_id = document.store_keypoints(
        analysed[0], KeypointTrack(ModelIdentity("pose", "2"), 110, ("head", "left wrist"), values)
    )
    document.set_keypoint(analysed[0], build.at(111), "left wrist", 8.0, 9.0)
    head, wrist = (document.keypoints(analysed[0], 111)[name] for name in ("head", "left wrist"))
    assert (head.x, head.y, head.is_human, head.predicted) == (1.5, 2.5, False, (1.5, 2.5, 0.75))
    assert (head.provenance.name, document.runs(video.id)[-1].id) == ("pose", run_id)
    assert (wrist.x, wrist.y, wrist.is_human, wrist.predicted) == (8.0, 9.0, True, None)
    document.set_keypoint(analysed[0], build.at(111), "head", 5.0, 6.0)
    assert document.keypoints(analysed[0], 111)["head"].predicted == (1.5, 2.5, 0.75)
    document.clear_keypoint(analysed[0], 111, "head")
    assert document.keypoints(analysed[0], 111)["head"].x == 1.5


def test_a_pose_model_run_again_replaces_its_frames_only(document, video, analysed, build):
    model = ModelIdentity("pose", "2")
    document.store_keypoints(analysed[0], KeypointTrack(model, 110, ("head",), np.ones((4, 1, 3), np.float32)))
    document.store_keypoints(analysed[0], KeypointTrack(model, 111, ("head",), np.zeros((2, 1, 3), np.float32)))
    assert [document.keypoints(analysed[0], frame)["head"].x for frame in (110, 111, 112, 113)] == [1, 0, 0, 1]
    tracks = [(track.first_frame, track.values[:, 0, 0].tolist()) for _, track in document.keypoint_tracks(analysed[0])]
    assert tracks == [(110, [1]), (111, [0, 0]), (113, [1])]
    document.store_predictions(video.id, build.run_of())
    assert document.dives(video.id) == ()
    with pytest.raises(DocumentError, match=r"^Keypoints of shape \(1, 2\) do not fit 1 names\.$"):
        document.store_keypoints(
            document.add_dive(video.id, build.at(1), build.at(2)),
            KeypointTrack(model, 1, ("head",), np.zeros((1, 2), np.float32)),
        )


def test_everything_predicted_is_there_after_reopening(document, review_path, video, analysed):
    before = [document.dives(video.id), document.trajectory(analysed[0]).candidates, document.runs(video.id)]
    document.close()
    with ReviewDocument.open(review_path) as again:
        assert [again.dives(video.id), again.trajectory(analysed[0]).candidates, again.runs(video.id)] == before


def test_an_addition_replaces_nothing_and_says_whose_it_is(document, video, build):
    mid = build.signal(0, 0.5, name="mid")
    network = build.run_of(build.detected(100, 140, 0.9), build.detected(500, 540, 0.8), model="net", signals=[mid])
    document.store_predictions(video.id, network)
    kept, rejected = (dive.id for dive in document.dives(video.id))
    document.set_status(rejected, ReviewStatus.REJECTED)
    motion = build.run_of(
        build.detected(300, 330, 0.7), build.detected(502, 541, 0.9), signals=[build.signal(5, 0.25, 0.5)]
    )

    document.store_predictions(video.id, motion, is_addition=True)

    dives = document.dives(video.id)
    assert [(dive.start.frame, dive.end.frame) for dive in dives] == [(100, 140), (300, 330), (500, 540)]
    assert [dive.provenance["start"].name for dive in dives] == ["net", "motion", "net"]
    assert (dives[0].id, dives[2].id, dives[2].status) == (kept, rejected, "rejected")
    assert [(track.name, track.first_frame) for track in document.signals(video.id)] == [("mid", 0), ("motion", 5)]
    document.store_predictions(video.id, network)
    assert [(dive.start.frame, dive.end.frame) for dive in document.dives(video.id)] == [(100, 140), (500, 540)]
    assert [track.name for track in document.signals(video.id)] == ["mid"]


def test_an_addition_that_has_been_made_before_replaces_its_own_signals(document, video, build):
    for value in (0.25, 0.75):
        addition = build.run_of(signals=[build.signal(5, value, value)])
        document.store_predictions(video.id, addition, is_addition=True)

    (track,) = document.signals(video.id)
    assert track.values.tolist() == [0.75, 0.75]
