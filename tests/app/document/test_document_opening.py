"""Opening and creating: one clear sentence for whatever cannot be, one writer at a time, readers that keep up."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.document import locking, opening, store
from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.document.records import Change

REPOSITORY = Path(__file__).resolve().parents[3]


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


def test_a_write_protected_review_opens_for_reading(review_path, monkeypatch, build):
    with ReviewDocument.create(review_path) as document:
        video = document.add_video("/pool/a.mp4", build.Facts(), "f")
        document.add_dive(video.id, build.at(1), build.at(2))
    review_path.chmod(0o444)
    real = os.access  # a superuser may write anything, so the answer is given here
    monkeypatch.setattr(os, "access", lambda path, mode: real(path, mode) and not mode & os.W_OK)
    with ReviewDocument.open(review_path) as document:
        assert document.is_read_only
        assert build.intervals(document, video) == [(1, 2)]
        with pytest.raises(DocumentError, match=r"^The review is read-only: .* is write-protected\.$"):
            document.add_dive(video.id, build.at(3), build.at(4))
    review_path.chmod(0o644)


def test_a_review_on_a_medium_that_cannot_be_written_opens_for_reading(review_path, monkeypatch, build):
    with ReviewDocument.create(review_path) as document:
        video = document.add_video("/pool/a.mp4", build.Facts(), "f")
    # What SQLite says where it cannot make the files for its log; a superuser could.
    monkeypatch.setitem(store._MODES, "read", "mode=none")
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    with ReviewDocument.open(review_path) as document:
        assert document.videos() == (video,)
        assert [path.name for path in review_path.parent.glob("*-*")] == []
    Path(f"{review_path}-wal").touch()  # edits that were never folded into the file would be missing
    with pytest.raises(DocumentError, match=r"training\.divereview cannot be used \(no such access mode: none\)\.$"):
        ReviewDocument.open(review_path)


def test_a_review_in_a_folder_without_room_opens_for_reading(review_path, monkeypatch):
    ReviewDocument.create(review_path).close()

    def refuse(_lock):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("app.document.locking.WriterLock.acquire", refuse)
    with ReviewDocument.open(review_path) as document:
        assert document.read_only_reason == f"Nothing can be written beside {review_path} (permission denied)."


def test_the_second_window_reads_only_and_says_who_has_the_review(document, review_path, video, build):
    with ReviewDocument.open(review_path, person="Bo") as second:
        assert second.is_read_only
        assert second.lock_holder.startswith(f"Ann on {socket.gethostname()} (process {os.getpid()}) since 20")
        assert second.read_only_reason == f"{second.lock_holder} has it open."
        for edit in (
            lambda: second.add_dive(video.id, build.at(1), build.at(2)),
            lambda: second.undo(video.id),
            lambda: second.add_video("/pool/b.mp4", build.Facts(), "g"),
            lambda: second.store_predictions(video.id, build.run_of()),
            lambda: second.macro(video.id, "x").__enter__(),
        ):
            with pytest.raises(DocumentError, match=r"^The review is read-only: Ann on .* has it open"):
                edit()
    document.close()
    with ReviewDocument.open(review_path) as third:
        assert not third.is_read_only


def test_a_writer_who_has_not_said_who_it_is_yet_is_another_window(review_path):
    ReviewDocument.create(review_path).close()
    lock = locking.WriterLock(review_path)
    assert lock.acquire()
    try:
        with ReviewDocument.open(review_path) as document:
            assert document.lock_holder == "another window"
            assert document.read_only_reason == "Another window has it open."
    finally:
        lock.release()


def test_a_reader_sees_new_edits_after_refresh(document, review_path, video, build):
    first = document.add_dive(video.id, build.at(1), build.at(2))
    with ReviewDocument.open(review_path) as reader:
        assert build.intervals(reader, video) == [(1, 2)]
        assert not reader.refresh()
        heard: list[Change] = []
        reader.subscribe(heard.append)
        second = document.add_dive(video.id, build.at(3), build.at(4))
        assert build.intervals(reader, video) == [(1, 2)]
        assert reader.refresh()
        assert build.intervals(reader, video) == [(1, 2), (3, 4)]
        assert Change("dives", video.id, frozenset({second})) in heard
        document.set_note(first, "new")
        assert reader.refresh()
        assert reader.dive(first).note == "new"
        assert not reader.refresh()
        assert not document.refresh()


def test_reading_a_review_does_not_change_it(review_path, build):
    with ReviewDocument.create(review_path) as document:
        document.add_video("/pool/a.mp4", build.Facts(), "f")
    before = review_path.read_bytes()
    with ReviewDocument.open(review_path, read_only=True) as reader:
        assert len(reader.videos()) == 1
        assert reader.lock_holder is None
        assert reader.read_only_reason == "It was opened for reading only."
    assert review_path.read_bytes() == before
    assert sorted(path.name for path in review_path.parent.iterdir()) == [f".{review_path.name}.lock", review_path.name]


def test_a_link_leads_to_the_same_lock(document, review_path, tmp_path):
    link = tmp_path / "link.divereview"
    try:
        link.symlink_to(review_path)
    except OSError:
        pytest.skip("this account may not make links")
    with ReviewDocument.open(link) as second:
        assert second.is_read_only


def test_several_threads_can_read_while_one_edits(document, video, build):
    document.add_dive(video.id, build.at(0), build.at(900))

    def read() -> bool:
        is_in_order = True
        while len(dives := document.dives(video.id)) <= 100:
            starts = [dive.start.frame for dive in dives]
            is_in_order &= starts == sorted(starts) and document.undo_text(video.id) == "Add dive"
        return is_in_order

    with ThreadPoolExecutor() as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for frame in range(100, 0, -1):
            document.add_dive(video.id, build.at(frame), build.at(frame + 5))
        assert [reader.result() for reader in readers] == [True, True, True]


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


HOLD = """
import sys
from concurrent.futures import ThreadPoolExecutor
from app.document import store
from app.document.document import ReviewDocument
document = ReviewDocument.open(sys.argv[1], person="Killed")
print("open", flush=True)
sys.stdin.read()
"""


def test_a_killed_holder_does_not_keep_the_review(review_path):
    ReviewDocument.create(review_path).close()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(review_path)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout.readline().strip() == b"open"
        with ReviewDocument.open(review_path) as second:
            assert second.lock_holder.startswith("Killed on ")
        holder.kill()
        holder.wait()
        with ReviewDocument.open(review_path) as third:
            assert not third.is_read_only
