"""What a detector has said about the pictures of a search so far, as much of it as dives still open may need."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from inference.diving.kept_signals import SignalPart
from inference.models.detector_input import CANDIDATE_COUNT
from inference.results import FloatArray


class SignalRecord:
    """Numbers of every picture looked at, by its place in their row; of the candidates, those of late.

    Attributes:
        frames: the frame number of every picture.
        starts: the smoothed start signal of every picture of which it is certain, of the closest look.
    """

    def __init__(self) -> None:
        self.frames = array("q")
        self.starts = array("d")
        self._probabilities = array("f")
        self._candidates: list[npt.NDArray[np.float32]] = []

    def add(self, part: SignalPart) -> None:
        """What it says about the pictures that follow."""
        self.frames.extend(part.frames.tolist())
        self._probabilities.extend(part.probabilities.T.ravel().tolist())
        self._candidates.extend(part.candidates)

    def forget_before(self, place: int) -> None:
        """Let go of the candidates of earlier pictures."""
        del self._candidates[: max(place - self.first, 0)]

    @property
    def first(self) -> int:
        """The place of the first picture whose candidates are kept."""
        return len(self.frames) - len(self._candidates)

    def probabilities(self, begin: int, stop: int) -> FloatArray:
        """(3, stop - begin) of start, mid and end, not smoothed."""
        return np.array(self._probabilities[3 * begin : 3 * stop], dtype=np.float64).reshape(-1, 3).T

    def replace_starts(self, begin: int, better: FloatArray) -> None:
        """Take the smoothed start signal of a closer look for that of pictures in a row, of which it was certain."""
        stop = min(begin + len(better), len(self.starts))
        self.starts[begin:stop] = array("d", better[: stop - begin].tolist())

    def candidates(self, place: int) -> npt.NDArray[np.float32]:
        """(n, 3) of one picture, those of a closer look after the first ones: x, y and score."""
        return self._candidates[place - self.first]

    def first_candidates(self, begin: int, stop: int) -> npt.NDArray[np.float32]:
        """(stop - begin, 4, 3) of the first look, best first."""
        return np.stack([self.candidates(place)[:CANDIDATE_COUNT] for place in range(begin, stop)])

    def add_candidates(self, begin: int, more: npt.NDArray[np.float32]) -> None:
        """Add (m, n, 3) of a closer look to those of m pictures in a row."""
        for place, some in enumerate(more, start=begin - self.first):
            self._candidates[place] = np.concatenate([self._candidates[place], some])
