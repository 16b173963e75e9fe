"""One pass of a detector over a video: dives with their paths, and smoothed signals, as they become certain."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import av
import numpy as np
import numpy.typing as npt

from inference.diving.dive_camera import RecentPictures, ShownPicture, follow_camera
from inference.diving.event_signals import ExtractedDive, ExtractionSettings
from inference.diving.event_stream import EventStream, Settled
from inference.diving.finder import FinderSettings
from inference.diving.kept_signals import KeptSignals, SignalPart
from inference.diving.network_path import LEAST_PICTURES, LEAST_SCORE, path_through
from inference.diving.path_refinement import refined_path
from inference.diving.take_off import take_off
from inference.models.detector_input import NETWORK_SIZE, frame_stride
from inference.progress import CancelToken, Progress
from inference.results import Candidate, DetectedDive, FloatArray, Interval, ModelIdentity, SignalTrack, Trajectory
from inference.video.picture import Picture
from inference.video.reader import FrameReader

if TYPE_CHECKING:
    from inference.models.detector_signals import DetectorSignals

_NAMES = ("start", "mid", "end")
_OVERLAP = 32
_MARGIN_S = 0.5
_MOVED_S = 0.1
_MOST_PICTURES = 500


class SignalSource(Protocol):
    """A detector as the search knows it."""

    @property
    def identity(self) -> ModelIdentity:
        """How its predictions name it."""
        ...

    def signals(self, pictures: Iterable[npt.NDArray[np.uint8]]) -> Iterator[DetectorSignals]:
        """What it says about pictures of `NETWORK_SIZE`, in consecutive parts."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What has become certain: dives, and the smoothed signals of the frames after those given before."""

    dives: tuple[DetectedDive, ...]
    tracks: tuple[SignalTrack, ...]


class NetworkSearch:
    """A search through a range of frames.

    Args:
        reader: the video, open; used by this search alone until it ends.
        detector: see the class.
        settings: what to assume about the video.
        extraction: how dives are read off the signals.
        frame_range: first and last frame, both included; None for the whole video.
    """

    def __init__(
        self,
        reader: FrameReader,
        detector: SignalSource,
        settings: FinderSettings,
        extraction: ExtractionSettings,
        frame_range: tuple[int, int] | None,
    ) -> None:
        self._reader, self._detector, self._settings = reader, detector, settings
        self._index = reader.index
        self.first, self.last = frame_range or (0, self._index.frame_count - 1)
        scales = settings.scales(is_time_known=not self._index.file_names)
        # Where the speed is anybody's guess, the one that most footage has is the best.
        self._slow_motion = scales[0] if len(scales) == 1 else 1.0
        self._is_estimate = len(scales) > 1 or (settings.slow_motion is None and self._slow_motion > 1)
        fps = self._index.average_fps * self._slow_motion
        self._stride = frame_stride(fps)
        self._fps = fps / self._stride
        self._margin = round(_MARGIN_S * self._fps)
        self._extraction = extraction
        self._events = EventStream(self._fps, extraction)
        self._recent = RecentPictures(_MOST_PICTURES)
        self._frames = array("q")
        self._candidates: list[npt.NDArray[np.float32]] = []
        self._starts = array("d")
        self._last_smooth: FloatArray = np.empty((3, 0))
        self._smooth_count = 0
        self._signals: list[npt.NDArray[np.float32]] = [np.empty((3, 0), np.float32)]
        self._signal_count = 0

    @property
    def used(self) -> dict[str, Any]:
        """The settings that the search goes by."""
        used = {"slow_motion_used": self._slow_motion, "slow_motion_is_estimate": self._is_estimate}
        return self._settings.to_dict() | self._extraction.to_dict() | used

    @property
    def facts(self) -> tuple[object, ...]:
        """All that the detector's signals depend on."""
        index, model = self._index, self._detector.identity
        reading = index.fingerprint, index.is_deinterlaced, index.image_fps, av.library_versions["libavcodec"]
        return (
            *reading,
            model.name,
            model.version,
            model.weights_hash,
            self.first,
            self.last,
            self._stride,
            NETWORK_SIZE,
        )

    def run(self, kept: KeptSignals, progress: Progress | None, cancel: CancelToken | None) -> Iterator[Found]:
        """What is found, as it becomes certain.

        Args:
            kept: signals of this very search made before; those made now are added.
            progress: told the fraction done.
            cancel: asked at every picture.

        Raises:
            Cancelled: if cancelled.
            VideoError: if the video cannot be read.
        """
        for part in self._parts(kept, progress, cancel):
            yield self._take(part)
        settled = self._events.finish()
        self._starts.extend(settled.signals[0].tolist())
        yield Found(self._dives(settled), self._tracks(settled, is_last=True))

    def signals(self) -> tuple[SignalTrack, ...]:
        """The smoothed signals of every frame so far."""
        return _tracks(self.first, np.concatenate(self._signals, axis=1))

    def _parts(self, kept: KeptSignals, progress: Progress | None, cancel: CancelToken | None) -> Iterator[SignalPart]:
        """Parts kept from before, then new ones.

        A detector repeats the first picture that it is given beyond the beginning. So it is given some that it has seen
        before, and from the first of a part on, so that the new parts are those of a search that was never stopped.
        """
        again, start = 0, self.first
        for part in kept.parts:
            if cancel is not None:
                cancel.raise_if_cancelled()
            yield part
        if kept.is_complete:
            return
        for part in reversed(kept.parts):
            again += len(part)
            start = int(part.frames[0])
            if again >= _OVERLAP:
                break
        shown: deque[int] = deque()
        pictures = self._pictures(start, shown, progress, cancel)
        for signals in self._detector.signals(pictures):
            frames = [shown.popleft() for _ in range(len(signals.candidates))]
            seen = min(again, len(frames))
            again -= seen
            if seen < len(frames):
                part = SignalPart(
                    np.array(frames[seen:], np.int32), signals.probabilities[:, seen:], signals.candidates[seen:]
                )
                kept.add(part)
                yield part
        kept.complete()

    def _pictures(
        self, start: int, shown: deque[int], progress: Progress | None, cancel: CancelToken | None
    ) -> Iterator[Picture]:
        """Small pictures from a frame on; their frame numbers are added to those shown."""
        for time, picture in self._reader.frames(start, self.last + 1, self._stride, size=NETWORK_SIZE):
            if cancel is not None:
                cancel.raise_if_cancelled()
            shown.append(time.frame)
            # A detector has evaluated a picture long before it is forgotten.
            yield self._recent.keep(time, picture)
            if progress is not None:
                progress((time.frame - self.first + 1) / (self.last - self.first + 1), "Looking for dives")

    def _take(self, part: SignalPart) -> Found:
        self._frames.extend(part.frames.tolist())
        self._candidates.extend(part.candidates)
        settled = self._events.push(part.probabilities)
        self._starts.extend(settled.signals[0].tolist())
        found = Found(self._dives(settled), self._tracks(settled, is_last=False))
        # What an open dive may need is kept.
        del self._candidates[: self._events.open_from - self._first_candidates]
        self._recent.forget_before(self._frames[max(self._events.open_from - self._margin, 0)])
        return found

    @property
    def _first_candidates(self) -> int:
        """The place, among the frames looked at, of the first one whose candidates are kept."""
        return len(self._frames) - len(self._candidates)

    def _tracks(self, settled: Settled, *, is_last: bool) -> tuple[SignalTrack, ...]:
        """Signals of the frames looked at as those of every frame, from the first that has none yet."""
        known = np.concatenate([self._last_smooth, settled.signals], axis=1)
        if not known.size:
            return ()
        self._smooth_count += settled.signals.shape[1]
        self._last_smooth = known[:, -1:]
        looked_at = self._frames[self._smooth_count - known.shape[1] : self._smooth_count]
        wanted = np.arange(self.first + self._signal_count, (self.last if is_last else looked_at[-1]) + 1)
        rows = [np.interp(wanted, looked_at, row) for row in known]
        signals = np.clip(rows, 0, 1).astype(np.float32)
        self._signals.append(signals)
        self._signal_count += len(wanted)
        return _tracks(int(wanted[0]), signals) if len(wanted) else ()

    def _dives(self, settled: Settled) -> tuple[DetectedDive, ...]:
        """The dives that last as long as they may."""
        shortest, longest = self._settings.min_duration_s or 0.0, self._settings.max_duration_s or np.inf
        dives = sorted((self._dive(dive) for dive in settled.dives), key=lambda dive: dive.interval.start)
        return tuple(dive for dive in dives if shortest <= dive.interval.duration_s <= longest)

    def _dive(self, dive: ExtractedDive) -> DetectedDive:
        trajectory = self._trajectory(dive)
        if trajectory is not None:
            start = self._start(dive, trajectory)
            if abs(start - dive.start) > _MOVED_S * self._fps:
                trajectory = self._trajectory(replace(dive, start=start)) or trajectory
            dive = replace(dive, start=start)
        return DetectedDive(self._interval(dive), dive.score, trajectory)

    def _interval(self, dive: ExtractedDive) -> Interval:
        return Interval(*(self._index.time(self._frames[place]) for place in (dive.start, dive.end)))

    def _start(self, dive: ExtractedDive, trajectory: Trajectory) -> int:
        """The start that signal and path together speak for."""
        first = self._first_candidates
        seconds = self._index.times_s[np.array(self._frames[first : dive.end])]
        signal = np.array(self._starts[first : dive.end])
        return first + take_off(seconds, signal, dive.start - first, trajectory, slow_motion=self._slow_motion)

    def _trajectory(self, dive: ExtractedDive) -> Trajectory | None:
        """The diver's path, if enough candidates of the dive's own shot lie on one."""
        candidates = self._candidates_in(dive)
        if len({candidate.frame for candidate in candidates}) < LEAST_PICTURES:
            return None
        around = slice(max(dive.start - self._margin, 0), dive.end + self._margin + 1)
        full_size, interval = (self._index.width, self._index.height), self._interval(dive)
        middle_s = (interval.start.seconds + interval.end.seconds) / 2
        pictures = self._small_pictures(self._frames[around])
        camera = follow_camera(pictures, interval.start, middle_s, full_size)
        last = camera.first_frame + len(camera.to_stable) - 1
        pictures = [shown for shown in pictures if camera.first_frame <= shown[0].frame <= last]
        in_shot = [candidate for candidate in candidates if camera.first_frame <= candidate.frame <= last]
        rough = path_through(in_shot, camera, full_size, slow_motion=self._slow_motion)
        if rough is None:
            return None
        return refined_path(rough, interval, pictures, full_size, slow_motion=self._slow_motion)

    def _candidates_in(self, dive: ExtractedDive) -> list[Candidate]:
        found = []
        for place in range(dive.start, dive.end + 1):
            time = self._index.time(self._frames[place])
            for x, y, score in self._candidates[place - self._first_candidates].tolist():
                if score >= LEAST_SCORE:
                    xy = x * self._index.width, y * self._index.height
                    found.append(Candidate(time.frame, time.seconds, *xy, min(score, 1.0), is_inlier=False))
        return found

    def _small_pictures(self, frames: Sequence[int]) -> list[ShownPicture]:
        """Pictures looked at, from memory, or read again where they came from an earlier analysis."""
        kept = self._recent.of(frames)
        if kept is not None:
            return kept
        return list(self._reader.frames(frames[0], frames[-1] + 1, self._stride, size=NETWORK_SIZE))


def _tracks(first: int, signals: npt.NDArray[np.float32]) -> tuple[SignalTrack, ...]:
    return tuple(SignalTrack(name, first, values) for name, values in zip(_NAMES, signals, strict=True))
