"""Test videos of every kind, made once per session and only when asked for."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import barcode
import cv2
import pytest

# SVT-AV1 reports on standard error unless told otherwise.
os.environ.setdefault("SVT_LOG", "0")

FRAMES = 96


@dataclass(frozen=True)
class BarcodeVideo:
    """A test video with the number in each of its pictures and their times in seconds from the first."""

    path: Path
    numbers: Sequence[int]
    times_s: Sequence[float]
    open_options: dict[str, Any]


BarcodeVideos = Callable[[str], BarcodeVideo]


def _even(path: Path, numbers: Sequence[int], fps: float = 25, **open_options: Any) -> BarcodeVideo:
    return BarcodeVideo(path, numbers, [position / fps for position in range(len(numbers))], open_options)


def _x264(**options: str) -> dict[str, str]:
    return {"preset": "veryfast", "bf": "3", "g": "30", **options}


def _h264(folder: Path) -> BarcodeVideo:
    return _even(barcode.make_video(folder / "h264.mp4", range(FRAMES), options=_x264()), range(FRAMES))


def _open_gop(folder: Path, name: str = "open_gop.mp4") -> BarcodeVideo:
    params = {"x264-params": "open-gop=1:keyint=24:min-keyint=24:scenecut=0:bframes=3:b-adapt=0:repeat-headers=1"}
    return _even(barcode.make_video(folder / name, range(FRAMES), options=_x264(**params)), range(FRAMES))


def _hevc_10_bit(folder: Path) -> BarcodeVideo:
    options = {"preset": "ultrafast", "x265-params": "log-level=none:keyint=24:bframes=3:open-gop=1:repeat-headers=1"}
    path = folder / "hevc.mp4"
    barcode.make_video(path, range(FRAMES), codec="libx265", pix_fmt="yuv420p10le", options=options)
    return _even(path, range(FRAMES))


def _variable(folder: Path, name: str) -> BarcodeVideo:
    generator = random.Random(3)
    pts = [0]
    for _ in range(FRAMES - 1):
        pts.append(pts[-1] + generator.randint(20, 60))
    path = folder / name
    barcode.make_video(path, range(FRAMES), options=_x264(), time_base=Fraction(1, 1000), pts=pts)
    return BarcodeVideo(path, range(FRAMES), [stamp / 1000 for stamp in pts], {})


def _cut(folder: Path) -> BarcodeVideo:
    """Packets from the second key frame (60 with this encoder's scenecut off) on, shown from frame 70 on."""
    whole = barcode.make_video(folder / "whole.mp4", range(FRAMES), options=_x264(**{"x264-params": "scenecut=0"}))
    # Frame n lies at n * 512 ticks: key frames at 0, 30, 60, 90.
    path = barcode.copy_packets(whole, folder / "cut.mp4", first_packet=60, shift=-70 * 512)
    return _even(path, range(70, FRAMES))


def _delayed(folder: Path) -> BarcodeVideo:
    path = barcode.copy_packets(_h264(folder).path, folder / "delayed.mp4", shift=10 * 512)
    return _even(path, range(FRAMES))


def _edited(folder: Path, first: int, second: int) -> BarcodeVideo:
    """One second from frame first on, then one from frame second on, by an edit list of two entries."""
    path = folder / "edited.mp4"
    barcode.make_video(path, range(FRAMES), options=_x264(**{"x264-params": "scenecut=0"}))
    # A second is 1000 ticks of the movie, a frame 512 of the track, whose first frame is shown two frames late.
    barcode.set_edit_list(path, [(1000, (first + 2) * 512), (1000, (second + 2) * 512)])
    return _even(path, [*range(first, first + 25), *range(second, second + 25)])


def _transport_stream(folder: Path) -> BarcodeVideo:
    path = barcode.make_video(
        folder / "stream.ts", range(FRAMES), options=_x264(), container_options={"output_ts_offset": "100"}
    )
    return _even(path, range(FRAMES))


def _joined(folder: Path) -> BarcodeVideo:
    """Two transport streams one after the other: the time stamps start over."""
    params = _x264(**{"x264-params": "repeat-headers=1"})
    path = folder / "joined.ts"
    first = barcode.make_video(folder / "first.ts", range(50), options=params)
    second = barcode.make_video(folder / "second.ts", range(50, FRAMES), options=params)
    path.write_bytes(first.read_bytes() + second.read_bytes())
    return _even(path, range(FRAMES))


def _fragmented(folder: Path) -> BarcodeVideo:
    path = folder / "fragmented_ü_跳水.mp4"
    container_options = {"movflags": "frag_keyframe+empty_moov"}
    barcode.make_video(path, range(FRAMES), options=_x264(), container_options=container_options)
    return _even(path, range(FRAMES))


def _h264_in_avi(folder: Path) -> BarcodeVideo:
    """AVI has no presentation time stamps."""
    return _even(barcode.make_video(folder / "h264.avi", range(FRAMES), options=_x264()), range(FRAMES))


def _joined_late(folder: Path, suffix: str) -> BarcodeVideo:
    """An open GOP's packets from the key frame 48 on: its leading pictures, 45 to 47, lack their references."""
    source = _open_gop(folder, "whole_open_gop.ts").path
    path = barcode.copy_packets(source, folder / f"joined_late{suffix}", first_packet=45)
    return _even(path, range(48, FRAMES))


def _rotated(folder: Path, rotation: int) -> BarcodeVideo:
    path = folder / f"rotated_{rotation}.mp4"
    return _even(barcode.make_video(path, range(FRAMES), options=_x264(), rotation=rotation), range(FRAMES))


def _interlaced(folder: Path) -> BarcodeVideo:
    path = barcode.make_interlaced_video(folder / "interlaced.mp4", 12)
    return _even(path, range(24), fps=50, deinterlace=True)


def _av1(folder: Path) -> BarcodeVideo:
    options = {"preset": "8", "g": "30", "crf": "20", "svtav1-params": "lp=1"}
    with _as_urgent_as_before():
        path = barcode.make_video(folder / "av1.mp4", range(FRAMES), codec="libsvtav1", options=options)
    return _even(path, range(FRAMES))


@contextmanager
def _as_urgent_as_before() -> Iterator[None]:
    """Where it may, SVT-AV1 makes whoever encodes go before all other processes, and leaves it at that."""
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    yield
    os.sched_setscheduler(0, *before)


def _vp9(folder: Path) -> BarcodeVideo:
    options = {"deadline": "realtime", "cpu-used": "8", "g": "30", "auto-alt-ref": "1", "lag-in-frames": "12"}
    path = barcode.make_video(folder / "vp9.webm", range(FRAMES), codec="libvpx-vp9", options=options)
    return _even(path, range(FRAMES))


def _mjpeg(folder: Path) -> BarcodeVideo:
    path = barcode.make_video(folder / "mjpeg.avi", range(FRAMES), codec="mjpeg", pix_fmt="yuvj420p")
    return _even(path, range(FRAMES))


def _mpeg4_with_b_frames(folder: Path) -> BarcodeVideo:
    options = {"bf": "2", "g": "30"}
    path = barcode.make_video(folder / "mpeg4.avi", range(FRAMES), codec="mpeg4", options=options)
    return _even(path, range(FRAMES))


def _raw_h264(folder: Path) -> BarcodeVideo:
    return _even(barcode.make_video(folder / "raw.h264", range(FRAMES), options=_x264()), range(FRAMES))


def _images(folder: Path) -> BarcodeVideo:
    images = folder / "images"
    images.mkdir()
    for number in range(24):
        cv2.imwrite(str(images / f"frame_{number}.png"), barcode.barcode_picture(number))
    return _even(images, range(24), fps=50, image_fps=50)


MAKERS: dict[str, Callable[[Path], BarcodeVideo]] = {
    "h264": _h264,
    "open_gop": _open_gop,
    "hevc_10_bit": _hevc_10_bit,
    "vfr_mp4": lambda folder: _variable(folder, "variable.mp4"),
    "vfr_mkv": lambda folder: _variable(folder, "variable.mkv"),
    "cut": _cut,
    "delayed": _delayed,
    "edited": lambda folder: _edited(folder, 7, 55),
    "edited_backwards": lambda folder: _edited(folder, 60, 0),
    "fragmented": _fragmented,
    "joined": _joined,
    "h264_in_avi": _h264_in_avi,
    "transport_stream": _transport_stream,
    "joined_late_ts": lambda folder: _joined_late(folder, ".ts"),
    "joined_late_mkv": lambda folder: _joined_late(folder, ".mkv"),
    "rotated_90": lambda folder: _rotated(folder, 90),
    "rotated_180": lambda folder: _rotated(folder, 180),
    "rotated_270": lambda folder: _rotated(folder, 270),
    "interlaced": _interlaced,
    "av1": _av1,
    "vp9": _vp9,
    "mjpeg": _mjpeg,
    "mpeg4_b_frames": _mpeg4_with_b_frames,
    "raw_h264": _raw_h264,
    "images": _images,
}


@pytest.fixture(scope="session")
def barcode_video(tmp_path_factory: pytest.TempPathFactory) -> BarcodeVideos:
    """Gives the test video of a kind in MAKERS."""
    made: dict[str, BarcodeVideo] = {}

    def give(kind: str) -> BarcodeVideo:
        if kind not in made:
            made[kind] = MAKERS[kind](tmp_path_factory.mktemp(kind))
        return made[kind]

    return give


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `kind` on every kind of video."""
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", list(MAKERS))
