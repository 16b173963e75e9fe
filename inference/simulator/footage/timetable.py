"""Who goes off which board when: a training session as a timetable.

Boards are in use for some minutes at a time, with breaks. Those who train from a board take turns, most turns with a
dive, a few with a jump for fun. Boards know nothing of each other, so that dives from different boards overlap in time
now and then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inference.diving.boards import Board
from inference.diving.codes import DiveCode
from inference.simulator.footage.code_frequencies import random_code

FIRST_S = 3.5
"""Earliest take-off after the video's beginning, so that every dive can be seen from its stance on the board."""
LAST_S = 3.5
"""Latest take-off before the video's end."""

_BOARDS_AT_ONCE = 2.4
_TURN_S = (10.0, 2.0, 12.0)
"""Between two take-offs from a board: least, shape and scale of the gamma distribution of what is more."""
_IN_USE_S = (90.0, 420.0)
_JUMP_SHARE = 0.04
_HIGHEST_JUMP_M = 5.0
_REPEAT_SHARE = 0.35
_GROUP_SIZES = (2, 6)


@dataclass(frozen=True)
class Turn:
    """One person's turn.

    Args:
        board: place of the board in the list that the timetable was made for.
        diver: number of the person; people are numbered through all boards.
        take_off_s: seconds from the video's beginning.
        code: the dive; None for a jump for fun, feet first.
    """

    board: int
    diver: int
    take_off_s: float
    code: DiveCode | None


def draw_timetable(boards: Sequence[Board], duration_s: float, rng: np.random.Generator) -> tuple[Turn, ...]:
    """Draw everybody's turns, in the order of their take-offs.

    Args:
        boards: the boards that are trained from.
        duration_s: length of the video.
        rng: draws everything.
    """
    turns: list[Turn] = []
    first_diver = 0
    for place, board in enumerate(boards):
        size = int(rng.integers(_GROUP_SIZES[0], _GROUP_SIZES[1] + 1))
        turns += _turns_of_board(place, board, range(first_diver, first_diver + size), duration_s, len(boards), rng)
        first_diver += size
    if not any(turn.code for turn in turns) and duration_s >= FIRST_S + LAST_S:
        turns.append(Turn(0, 0, float(rng.uniform(FIRST_S, duration_s - LAST_S)), random_code(boards[0], rng)))
        turns = [turn for turn in turns if turn.board != 0 or turn is turns[-1]]
    return tuple(sorted(turns, key=lambda turn: turn.take_off_s))


def _turns_of_board(
    place: int, board: Board, divers: range, duration_s: float, board_count: int, rng: np.random.Generator
) -> Iterator[Turn]:
    practised: dict[int, DiveCode] = {}
    number = int(rng.integers(len(divers)))
    for begin_s, end_s in _times_in_use(duration_s, min(1.0, _BOARDS_AT_ONCE / board_count), rng):
        take_off_s = begin_s + float(rng.uniform(0, 8))
        while take_off_s < end_s:
            diver = divers[number % len(divers)]
            number += 1
            code = _next_code(board, practised.get(diver), rng)
            if code is not None:
                practised[diver] = code
            yield Turn(place, diver, take_off_s, code)
            least, shape, scale = _TURN_S
            take_off_s += least + float(rng.gamma(shape, scale))


def _times_in_use(duration_s: float, share: float, rng: np.random.Generator) -> Iterator[tuple[float, float]]:
    """Stretches of the video in which a board is used, which together take about a share of it."""
    mean_s = sum(_IN_USE_S) / 2
    now = FIRST_S - float(rng.uniform(0, mean_s))
    is_used = bool(rng.random() < share)
    while now < duration_s - LAST_S:
        length = float(rng.uniform(*_IN_USE_S)) * (1.0 if is_used else (1 - share) / share)
        if is_used and now + length > FIRST_S:
            yield max(now, FIRST_S), min(now + length, duration_s - LAST_S)
        now += length
        is_used = not is_used


def _next_code(board: Board, practised: DiveCode | None, rng: np.random.Generator) -> DiveCode | None:
    """A dive is often practised several times in a row."""
    if board.height_m <= _HIGHEST_JUMP_M and rng.random() < _JUMP_SHARE:
        return None
    if practised is not None and rng.random() < _REPEAT_SHARE:
        return practised
    return random_code(board, rng)
