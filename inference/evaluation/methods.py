"""The ways of finding and of classifying dives that can be measured, such that another process can be sent one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from inference.diving.both_finders import added_by_motion
from inference.diving.finder import FinderSettings, find_dives
from inference.progress import CancelToken, Progress
from inference.results import DetectedDive, Predictions
from inference.video.reader import FrameReader

if TYPE_CHECKING:
    from inference.diving.network_classifier import LoadedClassifier
    from inference.diving.network_finder import LoadedDetector


@dataclass(frozen=True, slots=True)
class ByMotion:
    """The finder that needs no learned weights."""

    settings: FinderSettings = field(default_factory=FinderSettings)

    def __call__(self, reader: FrameReader, progress: Progress | None, cancel: CancelToken | None) -> Predictions:
        """See `Analyse`."""
        return find_dives(reader, self.settings, progress=progress, cancel=cancel)


@dataclass(frozen=True, slots=True)
class ByNetwork:
    """The trained detector; its weights are read once in each process."""

    weights: Path

    def check(self) -> str:
        """Read the weights now; their hash.

        Raises:
            ModelError: if they cannot be used.
        """
        return _detector(self.weights).weights_hash

    def __call__(self, reader: FrameReader, progress: Progress | None, cancel: CancelToken | None) -> Predictions:
        """See `Analyse`.

        Raises:
            ModelError: if the weights cannot be used.
        """
        from inference.diving.network_finder import find_dives_by_network

        return find_dives_by_network(reader, _detector(self.weights), progress=progress, cancel=cancel)


@dataclass(frozen=True, slots=True)
class ByBoth:
    """The detector, and the dives that the finder alone is sure of beside its own."""

    network: ByNetwork
    motion: ByMotion = ByMotion()

    def __call__(self, reader: FrameReader, progress: Progress | None, cancel: CancelToken | None) -> Predictions:
        """See `Analyse`; the predictions name the detector.

        Raises:
            ModelError: if the weights cannot be used.
        """
        found = self.network(reader, progress, cancel)
        added = added_by_motion(self.motion(reader, progress, cancel).dives, found.dives)
        dives = sorted((*found.dives, *added), key=lambda dive: dive.interval.start)
        return replace(found, dives=tuple(dives))


@dataclass(frozen=True, slots=True)
class ByClassifier:
    """The trained classifier; its weights are read once in each process."""

    weights: Path

    def check(self) -> str:
        """Read the weights now; their hash.

        Raises:
            ModelError: if they cannot be used.
        """
        return _classifier(self.weights).stored.weights_hash

    def __call__(
        self,
        reader: FrameReader,
        dives: Sequence[DetectedDive],
        progress: Progress | None,
        cancel: CancelToken | None,
    ) -> tuple[DetectedDive, ...]:
        """See `Classify`.

        Raises:
            ModelError: if the weights cannot be used.
        """
        from inference.diving.network_classifier import classify_dives

        return classify_dives(reader, dives, _classifier(self.weights), progress=progress, cancel=cancel)


@lru_cache(maxsize=1)
def _classifier(weights: Path) -> LoadedClassifier:
    from inference.diving.network_classifier import LoadedClassifier

    return LoadedClassifier.load(weights)


@lru_cache(maxsize=1)
def _detector(weights: Path) -> LoadedDetector:
    from inference.diving.network_finder import LoadedDetector

    return LoadedDetector.load(weights)
