"""Pictures of people in a venue, frame by frame.

Every picture depends on the frame's number, the actors and the seeds only, never on what was drawn before it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from inference.dataset.schema import Visibility
from inference.results import FloatArray
from inference.simulator.people.actors import MIDDLE, Actor
from inference.simulator.picture.background import paint_background
from inference.simulator.picture.body_layers import BodyPainter
from inference.simulator.picture.camera import Camera
from inference.simulator.picture.cone_painter import Box, Layer
from inference.simulator.picture.planks import draw_plank
from inference.simulator.picture.scenery import Scenery
from inference.simulator.picture.shadows import Shadow, body_shadow
from inference.simulator.picture.splash import LASTS_S, Splash, draw_spray, patch_homography
from inference.simulator.picture.visibility import IS_CORE_JOINT, JOINT_FLESH_M, hidden_by_cones
from inference.simulator.picture.water import MovingWater
from inference.simulator.venue.noise import Float32Array
from inference.simulator.venue.venue import Venue

Picture = npt.NDArray[np.uint8]

_NOISE_MARGIN_PX = 61
_RANGE_TOLERANCE_M = 0.03
_FAR_M = 1e6


class Renderer:
    """Draws a venue with people in it, as one camera sees them.

    Args:
        venue: where.
        camera: seen from where; its size and frame rate are those of the pictures.
        rng: draws what is left to chance: sensor noise, contrast, and how clean each splash is.
    """

    def __init__(self, venue: Venue, camera: Camera, rng: np.random.Generator) -> None:
        self.venue = venue
        self.camera = camera
        self._seed = int(rng.integers(2**31))
        self._noise_level = float(rng.gamma(2.0, 0.9))
        self._contrast = float(rng.uniform(0.9, 1.1))
        self._gains = np.exp(rng.normal(0, 0.02, 3)) * rng.uniform(0.9, 1.1)
        self._bodies = BodyPainter(venue, camera)

    @cached_property
    def _scenery(self) -> Scenery:
        background = paint_background(self.venue, self.camera)
        return Scenery(background, MovingWater(self.venue, background), self.camera)

    def render(self, frame_index: int, actors: Sequence[Actor]) -> Picture:
        """One picture.

        Args:
            frame_index: its number; it shows the time frame_index / fps.
            actors: everybody who may be in it.

        Returns:
            (height, width, 3) BGR.
        """
        seconds = frame_index / self.camera.fps
        picture = self._scenery.frame(frame_index)
        splashes = self._splashes(actors, seconds)
        for splash in splashes:
            self._draw_on_water(picture, splash, frame_index)
        present = [actor for actor in actors if actor.is_present(seconds)]
        shadows = [body_shadow(actor, self.venue, self.camera, frame_index) for actor in present]
        for shadow in shadows:
            if shadow is not None:
                self._draw_shadow(picture, shadow, frame_index)
        layers = self._plank_layers(frame_index, present, [shadow for shadow in shadows if shadow is not None])
        layers += [layer for actor in present if (layer := self._bodies.layer(actor, frame_index)) is not None]
        self._merge(picture, layers, frame_index)
        for splash in splashes:
            self._draw_spray(picture, splash, frame_index)
        return self._as_filmed(picture, frame_index)

    def joint_visibility(self, frame_index: int, actor: Actor, actors: Sequence[Actor] = ()) -> npt.NDArray[np.str_]:
        """How each joint of a person stands to the picture.

        Args:
            frame_index: of the picture.
            actor: whose joints.
            actors: everybody who may hide them; the person's own body always counts.

        Returns:
            (17,) `Visibility` values in the order of the canonical skeleton; out of frame before under water before
            occluded before visible, where several hold.
        """
        seconds = frame_index / self.camera.fps
        joints = actor.board_pose.to_pool(actor.states(np.array([seconds])).joints[0])
        image, depths = self.camera.project(joints, frame_index)
        clearance = JOINT_FLESH_M + 0.03
        hidden = self._hidden_by_scenery(image, depths, clearance, frame_index)
        others = [other for other in actors if other is not actor and other.is_present(seconds)]
        for other in (actor, *others):
            cones = other.cones(other.states(np.array([seconds])))
            ignored = np.outer(IS_CORE_JOINT, other.shape.is_core) if other is actor else None
            hidden |= hidden_by_cones(image, depths, self._bodies.drawn(cones, 0, frame_index), ignored)
        for plank in self._plank_layers(frame_index, actors):
            hidden |= _is_behind(plank, image, depths, clearance)
        width, height = self.camera.size
        inside = (depths > 0) & (image >= 0).all(axis=1) & (image[:, 0] < width) & (image[:, 1] < height)
        result = np.where(hidden, Visibility.OCCLUDED.value, Visibility.VISIBLE.value)
        result = np.where(joints[:, 2] < 0, Visibility.UNDER_WATER.value, result)
        return np.where(inside, result, Visibility.OUT_OF_FRAME.value)

    def _hidden_by_scenery(
        self, image: FloatArray, depths: FloatArray, clearance: FloatArray, frame_index: int
    ) -> npt.NDArray[np.bool_]:
        width, height = self.camera.size
        hidden = np.zeros(len(image), bool)
        for number, (point, depth) in enumerate(zip(image, depths, strict=True)):
            if depth > 0 and 0 <= point[0] < width and 0 <= point[1] < height:
                x, y = int(point[0]), int(point[1])
                ranges = self._scenery.ranges(frame_index, (x, y, x + 1, y + 1))
                away = depth * self._stretch(point)
                hidden[number] = bool((ranges < away - clearance[number]).mean() > 0.5)
        return hidden

    def _stretch(self, point: FloatArray) -> float:
        """Distance from the camera of what is one metre deep at an image point."""
        x, y = (point - np.divide(self.camera.size, 2)) / self.camera.focal_px
        return math.sqrt(1 + x * x + y * y)

    def _splashes(self, actors: Sequence[Actor], seconds: float) -> list[Splash]:
        """Everybody's splash that can still be seen, whether or not its maker can."""
        splashes = []
        for actor in actors:
            entry_s = actor.entry_s
            if entry_s is None or not 0 <= seconds - entry_s < LASTS_S:
                continue
            states = actor.states(np.array([entry_s - 0.04, entry_s]))
            before, at = actor.board_pose.to_pool(states.centre_of_mass)
            lowest = actor.board_pose.to_pool(states.joints[1])
            place = lowest[lowest[:, 2].argmin(), :2]
            seed = (self._seed + round(actor.start_s * 1000) * 7919 + round(float(place[1]) * 100)) % 2**31
            speed = float(before[2] - at[2]) / 0.04
            upright = float(np.ptp(states.joints[1][:, 2])) / 1.9
            clean = np.random.default_rng(seed).uniform(0.25, 0.75) + 0.5 * max(0.75 - upright, 0)
            splashes.append(Splash(entry_s, place, float(np.clip(clean * (0.5 + speed / 16), 0.12, 1.5)), seed))
        return splashes

    def _draw_on_water(self, picture: Picture, splash: Splash, frame_index: int) -> None:
        corners, depth = self.camera.project(splash.patch_corners(), frame_index)
        if depth.min() < 0.5:
            return
        box = self._box(corners.min(axis=0), corners.max(axis=0))
        if box is None:
            return
        left, top, right, bottom = box
        size = (right - left, bottom - top)
        onto = patch_homography(corners - (left, top) - 0.5)
        foam, rings = (
            np.asarray(cv2.warpPerspective(part, onto, size)) for part in splash.surface(frame_index / self.camera.fps)
        )
        is_water = self._scenery.is_water(frame_index, box) > 0
        foam, rings = foam * is_water, rings * is_water
        part = picture[top:bottom, left:right]
        light = self.venue.light
        white = np.minimum((np.array(light.above) + 0.5 * np.array(light.main)) * 225, 245)
        lit = part * (1 + 0.28 * rings[..., None]) + 14 * np.maximum(rings, 0)[..., None]
        part[:] = np.clip(lit + foam[..., None] * (white - lit) + 0.5, 0, 255).astype(np.uint8)

    def _draw_spray(self, picture: Picture, splash: Splash, frame_index: int) -> None:
        places, speeds, radii = splash.drops(frame_index / self.camera.fps)
        if not len(places):
            return
        image, depth = self.camera.project(places, frame_index)
        if depth.min() < 0.5:
            return
        later, _ = self.camera.project(places + speeds * self.camera.exposure_s, frame_index)
        box = self._box(image.min(axis=0) - 4, image.max(axis=0) + 4)
        if box is None:
            return
        left, top, right, bottom = box
        cover = draw_spray(
            image,
            later - image,
            radii * self.camera.focal_px / depth,
            np.array([left, top]),
            (right - left, bottom - top),
        )
        ranges = self._scenery.ranges(frame_index, box)
        away = float(depth.min()) * self._stretch(image.mean(axis=0))
        shown = (ranges > away - 0.3).mean(axis=(1, 3))
        share = (cv2.GaussianBlur(cover, (0, 0), 0.6).astype(np.float32) / 255 * shown)[..., None]
        light = self.venue.light
        white = np.minimum((np.array(light.above) + 0.6 * np.array(light.main)) * 228, 248)
        part = picture[top:bottom, left:right]
        part[:] = (part + 0.9 * share * (white - part) + 0.5).astype(np.uint8)

    def _draw_shadow(self, picture: Picture, shadow: Shadow, frame_index: int) -> None:
        left, top, right, bottom = shadow.box
        ranges = self._scenery.ranges(frame_index, shadow.box).mean(axis=(1, 3))
        share = shadow.share * (ranges > shadow.ranges - 0.12)
        if shadow.ground_m > 0:
            share = share * (ranges < shadow.ranges + 0.25)
        part = picture[top:bottom, left:right]
        part[:] = (part * (1 - share[..., None]) + 0.5).astype(np.uint8)

    def _plank_layers(self, frame_index: int, actors: Sequence[Actor], shadows: Sequence[Shadow] = ()) -> list[Layer]:
        seconds = frame_index / self.camera.fps
        layers = []
        for placed in self.venue.boards:
            if not placed.board.is_springboard:
                continue
            bent = sum(
                float(actor.moment(seconds, self.camera.exposure_s / 2).states.board_deflection_m[MIDDLE])
                for actor in actors
                if actor.board_pose == placed.pose and actor.is_present(seconds)
            )
            layer = draw_plank(placed, bent, self.camera, frame_index, self.venue.light, self.venue.plank_colour)
            if layer is not None:
                for shadow in shadows:
                    if abs(shadow.ground_m - placed.board.height_m) < 0.01:
                        shadow.darken(layer)
                layers.append(layer)
        return layers

    def _merge(self, picture: Picture, layers: list[Layer], frame_index: int) -> None:
        """Lay things over the picture, each where nothing nearer is."""
        if not layers:
            return
        width, height = self.camera.size
        nearest = np.full((height, width), np.inf, np.float32)
        layers.sort(key=lambda layer: -float(np.median(layer.depths[layer.cover > 0])) if layer.cover.any() else 0.0)
        for layer in layers:
            rows, columns = layer.cover.shape
            box = (layer.left, layer.top, layer.left + columns, layer.top + rows)
            window = (slice(box[1], box[3]), slice(box[0], box[2]))
            x = (np.arange(box[0], box[2]) + 0.5 - width / 2) / self.camera.focal_px
            y = ((np.arange(box[1], box[3]) + 0.5 - height / 2) / self.camera.focal_px)[:, None]
            depths = _filled(layer)
            away = depths * np.sqrt(1 + x * x + y * y).astype(np.float32) - np.float32(_RANGE_TOLERANCE_M)
            ranges = self._scenery.ranges(frame_index, box)
            shown = (ranges > away[:, None, :, None]).mean(axis=(1, 3), dtype=np.float32)
            shown *= depths < nearest[window] + np.float32(0.02)
            part = picture[window]
            keep = 1 - layer.cover * shown
            part[:] = np.clip(part * keep[..., None] + layer.colour * shown[..., None] + 0.5, 0, 255).astype(np.uint8)
            np.minimum(nearest[window], layer.depths, out=nearest[window])

    def _box(self, low: FloatArray, high: FloatArray) -> Box | None:
        width, height = self.camera.size
        left, top = max(int(np.floor(low[0])), 0), max(int(np.floor(low[1])), 0)
        right, bottom = min(int(np.ceil(high[0])) + 1, width), min(int(np.ceil(high[1])) + 1, height)
        return (left, top, right, bottom) if left < right and top < bottom else None

    @cached_property
    def _grain(self) -> Picture:
        """Sensor noise around 128, larger than a frame."""
        width, height = self.camera.size
        size = (height + _NOISE_MARGIN_PX, width + _NOISE_MARGIN_PX)
        rng = np.random.default_rng(self._seed)
        grey = rng.normal(0, self._noise_level, size)[..., None]
        colour = rng.normal(0, 0.6 * self._noise_level, (*size, 3))
        return np.clip(128.5 + 0.8 * grey + colour, 0, 255).astype(np.uint8)

    @cached_property
    def _tone(self) -> Picture:
        """(1, 256, 3) what contrast and white balance make of each byte."""
        values = np.arange(256)[:, None] / 255
        curve = (values * self._gains) ** self._contrast
        return np.clip(curve * 255 + 0.5, 0, 255).astype(np.uint8)[None]

    def _as_filmed(self, picture: Picture, frame_index: int) -> Picture:
        width, height = self.camera.size
        shift = np.random.default_rng([self._seed, frame_index]).integers(0, _NOISE_MARGIN_PX, 2)
        grain = self._grain[shift[0] : shift[0] + height, shift[1] : shift[1] + width]
        toned = cv2.LUT(picture, self._tone)
        return np.asarray(cv2.addWeighted(toned, 1.0, grain, 1.0, -128.0), np.uint8)


def _filled(layer: Layer) -> Float32Array:
    """(rows, columns) depths of a layer; its edges, too thin to have their own, take those next to them."""
    # Beyond its border OpenCV takes the largest number there is, which is not yet infinite.
    around = np.asarray(cv2.erode(layer.depths, np.ones((3, 3), np.uint8), iterations=2), np.float32)
    edges = np.where(around < _FAR_M, around, layer.depths.min())
    return np.where(np.isfinite(layer.depths), layer.depths, edges).astype(np.float32)


def _is_behind(layer: Layer, image: FloatArray, depths: FloatArray, clearance: FloatArray) -> npt.NDArray[np.bool_]:
    """(n,) whether points lie behind a drawn thing."""
    place = np.floor(image).astype(int) - (layer.left, layer.top)
    rows, columns = layer.cover.shape
    inside = (place >= 0).all(axis=1) & (place[:, 0] < columns) & (place[:, 1] < rows)
    x, y = np.clip(place[:, 0], 0, columns - 1), np.clip(place[:, 1], 0, rows - 1)
    behind: npt.NDArray[np.bool_] = inside & (layer.cover[y, x] > 0.5) & (layer.depths[y, x] < depths - clearance)
    return behind
