"""A data set of very small videos in which a white spot falls where a diver would, with its path as the truth."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from dataset_samples import NOON

from inference.dataset.schema import DiveRecord, Manifest, Source
from inference.dataset.write import DatasetWriter
from inference.results import BallisticPath, CameraMotion, FrameTime, Interval, Trajectory
from inference.video.fingerprint import fingerprint

WIDTH, HEIGHT, FPS = 64, 36, 25
FIRST, LAST, COUNT = 4, 15, 20


def write_falling_spots(folder: Path, splits: tuple[str, ...], code: str | None = None) -> Path:
    """One video with one dive of 12 frames for each split, all with the same code."""
    (folder / "videos").mkdir(parents=True)
    sources, dives = [], []
    for number, split in enumerate(splits):
        path = BallisticPath(FIRST / FPS, 20.0 + 6 * number, 20.0, 10.0, -10.0, 170.0)
        name = f"spot-{number}.mp4"
        _write_video(folder / "videos" / name, path)
        sources.append(
            Source(
                id=f"spot-{number}",
                file_name=name,
                fingerprint=fingerprint(folder / "videos" / name),
                frame_count=COUNT,
                width=WIDTH,
                height=HEIGHT,
                duration_s=COUNT / FPS,
                average_fps=float(FPS),
                split=split,
                path=f"videos/{name}",
            )
        )
        interval = Interval(FrameTime(FIRST, FIRST / FPS), FrameTime(LAST, LAST / FPS))
        trajectory, dive_id = Trajectory(path, camera=CameraMotion.fixed(FIRST)), f"dive-{number}"
        dives.append(DiveRecord(dive_id, f"spot-{number}", interval, "platform-5", code, trajectory=trajectory))
    with DatasetWriter(folder, Manifest(tuple(sources), NOON, "a test")) as writer:
        for dive in dives:
            writer.write(dive)
    return folder


def _write_video(path: Path, flight: BallisticPath) -> None:
    rng = np.random.default_rng(0)
    background = rng.integers(60, 90, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"qp": "10"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(COUNT):
            picture = background.copy()
            if FIRST <= number <= LAST:
                x, y = (int(value) for value in flight.at(number / FPS))
                picture[max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3] = 250
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
