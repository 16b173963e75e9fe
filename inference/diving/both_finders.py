"""Network and motion finder together: the network goes first, and what it misses the finder may add.

A network says nothing about what is too unlike all that it was trained on; the finder, which knows nothing but physics,
does not mind. So dives that the finder is sure of count even where the network is silent. Of those that both have found
the network's stand, since it places starts and ends more exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inference.results import DetectedDive, Interval

SURE = 0.8
"""Score from which on a dive of the motion finder is believed on its word alone."""

_SAME_SHARE = 0.2


def is_added(dive: DetectedDive, by_network: Iterable[DetectedDive]) -> bool:
    """Whether a dive of the motion finder is one to add: a sure one, where the network has none."""
    return dive.score >= SURE and all(_shared(dive.interval, other.interval) <= _SAME_SHARE for other in by_network)


def added_by_motion(by_motion: Sequence[DetectedDive], by_network: Sequence[DetectedDive]) -> tuple[DetectedDive, ...]:
    """The dives of the motion finder to add to those of the network."""
    return tuple(dive for dive in by_motion if is_added(dive, by_network))


def _shared(one: Interval, other: Interval) -> float:
    """Frames that two intervals share, as a share of the shorter one."""
    frames = min(one.end.frame, other.end.frame) - max(one.start.frame, other.start.frame) + 1
    return max(frames, 0) / min(one.frame_count, other.frame_count)
