"""The footage that is measured on: drawn once, the same everywhere, kept in the cache folder."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import platformdirs
from measurement import say

from app.demo.clip import write_demo_clip
from inference.dataset.schema import MANIFEST_NAME
from inference.simulator.footage.production import make_data_set
from inference.simulator.footage.session import Session

GROUP_OF_PICTURES = 250
LONG_TURNS = 10
LONG_MINUTES = 120
SMALL_FPS = 10
SMALL_FRAMES = 500
SMALL_TURNS = 1000


def full_hd_clip(fps: int = 50) -> Path:
    """1920 x 1080, 16.4 s, 820 frames at 50 frames/s, H.264 with B-frames and a key frame every 250 frames."""
    path = bench_folder() / f"simulated-1080p{fps}-gop250.mp4"
    if not path.exists():
        say("drawing the footage (once)")
        write_demo_clip(path, height=1080, fps=fps, group_of_pictures=GROUP_OF_PICTURES)
    return path


def two_hours() -> Path:
    """Two hours of 320 x 180 at 25 frames/s, the same minute over and over."""
    path = bench_folder() / "simulated-180p25-2h.mp4"
    if not path.exists():
        say("simulating a minute of footage (once)")
        folder = bench_folder() / "simulated-1min"
        make_data_set(Session(1.0, seed=3, size=(320, 180)), folder)
        repeat(next((folder / "videos").glob("*.mp4")), path, LONG_MINUTES)
    return path


def long_clip() -> Path:
    """The full HD clip ten times over, 8,200 frames, without encoding it again."""
    path = bench_folder() / "simulated-1080p50-gop250-x10.mp4"
    if not path.exists():
        repeat(full_hd_clip(), path, LONG_TURNS)
    return path


def simulated_session() -> Path:
    """A data set of 20 minutes, 640 x 360, 25 frames/s, fixed camera: two places, about 80 dives."""
    folder = bench_folder() / "simulated-20min"
    if not (folder / MANIFEST_NAME).exists():
        say("simulating 20 minutes of footage (once)")
        make_data_set(Session(20.0, seed=20), folder)
    return folder


def half_million_frames() -> Path:
    """500,000 very small pictures at 10 frames/s, 14 hours."""
    path = bench_folder() / "small-500000.mp4"
    if not path.exists():
        say("making a video of 500,000 frames (once)")
        once = path.with_name("small-500.mp4")
        with av.open(str(once), "w") as container:
            stream = container.add_stream("libx264", rate=SMALL_FPS, options={"g": "250", "preset": "veryfast"})
            stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
            for number in range(SMALL_FRAMES):
                picture = np.full((36, 64, 3), number % 256, np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            container.mux(stream.encode())
        repeat(once, path, SMALL_TURNS)
        once.unlink()
    return path


def repeat(source: Path, target: Path, turns: int) -> None:
    """Write a video several times over into one file, packet by packet."""
    unfinished = target.with_suffix(".part")
    with av.open(str(source)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.dts is not None]
        times = [(packet.pts, packet.dts) for packet in packets]
        with av.open(str(unfinished), "w", format="mp4") as output:
            copy = output.add_stream_from_template(stream)
            for turn in range(turns):
                for packet, (pts, dts) in zip(packets, times, strict=True):
                    packet.time_base = stream.time_base
                    packet.pts, packet.dts = pts + turn * stream.duration, dts + turn * stream.duration
                    packet.stream = copy
                    output.mux(packet)
    unfinished.replace(target)


def bench_folder() -> Path:
    """Where footage and reviews for benchmarks are kept."""
    override = os.environ.get("DIVEREVIEW_CACHE_DIR")
    folder = Path(override) if override else Path(platformdirs.user_cache_dir("DiveReview", appauthor=False))
    (folder / "bench").mkdir(parents=True, exist_ok=True)
    return folder / "bench"
