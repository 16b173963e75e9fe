"""Find dives in video without learned weights: camera motion, moving blobs, ballistic paths, physics.

The video streams by once. The camera's motion from picture to picture brings neighbours into register; what still
differs is a moving blob; three blobs fix a ballistic path, MSAC finds the paths that many pictures support; gravity
gives each of them a scale in metres, and with it everything that tells a dive from a walker, a ball or a ripple.
Nothing is tuned in pixels or frames: pictures are analysed at one size and about 25 times a second of real time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from inference.diving.detected_dive import detected_dive
from inference.diving.flight_stream import FlightStream, ScoredFlight, real_time_scales
from inference.progress import CancelToken, Progress
from inference.results import DetectedDive, FrameTime, ModelIdentity, Predictions, SignalTrack
from inference.video.camera_motion import CameraStep, analysis_size, camera_step, grey
from inference.video.picture import Picture
from inference.video.reader import FrameReader

MODEL = ModelIdentity("motion", "1")

_PICTURES_A_SECOND = 25.0
_FLIGHT_S = (0.75, 2.2)
_UNKNOWN_FLIGHT_S = (0.75, 12.0)
_STRETCH_S = 10.0
_MAX_SHARED = 0.5
_SAME_SCALE = 1.6
_ONE_SCENE_S = 3.0
_MAX_SCALE_CHANGE = 1.8


@dataclass(frozen=True, slots=True)
class FinderSettings:
    """What the finder assumes about the video.

    Attributes:
        slow_motion: video seconds for a second of real time: 1 for a video at normal speed, 4 for one that plays four
            times slower. None works it out: from the duration limits if there are any; otherwise 1 for a video file,
            and up to about 10 for a folder of images, whose time stamps are made up.
        min_duration_s: shortest flight, in seconds as the video plays; None for what physics allows.
        max_duration_s: longest flight, in seconds as the video plays; None for what physics allows.
        sensitivity: 0 to 1; dives with a score of at least 1 - sensitivity are given.
        seed: of the random choices; the same seed finds the same dives.

    Raises:
        ValueError: if a value is out of range.
    """

    slow_motion: float | None = None
    min_duration_s: float | None = None
    max_duration_s: float | None = None
    sensitivity: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        if self.slow_motion is not None and self.slow_motion <= 0:
            raise ValueError(f"slow motion factor {self.slow_motion} must be above 0")
        if not 0 <= self.sensitivity <= 1:
            raise ValueError(f"sensitivity {self.sensitivity} must lie between 0 and 1")
        shortest = 0.0 if self.min_duration_s is None else self.min_duration_s
        if shortest < 0 or (self.max_duration_s is not None and self.max_duration_s <= shortest):
            raise ValueError(
                f"shortest flight {shortest} s must be at least 0 and below the longest, {self.max_duration_s} s"
            )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for storage; `FinderSettings(**values)` gives the same settings back."""
        return asdict(self)

    def scales(self, *, is_time_known: bool) -> list[float]:
        """The slow motion factors to try."""
        if self.slow_motion is not None:
            return [self.slow_motion]
        if self.min_duration_s is None and self.max_duration_s is None:
            if is_time_known:
                return [1.0]
            return real_time_scales(*_UNKNOWN_FLIGHT_S)
        shortest = self.min_duration_s if self.min_duration_s is not None else _FLIGHT_S[0]
        longest = self.max_duration_s if self.max_duration_s is not None else _FLIGHT_S[1] * max(1.0, shortest)
        return real_time_scales(shortest, longest)

    def allows(self, flight: ScoredFlight) -> bool:
        """Whether a flight lasts as long as it may."""
        duration_s = flight.end_s - flight.start_s
        shortest, longest = (limit * flight.slow_motion for limit in _FLIGHT_S)
        is_scale_guessed = self.slow_motion is None and flight.slow_motion > 1
        if is_scale_guessed and not shortest <= duration_s <= longest:
            return False
        if self.min_duration_s is not None:
            shortest = self.min_duration_s
        if self.max_duration_s is not None:
            longest = self.max_duration_s
        return shortest <= duration_s <= longest


def find_dives(
    reader: FrameReader,
    settings: FinderSettings | None = None,
    *,
    frame_range: tuple[int, int] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    on_dive: Callable[[DetectedDive], None] | None = None,
) -> Predictions:
    """Find the dives in a video.

    Args:
        reader: the video.
        settings: what to assume; the defaults suit a video at normal speed and a folder of images.
        frame_range: first and last frame to look at, both included; the whole video if None.
        progress: called with the fraction done.
        cancel: checked at every frame.
        on_dive: called with every dive as soon as it is certain, in the order of their times.

    Returns:
        The dives in the order of their times, and a signal named "motion": the plausibility of the best ballistic path
        through each frame, accepted or not.

    Raises:
        Cancelled: if cancelled.
        VideoError: if the video cannot be read.
    """
    settings = FinderSettings() if settings is None else settings
    search = _Search(reader, settings, frame_range)
    for flight in search.run(progress, cancel):
        dive = detected_dive(flight, reader.index.times_s, search.full_size)
        search.dives.append(dive)
        if on_dive is not None:
            on_dive(dive)
    return Predictions(
        model=MODEL,
        settings=settings.to_dict(),
        first_frame=search.first,
        last_frame=search.last,
        dives=tuple(search.dives),
        signals=(SignalTrack("motion", search.first, search.signal),),
    )


class _Search:
    """One pass over a video."""

    def __init__(self, reader: FrameReader, settings: FinderSettings, frame_range: tuple[int, int] | None) -> None:
        index = reader.index
        self._reader, self._settings = reader, settings
        self.first, self.last = 0, index.frame_count - 1
        if frame_range is not None:
            self.first, self.last = max(self.first, frame_range[0]), min(self.last, frame_range[1])
        self.full_size = (index.width, index.height)
        self.dives: list[DetectedDive] = []
        self.signal = np.zeros(max(self.last - self.first + 1, 0), dtype=np.float32)
        scales = settings.scales(is_time_known=not index.file_names)
        fps = index.average_fps
        self._step = max(1, int(fps * min(scales) / _PICTURES_A_SECOND + 0.01))
        rate_hz = fps / self._step
        self._streams = [
            FlightStream(scale, max(1, round(rate_hz * scale / _PICTURES_A_SECOND)), rate_hz, settings.seed)
            for scale in scales
        ]
        self._given: list[ScoredFlight] = []
        self._waiting: list[ScoredFlight] = []

    def run(self, progress: Progress | None, cancel: CancelToken | None) -> Iterator[ScoredFlight]:
        """Dives as they become certain, in the order of their times."""
        for time, image, current, step in self._pictures():
            if cancel is not None:
                cancel.raise_if_cancelled()
            for stream in self._streams:
                stream.push(time, image, current, step)
            if all(stream.unsearched_s >= _STRETCH_S * self._streams[-1].slow_motion for stream in self._streams):
                yield from self._search(is_last=False)
            if progress is not None:
                progress((time.frame - self.first + 1) / len(self.signal), "Looking for dives")
        yield from self._search(is_last=True)

    def _pictures(self) -> Iterator[tuple[FrameTime, Picture, Picture, CameraStep]]:
        """Pictures, the same in grey, and the camera's steps; those are worked out a picture ahead, beside the rest."""
        size = analysis_size(*self.full_size)
        waiting: tuple[FrameTime, Picture, Picture, Future[CameraStep]] | None = None
        previous: Picture | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="camera motion") as worker:
            for time, image in self._reader.frames(self.first, self.last + 1, self._step, size=size):
                current = grey(image)
                ahead = worker.submit(_first_or_step, previous, current)
                previous = current
                if waiting is not None:
                    yield *waiting[:3], waiting[3].result()
                waiting = (time, image, current, ahead)
            if waiting is not None:
                yield *waiting[:3], waiting[3].result()

    def _search(self, *, is_last: bool) -> Iterator[ScoredFlight]:
        """Dives that the pictures since the last search have completed."""
        flights = [
            flight
            for stream in self._streams
            for flight in stream.search(is_last=is_last)
            if self._settings.allows(flight)
        ]
        for flight in flights:
            self._mark(flight)
        least = 1 - self._settings.sensitivity
        self._waiting.extend(flight for flight in flights if flight.score >= least and flight.score > 0)
        if len(self._streams) > 1:
            # Which slow motion it is shows only at the end, when its dives have all been seen.
            if not is_last:
                return
            self._waiting = _of_one_scale(self._waiting)
        chosen: list[ScoredFlight] = []
        for flight in sorted(self._waiting, key=_certainty, reverse=True):
            if not any(_is_same(flight, other) or _contradicts(flight, other) for other in chosen + self._given):
                chosen.append(flight)
        self._given, self._waiting = chosen, []
        yield from sorted(chosen, key=lambda flight: flight.start_s)

    def _mark(self, flight: ScoredFlight) -> None:
        times_s = self._reader.index.times_s[self.first : self.last + 1]
        inside = slice(*np.searchsorted(times_s, [flight.start_s, flight.end_s + 1e-9]))
        np.maximum(self.signal[inside], flight.score, out=self.signal[inside])


def _first_or_step(previous: Picture | None, current: Picture) -> CameraStep:
    """The camera's step, none for the first picture."""
    return CameraStep(np.eye(3), 1.0, is_cut=False) if previous is None else camera_step(previous, current)


def _of_one_scale(flights: list[ScoredFlight]) -> list[ScoredFlight]:
    """The flights in slow motion about as strong as that of the most certain one: a clip has one speed."""
    if not flights:
        return []
    best = max(flights, key=_certainty).slow_motion
    return [flight for flight in flights if abs(np.log(flight.slow_motion / best)) < np.log(_SAME_SCALE)]


def _certainty(flight: ScoredFlight) -> tuple[float, float]:
    """Orders flights: by score, and among equals by how much of the video they explain."""
    return flight.score, flight.end_s - flight.start_s


def _is_same(first: ScoredFlight, second: ScoredFlight) -> bool:
    """Whether two flights share so much time that they are one dive, or a synchronised pair."""
    shared = min(first.end_s, second.end_s) - max(first.start_s, second.start_s)
    return shared > _MAX_SHARED * min(first.end_s - first.start_s, second.end_s - second.start_s)


def _contradicts(lesser: ScoredFlight, better: ScoredFlight) -> bool:
    """Whether gravity is another in two flights that follow closely on one another, as if splashes were far away."""
    gap_s = max(lesser.start_s, better.start_s) - min(lesser.end_s, better.end_s)
    scale = lesser.measured.path.ay / better.measured.path.ay
    return gap_s < _ONE_SCENE_S * better.slow_motion and abs(np.log(scale)) > np.log(_MAX_SCALE_CHANGE)
