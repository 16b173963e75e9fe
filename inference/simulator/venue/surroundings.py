"""What stands around the pool: the deck, the hall or the open ground, and the spectators' stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inference.results import FloatArray
from inference.simulator.venue.blocks import Block
from inference.simulator.venue.materials import Colour, Material

_WALL_M = 0.4
_ROW_DEPTH_M, _ROW_RISE_M, _SEAT_M = 0.85, 0.42, 0.52


@dataclass(frozen=True)
class Grounds:
    """Extents in metres: the pool, and how far the deck reaches beyond it (low x, high x, low y, high y)."""

    length_m: float
    width_m: float
    depth_m: float
    deck_m: float
    margins_m: tuple[float, float, float, float]
    ceiling_m: float

    @property
    def low(self) -> tuple[float, float]:
        """Lowest x and y of the deck."""
        return -self.margins_m[0], -self.margins_m[2]

    @property
    def high(self) -> tuple[float, float]:
        """Highest x and y of the deck."""
        return self.length_m + self.margins_m[1], self.width_m + self.margins_m[3]


@dataclass(frozen=True, eq=False)
class Stand:
    """A stand of seats: its blocks, (n, 3) places where somebody may sit and the (2,) direction they face."""

    blocks: tuple[Block, ...]
    seats_m: FloatArray
    facing: FloatArray


def deck_blocks(grounds: Grounds, deck: Material, wall: Material, floor: Material) -> Iterator[Block]:
    """The deck around the pool, the coping at its edge, the basin's floor and a gutter line just above the water."""
    (x0, y0), (x1, y1), z = grounds.low, grounds.high, grounds.deck_m
    long, wide, bottom = grounds.length_m, grounds.width_m, -grounds.depth_m
    coping = Material((0.86, 0.84, 0.80), "grid", (0.55, 0.50, 0.45), (0.33, 0.33), 0.015)
    for low, high in (
        ((x0, y0), (0.0, y1)),
        ((long, y0), (x1, y1)),
        ((0.0, y0), (long, 0.0)),
        ((0.0, wide), (long, y1)),
    ):
        yield Block((*low, -0.12), (*high, z), deck)
    for low, high in (
        ((-0.35, -0.35), (0.0, wide + 0.35)),
        ((long, -0.35), (long + 0.35, wide + 0.35)),
        ((0.0, -0.35), (long, 0.0)),
        ((0.0, wide), (long, wide + 0.35)),
    ):
        yield Block((*low, z - 0.01), (*high, z + 0.03), coping)
    for low, high in (
        ((-0.4, 0.0), (0.0, wide)),
        ((long, 0.0), (long + 0.4, wide)),
        ((0.0, -0.4), (long, 0.0)),
        ((0.0, wide), (long, wide + 0.4)),
    ):
        yield Block((*low, bottom), (*high, -0.12), wall)
    yield Block((0.0, 0.0, bottom - 0.2), (long, wide, bottom), floor)


def hall_blocks(grounds: Grounds, rng: np.random.Generator) -> Iterator[Block]:
    """Walls with windows, tiles, coloured bands and banners, a ceiling with beams and lamps."""
    (x0, y0), (x1, y1), top = grounds.low, grounds.high, grounds.ceiling_m
    tone = rng.uniform(0.6, 0.92)
    tint = rng.uniform(0.93, 1.07, 3)
    wall = Material(_colour(tone * tint), "grid", _colour(0.88 * tone * tint), _pitch(rng), 0.03, 0.03)
    tiles = Material(
        _colour(np.clip(tone * rng.uniform(0.6, 1.15, 3), 0, 1)), "grid", _colour(tone * tint), (0.3, 0.3), 0.012
    )
    pane = Material(
        _colour(np.array([1.0, 0.98, 0.94]) * rng.uniform(0.75, 1.0)),
        "windows",
        _colour(np.full(3, rng.uniform(0.2, 0.7))),
        (float(rng.uniform(1.2, 3.0)), float(rng.uniform(1.5, 4.0))),
        float(rng.uniform(0.08, 0.2)),
        0.0,
        0.75,
    )
    sides = {
        "low x": ((x0 - _WALL_M, y0), (x0, y1)),
        "high x": ((x1, y0), (x1 + _WALL_M, y1)),
        "low y": ((x0, y0 - _WALL_M), (x1, y0)),
        "high y": ((x0, y1), (x1, y1 + _WALL_M)),
    }
    glazed = rng.random(4) < 0.55
    for (low, high), is_glazed in zip(sides.values(), glazed, strict=True):
        dado, sill = float(rng.uniform(1.0, 2.6)), float(rng.uniform(2.5, 5.0))
        yield Block((*low, 0.0), (*high, dado), tiles)
        if is_glazed:
            head = min(top - 1.0, sill + float(rng.uniform(4.0, 10.0)))
            yield Block((*low, dado), (*high, sill), wall)
            yield Block((*low, sill), (*high, head), pane)
            yield Block((*low, head), (*high, top), wall)
        else:
            yield Block((*low, dado), (*high, top), wall)
    yield from _ceiling(grounds, rng, tone)
    yield from _banners(grounds, rng, 6.5)


def _ceiling(grounds: Grounds, rng: np.random.Generator, tone: float) -> Iterator[Block]:
    (x0, y0), (x1, y1), top = grounds.low, grounds.high, grounds.ceiling_m
    panel = Material(_colour(np.full(3, tone * 0.9)), "grid", _colour(np.full(3, tone * 0.72)), (1.2, 1.2), 0.05, 0.02)
    beam = Material(_colour(np.full(3, tone * rng.uniform(0.5, 1.0))))
    lamp = Material((1.25, 1.3, 1.3), glow=1.0, unevenness=0.0)
    yield Block((x0, y0, top), (x1, y1, top + 0.3), panel)
    spacing = float(rng.uniform(4.0, 7.0))
    for x in np.arange(x0 + spacing / 2, x1, spacing):
        yield Block((x - 0.2, y0, top - 0.7), (x + 0.2, y1, top), beam)
        for y in np.arange(y0 + 2.0, y1 - 1.0, 4.0):
            middle = x + spacing / 2
            if middle < x1 - 0.6:
                yield Block((middle - 0.6, y - 0.2, top - 0.16), (middle + 0.6, y + 0.2, top - 0.1), lamp)


def _banners(grounds: Grounds, rng: np.random.Generator, top_m: float) -> Iterator[Block]:
    """Lettered banners along walls that are so high."""
    (x0, y0), (x1, y1) = grounds.low, grounds.high
    for side in range(4):
        if rng.random() < 0.4:
            continue
        height = float(rng.uniform(0.7, 1.2)) * min(top_m / 1.4, 1.0)
        above = float(rng.uniform(0.3, 1.0)) * (top_m - height)
        long_low, long_high = ((y0, y1), (x0, x1))[side // 2]
        place = long_low + float(rng.uniform(0.5, 4.0))
        while place < long_high - 3.0:
            length = float(rng.uniform(2.0, 6.0))
            end = min(place + length, long_high - 0.3)
            banner = _banner_material(rng, height)
            if side < 2:
                x = (x0, x1 - 0.05)[side]
                yield Block((x, place, above), (x + 0.05, end, above + height), banner)
            else:
                y = (y0, y1 - 0.05)[side - 2]
                yield Block((place, y, above), (end, y + 0.05, above + height), banner)
            place = end + float(rng.uniform(0.5, 6.0))


def _banner_material(rng: np.random.Generator, height_m: float) -> Material:
    hue = rng.uniform(0.05, 0.85, 3)
    bright = bool(hue.mean() > 0.5)
    letters = rng.uniform(0.0, 0.2, 3) if bright else rng.uniform(0.8, 0.95, 3)
    return Material(_colour(hue), "letters", _colour(letters), (0.55 * height_m, height_m), 0.02, 0.02)


def open_ground_blocks(grounds: Grounds, rng: np.random.Generator) -> Iterator[Block]:
    """Lawn or paving beyond the deck, a low wall or a fence with banners, and a few buildings far off."""
    (x0, y0), (x1, y1) = grounds.low, grounds.high
    lawn = Material(_colour(np.array([0.16, 0.36, 0.22]) * rng.uniform(0.8, 1.2)), unevenness=0.16)
    yield Block((x0 - 60, y0 - 60, -0.5), (x1 + 60, y1 + 60, -0.2), lawn)
    fence = Material(
        _colour(rng.uniform(0.3, 0.85) * rng.uniform(0.85, 1.1, 3)), "grid", (0.3, 0.3, 0.3), (2.0, 3.0), 0.06
    )
    height = float(rng.uniform(0.9, 2.4))
    for low, high in (
        ((x0 - 0.2, y0), (x0, y1)),
        ((x1, y0), (x1 + 0.2, y1)),
        ((x0, y0 - 0.2), (x1, y0)),
        ((x0, y1), (x1, y1 + 0.2)),
    ):
        yield Block((*low, -0.2), (*high, height), fence)
    yield from _banners(grounds, rng, height)
    for _ in range(int(rng.integers(1, 6))):
        angle, distance = rng.uniform(0, 2 * np.pi), rng.uniform(45, 75)
        x, y = (x0 + x1) / 2 + distance * np.cos(angle), (y0 + y1) / 2 + distance * np.sin(angle)
        wide, tall = float(rng.uniform(4, 10)), float(rng.uniform(3.5, 12))
        house = Material(
            _colour(rng.uniform(0.4, 0.6) * rng.uniform(0.9, 1.1, 3)),
            "grid",
            _colour(rng.uniform(0.6, 0.9) * rng.uniform(0.9, 1.05, 3)),
            (2.4, 2.9),
            1.3,
        )
        yield Block((x - wide, y - wide, -0.2), (x + wide, y + wide, tall), house)


def stand_on_side(grounds: Grounds, side: int, rng: np.random.Generator) -> Stand:
    """A stepped stand along one side of the deck.

    Args:
        grounds: the pool and its deck.
        side: 1 beyond the far end of the pool, 2 and 3 along its low and high y side.
        rng: draws its size and colours.
    """
    rows = int(rng.integers(3, 10))
    concrete = Material(_colour(np.full(3, rng.uniform(0.5, 0.75))))
    seat = Material(_colour(np.clip(rng.uniform(0.25, 0.6) + rng.normal(0, 0.13, 3), 0.05, 0.9)))
    outward = {1: np.array([1.0, 0.0]), 2: np.array([0.0, -1.0]), 3: np.array([0.0, 1.0])}[side]
    along = np.array([abs(outward[1]), abs(outward[0])])
    edge = {1: grounds.high[0], 2: grounds.low[1], 3: grounds.high[1]}[side]
    start, stop = (grounds.low[1] + 1, grounds.high[1] - 1) if side == 1 else (grounds.low[0] + 3, grounds.high[0] - 1)
    base_m = float(rng.uniform(0.2, 1.6))
    depth = min(rows * _ROW_DEPTH_M, grounds.margins_m[side] - 2.2)
    rows = max(int(depth / _ROW_DEPTH_M), 1)
    blocks: list[Block] = []
    seats: list[FloatArray] = []
    for row in range(rows):
        near = edge - np.sign(outward.sum()) * (rows - row) * _ROW_DEPTH_M
        height = grounds.deck_m + base_m + row * _ROW_RISE_M
        blocks.append(_along(outward, near, edge, start, stop, 0.0, height, concrete))
        back = near + outward.sum() * 0.45
        blocks.append(_along(outward, near + outward.sum() * 0.1, back, start, stop, height, height + 0.38, seat))
        for place in np.arange(start + 0.4, stop - 0.3, _SEAT_M):
            if (place - start) % 9.0 < 1.1:
                continue
            flat = np.abs(outward) * (near + outward.sum() * 0.28) + along * (place + rng.uniform(-0.05, 0.05))
            seats.append(np.array([*flat, height + 0.38]))
    return Stand(tuple(blocks), np.array(seats).reshape(-1, 3), -outward)


def _along(
    outward: FloatArray, near: float, far: float, start: float, stop: float, z0: float, z1: float, material: Material
) -> Block:
    near, far = min(near, far), max(near, far)
    if outward[0] != 0:
        return Block((near, start, z0), (far, stop, z1), material)
    return Block((start, near, z0), (stop, far, z1), material)


def _pitch(rng: np.random.Generator) -> tuple[float, float]:
    return float(rng.uniform(0.6, 3.0)), float(rng.uniform(0.4, 2.0))


def _colour(values: FloatArray) -> Colour:
    blue, green, red = (float(value) for value in values)
    return blue, green, red
