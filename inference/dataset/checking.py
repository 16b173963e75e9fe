"""Check values out of a JSON file once, at the border, with messages that name the file, the line and the field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from inference.dataset.errors import DatasetError

MAX_TEXT = 10_000


class Fields:
    """One JSON object being read.

    Every getter takes the name of a field, returns its checked value, and raises `DatasetError` when the field is
    absent or is not what was asked for. A field that is null counts as absent.

    Args:
        values: what the JSON parser gave.
        where: the file, and the line of it, for messages.
        path: the names that lead to this object inside the line; empty for the whole line.
    """

    def __init__(self, values: object, where: str, path: str = "") -> None:
        self.where = where
        self.path = path
        if not isinstance(values, Mapping):
            raise DatasetError(f"{where}: {path or 'the content'} must be a JSON object, not {shown(values)}.")
        self._values = values

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def names(self) -> tuple[str, ...]:
        """All field names."""
        return tuple(self._values)

    def value(self, name: str) -> object:
        """What the field holds, unchecked."""
        return self._values.get(name)

    def fail(self, name: str, expected: str) -> NoReturn:
        """Complain about one field.

        Raises:
            DatasetError: always.
        """
        value = self._values.get(name)
        found = "is missing" if value is None else f"is {shown(value)}"
        raise DatasetError(f"{self.where}: {self._full(name)} {found}; expected {expected}.")

    def text(self, name: str, *, max_length: int = MAX_TEXT) -> str:
        """A string of at most max_length characters."""
        value = self._values.get(name)
        if not isinstance(value, str) or len(value) > max_length:
            self.fail(name, f"text of at most {max_length} characters")
        if any("\ud800" <= character <= "\udfff" for character in value):
            self.fail(name, "text without halves of surrogate pairs")
        return value

    def optional_text(self, name: str, *, max_length: int = MAX_TEXT) -> str | None:
        """A string, or None where the field is absent."""
        return self.text(name, max_length=max_length) if self.has(name) else None

    def identifier(self, name: str) -> str:
        """A name of 1 to 200 printable characters."""
        value = self.text(name, max_length=200)
        if not value or not value.isprintable():
            self.fail(name, "a name of 1 to 200 printable characters")
        return value

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """One of the allowed strings."""
        value = self._values.get(name)
        if not isinstance(value, str) or value not in allowed:
            self.fail(name, f"one of {', '.join(allowed)}")
        return value

    def boolean(self, name: str) -> bool:
        """True or false."""
        value = self._values.get(name)
        if not isinstance(value, bool):
            self.fail(name, "true or false")
        return value

    def optional_boolean(self, name: str) -> bool:
        """True or false; false where the field is absent."""
        return self.boolean(name) if self.has(name) else False

    def integer(self, name: str, minimum: int, maximum: int) -> int:
        """A whole number from minimum to maximum, both included."""
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not minimum <= value <= maximum:
            self.fail(name, f"a whole number from {minimum} to {maximum}")
        return value

    def number(self, name: str, minimum: float = -math.inf, maximum: float = math.inf) -> float:
        """A finite number from minimum to maximum, both included."""
        value = as_finite(self._values.get(name))
        if value is None or not minimum <= value <= maximum:
            limits = "" if math.isinf(minimum) and math.isinf(maximum) else f" from {minimum:g} to {maximum:g}"
            self.fail(name, f"a finite number{limits}")
        return value

    def optional_number(self, name: str, minimum: float = -math.inf, maximum: float = math.inf) -> float | None:
        """A finite number, or None where the field is absent."""
        return self.number(name, minimum, maximum) if self.has(name) else None

    def numbers(self, name: str, count: int) -> tuple[float, ...]:
        """An array of exactly `count` finite numbers."""
        values = as_numbers(self._values.get(name), count)
        if values is None:
            self.fail(name, f"an array of {count} finite numbers")
        return values

    def optional_numbers(self, name: str, count: int) -> tuple[float, ...] | None:
        """An array of numbers, or None where the field is absent."""
        return self.numbers(name, count) if self.has(name) else None

    def moment(self, name: str) -> datetime:
        """An ISO 8601 date and time with its offset from UTC."""
        value = self._values.get(name)
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) < 64 else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(name, "a date and time with its time zone, such as 2026-01-31T12:00:00+00:00")
        return moment

    def items(self, name: str, max_count: int) -> list[object]:
        """An array of at most max_count values of any kind."""
        value = self._values.get(name)
        if not isinstance(value, list) or len(value) > max_count:
            self.fail(name, f"an array of at most {max_count} values")
        return value

    def child(self, name: str) -> Fields:
        """The object in a field."""
        if not self.has(name):
            self.fail(name, "a JSON object")
        return Fields(self._values[name], self.where, self._full(name))

    def optional_child(self, name: str) -> Fields | None:
        """The object in a field, or None where the field is absent."""
        return self.child(name) if self.has(name) else None

    def children(self, name: str, max_count: int) -> list[Fields]:
        """The objects of an array of at most max_count objects; none where the field is absent."""
        if not self.has(name):
            return []
        full = self._full(name)
        return [
            Fields(item, self.where, f"{full}[{position}]") for position, item in enumerate(self.items(name, max_count))
        ]

    def _full(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def as_finite(value: object) -> float | None:
    """The value as a float if it is a finite number (not a boolean), else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def as_numbers(value: object, count: int) -> tuple[float, ...] | None:
    """The value as floats if it is an array of exactly `count` finite numbers, else None."""
    if not isinstance(value, list) or len(value) != count or not {float, int}.issuperset(map(type, value)):
        return None
    try:
        numbers = tuple(map(float, value))
    except OverflowError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def shown(value: object) -> str:
    """A value as a short piece of a message."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 60 else text[:57] + "..."
