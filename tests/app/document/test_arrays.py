"""Bulk arrays: exact round trips, and no trust in what a file claims."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.document.arrays import PackedArray, pack, unpack
from app.document.errors import DocumentError


@given(arrays.arrays(st.sampled_from([np.float32, np.float64, np.dtype(">f8")]), arrays.array_shapes(min_side=0)))
def test_what_is_packed_comes_back(array):
    again = unpack(pack(array), array.shape)
    assert again.dtype == array.dtype.newbyteorder("=")
    np.testing.assert_array_equal(again, array)


def test_the_bytes_are_little_endian_and_plain():
    packed = pack(np.array([[1.0, -2.0]], dtype=np.float32))
    assert (packed.dtype, packed.shape) == ("<f4", "[1, 2]")
    assert zlib.decompress(packed.data) == bytes.fromhex("0000803f000000c0")


def test_other_types_are_refused():
    with pytest.raises(ValueError, match="cannot store arrays of type object"):
        pack(np.array([object()]))


GOOD = pack(np.arange(6, dtype=np.float64).reshape(2, 3))


@pytest.mark.parametrize(
    ("packed", "message"),
    [
        (replace(GOOD, dtype="|O8"), "of type '|O8' and shape"),
        (replace(GOOD, dtype="<i8"), "of type '<i8'"),
        (replace(GOOD, shape="[3, 2]"), r"was expected to have shape \[None, 3\]"),
        (replace(GOOD, shape="[-2, 3]"), "was expected to have shape"),
        (replace(GOOD, shape="[true, 3]"), "was expected to have shape"),
        (replace(GOOD, shape="[2"), "was expected to have shape"),
        (replace(GOOD, shape='{"0": 2, "1": 3}'), "was expected to have shape"),
        (replace(GOOD, shape="[1, 3]"), "does not hold the 24 bytes it claims"),
        (replace(GOOD, shape="[9, 3]"), "does not hold the 216 bytes it claims"),
        (replace(GOOD, shape="[999999999999, 3]"), "claims 23999999999976 bytes, more than any review holds"),
        (replace(GOOD, data=GOOD.data[:-6]), "does not hold the 48 bytes it claims"),
        (replace(GOOD, data=b"nonsense"), "cannot be decompressed"),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(packed: PackedArray, message):
    with pytest.raises(DocumentError, match=message):
        unpack(packed, (None, 3))


def test_a_blob_that_swells_is_stopped_at_the_size_it_claims():
    bomb = PackedArray("<f8", "[1, 3]", zlib.compress(bytes(50_000_000), 9))
    with pytest.raises(DocumentError, match="does not hold the 24 bytes it claims"):
        unpack(bomb, (None, 3))


def test_the_answer_can_be_written_to():
    array = unpack(GOOD, (2, 3))
    array[0, 0] = 7
    assert array[0, 0] == 7
