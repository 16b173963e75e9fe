"""The fixed parts of springboards and platforms: stands, slabs, pillars, stairs and rails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inference.simulator.venue.blocks import Block, railing
from inference.simulator.venue.board_poses import FULCRUM_FROM_TIP_M, PLANK_LENGTH_M, PLATFORM_LENGTH_M, PlacedBoard
from inference.simulator.venue.materials import Material

_STEP_RISE_M = 0.25
_STEP_RUN_M = 0.27
_FLIGHT_STEPS = 10
_STAIR_HALF_WIDTH_M = 0.45


@dataclass(frozen=True)
class BoardLook:
    """Materials and style of a venue's boards."""

    slab: Material
    edge: Material
    pillar: Material
    rail: Material
    stand: Material
    slab_thickness_m: float
    has_wall_pillars: bool


def springboard_blocks(placed: PlacedBoard, deck_m: float, look: BoardLook) -> Iterator[Block]:
    """Stand, fulcrum, steps and rails of a springboard whose plank is drawn apart, because it moves."""
    tip_x, y, top = placed.pose.x_m, placed.pose.y_m, placed.board.height_m - 0.05
    rear, fulcrum = tip_x - PLANK_LENGTH_M, tip_x - FULCRUM_FROM_TIP_M
    yield Block((fulcrum - 0.12, y - 0.3, top - 0.22), (fulcrum + 0.12, y + 0.3, top - 0.02), look.rail)
    if placed.board.height_m <= 1.5:
        yield Block((fulcrum - 0.45, y - 0.24, deck_m), (fulcrum + 0.45, y + 0.24, top - 0.2), look.stand)
        yield Block((rear, y - 0.24, deck_m), (rear + 0.5, y + 0.24, top - 0.03), look.stand)
    else:
        for x in (fulcrum - 0.35, fulcrum + 0.2, rear + 0.05):
            for side in (-1.0, 1.0):
                foot = y + side * 0.24
                yield Block((x, foot - 0.07, deck_m), (x + 0.15, foot + 0.07, top - 0.2), look.stand)
        yield Block((rear, y - 0.34, top - 0.24), (fulcrum + 0.4, y - 0.22, top - 0.1), look.stand)
        yield Block((rear, y + 0.22, top - 0.24), (fulcrum + 0.4, y + 0.34, top - 0.1), look.stand)
    for side in (-1.0, 1.0):
        rail_y = y + side * 0.42
        yield from railing((rear, rail_y, top), (fulcrum + 0.2, rail_y, top), look.rail)
        yield Block((rear, rail_y - 0.03, deck_m), (rear + 0.06, rail_y + 0.03, top), look.rail)
    steps = max(round((top - deck_m) / _STEP_RISE_M), 1)
    for step in range(steps):
        z = deck_m + (step + 1) * (top - deck_m) / steps
        x = rear - (steps - step) * 0.12
        yield Block((x - 0.14, y - 0.36, z - 0.05), (x + 0.1, y + 0.36, z), look.stand)


def platform_blocks(placed: PlacedBoard, deck_m: float, look: BoardLook) -> Iterator[Block]:
    """Slab, pillars, rails and stairs of a platform."""
    tip_x, y, top, half = placed.pose.x_m, placed.pose.y_m, placed.board.height_m, placed.half_width_m
    rear = tip_x - PLATFORM_LENGTH_M
    under = top - look.slab_thickness_m
    yield Block((rear, y - half, under), (tip_x, y + half, top), look.slab, casts_shadow=True)
    for side in (-1.0, 1.0):
        face = y + side * half
        yield Block((rear, face - 0.012, under - 0.02), (tip_x, face + 0.012, top - 0.05), look.edge)
    if look.has_wall_pillars:
        yield Block((rear + 0.6, y - 0.16, deck_m), (tip_x - 2.2, y + 0.16, under), look.pillar, casts_shadow=True)
    else:
        for x in (tip_x - 2.6, rear + 0.5):
            yield Block((x, y - 0.22, deck_m), (x + 0.4, y + 0.22, under), look.pillar, casts_shadow=True)
    rail_front = tip_x - (1.0 if top > 1.5 else 2.0)
    for side in (-1.0, 1.0):
        rail_y = y + side * (half - 0.05)
        yield from railing((rear, rail_y, top), (rail_front, rail_y, top), look.rail)
    yield from _stairs(placed, deck_m, look)


def _stairs(placed: PlacedBoard, deck_m: float, look: BoardLook) -> Iterator[Block]:
    """Flights that turn back on themselves behind a platform, with a landing after each."""
    rear = placed.pose.x_m - PLATFORM_LENGTH_M
    y = placed.pose.y_m
    steps = max(round((placed.board.height_m - deck_m) / _STEP_RISE_M), 1)
    rise = (placed.board.height_m - deck_m) / steps
    run = _FLIGHT_STEPS * _STEP_RUN_M
    for step in range(steps):
        # Counted from the top, so that the last flight always ends at the platform.
        from_top = steps - 1 - step
        flight, place = divmod(from_top, _FLIGHT_STEPS)
        along = (place if flight % 2 == 0 else _FLIGHT_STEPS - 1 - place) * _STEP_RUN_M
        side = (flight % 2) * 2 * _STAIR_HALF_WIDTH_M - _STAIR_HALF_WIDTH_M
        z = deck_m + (step + 1) * rise
        x = rear - 0.3 - along
        yield Block(
            (x - _STEP_RUN_M, y + side - _STAIR_HALF_WIDTH_M, z - 0.2),
            (x, y + side + _STAIR_HALF_WIDTH_M, z),
            look.stand,
        )
        if place == 0 and step:
            landing = rear - 0.3 if flight % 2 == 0 else rear - 0.3 - run
            yield Block(
                (landing - 0.45, y - 2 * _STAIR_HALF_WIDTH_M, z - 0.15),
                (landing + 0.4, y + 2 * _STAIR_HALF_WIDTH_M, z),
                look.stand,
            )
    flights = int(np.ceil(steps / _FLIGHT_STEPS))
    if flights > 1:
        for x in (rear - 0.35, rear - 0.25 - run):
            for post in (y - 2 * _STAIR_HALF_WIDTH_M, y + 2 * _STAIR_HALF_WIDTH_M):
                yield Block((x - 0.05, post - 0.05, deck_m), (x + 0.05, post + 0.05, placed.board.height_m), look.rail)
