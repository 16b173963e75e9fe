"""Moving water: waves bend what the surface mirrors and lets through, and glitter in the light."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.simulator.picture.background import Background
from inference.simulator.venue.noise import TEXTURE_PX, Float32Array, fractal_noise
from inference.simulator.venue.venue import Venue

Picture = npt.NDArray[np.uint8]
Window = tuple[slice, slice]

_STEP_PX = 2
"""Waves are computed for every other pixel and widened."""
_LAYERS = ((5.2, 1.9, 1.0), (1.7, 1.7, 0.62), (9.0, 1.5, 0.5))
"""Each layer of waves: period of its texture in metres, smoothness, share of the slope."""
_GREY = 128


_NO_MAP: Any = None
"""OpenCV's second map, which a map of pairs does without; its stubs do not know that."""


@dataclass(frozen=True, eq=False)
class _WaveLayer:
    """Waves of one size.

    Args:
        slopes: (size, size, 2) texture of slopes, repeated so that it may be read twice its period far.
        places: (rows, columns, 2) where in it the surface lies at time zero, in px.
        drift: (2,) px/s.
        fineness: (rows, columns, 1) share of the waves that pixels can show there.
    """

    slopes: Float32Array
    places: Float32Array
    drift: FloatArray
    fineness: Float32Array


@dataclass(frozen=True, eq=False)
class MovingWater:
    """The water of a background, at any time."""

    venue: Venue
    background: Background

    @cached_property
    def _layers(self) -> list[_WaveLayer]:
        rng = np.random.default_rng(self.venue.seed + 4)
        places, footprints = self._places_m
        layers = []
        for period_m, smoothness, share in _LAYERS:
            height = fractal_noise(rng, exponent=smoothness)
            slopes = np.stack([np.roll(height, -1, axis) - height for axis in (1, 0)], axis=-1)
            slopes *= share / slopes.std()
            scale = TEXTURE_PX / period_m
            at = np.asarray(np.mod(places * scale, TEXTURE_PX), np.float32)
            angle = rng.uniform(0, 2 * math.pi)
            speed = self.venue.water.drift_m_s * scale * rng.uniform(0.7, 1.3)
            fine = np.exp(-((footprints / (0.11 * period_m)) ** 2))[..., None]
            tiled = np.tile(slopes, (2, 2, 1))
            padded = np.asarray(np.pad(tiled, ((0, 2), (0, 2), (0, 0)), mode="wrap"), np.float32)
            drift = np.array([speed * math.cos(angle), speed * math.sin(angle)])
            layers.append(_WaveLayer(padded, at, drift, np.asarray(fine, np.float32)))
        return layers

    @cached_property
    def _places_m(self) -> tuple[Float32Array, Float32Array]:
        """(rows, columns, 2) places on the surface for every other pixel, and (rows, columns) metres a pixel covers."""
        view = self.background.view
        x = (np.arange(0, view.size[0], _STEP_PX) + 0.5 - view.intrinsics[0, 2]) / view.focal_px
        y = (np.arange(0, view.size[1], _STEP_PX) + 0.5 - view.intrinsics[1, 2]) / view.focal_px
        right, down, forward = view.rotation
        rays = x[None, :, None] * right + y[:, None, None] * down + forward
        falling = np.minimum(rays[..., 2], -0.004)
        depths = -view.position_m[2] / falling
        places = view.position_m[:2] + rays[..., :2] * depths[..., None]
        lengths = np.linalg.norm(rays, axis=2)
        # A pixel covers more along the line of sight than across it; the mean of the two decides what is still seen.
        footprints = depths * lengths / view.focal_px / np.sqrt(np.maximum(-falling / lengths, 0.02))
        return np.asarray(places, np.float32), np.asarray(footprints, np.float32)

    @cached_property
    def _bend_px(self) -> Float32Array:
        """(rows, columns, 2) how far a slope of one moves what is seen, in px."""
        view = self.background.view
        _, footprints = self._places_m
        reach = self.venue.water.wave_m * 0.45 / np.maximum(footprints, 1e-4)
        capped = np.minimum(reach, 0.02 * view.size[1] + 2)
        return np.asarray(np.stack([capped * 0.7, capped * 1.6], axis=-1), np.float32)

    @cached_property
    def _whole(self) -> Window:
        """The part of the background that has water."""
        rows = np.flatnonzero(self.background.is_water.any(axis=1))
        columns = np.flatnonzero(self.background.is_water.any(axis=0))
        if not len(rows):
            return slice(0, 0), slice(0, 0)
        return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)

    @cached_property
    def _glitter(self) -> Picture:
        """(256,) what a slope, around 128, adds to the picture, around 128: waves shade, and the steepest flash."""
        slope = (np.arange(256) - 128.0) / 40.0
        strength = 10 + 90 * self.venue.water.wave_m
        flash = 70 * np.clip((slope - 1.55) / 1.2, 0, 1) ** 1.5 * (0.4 + sum(self.venue.light.main) / 2)
        return np.asarray(np.clip(_GREY + strength * np.tanh(slope * 0.8) + flash, 0, 255), np.uint8)

    def slopes(self, seconds: float, window: Window) -> Float32Array:
        """(rows, columns, 2) slopes of the waves, standard deviation about one close by, for every other pixel."""
        total: Float32Array | None = None
        for layer in self._layers:
            at = layer.places[window] + np.mod(layer.drift * seconds, TEXTURE_PX).astype(np.float32)
            slopes = np.asarray(cv2.remap(layer.slopes, at, _NO_MAP, cv2.INTER_LINEAR), np.float32)
            slopes *= layer.fineness[window]
            total = slopes if total is None else total + slopes
        if total is None:
            raise AssertionError("there are layers of waves")
        return total

    def paint(self, picture: Picture, seconds: float, window: Window) -> None:
        """Let the water move in a picture of the background.

        Args:
            picture: the window of the background's picture, drawn into.
            seconds: time of the frame.
            window: rows and columns of the background that the picture shows; both begin at even numbers.
        """
        rows = _overlap(window[0], self._whole[0])
        columns = _overlap(window[1], self._whole[1])
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        width, height = columns.stop - columns.start, rows.stop - rows.start
        coarse = (_coarse(rows), _coarse(columns))
        slopes = self.slopes(seconds, coarse)
        bend = slopes * self._bend_px[coarse]
        grown = (len(bend[0]) * _STEP_PX, len(bend) * _STEP_PX)
        seen = np.asarray(cv2.resize(bend, grown, interpolation=cv2.INTER_LINEAR), np.float32)[:height, :width]
        seen += self._pixels[rows, columns]
        water = cv2.remap(self.background.water, seen, _NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        slant = cv2.convertScaleAbs(slopes[..., 1] * 0.8 + slopes[..., 0] * 0.6, alpha=40.0, beta=128.0)
        shade = cv2.resize(cv2.LUT(slant, self._glitter), grown, interpolation=cv2.INTER_LINEAR)[:height, :width]
        lit = cv2.addWeighted(water, 1.0, cv2.cvtColor(shade, cv2.COLOR_GRAY2BGR), 1.0, -float(_GREY))
        target = picture[rows.start - window[0].start :, columns.start - window[1].start :][:height, :width]
        cv2.copyTo(lit, self.background.is_water[rows, columns], target)

    @cached_property
    def _pixels(self) -> Float32Array:
        """(height, width, 2) column and row of every pixel."""
        width, height = self.background.view.size
        rows, columns = np.mgrid[0:height, 0:width]
        return np.asarray(np.stack([columns, rows], axis=-1), np.float32)


def _coarse(part: slice) -> slice:
    return slice(part.start // _STEP_PX, -(-part.stop // _STEP_PX))


def _overlap(first: slice, second: slice) -> slice:
    """What two ranges share, begun at an even number."""
    start = max(first.start, second.start)
    return slice(start - start % _STEP_PX, min(first.stop, second.stop))
