"""Signals of the pictures that a search looks at, as those of every frame of its range."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray, SignalTrack

_NAMES = ("start", "mid", "end")


class FrameSignals:
    """Takes smoothed signals as they become certain; between two pictures they change evenly.

    Args:
        first, last: of the frames that are to have signals.
    """

    def __init__(self, first: int, last: int) -> None:
        self._first, self._last = first, last
        self._latest: FloatArray = np.empty((3, 0))
        self._taken = 0
        self._parts: list[npt.NDArray[np.float32]] = [np.empty((3, 0), np.float32)]
        self._known = 0

    def take(self, frames: Sequence[int], signals: FloatArray, *, is_last: bool) -> tuple[SignalTrack, ...]:
        """Take those of the pictures that follow.

        Args:
            frames: the frames of all pictures looked at so far.
            signals: (3, n) of the first of them that have not been taken yet.
            is_last: whether there are no more, so that the last ones are those of all frames that remain.

        Returns:
            The signals of the frames that have become known; none if there are none.
        """
        known = np.concatenate([self._latest, signals], axis=1)
        if not known.size:
            return ()
        self._taken += signals.shape[1]
        self._latest = known[:, -1:]
        looked_at = frames[self._taken - known.shape[1] : self._taken]
        wanted = np.arange(self._first + self._known, (self._last if is_last else looked_at[-1]) + 1)
        rows = np.clip([np.interp(wanted, looked_at, row) for row in known], 0, 1).astype(np.float32)
        self._parts.append(rows)
        self._known += len(wanted)
        return _tracks(int(wanted[0]), rows) if len(wanted) else ()

    def tracks(self) -> tuple[SignalTrack, ...]:
        """The signals of every frame so far."""
        return _tracks(self._first, np.concatenate(self._parts, axis=1))


def _tracks(first: int, signals: npt.NDArray[np.float32]) -> tuple[SignalTrack, ...]:
    return tuple(SignalTrack(name, first, values) for name, values in zip(_NAMES, signals, strict=True))
