"""Giving memory back to the system during work that takes hours."""

from __future__ import annotations

import ctypes
import sys


def give_free_memory_back() -> None:
    """Hand what is free but still held between pieces in use back to the system, where the C library can.

    glibc keeps freed memory below the last piece in use. A detector's large tensors leave such gaps between small
    results that stay, more with every chunk, since a thread makes them and another one frees them. Elsewhere than with
    glibc nothing is done.
    """
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
