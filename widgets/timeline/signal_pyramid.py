"""A signal that can be drawn at any zoom with work that depends on the pixels drawn, not on the samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_FIRST_BLOCK = 16
_GROWTH = 4
_BLOCKS_PER_COLUMN = 4

Values = npt.NDArray[np.float32]


class SignalPyramid:
    """Smallest and largest value of blocks of 16, 64, 256 … samples of a signal.

    The pyramid adds a sixth to the signal's own memory. Samples that are NaN are not there: a block without any other
    has no smallest and largest value.

    Args:
        values: (N,) samples; not copied.
    """

    def __init__(self, values: npt.ArrayLike) -> None:
        self.values: Values = np.asarray(values, dtype=np.float32)
        self._levels: list[tuple[int, Values, Values]] = [(1, self.values, self.values)]
        block = _FIRST_BLOCK
        lowest, highest = _reduced(self.values, self.values, _FIRST_BLOCK)
        while len(lowest) > 1:
            self._levels.append((block, lowest, highest))
            lowest, highest = _reduced(lowest, highest, _GROWTH)
            block *= _GROWTH

    def envelope(self, edges: npt.NDArray[np.int64]) -> tuple[Values, Values]:
        """Smallest and largest value between consecutive edges.

        A column never misses a value of its own. From 64 samples a column on it may also take in neighbours, less
        than a quarter of a column away, from the blocks that its edges cut.

        Args:
            edges: (C + 1,) non-decreasing sample positions from 0 to N; a column without samples takes the one at its
                left edge.

        Returns:
            Two arrays of (C,).
        """
        columns = len(edges) - 1
        per_column = (int(edges[-1]) - int(edges[0])) / max(columns, 1)
        block, lowest, highest = self._level(per_column)
        start = np.minimum(edges[:-1] // block, len(lowest) - 1)
        stop = np.minimum(-(-edges[1:] // block), len(lowest))
        stop = np.maximum(stop, start + 1)
        # reduceat works on [start, stop) pairs laid end to end, of which every second answer is one of ours. The last
        # one runs to the end of the array, so the array is cut there, plus one value for the last stop to stand on.
        pairs = np.stack([start, stop], axis=1).ravel() - start[0]
        needed = slice(int(start[0]), int(stop[-1]))
        lowest, highest = np.append(lowest[needed], lowest[-1]), np.append(highest[needed], highest[-1])
        return np.fmin.reduceat(lowest, pairs)[::2], np.fmax.reduceat(highest, pairs)[::2]

    def _level(self, per_column: float) -> tuple[int, Values, Values]:
        fitting = [level for level in self._levels if level[0] * _BLOCKS_PER_COLUMN <= per_column]
        return fitting[-1] if fitting else self._levels[0]


def _reduced(lowest: Values, highest: Values, block: int) -> tuple[Values, Values]:
    """Blocks of the given number of entries; the last one may be shorter."""
    if not len(lowest):
        return lowest, highest
    starts = np.arange(0, len(lowest), block)
    return np.fmin.reduceat(lowest, starts), np.fmax.reduceat(highest, starts)
