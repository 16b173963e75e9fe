"""Colours of what rays hit: surfaces in their light with shadows, the sky, and the basin seen through the water."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from inference.results import FloatArray
from inference.simulator.picture.ray_casting import Hits, View, shadow_share
from inference.simulator.venue.blocks import Block
from inference.simulator.venue.materials import surface_colour
from inference.simulator.venue.noise import Float32Array, fractal_noise, sample
from inference.simulator.venue.venue import Venue

_REFRACTION = 1.333
_SHADOW_RAYS = 5


@dataclass(frozen=True)
class Shader:
    """Everything needed to colour the rays of a view of a venue."""

    venue: Venue

    @cached_property
    def noise(self) -> Float32Array:
        """The texture behind all unevenness."""
        return fractal_noise(np.random.default_rng(self.venue.seed))

    @cached_property
    def _casters(self) -> list[Block]:
        return [block for block in self.venue.blocks if block.casts_shadow]

    @cached_property
    def _light_directions(self) -> FloatArray:
        """(n, 3) directions in which the main light is sought; one for a sharp light."""
        light = self.venue.light
        if light.softness < 0.05:
            return light.towards[None]
        rng = np.random.default_rng(self.venue.seed + 1)
        spread = light.towards + 0.45 * light.softness * rng.standard_normal((_SHADOW_RAYS, 3))
        spread[:, 2] = np.maximum(spread[:, 2], 0.15)
        directions: FloatArray = spread / np.linalg.norm(spread, axis=1, keepdims=True)
        return directions

    def colours(self, view: View, rays: Float32Array, hits: Hits, *, is_mirrored: bool = False) -> Float32Array:
        """(rows, width, 3) blue, green, red of what the rays hit; 1 is white, and lamps may exceed it."""
        flip = np.array([1, 1, -1 if is_mirrored else 1], np.float32)
        origin = (view.position_m * flip).astype(np.float32)
        directions = (rays * flip).reshape(-1, 3)
        depths, numbers = hits.depths.reshape(-1), hits.blocks.reshape(-1)
        picture = np.empty((len(numbers), 3), np.float32)
        order = np.argsort(numbers, kind="stable")
        seen, starts = np.unique(numbers[order], return_index=True)
        for number, pixels in zip(seen, np.split(order, starts[1:]), strict=True):
            if number < 0:
                picture[pixels] = self.sky(directions[pixels])
                continue
            toward = directions[pixels]
            points = origin + toward * depths[pixels, None]
            picture[pixels] = self._surface(self.venue.blocks[number], points, toward, depths[pixels], view.focal_px)
        return picture.reshape(*hits.blocks.shape, 3)

    def _surface(
        self, block: Block, points: Float32Array, toward: Float32Array, depths: Float32Array, focal_px: float
    ) -> Float32Array:
        low, high = np.array(block.low, np.float32), np.array(block.high, np.float32)
        to_low, to_high = np.abs(points - low), np.abs(points - high)
        face = np.argmin(np.concatenate([to_low, to_high], axis=1), axis=1)
        axis, is_high = face % 3, face >= 3
        level = axis == 2
        across = np.where(axis == 0, points[:, 1] - low[1], points[:, 0] - np.where(level, 0, low[0]))
        up = np.where(level, points[:, 1], points[:, 2] - low[2])
        lengths = np.linalg.norm(toward, axis=1)
        slant = np.abs(toward[np.arange(len(axis)), axis]) / lengths
        footprint = depths * lengths / focal_px / np.sqrt(np.maximum(slant, 0.05))
        colour, glow = surface_colour(block.material, across, up, np.asarray(footprint, np.float32), self.noise)
        if block.material.pattern == "windows":
            # Panes show the sky and the trees outside, a little dimmed.
            pane = (glow / max(block.material.glow, 1e-3))[:, None]
            outside = 0.72 * self.sky(toward) + 0.28
            colour = colour * (1 - pane) + colour * outside * pane
        light = self._light(points, axis, is_high)
        return np.asarray(colour * (light * (1 - glow[:, None]) + glow[:, None]), np.float32)

    def _light(self, points: Float32Array, axis: np.ndarray, is_high: np.ndarray) -> Float32Array:
        """(n, 3) light that falls on faces of blocks."""
        light = self.venue.light
        sign = np.where(is_high, 1.0, -1.0).astype(np.float32)
        upward = np.where(axis == 2, sign, 0).astype(np.float32)[:, None]
        above, below = np.array(light.above, np.float32), np.array(light.below, np.float32)
        ambient = below + (above - below) * (0.5 + 0.5 * upward)
        facing = np.maximum(light.towards.astype(np.float32)[axis] * sign, 0)
        lit = facing > 0
        if lit.any() and self._casters:
            away = points[lit]
            shade = np.mean([shadow_share(self._casters, away, way) for way in self._light_directions], axis=0)
            facing[lit] *= 1 - shade.astype(np.float32)
        return np.asarray(ambient + facing[:, None] * np.array(light.main, np.float32), np.float32)

    def sky(self, directions: Float32Array) -> Float32Array:
        """(n, 3) sky, clouds, and trees and hills along the horizon."""
        flat = np.hypot(directions[:, 0], directions[:, 1])
        elevation = np.arctan2(directions[:, 2], flat)
        azimuth = np.arctan2(directions[:, 1], directions[:, 0]) / (2 * np.pi)
        height = np.clip(elevation / (np.pi / 2), 0, 1)[:, None] ** 0.6
        overcast = self.venue.light.softness
        horizon = np.array([0.95, 0.90, 0.84])
        zenith = np.array([0.86, 0.58, 0.30]) * (1 - overcast) + np.array([0.80, 0.76, 0.72]) * overcast
        colour = horizon + height * (zenith - horizon)
        stretch = 1 / np.maximum(np.sin(np.maximum(elevation, 0)) + 0.12, 0.05)
        cloud = sample(self.noise, azimuth * 3 + 0.1, 0.35 * stretch) + 0.5 * sample(self.noise, azimuth * 9, stretch)
        cover = np.clip(0.35 * cloud - 0.1 + 0.4 * overcast, 0, 0.85)[:, None]
        colour = colour * (1 - cover) + np.array([0.97, 0.96, 0.95]) * cover
        ridge = 0.055 + 0.02 * sample(self.noise, azimuth * 2, 0.3) + 0.008 * sample(self.noise, azimuth * 17, 0.7)
        leaves = sample(self.noise, azimuth * 40, elevation * 9)
        trees = np.array([0.20, 0.36, 0.25]) * (1 + 0.22 * leaves[:, None]) * (0.8 + 0.3 * (1 - overcast))
        # Below the eye's own height lie lawns and paths rather than trees.
        ground = np.clip(-elevation / 0.06, 0, 1)[:, None]
        trees = trees * (1 - ground) + np.array([0.46, 0.58, 0.52]) * (1 + 0.06 * leaves[:, None]) * ground
        is_tree = np.clip((ridge - elevation) / 0.004, 0, 1)[:, None]
        return np.asarray(colour * (1 - is_tree) + trees * is_tree, np.float32)

    def water(
        self, points: Float32Array, toward: Float32Array, mirrored: Float32Array, focal_px: float
    ) -> Float32Array:
        """(n, 3) colours of a calm surface: what it mirrors, over the basin seen through it.

        Args:
            points: (n, 3) where rays meet the surface.
            toward: (n, 3) unit directions of the rays.
            mirrored: (n, 3) colours that the surface mirrors.
            focal_px: focal length.
        """
        grounds, look = self.venue.grounds, self.venue.water
        cosine = np.clip(-toward[:, 2], 0, 1)
        # Waves tilt the surface towards a grazing eye, so that it mirrors less than a calm one.
        mirror = fresnel(np.maximum(cosine, 0.04) + 0.07)[:, None]
        bent = toward / _REFRACTION
        bent[:, 2] = -np.sqrt(1 - bent[:, 0] ** 2 - bent[:, 1] ** 2)
        path = grounds.depth_m / -bent[:, 2]
        for axis, far in ((0, grounds.length_m), (1, grounds.width_m)):
            wall = np.where(bent[:, axis] > 0, far, 0.0) - points[:, axis]
            path = np.minimum(path, np.maximum(wall / np.where(bent[:, axis] == 0, 1e-6, bent[:, axis]), 0.0))
        hit = points + bent * path[:, None]
        is_floor = hit[:, 2] < -grounds.depth_m + 0.01
        footprint = np.asarray(path / focal_px + np.linalg.norm(points - hit, axis=1) * 0.002, np.float32)
        floor = next(block.material for block in self.venue.blocks if block.material.pattern == "lanes")
        on_floor, _ = surface_colour(floor, hit[:, 0], hit[:, 1], footprint, self.noise)
        on_wall = np.array([0.80, 0.72, 0.60], np.float32)
        basin = np.where(is_floor[:, None], on_floor, on_wall)
        light = self.venue.light
        level = np.array(light.above) + np.array(light.main) * max(light.direction[2], 0.2)
        left = np.exp(-path / look.clearness_m)[:, None]
        tint = np.array([0.92, 0.80, 0.42], np.float32) ** (path[:, None] / 4.0)
        through = (np.array(look.deep) * (1 - left) + basin * tint * left) * level
        return np.asarray(through * (1 - mirror) + mirrored * mirror, np.float32)


def fresnel(cosine: Float32Array | FloatArray) -> FloatArray:
    """Share of light that water mirrors (Schlick's approximation), for the cosine of the angle to its normal."""
    share: FloatArray = 0.02 + 0.98 * (1 - np.clip(np.asarray(cosine, np.float64), 0, 1)) ** 5
    return share
