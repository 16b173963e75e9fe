"""Painting round cones into a layer: with smooth edges, in order of depth, averaged over the exposure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.simulator.picture.cone_shading import Coats, ConeLight, DrawnCones, Facets
from inference.simulator.venue.noise import Float32Array

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in whole pixels of a picture; right and bottom are not included."""

_SOLID = 0.4
_DEPTH_STEPS = 1 << 24
"""Steps of a tenth of a millimetre in which depths are sorted, up to 1.6 km."""
_FEW_PX = 40_000


@dataclass(frozen=True, eq=False)
class Layer:
    """A drawn thing by itself: where it is in the picture, and its colour, cover and depth there.

    Args:
        left: column of the picture at which it begins.
        top: row of the picture at which it begins.
        colour: (rows, columns, 3) blue, green, red in [0, 255], already multiplied by cover.
        cover: (rows, columns) share of each pixel that is covered.
        depths: (rows, columns) metres along the optical axis; inf where nothing is.
    """

    left: int
    top: int
    colour: Float32Array
    cover: Float32Array
    depths: Float32Array

    @classmethod
    def empty(cls, frame: Box) -> Self:
        """A layer with nothing in it, in a part of the picture."""
        left, top, right, bottom = frame
        size = (bottom - top, right - left)
        return cls(
            left, top, np.zeros((*size, 3), np.float32), np.zeros(size, np.float32), np.full(size, np.inf, np.float32)
        )


def paint_cones(
    moments: Sequence[DrawnCones],
    near_colours: FloatArray,
    far_colours: FloatArray,
    splits: FloatArray,
    light: ConeLight,
    frame: Box,
) -> Layer:
    """Draw cones into a layer of their own, averaged over some moments.

    Args:
        moments: where they are at each moment.
        near_colours: (cones, 3) in [0, 1]; far_colours likewise.
        far_colours: (cones, 3).
        splits: (cones,) where the near colour gives way to the far one.
        light: by which they are shaded.
        frame: left, top, right, bottom of the layer in the picture.
    """
    coats = Coats(near_colours * light.tint * 255, far_colours * light.tint * 255, splits)
    windows = [_windows(cones, frame) for cones in moments]
    pixels = sum(int(((last - first)[:, 0] * (last - first)[:, 1]).sum()) for first, last in windows)
    paint = _paint_together if pixels < _FEW_PX else _paint_one_by_one
    return paint(moments, windows, coats, light, frame)


Windows = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]
"""(cones, 2) first column and row, and those after the last, of every cone in its layer."""


def _windows(cones: DrawnCones, frame: Box) -> Windows:
    left, top, right, bottom = frame
    low, high = cones.bounds()
    first = np.maximum(np.floor(low).astype(int) - (left, top), 0)
    last = np.minimum(np.ceil(high).astype(int) - (left, top), (right - left, bottom - top))
    return first, np.maximum(last, first)


def _paint_one_by_one(
    moments: Sequence[DrawnCones], windows: Sequence[Windows], coats: Coats, light: ConeLight, frame: Box
) -> Layer:
    """Large bodies: every cone on its own rectangle, over those behind it."""
    left, top, right, bottom = frame
    total = Layer.empty(frame)
    columns = (np.arange(left, right) + 0.5).astype(np.float32)
    rows = (np.arange(top, bottom) + 0.5).astype(np.float32)[:, None]
    for cones, (first, last) in zip(moments, windows, strict=True):
        layer = Layer.empty(frame)
        facets = Facets.of(cones, light, coats)
        for number in np.argsort(-(cones.start_depths + cones.end_depths)):
            (x0, y0), (x1, y1) = first[number], last[number]
            if x0 < x1 and y0 < y1:
                part = facets.part(number)
                _lay_over(layer, (slice(y0, y1), slice(x0, x1)), part, columns[x0:x1], rows[y0:y1])
        total.colour[:] += layer.colour / np.float32(len(moments))
        total.cover[:] += layer.cover / np.float32(len(moments))
        np.minimum(total.depths, layer.depths, out=total.depths)
    return total


def _lay_over(
    layer: Layer, window: tuple[slice, slice], facet: Facets, columns: Float32Array, rows: Float32Array
) -> None:
    surface = facet.surface(columns, rows)
    paint = facet.paint(surface)
    behind, cover = layer.depths[window], layer.cover[window]
    weight = np.where(surface.depths < behind, surface.cover, surface.cover * (1 - cover))
    keep = 1 - weight
    patch = layer.colour[window]
    patch *= keep[..., None]
    for channel, shade in enumerate(paint):
        patch[..., channel] += weight * shade
    cover *= keep
    cover += weight
    np.minimum(behind, np.where(surface.cover > _SOLID, surface.depths, np.inf), out=behind)


def _paint_together(
    moments: Sequence[DrawnCones], windows: Sequence[Windows], coats: Coats, light: ConeLight, frame: Box
) -> Layer:
    """Small bodies: all cones' pixels in one long list, which spares a thousand calls for a few pixels each."""
    left, top, right, bottom = frame
    width, height = right - left, bottom - top
    facets = Facets.joined([Facets.of(cones, light, coats) for cones in moments])
    first = np.concatenate([window[0] for window in windows])
    extent = np.concatenate([window[1] for window in windows]) - first
    counts = extent[:, 0] * extent[:, 1]
    owner = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    row, column = np.divmod(place, extent[owner, 0])
    column += first[owner, 0]
    row += first[owner, 1]
    part = facets.part(owner)
    surface = part.surface((column + (left + 0.5)).astype(np.float32), (row + (top + 0.5)).astype(np.float32))
    shown = np.flatnonzero(surface.cover > 0)
    surface, owner = surface.part(shown), owner[shown]
    pixel = (row * width + column)[shown]
    moment = owner // len(coats.splits)
    # By moment, pixel and depth, so that what lies before each piece of surface comes before it in the list.
    order = np.argsort((moment * (width * height) + pixel) * _DEPTH_STEPS + (surface.depths * 1e4).astype(np.int64))
    surface, owner, pixel, moment = surface.part(order), owner[order], pixel[order], moment[order]
    passed = np.log(np.maximum(1 - surface.cover.astype(np.float64), 1e-5))
    before = np.cumsum(passed) - passed
    begins = np.flatnonzero(np.diff(pixel, prepend=-1) | np.diff(moment, prepend=-1))
    before -= np.repeat(before[begins], np.diff(begins, append=len(pixel)))
    weight = surface.cover * np.exp(before) / len(moments)
    paint = facets.part(owner).paint(surface)
    size = width * height
    layer = Layer.empty(frame)
    layer.cover[:] = np.bincount(pixel, weight, size).reshape(height, width)
    for channel, shade in enumerate(paint):
        layer.colour[..., channel] = np.bincount(pixel, weight * shade, size).reshape(height, width)
    solid = np.flatnonzero(surface.cover > _SOLID)
    solid = solid[np.argsort(-surface.depths[solid], kind="stable")]
    # The last of several values put in one place stays: the nearest.
    layer.depths.reshape(-1)[pixel[solid]] = surface.depths[solid]
    return layer
