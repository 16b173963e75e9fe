"""Finding dives with the trained detector: when by its signals (section 5.3), where by its candidates (section 5.4).

The video streams by once, in small pictures. The detector says for each whether a dive starts, is under way or ends,
and where it sees the diver. Dives are read off the smoothed signals as soon as nothing that follows can change them,
and the candidates within a dive give its ballistic path in coordinates that follow the camera, made exact by what moves
along it. Only the pictures of the last seconds are kept for that, so that memory stays flat; the signals are small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from inference.diving.event_signals import ExtractionSettings
from inference.diving.finder import FinderSettings
from inference.diving.kept_signals import KeptSignals, kept_signals
from inference.diving.network_search import NetworkSearch, SignalSource
from inference.diving.slow_motion import worked_out_slow_motion
from inference.models.sparing import Device, OnNotice, Sparing
from inference.progress import CancelToken, Progress, share_of
from inference.results import DetectedDive, ModelIdentity, Predictions, SignalTrack
from inference.video.reader import FrameReader

if TYPE_CHECKING:
    from inference.models.detector_signals import DetectorSignals
    from inference.models.dive_detector import DiveDetector

OnSignals = Callable[[tuple[SignalTrack, ...]], None]

TITLE = "the dive detector"

_LOWEST_FACTOR = 0.2
_BEFORE_SHARE = 0.8
"""Of the progress, where the slow motion has to be worked out first."""


@dataclass(frozen=True, slots=True)
class LoadedDetector:
    """A detector ready for use and the hash of its weights."""

    network: DiveDetector
    weights_hash: str
    notices: tuple[str, ...] = ()
    """What a person should know of where it computes."""

    @classmethod
    def load(cls, weights: Path) -> Self:
        """The detector whose weights a file holds, on the graphics processor where there is one with enough memory.

        Raises:
            ModelError: if the file is missing or holds something else.
        """
        import torch

        from inference.models.detector_weights import load_detector
        from inference.models.weights_file import file_hash

        def load(place: Device) -> DiveDetector:
            return load_detector(weights, "cuda" if place == "auto" and torch.cuda.is_available() else "cpu").fused()

        notices: list[str] = []
        network = Sparing(TITLE, load, 1, notices.append).model
        return cls(network, file_hash(weights), tuple(notices))

    @property
    def identity(self) -> ModelIdentity:
        """How its predictions name it."""
        return detector_identity(self.weights_hash)

    def signals(self, pictures: Iterable[npt.NDArray[np.uint8]]) -> Iterator[DetectorSignals]:
        """See `detector_signals`."""
        from inference.models.detector_signals import detector_signals

        return detector_signals(self.network, pictures)

    def sparing(self, on_notice: OnNotice) -> SparingDetector:
        """The same, which goes on with less where memory runs out, and says so."""
        for notice in self.notices:
            on_notice(notice)
        return SparingDetector(self, on_notice)


class SparingDetector:
    """A detector that is shown fewer pictures at once where memory runs out, then computes on the processor.

    Args:
        loaded: the detector.
        on_notice: told a sentence whenever it goes on with less; in the detector's own thread.
    """

    def __init__(self, loaded: LoadedDetector, on_notice: OnNotice) -> None:
        from inference.models.detector_signals import MOST_AT_ONCE
        from inference.models.processor_copy import on_processor

        self.identity = loaded.identity
        self._network = Sparing(
            TITLE,
            lambda place: loaded.network if place == "auto" else on_processor(loaded.network),
            MOST_AT_ONCE,
            on_notice,
            things="pictures",
            advice="close other programs",
        )

    def signals(self, pictures: Iterable[npt.NDArray[np.uint8]]) -> Iterator[DetectorSignals]:
        """See `detector_signals`."""
        from inference.models.detector_signals import detector_signals

        return detector_signals(self._network, pictures)


def detector_identity(weights_hash: str) -> ModelIdentity:
    """How predictions name a detector with such weights."""
    return ModelIdentity("dive detector", "3", weights_hash)


def extraction_for(settings: FinderSettings) -> ExtractionSettings:
    """The thresholds for a person's wish for sure dives or many: as tuned in the middle, twice as high at one end."""
    usual, factor = ExtractionSettings(), max(2 * (1 - settings.sensitivity), _LOWEST_FACTOR)
    names = ("min_boundary", "min_mid", "min_prominence", "min_score")
    return replace(usual, **{name: min(factor * getattr(usual, name), 1.0) for name in names})


def find_dives_by_network(
    reader: FrameReader,
    detector: SignalSource,
    settings: FinderSettings | None = None,
    *,
    extraction: ExtractionSettings | None = None,
    frame_range: tuple[int, int] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    on_dive: Callable[[DetectedDive], None] | None = None,
    on_signals: OnSignals | None = None,
    is_kept: bool = False,
) -> Predictions:
    """The dives that a trained detector sees in a video.

    Args:
        reader: the video, open.
        detector: see the class.
        settings: what to assume about the video, and how sure to be.
        extraction: how dives are read off the signals, instead of what the settings imply.
        frame_range: first and last frame to look at, both included; None for the whole video.
        progress: told the fraction of the frames that is done.
        cancel: asked at every picture.
        on_dive: told every dive as soon as it is certain, in the order of their times.
        on_signals: told the smoothed signals of the frames that have become certain.
        is_kept: whether the signals are kept on disk as they come, and taken from there where they are.

    Returns:
        The dives, in the order of their times, and the smoothed start, mid and end signals of every frame. A dive has
        no path where too few candidates lie on one.

    Raises:
        VideoError: if the video cannot be read.
        Cancelled: if cancelled.
    """
    settings = settings or FinderSettings()
    before = 0.0 if settings.tells_speed(is_time_known=not reader.index.file_names) else _BEFORE_SHARE
    slow_motion = worked_out_slow_motion(reader, settings, frame_range, share_of(progress, 0.0, before), cancel)
    search = NetworkSearch(reader, detector, settings, extraction or extraction_for(settings), frame_range, slow_motion)
    dives: list[DetectedDive] = []
    with ExitStack() as stack:
        kept = stack.enter_context(kept_signals(*search.facts)) if is_kept else KeptSignals()
        for found in search.run(kept, share_of(progress, before, 1.0), cancel):
            dives += found.dives
            if on_signals is not None and found.tracks:
                on_signals(found.tracks)
            if on_dive is not None:
                for dive in found.dives:
                    on_dive(dive)
    return Predictions(detector.identity, search.used, search.first, search.last, tuple(dives), search.signals())
