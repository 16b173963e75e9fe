"""Painting round cones: shaded, with smooth edges, in order of depth.

A cone is drawn as its orthographic picture at its own depth: two discs and what lies between them. Within it, the
surface rises like a ball's towards the eye, which gives depth and the normal for the light at every pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.simulator.lighting import Lighting
from inference.simulator.noise import Float32Array

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in whole pixels of a picture; right and bottom are not included."""

_HARDEST = 1e-6
_SOLID = 0.4
_GLOSS_FROM_PX = 3.0
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


@dataclass(frozen=True, eq=False)
class DrawnCones:
    """Round cones in one camera's picture at one time.

    Args:
        starts: (cones, 2) image coordinates; ends likewise.
        ends: (cones, 2).
        start_depths: (cones,) metres; end_depths likewise.
        end_depths: (cones,).
        start_radii: (cones,) px; end_radii likewise.
        end_radii: (cones,).
        axes: (cones, 3) unit vectors along the cones in camera space.
        metres_per_px: (cones,) at the cones' depth.
    """

    starts: FloatArray
    ends: FloatArray
    start_depths: FloatArray
    end_depths: FloatArray
    start_radii: FloatArray
    end_radii: FloatArray
    axes: FloatArray
    metres_per_px: FloatArray

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """(cones, 2) lowest and highest image coordinates."""
        first, second = self.start_radii[:, None] + 1.0, self.end_radii[:, None] + 1.0
        low = np.minimum(self.starts - first, self.ends - second)
        high = np.maximum(self.starts + first, self.ends + second)
        return low, high


@dataclass(frozen=True, eq=False)
class ConeLight:
    """Light in camera space, as what a normal's parts are multiplied with.

    Args:
        constant: brightness whatever the normal.
        ambient: (3,) change of the brightness with the normal.
        main: (3,) direction of the main light times its strength.
        tint: (3,) colour of all light together.
        gloss: strength of the main light's reflection on wet skin.
    """

    constant: float
    ambient: FloatArray
    main: FloatArray
    tint: FloatArray
    gloss: float


def cone_light(light: Lighting, rotation: FloatArray) -> ConeLight:
    """A venue's light for a camera with a (3, 3) rotation from pool world."""
    above, below, main = (np.array(colour) for colour in (light.above, light.below, light.main))
    up = rotation[:, 2]
    total = above + 0.6 * main
    level = (above + below).mean() / 2
    return ConeLight(
        constant=float(level),
        ambient=up * float((above - below).mean() / 2),
        main=rotation @ light.towards * float(main.mean()) * 1.1,
        tint=total / total.mean(),
        gloss=float(main.mean()) * 0.45 * (1 - 0.6 * light.softness),
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


@dataclass(frozen=True, eq=False)
class Coats:
    """Colours of cones: (cones, 3) near and far in [0, 255], and the (cones,) share of the length between them."""

    near: FloatArray
    far: FloatArray
    splits: FloatArray


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
        facets = _Facets.of(cones, light, coats)
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
    layer: Layer, window: tuple[slice, slice], facet: _Facets, columns: Float32Array, rows: Float32Array
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
    facets = _Facets.joined([_Facets.of(cones, light, coats) for cones in moments])
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


@dataclass(frozen=True, eq=False)
class _Surface:
    """Cones where they are seen: cover, depth, share of the cone's length, and the normal's parts, all one shape."""

    cover: Float32Array
    depths: Float32Array
    share: Float32Array
    normal_x: Float32Array
    normal_y: Float32Array
    normal_out: Float32Array

    def part(self, places: npt.NDArray[np.intp]) -> _Surface:
        """Some of a list of pieces."""
        return _Surface(*(getattr(self, name)[places] for name in self.__dataclass_fields__))


class _Facets:
    """What the drawing of cones needs to know of them, as one number per cone, or one per pixel of a list.

    A row each: start (2), the line to the end (2), that line over its squared length (2), radius at the start and its
    change, depth at the start and its change, metres per px, brightness (4: constant and by the normal's parts), main
    light (3), its reflection (3), colour (3) and its change beyond the split (3), split, length in px, gloss.
    """

    def __init__(self, rows: Float32Array) -> None:
        self.rows = rows

    @classmethod
    def of(cls, cones: DrawnCones, light: ConeLight, coats: Coats) -> _Facets:
        line = cones.ends - cones.starts
        square = (line**2).sum(axis=1)
        over = np.where(square > _HARDEST, 1 / np.maximum(square, _HARDEST), 0)
        toward_eye = np.array([0.0, 0.0, -1.0])
        ridge = toward_eye - (cones.axes @ toward_eye)[:, None] * cones.axes
        lengths = np.linalg.norm(ridge, axis=1, keepdims=True)
        ridge = np.where(lengths > 0.3, ridge / np.maximum(lengths, 0.3), toward_eye)
        half = light.main / max(float(np.linalg.norm(light.main)), 1e-6) + toward_eye
        half /= max(float(np.linalg.norm(half)), 1e-6)
        count = len(line)

        def along(vector: FloatArray) -> list[FloatArray]:
            return [np.full(count, vector[0]), np.full(count, vector[1]), ridge @ vector]

        radii = (cones.start_radii, cones.end_radii)
        rows = [
            *cones.starts.T,
            *line.T,
            *(line * over[:, None]).T,
            radii[0],
            radii[1] - radii[0],
            cones.start_depths,
            cones.end_depths - cones.start_depths,
            cones.metres_per_px,
            np.full(count, light.constant),
            *along(light.ambient),
            *along(light.main),
            *along(half),
            *coats.near.T,
            *(coats.far - coats.near).T,
            coats.splits,
            np.maximum(np.sqrt(square), 1.0),
            np.where(np.maximum(*radii) > _GLOSS_FROM_PX, light.gloss, 0.0),
        ]
        return cls(np.stack(rows).astype(np.float32))

    @classmethod
    def joined(cls, parts: Sequence[_Facets]) -> _Facets:
        """All of several lists, one after the other."""
        return cls(np.concatenate([part.rows for part in parts], axis=1))

    def part(self, which: npt.NDArray[np.intp] | np.intp) -> _Facets:
        """One cone, or one for every pixel of a list."""
        return _Facets(self.rows[:, which])

    def surface(self, x: Float32Array, y: Float32Array) -> _Surface:
        """The cones on pixels with centres at these image coordinates."""
        start_x, start_y, line_x, line_y, over_x, over_y, radius0, widening, depth0, deepening, metres = self.rows[:11]
        x, y = x - start_x, y - start_y
        share = x * over_x + y * over_y
        share = np.minimum(np.maximum(share, 0), 1)
        radius = radius0 + share * widening
        x, y = x - share * line_x, y - share * line_y
        square = x * x + y * y
        # A cone thinner than a pixel covers as much of it as it is wide.
        thin = np.minimum(radius0 * 2 + widening, 1)
        cover = np.minimum(np.maximum(radius - np.sqrt(square) + np.float32(0.5), 0), thin)
        inverse = 1 / np.maximum(radius, np.float32(0.05))
        out = np.sqrt(np.maximum(1 - square * inverse * inverse, 0))
        depths = depth0 + share * deepening - radius * out * metres
        return _Surface(cover, depths, share, x * inverse, y * inverse, out)

    def paint(self, surface: _Surface) -> list[Float32Array]:
        """Blue, green and red of pieces of surface by their light."""
        constant, *rest = self.rows[11:]
        x, y, out = surface.normal_x, surface.normal_y, surface.normal_out
        shade = constant + x * rest[0] + y * rest[1] + out * rest[2]
        shade += np.maximum(x * rest[3] + y * rest[4] + out * rest[5], 0)
        # Light reaches grazing parts less, as other parts of the body are in its way.
        shade *= np.float32(0.72) + np.float32(0.28) * out
        gloss = rest[17]
        if np.any(gloss > 0):
            shine = np.maximum(x * rest[6] + y * rest[7] + out * rest[8], 0)
            for _ in range(4):
                shine *= shine
            shade += gloss * shine
        split, length = rest[15], rest[16]
        if np.all(split >= 1):
            return [shade * colour for colour in rest[9:12]]
        beyond = np.minimum(np.maximum((surface.share - split) * length + np.float32(0.5), 0), 1)
        beyond = np.where(split < 1, beyond, 0)
        return [shade * (colour + beyond * change) for colour, change in zip(rest[9:12], rest[12:15], strict=True)]
