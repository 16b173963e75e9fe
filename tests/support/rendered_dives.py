"""Small rendered clips of dives, and of things that are not, with their truth: a textured venue and a moving camera.

The venue is drawn in metres, x right and y up from the water's edge, and filmed at a given scale; a picture is what the
camera's frame cuts out of it. Bodies are tumbling ellipses of a person's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FrameTime, Interval

Picture = npt.NDArray[np.uint8]
GRAVITY = 9.81
VENUE_M = (24.0, 16.0)
WATER_M = 3.0
"""Height of the lower edge of the water in the venue's picture: the water covers what is below it."""


@dataclass(frozen=True)
class Body:
    """Something that moves: place(t) gives (x, y) in metres, or None while it is not to be seen."""

    place: Callable[[float], tuple[float, float] | None]
    length_m: float = 1.3
    width_m: float = 0.55
    turns_per_s: float = 0.0
    turns_from_s: float = 0.0
    colour: tuple[int, int, int] = (60, 90, 160)


@dataclass(frozen=True)
class RenderedDive:
    """A dive with known truth: a stand on the board, a push, free flight and disappearance under water.

    Times in seconds, take-off at `start_s`; heights are of the body's centre above the water.
    """

    start_s: float
    x_m: float = 8.0
    height_m: float = 4.0
    rise_m_s: float = 4.5
    forward_m_s: float = 1.0
    length_m: float = 1.3

    @property
    def end_s(self) -> float:
        """When the body's lower end, taken as half its length, touches the water."""
        fall = self.height_m - self.length_m / 2
        return self.start_s + (self.rise_m_s + np.sqrt(self.rise_m_s**2 + 2 * GRAVITY * fall)) / GRAVITY

    def place(self, t: float) -> tuple[float, float] | None:
        """Where the body's centre is."""
        u = t - self.start_s
        push_s = 0.35
        if u < -push_s:
            return self.x_m, self.height_m - 0.5 * self.rise_m_s * push_s
        if u < 0:
            # Constant push from rest to the take-off speed.
            return self.x_m, self.height_m - self.rise_m_s * push_s / 2 + self.rise_m_s * (u + push_s) ** 2 / 2 / push_s
        y = self.height_m + self.rise_m_s * u - GRAVITY * u * u / 2
        return (self.x_m + self.forward_m_s * u, y) if y > -0.3 else None

    def body(self) -> Body:
        """The diver."""
        return Body(self.place, self.length_m, turns_per_s=1.6, turns_from_s=self.start_s)


@dataclass(frozen=True)
class Scene:
    """What to film; camera(t) gives the venue coordinates (m) of the middle of the picture."""

    bodies: Sequence[Body]
    seconds: float
    fps: float = 25.0
    size: tuple[int, int] = (320, 240)
    px_per_m: float = 26.0
    camera: Callable[[float], tuple[float, float]] = field(default=lambda t: (10.0, 4.0))
    splashes: Sequence[tuple[float, float]] = ()
    ripple: float = 6.0
    noise: float = 3.0
    seed: int = 0


class RenderedReader:
    """Reads a rendered scene as the finder reads a video."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._generator = np.random.default_rng(scene.seed)
        self._venue = _venue(scene)
        count = round(scene.seconds * scene.fps)
        times_s = np.arange(count) / scene.fps
        self.frames_read = 0
        self.px_per_m = scene.px_per_m
        self.index: Any = SimpleNamespace(
            path="scene", file_names=(), frame_count=count, width=scene.size[0], height=scene.size[1], times_s=times_s,
            average_fps=scene.fps, time=lambda frame: FrameTime(frame, float(times_s[frame])),
        )  # fmt: skip

    def frames(
        self, start: int = 0, stop: int | None = None, step: int = 1, *, size: tuple[int, int] | None = None
    ) -> Iterator[tuple[FrameTime, Picture]]:
        """Rendered pictures in order."""
        for frame in range(start, self.index.frame_count if stop is None else stop, step):
            picture = self._render(float(self.index.times_s[frame]))
            self.frames_read += 1
            if size is not None and size != self._scene.size:
                picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            yield self.index.time(frame), picture

    def image_point(self, seconds: float, place: tuple[float, float]) -> tuple[float, float]:
        """Where a place in metres is seen, in image coordinates."""
        scene = self._scene
        x, y = scene.camera(seconds)
        return (
            scene.size[0] / 2 + (place[0] - x) * scene.px_per_m,
            scene.size[1] / 2 - (place[1] - y) * scene.px_per_m,
        )

    def _render(self, seconds: float) -> Picture:
        scene = self._scene
        width, height = scene.size
        x, y = scene.camera(seconds)
        left = x * scene.px_per_m - width / 2
        top = (VENUE_M[1] - WATER_M - y) * scene.px_per_m - height / 2
        shift = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top]])
        picture = cv2.warpAffine(self._venue, shift, scene.size, borderMode=cv2.BORDER_REFLECT).astype(np.float32)
        self._add_ripples(picture, seconds)
        for body in scene.bodies:
            place = body.place(seconds)
            if place is not None:
                self._draw(picture, body, seconds, place)
        picture += self._generator.normal(0.0, scene.noise, picture.shape).astype(np.float32)
        return np.clip(picture, 0, 255).astype(np.uint8)

    def _add_ripples(self, picture: npt.NDArray[np.float32], seconds: float) -> None:
        """Flickering water, and spray for a second after each splash."""
        scene = self._scene
        _, level = self.image_point(seconds, (0.0, 0.0))
        row = int(np.clip(level, 0, picture.shape[0]))
        water = picture[row:]
        if water.size:
            coarse = self._generator.normal(0, scene.ripple, (max(2, water.shape[0] // 6), picture.shape[1] // 6, 1))
            water += cv2.resize(coarse.astype(np.float32), water.shape[1::-1])[..., None]
        for time_s, x in scene.splashes:
            age = seconds - time_s
            if 0 <= age < 1:
                for _ in range(40):
                    spray = (x + self._generator.normal(0, 0.5), self._generator.exponential(0.5) * (1 - age))
                    centre = self.image_point(seconds, spray)
                    cv2.circle(picture, (round(centre[0]), round(centre[1])), 2, (240, 240, 240), -1)

    def _draw(self, picture: npt.NDArray[np.float32], body: Body, seconds: float, place: tuple[float, float]) -> None:
        x, y = self.image_point(seconds, place)
        axes = body.length_m * self._scene.px_per_m / 2, body.width_m * self._scene.px_per_m / 2
        angle = 90 + 360 * body.turns_per_s * max(0.0, seconds - body.turns_from_s)
        box = ((x - 0.5, y - 0.5), (2 * axes[0], 2 * axes[1]), angle)
        _, level = self.image_point(seconds, (0.0, 0.0))
        row = int(np.clip(level, 0, picture.shape[0]))
        above = picture[:row] if place[1] > -1 else picture
        cv2.ellipse(above, box, body.colour, -1, cv2.LINE_AA)


def _venue(scene: Scene) -> Picture:
    """A wall with a crowd of specks above, plain water below."""
    generator = np.random.default_rng(scene.seed + 1)
    width, height = (round(side * scene.px_per_m) for side in VENUE_M)
    fine = cv2.resize(
        generator.uniform(110, 200, (height // 6, width // 6, 1))
        + generator.uniform(-15, 15, (height // 6, width // 6, 3)),
        (width, height),
    )
    coarse = cv2.resize(generator.uniform(-40, 40, (height // 30 + 1, width // 30 + 1, 3)), (width, height))
    venue = fine + coarse
    water = round((VENUE_M[1] - WATER_M) * scene.px_per_m)
    calm = cv2.resize(generator.uniform(-12, 12, (height // 12, width // 12, 1)), (width, height))[..., None]
    venue[water:] = np.array([170, 120, 40]) + calm[water:]
    return np.clip(venue, 0, 255).astype(np.uint8)


def interval_of(dive: RenderedDive, reader: RenderedReader) -> Interval:
    """The true start and end frame."""
    start, end = (int(np.abs(reader.index.times_s - seconds).argmin()) for seconds in (dive.start_s, dive.end_s))
    return Interval(reader.index.time(start), reader.index.time(end))


class EditedReader:
    """Reads pictures of rendered scenes put together anew, as an editing program or a phone would.

    Args:
        pictures: what is shown, in order: a reader and the frame of it; the same frame twice is the same picture.
        times_s: when each is shown.
    """

    def __init__(self, pictures: Sequence[tuple[RenderedReader, int]], times_s: npt.ArrayLike) -> None:
        self._pictures = list(pictures)
        times = np.asarray(times_s, dtype=np.float64)
        size = pictures[0][0].index
        self.index: Any = SimpleNamespace(
            path="edited", file_names=(), frame_count=len(times), width=size.width, height=size.height, times_s=times,
            average_fps=(len(times) - 1) / float(times[-1] - times[0]),
            time=lambda frame: FrameTime(frame, float(times[frame])),
        )  # fmt: skip

    def frames(
        self, start: int = 0, stop: int | None = None, step: int = 1, *, size: tuple[int, int] | None = None
    ) -> Iterator[tuple[FrameTime, Picture]]:
        """The pictures in order."""
        shown: tuple[RenderedReader, int, Picture] | None = None
        for frame in range(start, self.index.frame_count if stop is None else stop, step):
            reader, source = self._pictures[frame]
            if shown is None or shown[:2] != (reader, source):
                shown = reader, source, next(reader.frames(source, source + 1, size=size))[1]
            yield self.index.time(frame), shown[2].copy()
