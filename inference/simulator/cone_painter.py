"""Painting round cones: shaded, with smooth edges, in order of depth.

A cone is drawn as its orthographic picture at its own depth: two discs and what lies between them. Within it, the
surface rises like a ball's towards the eye, which gives depth and the normal for the light at every pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.results import FloatArray
from inference.simulator.lighting import Lighting
from inference.simulator.noise import Float32Array

_HARDEST = 1e-6


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
    cones: DrawnCones,
    near_colours: FloatArray,
    far_colours: FloatArray,
    splits: FloatArray,
    light: ConeLight,
    frame: tuple[int, int, int, int],
) -> Layer:
    """Draw cones into a layer of their own.

    Args:
        cones: where they are.
        near_colours: (cones, 3) in [0, 1]; far_colours likewise.
        far_colours: (cones, 3).
        splits: (cones,) where the near colour gives way to the far one.
        light: by which they are shaded.
        frame: left, top, right, bottom of the layer in the picture.
    """
    left, top, right, bottom = frame
    colour = np.zeros((bottom - top, right - left, 3), np.float32)
    cover = np.zeros(colour.shape[:2], np.float32)
    depths = np.full(colour.shape[:2], np.inf, np.float32)
    low, high = cones.bounds()
    first = np.maximum(np.floor(low).astype(int) - (left, top), 0)
    last = np.minimum(np.ceil(high).astype(int) - (left, top), (right - left, bottom - top))
    columns = (np.arange(left, right) + 0.5).astype(np.float32)
    rows = (np.arange(top, bottom) + 0.5).astype(np.float32)[:, None]
    near, far = near_colours * light.tint * 255, far_colours * light.tint * 255
    for number in np.argsort(-(cones.start_depths + cones.end_depths)):
        (x0, y0), (x1, y1) = first[number], last[number]
        if x0 >= x1 or y0 >= y1:
            continue
        window = (slice(y0, y1), slice(x0, x1))
        piece = _Piece(cones, int(number), columns[x0:x1], rows[y0:y1])
        shade = piece.shade(light)[..., None]
        paint = shade * near[number]
        if splits[number] < 1:
            paint += piece.share_beyond(float(splits[number]))[..., None] * (shade * (far[number] - near[number]))
        behind = depths[window]
        surface = piece.depths
        weight = np.where(surface < behind, piece.cover, piece.cover * (1 - cover[window]))
        keep = 1 - weight
        patch = colour[window]
        patch *= keep[..., None]
        patch += weight[..., None] * paint
        covered = cover[window]
        covered *= keep
        covered += weight
        np.minimum(behind, np.where(piece.cover > 0.4, surface, np.inf), out=behind)
    return Layer(left, top, colour, cover, depths)


class _Piece:
    """One cone on the pixels around it."""

    def __init__(self, cones: DrawnCones, number: int, columns: Float32Array, rows: Float32Array) -> None:
        start, end = cones.starts[number], cones.ends[number]
        self._axis = cones.axes[number]
        lx, ly = float(end[0] - start[0]), float(end[1] - start[1])
        square = lx * lx + ly * ly
        dx, dy = columns - np.float32(start[0]), rows - np.float32(start[1])
        if square > _HARDEST:
            share = dx * np.float32(lx / square) + dy * np.float32(ly / square)
            np.clip(share, 0, 1, out=share)
        else:
            share = np.zeros((len(rows), len(columns)), np.float32)
        self._share = share
        self._length = float(np.sqrt(square))
        radius0, radius1 = float(cones.start_radii[number]), float(cones.end_radii[number])
        radius = radius0 + share * np.float32(radius1 - radius0)
        ex, ey = dx - share * np.float32(lx), dy - share * np.float32(ly)
        square_distance = ex * ex + ey * ey
        distance = np.sqrt(square_distance)
        # A cone thinner than a pixel covers as much of it as it is wide.
        thin = min(1.0, (radius0 + radius1))
        self.cover = np.clip(radius - distance + 0.5, 0, thin)
        inverse = 1 / np.maximum(radius, 0.05)
        self._nx, self._ny = ex * inverse, ey * inverse
        self._nz = np.sqrt(np.maximum(1 - square_distance * inverse * inverse, 0))
        depth0, depth1 = float(cones.start_depths[number]), float(cones.end_depths[number])
        metres = np.float32(cones.metres_per_px[number])
        self.depths = depth0 + share * np.float32(depth1 - depth0) - radius * self._nz * metres

    def shade(self, light: ConeLight) -> Float32Array:
        """Brightness by the light on a surface that rises from the cone's edges towards the eye."""
        toward_eye = np.array([0.0, 0.0, -1.0])
        ridge = toward_eye - (toward_eye @ self._axis) * self._axis
        length = float(np.sqrt(ridge @ ridge))
        ridge = ridge / length if length > 0.3 else toward_eye
        main = self._along(light.main, ridge)
        half = light.main / max(float(np.sqrt(light.main @ light.main)), 1e-6) + toward_eye
        half /= max(float(np.sqrt(half @ half)), 1e-6)
        shade = light.constant + self._along(light.ambient, ridge) + np.maximum(main, 0)
        # Light reaches grazing parts less, as other parts of the body are in its way.
        shade *= 0.72 + 0.28 * self._nz
        if light.gloss > 0 and self.cover.size > 60:
            shine = np.maximum(self._along(half, ridge), 0)
            for _ in range(4):
                shine *= shine
            shade += light.gloss * shine
        return np.asarray(shade, np.float32)

    def share_beyond(self, split: float) -> Float32Array:
        """Share of each pixel that lies beyond a share of the cone's length."""
        return np.asarray(np.clip((self._share - split) * max(self._length, 1.0) + 0.5, 0, 1), np.float32)

    def _along(self, vector: FloatArray, ridge: FloatArray) -> Float32Array:
        toward = np.float32(vector @ ridge)
        return np.asarray(
            self._nx * np.float32(vector[0]) + self._ny * np.float32(vector[1]) + self._nz * toward, np.float32
        )
