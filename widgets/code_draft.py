"""A dive code while a person puts it together: some attributes chosen, others still open."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from inference.diving.codes import DiveCode, Position, settle

_WORDS = {
    "group": "group",
    "direction": "rotation type",
    "half_somersaults": "somersaults",
    "half_twists": "twists",
    "position": "position",
}


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """The attributes of a dive code, each None while it is open."""

    group: int | None = None
    direction: int | None = None
    half_somersaults: int | None = None
    half_twists: int | None = None
    position: Position | None = None
    is_flying: bool = False

    @classmethod
    def of(cls, code: DiveCode) -> CodeDraft:
        """The draft in which everything is as in the code."""
        return cls(**{field.name: getattr(code, field.name) for field in dataclasses.fields(cls)})

    def choose(self, attribute: str, value: Any) -> CodeDraft:
        """The draft with one attribute chosen and what its group then decides."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return CodeDraft(**settle(values, {attribute: value}))

    def open_attributes(self) -> tuple[str, ...]:
        """What is still to be chosen, in words."""
        return tuple(word for name, word in _WORDS.items() if getattr(self, name) is None)

    def code(self) -> DiveCode | None:
        """The code, once nothing is open.

        Raises:
            DiveCodeError: if the attributes cannot be written as a code.
        """
        if self.open_attributes():
            return None
        return DiveCode(**{field.name: getattr(self, field.name) for field in dataclasses.fields(self)})

    def open_sentence(self) -> str:
        """What is still open, as a sentence; empty if nothing is."""
        words = self.open_attributes()
        if not words:
            return ""
        listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
        return f"Still to choose: {listed}."
