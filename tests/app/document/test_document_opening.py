"""Opening and creating: one clear sentence for whatever cannot be."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.document import opening
from app.document.document import ReviewDocument
from app.document.errors import DocumentError


def test_a_new_review_is_empty_and_complete(review_path):
    with ReviewDocument.create(review_path) as document:
        assert document.videos() == ()
        assert (document.path, document.is_read_only, document.lock_holder) == (review_path, False, None)
    assert sorted(path.name for path in review_path.parent.iterdir() if path.suffix != ".lock") == [review_path.name]


def test_commits_are_flushed_and_readers_do_not_wait(document):
    with document._store.transaction() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}  # 2 is FULL


def test_the_person_is_that_of_the_environment(review_path, monkeypatch):
    monkeypatch.setenv("DIVEREVIEW_PERSON", "Coach Kim")
    with ReviewDocument.create(review_path) as document:
        assert document.person == "Coach Kim"


def test_creating_over_something_is_refused(review_path):
    review_path.write_text("precious", encoding="utf-8")
    with pytest.raises(DocumentError, match="exists already; open it, or choose another name for the new review"):
        ReviewDocument.create(review_path)
    assert review_path.read_text(encoding="utf-8") == "precious"


def test_creating_in_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(
        DocumentError, match=r"^The folder .*nowhere does not exist; create it, or choose another place"
    ):
        ReviewDocument.create(tmp_path / "nowhere" / "a.divereview")


def test_creating_where_nothing_can_be_written_is_refused(tmp_path):
    long_name = tmp_path / ("n" * 300 + ".divereview")
    with pytest.raises(DocumentError, match="divereview cannot be created"):
        ReviewDocument.create(long_name)


@pytest.mark.parametrize("has_links", [True, False])
def test_a_review_that_somebody_else_makes_meanwhile_is_not_replaced(review_path, monkeypatch, has_links):
    _make_meanwhile(review_path, monkeypatch, has_links=has_links)
    with pytest.raises(DocumentError, match="exists already; open it, or choose another name for the new review"):
        ReviewDocument.create(review_path)
    assert review_path.read_text(encoding="utf-8") == "precious"
    assert [path.name for path in review_path.parent.iterdir()] == [review_path.name]


def test_open_or_create_opens_what_somebody_else_makes_meanwhile(tmp_path, review_path, monkeypatch):
    theirs = tmp_path / "theirs.divereview"
    ReviewDocument.create(theirs, person="Ben").close()
    inode = theirs.stat().st_ino
    _make_meanwhile(review_path, monkeypatch, theirs)
    with ReviewDocument.open_or_create(review_path, person="Ann") as document:
        assert not document.is_read_only
    assert review_path.stat().st_ino == inode


def _make_meanwhile(
    review_path: Path, monkeypatch: pytest.MonkeyPatch, theirs: Path | None = None, *, has_links: bool = True
) -> None:
    """Have a file appear at a place while a review is being made for it."""
    create_schema = opening.create_schema

    def create_schema_slowly(connection: Connection) -> None:
        create_schema(connection)
        if theirs is not None:
            theirs.rename(review_path)
        else:
            review_path.write_text("precious", encoding="utf-8")

    def refuse_link(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(opening, "create_schema", create_schema_slowly)
    if not has_links:
        monkeypatch.setattr(os, "link", refuse_link)


def test_open_or_create(review_path):
    ReviewDocument.open_or_create(review_path).close()
    with ReviewDocument.open_or_create(review_path) as document:
        assert not document.is_read_only


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a DiveReview review"),
        (b"just some text", "is not a DiveReview review"),
        (b"SQLite format 3\0", "is not a DiveReview review|is damaged"),
        (b"SQLite format 3\0" + bytes(5000), "is not a DiveReview review|is damaged"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_other_files_are_refused_and_left_alone(review_path, content, message, read_only):
    review_path.write_bytes(content)
    with pytest.raises(DocumentError, match=message):
        ReviewDocument.open(review_path, read_only=read_only)
    assert review_path.read_bytes() == content
    assert [path.name for path in review_path.parent.iterdir()] == [review_path.name]


def test_another_programs_database_is_refused_and_left_alone(review_path):
    with closing(sqlite3.connect(review_path)) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")
        connection.commit()
    before = review_path.read_bytes()
    with pytest.raises(DocumentError, match="is not a DiveReview review"):
        ReviewDocument.open(review_path)
    assert review_path.read_bytes() == before


def test_folders_and_missing_files_are_named(tmp_path):
    with pytest.raises(DocumentError, match=r"is a folder, not a review; choose a \.divereview file\.$"):
        ReviewDocument.open(tmp_path)
    with pytest.raises(DocumentError, match=r"^There is no review at .*none; check the name, or create a new one"):
        ReviewDocument.open(tmp_path / "none")


def test_a_closed_review_answers_with_a_sentence(review_path, build):
    document = ReviewDocument.create(review_path)
    video = document.add_video("/pool/a.mp4", build.Facts(), "f")
    document.close()
    document.close()
    with pytest.raises(DocumentError, match=r"divereview has been closed; open it again\.$"):
        document.dives(video.id)


def test_a_review_that_was_copied_alone_opens(document, review_path, video, build, tmp_path):
    document.add_dive(video.id, build.at(1), build.at(2))
    document.close()
    copy = tmp_path / "odd name % ü #1 ?.divereview"
    shutil.copy(review_path, copy)
    with ReviewDocument.open(copy) as again:
        assert build.intervals(again, video) == [(1, 2)]
