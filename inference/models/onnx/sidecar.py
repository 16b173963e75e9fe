"""NAME.json beside NAME.onnx: what the file itself does not say about how a pose model is used.

A JSON object with any of `kind`, `skeleton`, `joints`, `input_size` ([height, width]), `colour` (rgb or bgr), `mean`,
`deviation`, `padding`, `fill`, `is_udp` and `sigma_px`; see `OnnxDesign`. What it does not name is recognised. Other
entries, such as the licence that a download notes, are left alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from inference.models.errors import ModelError
from inference.models.onnx.design import COLOURS, KINDS

_LARGEST_SIDE = 4096
_LARGEST_FILE = 2**20


def sidecar_path(model: Path) -> Path:
    """Where a model's sidecar is, if it has one."""
    return model.with_suffix(".json")


def read_sidecar(model: Path) -> dict[str, Any]:
    """Values for `OnnxDesign` by name, checked; empty without a sidecar.

    Raises:
        ModelError: if the sidecar cannot be read or holds a value that makes no sense.
    """
    facts = read_entries(sidecar_path(model))
    values: dict[str, Any] = {}
    for name, is_sound in _CHECKS.items():
        if name in facts:
            value = facts[name]
            if not is_sound(value):
                raise ModelError(f"In {sidecar_path(model)}, {name} cannot be {json.dumps(value)[:60]}.")
            values[name] = tuple(value) if isinstance(value, list) else value
    return values


def read_entries(path: Path) -> dict[str, Any]:
    """The JSON object in a sidecar; empty if there is no such file.

    Raises:
        ModelError: if it is something else.
    """
    try:
        if not path.is_file():
            return {}
        if path.stat().st_size > _LARGEST_FILE:
            raise ModelError(f"{path} is too large to describe a model.")
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is no JSON that describes a model ({error}).") from error
    if not isinstance(facts, dict):
        raise ModelError(f"{path} is no JSON object that describes a model.")
    return facts


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: Any, lowest: int, highest: int) -> bool:
    return type(value) is int and lowest <= value <= highest


def _is_list(value: Any, is_sound: Callable[[Any], bool], length: int | None = None) -> bool:
    return isinstance(value, list) and len(value) == (length or len(value) or 1) and all(map(is_sound, value))


_CHECKS: Final[dict[str, Callable[[Any], bool]]] = {
    "kind": lambda value: value in KINDS,
    "skeleton": lambda value: isinstance(value, str),
    "joints": lambda value: _is_list(value, lambda joint: _is_whole(joint, 0, 1000)),
    "input_size": lambda value: _is_list(value, lambda side: _is_whole(side, 16, _LARGEST_SIDE), 2),
    "colour": lambda value: value in COLOURS,
    "mean": lambda value: _is_list(value, _is_number, 3),
    "deviation": lambda value: _is_list(value, lambda number: _is_number(number) and number > 0, 3),
    "padding": lambda value: _is_number(value) and 0.5 <= value <= 4,
    "fill": lambda value: _is_whole(value, 0, 255),
    "is_udp": lambda value: isinstance(value, bool),
    "sigma_px": lambda value: _is_number(value) and 0 < value <= 20,
}
