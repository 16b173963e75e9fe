"""People in the stands: most are painted into the background, a few fidget."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.simulator.picture.ray_casting import View
from inference.simulator.venue.noise import Float32Array
from inference.simulator.venue.venue import Venue

_HEAD_M = 0.105
_POSES = 5
_MOST_FIDGETS = 16
_SKINS = np.array([(150, 180, 222), (120, 152, 200), (88, 118, 168), (60, 84, 128), (40, 56, 92)])
_HAIRS = np.array([(24, 26, 34), (40, 52, 76), (70, 110, 150), (110, 112, 116)])


def seated_people(venue: Venue) -> FloatArray:
    """(n, 3) places of the taken seats, the same at every call."""
    seats = np.concatenate([stand.seats_m for stand in venue.stands]) if venue.stands else np.empty((0, 3))
    rng = np.random.default_rng(venue.seed + 2)
    places: FloatArray = seats[rng.random(len(seats)) < venue.crowd]
    return places


@dataclass(frozen=True, eq=False)
class Fidget:
    """A part of the background in which somebody shifts about.

    Args:
        left: first column of the part in the background; top likewise the first row.
        top: first row.
        pictures: (poses, rows, columns, 3) BGR of the part, from one side to the other.
        rate_hz: how often the person shifts to and fro; phase is where that begins, in turns.
        phase: in turns.
    """

    left: int
    top: int
    pictures: npt.NDArray[np.uint8]
    rate_hz: float
    phase: float

    def at(self, seconds: float) -> npt.NDArray[np.uint8]:
        """(rows, columns, 3) the part at a time of the video."""
        sway = math.sin(2 * math.pi * (self.rate_hz * seconds + self.phase))
        sway += 0.7 * math.sin(2 * math.pi * (2.7 * self.rate_hz * seconds + 3 * self.phase))
        pose = round((0.5 + sway / 3.4) * (len(self.pictures) - 1))
        return np.asarray(self.pictures[pose], np.uint8)


def draw_spectators(
    picture: npt.NDArray[np.uint8], ranges: Float32Array, venue: Venue, view: View, fineness: int
) -> tuple[Fidget, ...]:
    """Paint everybody who sits in the stands, behind whatever hides them.

    Args:
        picture: (height, width, 3) BGR, drawn into.
        ranges: (height, width) metres from the camera to what is there.
        venue: with its stands.
        view: geometry of the picture.
        fineness: pixels of the picture along one of the background.

    Returns:
        The people who move.
    """
    crowd = _crowd(venue, view)
    empty = picture.copy() if crowd else picture
    for person in crowd:
        person.draw(picture, ranges)
    return tuple(_fidgets(crowd, empty, ranges, np.random.default_rng(venue.seed + 5), fineness))


def _fidgets(
    crowd: list[_Person], empty: npt.NDArray[np.uint8], ranges: Float32Array, rng: np.random.Generator, fineness: int
) -> Iterator[Fidget]:
    """A few people, none close to another, in several poses each with everybody around them."""
    height, width = ranges.shape
    taken: list[tuple[int, int, int, int]] = []
    for number in rng.permutation(len(crowd))[: 3 * _MOST_FIDGETS]:
        box = crowd[number].box()
        left, top = (max(value // fineness * fineness, 0) for value in box[:2])
        right, bottom = (
            min(-(-value // fineness) * fineness, side) for value, side in zip(box[2:], (width, height), strict=True)
        )
        whole = (left, top, right, bottom)
        if (
            right <= left
            or bottom <= top
            or any(_overlap(whole, other) for other in taken)
            or len(taken) == _MOST_FIDGETS
        ):
            continue
        taken.append(whole)
        around = [person for person in crowd if _overlap(whole, person.box())]
        window = (slice(top, bottom), slice(left, right))
        poses = []
        for lean_m in np.linspace(-0.07, 0.07, _POSES):
            pose = empty[window].copy()
            for person in around:
                lean = lean_m if person is crowd[number] else 0.0
                person.draw(pose, ranges[window], corner=(left, top), lean_m=float(lean))
            size = ((right - left) // fineness, (bottom - top) // fineness)
            poses.append(cv2.resize(pose, size, interpolation=cv2.INTER_AREA))
        rate, phase = rng.uniform(0.05, 0.35), rng.random()
        yield Fidget(left // fineness, top // fineness, np.stack(poses).astype(np.uint8), float(rate), float(phase))


def _crowd(venue: Venue, view: View) -> list[_Person]:
    """Everybody who sits before the camera, from the farthest to the nearest."""
    seats = seated_people(venue)
    rng = np.random.default_rng(venue.seed + 3)
    tones_of_cloth = rng.uniform(25, 215, (len(seats), 1))
    shirts = np.clip(tones_of_cloth + rng.normal(0, 28, (len(seats), 3)), 12, 240)
    trousers = np.clip(rng.uniform(25, 110, (len(seats), 1)) + rng.normal(0, 12, (len(seats), 3)), 12, 240)
    skins, hairs = _SKINS[rng.integers(0, len(_SKINS), len(seats))], _HAIRS[rng.integers(0, len(_HAIRS), len(seats))]
    image, depth = view.project(seats + np.array([0.0, 0.0, 0.3]))
    light = float(np.mean(venue.light.above) + 0.4 * np.mean(venue.light.main)) * 0.9
    return [
        _Person(
            image[number],
            view.focal_px / float(depth[number]),
            float(np.linalg.norm(seats[number] - view.position_m)),
            tuple(_lit(colour[number], light) for colour in (shirts, skins, hairs, trousers)),
        )
        for number in np.argsort(-depth)
        if depth[number] > 0.5
    ]


@dataclass(frozen=True, eq=False)
class _Person:
    """Somebody seated: (2,) chest in image coordinates, px per metre, metres from the camera, and colours.

    The colours are those of shirt, skin, hair and trousers.
    """

    chest: FloatArray
    scale: float
    distance_m: float
    colours: tuple[tuple[float, ...], ...]

    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of what the person can cover."""
        reach = int(np.ceil(0.75 * self.scale)) + 2
        x, y = int(self.chest[0]), int(self.chest[1])
        return x - reach, y - reach, x + reach, y + reach

    def draw(
        self,
        picture: npt.NDArray[np.uint8],
        ranges: Float32Array,
        *,
        corner: tuple[int, int] = (0, 0),
        lean_m: float = 0.0,
    ) -> None:
        """Paint the person into a picture whose top-left pixel is at a corner of the whole."""
        left, top, right, bottom = self.box()
        left, top = max(left - corner[0], 0), max(top - corner[1], 0)
        right, bottom = min(right - corner[0], picture.shape[1]), min(bottom - corner[1], picture.shape[0])
        if top >= bottom or left >= right:
            return
        window = picture[top:bottom, left:right]
        painted = window.copy()
        middle = self.chest - corner - (left, top)
        shirt, skin, hair, trousers = self.colours
        head = max(int(_HEAD_M * self.scale * 16), 6)
        legs = np.array([(-0.17, 0.16), (0.17, 0.16), (0.20, 0.52), (-0.20, 0.52)])
        torso = np.array([(-0.07, -0.27), (0.07, -0.27), (0.22, -0.20), (0.24, 0.12), (0.17, 0.24), (-0.17, 0.24)])
        torso = np.concatenate([torso, [(-0.24, 0.12), (-0.22, -0.20)]])
        torso[:, 0] -= lean_m * (torso[:, 1] - 0.25)
        for outline, colour in ((legs, trousers), (torso, shirt)):
            points = np.round((middle + outline * self.scale - 0.5) * 16).astype(np.int32)
            cv2.fillPoly(painted, [points], colour, cv2.LINE_AA, 4)
        face, crown = middle + np.array([[lean_m, -0.39], [1.1 * lean_m, -0.43]]) * self.scale
        cv2.circle(painted, _fixed(face), head, skin, -1, cv2.LINE_AA, 4)
        cv2.ellipse(painted, _fixed(crown), (head, int(head * 0.8)), 0, 180, 360, hair, -1, cv2.LINE_AA, 4)
        # The seat under a person is nearer to a camera above it than the person's middle.
        hidden = ranges[top:bottom, left:right] < self.distance_m - 0.7
        window[~hidden] = painted[~hidden]


def _overlap(first: tuple[int, int, int, int], second: tuple[int, int, int, int]) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _lit(colour: FloatArray, light: float) -> tuple[float, ...]:
    return tuple(float(value) for value in np.clip(colour * light, 0, 255))


def _fixed(point: FloatArray) -> tuple[int, int]:
    """A point in sixteenths of a pixel, as OpenCV draws them; its pixel centres lie on whole numbers."""
    return round((float(point[0]) - 0.5) * 16), round((float(point[1]) - 0.5) * 16)
