"""Finding dives with the trained detector: signals of every frame, smoothed, and dives read off them (section 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from inference.diving.event_signals import ExtractionSettings, extract_dives, smoothed
from inference.progress import CancelToken, Progress
from inference.results import DetectedDive, FrameTime, Interval, ModelIdentity, Predictions, SignalTrack
from inference.video.reader import FrameReader

if TYPE_CHECKING:
    from inference.models.dive_detector import DiveDetector

NETWORK_SIZE = (160, 90)
"""(width, height) of the pictures that the detector sees, whatever the shape of the video's."""

_DETECTOR_NAME = "dive detector"
_DETECTOR_VERSION = "1"
_CHECK_EVERY = 50


@dataclass(frozen=True, slots=True)
class LoadedDetector:
    """A detector ready for use and the hash of its weights."""

    network: DiveDetector
    weights_hash: str

    @property
    def identity(self) -> ModelIdentity:
        """How its predictions name it."""
        return ModelIdentity(_DETECTOR_NAME, _DETECTOR_VERSION, self.weights_hash)


def find_dives_by_network(
    reader: FrameReader,
    detector: LoadedDetector,
    settings: ExtractionSettings | None = None,
    *,
    frame_range: tuple[int, int] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Predictions:
    """The dives that a trained detector sees in a video, with its start, mid and end signals (smoothed).

    It says when, not where: no dive has a path.

    Args:
        reader: the video, open.
        detector: see the class.
        settings: how dives are read off the signals.
        frame_range: first and last frame to look at, both included; None for the whole video.
        progress: told the fraction of the frames that is done.
        cancel: asked every few frames.

    Raises:
        VideoError: if the video cannot be read.
        Cancelled: if cancelled.
    """
    from inference.models.detector_signals import event_probabilities

    settings = settings or ExtractionSettings()
    first, last = frame_range or (0, reader.index.frame_count - 1)
    times: list[FrameTime] = []

    def pictures() -> Iterator[npt.NDArray[np.uint8]]:
        for time, picture in reader.frames(first, last + 1, size=NETWORK_SIZE):
            if len(times) % _CHECK_EVERY == 0:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                if progress is not None:
                    progress(len(times) / (last + 1 - first), "Looking for dives")
            times.append(time)
            yield picture

    probabilities = event_probabilities(detector.network, pictures())
    fps = reader.index.average_fps
    dives = tuple(
        DetectedDive(Interval(times[dive.start], times[dive.end]), dive.score)
        for dive in extract_dives(probabilities, fps, settings)
    )
    signals = smoothed(probabilities, settings.hann_s, fps).clip(0, 1).astype(np.float32)
    tracks = tuple(
        SignalTrack(name, first, values) for name, values in zip(("start", "mid", "end"), signals, strict=True)
    )
    return Predictions(detector.identity, settings.to_dict(), first, last, dives, tracks)
