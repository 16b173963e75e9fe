"""The attributes of a dive code, spelled out for whoever does not parse codes."""

from __future__ import annotations

from typing import Any

from inference.dataset.errors import DatasetError
from inference.diving.codes import DiveCode, DiveCodeError, parse

ATTRIBUTES = ("group", "rotation_type", "half_somersaults", "half_twists", "position", "armstand", "flying")


def code_attributes(text: str) -> dict[str, Any]:
    """The value of each of `ATTRIBUTES` for a code such as "5152B".

    Raises:
        DatasetError: if the text is no dive code.
    """
    try:
        code: DiveCode = parse(text)
    except DiveCodeError as error:
        raise DatasetError(str(error)) from error
    return {
        "group": code.group,
        "rotation_type": code.direction,
        "half_somersaults": code.half_somersaults,
        "half_twists": code.half_twists,
        "position": code.position.value,
        "armstand": code.is_armstand,
        "flying": code.is_flying,
    }
