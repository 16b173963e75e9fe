"""The demo clip: three dives from a 3 m springboard, filmed by hand, the last one followed with the camera."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from app.demo.figure import FloatArray
from app.demo.painter import Painter
from app.demo.pool_scene import Picture, Scene
from app.demo.springboard_dive import PIKED, TUCKED, SpringboardDive
from inference.progress import CancelToken, Progress
from inference.results import FrameTime, Interval

FPS = 50
DURATION_S = 20.6
DIVES = {
    "103B": SpringboardDive(take_off_s=4.9, half_somersaults=3, shape=PIKED, rise_m_s=4.5, suit=(150, 60, 20)),
    "203C": SpringboardDive(
        take_off_s=11.1, half_somersaults=3, shape=TUCKED, is_back=True, rise_m_s=4.7, suit=(60, 40, 150)
    ),
    "105C": SpringboardDive(take_off_s=17.3, half_somersaults=5, shape=TUCKED, rise_m_s=5.0, suit=(60, 110, 20)),
}
SHAKE_M = 0.012
NOISE = 1.6
NOISE_PICTURES = 8
ENCODER = {"preset": "veryfast", "crf": "21", "threads": "2"}


@dataclass(frozen=True, slots=True)
class DemoDive:
    """The truth about one dive of the clip.

    points is (frames of the interval, 2), the diver's centre of mass in image coordinates of each frame.
    """

    code: str
    interval: Interval
    points: FloatArray


def camera_position(seconds: float) -> FloatArray:
    """(2,) where the hand-held camera has wandered, x and z in metres at the diver's depth."""
    sway = math.sin(1.7 * seconds) + 0.5 * math.sin(4.1 * seconds)
    nod = math.sin(1.3 * seconds + 1) + 0.5 * math.sin(3.7 * seconds)
    shake = SHAKE_M * np.array([sway, nod])
    followed = DIVES["105C"]
    share = min(max((seconds - followed.take_off_s - 0.15) / (followed.flight_s + 0.2), 0.0), 1.0)
    ease = share**3 * (10 - 15 * share + 6 * share**2)
    position: FloatArray = shake + ease * np.array([1.0, -0.9])
    return position


def frames(height: int = 720) -> Iterator[Picture]:
    """The frames of the clip, (height, height * 16 / 9, 3) BGR."""
    scene = Scene(height * 16 // 9, height)
    noise = _noise_pictures(scene)
    for frame in range(round(DURATION_S * FPS)):
        seconds = frame / FPS
        camera_m = camera_position(seconds)
        picture = scene.draw(camera_m, seconds)
        painter = Painter(scene, picture, camera_m)
        painter.board(sum(dive.board_tip_m(seconds) for dive in DIVES.values()))
        for dive in DIVES.values():
            figure = dive.figure(seconds)
            if figure is not None:
                painter.diver(*figure, dive.suit)
            painter.splash(dive, seconds)
        grain = noise[frame % NOISE_PICTURES]
        yield np.asarray(cv2.addWeighted(picture, 1, grain, 1, -128), dtype=np.uint8)


def truth(height: int = 720) -> tuple[DemoDive, ...]:
    """Where the dives of the clip really are."""
    scene = Scene(height * 16 // 9, height)
    return tuple(_truth_of(code, dive, scene) for code, dive in DIVES.items())


def write_demo_clip(
    path: Path,
    *,
    height: int = 720,
    group_of_pictures: int = 100,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Render the clip into an H.264 MP4 file with a key frame every group_of_pictures, the same at every run.

    Raises:
        OSError: if the file cannot be written.
        Cancelled: if cancelled; no file is left behind.
    """
    frame_count = round(DURATION_S * FPS)
    options = ENCODER | {"g": str(group_of_pictures), "keyint_min": str(group_of_pictures), "sc_threshold": "0"}
    unfinished = path.with_name(path.name + ".part")
    try:
        with av.open(str(unfinished), "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=FPS, options=options)
            stream.width, stream.height, stream.pix_fmt = height * 16 // 9, height, "yuv420p"
            for number, picture in enumerate(frames(height)):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                if progress is not None:
                    progress(number / frame_count, "drawing the clip")
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            container.mux(stream.encode())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _truth_of(code: str, dive: SpringboardDive, scene: Scene) -> DemoDive:
    """First frame: the last that shows contact with the board; last frame: the first with the hands in the water."""
    first, last = math.floor(dive.take_off_s * FPS), math.ceil(dive.entry_s * FPS)
    points = [
        scene.to_image(dive.centre(frame / FPS), camera_position(frame / FPS)) for frame in range(first, last + 1)
    ]
    return DemoDive(code, Interval(FrameTime(first, first / FPS), FrameTime(last, last / FPS)), np.array(points))


def _noise_pictures(scene: Scene) -> list[Picture]:
    """Sensor noise around 128, a few pictures that take turns."""
    random = np.random.default_rng(3)
    size = (scene.height, scene.width, 3)
    return [np.clip(random.normal(128.5, NOISE, size), 0, 255).astype(np.uint8) for _ in range(NOISE_PICTURES)]
