"""One pass of a detector over a video: dives with their paths, and smoothed signals, as they become certain."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import av
import numpy as np
import numpy.typing as npt

from inference.diving.closer_look import (
    MARGIN_S,
    View,
    is_clear,
    is_found,
    joint_signals,
    second_opinion,
    stands_alone,
    view_of,
    without_doubles,
    worth_a_look,
)
from inference.diving.dive_camera import RecentPictures, SeenPictures, ShownPicture
from inference.diving.dive_follower import DiveFollower
from inference.diving.event_signals import ExtractedDive, ExtractionSettings, smoothed
from inference.diving.event_stream import EventStream, Settled
from inference.diving.finder import FinderSettings
from inference.diving.frame_signals import FrameSignals
from inference.diving.kept_signals import KeptSignals, SignalPart
from inference.diving.signal_record import SignalRecord
from inference.models.detector_input import NETWORK_SIZE, READING, frame_stride
from inference.models.free_memory import give_free_memory_back
from inference.progress import CancelToken, Progress
from inference.results import DetectedDive, ModelIdentity, SignalTrack
from inference.video.picture import Picture
from inference.video.reader import FrameReader
from inference.video.rough_frames import rough_frames

if TYPE_CHECKING:
    from inference.models.detector_signals import DetectorSignals

_OVERLAP = 32
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
        slow_motion: video seconds for a second of real time.
    """

    def __init__(
        self,
        reader: FrameReader,
        detector: SignalSource,
        settings: FinderSettings,
        extraction: ExtractionSettings,
        frame_range: tuple[int, int] | None,
        slow_motion: float = 1.0,
    ) -> None:
        self._reader, self._detector, self._settings = reader, detector, settings
        self._index = reader.index
        self.first, self.last = frame_range or (0, self._index.frame_count - 1)
        self._slow_motion = slow_motion
        is_told = settings.tells_speed(is_time_known=not self._index.file_names)
        self._is_estimate = not is_told or (settings.slow_motion is None and slow_motion > 1)
        fps = self._index.average_fps * self._slow_motion
        self._stride = frame_stride(fps)
        self._fps = fps / self._stride
        self._look_margin = round(MARGIN_S * self._fps)
        self._extraction = extraction
        self._events = EventStream(self._fps, worth_a_look(extraction), [extraction.min_prominence])
        self._recent = RecentPictures(_MOST_PICTURES)
        self._record = SignalRecord()
        self._pictures = SeenPictures(reader, self._stride, self._recent)
        self._follower = DiveFollower(reader, settings, self._record, self._pictures, self._fps, slow_motion)
        self._views: list[Picture] = []
        self._signals = FrameSignals(self.first, self.last)

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
            READING,
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
        yield self._found(self._events.finish(), is_last=True)

    def signals(self) -> tuple[SignalTrack, ...]:
        """The smoothed signals of every frame so far."""
        return self._signals.tracks()

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
        pictures = self._shown_pictures(start, shown, progress, cancel)
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

    def _shown_pictures(
        self, start: int, shown: deque[int], progress: Progress | None, cancel: CancelToken | None
    ) -> Iterator[Picture]:
        """Small pictures from a frame on; their frame numbers are added to those shown."""
        for time, picture in rough_frames(self._reader, start, self.last + 1, self._stride, size=NETWORK_SIZE):
            if cancel is not None:
                cancel.raise_if_cancelled()
            shown.append(time.frame)
            # A detector has evaluated a picture long before it is forgotten.
            yield self._recent.keep(time, picture)
            if progress is not None:
                progress((time.frame - self.first + 1) / (self.last - self.first + 1), "Looking for dives")

    def _take(self, part: SignalPart) -> Found:
        self._record.add(part)
        found = self._found(self._events.push(part.probabilities), is_last=False)
        # What an open dive may need is kept.
        needed_from = max(self._events.open_from - max(self._look_margin, self._follower.margin), 0)
        self._recent.forget_before(self._record.frames[needed_from])
        self._record.forget_before(needed_from, frames_before=self._follower.margin)
        return found

    def _found(self, settled: Settled, *, is_last: bool) -> Found:
        frames, starts = self._record.frames, self._record.starts
        taken = len(starts)
        starts.extend(settled.signals[0].tolist())
        dives = self._dives(settled)
        if settled.dives:
            # Looking closer and following a dive take as much as the search itself, for a moment.
            give_free_memory_back()
        return Found(dives, self._signals.take(frames[taken : len(starts)], settled.signals, is_last=is_last))

    def _dives(self, settled: Settled) -> tuple[DetectedDive, ...]:
        """The dives that last as long as they may."""
        shortest, longest = self._settings.min_duration_s or 0.0, self._settings.max_duration_s or np.inf
        dives = sorted(map(self._follower.follow, self._certain(settled)), key=lambda dive: dive.interval.start)
        return tuple(dive for dive in dives if shortest <= dive.interval.duration_s <= longest)

    def _certain(self, settled: Settled) -> list[ExtractedDive]:
        """Those that are clear at once, and those that a closer look makes clear."""
        found = [dive for dive in settled.dives if is_found(dive, self._extraction)]
        clear, looked_at = [], []
        for dive in settled.dives:
            if is_clear(dive, self._record.starts[dive.start]) or not stands_alone(dive, found):
                clear += [dive] if dive in found else []
            elif (closer := self._looked_at_again(dive)) is not None:
                looked_at.append(closer)
        return without_doubles(clear, looked_at)

    def _looked_at_again(self, dive: ExtractedDive) -> ExtractedDive | None:
        """The dive after a closer look; None if neither look finds one.

        What the first look finds stands: enlarged footage is not what the detector has learned from, and a dive that is
        none is sooner seen by a person than one that is missing.
        """
        record = self._record
        view = view_of(record.first_candidates(dive.start, dive.end + 1))
        begin = max(dive.start - self._look_margin, record.first)
        stop = min(dive.end + self._look_margin + 1, len(record.frames))
        pictures = self._pictures.of(record.frames[begin:stop]) if view is not None else []
        # Near damage, reading again may give fewer pictures than reading through.
        if view is None or len(pictures) < stop - begin:
            return dive if is_found(dive, self._extraction) else None
        parts = list(self._detector.signals(self._enlarged(view, pictures)))
        again = np.concatenate([part.probabilities for part in parts], axis=1)
        first = record.probabilities(begin, stop)
        smooth = smoothed(first, self._extraction.hann_s, self._fps)
        joint = smoothed(joint_signals(first, again), self._extraction.hann_s, self._fps)
        here = replace(dive, start=dive.start - begin, end=dive.end - begin)
        opinion = second_opinion(here, smooth, joint, self._fps, self._extraction)
        if opinion is None:
            return dive if is_found(dive, self._extraction) else None
        record.replace_starts(begin, joint[0])
        record.add_candidates(begin, view.candidates(np.concatenate([part.candidates for part in parts])))
        return replace(opinion, start=opinion.start + begin, end=opinion.end + begin)

    def _enlarged(self, view: View, pictures: Sequence[ShownPicture]) -> list[Picture]:
        """What a view shows of pictures, in memory that the next ones use again; see `RecentPictures`."""
        while len(self._views) < len(pictures):
            self._views.append(np.empty_like(pictures[0][1]))
        return [view.picture(picture, out) for (_, picture), out in zip(pictures, self._views, strict=False)]
