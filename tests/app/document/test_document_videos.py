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


@pytest.mark.parametrize("name", ["frames", "2026.05.01"])
def test_a_moved_folder_of_images_is_found(document, build, tmp_path, name):
    from inference.video.fingerprint import fingerprint

    folder = tmp_path / name
    folder.mkdir()
    (folder / "1.png").write_bytes(b"a picture")
    video = document.add_video(folder, build.Facts(codec="png", image_fps=25.0), fingerprint(folder))
    (tmp_path / "archive").mkdir()
    moved = folder.rename(tmp_path / "archive" / "renamed")
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


def by_fields(build):
    """The facts of the same film read with one frame per field."""
    return build.Facts(frame_count=2000, average_fps=50.0, is_deinterlaced=True)


def test_how_a_video_is_read_is_kept(tmp_path, film, build):
    images = build.Facts(codec="png", image_fps=12.5, average_fps=12.5)
    with ReviewDocument.create(tmp_path / "a.divereview") as document:
        document.add_video(film, by_fields(build), "fields")
        document.add_video(tmp_path, images, "images")
    with ReviewDocument.open(tmp_path / "a.divereview") as document:
        found = [(video.is_deinterlaced, video.image_fps, video.frame_count) for video in document.videos()]
    assert found == [(True, None, 2000), (False, 12.5, 1000)]


def test_a_video_that_nothing_depends_on_can_be_read_in_another_way(document, film, build):
    video = document.add_video(film, build.Facts(is_interlaced=True), "film")
    document.store_predictions(video.id, build.run_of())  # found nothing
    heard = []
    document.subscribe(heard.append)
    assert document.can_change_reading(video.id)
    changed = document.add_video(film, by_fields(build), "film")
    assert (changed.id, changed.frame_count, changed.average_fps, changed.is_deinterlaced) == (video.id, 2000, 50, True)
    assert [(change.kind, change.video_id) for change in heard] == [("videos", video.id)]
    assert document.runs(video.id) == ()  # it spoke of other frames
    document.add_dive(video.id, build.at(1990), build.at(1999))
    assert document.add_video(film, by_fields(build), "film") == changed


@pytest.mark.parametrize("trace", ["dive", "deleted dive", "undone edit", "signal"])
def test_frame_numbers_that_something_depends_on_keep_their_meaning(document, film, build, trace):
    video = document.add_video(film, build.Facts(is_interlaced=True), "film")
    if trace == "signal":
        document.store_predictions(video.id, build.run_of(signals=[build.signal(10, 0.5)]))
    else:
        dive_id = document.add_dive(video.id, build.at(10), build.at(20))
    if trace == "deleted dive":
        document.delete_dive(dive_id)
    elif trace == "undone edit":
        document.undo(video.id)
    assert not document.can_change_reading(video.id)
    sentence = (
        "The frames of dive.mp4 are counted as they are in the file in this review, and its dives depend on that; "
        "read it without deinterlacing, or use another review."
    )
    with pytest.raises(DocumentError) as refused:
        document.add_video(film, by_fields(build), "film")
    assert str(refused.value) == sentence
    assert document.video(video.id) == video


def test_fields_and_image_rates_keep_their_meaning_too(document, film, build):
    fields = document.add_video(film, by_fields(build), "film")
    document.add_dive(fields.id, build.at(10), build.at(20))
    with pytest.raises(
        DocumentError, match=r"dive\.mp4 are counted one by one for each field in .*; read it deinterlaced,"
    ):
        document.add_video(film, build.Facts(is_interlaced=True), "film")
    images = document.add_video(film.parent, build.Facts(image_fps=12.5, average_fps=12.5), "images")
    document.add_dive(images.id, build.at(10), build.at(20))
    with pytest.raises(
        DocumentError, match=r"films are counted at 12\.5 images per second in .*; read it at that rate,"
    ):
        document.add_video(film.parent, build.Facts(image_fps=25.0), "images")


def test_another_way_of_reading_is_not_for_a_review_that_cannot_be_written(tmp_path, film, build):
    with ReviewDocument.create(tmp_path / "a.divereview") as document:
        video = document.add_video(film, build.Facts(is_interlaced=True), "film")
    with ReviewDocument.open(tmp_path / "a.divereview", read_only=True) as document:
        assert not document.can_change_reading(video.id)
