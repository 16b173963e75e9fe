"""Shares of keypoints or limbs that were found, each on its own and all together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class JointScores:
    """How well each joint (or limb) was found.

    Args:
        names: of the joints.
        shares: (joints,) from 0 to 1; NaN where there was none to be found.
        counts: (joints,) how many there were to be found.
        excluded: names of those that the total leaves out.
    """

    names: tuple[str, ...]
    shares: FloatArray
    counts: npt.NDArray[np.int64]
    excluded: frozenset[str] = frozenset()

    @property
    def total(self) -> float:
        """The share of all that were to be found, but for the excluded; NaN if there was none."""
        kept = np.array([name not in self.excluded for name in self.names]) & (self.counts > 0)
        if not kept.any():
            return float("nan")
        return float((self.shares[kept] * self.counts[kept]).sum() / self.counts[kept].sum())

    def share(self, name: str) -> float:
        """That of one joint."""
        return float(self.shares[self.names.index(name)])

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        worth: FloatArray,
        counted: npt.NDArray[np.bool_],
        excluded: Collection[str] = (),
    ) -> JointScores:
        """The means of what each keypoint is worth.

        Args:
            names: of the joints.
            worth: (n, joints) from 0 for missed to 1 for found.
            counted: (n, joints) which were to be found.
            excluded: names of those that the total leaves out.
        """
        counts = counted.sum(axis=0)
        sums = np.where(counted, worth, 0.0).sum(axis=0)
        shares = np.divide(sums, counts, out=np.full(len(names), np.nan), where=counts > 0)
        return cls(tuple(names), shares, counts, frozenset(excluded) & frozenset(names))
