"""Dives found while a video streams by, for one assumed relation between video time and real time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inference.diving.candidates import BlobFinder
from inference.diving.flight import MeasuredFlight, measure_flight
from inference.diving.moving_blobs import FrameBlobs
from inference.diving.path_search import search_paths
from inference.diving.plausibility import plausibility
from inference.results import FloatArray, FrameTime, apply_homography
from inference.video.camera_motion import CameraStep, chain
from inference.video.picture import Picture

_CONTEXT_S = 5.0
_TYPICAL_FLIGHT_S = (1.25, 1.6)
_LONGEST_REAL_FLIGHT_S = 2.5
_SCALE_RATIO = 1.5
_NO_STEP = CameraStep(np.eye(3), 1.0, is_cut=False, is_repeat=True)


@dataclass(frozen=True, slots=True, eq=False)
class ScoredFlight:
    """A measured flight, how plausible it is, and the pictures around it (video seconds).

    places gives, by frame number, (x, y) of the diver in these pictures (analysis pixels): on the path during the
    flight, where it began before that and where it ended after it; origins gives where it began, for all of them.
    """

    measured: MeasuredFlight
    score: float
    slow_motion: float
    start_s: float
    end_s: float
    frames: tuple[FrameBlobs, ...]
    places: Mapping[int, FloatArray]
    origins: Mapping[int, FloatArray]


class FlightStream:
    """Turns pictures into flights, a stretch at a time, keeping only a few seconds of blobs.

    Args:
        slow_motion: video seconds for a second of real time.
        stride: of the pictures pushed, every how manyth is analysed.
        seed: of the path search.

    Attributes:
        searched_to_s: flights whose middle lies before this time (seconds of video) have been given.
    """

    def __init__(self, slow_motion: float, stride: int, seed: int) -> None:
        self.slow_motion = slow_motion
        self.context_s = _CONTEXT_S * slow_motion
        self._stride = stride
        self._finder = BlobFinder(slow_motion)
        self._seed = seed
        self._pushed = 0
        self._since_analysed = _NO_STEP
        self._frames: list[FrameBlobs] = []
        self.searched_to_s = -np.inf

    def push(self, time: FrameTime, image: Picture, grey: Picture, step: CameraStep) -> None:
        """Add a picture; arguments as of `BlobFinder.push`."""
        self._since_analysed = self._since_analysed.then(step)
        if self._pushed % self._stride == 0:
            if self._since_analysed.is_repeat:
                self._frames.extend(self._finder.push_repeat(time))
            else:
                self._frames.extend(self._finder.push(time, image, grey, self._since_analysed))
            self._since_analysed = _NO_STEP
        self._pushed += 1

    @property
    def unsearched_s(self) -> float:
        """Seconds of video that wait for `search`, beyond the context it keeps."""
        if not self._frames:
            return 0.0
        begin_s = max(self.searched_to_s, self._frames[0].time.seconds)
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
            if self.searched_to_s <= (start_s + end_s) / 2 < limit_s:
                score = plausibility(measured.flight)
                found.append(self._scored(measured, score, start_s, end_s))
        self.searched_to_s = limit_s
        self._frames = [frame for frame in self._frames if frame.time.seconds >= limit_s - self.context_s]
        return found

    def _scored(self, measured: MeasuredFlight, score: float, start_s: float, end_s: float) -> ScoredFlight:
        margin_s = self.slow_motion
        first = next(i for i, frame in enumerate(self._frames) if frame.time.seconds >= start_s - margin_s)
        last = first
        while last + 1 < len(self._frames) and self._frames[last].time.seconds < end_s + margin_s:
            last += 1
        pictures = tuple(self._frames[first : last + 1])
        places, origins = (
            self._places(measured, (first, last), until_s) for until_s in (measured.end_s, measured.start_s)
        )
        return ScoredFlight(measured, score, self.slow_motion, start_s, end_s, pictures, places, origins)

    def _places(self, measured: MeasuredFlight, ends: tuple[int, int], until_s: float) -> dict[int, FloatArray]:
        """Where the diver is in some of the pictures, from the start of the flight until a time."""
        first, last = ends
        first, last = min(first, measured.reference), max(last, measured.reference)
        pictures = self._frames[first : last + 1]
        maps = chain([picture.to_previous for picture in pictures], measured.reference - first)
        seconds = np.array([picture.time.seconds for picture in pictures]) / self.slow_motion
        on_path = measured.path.at(np.clip(seconds, measured.start_s, until_s))
        back = np.linalg.inv(maps)
        return {
            picture.time.frame: apply_homography(matrix, point)
            for picture, matrix, point in zip(pictures, back, on_path, strict=True)
        }


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
