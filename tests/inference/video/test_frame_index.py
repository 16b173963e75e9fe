"""What the index says about a file."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import barcode
import numpy as np
import pytest

from inference.progress import Cancelled, CancelToken
from inference.results import FrameTime
from inference.video import index_cache
from inference.video.errors import VideoError
from inference.video.frame_index import FrameIndex
from inference.video.index import build_index
from inference.video.info import video_info


def small_index(**changes) -> FrameIndex:
    facts = {
        "path": Path("clip.mp4"),
        "fingerprint": "0",
        "pts": np.array([1000, 1040, 1100, 1140]),
        "is_key": np.array([True, False, True, False]),
        "seek_timestamps": np.array([1000, 1100]),
        "time_base": Fraction(1, 1000),
        "last_duration": 60,
        "width": 64,
        "height": 32,
        "codec": "h264",
    }
    return FrameIndex(**(facts | changes))


def test_seconds_count_from_the_first_frame():
    index = small_index()
    np.testing.assert_allclose(index.times_s, [0.0, 0.04, 0.1, 0.14])
    assert index.start_s == 1.0
    assert index.duration_s == pytest.approx(0.2)
    assert index.average_fps == pytest.approx(20.0)
    assert index.time(2) == FrameTime(2, 0.1)


@pytest.mark.parametrize(
    ("seconds", "frame"),
    [(-1, 0), (0.0, 0), (0.0399, 0), (0.04, 1), (0.0999, 1), (0.1, 2), (0.139, 2), (0.14, 3), (9, 3)],
)
def test_the_frame_at_a_time_is_the_one_shown_then(seconds, frame):
    assert small_index().frame_at(seconds) == frame


def test_every_frame_is_the_frame_at_its_own_time(barcode_video):
    index = build_index(barcode_video("vfr_mkv").path)
    assert [index.frame_at(seconds) for seconds in index.times_s] == list(range(index.frame_count))


@pytest.mark.parametrize("frame", [-1, 4, 100])
def test_a_frame_outside_the_video_is_refused_with_the_valid_range(frame):
    with pytest.raises(VideoError, match=rf"^clip.mp4 has no frame {frame}; its frames are numbered 0 to 3.$"):
        small_index().time(frame)


def test_fields_lie_half_way_between_frames():
    fields = small_index(nominal_fps=20.0).with_fields()
    np.testing.assert_allclose(fields.times_s, [0, 0.02, 0.04, 0.07, 0.1, 0.12, 0.14, 0.17])
    assert fields.duration_s == pytest.approx(0.2)
    assert fields.average_fps == pytest.approx(40.0)
    assert list(fields.key_frames) == [0, 4]


FACTS = {
    "h264": {"codec": "h264", "average_fps": 25.0, "duration_s": 3.84},
    "hevc_10_bit": {"codec": "hevc"},
    "vfr_mp4": {"variable_frame_rate": True},
    "vfr_mkv": {"variable_frame_rate": True},
    "cut": {"edit_list": True, "frames": 26, "duration_s": 1.04},
    "delayed": {"edit_list": True},
    "edited": {"edit_list": True, "frames": 50, "duration_s": 2.0},
    "edited_backwards": {"edit_list": True, "frames": 50},
    "h264_in_avi": {"average_fps": 25.0, "duration_s": 3.84},
    "joined": {"average_fps": 25.0, "duration_s": 3.84},
    "joined_late_ts": {"frames": 48},
    "joined_late_mkv": {"frames": 48},
    "rotated_90": {"rotation": 90, "width": 180, "height": 320},
    "rotated_180": {"rotation": 180},
    "rotated_270": {"rotation": 270, "width": 180, "height": 320},
    "interlaced": {"interlaced": True, "frames": 12, "width": 1920, "height": 1080, "duration_s": 0.48},
    "av1": {"codec": "av1"},
    "vp9": {"codec": "vp9"},
    "mjpeg": {"codec": "mjpeg"},
    "mpeg4_b_frames": {"codec": "mpeg4"},
    "images": {"codec": "png", "frames": 24, "duration_s": 0.96},
}


def test_info_states_the_facts_of_each_kind_of_video(barcode_video, kind):
    info = video_info(build_index(barcode_video(kind).path))
    assert list(info) == [
        "frames", "duration_s", "average_fps", "variable_frame_rate", "edit_list", "rotation", "interlaced", "width",
        "height", "codec",
    ]  # fmt: skip
    usual = {"variable_frame_rate": False, "edit_list": False, "rotation": 0, "interlaced": False}
    usual |= {"frames": 96, "width": 320, "height": 180}
    expected = usual | FACTS.get(kind, {})
    assert {name: info[name] for name in expected} == pytest.approx(expected, abs=1e-6)
    assert all(type(value) in {int, float, str, bool} for value in info.values())


def test_a_transport_stream_keeps_its_own_start_time(barcode_video):
    index = build_index(barcode_video("transport_stream").path)
    assert index.start_s > 50
    assert index.times_s[0] == 0


def test_an_edit_list_that_only_makes_up_for_reordering_does_not_count(barcode_video):
    content = barcode_video("h264").path.read_bytes()
    assert b"elst" in content
    assert not build_index(barcode_video("h264").path).has_edit_list


def test_pixels_that_are_not_square_are_stated_as_seen_upright(shared_data):
    assert build_index(shared_data / "video/negative_pool_handheld.mp4").pixel_aspect == Fraction(1024, 765)


@pytest.mark.parametrize(
    ("name", "frames", "width", "height", "fps"),
    [
        ("real_springboard_ucf101.avi", 259, 320, 240, 29.97),
        ("real_springboard_otb", 231, 400, 224, 25),
        ("negative_pedestrians.mp4", 795, 480, 360, 10),
        ("negative_pool_handheld.mp4", 300, 340, 256, 30),
        ("people_sports2d.mp4", 230, 1768, 994, 30),
        ("posetrack18_000001.mp4", 5, 1280, 720, 30),
    ],
)
def test_real_clips_are_indexed_whole(shared_data, name, frames, width, height, fps):
    index = build_index(shared_data / "video" / name)
    assert (index.frame_count, index.width, index.height) == (frames, width, height)
    assert index.average_fps == pytest.approx(fps, abs=0.001)
    assert index.warnings == ()


def test_an_index_is_found_again_when_the_file_has_moved(barcode_video, tmp_path, monkeypatch):
    video = barcode_video("cut")
    first = build_index(video.path)
    moved = shutil.copy(video.path, tmp_path / "renamed.mp4")
    monkeypatch.setattr("inference.video.index._index_file", lambda *_, **__: pytest.fail("indexed again"))
    again = build_index(moved)
    assert again.path == moved
    for name in (*index_cache._PLAIN, *index_cache._FRACTIONS, *index_cache._TUPLES):
        assert getattr(again, name) == getattr(first, name), name
    for name in index_cache._ARRAYS:
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))


def test_a_changed_file_is_indexed_anew(tmp_path):
    path = barcode.make_video(tmp_path / "clip.mp4", range(10))
    assert build_index(path).frame_count == 10
    barcode.make_video(path, range(12))
    assert build_index(path).frame_count == 12


def test_a_broken_cache_file_is_ignored(barcode_video):
    path = barcode_video("h264").path
    build_index(path)
    (stored,) = index_cache.cache_folder().glob("*.npz")
    stored.write_bytes(stored.read_bytes()[:200])
    assert build_index(path).frame_count == 96


def test_the_cache_can_be_left_alone(barcode_video):
    build_index(barcode_video("h264").path, use_cache=False)
    assert not index_cache.cache_folder().exists()


def test_indexing_reports_progress_up_to_the_end(barcode_video):
    reports = []
    build_index(barcode_video("images").path, progress=lambda fraction, what: reports.append((fraction, what)))
    assert reports[0] == (pytest.approx(1 / 24), "Listing images")
    assert reports[-1] == (1.0, "Listing images")


@pytest.mark.parametrize("video_kind", ["images", "raw_h264"])
def test_indexing_stops_when_cancelled_and_leaves_nothing_in_the_cache(barcode_video, video_kind):
    video, token = barcode_video(video_kind), CancelToken()
    with pytest.raises(Cancelled):
        build_index(video.path, cancel=token, progress=lambda *_: token.cancel())
    assert not index_cache.cache_folder().exists()
