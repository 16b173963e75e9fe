"""From what a person names on the command line to the method that is measured: weights read, results kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.approach import Approach
from app.version import program_version

if TYPE_CHECKING:
    from inference.evaluation.data_set import Method


@dataclass(frozen=True, slots=True)
class MeasuredMethod:
    """What is measured: its name, the beginnings of its weights' hashes by network, and how it is done."""

    name: str
    hashes: Mapping[str, str]
    method: Method

    @property
    def in_words(self) -> list[str]:
        """A line on each of its weights."""
        return [f"Weights of the {name}: SHA-256 begins with `{start}`" for name, start in self.hashes.items()]


def measured_method(approach: Approach, classifier: Path | None, keep: Path | None) -> MeasuredMethod:
    """The method, its weights read once to see that they can be.

    Args:
        approach: how dives are found.
        classifier: weights that tell what they are; None leaves that out.
        keep: folder for results; None keeps none. Dives that were found stay, whatever tells what they are.

    Raises:
        ModelError: if weights cannot be used.
    """
    from inference.diving.finder import FinderSettings
    from inference.diving.network_finder import extraction_for
    from inference.evaluation.data_set import Method
    from inference.evaluation.kept_results import KeptResults
    from inference.evaluation.methods import ByBoth, ByClassifier, ByMotion, ByNetwork

    analyse: ByMotion | ByNetwork | ByBoth = ByMotion()
    hashes: dict[str, str] = {}
    if approach.weights is not None:
        network = ByNetwork(approach.weights)
        hashes["detector"] = network.check()
        analyse = ByBoth(network) if approach.method == "both" else network
    settings = repr(FinderSettings()), repr(extraction_for(FinderSettings()))
    facts = program_version(), approach.method, *hashes.values(), *settings
    classify = None
    if classifier is not None:
        classify = ByClassifier(classifier)
        hashes["classifier"] = classify.check()
    kept = None if keep is None else KeptResults(keep, facts)
    kept_codes = None if keep is None else KeptResults(keep, (*facts, "codes", hashes.get("classifier", "")))
    return MeasuredMethod(approach.method, hashes, Method(analyse, classify, kept, kept_codes))
