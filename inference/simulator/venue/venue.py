"""A venue: a pool with its boards, in a hall or in the open, as random as real ones are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from inference.diving.boards import BOARDS, Board
from inference.results import FloatArray
from inference.simulator.venue.blocks import Block
from inference.simulator.venue.board_poses import PLANK_HALF_WIDTH_M, BoardPose, PlacedBoard
from inference.simulator.venue.diving_boards import BoardLook, platform_blocks, springboard_blocks
from inference.simulator.venue.lighting import Lighting, random_lighting
from inference.simulator.venue.materials import Colour, Material
from inference.simulator.venue.surroundings import (
    Grounds,
    Stand,
    deck_blocks,
    hall_blocks,
    open_ground_blocks,
    stand_on_side,
)

_ACCENTS = (
    (0.62, 0.34, 0.10),
    (0.70, 0.55, 0.20),
    (0.20, 0.22, 0.72),
    (0.20, 0.55, 0.80),
    (0.45, 0.50, 0.20),
    (0.35, 0.30, 0.28),
    (0.85, 0.85, 0.82),
)
_PLATFORM_HALF_WIDTHS_M = {1.0: 0.6, 3.0: 0.8, 5.0: 1.0, 7.5: 1.0, 10.0: 1.5}


@dataclass(frozen=True)
class WaterLook:
    """The water of a pool.

    Args:
        deep: colour of the light that comes back out of deep water.
        clearness_m: the path in water over which light falls to 37 %.
        wave_m: standard deviation of the waves' slope, times a metre.
        drift_m_s: how fast the waves wander.
    """

    deep: Colour
    clearness_m: float
    wave_m: float
    drift_m_s: float


@dataclass(frozen=True, eq=False)
class Venue:
    """Everything about a place that does not move, in pool world.

    crowd is the share of seats taken; seed makes textures and people the same at every run.
    """

    is_indoor: bool
    grounds: Grounds
    boards: tuple[PlacedBoard, ...]
    blocks: tuple[Block, ...]
    stands: tuple[Stand, ...]
    crowd: float
    plank_colour: Colour
    light: Lighting
    water: WaterLook
    seed: int

    @classmethod
    def random(
        cls, rng: np.random.Generator, *, boards: Sequence[Board] | None = None, is_indoor: bool | None = None
    ) -> Self:
        """Draw a venue.

        Args:
            rng: draws everything.
            boards: boards that must be there; None for a choice as random as the rest.
            is_indoor: a hall or an outdoor pool; None for either.
        """
        indoor = bool(rng.random() < 0.7) if is_indoor is None else is_indoor
        chosen = tuple(boards) if boards is not None else _random_boards(rng)
        grounds = _random_grounds(rng, chosen, is_indoor=indoor)
        placed = _place_boards(chosen, grounds, rng)
        blue, green, red = np.array([0.62, 0.40, 0.06]) * rng.uniform(0.75, 1.2) * rng.uniform(0.9, 1.12, 3)
        return cls(
            is_indoor=indoor,
            grounds=grounds,
            boards=placed,
            stands=(stands := _random_stands(grounds, rng)),
            blocks=_all_blocks(grounds, placed, stands, rng, is_indoor=indoor),
            crowd=float(rng.choice([0.03, 0.12, 0.35, 0.75], p=[0.3, 0.25, 0.25, 0.2])),
            plank_colour=_random_plank(rng),
            light=random_lighting(rng, is_indoor=indoor),
            water=WaterLook(
                (float(blue), float(green), float(red)),
                float(rng.uniform(4.0, 11.0)),
                float(rng.uniform(0.03, 0.11)),
                float(rng.uniform(0.15, 0.5)),
            ),
            seed=int(rng.integers(2**31)),
        )

    def placed(self, board: Board) -> PlacedBoard:
        """The first board of that kind and height.

        Raises:
            ValueError: if the venue has none.
        """
        for placed in self.boards:
            if placed.board == board:
                return placed
        raise ValueError(f"the venue has no {board.label}; it has {', '.join(p.board.label for p in self.boards)}")

    def ground_below(self, point: FloatArray) -> float:
        """Height in metres of the board, deck or water straight below a (3,) point."""
        heights = [placed.board.height_m for placed in self.boards if placed.is_under(point)]
        if heights:
            return max(heights)
        over_pool = 0 <= point[0] <= self.grounds.length_m and 0 <= point[1] <= self.grounds.width_m
        return 0.0 if over_pool else self.grounds.deck_m


def _random_boards(rng: np.random.Generator) -> tuple[Board, ...]:
    """All boards, one kind, or a few; springboards often come in pairs."""
    springboards = [board for board in BOARDS if board.is_springboard]
    platforms = [board for board in BOARDS if not board.is_springboard]
    kind = rng.random()
    if kind < 0.4:
        return (*springboards, *(board for board in platforms if board.height_m >= 5 or rng.random() < 0.6))
    if kind < 0.65:
        pairs = [board for board in springboards for _ in range(int(rng.integers(1, 3)))]
        return tuple(pairs)
    if kind < 0.85:
        return tuple(board for board in platforms if board.height_m >= 5 or rng.random() < 0.4)
    count = int(rng.integers(1, 4))
    return tuple(BOARDS[number] for number in sorted(rng.choice(len(BOARDS), count, replace=False)))


def _random_grounds(rng: np.random.Generator, boards: Sequence[Board], *, is_indoor: bool) -> Grounds:
    highest = max(board.height_m for board in boards)
    behind = 6.0 + (6.0 if highest > 3 else 1.0) + float(rng.uniform(0, 4))
    sides = rng.uniform(5.0, 11.0, 3) if is_indoor else rng.uniform(9.0, 24.0, 3)
    return Grounds(
        length_m=float(rng.uniform(21, 27)),
        width_m=max(float(rng.uniform(18, 25)), _row_width(boards) + 2.0),
        depth_m=float(rng.uniform(3.8, 5.2)),
        deck_m=float(rng.uniform(0.08, 0.4)),
        margins_m=(behind, float(sides[0]), float(sides[1]), float(sides[2])),
        ceiling_m=highest + float(rng.uniform(5.0, 8.0)) + (2.0 if highest < 4 else 0.0),
    )


def _half_width(board: Board) -> float:
    return PLANK_HALF_WIDTH_M if board.is_springboard else _PLATFORM_HALF_WIDTHS_M[board.height_m]


def _row_width(boards: Sequence[Board]) -> float:
    return sum(2 * _half_width(board) + 1.6 for board in boards)


def _place_boards(boards: Sequence[Board], grounds: Grounds, rng: np.random.Generator) -> tuple[PlacedBoard, ...]:
    """Springboards in a row, platforms in a row with the highest in the middle, along the pool's low x side."""
    springboards = [board for board in boards if board.is_springboard]
    platforms = sorted((board for board in boards if not board.is_springboard), key=lambda board: board.height_m)
    tower = platforms[::2] + platforms[1::2][::-1]
    row = springboards + tower
    if rng.random() < 0.5:
        row.reverse()
    spare = grounds.width_m - 1.0 - sum(2 * _half_width(board) for board in row)
    gap = min(spare / len(row), float(rng.uniform(1.7, 2.6)))
    used = sum(2 * _half_width(board) for board in row) + gap * len(row)
    y = float(rng.uniform(0.5, grounds.width_m - 0.5 - used)) if grounds.width_m - 1.0 > used else 0.5
    placed = []
    for board in row:
        half = _half_width(board)
        y += gap / 2 + half
        overhang = float(rng.uniform(1.5, 1.85)) if board.is_springboard or board.height_m > 1.5 else 0.8
        placed.append(PlacedBoard(board, BoardPose(overhang, y), half))
        y += half + gap / 2
    return tuple(placed)


def _random_stands(grounds: Grounds, rng: np.random.Generator) -> tuple[Stand, ...]:
    sides = [side for side in (1, 2, 3) if rng.random() < 0.5]
    return tuple(stand_on_side(grounds, side, rng) for side in sides)


def _all_blocks(
    grounds: Grounds,
    boards: Sequence[PlacedBoard],
    stands: Sequence[Stand],
    rng: np.random.Generator,
    *,
    is_indoor: bool,
) -> tuple[Block, ...]:
    deck_tone = rng.uniform(0.5, 0.8) * rng.uniform(0.9, 1.08, 3)
    deck = _grid(deck_tone, 0.9, float(rng.uniform(0.2, 0.6)), 0.012)
    wall = _grid(np.array([0.82, 0.74, 0.62]), 0.85, 0.25, 0.012)
    floor = Material((0.86, 0.78, 0.66), "lanes", (0.45, 0.22, 0.06), (1.0, 2.5), 0.25, 0.04)
    look = _random_look(rng)
    blocks = [*deck_blocks(grounds, deck, wall, floor)]
    blocks += hall_blocks(grounds, rng) if is_indoor else open_ground_blocks(grounds, rng)
    for placed in boards:
        make = springboard_blocks if placed.board.is_springboard else platform_blocks
        blocks += make(placed, grounds.deck_m, look)
    for stand in stands:
        blocks += stand.blocks
    return tuple(blocks)


def _random_look(rng: np.random.Generator) -> BoardLook:
    tone = rng.uniform(0.6, 0.9)
    accent = np.array(_ACCENTS[int(rng.integers(len(_ACCENTS)))]) * rng.uniform(0.85, 1.1)
    concrete = _plain(np.full(3, tone) * rng.uniform(0.95, 1.04, 3))
    return BoardLook(
        slab=concrete,
        edge=_plain(accent) if rng.random() < 0.6 else concrete,
        pillar=_plain(np.full(3, tone * rng.uniform(0.85, 1.0))) if rng.random() < 0.7 else _plain(accent),
        rail=_plain(np.full(3, rng.uniform(0.55, 0.9))),
        stand=_plain(np.full(3, tone * rng.uniform(0.75, 1.0)) * rng.uniform(0.9, 1.05, 3)),
        slab_thickness_m=float(rng.uniform(0.22, 0.4)),
        has_wall_pillars=bool(rng.random() < 0.4),
    )


def _random_plank(rng: np.random.Generator) -> Colour:
    """Most planks are a sandy turquoise or a pale blue."""
    base = np.array([(0.78, 0.74, 0.42), (0.80, 0.66, 0.45), (0.82, 0.80, 0.74)][int(rng.integers(3))])
    blue, green, red = base * rng.uniform(0.85, 1.1)
    return float(blue), float(green), float(red)


def _plain(values: FloatArray) -> Material:
    blue, green, red = (float(value) for value in values)
    return Material((blue, green, red))


def _grid(values: FloatArray, joint: float, pitch_m: float, gap_m: float) -> Material:
    blue, green, red = (float(value) for value in values)
    return Material((blue, green, red), "grid", (blue * joint, green * joint, red * joint), (pitch_m, pitch_m), gap_m)
