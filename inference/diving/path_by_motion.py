"""The path of a dive that the network has found without saying where: the motion finder looks at its time alone.

A network is sure of where only in what resembles the footage that it learned from; in other footage it may still tell
when. The motion finder knows nothing but physics, and needs nothing but the pictures around a dive.
"""

from __future__ import annotations

from dataclasses import replace

from inference.diving.finder import FinderSettings, find_dives
from inference.results import Interval, Trajectory
from inference.video.reader import FrameReader

_AROUND_S = 1.0
"""Looked at before and after, in seconds of real time: the camera's motion is to be known when the flight begins."""

_LEAST_SHARED = 0.5
"""Temporal IoU from which on a flight is that of the dive."""

_SENSITIVITY = 0.9
"""That somebody dives is known, so a flight that would not be believed on its own word will do."""


def path_by_motion(
    reader: FrameReader, interval: Interval, settings: FinderSettings, *, slow_motion: float = 1.0
) -> Trajectory | None:
    """The path that the motion finder sees during a dive.

    Args:
        reader: the video, open; frames that somebody is being given meanwhile still come in order.
        interval: the dive's start and end.
        settings: what to assume about the video.
        slow_motion: video seconds for a second of real time, as well as it is known.

    Returns:
        The path of the flight that shares most of the dive's time; None if there is none that shares enough.

    Raises:
        VideoError: if the video cannot be read.
    """
    times_s, around_s = reader.index.times_s, _AROUND_S * slow_motion
    first = int(times_s.searchsorted(interval.start.seconds - around_s))
    last = int(times_s.searchsorted(interval.end.seconds + around_s, side="right")) - 1
    # How long a dive may last was asked of the network's dive already.
    wanted = replace(settings, sensitivity=_SENSITIVITY, min_duration_s=None, max_duration_s=None)
    flights = find_dives(reader, wanted, frame_range=(first, last)).dives
    best = max(flights, key=lambda flight: flight.interval.temporal_iou(interval), default=None)
    if best is None or best.interval.temporal_iou(interval) < _LEAST_SHARED:
        return None
    return best.trajectory
