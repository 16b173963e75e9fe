"""Which dive of a new run is which dive of the review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.results import Interval

MIN_IOU = 0.5


@dataclass(frozen=True, slots=True)
class Known:
    """A dive of the review with the intervals under which it may be found again: the effective and the predicted."""

    dive_id: str
    intervals: tuple[Interval, ...]


def match(found: Sequence[Interval], known: Sequence[Known]) -> dict[int, str]:
    """Pair dives one to one, best temporal IoU first, down to an IoU of 0.5.

    Args:
        found: intervals of the new run.
        known: dives of the review; the better of a dive's intervals counts.

    Returns:
        The id of the dive for each index into `found` that has one.
    """
    flat = [(interval, index) for index, dive in enumerate(known) for interval in dive.intervals]
    if not flat or not found:
        return {}
    starts = np.array([interval.start.frame for interval, _ in flat])
    ends = np.array([interval.end.frame for interval, _ in flat])
    pairs: list[tuple[float, int, int]] = []
    for position, interval in enumerate(found):
        shared = np.minimum(ends, interval.end.frame) - np.maximum(starts, interval.start.frame) + 1
        iou = shared / (ends - starts + 1 + interval.frame_count - shared)
        pairs += [(-float(iou[at]), position, flat[at][1]) for at in np.flatnonzero(iou >= MIN_IOU)]
    pairs.sort()
    result: dict[int, str] = {}
    taken: set[int] = set()
    for _, position, index in pairs:
        if position not in result and index not in taken:
            result[position] = known[index].dive_id
            taken.add(index)
    return result
