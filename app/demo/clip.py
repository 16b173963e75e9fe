"""The demo clip: three dives from a 3 m springboard, filmed by hand, the last one followed with the camera."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.diving.boards import Board
from inference.diving.codes import parse
from inference.progress import CancelToken, Progress
from inference.results import FloatArray, FrameTime, Interval
from inference.simulator.footage.encoding import Picture, encode_pictures
from inference.simulator.footage.recording import Recording
from inference.simulator.footage.script import aim_at
from inference.simulator.people.acts import DiveAct
from inference.simulator.people.pastimes import Arrival, Departure
from inference.simulator.people.person import Person
from inference.simulator.picture.camera import Camera, handheld_angles
from inference.simulator.picture.viewpoint import random_viewpoint
from inference.simulator.venue.venue import Venue
from inference.workers import one_opencv_thread

HEIGHT, FPS = 480, 30
DURATION_S = 16.4
TAKE_OFFS_S = {"203B": 3.6, "105C": 8.4, "5152B": 13.2}
FOLLOWED = "5152B"

_BOARDS = ("springboard-1", "springboard-3", "platform-5")
_SEED = 4
_TREMOR_RAD = 0.0009


@dataclass(frozen=True, slots=True)
class DemoDive:
    """The truth about one dive of the clip.

    points is (frames of the interval, 2), the diver's centre of mass in image coordinates of each frame.
    """

    code: str
    interval: Interval
    points: FloatArray


@functools.lru_cache(maxsize=2)
def demo_recording(height: int = HEIGHT, fps: int = FPS) -> Recording:
    """The clip, worked out but not drawn; its pictures have sides of 16 to 9."""
    size = (height * 16 // 9 // 2 * 2, height)
    rng = np.random.default_rng(_SEED)
    venue = Venue.random(rng, boards=[Board.from_key(key) for key in _BOARDS], is_indoor=True)
    placed = venue.placed(Board.from_key("springboard-3"))
    viewpoint = random_viewpoint(venue, [placed], size, rng, tightness=(0.8, 0.8))
    dives = tuple(
        DiveAct(placed, parse(code), Person.random(rng), take_off_s, int(rng.integers(2**31)))
        for code, take_off_s in TAKE_OFFS_S.items()
    )
    followed = dives[list(TAKE_OFFS_S).index(FOLLOWED)].actors()[0]
    frame_count = round(DURATION_S * fps)
    angles = handheld_angles(
        viewpoint.angles_rad,
        viewpoint.position_m,
        frame_count,
        fps,
        rng,
        aims=[aim_at(followed)],
        tremor_rad=_TREMOR_RAD,
    )
    grounds = venue.grounds
    around = [part for dive in dives for part in (Arrival(dive, grounds.deck_m), Departure(dive, grounds))]
    camera = Camera(size, fps, viewpoint.focal_px, viewpoint.position_m, angles)
    return Recording(venue, camera, frame_count, (*dives, *around), int(rng.integers(2**31)), quality=23)


def frames(height: int = HEIGHT, fps: int = FPS, duration_s: float = DURATION_S) -> Iterator[Picture]:
    """The frames of the clip, or of its beginning, (height, width, 3) BGR."""
    for picture, _ in demo_recording(height, fps).pictures(0, round(duration_s * fps)):
        yield picture


def truth(height: int = HEIGHT, fps: int = FPS) -> tuple[DemoDive, ...]:
    """Where the dives of the clip really are."""
    recording = demo_recording(height, fps)
    dives = []
    for dive in recording.dives:
        start, end = (FrameTime(frame, frame / fps) for frame in (dive.start_frame, dive.end_frame))
        numbers = np.arange(dive.start_frame, dive.end_frame + 1)
        path = recording.path_m(dive.number, numbers / fps)
        points = [recording.camera.project(place, int(frame))[0] for place, frame in zip(path, numbers, strict=True)]
        dives.append(DemoDive(str(dive.code), Interval(start, end), np.array(points)))
    return tuple(dives)


def write_demo_clip(
    path: Path,
    *,
    height: int = HEIGHT,
    fps: int = FPS,
    duration_s: float = DURATION_S,
    group_of_pictures: int = 100,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Draw the clip into an H.264 MP4 file, the same at every run.

    Args:
        path: the file; it appears when it is complete.
        height: of the pictures, px.
        fps: frames per second.
        duration_s: how much of it, from its beginning.
        group_of_pictures: most frames from one key frame to the next.
        progress: told the fraction done.
        cancel: checked at every frame.

    Raises:
        OSError: if the file cannot be written.
        Cancelled: if cancelled; no file is left behind.
    """
    recording = demo_recording(height, fps)
    frame_count = round(duration_s * fps)

    def drawn() -> Iterator[Picture]:
        for number, picture in enumerate(frames(height, fps, duration_s)):
            if cancel is not None:
                cancel.raise_if_cancelled()
            if progress is not None:
                progress(number / frame_count, "drawing the clip")
            yield picture

    unfinished = path.with_name(path.name + ".part")
    size, quality = recording.camera.size, recording.quality
    try:
        with one_opencv_thread():
            encode_pictures(unfinished, drawn(), size, fps, quality=quality, key_interval=group_of_pictures)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
