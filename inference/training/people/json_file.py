"""JSON that a person opens: bounded, and checked as far as it is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from inference.results import FloatArray
from inference.training.people.labelled_person import PeopleError

MAX_BYTES = 2 * 2**30
"""COCO's person keypoints of 2017 take a quarter of this."""

Kind = TypeVar("Kind")


def read_json(path: Path) -> Any:
    """What a file holds.

    Raises:
        PeopleError: if it cannot be read, is too large or no JSON.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PeopleError(f"{path} is larger than {MAX_BYTES // 2**20} MiB.")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise PeopleError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise PeopleError(f"{path} is not valid JSON: {error}.") from error


def taken(values: Any, name: str, kind: type[Kind], where: str) -> Kind:
    """A value of a JSON object.

    Raises:
        PeopleError: if it is missing or of another kind.
    """
    value = values.get(name) if isinstance(values, dict) else None
    if isinstance(value, bool) or not isinstance(value, kind):
        raise PeopleError(f"{where} has no usable {name!r}.")
    return value


def numbers(values: Any, name: str, shape: tuple[int, ...], where: str) -> FloatArray:
    """Numbers of a JSON object in a given shape.

    Raises:
        PeopleError: if they are missing, or not finite numbers of that shape.
    """
    try:
        array = np.array(taken(values, name, list, where), np.float64)
    except (ValueError, TypeError) as error:
        raise PeopleError(f"{where} has something else than numbers as {name!r}.") from error
    if array.size != int(np.prod(shape)) or not np.isfinite(array).all():
        raise PeopleError(f"{where} has {array.size} numbers as {name!r} where {int(np.prod(shape))} are needed.")
    return array.reshape(shape)
