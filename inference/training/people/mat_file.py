"""MATLAB files that a person opens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from inference.training.people.labelled_person import PeopleError

MAX_BYTES = 512 * 2**20
_HDF5 = b"MATLAB 7.3"


def read_mat(path: Path) -> Any:
    """The variables of a file: numbers as arrays, structures as objects with their fields.

    Raises:
        PeopleError: if it cannot be read, is too large, or of version 7.3, which is another format.
    """
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError, mat_struct

    try:
        if path.stat().st_size > MAX_BYTES:
            raise PeopleError(f"{path} is larger than {MAX_BYTES // 2**20} MiB.")
        with path.open("rb") as file:
            if file.read(len(_HDF5)) == _HDF5:
                raise PeopleError(f"{path} is of MATLAB's version 7.3; save it with save(…, '-v7') in MATLAB.")
        values = loadmat(path, struct_as_record=False, squeeze_me=True)
    except OSError as error:
        raise PeopleError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (MatReadError, ValueError, TypeError, NotImplementedError, IndexError) as error:
        raise PeopleError(f"{path} is no MATLAB file that can be read: {error}.") from error
    whole = mat_struct()
    for name, value in values.items():
        if not name.startswith("__"):
            setattr(whole, name, value)
    return whole


def field(values: Any, name: str, where: str) -> Any:
    """A field of a structure.

    Raises:
        PeopleError: if it is missing.
    """
    if name.startswith("_") or not hasattr(values, name):
        raise PeopleError(f"{where} has no {name!r}.")
    return getattr(values, name)


def each(values: Any) -> list[Any]:
    """The members of an array of structures, of which MATLAB writes a single one without the array."""
    if isinstance(values, np.ndarray):
        return list(values.ravel())
    return list(values) if isinstance(values, tuple) else [values]


def number_of(value: Any, where: str) -> float:
    """One number.

    Raises:
        PeopleError: if it is none, or not finite.
    """
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "iufb" or not np.isfinite(array).all():
        raise PeopleError(f"{where} has {value!r} where a number is needed.")
    return float(array.reshape(-1)[0])


def text_of(value: Any, where: str) -> str:
    """Text; an empty array is an empty one, and a number its digits.

    Raises:
        PeopleError: if it is something else.
    """
    if isinstance(value, str):
        return value
    array = np.asarray(value)
    if not array.size:
        return ""
    if array.size == 1 and array.dtype.kind in "iufU":
        one = array.reshape(-1)[0]
        return str(one) if array.dtype.kind == "U" else f"{float(one):g}"
    raise PeopleError(f"{where} has {type(value).__name__} where text is needed.")
