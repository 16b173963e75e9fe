"""The body's surface: round cones hung on the sixteen segments, coloured as skin, hair and suit.

A round cone is a ball that moves along a line while its radius changes. Each one belongs to a segment and is given in
that segment's frame, for a stature of 1.70 m, as a share of the segment's length and metres forward and to the left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from inference.results import FloatArray
from inference.simulator.body.athlete import SEGMENTS
from inference.simulator.people.appearance import Appearance, Hair, Suit
from inference.simulator.venue.materials import Colour

_REFERENCE_SHANK_M = 0.43
_SHANK = SEGMENTS.index("left_shank")

Zone = Literal[
    "head", "hair", "neck", "chest", "belly", "pelvis", "upper_arm", "forearm", "hand", "thigh", "shank", "foot"
]
Place = tuple[float, float, float]
"""Share of the segment's length, metres forward, metres to the left."""


@dataclass(frozen=True)
class Cone:
    """One round cone: its segment, zone, places and radii (m) of both ends."""

    segment: str
    zone: Zone
    start: Place
    end: Place
    start_radius_m: float
    end_radius_m: float


@dataclass(frozen=True, eq=False)
class Cones:
    """A body's round cones at some times.

    Args:
        starts: (times, cones, 3) pool world, metres.
        ends: (times, cones, 3).
        start_radii: (cones,) metres.
        end_radii: (cones,).
        near_colours: (cones, 3) of the part before the split, blue, green, red.
        far_colours: (cones, 3) of the part beyond it.
        splits: (cones,) share of the length at which the colour changes; 1 for nowhere.
    """

    starts: FloatArray
    ends: FloatArray
    start_radii: FloatArray
    end_radii: FloatArray
    near_colours: FloatArray
    far_colours: FloatArray
    splits: FloatArray


def _cones(appearance: Appearance) -> Iterator[Cone]:
    """The whole body, roughly from the inside out."""
    wide, hip = appearance.shoulders, appearance.hips
    is_female = appearance.sex == "female"
    waist = 0.92 if is_female else 1.0
    for side in (-1.0, 1.0):
        yield Cone(
            "lower_trunk", "pelvis", (-0.12, -0.012, side * 0.072 * hip), (0.55, 0.0, side * 0.055 * hip), 0.094, 0.088
        )
        yield Cone(
            "lower_trunk", "pelvis", (0.55, 0.0, side * 0.055 * hip), (1.05, 0.005, side * 0.052), 0.088, 0.083 * waist
        )
        yield Cone(
            "middle_trunk", "belly", (0.0, 0.005, side * 0.052), (1.0, 0.008, side * 0.060 * wide), 0.083 * waist, 0.096
        )
        yield Cone(
            "upper_trunk", "chest", (-0.02, 0.010, side * 0.060 * wide), (0.66, 0.0, side * 0.080 * wide), 0.097, 0.092
        )
        yield Cone("upper_trunk", "neck", (1.04, 0.005, 0.0), (0.80, -0.005, side * 0.125 * wide), 0.052, 0.050)
    yield Cone("lower_trunk", "pelvis", (0.1, -0.002, 0.0), (1.0, 0.004, 0.0), 0.092, 0.082 * waist)
    yield Cone("middle_trunk", "belly", (0.0, 0.004, 0.0), (1.0, 0.006, 0.0), 0.082 * waist, 0.092)
    yield Cone("upper_trunk", "chest", (0.0, 0.006, 0.0), (0.70, -0.004, 0.0), 0.092, 0.088)
    yield Cone("upper_trunk", "chest", (0.76, -0.005, -0.125 * wide), (0.76, -0.005, 0.125 * wide), 0.062, 0.062)
    if is_female:
        for side in (-1.0, 1.0):
            yield Cone("upper_trunk", "chest", (0.30, 0.060, side * 0.068), (0.34, 0.066, side * 0.068), 0.056, 0.050)
    yield Cone("head", "head", (-0.1, 0.0, 0.0), (0.45, 0.018, 0.0), 0.056, 0.054)
    yield Cone("head", "head", (0.34, 0.062, 0.0), (0.60, 0.028, 0.0), 0.040, 0.074)
    yield Cone("head", "head", (0.64, -0.012, 0.0), (0.66, 0.018, 0.0), 0.082, 0.076)
    yield Cone("head", "head", (0.50, 0.098, 0.0), (0.56, 0.094, 0.0), 0.014, 0.010)
    if appearance.hair_style is not Hair.BALD:
        yield Cone("head", "hair", (0.58, -0.030, 0.0), (0.69, 0.020, 0.0), 0.080, 0.077)
    if appearance.hair_style is Hair.BUN:
        yield Cone("head", "hair", (0.80, -0.088, 0.0), (0.86, -0.096, 0.0), 0.036, 0.032)
    for name, side in (("left", 1.0), ("right", -1.0)):
        yield Cone(f"{name}_upper_arm", "upper_arm", (0.0, 0.0, -0.012 * side), (0.35, 0.0, 0.0), 0.056, 0.048)
        yield Cone(f"{name}_upper_arm", "upper_arm", (0.35, 0.0, 0.0), (1.0, 0.0, 0.0), 0.048, 0.037)
        yield Cone(f"{name}_forearm", "forearm", (0.0, 0.0, 0.0), (0.28, 0.0, 0.0), 0.037, 0.040)
        yield Cone(f"{name}_forearm", "forearm", (0.28, 0.0, 0.0), (1.0, 0.0, 0.0), 0.040, 0.026)
        yield Cone(f"{name}_hand", "hand", (0.05, 0.004, 0.0), (0.48, 0.004, 0.0), 0.030, 0.036)
        yield Cone(f"{name}_hand", "hand", (0.48, 0.004, 0.0), (0.92, 0.010, 0.0), 0.034, 0.016)
        yield Cone(f"{name}_thigh", "thigh", (0.02, -0.012, side * 0.006), (0.45, 0.006, side * 0.004), 0.090, 0.076)
        yield Cone(f"{name}_thigh", "thigh", (0.45, 0.006, side * 0.004), (1.0, 0.0, -side * 0.004), 0.076, 0.052)
        yield Cone(f"{name}_shank", "shank", (0.0, 0.002, 0.0), (0.30, -0.014, 0.0), 0.051, 0.054)
        yield Cone(f"{name}_shank", "shank", (0.30, -0.014, 0.0), (1.0, -0.004, 0.0), 0.054, 0.034)
        yield Cone(f"{name}_foot", "foot", (0.14, 0.0, 0.0), (0.72, 0.0, 0.0), 0.034, 0.030)
        yield Cone(f"{name}_foot", "foot", (0.72, 0.0, 0.0), (0.95, 0.0, 0.0), 0.030, 0.018)


class BodyShape:
    """The round cones of one person, ready to be placed on segments at any time."""

    def __init__(self, appearance: Appearance) -> None:
        cones = list(_cones(appearance))
        self._segments = np.array([SEGMENTS.index(cone.segment) for cone in cones])
        self._starts = np.array([cone.start for cone in cones])
        self._ends = np.array([cone.end for cone in cones])
        self.is_core = np.array([cone.segment == "head" or cone.segment.endswith("trunk") for cone in cones])
        """(cones,) whether a cone belongs to trunk, neck or head."""
        self._is_foot = np.array([cone.zone == "foot" for cone in cones])
        thick = np.array(
            [appearance.girth if cone.zone not in ("head", "hair", "hand", "foot") else 1.0 for cone in cones]
        )
        slim = 0.93 if appearance.sex == "female" else 1.0
        thick = thick * np.where(
            [cone.zone in ("upper_arm", "forearm", "hand", "shank", "neck") for cone in cones], slim, 1.0
        )
        self._start_radii = np.array([cone.start_radius_m for cone in cones]) * thick
        self._end_radii = np.array([cone.end_radius_m for cone in cones]) * thick
        coats = [_coat(appearance, cone) for cone in cones]
        self._near = np.array([near for near, _, _ in coats])
        self._far = np.array([far for _, far, _ in coats])
        self._splits = np.array([split for _, _, split in coats])

    def at(self, near_ends: FloatArray, far_ends: FloatArray, rotations: FloatArray) -> Cones:
        """The cones on segments at some times.

        Args:
            near_ends: (times, 16, 3) of the segments, pool world, metres.
            far_ends: (times, 16, 3).
            rotations: (times, 16, 3, 3) from each segment's frame to pool world.
        """
        size = float(np.linalg.norm(far_ends[0, _SHANK] - near_ends[0, _SHANK])) / _REFERENCE_SHANK_M
        near, along = near_ends[:, self._segments], (far_ends - near_ends)[:, self._segments]
        frames = rotations[:, self._segments]
        forward, left, up = (frames[..., axis] for axis in range(3))

        def place(places: FloatArray, radii: FloatArray) -> FloatArray:
            share, ahead, aside = (places[:, axis, None] for axis in range(3))
            # A foot's line is its sole, on which its cones lie.
            raised = np.where(self._is_foot, radii, 0.0)[:, None]
            placed: FloatArray = near + share * along + size * (ahead * forward + aside * left + raised * up)
            return placed

        return Cones(
            place(self._starts, self._start_radii),
            place(self._ends, self._end_radii),
            self._start_radii * size,
            self._end_radii * size,
            self._near,
            self._far,
            self._splits,
        )


def _coat(appearance: Appearance, cone: Cone) -> tuple[Colour, Colour, float]:
    """Colours before and beyond a split, and the split, of one cone."""
    zone, skin, suit = cone.zone, appearance.skin, appearance.suit_colour
    if zone == "hair":
        hair = appearance.second_colour if appearance.hair_style is Hair.CAP else appearance.hair
        return hair, hair, 1.0
    kind = appearance.suit
    if kind is Suit.CLOTHES:
        return _clothes(appearance, cone)
    if zone == "pelvis":
        is_upper = cone.start[0] > 0.3
        if kind is Suit.ONE_PIECE or not is_upper:
            return suit, suit, 1.0
        return suit, skin, 0.25
    if zone == "thigh" and cone.start[0] < 0.3:
        return suit, skin, {Suit.BRIEFS: 0.05, Suit.ONE_PIECE: 0.03, Suit.TRUNKS: 0.75}[kind]
    if kind is Suit.ONE_PIECE and zone == "belly":
        return suit, suit, 1.0
    if kind is Suit.ONE_PIECE and zone == "chest" and cone.segment == "upper_trunk" and cone.start[0] < 0.5:
        return suit, skin, 0.82
    return skin, skin, 1.0


def _clothes(appearance: Appearance, cone: Cone) -> tuple[Colour, Colour, float]:
    skin, shirt, trousers = appearance.skin, appearance.suit_colour, appearance.second_colour
    match cone.zone:
        case "chest" | "belly":
            return shirt, shirt, 1.0
        case "neck":
            return skin, shirt, 0.35
        case "upper_arm":
            return (shirt, shirt, 1.0) if cone.start[0] < 0.2 else (shirt, skin, 0.3)
        case "pelvis" | "thigh":
            return trousers, trousers, 1.0
        case "shank":
            return trousers, trousers, 1.0
        case "foot":
            return (0.85, 0.85, 0.85), (0.85, 0.85, 0.85), 1.0
        case _:
            return skin, skin, 1.0
