"""Frame n is frame n, on every kind of video and in every order of reading."""

from __future__ import annotations

import random

import numpy as np
import pytest
from barcode import read_barcode

from inference.video.decoder import StreamDecoder
from inference.video.reader import FrameReader, open_video


def test_forward_reading_gives_every_frame_in_order_at_its_time(barcode_video, kind):
    video = barcode_video(kind)
    with open_video(video.path, **video.open_options) as reader:
        read = [(time, read_barcode(picture)) for time, picture in reader.frames()]
    assert [number for _, number in read] == list(video.numbers)
    assert [time.frame for time, _ in read] == list(range(len(video.numbers)))
    assert [time.seconds for time, _ in read] == pytest.approx(list(video.times_s), abs=1e-6)


def test_random_and_reverse_reading_give_the_frame_asked_for(barcode_video, kind):
    video = barcode_video(kind)
    count = len(video.numbers)
    order = random.Random(1).sample(range(count), count) + list(range(count - 1, -1, -1))
    with open_video(video.path, **video.open_options) as reader:
        assert reader.index.frame_count == count
        wrong = [frame for frame in order if read_barcode(reader.read(frame)) != video.numbers[frame]]
    assert wrong == []


def test_frames_are_the_same_whichever_way_they_are_reached(barcode_video, kind):
    video = barcode_video(kind)
    with open_video(video.path, **video.open_options) as reader, open_video(video.path, **video.open_options) as other:
        for time, picture in reader.frames(step=7):
            np.testing.assert_array_equal(other.read(time.frame), picture)
            assert (reader.index.height, reader.index.width, 3) == picture.shape


@pytest.mark.parametrize(("start", "stop", "step"), [(0, None, 1), (5, 40, 1), (3, None, 10), (50, 51, 1), (7, 7, 1)])
def test_a_range_gives_what_python_slicing_gives(barcode_video, start, stop, step):
    video = barcode_video("h264")
    with open_video(video.path) as reader:
        numbers = [read_barcode(picture) for _, picture in reader.frames(start, stop, step)]
    assert numbers == list(video.numbers[start:stop:step])


def test_reading_between_frames_of_a_running_loop_does_not_disturb_it(barcode_video):
    video = barcode_video("open_gop")
    with open_video(video.path) as reader:
        numbers = []
        for time, picture in reader.frames(step=5):
            numbers.append(read_barcode(picture))
            assert read_barcode(reader.read(90 - time.frame % 90)) == 90 - time.frame % 90
    assert numbers == list(video.numbers[::5])


@pytest.mark.parametrize("codec", ["h264", "hevc_10_bit"])
def test_pictures_between_those_of_a_range_are_not_decoded_where_no_other_needs_them(barcode_video, codec, monkeypatch):
    video = barcode_video(codec)
    decode = StreamDecoder.next_picture
    decoded = []

    def noting(decoder):
        decoded.append(decode(decoder))
        return decoded[-1]

    with open_video(video.path) as reader:
        monkeypatch.setattr(StreamDecoder, "next_picture", noting)
        numbers = [read_barcode(picture) for _, picture in reader.frames(step=4)]
        passed = len(decoded)
        left_out = [read_barcode(reader.read(frame)) for frame in range(89, 96)]
    assert numbers == list(video.numbers[::4])
    assert left_out == list(video.numbers[89:96])
    assert len(numbers) <= passed < len(video.numbers)


@pytest.mark.parametrize("kind_of_size", [(160, 90), (64, 64), (640, 360)])
def test_scaled_reading_gives_the_same_frames_at_the_size_asked_for(barcode_video, kind_of_size):
    video = barcode_video("rotated_90")
    with open_video(video.path) as reader:
        for frame in (0, 50, 31, 95):
            picture = reader.read(frame, size=kind_of_size)
            assert picture.shape == (kind_of_size[1], kind_of_size[0], 3)
            assert picture.flags.c_contiguous
            assert read_barcode(picture) == frame


@pytest.mark.parametrize("video_kind", ["h264", "rotated_270", "images", "interlaced"])
def test_pictures_for_painting_are_the_same_with_an_opaque_fourth_channel(barcode_video, video_kind):
    video = barcode_video(video_kind)
    with open_video(video.path, **video.open_options) as reader:
        painted = reader.read_bgra(11)
        assert painted.shape == (reader.index.height, reader.index.width, 4)
        assert painted.flags.c_contiguous
        assert painted.dtype == np.uint8
        np.testing.assert_array_equal(painted[..., 3], 255)
        np.testing.assert_allclose(painted[..., :3].astype(int), reader.read(11).astype(int), atol=2)


def test_every_reader_keeps_the_interface(barcode_video):
    for video_kind in ("h264", "interlaced", "images"):
        video = barcode_video(video_kind)
        with open_video(video.path, **video.open_options) as reader:
            assert isinstance(reader, FrameReader)
            reader.close()
