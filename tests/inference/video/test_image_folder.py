"""Folders of images read as video."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from inference.video.errors import VideoError
from inference.video.image_file import write_image
from inference.video.image_names import list_images, natural_key
from inference.video.reader import open_video


def plain(value, width=8, height=4):
    return np.full((height, width, 3), value, dtype=np.uint8)


def test_names_sort_as_a_person_counts():
    names = ["frame10.png", "Frame2.png", "frame1.png", "a.png", "10.png", "9.png", "frame02.png"]
    assert sorted(names, key=natural_key) == [
        "9.png", "10.png", "a.png", "frame1.png", "Frame2.png", "frame02.png", "frame10.png",
    ]  # fmt: skip


def test_only_visible_images_count(tmp_path):
    for name in ("2.JPG", "1.png", "notes.txt", ".3.png"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "4.png").mkdir()
    assert [path.name for path in list_images(tmp_path)] == ["1.png", "2.JPG"]


def test_images_are_frames_at_the_rate_asked_for(tmp_path):
    for number in range(12):
        write_image(tmp_path / f"{number}.png", plain(20 * number))
    with open_video(tmp_path, image_fps=10) as reader:
        assert reader.index.duration_s == pytest.approx(1.2)
        assert reader.index.average_fps == 10
        read = [(time.seconds, int(picture[0, 0, 0])) for time, picture in reader.frames()]
    assert read == [(pytest.approx(number / 10), 20 * number) for number in range(12)]


def test_the_usual_rate_is_25(tmp_path):
    write_image(tmp_path / "1.png", plain(0))
    write_image(tmp_path / "2.png", plain(0))
    with open_video(tmp_path) as reader:
        assert reader.index.time(1).seconds == pytest.approx(0.04)


def test_the_rate_is_part_of_what_is_cached(tmp_path):
    write_image(tmp_path / "1.png", plain(0))
    for rate in (10, 50):
        with open_video(tmp_path, image_fps=rate) as reader:
            assert reader.index.duration_s == pytest.approx(1 / rate)


def test_images_that_cannot_be_read_are_no_frames(tmp_path):
    write_image(tmp_path / "1.png", plain(10))
    (tmp_path / "2.png").write_bytes(b"not a picture")
    (tmp_path / "3.png").touch()
    write_image(tmp_path / "4.png", plain(40))
    with open_video(tmp_path) as reader:
        assert [int(picture[0, 0, 0]) for _, picture in reader.frames()] == [10, 40]
        assert reader.index.warnings == (
            f"{tmp_path.name} holds images that cannot be read and do not count as frames (2 of 4).",
        )


def test_a_folder_of_broken_images_is_refused(tmp_path):
    (tmp_path / "1.png").write_bytes(b"not a picture")
    with pytest.raises(VideoError, match=r"^No image in the folder .* can be read; choose another\.$"):
        open_video(tmp_path)


def test_an_image_of_another_size_is_fitted_into_that_of_the_first(tmp_path):
    write_image(tmp_path / "1.png", plain(10, width=8, height=4))
    write_image(tmp_path / "2.png", plain(200, width=8, height=8))
    with open_video(tmp_path) as reader:
        fitted = reader.read(1)
        assert reader.index.warnings == (
            f"{tmp_path.name} holds images of another size than the first, 8 by 4, that are fitted into it (1 of 2).",
        )
    # Scaled by one half to 4 x 4 and centred.
    expected = np.zeros((4, 8, 3), dtype=np.uint8)
    expected[:, 2:6] = 200
    np.testing.assert_array_equal(fitted, expected)


def test_pictures_are_those_that_opencv_reads(shared_data):
    folder = shared_data / "video/real_springboard_otb"
    with open_video(folder) as reader:
        np.testing.assert_array_equal(reader.read(99), cv2.imread(str(folder / "0100.jpg")))


def test_an_image_that_goes_away_is_named(tmp_path):
    write_image(tmp_path / "1.png", plain(10))
    with open_video(tmp_path) as reader:
        (tmp_path / "1.png").unlink()
        with pytest.raises(VideoError, match="Frame 0 cannot be read any more"):
            reader.read(0)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_senseless_rate_is_refused(tmp_path, rate):
    write_image(tmp_path / "1.png", plain(10))
    with pytest.raises(VideoError, match="is no frame rate"):
        open_video(tmp_path, image_fps=rate)


def test_a_saved_picture_has_every_pixel_whatever_its_name(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (7, 5, 3), dtype=np.uint8)
    path = tmp_path / "bild_ü_跳水.png"
    write_image(path, picture)
    read = cv2.imdecode(np.frombuffer(path.read_bytes(), dtype=np.uint8), cv2.IMREAD_COLOR)
    np.testing.assert_array_equal(read, picture)


def test_a_picture_without_a_known_ending_or_place_is_refused(tmp_path):
    with pytest.raises(VideoError, match="names no image format"):
        write_image(tmp_path / "picture.xyz", plain(0))
    with pytest.raises(VideoError, match="names no image format"):
        write_image(tmp_path / "picture", plain(0))
    with pytest.raises(VideoError, match="cannot be written"):
        write_image(tmp_path / "no folder" / "picture.png", plain(0))
