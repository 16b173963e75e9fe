"""Splashes: spray that flies, foam that spreads and fades, rings that run outwards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import GRAVITY_M_S2, FloatArray
from inference.simulator.venue.noise import Float32Array, fractal_noise, sample

LASTS_S = 4.5
_PATCH_M, _PATCH_PX = 4.0, 128
_FINGERS = 19
_RING_SPEED_M_S, _RING_LENGTH_M = 1.05, 0.42


@dataclass(frozen=True, eq=False)
class Splash:
    """The splash of one entry.

    Args:
        entry_s: time of the first contact with the water.
        place_m: (2,) x and y of the contact in pool world.
        size: 0.2 for a clean entry to 1.5 for a bomb.
        seed: makes it the same at every run.
    """

    entry_s: float
    place_m: FloatArray
    size: float
    seed: int

    @cached_property
    def _spray(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """(n,) birth times since entry, (n, 3) places, (n, 3) speeds and (n,) radii in metres of all drops."""
        rng = np.random.default_rng(self.seed)
        crown, jet = int(260 + 560 * self.size), int(140 + 380 * self.size)
        count = crown + jet
        is_jet = np.arange(count) >= crown
        # Water leaves in fingers, whose drops share a direction and a speed.
        fingers = rng.integers(0, _FINGERS, count)
        bearing = (fingers + rng.normal(0, 0.22, count)) / _FINGERS * 2 * math.pi
        strength = rng.gamma(5.0, 0.2, _FINGERS)[fingers] * rng.uniform(0.55, 1.1, count)
        birth = np.where(is_jet, rng.uniform(0.16, 0.42, count), rng.uniform(0.0, 0.14, count))
        outward = np.where(is_jet, np.abs(rng.normal(0, 0.40, count)), 1.25 * strength * (0.55 + self.size))
        upward = np.where(is_jet, rng.uniform(0.8, 4.6, count), strength * rng.uniform(1.2, 3.0, count))
        upward = upward * (0.45 + 0.75 * self.size) ** 0.8
        start = np.abs(rng.normal(0.09, 0.06, count)) * (0.7 + self.size)
        around = np.stack([np.cos(bearing), np.sin(bearing)], axis=-1)
        places = np.concatenate([self.place_m + start[:, None] * around, np.zeros((count, 1))], axis=1)
        speeds = np.concatenate([outward[:, None] * around, upward[:, None]], axis=1)
        radii = np.exp(rng.normal(math.log(0.009), 0.5, count)) * np.where(is_jet, 1.25, 1.0)
        return birth, places, speeds, radii

    def drops(self, seconds: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Drops in the air at a time of the video: (n, 3) places, (n, 3) speeds in m/s and (n,) radii in metres."""
        birth, places, speeds, radii = self._spray
        age = seconds - self.entry_s - birth
        height = speeds[:, 2] * age - GRAVITY_M_S2 / 2 * age**2
        flying = (age >= 0) & (height >= -0.02)
        age = age[flying, None]
        # Air holds small drops back sideways more than their weight lets it up and down.
        held = (1 - np.exp(-1.3 * age)) / 1.3
        now = places[flying] + np.concatenate([speeds[flying, :2] * held, height[flying, None]], axis=1)
        moving = np.concatenate(
            [speeds[flying, :2] * np.exp(-1.3 * age), speeds[flying, 2:] - GRAVITY_M_S2 * age], axis=1
        )
        return now, moving, radii[flying] * np.exp(-0.5 * age[:, 0])

    @cached_property
    def _noise(self) -> Float32Array:
        return fractal_noise(np.random.default_rng(self.seed + 1), 128, exponent=1.1)

    def surface(self, seconds: float) -> tuple[Float32Array, Float32Array]:
        """What lies on the water around the entry: (size, size) share of foam, and brightening by rings, -1 to 1.

        The patch reaches `patch_m` to each side of the entry; rows run along y, columns along x.
        """
        age = seconds - self.entry_s
        across = (np.arange(_PATCH_PX) + 0.5) / _PATCH_PX * 2 * _PATCH_M - _PATCH_M
        x, y = np.meshgrid(across, across)
        radius = np.hypot(x, y)
        spread = (0.28 + 0.42 * self.size) * (0.45 + 1.5 * (1 - math.exp(-age / 0.55)))
        noise = sample(self._noise, x / 2.3 + 0.05 * age, y / 2.3)
        fade = math.exp(-age / (0.7 + 0.7 * self.size)) * min(age / 0.08, 1.0)
        edge = np.clip((spread * (1 + 0.16 * noise) - radius) / (0.35 * spread) + 0.3, 0, 1)
        foam = edge * np.clip(0.75 + 0.35 * noise - 0.5 * age, 0, 1) * fade
        # Bubbles that rise for seconds whiten the water around the foam.
        bubbles = 0.38 * np.exp(-((radius / (1.25 * spread + 0.15)) ** 2)) * math.exp(-age / 1.6) * min(age / 0.5, 1.0)
        front = _RING_SPEED_M_S * age
        packet = np.exp(-(((radius - front) / (0.35 + 0.22 * age)) ** 2)) * math.exp(-age / 1.7)
        rings = np.sin(2 * math.pi * (radius - front) / _RING_LENGTH_M + 0.6 * noise) * packet * (0.4 + 0.6 * self.size)
        edge_fade = np.clip((_PATCH_M - radius) / 0.8, 0, 1)
        whole = np.clip(foam + bubbles, 0, 0.96) * edge_fade
        return np.asarray(whole, np.float32), np.asarray(rings * edge_fade, np.float32)

    def patch_corners(self) -> FloatArray:
        """(4, 3) corners of the patch of `surface` in pool world, in the order of its corners in (column, row)."""
        signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * _PATCH_M
        return np.concatenate([self.place_m + signs, np.zeros((4, 1))], axis=1)


def patch_homography(corners_px: FloatArray) -> FloatArray:
    """(3, 3) from pixel indices of a patch of `surface` to image coordinates, given its corners there."""
    size = float(_PATCH_PX)
    source = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32) - 0.5
    return np.asarray(cv2.getPerspectiveTransform(source, corners_px.astype(np.float32)), np.float64)


def draw_spray(
    image: FloatArray, streaks: FloatArray, radii_px: FloatArray, low: npt.NDArray[np.intp], size: tuple[int, int]
) -> npt.NDArray[np.uint8]:
    """Cover of drops drawn as short streaks.

    Args:
        image: (n, 2) image coordinates.
        streaks: (n, 2) px that each moves while the frame is exposed.
        radii_px: (n,) px.
        low: (2,) corner of the window in the picture.
        size: (width, height) of the window.

    Returns:
        (height, width) 0 to 255.
    """
    cover = np.zeros((size[1], size[0]), np.uint8)
    # Half a pixel for the convention of pixel centres; sixteenths of a pixel for OpenCV.
    first = np.round((image - streaks / 2 - low - 0.5) * 16).astype(int)
    last = np.round((image + streaks / 2 - low - 0.5) * 16).astype(int)
    area = np.pi * radii_px**2 / np.maximum(2 * radii_px * (np.hypot(*streaks.T) + 2 * radii_px), 1e-6)
    strength = np.clip(2 * radii_px, 0.12, 1) * np.clip(area * 1.4, 0.25, 1)
    wide = np.maximum(np.round(2 * radii_px), 1).astype(int)
    for number in np.argsort(strength):
        bright = float(255 * strength[number])
        cv2.line(
            cover,
            tuple(first[number].tolist()),
            tuple(last[number].tolist()),
            bright,
            int(wide[number]),
            cv2.LINE_AA,
            4,
        )
    return cover
