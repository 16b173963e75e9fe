"""The solid parts of a venue: boxes along the axes of pool world, with a material."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inference.results import FloatArray
from inference.simulator.venue.materials import Material

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Block:
    """A box from its lowest to its highest corner, in metres.

    casts_shadow says whether it is large enough to be worth a shadow.
    """

    low: Point
    high: Point
    material: Material
    casts_shadow: bool = False

    def corners(self) -> FloatArray:
        """(8, 3) corners."""
        ends = np.array([self.low, self.high])
        choice = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)])
        return ends[choice, [0, 1, 2]]


def railing(start: Point, end: Point, material: Material, *, height_m: float = 1.0, bars: int = 2) -> Iterator[Block]:
    """A railing between two points at the same height that differ along one axis: posts and level bars."""
    half = 0.022
    (x0, y0, z), (x1, y1, _) = start, end
    length = max(abs(x1 - x0), abs(y1 - y0))
    posts = max(round(length / 1.3), 1) + 1
    for share in np.linspace(0, 1, posts):
        x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        yield Block((x - half, y - half, z), (x + half, y + half, z + height_m), material)
    for number in range(bars):
        top = z + height_m * (bars - number) / bars
        yield Block(
            (min(x0, x1) - half, min(y0, y1) - half, top - 2 * half),
            (max(x0, x1) + half, max(y0, y1) + half, top),
            material,
        )
