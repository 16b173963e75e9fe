"""Round cones as a camera sees them: where their surface lies in every pixel, and its colour in the light.

A cone is seen as its orthographic picture at its own depth: two discs and what lies between them. Within it, the
surface rises like a ball's towards the eye, which gives depth and the normal for the light at every pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.simulator.venue.lighting import Lighting
from inference.simulator.venue.noise import Float32Array

_HARDEST = 1e-6
_GLOSS_FROM_PX = 3.0


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


@dataclass(frozen=True, eq=False)
class Coats:
    """Colours of cones: (cones, 3) near and far in [0, 255], and the (cones,) share of the length between them."""

    near: FloatArray
    far: FloatArray
    splits: FloatArray


@dataclass(frozen=True, eq=False)
class Surface:
    """Cones where they are seen: cover, depth, share of the cone's length, and the normal's parts, all one shape."""

    cover: Float32Array
    depths: Float32Array
    share: Float32Array
    normal_x: Float32Array
    normal_y: Float32Array
    normal_out: Float32Array

    def part(self, places: npt.NDArray[np.intp]) -> Surface:
        """Some of a list of pieces."""
        return Surface(*(getattr(self, name)[places] for name in self.__dataclass_fields__))


class Facets:
    """What the drawing of cones needs to know of them, as one number per cone, or one per pixel of a list.

    A row each: start (2), the line to the end (2), that line over its squared length (2), radius at the start and its
    change, depth at the start and its change, metres per px, brightness (4: constant and by the normal's parts), main
    light (3), its reflection (3), colour (3) and its change beyond the split (3), split, length in px, gloss.
    """

    def __init__(self, rows: Float32Array) -> None:
        self.rows = rows

    @classmethod
    def of(cls, cones: DrawnCones, light: ConeLight, coats: Coats) -> Facets:
        """What is needed of cones that a camera sees, in a light."""
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
    def joined(cls, parts: Sequence[Facets]) -> Facets:
        """All of several lists, one after the other."""
        return cls(np.concatenate([part.rows for part in parts], axis=1))

    def part(self, which: npt.NDArray[np.intp] | np.intp) -> Facets:
        """One cone, or one for every pixel of a list."""
        return Facets(self.rows[:, which])

    def surface(self, x: Float32Array, y: Float32Array) -> Surface:
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
        return Surface(cover, depths, share, x * inverse, y * inverse, out)

    def paint(self, surface: Surface) -> list[Float32Array]:
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
