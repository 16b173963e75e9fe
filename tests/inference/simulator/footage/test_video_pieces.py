"""Videos encoded in pieces have every frame at its time, in order, and the same bytes at every run."""

from __future__ import annotations

import numpy as np
import pytest

from inference.simulator.footage.encoding import encode_pictures, join_videos
from inference.video.index import build_index
from inference.video.reader import open_video


def pictures(first, stop):
    """A white bar whose place says the number."""
    for number in range(first, stop):
        picture = np.full((64, 96, 3), 40, np.uint8)
        picture[:, number % 80 : number % 80 + 12] = 210
        yield picture


@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60])
def test_pieces_join_without_a_seam(tmp_path, fps):
    pieces = [(tmp_path / "a.mp4", 0, 37), (tmp_path / "b.mp4", 37, 38), (tmp_path / "c.mp4", 38, 75)]
    for path, first, stop in pieces:
        encode_pictures(path, pictures(first, stop), (96, 64), fps)

    whole = tmp_path / "whole é.mp4"
    join_videos(whole, [(path, stop - first) for path, first, stop in pieces], fps)

    index = build_index(whole, use_cache=False)
    assert (index.frame_count, index.is_variable_frame_rate, index.has_edit_list) == (75, False, False)
    np.testing.assert_allclose(index.times_s, np.arange(75) / fps, atol=1e-5)
    with open_video(whole) as reader:
        for frame in (0, 36, 37, 38, 74):
            bright = np.flatnonzero(reader.read(frame)[32, :, 0] > 125)
            assert (bright[0], bright[-1]) == (frame % 80, frame % 80 + 11)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4", "c.mp4", "whole é.mp4"]


def test_the_same_pictures_make_the_same_file(tmp_path):
    contents = set()
    for _ in range(12):
        encode_pictures(tmp_path / "video.mp4", pictures(0, 30), (96, 64), 25)
        contents.add((tmp_path / "video.mp4").read_bytes())

    assert len(contents) == 1


def test_key_frames_come_as_often_as_asked(tmp_path):
    encode_pictures(tmp_path / "video.mp4", pictures(0, 60), (96, 64), 25, key_interval=15)

    keys = np.flatnonzero(build_index(tmp_path / "video.mp4", use_cache=False).is_key)
    assert np.diff(keys).max() <= 15
