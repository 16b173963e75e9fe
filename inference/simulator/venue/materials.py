"""What surfaces look like: plain, tiled, glazed, striped or lettered, filtered to the size of a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from inference.simulator.venue.noise import Float32Array, sample

Colour = tuple[float, float, float]
"""Blue, green, red in [0, 1]."""

Pattern = Literal["plain", "grid", "windows", "letters", "lanes"]


@dataclass(frozen=True)
class Material:
    """The look of a surface.

    Args:
        colour: of the surface, or of a tile or a pane.
        pattern: grid is tiles or panels, windows is panes that shine, letters is a banner, lanes a pool's floor.
        second: of joints, window frames, letters or lane lines.
        pitch_m: across and up, of the pattern.
        gap_m: width of joints, frames or lines.
        unevenness: how much the brightness varies, as a share.
        glow: light that the surface itself gives off, as a share of its colour.
    """

    colour: Colour
    pattern: Pattern = "plain"
    second: Colour = (0.5, 0.5, 0.5)
    pitch_m: tuple[float, float] = (1.0, 1.0)
    gap_m: float = 0.02
    unevenness: float = 0.022
    glow: float = 0.0


def surface_colour(
    material: Material, across: Float32Array, up: Float32Array, footprint: Float32Array, noise: Float32Array
) -> tuple[Float32Array, Float32Array]:
    """Colours of points of one surface.

    Args:
        material: of the surface.
        across: (n,) metres along the surface.
        up: (n,) metres along the surface, square to the former.
        footprint: (n,) metres that a pixel covers there.
        noise: a tileable texture.

    Returns:
        (n, 3) colours and (n,) glow.
    """
    first, second = np.array(material.colour, np.float32), np.array(material.second, np.float32)
    share = _second_share(material, across, up, footprint, noise)[:, None]
    colour: Float32Array = first + share * (second - first)
    glow = material.glow * (1 - share[:, 0])
    if material.unevenness:
        blotches = sample(noise, across / 7.3, up / 7.3) + 0.6 * sample(noise, across / 1.9, up / 1.9)
        colour = np.asarray(colour * (1 + material.unevenness * blotches[:, None]), np.float32)
    return np.asarray(colour, np.float32), np.asarray(glow, np.float32)


def _second_share(
    material: Material, across: Float32Array, up: Float32Array, footprint: Float32Array, noise: Float32Array
) -> Float32Array:
    wide, high = material.pitch_m
    if material.pattern in ("grid", "windows"):
        upright = _line_share(across, wide, material.gap_m, footprint)
        level = _line_share(up, high, material.gap_m, footprint)
        return np.asarray(1 - (1 - upright) * (1 - level), np.float32)
    if material.pattern == "lanes":
        return _line_share(up, high, material.gap_m, footprint)
    if material.pattern == "letters":
        return _letters(material, across, up, footprint, noise)
    return np.zeros(across.shape, np.float32)


def _line_share(place: Float32Array, pitch: float, width: float, footprint: Float32Array) -> Float32Array:
    """Share of a pixel covered by lines that repeat every pitch; the box filter of the lines, never aliased."""
    distance = np.abs(place - pitch * np.round(place / pitch))
    overlap = np.clip((width + footprint) / 2 - distance, 0, np.minimum(width, footprint)) / np.maximum(footprint, 1e-6)
    blend = np.clip(footprint / pitch * 2 - 1, 0, 1)
    return np.asarray(overlap * (1 - blend) + width / pitch * blend, np.float32)


def _letters(
    material: Material, across: Float32Array, up: Float32Array, footprint: Float32Array, noise: Float32Array
) -> Float32Array:
    """A row of blocky strokes in groups, like the words of a banner seen from afar."""
    wide, high = material.pitch_m
    inside = np.clip((0.3 * high - np.abs(up - high / 2)) / np.maximum(footprint, 1e-6) + 0.5, 0, 1)
    letter: Float32Array = np.floor(across / wide)
    place = (across / wide - letter) * 5
    column, row = np.floor(place), np.floor((up / high - 0.2) / 0.6 * 5)
    stroke = sample(noise, letter * 0.317 + column * 0.113, row * 0.271 + letter * 0.071) > -0.25
    is_gap = (column >= 4) | (sample(noise, letter * 0.619, letter * 0.237) < -1.0)
    coarse = np.clip(footprint / (wide / 5) - 0.5, 0, 1)
    sharp = (stroke & ~is_gap).astype(np.float32)
    return np.asarray(inside * (sharp * (1 - coarse) + 0.5 * coarse), np.float32)
