"""The venue as a camera sees it while nobody is there: painted once, wide enough for wherever the camera turns."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inference.simulator.picture.camera import Camera, rotation_of
from inference.simulator.picture.ray_casting import NOTHING, View, cast
from inference.simulator.picture.shading import Shader
from inference.simulator.picture.spectators import Fidget, draw_spectators
from inference.simulator.venue.noise import Float32Array
from inference.simulator.venue.venue import Venue

Picture = npt.NDArray[np.uint8]

_MARGIN_PX = 3
_LARGEST_PX = 24_000_000
_FINE_BELOW_PX = 2_500_000
_BAND_PX = 600_000
_FAR_M = 1e4
_LEAST_COSINE = 0.2


@dataclass(frozen=True, eq=False)
class Background:
    """The still picture of a venue and what is needed to let people and water move in it.

    Args:
        view: geometry of the picture.
        picture: (height, width, 3) BGR.
        ranges: (height * fineness, width * fineness) metres from the camera to the first solid surface, however deep
            under water.
        fineness: how many samples of the range there are along a side of a pixel.
        water: (height, width, 3) BGR of the water's surface as if nothing stood before it.
        is_water: (height, width) 255 where nothing but water is seen, else 0.
        fidgets: spectators who move.
    """

    view: View
    picture: Picture
    ranges: Float32Array
    fineness: int
    water: Picture
    is_water: Picture
    fidgets: tuple[Fidget, ...] = ()


def view_of(camera: Camera) -> View:
    """The smallest view that holds everything the camera ever sees.

    Raises:
        ValueError: if the camera turns so far that no one picture can hold it.
    """
    if camera.is_fixed:
        return View(camera.size, camera.intrinsics, camera.rotation(0), camera.position_m)
    low, high = camera.angles_rad.min(axis=0), camera.angles_rad.max(axis=0)
    rotation = rotation_of(np.array([*(low + high)[:2] / 2, 0.0]))
    level = np.diag([camera.focal_px, camera.focal_px, 1.0])
    width, height = camera.size
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1.0]])
    extremes = _extreme_frames(camera)
    rays = corners @ np.linalg.inv(camera.intrinsics).T
    turned = np.concatenate([rays @ camera.rotation(frame) for frame in extremes]) @ rotation.T
    if (turned[:, 2] / np.linalg.norm(turned, axis=1)).min() < _LEAST_COSINE:
        raise ValueError("the camera turns by more than about 120 degrees; give it a smaller pan or tilt")
    points = turned[:, :2] / turned[:, 2:] * camera.focal_px
    first, last = np.floor(points.min(axis=0)) - _MARGIN_PX, np.ceil(points.max(axis=0)) + _MARGIN_PX
    level[:2, 2] = -first
    extent = last - first
    shrink = min(1.0, float(np.sqrt(_LARGEST_PX / (extent[0] * extent[1]))))
    size = int(np.ceil(extent[0] * shrink)), int(np.ceil(extent[1] * shrink))
    return View(size, np.diag([shrink, shrink, 1.0]) @ level, rotation, camera.position_m)


def _extreme_frames(camera: Camera) -> npt.NDArray[np.intp]:
    """Frames in which an angle, or a sum or difference of two, is largest or smallest."""
    angles = camera.angles_rad
    combined = angles @ np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, -1, 0], [1, 0, 1], [0, 1, 1]]).T
    return np.unique(np.concatenate([combined.argmin(axis=0), combined.argmax(axis=0)]))


def paint_background(venue: Venue, camera: Camera) -> Background:
    """Paint a venue for a camera; takes seconds, and is the same at every run."""
    view = view_of(camera)
    width, height = view.size
    fineness = 2 if width * height <= _FINE_BELOW_PX else 1
    shader = Shader(venue)
    fine = view.scaled(fineness)
    picture = np.empty((height * fineness, width * fineness, 3), np.uint8)
    ranges = np.empty((height * fineness, width * fineness), np.float32)
    is_water = np.empty((height * fineness, width * fineness), np.uint8)
    for first, last in _bands(fine):
        rays = fine.rays(first, last)
        hits = cast(venue.blocks, fine, rays, first)
        surface = _water_depths(venue, fine, rays)
        picture[first:last] = _as_bytes(shader.colours(fine, rays, hits))
        ranges[first:last] = np.where(hits.blocks == NOTHING, _FAR_M, hits.depths) * np.linalg.norm(rays, axis=2)
        is_water[first:last] = np.where(surface < hits.depths, 255, 0)
    fidgets = draw_spectators(picture, ranges, venue, fine, fineness)
    water = _paint_water(venue, view, shader)
    if fineness > 1:
        picture = _shrunk(picture, view.size)
        is_water = _shrunk(is_water, view.size)
    share = is_water[..., None] / np.float32(255)
    whole = np.asarray(picture * (1 - share) + water * share + 0.5, np.uint8)
    only_water = np.where(is_water == 255, 255, 0).astype(np.uint8)
    return Background(view, whole, ranges, fineness, water, only_water, fidgets)


def _water_depths(venue: Venue, view: View, rays: Float32Array) -> Float32Array:
    """(rows, width) depths at which rays meet the water, inf where they do not."""
    falling = rays[..., 2] < -1e-5
    depths = np.where(falling, -view.position_m[2] / np.where(falling, rays[..., 2], -1), np.inf)
    x = view.position_m[0] + rays[..., 0] * np.where(falling, depths, 0)
    y = view.position_m[1] + rays[..., 1] * np.where(falling, depths, 0)
    inside = (x >= 0) & (x <= venue.grounds.length_m) & (y >= 0) & (y <= venue.grounds.width_m)
    return np.asarray(np.where(inside, depths, np.inf), np.float32)


def _paint_water(venue: Venue, view: View, shader: Shader) -> Picture:
    """The calm surface as if it reached everywhere and nothing stood before it."""
    water = np.empty((view.size[1], view.size[0], 3), np.uint8)
    for first, last in _bands(view):
        rays = view.rays(first, last)
        # Rays above the horizon never meet the surface; they take the colours of just below it.
        rays[..., 2] = np.minimum(rays[..., 2], -0.004)
        surface = np.asarray(-view.position_m[2] / rays[..., 2], np.float32)
        hits = cast(venue.blocks, view, rays, first, mirror_depths=surface)
        mirrored = shader.colours(view, rays, hits, is_mirrored=True).reshape(-1, 3)
        toward, depths = rays.reshape(-1, 3), surface.reshape(-1)
        points = (view.position_m + toward * depths[:, None]).astype(np.float32)
        points[:, 0] = np.clip(points[:, 0], 0.0, venue.grounds.length_m)
        points[:, 1] = np.clip(points[:, 1], 0.0, venue.grounds.width_m)
        unit = toward / np.linalg.norm(toward, axis=1, keepdims=True)
        water[first:last] = _as_bytes(shader.water(points, unit, mirrored, view.focal_px)).reshape(rays.shape)
    return water


def _bands(view: View) -> list[tuple[int, int]]:
    rows = max(_BAND_PX // view.size[0], 1)
    return [(first, min(first + rows, view.size[1])) for first in range(0, view.size[1], rows)]


def _as_bytes(colours: Float32Array) -> Picture:
    """Light to bytes with a soft shoulder, so that lamps and white walls do not clip abruptly."""
    bright = 1 - 0.04 / (np.maximum(colours, 0.8) - 0.6)
    return np.asarray(np.clip(np.where(colours < 0.8, colours, bright), 0, 1) * 255, np.uint8)


def _shrunk(picture: Picture, size: tuple[int, int]) -> Picture:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
