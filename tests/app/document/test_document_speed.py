"""A season in one review: 10,000 dives and 200,000 labelled frames open in under a second and edit in milliseconds.

Processor time is measured, so that other programs on the machine do not decide the outcome.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from app.document.document import ReviewDocument
from app.document.records import ReviewStatus

DIVES = 10_000
LABELLED_FRAMES = 20  # of each dive
SPACING = 900  # frames from one dive to the next
EDITS = 100


def fill(path, build) -> str:
    """Write the season, half of its dives accepted, and return the video's id."""
    trajectory = build.trajectory()
    found = [
        build.detected(SPACING * i, SPACING * i + 40, trajectory=trajectory, board="springboard-3", code="101B")
        for i in range(DIVES)
    ]
    frame_count = SPACING * DIVES
    with ReviewDocument.create(path, person="Ann") as document:
        video_id = document.add_video("/pool/season.mp4", build.Facts(frame_count=frame_count), "f").id
        document.store_predictions(video_id, build.run_of(*found, frames=(0, frame_count - 1)))
        dives = document.dives(video_id)
        with document.macro(video_id, "Accept every other dive"):
            for dive in dives[::2]:
                document.set_status(dive.id, ReviewStatus.ACCEPTED)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO keypoint (dive_id, frame, name, seconds, x, y, visibility, is_interpolated, person, at_us) "
            "VALUES (?, ?, 'head', ?, 100.5, 200.5, 2, FALSE, 'Ann', 0)",
            (
                (dive.id, dive.start.frame + offset, dive.start.seconds + offset / build.FPS)
                for dive in dives
                for offset in range(LABELLED_FRAMES)
            ),
        )
    return video_id


def test_a_season_opens_in_a_second_and_edits_in_milliseconds(review_path, build):
    video_id = fill(review_path, build)
    started = time.process_time()
    document = ReviewDocument.open(review_path)
    dives = document.dives(video_id)
    trajectory = document.trajectory(dives[5000].id)
    keypoints = document.keypoints(dives[5000].id, dives[5000].start.frame)
    undo_text = document.undo_text(video_id)
    opening_s = time.process_time() - started
    with document:
        assert (len(dives), len(trajectory.candidates), keypoints["head"].x) == (DIVES, 41, 100.5)
        assert undo_text == "Accept every other dive"
        started = time.process_time()
        for dive in dives[:EDITS]:
            document.set_end(dive.id, build.at(dive.end.frame + 1))
            assert len(document.dives(video_id)) == DIVES
        edit_ms = (time.process_time() - started) / EDITS * 1000
        started = time.process_time()
        for _ in range(EDITS):
            document.undo(video_id)
        undo_ms = (time.process_time() - started) / EDITS * 1000
        assert document.dives(video_id) == dives
    print(f"open {opening_s:.2f} s, edit {edit_ms:.1f} ms, undo {undo_ms:.1f} ms")
    assert opening_s < 1.0
    assert edit_ms < 10
    assert undo_ms < 10
