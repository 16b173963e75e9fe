"""When: from event probabilities per frame to dives (thesis sections 5.3.1 and 5.3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import find_peaks

from inference.results import FloatArray

_PROMINENCE_S = 20.0
"""How far before and after a peak the surroundings reach that it stands out from."""


@dataclass(frozen=True, slots=True)
class ExtractionSettings:
    """How dives are read off the smoothed signals.

    Args:
        hann_s: length T of the window function in seconds (eq. 5.3).
        scan_s: how far before and after a peak of the mid signal its start and end are looked for, seconds; 1 in
            algorithm 5.1, more here, since a dive from 10 m is 1.9 s long and the signal may peak anywhere in it.
        min_boundary: alpha of algorithm 5.1, the least smoothed start and end probability; low, since a start that
            cannot be seen well is still the best one around, and the score judges the whole dive.
        min_mid: the least smoothed mid probability of a peak.
        min_prominence: by how much a peak of the mid signal stands out at least.
        min_score: the least score of a dive, the geometric mean of its three probabilities.
    """

    hann_s: float = 0.36
    scan_s: float = 2.0
    min_boundary: float = 0.04
    min_mid: float = 0.3
    min_prominence: float = 0.15
    min_score: float = 0.35

    def __post_init__(self) -> None:
        for name in ("hann_s", "scan_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be above 0")
        for name in ("min_boundary", "min_mid", "min_prominence", "min_score"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be between 0 and 1")

    def to_dict(self) -> dict[str, float]:
        """All settings by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ExtractedDive:
    """First and last frame of a dive, both included, and a score in [0, 1].

    mid and prominence are those of the peak of the mid signal that led to it.
    """

    start: int
    end: int
    score: float
    mid: float = 1.0
    prominence: float = 1.0


def hann_weights(length_s: float, fps: float) -> FloatArray:
    """(n,) the Hann function at whole frames, n odd, summing to one (eq. 5.3, centred by the T / 2 of eq. 5.2).

    Args:
        length_s: T, from zero to zero of the function.
        fps: frames per second.
    """
    reach = max(int(np.ceil(length_s * fps / 2)) - 1, 0)
    offsets = np.arange(-reach, reach + 1) / fps
    weights = np.sin(np.pi * (offsets + length_s / 2) / length_s) ** 2
    result: FloatArray = weights / weights.sum()
    return result


def smoothed(signals: npt.ArrayLike, length_s: float, fps: float) -> FloatArray:
    """Signals averaged under the Hann function (eq. 5.4); at the ends, under the part of it that lies on the video.

    Args:
        signals: (..., frames) probabilities.
        length_s: T in seconds.
        fps: frames per second.

    Returns:
        (..., frames).
    """
    values = np.atleast_2d(np.asarray(signals, dtype=np.float64))
    weights = hann_weights(length_s, fps)
    reach = len(weights) // 2
    covered = np.convolve(np.ones(values.shape[-1]), weights)[reach : reach + values.shape[-1]]
    rows = [
        np.convolve(row, weights)[reach : reach + len(row)] / covered for row in values.reshape(-1, values.shape[-1])
    ]
    return np.reshape(rows, np.shape(signals))


def extract_dives(signals: npt.ArrayLike, fps: float, settings: ExtractionSettings) -> list[ExtractedDive]:
    """Dives in the order of time (algorithm 5.1), on the signals after smoothing.

    Args:
        signals: (3, frames) start, mid and end probabilities, not smoothed.
        fps: frames per second.
        settings: see the class.

    Peaks of the mid signal that lead to the same start or the same end are one dive; the best-scored is kept.
    """
    return dives_of_smoothed(smoothed(signals, settings.hann_s, fps), fps, settings)


def dives_of_smoothed(signals: FloatArray, fps: float, settings: ExtractionSettings) -> list[ExtractedDive]:
    """As `extract_dives`, of (3, frames) signals that are smoothed already."""
    peaks = EventPeaks(signals, fps, settings)
    dives = [peaks.dive(peak, prominence) for peak, prominence in peaks.mids()]
    return without_rivals([dive for dive in dives if dive is not None])


def without_rivals(dives: Sequence[ExtractedDive]) -> list[ExtractedDive]:
    """Of dives with the same start or the same end only the best-scored, in the order of time."""
    kept: list[ExtractedDive] = []
    for dive in sorted(dives, key=lambda dive: -dive.score):
        if all(dive.start != other.start and dive.end != other.end for other in kept):
            kept.append(dive)
    return sorted(kept, key=lambda dive: dive.start)


class EventPeaks:
    """Where (3, frames) smoothed signals peak, and which dives that speaks for.

    A peak's prominence is what it has within `prominence_reach` frames on both sides: longer than any dive, so that it
    is as good as that on the whole, but what happens minutes away has no say.

    Attributes:
        reach: how many frames before and after a peak of the mid signal its start and end may be.
        prominence_reach: see above.
    """

    def __init__(self, signals: FloatArray, fps: float, settings: ExtractionSettings) -> None:
        self._signals, self._settings = signals, settings
        self._starts, self._ends = (_peaks(signal, settings.min_boundary)[0] for signal in signals[::2])
        self.reach, self.prominence_reach = reaches(fps, settings)

    def mids(self) -> list[tuple[int, float]]:
        """Frames and prominences of the peaks of the mid signal that stand out enough."""
        least, prominence = self._settings.min_mid, self._settings.min_prominence
        peaks, prominences = _peaks(self._signals[1], least, prominence, self.prominence_reach)
        return list(zip(peaks.tolist(), prominences.tolist(), strict=True))

    def start(self, peak: int) -> int | None:
        """The start of a dive with such a peak."""
        start, near = self._signals[0], self._starts
        near = near[(near <= peak) & (near >= peak - self.reach)]
        return int(near[start[near].argmax()]) if len(near) else None

    def dive(self, peak: int, prominence: float) -> ExtractedDive | None:
        """The dive with such a peak; None if it has no start or end, or too low a score."""
        start, mid, end = self._signals
        first, near = self.start(peak), self._ends[(self._ends >= peak) & (self._ends <= peak + self.reach)]
        if first is None or not len(near):
            return None
        last = int(near[end[near].argmax()])
        score = float((start[first] * mid[peak] * end[last]) ** (1 / 3))
        if first >= last or score < self._settings.min_score:
            return None
        return ExtractedDive(first, last, score, float(mid[peak]), prominence)


def reaches(fps: float, settings: ExtractionSettings) -> tuple[int, int]:
    """How many frames from a peak its start and end may be, and how many have a say in its prominence."""
    reach = max(round(settings.scan_s * fps), 1)
    return reach, max(round(_PROMINENCE_S * fps), reach)


def _peaks(
    signal: FloatArray, least: float, prominence: float = 0.0, reach: int | None = None
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Frames and prominences of a signal's local maxima above a least value; the first and last frame can be one."""
    length = None if reach is None else 2 * reach + 1
    peaks, facts = find_peaks(np.pad(signal, 1), height=max(least, 1e-9), prominence=prominence, wlen=length)
    return np.asarray(peaks - 1, dtype=np.int64), facts["prominences"]
