"""Casting rays at the blocks of a venue: which one every pixel sees, and how far away.

Each block is tested only inside the rectangle of the picture that it covers, so that many small blocks cost little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.simulator.venue.blocks import Block
from inference.simulator.venue.noise import Float32Array

NOTHING = -1
_NEAR_M = 0.05


@dataclass(frozen=True, eq=False)
class View:
    """A picture's geometry: size (width, height), (3, 3) intrinsics and rotation, (3,) position in pool world."""

    size: tuple[int, int]
    intrinsics: FloatArray
    rotation: FloatArray
    position_m: FloatArray

    @property
    def focal_px(self) -> float:
        """Focal length in px."""
        return float(self.intrinsics[0, 0])

    def scaled(self, factor: int) -> View:
        """The same view with so many pixels for one along each side."""
        width, height = self.size
        scale = np.diag([factor, factor, 1.0])
        return View((width * factor, height * factor), scale @ self.intrinsics, self.rotation, self.position_m)

    def rays(self, first_row: int, last_row: int) -> Float32Array:
        """(rows, width, 3) directions in pool world through the pixels of some rows, one metre deep each."""
        x = (np.arange(self.size[0]) + 0.5 - self.intrinsics[0, 2]) / self.focal_px
        y = (np.arange(first_row, last_row) + 0.5 - self.intrinsics[1, 2]) / self.focal_px
        right, down, forward = self.rotation
        return np.asarray(
            x[None, :, None] * right + y[:, None, None] * down + forward,
            dtype=np.float32,
        )

    def project(self, points: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """(..., 2) image coordinates and (...) depths of (..., 3) points of pool world."""
        in_camera = (np.asarray(points, dtype=np.float64) - self.position_m) @ self.rotation.T
        depth = in_camera[..., 2]
        away = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        return in_camera[..., :2] / away[..., None] * self.focal_px + self.intrinsics[:2, 2], depth


@dataclass(frozen=True, eq=False)
class Hits:
    """What the rays of some rows met: (rows, width) depths in metres, inf for nothing, and block numbers."""

    depths: Float32Array
    blocks: npt.NDArray[np.int32]


def cast(
    blocks: Sequence[Block],
    view: View,
    rays: Float32Array,
    first_row: int,
    *,
    mirror_depths: Float32Array | None = None,
) -> Hits:
    """The first block along every ray.

    Args:
        blocks: what can be hit.
        view: where the rays come from.
        rays: (rows, width, 3) directions, one metre deep each, from `View.rays`.
        first_row: row of the picture that the first row of rays belongs to.
        mirror_depths: (rows, width) depths at which the rays meet the water, to see what it mirrors; None to look
            straight.
    """
    rows, width = rays.shape[:2]
    # What the water mirrors is seen along the mirrored ray from the mirrored eye, from the surface on.
    flip = np.array([1.0, 1.0, 1.0 if mirror_depths is None else -1.0])
    origin = view.position_m * flip
    directions = rays * flip.astype(np.float32)
    inverse = np.asarray(1.0 / np.where(np.abs(directions) < 1e-7, np.float32(1e-7), directions), np.float32)
    axes: list[Float32Array] = [np.ascontiguousarray(inverse[..., axis]) for axis in range(3)]
    depths = np.full((rows, width), np.inf, np.float32)
    numbers = np.full((rows, width), NOTHING, np.int32)
    for number, block in enumerate(blocks):
        window = _window(block.corners() * flip, view, first_row, rows)
        if window is None:
            continue
        entered, left = _slab_depths(block, origin, [axis[window] for axis in axes])
        closest = depths[window]
        nearest = _NEAR_M if mirror_depths is None else mirror_depths[window]
        is_hit = (entered < left) & (entered > nearest) & (entered < closest)
        closest[is_hit] = entered[is_hit]
        numbers[window][is_hit] = number
    return Hits(depths, numbers)


def shadow_share(blocks: Sequence[Block], points: Float32Array, direction: FloatArray) -> npt.NDArray[np.bool_]:
    """(n,) whether a block lies between (n, 3) points and a light in that direction."""
    shaded = np.zeros(len(points), bool)
    steps = np.where(np.abs(direction) < 1e-6, 1e-6, direction)
    inverse = [np.float32(1 / step) for step in steps]
    columns = [np.ascontiguousarray(points[:, axis]) for axis in range(3)]
    for block in blocks:
        entered: Float32Array = np.zeros(len(points), np.float32)
        left = np.full(len(points), np.inf, np.float32)
        for axis in range(3):
            first = (np.float32(block.low[axis]) - columns[axis]) * inverse[axis]
            second = (np.float32(block.high[axis]) - columns[axis]) * inverse[axis]
            entered = np.maximum(entered, np.minimum(first, second))
            left = np.minimum(left, np.maximum(first, second))
        shaded |= (entered < left) & (left > 0.02)
    return shaded


def is_blocked(blocks: Sequence[Block], eye: FloatArray, points: FloatArray) -> npt.NDArray[np.bool_]:
    """(n,) whether a block lies between a (3,) eye and (n, 3) points."""
    lows, highs = (np.array([getattr(block, end) for block in blocks])[:, None] for end in ("low", "high"))
    way = points - eye
    way = np.where(np.abs(way) < 1e-9, 1e-9, way)
    first, second = (lows - eye) / way, (highs - eye) / way
    entered, left = np.minimum(first, second).max(axis=2), np.maximum(first, second).min(axis=2)
    blocked: npt.NDArray[np.bool_] = ((entered < left) & (left > 0.0) & (entered < 0.99)).any(axis=0)
    return blocked


def _window(corners: FloatArray, view: View, first_row: int, rows: int) -> tuple[slice, slice] | None:
    """The part of some rows that a box covers; everything where it reaches behind the camera."""
    image, depth = view.project(corners)
    if (depth < _NEAR_M).all():
        return None
    if (depth < _NEAR_M).any():
        return slice(0, rows), slice(0, view.size[0])
    low, high = np.floor(image.min(axis=0)), np.ceil(image.max(axis=0))
    left, right = int(max(low[0], 0)), int(min(high[0], view.size[0]))
    top, bottom = int(max(low[1] - first_row, 0)), int(min(high[1] - first_row, rows))
    return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def _slab_depths(block: Block, origin: FloatArray, inverse: list[Float32Array]) -> tuple[Float32Array, Float32Array]:
    """Depths at which rays enter and leave a box; they miss it where they leave first."""
    entered: Float32Array | None = None
    left: Float32Array | None = None
    for axis in range(3):
        first = np.float32(block.low[axis] - origin[axis]) * inverse[axis]
        second = np.float32(block.high[axis] - origin[axis]) * inverse[axis]
        near, far = np.minimum(first, second), np.maximum(first, second)
        entered = near if entered is None else np.maximum(entered, near, out=entered)
        left = far if left is None else np.minimum(left, far, out=left)
    if entered is None or left is None:
        raise AssertionError("a box has three axes")
    return entered, left
