"""How dives are looked for: by motion, by network or both, and with which weights. Knows neither Qt nor torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from inference.models.shipped_weights import shipped_weights

if TYPE_CHECKING:
    from inference.diving.network_finder import LoadedDetector

METHODS = ("auto", "motion", "network", "both")
"""auto takes the network if there are weights, motion if not; motion needs none; both lets motion add to the network's
dives those that it alone is sure of."""


class AnalysisError(Exception):
    """An analysis cannot be run; the message is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class Approach:
    """A way to look for dives that can really be taken.

    Attributes:
        method: "motion", "network" or "both".
        weights: the detector's file; None where none is needed.
    """

    method: str = "motion"
    weights: Path | None = None

    def detector(self) -> LoadedDetector:
        """The detector, read once and kept; imports torch.

        Raises:
            AnalysisError: if this way needs none.
            ModelError: if the weights cannot be used.
        """
        if self.weights is None:
            raise AnalysisError(f"The method {self.method} uses no network.")
        facts = self.weights.stat() if self.weights.is_file() else None
        return _loaded(self.weights, (facts.st_size, facts.st_mtime_ns) if facts else None)


def choose_approach(method: str = "auto", weights: Path | None = None) -> Approach:
    """What a person's wish amounts to.

    Args:
        method: one of `METHODS`.
        weights: a file of `train detector`; None for those that come with the program.

    Raises:
        AnalysisError: if the method is unknown, needs weights that are not there, or cannot use those given.
    """
    if method not in METHODS:
        raise AnalysisError(f"There is no method {method!r}; choose one of {', '.join(METHODS)}.")
    if method == "motion":
        if weights is not None:
            raise AnalysisError("The method motion uses no weights; leave out one of the two.")
        return Approach()
    found = weights or shipped_weights("detector")
    if found is not None:
        return Approach("network" if method == "auto" else method, found)
    if method == "auto":
        return Approach()
    raise AnalysisError(
        "There are no trained networks in this version; choose the method motion, which needs none, or give weights "
        "of your own."
    )


@lru_cache(maxsize=1)
def _loaded(weights: Path, facts: tuple[int, int] | None) -> LoadedDetector:
    from inference.diving.network_finder import LoadedDetector

    del facts  # another file under the same name is another detector
    return LoadedDetector.load(weights)
