"""How often each dive code is dived in training, from each board.

Thesis section 5.2.2 and figure 5.4: dives in pike without a twist are the most frequent, dives with twists are
relatively uncommon and those from a handstand very rare; flying dives do not occur. Training repeats simple dives more
often than hard ones. The shares below follow that, and a code is dived only from boards from which the table of degrees
of difficulty has it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np

from inference.diving.boards import Board
from inference.diving.codes import DiveCode, Position, broken_rules, parse
from inference.diving.degree_of_difficulty import table

_GROUPS: Mapping[int, float] = {1: 0.33, 2: 0.20, 3: 0.13, 4: 0.20, 5: 0.11, 6: 0.03}
_POSITIONS: Mapping[Position, float] = {
    Position.PIKE: 0.58,
    Position.TUCK: 0.30,
    Position.STRAIGHT: 0.12,
    Position.FREE: 0.30,
}
_HALF_SOMERSAULTS = (0.02, 0.30, 0.09, 0.26, 0.06, 0.16, 0.02, 0.08, 0.01, 0.02)
_HALF_TWISTS = (1.0, 0.30, 0.36, 0.16, 0.14, 0.06, 0.08, 0.03, 0.02, 0.01)
_LIKE_IN_THE_TABLE = {"platform-1": "springboard-1", "platform-3": "springboard-1"}
"""Boards that the table has no column for, with one whose flights are about as long."""
_MOST_FROM_LOWEST = (3, 2)
"""Half-somersaults and half-twists for which a flight from the 1 m platform is long enough."""


@functools.cache
def code_frequencies(board: Board) -> Mapping[str, float]:
    """Share of each dive code among the dives from a board; the shares sum to one."""
    column = _LIKE_IN_THE_TABLE.get(board.key, board.key)
    codes = [parse(text) for text, key in table().values if key == column]
    if board.key == "platform-1":
        codes = [code for code in codes if _is_short(code)]
    allowed = [code for code in codes if not code.is_flying and not broken_rules(code, board)]
    weights = {str(code): _weight(code) for code in allowed}
    groups = {code.group for code in allowed}
    total = sum(_GROUPS[group] for group in groups)
    within = {group: sum(weights[str(code)] for code in allowed if code.group == group) for group in groups}
    return {str(code): _GROUPS[code.group] / total * weights[str(code)] / within[code.group] for code in allowed}


def random_code(board: Board, rng: np.random.Generator) -> DiveCode:
    """Draw a dive code as often as it is dived from the board."""
    shares = code_frequencies(board)
    return parse(str(rng.choice(list(shares), p=list(shares.values()))))


def _is_short(code: DiveCode) -> bool:
    somersaults, twists = _MOST_FROM_LOWEST
    return code.half_somersaults <= somersaults and code.half_twists <= twists


def _weight(code: DiveCode) -> float:
    """Share within the group, up to a factor."""
    somersaults = _HALF_SOMERSAULTS[min(code.half_somersaults, len(_HALF_SOMERSAULTS) - 1)]
    return _POSITIONS[code.position] * somersaults * _HALF_TWISTS[code.half_twists]
