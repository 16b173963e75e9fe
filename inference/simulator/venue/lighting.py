"""Light of a venue: one main direction over light from above and from below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.results import FloatArray
from inference.simulator.venue.materials import Colour


@dataclass(frozen=True)
class Lighting:
    """Light by which everything is shaded; colours are blue, green, red and may exceed 1.

    Args:
        direction: unit vector towards the main light, pool world.
        main: colour of the main light.
        above: colour of the light from all of the upper half.
        below: colour of the light thrown back by floor and water.
        softness: 0 for the sharp shadows of the sun, 1 for those of a bright ceiling.
    """

    direction: tuple[float, float, float]
    main: Colour
    above: Colour
    below: Colour
    softness: float

    @property
    def towards(self) -> FloatArray:
        """(3,) unit vector towards the main light."""
        return np.array(self.direction)


def random_lighting(rng: np.random.Generator, *, is_indoor: bool) -> Lighting:
    """Lamps and windows, or sun and sky, warm or cold, dim or bright."""
    warmth = rng.uniform(-1, 1)
    tint = np.array([1 - 0.07 * warmth, 1.0, 1 + 0.06 * warmth])
    azimuth = rng.uniform(0, 2 * np.pi)
    if is_indoor:
        elevation = np.radians(rng.uniform(40, 80))
        level = rng.uniform(0.82, 1.08)
        main, above, below = 0.34 * level * tint, 0.86 * level * tint, 0.68 * level * np.array([1.05, 1.0, 0.93])
        softness = rng.uniform(0.6, 1.0)
    else:
        elevation = np.radians(rng.uniform(22, 68))
        cloud = rng.uniform(0, 1) ** 2
        level = rng.uniform(0.9, 1.12)
        main = (0.66 - 0.48 * cloud) * level * np.array([0.86, 0.97, 1.06]) * tint
        above = (0.60 + 0.26 * cloud) * level * np.array([1.12, 1.02, 0.94])
        below = 0.46 * level * np.array([1.02, 1.0, 0.95])
        softness = float(cloud)
    direction = (
        float(np.cos(elevation) * np.cos(azimuth)),
        float(np.cos(elevation) * np.sin(azimuth)),
        float(np.sin(elevation)),
    )
    return Lighting(direction, _colour(main), _colour(above), _colour(below), float(softness))


def _colour(values: FloatArray) -> Colour:
    blue, green, red = (float(value) for value in values)
    return blue, green, red
