"""Dives on the timeline: their lanes, what is in sight, and how bars narrower than a pixel merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from widgets.time_axis import TimeAxis

STATUSES = ("unreviewed", "corrected", "accepted", "rejected")
"""Review statuses; where bars merge, the first of these that occurs gives the colour, so open work stays in sight."""

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
        self.dives = sorted(dives, key=lambda dive: (dive.start_frame, dive.end_frame, dive.id))
        unknown = {dive.status for dive in self.dives} - set(STATUSES)
        if unknown:
            raise ValueError(f"unknown review status {sorted(unknown)}, expected one of {STATUSES}")
        self.position_of = {dive.id: position for position, dive in enumerate(self.dives)}
        starts = np.array([dive.start_frame for dive in self.dives], dtype=np.int64)
        ends = np.array([dive.end_frame for dive in self.dives], dtype=np.int64)
        self.start_s = axis.starts_of(starts)
        self.end_s = axis.starts_of(ends + 1)
        self.status = np.array([STATUSES.index(dive.status) for dive in self.dives], dtype=np.int64)
        self.lane = _lanes(self.dives)
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


def _lanes(dives: Sequence[TimelineDive]) -> npt.NDArray[np.int64]:
    """The lowest free lane for each dive, dives being in order of their start."""
    free_from: list[int] = []
    lanes = np.zeros(len(dives), dtype=np.int64)
    for position, dive in enumerate(dives):
        lane = next((lane for lane, frame in enumerate(free_from) if frame <= dive.start_frame), len(free_from))
        if lane == MOST_LANES:
            lane = free_from.index(min(free_from))
        if lane == len(free_from):
            free_from.append(0)
        free_from[lane] = max(free_from[lane], dive.end_frame + 1)
        lanes[position] = lane
    return lanes
