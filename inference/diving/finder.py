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
from inference.diving.flight_choice import chosen_flights, of_one_scale
from inference.diving.flight_stream import FlightStream, ScoredFlight, real_time_scales
from inference.progress import CancelToken, Progress
from inference.results import DetectedDive, FrameTime, ModelIdentity, Predictions, SignalTrack
from inference.video.camera_follower import CameraFollower
from inference.video.camera_motion import CameraStep, analysis_size, grey
from inference.video.picture import Picture
from inference.video.reader import FrameReader

MODEL = ModelIdentity("motion", "1")

_PICTURES_A_SECOND = 25.0
_FLIGHT_S = (0.75, 2.2)
_UNKNOWN_FLIGHT_S = (0.75, 12.0)
_STRETCH_S = 10.0
_HOLD_S = 10.0
_REMEMBERED = 30


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

    def tells_speed(self, *, is_time_known: bool) -> bool:
        """Whether there is only one slow motion factor to try."""
        return len(self.scales(is_time_known=is_time_known)) == 1

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
        through each frame, accepted or not. Beside the settings given, its settings hold "slow_motion_used", the factor
        that the dives were found with, and "slow_motion_is_estimate", whether that was worked out from the dives.

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
        settings=settings.to_dict() | search.resolved(),
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
        self._streams = [
            FlightStream(scale, max(1, round(fps / self._step * scale / _PICTURES_A_SECOND)), settings.seed)
            for scale in scales
        ]
        self._given: list[ScoredFlight] = []
        self._waiting: list[ScoredFlight] = []
        self._cuts_s: list[float] = []

    def resolved(self) -> dict[str, Any]:
        """What was settled while searching: the slow motion factor used, and whether that is an estimate.

        The factor is None where several were tried and no dive told which one it is. An estimate finds dives, but it
        may be a quarter off, and so is no ground for metres.
        """
        scales = [stream.slow_motion for stream in self._streams]
        if len(scales) > 1:
            factor = max(self._given, key=lambda flight: flight.score).slow_motion if self._given else None
            return {"slow_motion_used": factor, "slow_motion_is_estimate": True}
        is_estimate = self._settings.slow_motion is None and scales[0] > 1
        return {"slow_motion_used": scales[0], "slow_motion_is_estimate": is_estimate}

    def run(self, progress: Progress | None, cancel: CancelToken | None) -> Iterator[ScoredFlight]:
        """Dives as they become certain, in the order of their times."""
        for time, image, current, step in self._pictures():
            if cancel is not None:
                cancel.raise_if_cancelled()
            if step.is_cut:
                self._cuts_s.append(time.seconds)
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
        follower = CameraFollower()
        with ThreadPoolExecutor(1, thread_name_prefix="camera motion") as worker:
            for time, image in self._reader.frames(self.first, self.last + 1, self._step, size=size):
                current = grey(image)
                ahead = worker.submit(follower.follow, current)
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
            self._waiting = of_one_scale(self._waiting)
        # What comes within a few seconds may still speak against a flight.
        certain_s = np.inf if is_last else self._streams[0].searched_to_s - _HOLD_S * self._streams[0].slow_motion
        chosen = chosen_flights(self._waiting, self._given, self._cuts_s)
        certain = sorted((f for f in chosen if f.start_s < certain_s), key=lambda flight: flight.start_s)
        self._waiting = [flight for flight in self._waiting if flight.start_s >= certain_s]
        self._given = [*self._given, *certain][-_REMEMBERED:]
        yield from certain

    def _mark(self, flight: ScoredFlight) -> None:
        times_s = self._reader.index.times_s[self.first : self.last + 1]
        inside = slice(*np.searchsorted(times_s, [flight.start_s, flight.end_s + 1e-9]))
        np.maximum(self.signal[inside], flight.score, out=self.signal[inside])
