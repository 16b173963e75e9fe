"""What a detector has said about the pictures of a search, as much of it as dives still open may need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

from inference.diving.kept_signals import SignalPart
from inference.models.detector_input import CANDIDATE_COUNT
from inference.results import FloatArray

T = TypeVar("T")


class RecentRow(Generic[T]):
    """A row of which the beginning is forgotten; places count from its beginning all the same.

    Attributes:
        first: the first place that is kept.
    """

    def __init__(self) -> None:
        self.first = 0
        self._kept: list[T] = []

    def __len__(self) -> int:
        """How long the whole row is."""
        return self.first + len(self._kept)

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice[int, int, None]) -> list[T]: ...

    def __getitem__(self, place: int | slice[int, int, None]) -> T | list[T]:
        """What is in one place, or from one on up to, not including, another one; beyond the end there is nothing.

        Raises:
            IndexError: if it has been forgotten.
        """
        if isinstance(place, slice):
            return self._kept[self._checked(place.start) : self._checked(max(place.stop, place.start))]
        return self._kept[self._checked(place)]

    def extend(self, items: Iterable[T]) -> None:
        """Add to the end."""
        self._kept.extend(items)

    def put(self, begin: int, items: Iterable[T]) -> None:
        """Replace what is in places in a row; what would lie beyond the end is left out."""
        kept_from = self._checked(begin)
        for place, item in zip(range(kept_from, len(self._kept)), items, strict=False):
            self._kept[place] = item

    def forget_before(self, place: int) -> None:
        """Keep no place before one."""
        gone = min(max(place - self.first, 0), len(self._kept))
        del self._kept[:gone]
        self.first += gone

    def _checked(self, place: int) -> int:
        if place < self.first:
            raise IndexError(f"place {place} has been forgotten; the first one kept is {self.first}")
        return place - self.first


class SignalRecord:
    """Numbers of the pictures looked at of late, by their place in the row of all.

    Attributes:
        frames: the frame number of every picture.
        starts: the smoothed start signal of every picture of which it is certain, of the closest look.
    """

    def __init__(self) -> None:
        self.frames: RecentRow[int] = RecentRow()
        self.starts: RecentRow[float] = RecentRow()
        self._probabilities: RecentRow[npt.NDArray[np.float32]] = RecentRow()
        self._candidates: RecentRow[npt.NDArray[np.float32]] = RecentRow()

    def add(self, part: SignalPart) -> None:
        """What it says about the pictures that follow."""
        self.frames.extend(part.frames.tolist())
        self._probabilities.extend(part.probabilities.T)
        self._candidates.extend(part.candidates)

    def forget_before(self, place: int, *, frames_before: int) -> None:
        """Let go of earlier pictures, but for the frame numbers of so many."""
        self.frames.forget_before(place - frames_before)
        for row in (self.starts, self._probabilities, self._candidates):
            row.forget_before(place)

    @property
    def first(self) -> int:
        """The place of the first picture of which more than the frame number is kept."""
        return self._candidates.first

    def probabilities(self, begin: int, stop: int) -> FloatArray:
        """(3, stop - begin) of start, mid and end, not smoothed."""
        return np.array(self._probabilities[begin:stop], dtype=np.float64).reshape(-1, 3).T

    def replace_starts(self, begin: int, better: FloatArray) -> None:
        """Take the smoothed start signal of a closer look for that of pictures in a row, of which it was certain."""
        self.starts.put(begin, better.tolist())

    def candidates(self, place: int) -> npt.NDArray[np.float32]:
        """(n, 3) of one picture, those of a closer look after the first ones: x, y and score."""
        return self._candidates[place]

    def first_candidates(self, begin: int, stop: int) -> npt.NDArray[np.float32]:
        """(stop - begin, 4, 3) of the first look, best first."""
        return np.stack([self.candidates(place)[:CANDIDATE_COUNT] for place in range(begin, stop)])

    def add_candidates(self, begin: int, more: npt.NDArray[np.float32]) -> None:
        """Add (m, n, 3) of a closer look to those of m pictures in a row."""
        known = self._candidates[begin : begin + len(more)]
        self._candidates.put(begin, [np.concatenate(both) for both in zip(known, more, strict=True)])
