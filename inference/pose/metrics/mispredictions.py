"""Which way wrong predictions miss, by place (thesis figure 3.21)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray

CELLS = 8


@dataclass(frozen=True, slots=True, eq=False)
class MispredictionField:
    """Mean misses in a grid over the picture, the cells by row and column of where the joints truly are.

    Args:
        offsets: (cells, cells, 2) mean of predicted minus true place of the wrong ones, normalised; NaN where there is
            none.
        wrong_shares: (cells, cells) share of wrong ones among all; NaN where there is no joint.
        counts: (cells, cells) how many joints there are.
    """

    offsets: FloatArray
    wrong_shares: FloatArray
    counts: npt.NDArray[np.int64]

    @property
    def centres(self) -> FloatArray:
        """(cells, cells, 2) normalised middles of the cells."""
        cells = len(self.counts)
        places = (2 * np.arange(cells) + 1) / cells - 1
        return np.stack(np.meshgrid(places, places), axis=-1)


def misprediction_field(
    predicted: FloatArray, true: FloatArray, wrong: npt.NDArray[np.bool_], cells: int = CELLS
) -> MispredictionField:
    """Sort misses by where the joints truly are.

    Args:
        predicted: (..., 2) normalised, -1 and 1 at the picture's outer edges; what is NaN has no offset.
        true: (..., 2) normalised; what is NaN or outside of the picture is left out.
        wrong: (...) whose error is beyond the threshold, such as half a head.
        cells: how many there are along a side.
    """
    points, guesses, wrong = true.reshape(-1, 2), predicted.reshape(-1, 2), wrong.reshape(-1)
    with np.errstate(invalid="ignore"):
        inside = (np.abs(points) <= 1).all(axis=1)
    points, guesses, wrong = points[inside], guesses[inside], wrong[inside]
    columns, rows = np.minimum(((points + 1) / 2 * cells).astype(np.int64), cells - 1).T
    place = rows * cells + columns
    counts = np.bincount(place, minlength=cells**2)
    missed = wrong & ~np.isnan(guesses).any(axis=1)
    misses = np.bincount(place[missed], minlength=cells**2)
    away = guesses[missed] - points[missed]
    sums = np.stack([np.bincount(place[missed], weights=along, minlength=cells**2) for along in away.T], axis=1)
    unknown = np.full(cells**2, np.nan)
    shares = np.divide(np.bincount(place[wrong], minlength=cells**2), counts, out=unknown.copy(), where=counts > 0)
    offsets = np.where(misses[:, None] > 0, sums / np.maximum(misses, 1)[:, None], np.nan)
    return MispredictionField(
        offsets.reshape(cells, cells, 2), shares.reshape(cells, cells), counts.reshape(cells, cells)
    )
