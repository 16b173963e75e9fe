"""Draws what moves: the board, the figure and the splash."""

from __future__ import annotations

import math

import cv2
import numpy as np

from app.demo.figure import SEGMENT_NAMES, FloatArray, Posture
from app.demo.pool_scene import FULCRUM_M, LEFT_M, MARGIN_M, Colour, Picture, Scene
from app.demo.springboard_dive import BOARD_HEIGHT_M, SpringboardDive
from inference.results import GRAVITY_M_S2

SUBPIXEL_BITS = 4
SKIN, LEG_SKIN, ARM_SKIN, FAR_SKIN = (132, 168, 214), (122, 157, 205), (143, 179, 223), (104, 138, 182)
HAIR = (40, 50, 68)
BOARD, BOARD_EDGE = (222, 214, 190), (110, 92, 62)
FOAM = (248, 246, 240)
UNDER_WATER_VISIBILITY = 0.16
HALF_WIDTHS_M = {
    "trunk": (0.105, 0.125),
    "head": (0.05, 0.095),
    "upper arm": (0.052, 0.042),
    "forearm": (0.042, 0.022),
    "thigh": (0.088, 0.058),
    "shank": (0.056, 0.034),
    "foot": (0.036, 0.022),
}
"""Half the thickness of each segment at its start and its end."""
DROPS = 220


class Painter:
    """Draws into one picture at one camera position."""

    def __init__(self, scene: Scene, picture: Picture, camera_m: FloatArray) -> None:
        self._scene = scene
        self._picture = picture
        self._camera_m = camera_m

    def board(self, tip_m: float) -> None:
        """The springboard, its tip bent up by that much."""
        x = np.linspace(LEFT_M - MARGIN_M - 0.5, 0.06, 24)
        reach = np.clip((x - FULCRUM_M) / -FULCRUM_M, -0.6, None)
        z = BOARD_HEIGHT_M + tip_m * np.where(reach > 0, reach * (0.3 + 0.7 * reach), 0.25 * reach)
        upper, lower = np.stack([x, z], axis=-1), np.stack([x, z - 0.06], axis=-1)
        self._polygon(np.concatenate([upper, lower[::-1]]), BOARD_EDGE)
        self._polygon(np.concatenate([upper, (upper - (0, 0.03))[::-1]]), BOARD)

    def diver(self, near: Posture, far: Posture, suit: Colour) -> None:
        """The figure; what is below the water's surface shines through faintly."""
        row = max(0, min(self._picture.shape[0], round(float(self._image((0.0, 0.0))[1]))))
        surface = self._picture[row:].copy()
        for name in ("upper arm", "forearm", "thigh", "shank", "foot"):
            self._segment(far, name, FAR_SKIN)
        self._segment(near, "head", SKIN)
        self._hair(near)
        for name in ("thigh", "shank", "foot"):
            self._segment(near, name, LEG_SKIN)
        self._segment(near, "trunk", SKIN)
        self._suit(near, suit)
        for name in ("upper arm", "forearm"):
            self._segment(near, name, ARM_SKIN)
        water = self._picture[row:]
        cv2.addWeighted(water, UNDER_WATER_VISIBILITY, surface, 1 - UNDER_WATER_VISIBILITY, 0, dst=water)

    def splash(self, dive: SpringboardDive, seconds: float) -> None:
        """Rings, foam and drops thrown up where the diver went in."""
        since = seconds - dive.entry_s
        if not 0 <= since < 3.0:
            return
        centre_x = float(dive.centre(dive.entry_s)[0]) + 0.12
        self._rings(centre_x, since)
        random = np.random.default_rng(round(dive.take_off_s * 1000))
        born = random.uniform(0.0, 0.34, DROPS)
        speed = random.gamma(4.0, 0.8, DROPS) * np.exp(-born)
        lean = random.normal(0.0, 0.33, DROPS)
        size_m = random.uniform(0.012, 0.045, DROPS)
        start = centre_x + random.normal(0.0, 0.1, DROPS)
        age = since - born
        x = start + speed * np.sin(lean) * age
        z = speed * np.cos(lean) * age - 0.5 * GRAVITY_M_S2 * age**2
        for drop in np.flatnonzero((age > 0) & (z > -0.02)):
            fade = max(0.5, 1 - age[drop] * 0.4)
            self._disc((x[drop], z[drop]), size_m[drop] * fade, FOAM)

    def _rings(self, centre_x: float, since: float) -> None:
        layer = self._picture.copy()
        scale = self._scene.pixels_per_metre
        foam = 0.35 * (1 - math.exp(-since / 0.12)) + 0.12 * since
        axes = (round(foam * scale), round(foam * 0.2 * scale))
        centre = tuple(round(float(value)) for value in self._image((centre_x, -0.03)))
        cv2.ellipse(layer, centre, axes, 0, 0, 360, FOAM, -1, cv2.LINE_AA)
        for ring in range(3):
            radius = (since - 0.18 * ring) * 0.75
            if radius > 0.05:
                axes = (round(radius * scale), round(radius * 0.2 * scale))
                cv2.ellipse(layer, centre, axes, 0, 0, 360, (236, 222, 190), max(1, round(0.02 * scale)), cv2.LINE_AA)
        alpha = 0.75 * math.exp(-since / 0.9)
        cv2.addWeighted(layer, alpha, self._picture, 1 - alpha, 0, dst=self._picture)

    def _segment(self, body: Posture, name: str, colour: Colour) -> None:
        index = SEGMENT_NAMES.index(name)
        self._capsule(body.starts[index], body.ends[index], *HALF_WIDTHS_M[name], colour)

    def _hair(self, body: Posture) -> None:
        index = SEGMENT_NAMES.index("head")
        start, end = body.starts[index], body.ends[index]
        self._capsule(start + 0.75 * (end - start), start + 1.08 * (end - start), 0.085, 0.07, HAIR)

    def _suit(self, body: Posture, colour: Colour) -> None:
        trunk, thigh = SEGMENT_NAMES.index("trunk"), SEGMENT_NAMES.index("thigh")
        hip, neck = body.starts[trunk], body.ends[trunk]
        self._capsule(hip - 0.02 * (neck - hip), hip + 0.22 * (neck - hip), 0.112, 0.112, colour)
        self._capsule(hip, hip + 0.14 * (body.ends[thigh] - hip), 0.1, 0.094, colour)

    def _capsule(self, start: FloatArray, end: FloatArray, start_m: float, end_m: float, colour: Colour) -> None:
        """A limb: two round ends and the straight sides between them."""
        along = end - start
        heading = math.atan2(along[1], along[0])
        turn = np.linspace(math.pi / 2, 3 * math.pi / 2, 9)
        back = start + start_m * np.stack([np.cos(heading + turn), np.sin(heading + turn)], axis=-1)
        turn = np.linspace(-math.pi / 2, math.pi / 2, 9)
        front = end + end_m * np.stack([np.cos(heading + turn), np.sin(heading + turn)], axis=-1)
        self._polygon(np.concatenate([back, front]), colour)

    def _polygon(self, points_m: FloatArray, colour: Colour) -> None:
        points = np.round((self._image(points_m) - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(self._picture, [points], colour, cv2.LINE_AA, SUBPIXEL_BITS)

    def _disc(self, centre_m: tuple[float, float], radius_m: float, colour: Colour) -> None:
        x, y = np.round((self._image(centre_m) - 0.5) * (1 << SUBPIXEL_BITS)).astype(int)
        radius = max(1, round(radius_m * self._scene.pixels_per_metre * (1 << SUBPIXEL_BITS)))
        cv2.circle(self._picture, (int(x), int(y)), radius, colour, -1, cv2.LINE_AA, SUBPIXEL_BITS)

    def _image(self, points_m: FloatArray | tuple[float, float]) -> FloatArray:
        return self._scene.to_image(points_m, self._camera_m)
