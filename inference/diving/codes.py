"""Dive codes: reading, writing, checking and describing them (thesis section 5.2.1).

A code is digits and a position letter:

- groups 1 to 4 (forward, back, reverse, inward): `G f n P`, where f is 0, or 1 for a flying dive;
- group 5 (twist): `5 d n t P`, where d is the rotation type;
- group 6 (armstand): `6 d n P`, or `6 d n t P` with twists, and `600A` for the armstand dive without rotation.

n is half-somersaults and may have two digits: `1011C` is 5½ forward somersaults in tuck. t is half-twists, one digit.
In groups 5 and 6 the last of four or more digits is always t, so everything between the second digit and t is n. An
armstand dive of ten or more half-somersaults without twist therefore has no code of its own.

A `DiveCode` can always be written and read back. Whether the rules of diving allow it is another question, which
`broken_rules` answers.
"""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from inference.diving.boards import Board

ROTATION_NAMES: Final = {1: "forward", 2: "back", 3: "reverse", 4: "inward"}
GROUP_NAMES: Final = {**ROTATION_NAMES, 5: "twist", 6: "armstand"}

_TWIST_GROUP = 5
_ARMSTAND_GROUP = 6
_LOWEST_ARMSTAND_M = 5.0


class DiveCodeError(ValueError):
    """A text or a combination of values that is no dive code.

    The message is one sentence for a person; position is the offending character counted from 1, or None where the
    problem is not one of a text.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class Position(StrEnum):
    """The body's position in flight, by its letter."""

    STRAIGHT = "A"
    PIKE = "B"
    TUCK = "C"
    FREE = "D"

    @property
    def word(self) -> str:
        """The position in words, such as "pike"."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class DiveCode:
    """One dive code as its attributes.

    direction is the rotation type 1 to 4; it equals the group in groups 1 to 4 and is 0 in `600A`, which does not
    rotate.

    Raises:
        DiveCodeError: for a combination of values that cannot be written as a code.
    """

    group: int
    direction: int
    half_somersaults: int
    half_twists: int
    position: Position
    is_flying: bool = False

    def __post_init__(self) -> None:
        problem = _unwritable(self)
        if problem is not None:
            raise DiveCodeError(problem)

    @property
    def is_armstand(self) -> bool:
        """Whether the dive starts from a handstand."""
        return self.group == _ARMSTAND_GROUP

    @property
    def is_twisting(self) -> bool:
        """Whether there is at least a half twist."""
        return self.half_twists > 0

    @property
    def enters_head_first(self) -> bool:
        """Whether the hands enter the water first: an odd number of half-somersaults, or an even one from armstand."""
        return (self.half_somersaults % 2 == 1) != self.is_armstand

    def replace(self, **changes: Any) -> DiveCode:
        """The code with some attributes changed and what the group decides put right, as `settle` says.

        Raises:
            DiveCodeError: if the result cannot be written as a code.
        """
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return DiveCode(**settle(values, changes))

    def __str__(self) -> str:
        if self.group < _TWIST_GROUP:
            digits = f"{self.group}{int(self.is_flying)}{self.half_somersaults}"
        elif self.is_armstand and not self.is_twisting:
            digits = f"{self.group}{self.direction}{self.half_somersaults}"
        else:
            digits = f"{self.group}{self.direction}{self.half_somersaults}{self.half_twists}"
        return f"{digits}{self.position.value}"


def settle(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a code after some are changed, with what the group decides put right.

    Groups 1 to 4 rotate as their group says and do not twist: changing their rotation type changes the group, a twist
    makes them group 5, and taking the twist from a dive of group 5 gives the group it rotates like. Only groups 1 to 4
    fly. An attribute may be None for not known yet, and stays so unless the group decides it.
    """
    result = dict(values) | dict(changes)
    group = result["group"]
    if group is None:
        return result
    if "group" not in changes:
        if group < _TWIST_GROUP and changes.get("direction"):
            group = changes["direction"]
        if group < _TWIST_GROUP and changes.get("half_twists"):
            group = _TWIST_GROUP
        elif group == _TWIST_GROUP and changes.get("half_twists") == 0 and result["direction"]:
            group = result["direction"]
    result["group"] = group
    if group < _TWIST_GROUP:
        return result | {"direction": group, "half_twists": 0}
    result["is_flying"] = False
    if group == _TWIST_GROUP:
        result["direction"] = 1 if result["direction"] == 0 else result["direction"]
        result["half_twists"] = 1 if result["half_twists"] == 0 else result["half_twists"]
    elif result["half_twists"] is None:
        result["half_twists"] = 0
    return result


def _unwritable(code: DiveCode) -> str | None:
    """Why the values cannot be written as a code, or None if they can."""
    if code.group not in GROUP_NAMES:
        return f"group {code.group} does not exist; groups are 1 to 6"
    if not 0 <= code.half_somersaults <= 99:
        return f"{code.half_somersaults} half-somersaults cannot be written; a code has 0 to 99"
    if not 0 <= code.half_twists <= 9:
        return f"{code.half_twists} half-twists cannot be written; a code has 0 to 9"
    if code.group < _TWIST_GROUP:
        if code.direction != code.group:
            return f"group {code.group} has rotation type {code.group}, not {code.direction}"
        if code.is_twisting:
            return f"group {code.group} has no half-twists; a twisting dive is group 5 or 6"
        return None
    if code.is_flying:
        return f"group {code.group} cannot be written as a flying dive; only groups 1 to 4 can"
    if code.direction not in ROTATION_NAMES and not (code.is_armstand and code.direction == 0):
        return f"rotation type {code.direction} does not exist; rotation types are 1 to 4"
    if code.is_armstand and not code.is_twisting and code.half_somersaults > 9:
        return (
            f"{code.half_somersaults} half-somersaults from armstand without twist cannot be written; "
            "the second digit of the number would read as half-twists"
        )
    return None


def parse(text: str) -> DiveCode:
    """Read a dive code such as "5152B"; case and blanks around the letter do not matter.

    Raises:
        DiveCodeError: naming the first character that is wrong, or what is missing.
    """
    trimmed = text.rstrip()
    offset = len(trimmed) - len(trimmed.lstrip())
    compact = trimmed.lstrip()
    if not compact:
        raise DiveCodeError("the dive code is empty; write digits and a position letter, such as 5152B", 1)
    digit_count = len(compact) - len(compact.lstrip(string.digits))
    digits, rest = compact[:digit_count], compact[digit_count:]
    position = _read_position(compact, digits, rest, offset)
    try:
        return _read_digits(digits, position, offset)
    except DiveCodeError as error:
        # `error.position` is already counted in the text as typed; only the code itself is added for the reader.
        raise DiveCodeError(f"'{compact}' is no dive code: {error}", error.position) from None


def _read_position(compact: str, digits: str, rest: str, offset: int) -> Position:
    """The letter that follows the digits."""
    letter = rest.lstrip()
    at = offset + len(compact) - len(letter) + 1
    if not letter:
        raise DiveCodeError(
            f"'{compact}' is no dive code: the position letter is missing; add A (straight), B (pike), C (tuck) or "
            "D (free)",
            at,
        )
    if not digits:
        raise DiveCodeError(f"'{compact}' is no dive code: character {at} is '{letter[0]}', not a group 1 to 6", at)
    if letter[0].upper() not in {position.value for position in Position}:
        expected = "a digit or a position letter A, B, C or D"
        raise DiveCodeError(f"'{compact}' is no dive code: character {at} is '{letter[0]}', not {expected}", at)
    if len(letter) > 1:
        raise DiveCodeError(
            f"'{compact}' is no dive code: '{letter[1:]}' at character {at + 1} follows the position letter, which "
            "comes last",
            at + 1,
        )
    return Position(letter.upper())


def _read_digits(digits: str, position: Position, offset: int) -> DiveCode:
    """The attributes that the digits stand for; digits is not empty."""
    group = int(digits[0])
    if group not in GROUP_NAMES:
        raise DiveCodeError(f"character {offset + 1} is {group}, not a group 1 to 6", offset + 1)
    least, most = (4, 5) if group == _TWIST_GROUP else (3, 5) if group == _ARMSTAND_GROUP else (3, 4)
    if len(digits) < least:
        raise DiveCodeError(
            f"a dive of group {group} has at least {least} digits ({_layout(group)}), not {len(digits)}",
            offset + len(digits) + 1,
        )
    if len(digits) > most:
        raise DiveCodeError(
            f"a dive of group {group} has at most {most} digits ({_layout(group)}), not {len(digits)}",
            offset + most + 1,
        )
    second = int(digits[1])
    _check_second_digit(group, second, offset + 2)
    has_twists = group >= _TWIST_GROUP and len(digits) >= 4
    somersault_digits = digits[2:-1] if has_twists else digits[2:]
    if len(somersault_digits) > 1 and somersault_digits[0] == "0":
        raise DiveCodeError(
            f"the half-somersaults {somersault_digits} at character {offset + 3} begin with 0", offset + 3
        )
    half_twists = int(digits[-1]) if has_twists else 0
    if group == _ARMSTAND_GROUP and has_twists and half_twists == 0:
        at = offset + len(digits)
        raise DiveCodeError(f"the half-twists at character {at} are 0; leave the digit out without a twist", at)
    return DiveCode(
        group=group,
        direction=group if group < _TWIST_GROUP else second,
        half_somersaults=int(somersault_digits),
        half_twists=half_twists,
        position=position,
        is_flying=group < _TWIST_GROUP and second == 1,
    )


def _layout(group: int) -> str:
    if group == _TWIST_GROUP:
        return "group, rotation type, half-somersaults, half-twists"
    if group == _ARMSTAND_GROUP:
        return "group, rotation type, half-somersaults and, with a twist, half-twists"
    return "group, 0 or 1 for flying, half-somersaults"


def _check_second_digit(group: int, second: int, at: int) -> None:
    if group < _TWIST_GROUP:
        if second > 1:
            raise DiveCodeError(f"character {at} is {second}; in group {group} it is 0, or 1 for a flying dive", at)
    elif second not in ROTATION_NAMES and not (group == _ARMSTAND_GROUP and second == 0):
        raise DiveCodeError(f"character {at} is {second}, not a rotation type 1 to 4", at)


def broken_rules(code: DiveCode, board: Board | None = None) -> tuple[str, ...]:
    """One sentence for every rule of diving that the code breaks; empty for a dive that the rules allow.

    Without a board only the rules that hold for every board are checked.
    """
    rules = (*_broken_by_position(code), *_broken_by_rotation(code))
    return rules if board is None else (*rules, *_broken_by_board(code, board))


def _broken_by_rotation(code: DiveCode) -> Iterator[str]:
    if code.is_armstand:
        if code.direction == 4:
            yield f"Armstand dives rotate forward (1), back (2) or reverse (3), and {code} rotates inward (4)."
        if code.direction == 0 and (code.half_somersaults or code.is_twisting):
            yield f"An armstand dive that somersaults or twists has rotation type 1, 2 or 3, and {code} has 0."
        if code.direction != 0 and code.half_somersaults == 0:
            yield f"Only 600A has no somersault, and {code} has 0 half-somersaults."
        return
    if code.half_somersaults == 0:
        yield f"Only 600A has no somersault, and {code} has 0 half-somersaults."
    if code.group == _TWIST_GROUP and not code.is_twisting:
        yield f"Dives of group 5 have at least one half-twist, and {code} has 0."


def _broken_by_position(code: DiveCode) -> Iterator[str]:
    if code.position is Position.FREE and not code.is_twisting:
        yield f"Position D (free) is for twisting dives only, and {code} has no twist."
    elif code.group == _TWIST_GROUP and code.is_twisting:
        yield from _broken_by_twist_position(code)
    elif code.is_armstand and code.direction == 0 and code.position is not Position.STRAIGHT:
        yield f"The armstand dive without rotation is done straight (600A), and {code} is in {code.position.word}."


def _broken_by_twist_position(code: DiveCode) -> Iterator[str]:
    somersaults = f"{code} has {_count(code.half_somersaults, 'somersault')} in position {code.position}"
    if code.half_somersaults <= 1:
        if code.position is Position.FREE:
            yield f"Twist dives with a ½ somersault are in position A, B or C, and {somersaults}."
    elif code.half_somersaults <= 3:
        if code.position is not Position.FREE:
            yield f"Twist dives with 1 or 1½ somersaults are in position D, and {somersaults}."
    elif code.position not in {Position.PIKE, Position.TUCK}:
        yield f"Twist dives with 2 or more somersaults are in position B or C, and {somersaults}."


def _broken_by_board(code: DiveCode, board: Board) -> Iterator[str]:
    if not code.is_armstand:
        return
    if board.is_springboard:
        yield f"Armstand dives start from a platform, and the {board.label} is none."
    elif board.height_m < _LOWEST_ARMSTAND_M:
        yield f"Armstand dives start from the 5, 7.5 or 10 m platform, and this is the {board.label}."


def describe(code: DiveCode) -> str:
    """The dive in words, such as "Back 2½ somersaults, 1 twist, pike"."""
    start = ["armstand"] if code.is_armstand else []
    if code.direction:
        start.append(ROTATION_NAMES[code.direction])
    if code.is_flying:
        start.append("flying")
    if code.half_somersaults:
        start.append(_count(code.half_somersaults, "somersault"))
    else:
        start.append("dive" if code.is_armstand else "jump")
    parts = [" ".join(start)]
    if code.is_twisting:
        parts.append(_count(code.half_twists, "twist"))
    words = ", ".join([*parts, code.position.word])
    return words[0].upper() + words[1:]


def halves(count: int) -> str:
    """A number of halves as people write it: 1 is "½", 4 is "2", 5 is "2½"."""
    whole, half = divmod(count, 2)
    return f"{whole or ''}{'½' if half else ''}" or "0"


def _count(half_count: int, noun: str) -> str:
    return f"{halves(half_count)} {noun}{'s' if half_count > 2 or half_count == 0 else ''}"
