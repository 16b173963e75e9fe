"""Signals of the pictures that a search looks at, as those of every frame of its range."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray, SignalTrack

_NAMES = ("start", "mid", "end")


class FrameSignals:
    """Takes smoothed signals as they become certain; between two pictures they change evenly.

    They lie in one piece of memory from the start. Thousands of small pieces that stay, taken one by one in between a
    detector's large tensors, would keep as many gaps from being given back to the system.

    Args:
        first, last: of the frames that are to have signals.
    """

    def __init__(self, first: int, last: int) -> None:
        self._first, self._last = first, last
        self._looked_at: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._latest: FloatArray = np.empty((3, 0))
        self._values: npt.NDArray[np.float32] = np.empty((3, last - first + 1), np.float32)
        self._known = 0

    def take(self, frames: Sequence[int], signals: FloatArray, *, is_last: bool) -> tuple[SignalTrack, ...]:
        """Take those of the pictures that follow.

        Args:
            frames: the frames of n pictures.
            signals: (3, n) theirs.
            is_last: whether there are no more, so that the last ones are those of all frames that remain.

        Returns:
            The signals of the frames that have become known; none if there are none.
        """
        known = np.concatenate([self._latest, signals], axis=1)
        if not known.size:
            return ()
        looked_at = np.concatenate([self._looked_at, np.asarray(frames, np.int64)])
        self._latest, self._looked_at = known[:, -1:].copy(), looked_at[-1:].copy()
        wanted = np.arange(self._first + self._known, (self._last if is_last else looked_at[-1]) + 1)
        begin, self._known = self._known, self._known + len(wanted)
        values = self._values[:, begin : self._known]
        for row, signal in zip(values, known, strict=True):
            row[:] = np.clip(np.interp(wanted, looked_at, signal), 0, 1)
        return _tracks(int(wanted[0]), values) if len(wanted) else ()

    def tracks(self) -> tuple[SignalTrack, ...]:
        """The signals of every frame so far."""
        return _tracks(self._first, self._values[:, : self._known])


def _tracks(first: int, signals: npt.NDArray[np.float32]) -> tuple[SignalTrack, ...]:
    return tuple(SignalTrack(name, first, values) for name, values in zip(_NAMES, signals, strict=True))
