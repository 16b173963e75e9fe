"""How dives are looked for and named: by motion, by network or both, and with which weights. Knows no Qt, nor torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from inference.models.shipped_weights import shipped_weights

if TYPE_CHECKING:
    from inference.diving.network_classifier import LoadedClassifier
    from inference.diving.network_finder import LoadedDetector

METHODS = ("auto", "motion", "network", "both")
"""auto takes the network if there are weights, motion if not, and both where nobody says how fast a video plays; motion
needs no weights; both lets motion add to the network's dives those that it alone is sure of."""

NO_NETWORK = "No trained network comes with this version, so dives are found by motion."


class AnalysisError(Exception):
    """An analysis cannot be run; the message is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class Approach:
    """A way to look for dives that can really be taken.

    Attributes:
        method: "motion", "network" or "both".
        weights: the detector's file; None where none is needed.
        classifier_weights: the file of the classifier that proposes dive codes; None for no codes.
        thresholds: settings of `inference.diving.event_signals.ExtractionSettings` that the person has chosen.
        notice: what the person should know of the choice, as a sentence; empty where it is as wished.
        is_left_open: whether the person has left the method to the program.
    """

    method: str = "motion"
    weights: Path | None = None
    classifier_weights: Path | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    notice: str = ""
    is_left_open: bool = False

    def suited(self, *, is_speed_told: bool) -> Approach:
        """The way to take with a video of which nobody says how fast it plays, or with any other.

        Networks learned from footage that plays as fast as life; where that is not certain, motion goes beside them.
        """
        if self.is_left_open and self.method == "network" and not is_speed_told:
            return replace(self, method="both")
        return self

    def check(self) -> None:
        """Read the weights that this way needs.

        Raises:
            ModelError: if they cannot be used.
        """
        if self.weights is not None:
            self.detector()
        self.classifier()

    def detector(self) -> LoadedDetector:
        """The detector, read once and kept; imports torch.

        Raises:
            AnalysisError: if this way needs none.
            ModelError: if the weights cannot be used.
        """
        if self.weights is None:
            raise AnalysisError(f"The method {self.method} uses no network.")
        return _loaded(self.weights, _facts(self.weights))

    def classifier(self) -> LoadedClassifier | None:
        """The classifier, read once and kept; None where no codes are proposed. Imports torch if there is one.

        Raises:
            ModelError: if the weights cannot be used.
        """
        weights = self.classifier_weights
        return None if weights is None else _loaded_classifier(weights, _facts(weights))


def choose_approach(
    method: str = "auto",
    weights: Path | None = None,
    *,
    classifier: Path | None = None,
    with_codes: bool = True,
    thresholds: Mapping[str, float] | None = None,
) -> Approach:
    """What a person's wish amounts to.

    Args:
        method: one of `METHODS`.
        weights: a file of `train detector`; None for those that come with the program.
        classifier: a file of `train classifier`; None for those that come with the program, if any.
        with_codes: whether dive codes are proposed, where there is a classifier.
        thresholds: see `Approach`.

    Raises:
        AnalysisError: if the method is unknown, needs weights that are not there, or cannot use those given.
    """
    if method not in METHODS:
        raise AnalysisError(f"There is no method {method!r}; choose one of {', '.join(METHODS)}.")
    named_by = (classifier or shipped_weights("classifier")) if with_codes else None
    if method == "motion":
        if weights is not None:
            raise AnalysisError("The method motion uses no weights; leave out one of the two.")
        return Approach(classifier_weights=named_by)
    found = weights or shipped_weights("detector")
    if found is not None:
        is_open = method == "auto"
        chosen = "network" if is_open else method
        return Approach(chosen, found, named_by, thresholds or {}, is_left_open=is_open)
    if method == "auto":
        return Approach(classifier_weights=named_by, notice=NO_NETWORK)
    raise AnalysisError(
        "There are no trained networks in this version; choose the method motion, which needs none, or give weights "
        "of your own."
    )


def _facts(weights: Path) -> tuple[int, int] | None:
    """Another file under the same name is another network."""
    facts = weights.stat() if weights.is_file() else None
    return (facts.st_size, facts.st_mtime_ns) if facts else None


@lru_cache(maxsize=1)
def _loaded(weights: Path, facts: tuple[int, int] | None) -> LoadedDetector:
    from inference.diving.network_finder import LoadedDetector

    del facts
    return LoadedDetector.load(weights)


@lru_cache(maxsize=1)
def _loaded_classifier(weights: Path, facts: tuple[int, int] | None) -> LoadedClassifier:
    from inference.diving.network_classifier import LoadedClassifier

    del facts
    return LoadedClassifier.load(weights)
