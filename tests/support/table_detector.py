"""A detector that knows the answer: it reads the number of each picture and looks it up in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
from barcode import read_barcode

from inference.results import ModelIdentity

HALO = 10
Place = Callable[[int], tuple[float, float]]


class TableDetector:
    """Says what dives imply about pictures of `barcode_picture`, in parts, each picture seen with ten on both sides.

    Args:
        dives: first and last frame of each.
        place: frame → x and y of the diver as shares of the picture.
        chunk: pictures in a part.
        frame_count: of the video.
    """

    def __init__(
        self,
        dives: Sequence[tuple[int, int]],
        place: Place = lambda frame: (0.5, 0.5),
        *,
        chunk: int = 16,
        frame_count: int = 2000,
    ) -> None:
        self.identity = ModelIdentity("table", "1", "0123456789abcdef")
        self.seen: list[int] = []
        self._place, self._chunk = place, chunk
        self._table = np.full((3, frame_count), 0.01)
        for first, last in dives:
            self._table[1, first : last + 1] = 0.95
            for row, at in ((0, first), (2, last)):
                bell = np.exp(-0.5 * ((np.arange(frame_count) - at) / 2) ** 2)
                self._table[row] = np.maximum(self._table[row], 0.9 * bell)

    def sparing(self, on_notice: Callable[[str], object]) -> TableDetector:
        """Itself: a table needs little memory."""
        del on_notice
        return self

    def signals(self, pictures: Iterable[npt.NDArray[np.uint8]]) -> Iterator[Any]:
        """Parts as of `detector_signals`; a thousandth of what it says comes from the pictures around each one."""
        waiting: list[int] = []
        for picture in pictures:
            number = read_barcode(picture)
            assert number is not None
            self.seen.append(number)
            waiting = [*(waiting or [number] * HALO), number]
            if len(waiting) == self._chunk + 2 * HALO:
                yield self._part(waiting)
                waiting = waiting[self._chunk :]
        if waiting:
            waiting += waiting[-1:] * HALO
            while len(waiting) > 2 * HALO:
                yield self._part(waiting[: self._chunk + 2 * HALO])
                waiting = waiting[self._chunk :]

    def _part(self, numbers: list[int]) -> Any:
        frames = numbers[HALO:-HALO]
        around = np.array([np.mean(numbers[at : at + 2 * HALO + 1]) for at in range(len(frames))])
        probabilities = self._table[:, frames] + 0.001 * np.sin(around)
        candidates = np.zeros((len(frames), 4, 3), np.float32)
        candidates[:, 0] = [(*self._place(frame), self._table[1, frame]) for frame in frames]
        return SimpleNamespace(probabilities=probabilities.astype(np.float32), candidates=candidates)
