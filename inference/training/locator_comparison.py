"""Dives located by several networks, the thesis's locators and the dive detector, to be compared (section 5.4.4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import nn

from inference.evaluation.kept_locations import KeptLocations
from inference.evaluation.location import TrackedDive, tracked_dive
from inference.models.detector_signals import DetectorSignals, detector_signals
from inference.models.dive_detector import HALO, DiveDetector
from inference.models.diver_locator import CLIP_FRAMES, DiverLocator
from inference.models.locator_candidates import locator_candidates
from inference.progress import CancelToken, Progress
from inference.training.locator_data import DivePictures

_TIMED = 4

Locate = Callable[[DivePictures], npt.NDArray[np.float32]]
"""Candidates (n, k, 3) in the n pictures of a dive, as `inference.evaluation.location` takes them."""


def by_locator(locator: DiverLocator, *, clip_frames: int = CLIP_FRAMES, half_precision: bool = True) -> Locate:
    """A locator's candidates.

    Args:
        locator: in evaluation mode.
        clip_frames: pictures of a clip, as it learned.
        half_precision: whether to compute in bfloat16.
    """

    def locate(dive: DivePictures) -> npt.NDArray[np.float32]:
        return locator_candidates(locator, dive.own_pictures(), half_precision=half_precision, clip_frames=clip_frames)

    return locate


def by_detector(detector: DiveDetector) -> Locate:
    """The detector's candidates; it sees pictures before and after the dive too, as when it looks at a whole video.

    Args:
        detector: in evaluation mode.
    """

    def locate(dive: DivePictures) -> npt.NDArray[np.float32]:
        count = len(dive.true.times)
        first, end = max(dive.first - HALO, 0), dive.first + count + HALO
        signals = DetectorSignals.joined(detector_signals(detector, dive.pictures[first:end]))
        return signals.candidates[dive.first - first :][:count]

    return locate


@dataclass(frozen=True, slots=True)
class LocatorCost:
    """What a network costs: its weights, and the time that it takes for one picture of a dive."""

    parameters: int
    picture_ms: float


def locator_cost(network: nn.Module, locate: Locate, dive: DivePictures) -> LocatorCost:
    """Measure a network.

    Args:
        network: whose weights are counted.
        locate: how it is used.
        dive: on which it is timed.
    """

    def once() -> float:
        began = time.perf_counter()
        locate(dive)
        return time.perf_counter() - began

    seconds = min(once() for _ in range(_TIMED))
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return LocatorCost(parameters, 1000 * seconds / len(dive.true.times))


def track_each(
    dives: Sequence[DivePictures],
    locate: Locate,
    *,
    least_confidence: float = 0.0,
    kept: KeptLocations | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> list[TrackedDive]:
    """Locate and track the diver in each dive.

    Args:
        dives: with pictures of the size that the network learned from.
        locate: how.
        least_confidence: only surer candidates are looked at.
        kept: where what is found is kept, and taken from where it is there.
        progress: told the share of the dives that is done.
        cancel: asked between dives.

    Raises:
        OSError: if nothing can be kept.
        Cancelled: if cancelled.
    """
    tracked = []
    for number, dive in enumerate(dives):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if progress is not None:
            progress(number / len(dives), f"dive {number + 1} of {len(dives)}")
        found = None if kept is None else kept.get(dive.true)
        if found is None:
            found = tracked_dive(locate(dive), dive.true, least_confidence=least_confidence)
            if kept is not None:
                kept.add(dive.true, found)
        tracked.append(found)
    return tracked
