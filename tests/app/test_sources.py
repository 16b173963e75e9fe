"""Videos are read as options say, and those of a review in the way that its frame numbers come from."""

from __future__ import annotations

import shutil

import cv2
import pytest
from barcode import barcode_picture, make_interlaced_video, make_video, read_barcode
from reviews import Facts

from app.analysis import analyse_video, ensure_video
from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.exports.errors import ExportError
from app.exports.video_source import open_frames
from app.sources import SourceOptions, open_reviewed, open_source
from inference.diving.finder import FinderSettings
from inference.results import FrameTime
from inference.video.fingerprint import fingerprint

FIELDS = SourceOptions(deinterlace=True)


@pytest.fixture(scope="module")
def interlaced_film(tmp_path_factory):
    """12 frames of two fields; field n says n."""
    return make_interlaced_video(tmp_path_factory.mktemp("film") / "interlaced.mp4", 12, width=640, height=360)


@pytest.fixture
def interlaced(interlaced_film, tmp_path):
    return shutil.copy(interlaced_film, tmp_path / "interlaced.mp4")


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(3):
        cv2.imwrite(str(folder / f"{number}.png"), barcode_picture(number, 320, 180))
    return folder


@pytest.fixture
def document(tmp_path):
    with ReviewDocument.create(tmp_path / "review.divereview") as document:
        yield document


def numbers(reader, *frames):
    with reader:
        return [read_barcode(reader.read(frame)) for frame in frames]


def test_the_frames_of_a_deinterlaced_video_stay_fields(document, interlaced):
    video = ensure_video(document, interlaced, options=FIELDS)
    assert (video.is_deinterlaced, video.frame_count, video.average_fps) == (True, 24, pytest.approx(50))
    assert numbers(open_reviewed(video), 7, 22) == [7, 22]
    assert numbers(open_frames(video), 7, 22) == [7, 22]
    assert ensure_video(document, interlaced) == video  # without options: as the review has it


def test_an_index_opens_the_same_frames_again(interlaced, images):
    for path, options in ((interlaced, FIELDS), (interlaced, None), (images, SourceOptions(image_fps=12.5))):
        with open_source(path, options) as reader:
            index = reader.index
        with open_source(path, SourceOptions.of(index)) as again:
            assert again.index.times_s.tolist() == index.times_s.tolist()


def test_a_folder_of_images_keeps_its_rate(document, images):
    video = ensure_video(document, images, options=SourceOptions(image_fps=12.5))
    assert video.image_fps == 12.5
    for reader in (open_reviewed(video), open_frames(video)):
        with reader:
            assert reader.index.times_s.tolist() == [0.0, 0.08, 0.16]
    document.add_dive(video.id, FrameTime(0, 0.0), FrameTime(2, 0.16))
    assert ensure_video(document, images) == video
    with pytest.raises(DocumentError, match=r"images are counted at 12\.5 images per second in this review"):
        ensure_video(document, images, options=SourceOptions(image_fps=25.0))


def test_an_analysis_reads_a_video_as_the_review_does(document, interlaced):
    video = ensure_video(document, interlaced, options=FIELDS)
    analyse_video(document, interlaced, FinderSettings())
    (run,) = document.runs(video.id)
    assert (run.first_frame, run.last_frame) == (0, 23)


def test_an_analysis_by_fields_of_dives_by_frames_is_refused_before_it_starts(document, interlaced):
    video = ensure_video(document, interlaced)
    document.add_dive(video.id, FrameTime(2, 0.08), FrameTime(9, 0.36))
    found = []
    with pytest.raises(DocumentError, match="read it without deinterlacing, or use another review"):
        analyse_video(document, interlaced, FinderSettings(), options=FIELDS, on_dive=found.append)
    assert (document.video(video.id).frame_count, document.runs(video.id), found) == (12, (), [])


def test_a_review_of_version_2_tells_fields_by_their_number(document, interlaced):
    facts = Facts(frame_count=24, average_fps=50.0)
    video = document.add_video(interlaced, facts, fingerprint(interlaced))
    assert numbers(open_reviewed(video), 7, 22) == [7, 22]


def test_a_video_with_other_frames_than_the_review_is_not_exported(document, tmp_path):
    film = make_video(tmp_path / "film.mp4", range(10))
    video = document.add_video(film, Facts(frame_count=20), fingerprint(film))
    with pytest.raises(ExportError, match=r"film\.mp4 has 10 frames, and the review was made with 20; it is another"):
        open_frames(video)
