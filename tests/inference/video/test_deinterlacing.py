"""Interlaced video read as one picture per field."""

from __future__ import annotations

import numpy as np
import pytest
from barcode import read_barcode

from inference.video.errors import VideoError
from inference.video.reader import open_video


def test_reading_by_frames_gives_both_fields_woven_together(barcode_video):
    with open_video(barcode_video("interlaced").path) as reader:
        assert reader.index.frame_count == 12
        picture = reader.read(5)
    even, odd = picture[0::2], picture[1::2]
    assert (read_barcode(even), read_barcode(odd)) == (10, 11)


def test_reading_by_fields_doubles_frames_and_rate(barcode_video):
    with open_video(barcode_video("interlaced").path, deinterlace=True) as reader:
        index = reader.index
        assert (index.frame_count, index.width, index.height) == (24, 1920, 1080)
        assert index.average_fps == pytest.approx(50)
        assert index.duration_s == pytest.approx(0.48)
        np.testing.assert_allclose(np.diff(index.times_s), 0.02)
        assert not index.is_interlaced
        with pytest.raises(VideoError, match="numbered 0 to 23"):
            reader.read(24)


def test_progressive_video_can_be_read_by_fields_too(barcode_video):
    with open_video(barcode_video("h264").path, deinterlace=True) as reader:
        numbers = [read_barcode(picture) for _, picture in reader.frames(20, 30)]
    assert numbers == [10, 10, 11, 11, 12, 12, 13, 13, 14, 14]
