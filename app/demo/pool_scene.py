"""The swimming hall around the diver: background, board, water, splash, and the figure drawn into it.

Everything is drawn in pixels of a picture whose scale follows its height; nothing here is random from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from app.demo.figure import FloatArray
from app.demo.springboard_dive import BOARD_HEIGHT_M

Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

VIEW_HEIGHT_M = 7.1
LEFT_M, TOP_M = -4.5, 6.05
"""World coordinates of the picture's top-left corner while the camera rests."""
MARGIN_M = 1.4
"""How much further than the resting picture the background reaches."""
SHORE_M = 0.42
"""Height in the picture of the far edge of the water, in metres above the line where the diver enters."""
POOL_EDGE_M = -1.3
FULCRUM_M = -2.5
SHIRTS: tuple[Colour, ...] = (
    (120, 96, 70),
    (88, 96, 128),
    (150, 140, 128),
    (96, 116, 92),
    (70, 66, 78),
    (140, 120, 150),
)


@dataclass(frozen=True)
class Scene:
    """A view of the hall, width by height pixels."""

    width: int
    height: int

    @property
    def pixels_per_metre(self) -> float:
        """Scale of everything at the diver's depth."""
        return self.height / VIEW_HEIGHT_M

    def to_image(self, points: npt.ArrayLike, camera_m: npt.ArrayLike) -> FloatArray:
        """(..., 2) world coordinates (metres, z up) to image coordinates while the camera is moved by (x, z) metres."""
        x_z = np.asarray(points, dtype=np.float64) - np.asarray(camera_m)
        image: FloatArray = (x_z - (LEFT_M, TOP_M)) * (1, -1) * self.pixels_per_metre
        return image

    def draw(self, camera_m: FloatArray, seconds: float) -> Picture:
        """The hall and the moving water without board and diver."""
        scale = self.pixels_per_metre
        corner = (MARGIN_M * scale + camera_m[0] * scale, MARGIN_M * scale - camera_m[1] * scale)
        shift = np.array([[1, 0, corner[0]], [0, 1, corner[1]]], dtype=np.float64)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        moved = cv2.warpAffine(self._hall, shift, (self.width, self.height), flags=flags)
        picture = np.asarray(moved, dtype=np.uint8)
        self._ripple(picture, camera_m, seconds)
        return picture

    @cached_property
    def _hall(self) -> Picture:
        return _draw_hall(self)

    def hall_pixel(self, x: float, z: float) -> tuple[int, int]:
        """Whole pixel of a world point in the background picture."""
        scale = self.pixels_per_metre
        return round((x - LEFT_M + MARGIN_M) * scale), round((TOP_M - z + MARGIN_M) * scale)

    def _ripple(self, picture: Picture, camera_m: FloatArray, seconds: float) -> None:
        """Lighten and darken the water in waves that shrink with distance."""
        left, top = (round(float(value)) for value in self.to_image((POOL_EDGE_M, SHORE_M), camera_m))
        left, top = max(left, 0), max(top + 2, 0)
        if top >= self.height:
            return
        step = 2
        rows = np.arange(top, self.height, step)
        near = (rows - top + 6.0)[:, None] / self.pixels_per_metre
        across = np.arange(left, self.width, step)[None, :] / self.pixels_per_metre + camera_m[0]
        across = (across - 3.0) / (0.35 + near)
        depth = 2.6 / (0.12 + near)
        waves = np.sin(2.1 * across + 9 * depth + 2.0 * seconds) * np.sin(1.3 * across - 5 * depth + 1.3 * seconds)
        waves += 0.5 * np.sin(4.7 * across + 14 * depth - 3.1 * seconds)
        light = np.clip(waves * 9 * np.minimum(1, near / 0.35), -14, 20).astype(np.float32)
        water = picture[top:, left:]
        light = cv2.resize(light, (water.shape[1], water.shape[0]), interpolation=cv2.INTER_LINEAR)
        layer = np.repeat(light[:, :, None], 3, axis=2)
        water[:] = cv2.add(water, layer, dtype=cv2.CV_8U)


def _draw_hall(scene: Scene) -> Picture:
    scale = scene.pixels_per_metre
    margin = 2 * MARGIN_M * scale
    hall = np.empty((round(scene.height + margin), round(scene.width + margin), 3), np.uint8)
    shade = np.linspace(0, 1, len(hall))[:, None, None]
    hall[:] = np.array((226, 216, 204)) * (1 - shade) + np.array((196, 182, 166)) * shade
    width_m = scene.width / scale + 2 * MARGIN_M
    right = LEFT_M - MARGIN_M + width_m

    def box(x0: float, z0: float, x1: float, z1: float, colour: Colour) -> None:
        cv2.rectangle(hall, scene.hall_pixel(x0, z1), scene.hall_pixel(x1, z0), colour, -1)

    for x in np.arange(LEFT_M - MARGIN_M, right, 0.5):
        box(x, SHORE_M, x + 0.012, TOP_M + MARGIN_M, (206, 196, 184))
    for z in np.arange(SHORE_M, TOP_M + MARGIN_M, 0.5):
        box(LEFT_M - MARGIN_M, z, right, z + 0.012, (206, 196, 184))
    for x in np.arange(LEFT_M - MARGIN_M + 0.2, right, 1.7):
        box(x, 4.6, x + 1.45, 6.8, (150, 140, 128))
        box(x + 0.06, 4.66, x + 0.69, 6.74, (248, 240, 226))
        box(x + 0.76, 4.66, x + 1.39, 6.74, (250, 243, 232))
    box(LEFT_M - MARGIN_M, 2.55, right, 2.8, (150, 96, 40))
    box(LEFT_M - MARGIN_M, 2.47, right, 2.51, (150, 96, 40))
    _draw_spectators(hall, scene, right)
    hall = np.asarray(cv2.GaussianBlur(hall, (0, 0), scale * 0.012), dtype=np.uint8)
    box(LEFT_M - MARGIN_M, SHORE_M - 0.02, right, SHORE_M + 0.14, (168, 164, 158))
    _draw_water(hall, scene)
    _draw_stand(hall, scene)
    return hall


def _draw_spectators(hall: Picture, scene: Scene, right: float) -> None:
    """Three rows of people in the far stand, who sit still."""
    random = np.random.default_rng(7)
    scale = scene.pixels_per_metre
    body = int(0.12 * scale), int(0.2 * scale)
    for row, z in enumerate((1.75, 1.3, 0.85)):
        bench = scene.hall_pixel(3.0 - 0.3 * row, z), scene.hall_pixel(right, z - 0.42)
        cv2.rectangle(hall, *bench, (158 - 12 * row, 146 - 12 * row, 132 - 12 * row), -1)
        for x in np.arange(3.2 - 0.3 * row, right, 0.34):
            if random.random() < 0.55:
                shirt = SHIRTS[int(random.integers(len(SHIRTS)))]
                seat = x + random.uniform(-0.05, 0.05)
                cv2.ellipse(hall, scene.hall_pixel(seat, z + 0.02), body, 0, 0, 360, shirt, -1)
                cv2.circle(hall, scene.hall_pixel(seat, z + 0.28), int(0.075 * scale), (128, 156, 190), -1, cv2.LINE_AA)


def _draw_water(hall: Picture, scene: Scene) -> None:
    left, top = scene.hall_pixel(POOL_EDGE_M, SHORE_M)
    depth = np.linspace(0, 1, len(hall) - top)[:, None, None] ** 0.7
    hall[top:, left:] = np.array((206, 176, 96)) * (1 - depth) + np.array((158, 108, 28)) * depth
    hall[top : top + max(2, round(0.03 * scene.pixels_per_metre)), left:] = (226, 212, 176)


def _draw_stand(hall: Picture, scene: Scene) -> None:
    """Deck, pillar, fulcrum and hand rails of the board."""
    far_left = LEFT_M - MARGIN_M
    below = TOP_M - 20
    for x0, z0, x1, z1, colour in (
        (far_left, below, POOL_EDGE_M, SHORE_M, (188, 186, 182)),
        (POOL_EDGE_M - 0.1, below, POOL_EDGE_M, SHORE_M, (140, 136, 130)),
        (-4.0, 0.0, -3.5, BOARD_HEIGHT_M - 0.3, (164, 158, 150)),
        (-3.62, 0.0, -3.5, BOARD_HEIGHT_M - 0.3, (140, 134, 126)),
        (far_left, BOARD_HEIGHT_M - 0.36, FULCRUM_M + 0.25, BOARD_HEIGHT_M - 0.2, (128, 122, 112)),
        (FULCRUM_M - 0.16, BOARD_HEIGHT_M - 0.22, FULCRUM_M + 0.16, BOARD_HEIGHT_M - 0.07, (90, 86, 80)),
    ):
        cv2.rectangle(hall, scene.hall_pixel(x0, z1), scene.hall_pixel(x1, z0), colour, -1)
    thickness = max(2, round(0.035 * scene.pixels_per_metre))
    for height in (0.45, 0.9):
        rail = scene.hall_pixel(far_left, BOARD_HEIGHT_M + height), scene.hall_pixel(-2.9, BOARD_HEIGHT_M + height)
        cv2.line(hall, *rail, (170, 166, 160), thickness, cv2.LINE_AA)
    for x in (-4.6, -3.75, -2.9):
        post = scene.hall_pixel(x, BOARD_HEIGHT_M - 0.2), scene.hall_pixel(x, BOARD_HEIGHT_M + 0.9)
        cv2.line(hall, *post, (170, 166, 160), thickness, cv2.LINE_AA)
