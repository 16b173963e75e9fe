"""Dives on the timeline: their lanes, what is in sight, and how bars narrower than a pixel merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from widgets.time_axis import TimeAxis

STATUSES = ("unreviewed", "corrected", "accepted", "rejected")
"""Review statuses; where bars merge, the first of these that occurs gives the colour, so open work stays in sight."""

_RANKS = {status: rank for rank, status in enumerate(STATUSES)}

MOST_LANES = 6


@dataclass(frozen=True, slots=True)
class TimelineDive:
    """A dive as the timeline shows it; both frames are included.

    status is "unreviewed", "accepted", "corrected" or "rejected"; label is usually the dive code.
    """

    id: str
    start_frame: int
    end_frame: int
    status: str = "unreviewed"
    label: str = ""
    is_selected: bool = False


class DiveBars:
    """Dives in order of their start, stacked into lanes where they overlap.

    A lane is reused as soon as its last dive has ended; beyond six lanes bars share the one that is free first.

    Raises:
        ValueError: if a dive has an unknown status.
    """

    def __init__(self, dives: Sequence[TimelineDive], axis: TimeAxis) -> None:
        self.dives = list(dives)
        starts = np.array([dive.start_frame for dive in self.dives], dtype=np.int64)
        if np.any(starts[1:] <= starts[:-1]):
            self.dives.sort(key=attrgetter("start_frame", "end_frame", "id"))
            starts.sort()
        unknown = set(map(attrgetter("status"), self.dives)) - set(STATUSES)
        if unknown:
            raise ValueError(f"unknown review status {sorted(unknown)}, expected one of {STATUSES}")
        self.position_of = {dive.id: position for position, dive in enumerate(self.dives)}
        ends = np.array([dive.end_frame for dive in self.dives], dtype=np.int64)
        self.start_s = axis.starts_of(starts)
        self.end_s = axis.starts_of(ends + 1)
        self.status = np.array([_RANKS[dive.status] for dive in self.dives], dtype=np.int64)
        self.lane = _lanes(starts, ends + 1)
        self.lanes = [np.flatnonzero(self.lane == lane) for lane in range(int(self.lane.max(initial=0)) + 1)]
        # Ends in order within a lane, also where bars share it, so that both edges of the view are found by bisection.
        self._latest_end_s = [np.maximum.accumulate(self.end_s[members]) for members in self.lanes]

    def __len__(self) -> int:
        return len(self.dives)

    def visible(self, lane: int, start_s: float, end_s: float) -> npt.NDArray[np.intp]:
        """Positions of a lane's dives that touch a stretch of time, found by bisection."""
        members = self.lanes[lane]
        first = int(np.searchsorted(self._latest_end_s[lane], start_s, side="left"))
        stop = int(np.searchsorted(self.start_s[members], end_s, side="right"))
        result: npt.NDArray[np.intp] = members[first:stop]
        return result


def merge_narrow(
    left: FloatArray, right: FloatArray, status: npt.NDArray[np.int64], least_width: float
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
    """Join bars that would touch when each is at least least_width pixels wide.

    Args:
        left: (N,) increasing left edges in pixels.
        right: (N,) right edges.
        status: (N,) positions in STATUSES.
        least_width: pixels.

    Returns:
        Left edges, right edges and the smallest status of each group.
    """
    if not len(left):
        return left, right, status
    left = np.floor(left)
    right = np.maximum(np.ceil(right), left + least_width)
    reach = np.maximum.accumulate(right)
    first = np.flatnonzero(np.concatenate([[True], left[1:] > reach[:-1]]))
    last = np.concatenate([first[1:], [len(left)]]) - 1
    return left[first], reach[last], np.minimum.reduceat(status, first)


def _lanes(starts: npt.NDArray[np.int64], free_from: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The lowest free lane for each dive.

    Where no earlier dive reaches, every lane is free again, so that only dives which overlap are gone through one by
    one.

    Args:
        starts: (N,) first frames in order.
        free_from: (N,) the frame after each dive's last.
    """
    lanes = np.zeros(len(starts), dtype=np.int64)
    if not len(starts):
        return lanes
    reach = np.maximum.accumulate(free_from)
    begins = np.flatnonzero(np.concatenate([[True], starts[1:] >= reach[:-1]]))
    for first, stop in pairwise([*begins.tolist(), len(starts)]):
        if stop - first > 1:
            lanes[first:stop] = _stacked(starts[first:stop].tolist(), free_from[first:stop].tolist())
    return lanes


def _stacked(starts: Sequence[int], free_from: Sequence[int]) -> list[int]:
    """Lanes of dives of which each overlaps with an earlier one."""
    taken_until: list[int] = []
    lanes: list[int] = []
    for start, free in zip(starts, free_from, strict=True):
        lane = next((lane for lane, frame in enumerate(taken_until) if frame <= start), len(taken_until))
        if lane == MOST_LANES:
            lane = taken_until.index(min(taken_until))
        if lane == len(taken_until):
            taken_until.append(0)
        taken_until[lane] = max(taken_until[lane], free)
        lanes.append(lane)
    return lanes
