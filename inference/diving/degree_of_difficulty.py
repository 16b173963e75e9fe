"""Degree of difficulty (DD) of a dive code from a board, from the table in resources/diving.

The table lists the competition boards: springboards of 1 and 3 m, platforms of 5, 7.5 and 10 m. Where it has no value
(training platforms, flying or unusual dives) there is no DD; none is computed from the formula.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib import resources

from inference.diving.boards import Board
from inference.diving.codes import DiveCode


@dataclass(frozen=True, slots=True)
class DegreeOfDifficultyTable:
    """The table as read: values and notes by (code, board key), and the name of its source."""

    source: str
    values: dict[tuple[str, str], float]
    notes: dict[tuple[str, str], str]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code with a value on some board, in the order of the table."""
        return tuple(dict.fromkeys(code for code, _ in self.values))


@functools.cache
def table() -> DegreeOfDifficultyTable:
    """The table, read once."""
    text = resources.files("resources").joinpath("diving/degree_of_difficulty.json").read_text(encoding="utf-8")
    content = json.loads(text)
    values = {
        (code, board): value
        for code, row in content["values"].items()
        for board, value in zip(content["boards"], row, strict=True)
        if value is not None
    }
    notes = {(entry["code"], entry["board"]): entry["note"] for entry in content["notes"]}
    return DegreeOfDifficultyTable(content["source"], values, notes)


def degree_of_difficulty(code: DiveCode, board: Board) -> float | None:
    """The DD of the dive from the board, or None where the table has no value."""
    return table().values.get((str(code), board.key))


def difficulty_note(code: DiveCode, board: Board) -> str | None:
    """What to know about this value, such as that sources disagree; None for most."""
    return table().notes.get((str(code), board.key))
