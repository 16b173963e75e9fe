"""One writer at a time, readers that keep up, and reviews that can only be read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.document import locking, store
from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.document.records import Change

REPOSITORY = Path(__file__).resolve().parents[3]


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
