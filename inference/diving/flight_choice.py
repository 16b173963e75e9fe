"""Which of the flights found are told as dives: not the same one twice, and none that a better one contradicts.

A diver is found in several ways, as a whole and in parts, and what stands beside the true path is judged by it: in one
shot gravity is the same everywhere but for depth, and nobody takes off where somebody else has just been.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from inference.diving.flight_stream import ScoredFlight

_MAX_SHARED = 0.5
_APART = 1.0
_TOGETHER_S = 0.2
_SAME_SCALE = 1.6
_MAX_SCALE_CHANGE = ((3.0, 2.0), (20.0, 2.5))
"""In flights so many seconds apart and less, gravity in pixels differs by at most that factor: depth and zoom."""

_NEXT_S = 1.5
_SAME_PLACE = 1.0


def chosen_flights(
    flights: Iterable[ScoredFlight], given: Sequence[ScoredFlight], cuts_s: Sequence[float]
) -> list[ScoredFlight]:
    """The flights that are dives, most certain first.

    Args:
        flights: those to choose from.
        given: dives chosen before.
        cuts_s: times at which the video cuts to another shot.
    """
    chosen: list[ScoredFlight] = []
    for flight in sorted(flights, key=_certainty, reverse=True):
        others = [*chosen, *given]
        if not any(_is_same(flight, other) or _contradicts(flight, other, cuts_s) for other in others):
            chosen.append(flight)
    return chosen


def of_one_scale(flights: list[ScoredFlight]) -> list[ScoredFlight]:
    """The flights in slow motion about as strong as that of the most certain one: a clip has one speed."""
    if not flights:
        return []
    best = max(flights, key=_certainty).slow_motion
    return [flight for flight in flights if abs(np.log(flight.slow_motion / best)) < np.log(_SAME_SCALE)]


def _certainty(flight: ScoredFlight) -> tuple[float, float]:
    """Orders flights: by score, and among equals by how much of the video they explain."""
    return flight.score, flight.end_s - flight.start_s


def _is_same(first: ScoredFlight, second: ScoredFlight) -> bool:
    """Whether two flights are one dive, or a synchronised pair: they share most of their time, and place or both ends.

    Two divers in the air from different boards are two dives.
    """
    shared = min(first.end_s, second.end_s) - max(first.start_s, second.start_s)
    if shared <= _MAX_SHARED * min(first.end_s - first.start_s, second.end_s - second.start_s):
        return False
    together_s = _TOGETHER_S * max(first.slow_motion, second.slow_motion)
    if max(abs(first.start_s - second.start_s), abs(first.end_s - second.end_s)) < together_s:
        return True
    return _distance(first, second, max(first.start_s, second.start_s), min(first.end_s, second.end_s)) < _APART


def _contradicts(lesser: ScoredFlight, better: ScoredFlight, cuts_s: Sequence[float]) -> bool:
    """Whether a flight cannot be a dive if the other one is."""
    first_s, last_s = min(lesser.end_s, better.end_s), max(lesser.start_s, better.start_s)
    if any(first_s < cut_s <= last_s for cut_s in cuts_s):
        return False
    gap_s = (last_s - first_s) / better.slow_motion
    scale = abs(np.log(lesser.measured.path.ay / better.measured.path.ay))
    if any(gap_s < apart_s and scale > np.log(change) for apart_s, change in _MAX_SCALE_CHANGE):
        return True
    if not 0 <= gap_s < _NEXT_S:
        return False
    # A bounce or a hurdle begins or ends where the dive begins, and the board still swings when the diver has left it.
    frames = [frame for frame in lesser.places if frame in better.places]
    body_px = max(lesser.measured.extent_px, better.measured.extent_px)
    return any(
        np.linalg.norm(lesser.origins[frame] - better.origins[frame]) < _SAME_PLACE * body_px for frame in frames[:1]
    ) or (lesser.end_s <= better.start_s and _distance(lesser, better, lesser.end_s, better.start_s) < _SAME_PLACE)


def _distance(first: ScoredFlight, second: ScoredFlight, start_s: float, end_s: float) -> float:
    """Median distance between two divers over a time, in bodies of the larger; 0 where it is not known."""
    seconds = {picture.time.frame: picture.time.seconds for picture in first.frames}
    shared = [frame for frame, time_s in seconds.items() if frame in second.places and start_s <= time_s <= end_s]
    if not shared:
        return 0.0
    apart = np.array([first.places[frame] for frame in shared]) - [second.places[frame] for frame in shared]
    body_px = max(first.measured.extent_px, second.measured.extent_px)
    return float(np.median(np.linalg.norm(apart, axis=1))) / body_px
