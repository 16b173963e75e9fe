"""Damaged reviews, and stored values that make no sense, are one sentence."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from app.document.document import ReviewDocument
from app.document.errors import DocumentError


def test_damage_in_the_middle_is_one_sentence(review_path, build):
    with ReviewDocument.create(review_path) as document:
        video = document.add_video("/pool/a.mp4", build.Facts(), "f")
        for frame in range(60):
            document.add_dive(video.id, build.at(frame), build.at(frame + 5))
    content = bytearray(review_path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    review_path.write_bytes(content)
    with pytest.raises(DocumentError, match="is damaged"), ReviewDocument.open(review_path) as document:
        document.dives(video.id)


def test_values_that_make_no_sense_are_damage_too(review_path, build):
    with ReviewDocument.create(review_path) as document:
        video = document.add_video("/pool/a.mp4", build.Facts(), "f")
        document.add_dive(video.id, build.at(1), build.at(2))
    with closing(sqlite3.connect(review_path)) as connection, connection:
        connection.execute("UPDATE dive_value SET field = 'colour' WHERE field = 'start'")
    with (
        ReviewDocument.open(review_path) as document,
        pytest.raises(
            DocumentError,
            match=r"divereview is damaged: the stored dives make no sense \(.*\); restore it from a copy\.$",
        ),
    ):
        document.dives(video.id)


@pytest.mark.parametrize(
    ("damage", "read"),
    [
        ("UPDATE bulk_array SET shape = '[5]'", lambda document, video, dive: document.trajectory(dive)),
        ("UPDATE bulk_array SET data = x'00'", lambda document, video, dive: document.signals(video)),
        ("UPDATE trajectory SET ay = 'steep'", lambda document, video, dive: document.trajectory(dive)),
        ("UPDATE video SET width = 'wide'", lambda document, video, dive: document.videos()),
        ("UPDATE prediction_run SET settings = '{'", lambda document, video, dive: document.runs(video)),
        ("UPDATE keypoint SET visibility = 9", lambda document, video, dive: document.keypoints(dive, 110)),
        ("UPDATE edit_change SET new = '{\"colour\": 1}'", lambda document, video, dive: document.undo(video)),
        ("UPDATE edit_change SET new = '[]'", lambda document, video, dive: document.history(video)),
        ("UPDATE trajectory SET ay = 9e999", lambda document, video, dive: document.trajectory(dive)),
        (
            "UPDATE trajectory SET base_id = id, marks = '[1]'",
            lambda document, video, dive: document.trajectory(dive),
        ),
        ("UPDATE video SET frame_count = 0", lambda document, video, dive: document.videos()),
        ("UPDATE video SET frame_count = 1e300", lambda document, video, dive: document.videos()),
        ("UPDATE video SET average_fps = 0", lambda document, video, dive: document.videos()),
        ("UPDATE video SET duration_s = 9e999", lambda document, video, dive: document.videos()),
        ("UPDATE video SET height = -1", lambda document, video, dive: document.videos()),
        ("UPDATE predicted_dive SET start_frame = 'x'", lambda document, video, dive: document.dives(video)),
        ("UPDATE predicted_dive SET start_frame = -1", lambda document, video, dive: document.dives(video)),
        ("UPDATE predicted_dive SET end_frame = 99", lambda document, video, dive: document.dives(video)),
        ("UPDATE predicted_dive SET end_frame = 2000000000", lambda document, video, dive: document.dives(video)),
        ("UPDATE predicted_dive SET start_s = 'soon'", lambda document, video, dive: document.dives(video)),
        ("UPDATE predicted_dive SET end_s = 9e999", lambda document, video, dive: document.dives(video)),
        ("UPDATE predicted_dive SET score = 'good'", lambda document, video, dive: document.dives(video)),
        ("UPDATE predicted_dive SET code = x'ff'", lambda document, video, dive: document.dives(video)),
        ("UPDATE dive_value SET frame = 1000 WHERE field = 'end'", lambda document, video, dive: document.dives(video)),
        (
            "UPDATE dive_value SET frame = 121 WHERE field = 'start'",
            lambda document, video, dive: document.dives(video),
        ),
        ("UPDATE dive_value SET seconds = 'x'", lambda document, video, dive: document.dives(video)),
        (
            "UPDATE dive_value SET text = x'ff' WHERE field = 'board'",
            lambda document, video, dive: document.dives(video),
        ),
    ],
)
def test_every_kind_of_stored_nonsense_is_one_sentence(review_path, build, damage, read):
    with ReviewDocument.create(review_path) as document:
        video = document.add_video("/pool/a.mp4", build.Facts(), "f")
        found = build.detected(100, 140, trajectory=build.trajectory())
        document.store_predictions(video.id, build.run_of(found, signals=[build.signal(0, 1, 2)]))
        dive = document.dives(video.id)[0].id
        document.set_keypoint(dive, build.at(110), "head", 1.0, 2.0)
        document.add_dive(video.id, build.at(110), build.at(120), board="platform-10")
    with closing(sqlite3.connect(review_path)) as connection, connection:
        connection.execute(damage)
    with (
        ReviewDocument.open(review_path) as document,
        pytest.raises(DocumentError, match=r"training\.divereview is damaged: .*; restore it from a copy\.$"),
    ):
        read(document, video.id, dive)
