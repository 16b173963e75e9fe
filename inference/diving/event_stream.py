"""Dives read off event signals while these come in, each told as soon as no later frame can change it.

What algorithm 5.1 makes of a peak of the mid signal depends on the frames around it, as far as starts and ends are
scanned for, and on how deep the signal falls before it rises higher. So once those are known, it is certain whether the
peak is a dive. Two peaks that are none do not matter to each other; two that are dives may share a start or an end,
of which the better one is kept. So the signals are cut at places that no dive, certain or possible, reaches across:
all dives before are told, and those of all cuts together are those of `extract_dives` on the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from inference.diving.event_signals import (
    EventPeaks,
    ExtractedDive,
    ExtractionSettings,
    dives_of_smoothed,
    hann_weights,
    reaches,
    smoothed,
    without_rivals,
)
from inference.results import FloatArray

_LEAST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """What has become certain: dives, and the smoothed signals (3, n) of the frames that follow those given before."""

    dives: list[ExtractedDive]
    signals: FloatArray


class EventStream:
    """Takes probabilities part by part; frames count from the first one pushed.

    Args:
        fps: frames per second of real time.
        settings: how dives are read off.
        prominences: other values than the least one with which the prominence of a dive will be compared; it is told
            only when that is settled. What a dive has beyond is no more certain than that.

    Attributes:
        open_from: dives that are not certain yet start at this frame or later.
    """

    def __init__(self, fps: float, settings: ExtractionSettings, prominences: Iterable[float] = ()) -> None:
        self._fps, self._settings = fps, settings
        self._prominences = (settings.min_prominence, *prominences)
        self._hann_reach = len(hann_weights(settings.hann_s, fps)) // 2
        self._reach, self._prominence_reach = reaches(fps, settings)
        self._rough: FloatArray = np.empty((3, 0))
        self._rough_from = 0
        self._smooth: FloatArray = np.empty((3, 0))
        self._from = 0
        self.open_from = 0

    def push(self, probabilities: npt.ArrayLike) -> Settled:
        """Take (3, n) start, mid and end probabilities of the frames that follow."""
        self._rough = np.concatenate([self._rough, np.asarray(probabilities, dtype=np.float64)], axis=1)
        signals = self._take_smooth(self._rough_from + self._rough.shape[1] - self._hann_reach)
        return Settled(self._cut(), signals)

    def finish(self) -> Settled:
        """What the frames still waiting for others that will not come amount to."""
        signals = self._take_smooth(self._rough_from + self._rough.shape[1])
        begin, count = self.open_from - self._from, self._smooth.shape[1]
        found = dives_of_smoothed(self._smooth, self._fps, self._settings) if count else []
        self.open_from, self._from = self._from + count, self._from + count
        self._smooth = self._smooth[:, count:]
        return Settled(self._counted_from(self._from - count, [dive for dive in found if dive.start >= begin]), signals)

    def _take_smooth(self, stop: int) -> FloatArray:
        """(3, n) signals smoothed up to a frame, as on the whole; added to those waiting."""
        done = self._from + self._smooth.shape[1]
        if stop <= done:
            return np.empty((3, 0))
        signals = smoothed(self._rough, self._settings.hann_s, self._fps)
        signals = signals[:, done - self._rough_from : stop - self._rough_from]
        self._smooth = np.concatenate([self._smooth, signals], axis=1)
        # Their own surroundings are all that the next ones depend on.
        drop = max(stop - self._hann_reach - self._rough_from, 0)
        self._rough, self._rough_from = self._rough[:, drop:].copy(), self._rough_from + drop
        return signals

    def _cut(self) -> list[ExtractedDive]:
        """Dives before the last place that none reaches across, and what is left for later without them."""
        certain, stop = self._read()
        for dive in sorted(certain, key=lambda dive: -dive.end):
            if dive.start < stop <= dive.end:
                stop = dive.start
        begin = self.open_from - self._from
        if stop <= begin:
            return []
        told = without_rivals([dive for dive in certain if dive.start < stop])
        dives = self._counted_from(self._from, told)
        self.open_from = self._from + stop
        # Peaks of later dives, and those that may be in their way, are looked at together with what lies before them.
        drop = max(stop - self._reach - self._prominence_reach - 2, 0)
        self._smooth, self._from = self._smooth[:, drop:].copy(), self._from + drop
        return dives

    def _read(self) -> tuple[list[ExtractedDive], int]:
        """Dives that are certain but for their rivals, and the first frame in which another one may start."""
        known = self._known()
        if known < 0:
            return [], 0
        peaks = EventPeaks(self._smooth, self._fps, self._settings)
        # No peak that is still to come has its start earlier.
        stop = max(known + 1 - self._reach, 0)
        certain = []
        for peak, most in peaks.mids():
            start = peaks.start(peak) if peak <= known else None
            if start is None or start < self.open_from - self._from:
                continue
            if peak + self._reach <= known:
                least = self._least_prominence(peak, most)
                dive = peaks.dive(peak, least)
                if dive is None:
                    continue
                if not any(least < asked <= most for asked in self._prominences):
                    certain.append(dive)
                    continue
            elif (self._smooth[0, start] * self._smooth[1, peak]) ** (1 / 3) < self._settings.min_score:
                continue
            stop = min(stop, start)
        return certain, stop

    def _known(self) -> int:
        """The last frame of which it is known whether it is a start, a peak or an end; -1 if there is none.

        The one after it is another value, or both are too low: what follows a plateau decides about all of it.
        """
        least = [[self._settings.min_boundary], [self._settings.min_mid], [self._settings.min_boundary]]
        is_low = self._smooth[:, 1:] < np.maximum(least, _LEAST)
        parted = np.flatnonzero(((np.diff(self._smooth) != 0) | is_low).all(axis=0))
        return int(parted[-1]) if len(parted) else -1

    def _least_prominence(self, peak: int, most: float) -> float:
        """How much a peak stands out at least, whatever follows: as if the signal rose from here on.

        Args:
            peak: its place.
            most: how much it does if the signal falls to nothing.
        """
        if peak + self._prominence_reach < self._smooth.shape[1]:
            return most
        after = self._smooth[1, peak:]
        higher = np.flatnonzero(after > after[0])
        lowest = float(after[: higher[0] if len(higher) else None].min())
        return min(most, float(after[0]) - lowest)

    @staticmethod
    def _counted_from(frame: int, dives: list[ExtractedDive]) -> list[ExtractedDive]:
        return [replace(dive, start=dive.start + frame, end=dive.end + frame) for dive in dives]
