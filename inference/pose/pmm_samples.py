"""Places drawn from probability mass maps: where a joint might be, as often as the model thinks so."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray

SAMPLES: Final = 32
"""Of each joint: as many as one can tell apart."""


def pmm_samples(pmm: npt.NDArray[np.float32], count: int = SAMPLES) -> FloatArray:
    """Places drawn from PMMs, each joint by itself.

    The same numbers are behind the places of every frame, so that they move as the PMM does and do not dance. They are
    spread more evenly than chance would (a Sobol sequence): a third of the mass gets a third of them.

    Args:
        pmm: (K, h, w), each summing to one; what is no number counts as nothing.
        count: how many of each.

    Returns:
        (count, K, 2) in continuous px of the heatmap, even within a pixel; NaN for a joint without any mass.
    """
    joints, _, columns = pmm.shape
    mass = np.maximum(np.nan_to_num(pmm.astype(np.float64), posinf=0.0), 0.0).reshape(joints, -1)
    totals = mass.sum(axis=1)
    drawn = _evenly_drawn(count)
    places = np.full((count, joints, 2), np.nan)
    for joint in np.flatnonzero(totals > 0):
        reached = np.cumsum(mass[joint])
        pixels = np.searchsorted(reached, drawn[:, 0] * reached[-1], side="right")
        rows, own_columns = np.divmod(pixels, columns)
        places[:, joint] = np.stack([own_columns, rows], axis=1) + drawn[:, 1:]
    return places


@lru_cache(maxsize=4)
def _evenly_drawn(count: int) -> FloatArray:
    """(count, 3) in [0, 1): which pixel, and where in it along x and y."""
    from scipy.stats import qmc  # takes longer to import than the window to open

    # Sobol sequences are even in powers of two.
    drawn: FloatArray = qmc.Sobol(3, rng=np.random.default_rng(0)).random_base2(max(count - 1, 1).bit_length())[:count]
    drawn.flags.writeable = False
    return drawn
