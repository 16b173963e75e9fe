"""Memory that was freed goes back to the system, also from between pieces that are in use."""

import gc
import sys

import numpy as np
import psutil
import pytest

from inference.models.free_memory import give_free_memory_back

_MIB = 2**20


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc can be told to")
def test_gaps_between_pieces_in_use_are_given_back():
    # Pieces below the size from which glibc maps each on its own, every other one kept: the rest is gaps.
    pieces = [np.ones(100_000, np.uint8) for _ in range(2000)]
    full = psutil.Process().memory_info().rss
    del pieces[::2]
    gc.collect()

    give_free_memory_back()

    assert psutil.Process().memory_info().rss < full - 60 * _MIB
    assert sum(int(piece.sum()) for piece in pieces) == 100_000_000


def test_nothing_happens_elsewhere(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("ctypes.CDLL", None)

    give_free_memory_back()
