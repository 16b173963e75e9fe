"""Shadows that people throw on boards, deck and water."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inference.results import FloatArray
from inference.simulator.people.actors import MIDDLE, Actor
from inference.simulator.picture.camera import Camera, is_ball_out_of_sight
from inference.simulator.picture.cone_painter import Box, Layer
from inference.simulator.venue.noise import Float32Array
from inference.simulator.venue.venue import Venue

_STRENGTH = 0.42
_CLEAR_M = 4.0
_NEAR_M = 0.5
_SOFT_M = 3.0


@dataclass(frozen=True, eq=False)
class Shadow:
    """A shadow on a level surface in part of a picture.

    Args:
        box: that part.
        share: (rows, columns) of the light that is taken away.
        ranges: (rows, columns) metres from the camera to the surface.
        ground_m: height of the surface; at 0 it is water, into which one sees deeper.
    """

    box: Box
    share: Float32Array
    ranges: Float32Array
    ground_m: float

    def darken(self, layer: Layer) -> None:
        """Throw the shadow on something drawn by itself that lies in its surface."""
        left, top = max(self.box[0], layer.left), max(self.box[1], layer.top)
        right = min(self.box[2], layer.left + layer.cover.shape[1])
        bottom = min(self.box[3], layer.top + layer.cover.shape[0])
        if left < right and top < bottom:
            share = self.share[top - self.box[1] : bottom - self.box[1], left - self.box[0] : right - self.box[0]]
            part = layer.colour[top - layer.top : bottom - layer.top, left - layer.left : right - layer.left]
            part *= 1 - share[..., None]


def body_shadow(actor: Actor, venue: Venue, camera: Camera, frame_index: int) -> Shadow | None:
    """The shadow of a person on the surface straight below; None where there is none to be seen."""
    seconds = frame_index / camera.fps
    moment = actor.moment(seconds, camera.exposure_s / 2)
    middle = moment.centre_m
    ground = venue.ground_below(middle)
    amid, reach = moment.ball_m
    if middle[2] < ground or amid[2] - reach - ground > _CLEAR_M or camera.position_m[2] < ground + 0.05:
        return None
    light = venue.light
    # A bright ceiling throws its shadows straight down, the sun along its rays.
    slant = np.array(light.direction[:2]) / max(light.direction[2], 0.25) * (1 - 0.75 * light.softness)
    thrown, reach = _thrown(amid[None], ground, slant)[0], reach * (1 + float(np.hypot(*slant))) + _SOFT_M
    if is_ball_out_of_sight(camera, thrown, reach, frame_index, _NEAR_M):
        return None
    cones = moment.cones
    clear = float(min(cones.starts[MIDDLE, :, 2].min(), cones.ends[MIDDLE, :, 2].min())) - ground
    if clear > _CLEAR_M:
        return None
    ends = [_thrown(points[MIDDLE], ground, slant) for points in (cones.starts, cones.ends)]
    drawn = [camera.project(points, frame_index) for points in ends]
    if min(float(depth.min()) for _, depth in drawn) < _NEAR_M:
        return None
    scale = camera.focal_px / np.maximum(drawn[0][1], 0.1)
    soft_px = max(float(np.median(scale)) * (0.03 + (0.05 + 0.16 * light.softness) * max(clear, 0.1)), 0.5)
    image = np.concatenate([points for points, _ in drawn])
    margin = 3 * soft_px + 0.12 * float(scale.max())
    box = _clipped(image.min(axis=0) - margin, image.max(axis=0) + margin, camera.size)
    if box is None:
        return None
    mask = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    first, last = (np.round((points - box[:2] - 0.5) * 16).astype(int) for points, _ in drawn)
    # A level disc looks flattened; the mean of its two axes is near enough under so much blur.
    wide = (cones.start_radii + cones.end_radii) * scale * 0.75
    for number in range(len(first)):
        thickness = max(round(float(wide[number])), 1)
        cv2.line(mask, tuple(first[number].tolist()), tuple(last[number].tolist()), 255, thickness, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask, (0, 0), soft_px).astype(np.float32) / 255
    ranges, inside = _surface(camera, frame_index, box, ground, venue)
    strength = _STRENGTH * (0.6 if ground == 0 else 1.0) / (1 + 0.5 * max(clear, 0))
    return Shadow(box, np.asarray(strength * soft * inside, np.float32), ranges, ground)


def _thrown(points: FloatArray, ground: float, slant: FloatArray) -> FloatArray:
    """(n, 3) where the light that passes points meets the ground."""
    height = np.maximum(points[:, 2] - ground, 0)[:, None]
    thrown: FloatArray = np.concatenate([points[:, :2] - height * slant, np.full((len(points), 1), ground)], axis=1)
    return thrown


def _surface(
    camera: Camera, frame_index: int, box: Box, ground: float, venue: Venue
) -> tuple[Float32Array, Float32Array]:
    """(rows, columns) distance of a level plane from the camera, and whether the surface is there."""
    left, top, right, bottom = box
    x = ((np.arange(left, right) + 0.5 - camera.size[0] / 2) / camera.focal_px)[None, :, None]
    y = ((np.arange(top, bottom) + 0.5 - camera.size[1] / 2) / camera.focal_px)[:, None, None]
    across, down, forward = camera.rotation(frame_index)
    rays = x * across + y * down + forward
    falling = rays[..., 2] < -1e-4
    depth = np.where(falling, (ground - camera.position_m[2]) / np.where(falling, rays[..., 2], -1), 1e4)
    place = camera.position_m[:2] + rays[..., :2] * depth[..., None]
    over_pool = (
        (place[..., 0] > 0)
        & (place[..., 0] < venue.grounds.length_m)
        & (place[..., 1] > 0)
        & (place[..., 1] < venue.grounds.width_m)
    )
    inside = falling & (over_pool if ground == 0 else ~over_pool if ground <= venue.grounds.deck_m else True)
    return np.asarray(depth * np.linalg.norm(rays, axis=2), np.float32), np.asarray(inside, np.float32)


def _clipped(low: FloatArray, high: FloatArray, size: tuple[int, int]) -> Box | None:
    left, top = max(int(np.floor(low[0])), 0), max(int(np.floor(low[1])), 0)
    right, bottom = min(int(np.ceil(high[0])), size[0]), min(int(np.ceil(high[1])), size[1])
    return (left, top, right, bottom) if left < right and top < bottom else None
