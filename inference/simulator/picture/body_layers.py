"""One person in one frame: the body drawn at several times of the exposure, and what the water does to it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inference.simulator.people.actors import Actor, Moment
from inference.simulator.people.body_shape import Cones
from inference.simulator.picture.camera import Camera, is_ball_out_of_sight
from inference.simulator.picture.cone_painter import Layer, paint_cones
from inference.simulator.picture.cone_shading import DrawnCones, cone_light
from inference.simulator.picture.shading import fresnel
from inference.simulator.venue.noise import Float32Array
from inference.simulator.venue.venue import Venue

_BLUR_STEP_PX = 1.6
_MOST_BLUR_STEPS = 8
_NEAR_M = 0.3


@dataclass(frozen=True, eq=False)
class BodyPainter:
    """Draws people in a venue for a camera."""

    venue: Venue
    camera: Camera

    def layer(self, actor: Actor, frame_index: int) -> Layer | None:
        """The person in a frame; None while absent or out of sight."""
        camera = self.camera
        seconds = frame_index / camera.fps
        if not actor.is_present(seconds):
            return None
        half = camera.exposure_s / 2
        moment = actor.moment(seconds, half)
        if self._is_out_of_sight(moment, frame_index):
            return None
        cones, offsets = moment.cones, np.array([-half, 0.0, half])
        drawn = [self.drawn(cones, row, frame_index + offset * camera.fps) for row, offset in enumerate(offsets)]
        if any(float(np.minimum(one.start_depths, one.end_depths).min()) < _NEAR_M for one in drawn):
            return None
        frame = self._frame(drawn)
        if frame is None:
            return None
        moved = max(
            float(np.abs(drawn[0].ends - drawn[2].ends).max()), float(np.abs(drawn[0].starts - drawn[2].starts).max())
        )
        count = int(np.clip(np.ceil(moved / _BLUR_STEP_PX), 1, _MOST_BLUR_STEPS))
        if count > 1:
            offsets = ((np.arange(count) + 0.5) / count * 2 - 1) * half
            cones = actor.cones(actor.states(seconds + offsets))
            drawn = [self.drawn(cones, row, frame_index + offset * camera.fps) for row, offset in enumerate(offsets)]
        else:
            drawn = drawn[1:2]
        light = cone_light(self.venue.light, camera.rotation(frame_index))
        whole = paint_cones(drawn, cones.near_colours, cones.far_colours, cones.splits, light, frame)
        if min(float(cones.starts[..., 2].min()), float(cones.ends[..., 2].min())) < 0.1:
            whole = self._sunk(whole, frame_index)
        return whole

    def drawn(self, cones: Cones, row: int, frame: float) -> DrawnCones:
        """The cones of one of their times in the picture of a frame."""
        starts, start_depths = self.camera.project(cones.starts[row], frame)
        ends, end_depths = self.camera.project(cones.ends[row], frame)
        along = (cones.ends[row] - cones.starts[row]) @ self.camera.rotation(frame).T
        lengths = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        focal = self.camera.focal_px
        safe_start, safe_end = np.maximum(start_depths, 1e-3), np.maximum(end_depths, 1e-3)
        return DrawnCones(
            starts,
            ends,
            start_depths,
            end_depths,
            cones.start_radii * focal / safe_start,
            cones.end_radii * focal / safe_end,
            along / lengths,
            (safe_start + safe_end) / 2 / focal,
        )

    def _is_out_of_sight(self, moment: Moment, frame_index: int) -> bool:
        """Whether a body is so far out of the picture that there is no need to place its parts."""
        return is_ball_out_of_sight(self.camera, *moment.ball_m, frame_index, _NEAR_M)

    def _frame(self, drawn: list[DrawnCones]) -> tuple[int, int, int, int] | None:
        """The part of the picture that the body needs at all given times."""
        bounds = [one.bounds() for one in drawn]
        low = np.min([part.min(axis=0) for part, _ in bounds], axis=0)
        high = np.max([part.max(axis=0) for _, part in bounds], axis=0)
        left, top = (max(int(np.floor(value)), 0) for value in low)
        right, bottom = (min(int(np.ceil(value)), side) for value, side in zip(high, self.camera.size, strict=True))
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _sunk(self, layer: Layer, frame_index: int) -> Layer:
        """The layer with what is under water tinted, bent by the waves and fading with depth."""
        camera = self.camera
        rows, columns = layer.cover.shape
        right, down, forward = camera.rotation(frame_index)
        x = (np.arange(columns) + layer.left + 0.5 - camera.size[0] / 2) / camera.focal_px
        y = ((np.arange(rows) + layer.top + 0.5 - camera.size[1] / 2) / camera.focal_px)[:, None]
        fall = np.asarray(x * right[2] + y * down[2] + forward[2], np.float32)
        depths = np.where(np.isfinite(layer.depths), layer.depths, 0)
        below = np.where(layer.depths < np.inf, -(camera.position_m[2] + depths * fall), 0)
        pixel_m = float(np.median(depths[depths > 0])) / camera.focal_px if (depths > 0).any() else 1.0
        share = np.clip(below / max(pixel_m, 1e-6) + 0.5, 0, 1) * (layer.depths < np.inf)
        steep = np.clip(-fall / np.sqrt(1 + x**2 + y**2), 0.05, 1)
        path = np.maximum(below, 0) * (1 + 0.9 / np.sqrt(1 - (1 - steep**2) / 1.77))
        look = self.venue.water
        left = np.exp(-path / (0.42 * look.clearness_m))
        shown = left * (1 - fresnel(steep + 0.07))
        level = 255 * float(np.mean(self.venue.light.above) + 0.5 * np.mean(self.venue.light.main))
        tinted = layer.colour * np.array([0.95, 0.82, 0.50]) ** np.minimum(path, 6)[..., None]
        deep = np.array(look.deep) * level * layer.cover[..., None]
        tinted = tinted * left[..., None] + deep * (1 - left[..., None])
        wet = np.concatenate([tinted * (shown * share)[..., None], (layer.cover * shown * share)[..., None]], axis=2)
        wet = _rippled(wet.astype(np.float32), frame_index / camera.fps, 0.035 / pixel_m)
        wet_colour, wet_cover = wet[..., :3], wet[..., 3]
        dry = 1 - share
        return Layer(
            layer.left,
            layer.top,
            np.asarray(layer.colour * dry[..., None] + wet_colour * (1 - layer.cover * dry)[..., None], np.float32),
            np.asarray(layer.cover * dry + wet_cover * (1 - layer.cover * dry), np.float32),
            layer.depths,
        )


def _rippled(part: Float32Array, seconds: float, reach_px: float) -> Float32Array:
    """Bent by small waves and softened, as seen through a moving surface."""
    rows, columns = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32)
    length = max(8 * reach_px, 3.0)
    x = columns + reach_px * np.sin(2 * np.pi * (rows / length + 0.9 * seconds) + 0.8 * np.sin(columns / length))
    y = rows + 0.5 * reach_px * np.sin(2 * np.pi * (columns / length - 0.7 * seconds))
    bent = cv2.remap(part, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(bent, (0, 0), max(0.5 * reach_px, 0.3)), np.float32)
