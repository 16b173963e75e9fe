"""Dives found while a video streams by, for one assumed relation between video time and real time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from inference.diving.candidates import BlobFinder, FrameBlobs
from inference.diving.flight import MeasuredFlight, measure_flight
from inference.diving.path_search import search_paths
from inference.diving.plausibility import plausibility
from inference.results import FrameTime
from inference.video.camera_motion import CameraStep
from inference.video.picture import Picture

_CONTEXT_S = 5.0
_TYPICAL_FLIGHT_S = (1.25, 1.6)
_LONGEST_REAL_FLIGHT_S = 2.5
_SCALE_RATIO = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class ScoredFlight:
    """A measured flight, how plausible it is, and the pictures around it (video seconds)."""

    measured: MeasuredFlight
    score: float
    slow_motion: float
    start_s: float
    end_s: float
    frames: tuple[FrameBlobs, ...]


class FlightStream:
    """Turns pictures into flights, a stretch at a time, keeping only a few seconds of blobs.

    Args:
        slow_motion: video seconds for a second of real time.
        stride: of the pictures pushed, every how manyth is analysed.
        rate_hz: pictures pushed per second of video.
        seed: of the path search.
    """

    def __init__(self, slow_motion: float, stride: int, rate_hz: float, seed: int) -> None:
        self.slow_motion = slow_motion
        self.context_s = _CONTEXT_S * slow_motion
        self._stride = stride
        self._finder = BlobFinder(rate_hz / stride * slow_motion)
        self._seed = seed
        self._pushed = 0
        self._since_analysed = CameraStep(np.eye(3), 1.0, is_cut=False)
        self._frames: list[FrameBlobs] = []
        self._searched_to_s = -np.inf

    def push(self, time: FrameTime, image: Picture, grey: Picture, step: CameraStep) -> None:
        """Add a picture; arguments as of `BlobFinder.push`."""
        before = self._since_analysed
        step = CameraStep(before.to_previous @ step.to_previous, step.support, before.is_cut or step.is_cut)
        if self._pushed % self._stride == 0:
            blobs = self._finder.push(time, image, grey, step)
            if blobs is not None:
                self._frames.append(blobs)
            step = CameraStep(np.eye(3), 1.0, is_cut=False)
        self._since_analysed = step
        self._pushed += 1

    @property
    def unsearched_s(self) -> float:
        """Seconds of video that wait for `search`, beyond the context it keeps."""
        if not self._frames:
            return 0.0
        begin_s = max(self._searched_to_s, self._frames[0].time.seconds)
        return self._frames[-1].time.seconds - self.context_s - begin_s

    def search(self, *, is_last: bool) -> list[ScoredFlight]:
        """Flights that the pictures since the last search have completed, plausible or not.

        Each flight is given once: those whose middle lies before the newest few seconds, which the next search sees
        again with what follows them.
        """
        if is_last:
            self._frames.extend(self._finder.finish())
        if not self._frames:
            return []
        limit_s = np.inf if is_last else self._frames[-1].time.seconds - self.context_s
        found = []
        for path in search_paths(self._frames, self.slow_motion, np.random.default_rng(self._seed)):
            measured = measure_flight(self._frames, path, self.slow_motion)
            if measured is None:
                continue
            start_s, end_s = measured.start_s * self.slow_motion, measured.end_s * self.slow_motion
            if self._searched_to_s <= (start_s + end_s) / 2 < limit_s:
                score = plausibility(measured.flight)
                found.append(self._scored(measured, score, start_s, end_s))
        self._searched_to_s = limit_s
        self._frames = [frame for frame in self._frames if frame.time.seconds >= limit_s - self.context_s]
        return found

    def _scored(self, measured: MeasuredFlight, score: float, start_s: float, end_s: float) -> ScoredFlight:
        margin_s = self.slow_motion
        first = next(i for i, frame in enumerate(self._frames) if frame.time.seconds >= start_s - margin_s)
        last = first
        while last + 1 < len(self._frames) and self._frames[last].time.seconds < end_s + margin_s:
            last += 1
        pictures = tuple(self._frames[first : last + 1])
        return ScoredFlight(measured, score, self.slow_motion, start_s, end_s, pictures)


def real_time_scales(shortest_s: float, longest_s: float) -> list[float]:
    """Slow motion factors that make flights of some length out of dives.

    Args:
        shortest_s: shortest flight as the video plays.
        longest_s: longest flight as the video plays.

    Returns:
        At least one factor, none below 1, so close that a flight of any such length lasts as long as a real one at some
        factor, give or take a quarter.
    """
    lowest = max(1.0, shortest_s / _TYPICAL_FLIGHT_S[1])
    highest = max(lowest, longest_s / _TYPICAL_FLIGHT_S[0]) if longest_s > _LONGEST_REAL_FLIGHT_S else lowest
    count = 1 + math.ceil(math.log(highest / lowest) / math.log(_SCALE_RATIO) - 1e-9)
    return [float(scale) for scale in np.geomspace(lowest, highest, count)]
