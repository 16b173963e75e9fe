"""Dives read off event signals while these come in, each told as soon as no later frame can change it.

What algorithm 5.1 finds on one side of a quiet stretch does not depend on the other side: where the smoothed mid
signal stays low for as long as starts and ends are scanned for, no dive reaches across, no two dives compete for a
start or an end, and every peak before or after it stands out as it would next to nothing at all. So the signals are
cut there, and the dives before the cut are certain. All of them together are those of `extract_dives` on the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from inference.diving.event_signals import (
    ExtractedDive,
    ExtractionSettings,
    dives_of_smoothed,
    hann_weights,
    smoothed,
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

    Attributes:
        open_from: dives that are not certain yet start at this frame or later.
    """

    def __init__(self, fps: float, settings: ExtractionSettings) -> None:
        self._fps, self._settings = fps, settings
        self._hann_reach = len(hann_weights(settings.hann_s, fps)) // 2
        self._scan = max(round(settings.scan_s * fps), 1)
        self._rough: FloatArray = np.empty((3, 0))
        self._rough_from = 0
        self._smooth: FloatArray = np.empty((3, 0))
        self.open_from = 0

    def push(self, probabilities: npt.ArrayLike) -> Settled:
        """Take (3, n) start, mid and end probabilities of the frames that follow."""
        self._rough = np.concatenate([self._rough, np.asarray(probabilities, dtype=np.float64)], axis=1)
        signals = self._take_smooth(self._rough.shape[1] - self._hann_reach)
        return Settled(self._cut(), signals)

    def finish(self) -> Settled:
        """What the frames still waiting for others that will not come amount to."""
        signals = self._take_smooth(self._rough.shape[1])
        dives = self._dives(self._smooth.shape[1])
        self.open_from += self._smooth.shape[1]
        self._smooth = self._smooth[:, :0]
        return Settled(dives, signals)

    def _take_smooth(self, stop: int) -> FloatArray:
        """(3, n) signals smoothed up to a place among the rough ones kept, as on the whole; added to those waiting."""
        done = self.open_from + self._smooth.shape[1] - self._rough_from
        if stop <= done:
            return np.empty((3, 0))
        signals = smoothed(self._rough, self._settings.hann_s, self._fps)[:, done:stop]
        self._smooth = np.concatenate([self._smooth, signals], axis=1)
        # Their own surroundings are all that the next ones depend on.
        drop = max(stop - self._hann_reach, 0)
        self._rough, self._rough_from = self._rough[:, drop:], self._rough_from + drop
        return signals

    def _cut(self) -> list[ExtractedDive]:
        """Dives before the last quiet stretch, and what is left for later without them."""
        start, mid, end = self._smooth
        least = max(self._settings.min_mid, _LEAST)
        is_quiet = (mid <= max(self._settings.min_mid - self._settings.min_prominence, 0.0)) & (mid < least)
        # A frame that is no start or end whatever its neighbours are: an edge made there changes no peak.
        is_low = is_quiet & (np.maximum(start, end) < max(self._settings.min_boundary, _LEAST))
        edges = np.flatnonzero(np.diff(np.pad(is_quiet.astype(np.int8), 1)))
        for first, stop in reversed(list(zip(edges[::2], edges[1::2], strict=True))):
            before = np.flatnonzero(is_low[max(first - 1 + self._scan, first) : stop])
            after = np.flatnonzero(is_low[first : max(stop - self._scan + 1, first)])
            if len(after) and (len(before) or first == 0):
                dives = self._dives(int(first - 1 + self._scan + before[0]) + 1) if first else []
                kept_from = int(first + after[-1])
                self._smooth = self._smooth[:, kept_from:]
                self.open_from += kept_from
                return dives
        return []

    def _dives(self, stop: int) -> list[ExtractedDive]:
        found = dives_of_smoothed(self._smooth[:, :stop], self._fps, self._settings) if stop else []
        return [replace(dive, start=dive.start + self.open_from, end=dive.end + self.open_from) for dive in found]
