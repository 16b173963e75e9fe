"""People in the stands: most are painted into the background, a few fidget."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.simulator.noise import Float32Array
from inference.simulator.ray_casting import View
from inference.simulator.venue import Venue

_HEAD_M, _TORSO_M = 0.105, (0.21, 0.30)
_SKINS = np.array([(150, 180, 222), (120, 152, 200), (88, 118, 168), (60, 84, 128), (40, 56, 92)])
_HAIRS = np.array([(24, 26, 34), (40, 52, 76), (70, 110, 150), (110, 112, 116)])


def seated_people(venue: Venue) -> FloatArray:
    """(n, 3) places of the taken seats, the same at every call."""
    seats = np.concatenate([stand.seats_m for stand in venue.stands]) if venue.stands else np.empty((0, 3))
    rng = np.random.default_rng(venue.seed + 2)
    places: FloatArray = seats[rng.random(len(seats)) < venue.crowd]
    return places


def draw_spectators(picture: npt.NDArray[np.uint8], ranges: Float32Array, venue: Venue, view: View) -> None:
    """Paint everybody who sits in the stands, from the farthest to the nearest, behind whatever hides them."""
    seats = seated_people(venue)
    rng = np.random.default_rng(venue.seed + 3)
    tones_of_cloth = rng.uniform(25, 215, (len(seats), 1))
    shirts = np.clip(tones_of_cloth + rng.normal(0, 28, (len(seats), 3)), 12, 240)
    tones = rng.integers(0, len(_SKINS), len(seats)), rng.integers(0, len(_HAIRS), len(seats))
    image, depth = view.project(seats + np.array([0.0, 0.0, 0.3]))
    light = float(np.mean(venue.light.above) + 0.4 * np.mean(venue.light.main))
    for number in np.argsort(-depth):
        if depth[number] < 0.5:
            continue
        scale = view.focal_px / depth[number]
        colours = [np.clip(colour * light, 0, 255) for colour in (shirts[number], _SKINS[tones[0][number]])]
        hair = np.clip(_HAIRS[tones[1][number]] * light, 0, 255)
        distance = float(np.linalg.norm(seats[number] - view.position_m))
        _draw_person(picture, ranges, image[number], scale, distance, (*colours, hair))


def _draw_person(
    picture: npt.NDArray[np.uint8],
    ranges: Float32Array,
    chest: FloatArray,
    scale: float,
    distance: float,
    colours: tuple[FloatArray, FloatArray, FloatArray],
) -> None:
    reach = int(np.ceil(0.75 * scale)) + 1
    x, y = int(chest[0]), int(chest[1])
    top, bottom = max(y - reach, 0), min(y + reach, len(picture))
    left, right = max(x - reach, 0), min(x + reach, picture.shape[1])
    if top >= bottom or left >= right:
        return
    window = picture[top:bottom, left:right]
    painted = window.copy()
    corner = np.array([left, top])
    torso = tuple(max(int(side * scale * 16), 8) for side in _TORSO_M)
    head = max(int(_HEAD_M * scale * 16), 6)
    shirt, skin, hair = (tuple(float(value) for value in colour) for colour in colours)
    centre = _fixed(chest - corner)
    cv2.ellipse(painted, centre, torso, 0, 0, 360, shirt, -1, cv2.LINE_AA, 4)
    cv2.circle(painted, _fixed(chest - corner - (0, 0.40 * scale)), head, skin, -1, cv2.LINE_AA, 4)
    cv2.ellipse(
        painted,
        _fixed(chest - corner - (0, 0.44 * scale)),
        (head, int(head * 0.75)),
        0,
        180,
        360,
        hair,
        -1,
        cv2.LINE_AA,
        4,
    )
    # The seat under a person is nearer to a camera above it than the person's middle.
    hidden = ranges[top:bottom, left:right] < distance - 0.7
    window[~hidden] = painted[~hidden]


def _fixed(point: FloatArray) -> tuple[int, int]:
    """A point in sixteenths of a pixel, as OpenCV draws them; its pixel centres lie on whole numbers."""
    return round((float(point[0]) - 0.5) * 16), round((float(point[1]) - 0.5) * 16)
