"""Reviews of older versions are brought up to date, those of newer ones refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.document.migrations import SCHEMA_VERSION
from app.document.records import PlacedKeypoint, ReviewStatus, Visibility
from app.document.schema import Base

VERSION_1 = Path(__file__).with_name("version_1.sql")
VERSION_2 = Path(__file__).with_name("version_2.sql")
VERSION_3 = Path(__file__).with_name("version_3.sql")
VERSION_4 = Path(__file__).with_name("version_4.sql")


@pytest.fixture
def old_review(review_path):
    """A review as version 1 wrote it: a corrected dive with a note, and a deletion that was undone."""
    with closing(sqlite3.connect(review_path)) as connection:
        connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    return review_path


@pytest.fixture
def version_2_review(review_path):
    """A review as version 2 wrote it: as the other, and a second video that was read by its 2000 fields."""
    with closing(sqlite3.connect(review_path)) as connection:
        connection.executescript(VERSION_2.read_text(encoding="utf-8"))
    return review_path


@pytest.fixture
def version_3_review(review_path):
    """A review as version 3 wrote it: as the others, with a head and a neck by hand; a move of the neck was undone."""
    with closing(sqlite3.connect(review_path)) as connection:
        connection.executescript(VERSION_3.read_text(encoding="utf-8"))
    return review_path


@pytest.fixture
def version_4_review(review_path):
    """A review as version 4 wrote it: as the others, with a predicted track, an interpolated head, an undone move."""
    with closing(sqlite3.connect(review_path)) as connection:
        connection.executescript(VERSION_4.read_text(encoding="utf-8"))
    return review_path


def tables(path: Path) -> dict[str, set[str]]:
    engine = create_engine(f"sqlite:///{path}")
    try:
        found = inspect(engine)
        return {name: {column["name"] for column in found.get_columns(name)} for name in found.get_table_names()}
    finally:
        engine.dispose()


def test_a_version_1_review_opens_with_everything_in_it(old_review, build):
    with ReviewDocument.open(old_review) as document:
        video = document.videos()[0]
        dive, other = document.dives(video.id)
        assert (dive.start, dive.end, dive.note) == (build.at(104), build.at(140), "late")
        assert (dive.status, dive.human_fields) == (ReviewStatus.CORRECTED, {"start", "note"})
        assert [candidate.x for candidate in document.trajectory(dive.id).candidates] == [11.0, 13.0]
        assert (other.start, other.score) == (build.at(300), 0.5)
        assert document.redo(video.id) == "Delete dive"
        assert [document.undo(video.id) for _ in range(4)] == [
            "Delete dive",
            "Change note",
            "Set start to frame 104",
            None,
        ]
        assert document.dives(video.id)[0].start == build.at(100)


def test_a_migrated_review_has_the_tables_of_a_new_one(old_review, tmp_path):
    ReviewDocument.open(old_review).close()
    new = tmp_path / "new.divereview"
    ReviewDocument.create(new).close()
    assert tables(old_review) == tables(new)
    with closing(sqlite3.connect(old_review)) as connection:
        assert connection.execute("SELECT version FROM review_format").fetchall() == [(SCHEMA_VERSION,)]


def test_a_version_2_review_opens_with_everything_in_it(version_2_review, build, tmp_path):
    with ReviewDocument.open(version_2_review) as document:
        video, fields = document.videos()
        assert [(each.is_deinterlaced, each.image_fps) for each in (video, fields)] == [(False, None), (False, None)]
        dive, other = document.dives(video.id)
        assert (dive.start, dive.end, dive.note) == (build.at(104), build.at(140), "late")
        assert other.start == build.at(300)
        assert [track.values.tolist() for track in document.signals(video.id)] == [[0.25, 0.5]]
        assert (document.redo(video.id), document.undo(video.id)) == ("Delete dive", "Delete dive")
    ReviewDocument.create(tmp_path / "new.divereview").close()
    assert tables(version_2_review) == tables(tmp_path / "new.divereview")


def test_a_version_2_video_whose_count_says_that_its_frames_are_fields_is_known_by_it(version_2_review, build):
    facts = build.Facts(frame_count=2000, average_fps=50.0, is_deinterlaced=True)
    with ReviewDocument.open(version_2_review) as document:
        fields = document.videos()[1]
        document.add_dive(fields.id, build.at(1990), build.at(1999))
        assert document.add_video(fields.path, facts, "fingerprint-2").is_deinterlaced
        assert document.video(fields.id).is_deinterlaced


def test_keypoints_of_a_version_3_review_are_those_of_a_person(version_3_review, build, tmp_path):
    with ReviewDocument.open(version_3_review) as document:
        video = document.videos()[0]
        dive = document.dives(video.id)[0]
        head, neck = document.keypoints(dive.id, 110)["head"], document.keypoints(dive.id, 111)["neck"]
        assert (head.x, head.y, head.visibility, head.is_human) == (2.5, 3.5, Visibility.VISIBLE, True)
        assert (neck.x, neck.y, neck.visibility, neck.is_human) == (5.0, 6.0, Visibility.HIDDEN, True)
        assert not head.is_interpolated
        assert document.labelled_frames(dive.id, by_hand=True) == (110, 111)
        assert document.redo(video.id) == "Move neck"
        assert (document.keypoints(dive.id, 111)["neck"].x, document.undo(video.id)) == (7.0, "Move neck")
        document.set_keypoints(
            dive.id, [PlacedKeypoint(build.at(112), "head", 1, 1, is_interpolated=True)], text="Fill"
        )
        assert document.labelled_frames(dive.id, by_hand=True) == (110, 111)
    ReviewDocument.create(tmp_path / "new.divereview").close()
    assert tables(version_3_review) == tables(tmp_path / "new.divereview")


def test_keypoints_of_a_version_4_review_have_no_depth_until_somebody_says_one(version_4_review, build, tmp_path):
    with ReviewDocument.open(version_4_review) as document:
        video = document.videos()[0]
        dive = document.dives(video.id)[0]
        head, neck, filled = (
            document.keypoints(dive.id, frame)[name] for frame, name in ((110, "head"), (111, "neck"), (112, "head"))
        )
        assert (head.x, head.y, head.is_human, head.predicted) == (2.5, 3.5, True, (1.0, 1.0, 1.0))
        assert (neck.x, neck.y, neck.visibility, neck.predicted) == (5.0, 6.0, Visibility.HIDDEN, (4.0, 1.0, 1.0))
        assert (filled.x, filled.is_interpolated, filled.predicted) == (1.0, True, (5.0, 1.0, 1.0))
        assert {(each.depth, each.predicted_depth, each.is_depth_human) for each in (head, neck, filled)} == {
            (None, None, False)
        }
        ((_, track),) = document.keypoint_tracks(dive.id)
        assert (track.first_frame, track.names, track.depths) == (110, ("head", "neck"), None)
        assert track.values[..., 0].tolist() == [[1, 2], [3, 4], [5, 6]]
        assert document.redo(video.id) == "Move neck"
        assert (document.keypoints(dive.id, 112)["neck"].x, document.undo(video.id)) == (9.0, "Move neck")
        assert document.undo(video.id) == "Interpolate keypoints in 1 frame"
        assert not document.keypoints(dive.id, 112)["head"].is_placed
        document.set_keypoint(dive.id, build.at(110), "head", 2.5, 3.5, depth=-4.0)
        assert document.keypoints(dive.id, 110)["head"].depth == -4.0
    ReviewDocument.create(tmp_path / "new.divereview").close()
    assert tables(version_4_review) == tables(tmp_path / "new.divereview")


def test_a_failed_migration_leaves_the_old_review(old_review, monkeypatch):
    broken = {1: ("ALTER TABLE video ADD COLUMN relative_path TEXT", "ALTER TABLE nowhere ADD COLUMN x TEXT")}
    monkeypatch.setattr("app.document.migrations._STEPS", broken)
    before = tables(old_review)
    with pytest.raises(DocumentError, match=r"training\.divereview"):
        ReviewDocument.open(old_review)
    assert tables(old_review) == before
    monkeypatch.undo()
    with ReviewDocument.open(old_review) as document:
        assert len(document.videos()) == 1


def test_an_old_review_that_cannot_be_written_is_refused(old_review):
    with pytest.raises(
        DocumentError, match="is from an older DiveReview and must be brought up to date first; open it"
    ):
        ReviewDocument.open(old_review, read_only=True)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_review_is_refused(review_path, read_only):
    ReviewDocument.create(review_path).close()
    with closing(sqlite3.connect(review_path)) as connection, connection:
        connection.execute("UPDATE review_format SET version = 99")
    message = rf"was written by a newer DiveReview \(format 99, this program knows {SCHEMA_VERSION}\); update the pro"
    with pytest.raises(DocumentError, match=message):
        ReviewDocument.open(review_path, read_only=read_only)


def test_the_schema_can_be_made_for_postgresql():
    statements: list[str] = []
    dialect = postgresql.dialect()
    for table in Base.metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        statements += [str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes]
    text = "\n".join(statements)
    assert "id BIGSERIAL NOT NULL" in text  # the log's numbers
    assert "data BYTEA NOT NULL" in text
    assert "WITHOUT ROWID" not in text
