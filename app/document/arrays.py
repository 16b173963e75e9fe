"""Bulk arrays as compressed blobs: raw little-endian numbers in zlib, with their type and shape beside them."""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import Row

from app.document.errors import DamagedError
from app.document.ids import new_id
from app.document.schema import ArrayRow

_DTYPES = ("<f4", "<f8")
_MAX_BYTES = 1 << 30
_LEVEL = 1  # fifth of the time of the default level for a twentieth more bytes


@dataclass(frozen=True, slots=True)
class PackedArray:
    """An array ready for storage: dtype such as "<f4", shape as a JSON list, and the compressed bytes."""

    dtype: str
    shape: str
    data: bytes


def pack(array: npt.NDArray[Any]) -> PackedArray:
    """Compress a float32 or float64 array.

    Raises:
        ValueError: for another type.
    """
    dtype = array.dtype.newbyteorder("<")
    if dtype.str not in _DTYPES:
        raise ValueError(f"cannot store arrays of type {array.dtype}, only float32 and float64")
    raw = np.ascontiguousarray(array, dtype=dtype).tobytes()
    return PackedArray(dtype.str, json.dumps(list(array.shape)), zlib.compress(raw, _LEVEL))


def unpack(packed: PackedArray, expected: tuple[int | None, ...]) -> npt.NDArray[Any]:
    """Read back an array whose file is not trusted.

    Args:
        packed: what `pack` made, or a file claims it made.
        expected: the shape that the array must have; None for a length that only the blob knows.

    Raises:
        DamagedError: if type, shape or number of bytes do not fit together; nothing is allocated before that is
            known.
    """
    shape = _checked_shape(packed, expected)
    size = math.prod(shape) * (4 if packed.dtype == "<f4" else 8)
    if size > _MAX_BYTES:
        raise DamagedError(f"a stored array claims {size} bytes, more than any review holds")
    inflate = zlib.decompressobj()
    try:
        # One byte more than it should be shows a blob that is too long; a limit of 0 would mean no limit.
        raw = inflate.decompress(packed.data, size + 1)
    except zlib.error as error:
        raise DamagedError(f"a stored array cannot be decompressed ({error})") from error
    if len(raw) != size or not inflate.eof:
        raise DamagedError(f"a stored array does not hold the {size} bytes it claims")
    return np.frombuffer(raw, dtype=np.dtype(packed.dtype)).reshape(shape).astype(packed.dtype[1:])


def _checked_shape(packed: PackedArray, expected: tuple[int | None, ...]) -> tuple[int, ...]:
    try:
        shape = json.loads(packed.shape)
    except ValueError:
        shape = None
    fits = (
        packed.dtype in _DTYPES
        and isinstance(shape, list)
        and len(shape) == len(expected)
        and all(
            type(length) is int and length >= 0 and wanted in (None, length)
            for length, wanted in zip(shape, expected, strict=True)
        )
    )
    if not fits:
        raise DamagedError(
            f"a stored array of type {packed.dtype!r} and shape {packed.shape!r} was expected to have shape "
            f"{list(expected)}"
        )
    return tuple(shape)


def store_array(
    connection: Connection,
    array: npt.NDArray[Any],
    *,
    video_id: str,
    run_id: str | None,
    kind: str,
    first_frame: int,
    last_frame: int,
    name: str = "",
) -> str:
    """Write an array for frames first_frame to last_frame (inclusive) and return its id."""
    packed = pack(array)
    array_id = new_id()
    connection.execute(
        insert(ArrayRow),
        {
            "id": array_id,
            "video_id": video_id,
            "run_id": run_id,
            "kind": kind,
            "name": name,
            "first_frame": first_frame,
            "last_frame": last_frame,
            "dtype": packed.dtype,
            "shape": packed.shape,
            "data": packed.data,
        },
    )
    return array_id


def load_array(connection: Connection, array_id: str, expected: tuple[int | None, ...]) -> tuple[int, npt.NDArray[Any]]:
    """The first frame of a stored array and the array.

    Raises:
        DamagedError: if it is missing or damaged.
    """
    row = connection.execute(select(ArrayRow.__table__).where(ArrayRow.id == array_id)).one_or_none()
    if row is None:
        raise DamagedError("a stored array is missing")
    return int(row.first_frame), unpack_row(row, expected)


def unpack_row(row: Row[Any], expected: tuple[int | None, ...]) -> npt.NDArray[Any]:
    """The array in a row of the array table; raises like `unpack`."""
    return unpack(PackedArray(row.dtype, row.shape, row.data), expected)
