"""Videos of a review are known by content and found again when they have moved."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from inference.video.errors import VideoError


def content(path: Path) -> str:
    """A fingerprint for these tests: the bytes themselves."""
    if not path.is_file():
        raise VideoError(f"There is no file {path}.")
    return path.read_bytes().hex()


@pytest.fixture
def film(tmp_path):
    folder = tmp_path / "films"
    folder.mkdir()
    path = folder / "dive.mp4"
    path.write_bytes(b"a film")
    return path


def test_a_video_is_stored_with_its_facts(document, film, build):
    facts = build.Facts(frame_count=7, width=3, height=4, rotation=90, codec="hevc", is_interlaced=True)
    video = document.add_video(film, facts, content(film))
    assert document.videos() == (video,)
    assert (video.path, video.frame_count, video.width, video.height) == (film, 7, 3, 4)
    assert (video.rotation, video.codec, video.is_interlaced, video.average_fps) == (90, "hevc", True, 25.0)


def test_adding_the_same_content_twice_gives_the_same_video(document, film, build, tmp_path):
    video = document.add_video(film, build.Facts(), content(film))
    copy = shutil.copy(film, tmp_path / "copy.mp4")
    assert document.add_video(copy, build.Facts(), content(film)) == video
    film.unlink()
    moved = document.add_video(copy, build.Facts(), video.fingerprint)
    assert (moved.id, moved.path) == (video.id, tmp_path / "copy.mp4")


def test_review_and_videos_can_move_together(tmp_path, film, build):
    with ReviewDocument.create(tmp_path / "a.divereview") as document:
        video = document.add_video(film, build.Facts(), content(film))
    elsewhere = tmp_path / "stick" / "pool"
    elsewhere.mkdir(parents=True)
    shutil.move(tmp_path / "a.divereview", elsewhere / "a.divereview")
    shutil.move(film.parent, elsewhere / "films")
    with ReviewDocument.open(elsewhere / "a.divereview") as document:
        assert document.video(video.id).path == elsewhere / "films" / "dive.mp4"


def test_a_moved_video_is_found_by_its_content(document, film, build, tmp_path):
    video = document.add_video(film, build.Facts(), content(film))
    archive = tmp_path / "archive" / "2024"
    archive.mkdir(parents=True)
    (archive / "dive.mp4").write_bytes(b"another film of the same name")
    assert document.find_moved(video.id, [tmp_path], fingerprint=content) == film
    renamed = archive / "renamed.MP4"
    shutil.move(film, renamed)
    assert document.find_moved(video.id, [tmp_path / "films"], fingerprint=content) is None
    assert document.find_moved(video.id, [tmp_path], fingerprint=content) == renamed
    heard = []
    document.subscribe(heard.append)
    assert document.relocate_video(video.id, renamed, fingerprint=content).path == renamed
    assert [(change.kind, change.video_id) for change in heard] == [("videos", video.id)]


def test_the_real_fingerprint_finds_files_and_folders(document, build, tmp_path):
    from inference.video.fingerprint import fingerprint

    film = tmp_path / "dive.mp4"
    film.write_bytes(bytes(range(256)) * 100)
    video = document.add_video(film, build.Facts(), fingerprint(film))
    moved = film.rename(tmp_path / "moved.mp4")
    assert document.find_moved(video.id, [tmp_path]) == moved


def test_relocating_to_another_video_is_refused(document, film, build, tmp_path):
    video = document.add_video(film, build.Facts(), content(film))
    other = tmp_path / "other.mp4"
    other.write_bytes(b"no")
    with pytest.raises(
        DocumentError, match=r"other\.mp4 is another video than dive\.mp4; choose the one that was revi"
    ):
        document.relocate_video(video.id, other, fingerprint=content)
    with pytest.raises(DocumentError, match=r"gone\.mp4 does not exist; choose the place where dive\.mp4 is now\.$"):
        document.relocate_video(video.id, tmp_path / "gone.mp4", fingerprint=content)
    assert document.video(video.id).path == film
