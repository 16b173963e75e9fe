"""Which dives count: those that overlap each other are left out, and what was found there (thesis section 5.2.2).

The thesis blacklists the footage in which dives overlap in time from training and evaluation, and counts no prediction
that overlaps it (section 5.3.3). Beside such footage there are stretches of a data set that nobody has labelled; what
is found there counts for nothing either. Word for word that rule would take the finding of a dive that does count away
where it reaches a frame too far, so a finding is left out only if it overlaps such a stretch more than any dive that
counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inference.results import Interval


def is_overlapping(intervals: Sequence[Interval]) -> npt.NDArray[np.bool_]:
    """(n,) whether each interval shares a frame with another one of them."""
    overlapping = np.zeros(len(intervals), dtype=bool)
    by_start = sorted(range(len(intervals)), key=lambda place: intervals[place].start.frame)
    latest: int | None = None
    for place in by_start:
        if latest is not None and intervals[place].start.frame <= intervals[latest].end.frame:
            overlapping[[place, latest]] = True
        if latest is None or intervals[place].end.frame > intervals[latest].end.frame:
            latest = place
    return overlapping


def is_left_out(
    found: Sequence[Interval], counting: Sequence[Interval], stretches: Sequence[Interval]
) -> npt.NDArray[np.bool_]:
    """(n,) whether each found interval counts for nothing.

    Args:
        found: what was found.
        counting: the true dives that count.
        stretches: intervals in which nothing counts.
    """
    return np.array(
        [
            max((_shared(interval, stretch) for stretch in stretches), default=0)
            > max((_shared(interval, dive) for dive in counting), default=0)
            for interval in found
        ],
        dtype=bool,
    )


def _shared(one: Interval, other: Interval) -> int:
    """Number of frames in both."""
    return max(min(one.end.frame, other.end.frame) - max(one.start.frame, other.start.frame) + 1, 0)
