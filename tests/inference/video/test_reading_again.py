"""What the file reader does when decoding does not give the picture that the index promises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from barcode import read_barcode

from inference.video.errors import VideoError
from inference.video.file_reader import FileReader
from inference.video.index import build_index


def test_a_seek_that_lands_too_late_is_repeated_from_earlier_key_frames(barcode_video):
    """The index sends every seek one key frame too far, as a container's own table may."""
    index = build_index(barcode_video("h264").path)
    too_late = np.append(index.seek_timestamps[1:], index.seek_timestamps[-1])
    with FileReader(replace(index, seek_timestamps=too_late)) as reader:
        for frame in (95, 40, 20, 0, 61, 29):
            assert read_barcode(reader.read(frame)) == frame


def test_frames_before_the_first_key_frame_are_reached_from_the_start(barcode_video):
    index = build_index(barcode_video("h264").path)
    is_key = index.is_key.copy()
    is_key[:60] = False
    keyless = replace(index, is_key=is_key, seek_timestamps=index.seek_timestamps[-int(is_key.sum()) :])
    with FileReader(keyless) as reader:
        for frame in (80, 10, 59, 0):
            assert read_barcode(reader.read(frame)) == frame


def test_a_picture_that_is_not_there_is_an_error_and_never_its_neighbour(barcode_video):
    """The index promises a picture half way between frames 50 and 51."""
    index = build_index(barcode_video("h264").path)
    pts = np.insert(index.pts, 51, (index.pts[50] + index.pts[51]) // 2)
    with FileReader(replace(index, pts=pts, is_key=np.insert(index.is_key, 51, False))) as reader:
        for _ in range(2):
            with pytest.raises(VideoError, match=r"^Frame 51 \(2\.02 s\) of h264\.mp4 is damaged; choose another\.$"):
                reader.read(51)
        numbers = [(time.frame, read_barcode(picture)) for time, picture in reader.frames(48, 55)]
        assert numbers == [(48, 48), (49, 49), (50, 50), (52, 51), (53, 52), (54, 53)]


def test_files_without_usable_time_stamps_are_counted_from_the_start(barcode_video):
    for kind in ("raw_h264", "joined", "h264_in_avi"):
        index = build_index(barcode_video(kind).path)
        assert index.is_counted_from_start
        assert index.average_fps == pytest.approx(25)
        assert "frames are counted" in index.warnings[0]


def test_pictures_passed_on_the_way_are_held_for_reading_backwards(barcode_video, monkeypatch):
    picture_bytes = 320 * 180 * 3 // 2
    with FileReader(build_index(barcode_video("h264").path)) as reader:
        reader.hold(16 * picture_bytes)
        reader.read(58)
        with monkeypatch.context() as patch:
            patch.setattr(reader, "_found", lambda frame: pytest.fail(f"frame {frame} was decoded again"))
            assert [read_barcode(reader.read(frame)) for frame in range(58, 50, -1)] == list(range(58, 50, -1))
        assert reader._held._bytes <= 16 * picture_bytes
        assert [read_barcode(reader.read(frame)) for frame in range(58, 20, -1)] == list(range(58, 20, -1))
        reader.hold(0)
        assert reader._held._bytes == 0
