"""Looking for dives in an open video in one of the ways there are; touches no review and knows no Qt.

What is found is told while the search goes on, run by run: a search with both methods is a run of the network and then
one of the motion finder, which only adds. So every dive says by which model it was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from app.approach import Approach
from inference.progress import Cancelled, CancelToken, Progress
from inference.results import DetectedDive, ModelIdentity, Predictions, SignalTrack

if TYPE_CHECKING:
    from inference.diving.finder import FinderSettings
    from inference.video.reader import FrameReader


@dataclass(frozen=True, slots=True)
class Run:
    """One model's pass over frames from first_frame on; is_addition: it only adds to what the run before it found."""

    model: ModelIdentity
    settings: Mapping[str, Any]
    first_frame: int
    is_addition: bool = False

    def partial(self, dives: Sequence[DetectedDive], signals: Iterable[SignalTrack] = ()) -> Predictions:
        """What a run that was stopped has found, claiming no frame after its last dive: what was said there stays."""
        last = max((dive.interval.end.frame for dive in dives), default=self.first_frame)
        cut = [replace(track, values=track.values[: max(last + 1 - track.first_frame, 0)]) for track in signals]
        kept = tuple(track for track in cut if len(track.values))
        return Predictions(self.model, self.settings, self.first_frame, last, tuple(dives), kept)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told what while a search goes on; all are called in the thread of the search.

    Attributes:
        on_run: the run that begins.
        on_dive: a dive of that run.
        on_signals: signals of frames that follow those told before.
        progress: the fraction done.
    """

    on_run: Callable[[Run], None] = lambda _: None
    on_dive: Callable[[DetectedDive], None] = lambda _: None
    on_signals: Callable[[tuple[SignalTrack, ...]], None] = lambda _: None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found, and the cancelling or the video error that stopped it before the end of its range.

    Attributes:
        runs: each run with its predictions, in the order in which they are to be stored.
        stopped_by: None for a search that came to its end.
    """

    runs: tuple[tuple[Run, Predictions], ...] = ()
    stopped_by: Exception | None = None

    @property
    def dives(self) -> tuple[DetectedDive, ...]:
        """The dives of all runs."""
        return tuple(dive for _, predictions in self.runs for dive in predictions.dives)


@dataclass(slots=True)
class _Heard:
    """What a run has told so far."""

    dives: list[DetectedDive] = field(default_factory=list)
    parts: list[tuple[SignalTrack, ...]] = field(default_factory=list)


def joined(parts: Sequence[tuple[SignalTrack, ...]]) -> tuple[SignalTrack, ...]:
    """Tracks of consecutive frames, told part by part with the same names, as one each."""
    if not parts:
        return ()
    values = [
        np.concatenate(pieces) for pieces in zip(*((track.values for track in part) for part in parts), strict=True)
    ]
    return tuple(replace(track, values=whole) for track, whole in zip(parts[0], values, strict=True))


def search(
    reader: FrameReader,
    settings: FinderSettings,
    approach: Approach,
    frames: tuple[int, int],
    told: Told,
    cancel: CancelToken | None = None,
) -> Findings:
    """Look for dives in frames first to last of a video.

    Args:
        reader: the video, open.
        settings: what the person says about the video.
        approach: the way to take.
        frames: first and last frame, both included.
        told: see the class.
        cancel: stops the search.

    Returns:
        The predictions of each run; where the search was cancelled or could not read on, those made until then with
        the reason.

    Raises:
        ModelError: if weights cannot be used.
    """
    if approach.method == "motion":
        return _by_motion(reader, settings, frames, told, cancel)
    found = _by_network(reader, settings, approach, frames, _part(told, 0, approach), cancel)
    if approach.method == "network" or found.stopped_by is not None:
        return found
    added = _by_motion(reader, settings, frames, _part(told, 1, approach), cancel, beside=found.dives)
    return Findings((*found.runs, *added.runs), added.stopped_by)


def _by_motion(
    reader: FrameReader,
    settings: FinderSettings,
    frames: tuple[int, int],
    told: Told,
    cancel: CancelToken | None,
    *,
    beside: Sequence[DetectedDive] | None = None,
) -> Findings:
    """The motion finder's run; beside the dives of another one, if they are given, to which it only adds."""
    from inference.diving.both_finders import added_by_motion, is_added
    from inference.diving.finder import MODEL, find_dives

    run = Run(MODEL, settings.to_dict(), frames[0], is_addition=beside is not None)

    def pass_over(on_dive: Callable[[DetectedDive], None], on_signals: object) -> Predictions:
        del on_signals
        found = find_dives(
            reader,
            settings,
            frame_range=frames,
            progress=told.progress,
            cancel=cancel,
            on_dive=lambda dive: on_dive(dive) if beside is None or is_added(dive, beside) else None,
        )
        return found if beside is None else replace(found, dives=added_by_motion(found.dives, beside))

    return _run(run, pass_over, told)


def _by_network(
    reader: FrameReader,
    settings: FinderSettings,
    approach: Approach,
    frames: tuple[int, int],
    told: Told,
    cancel: CancelToken | None,
) -> Findings:
    from inference.diving.network_finder import find_dives_by_network

    detector = approach.detector()

    def pass_over(
        on_dive: Callable[[DetectedDive], None], on_signals: Callable[[tuple[SignalTrack, ...]], None]
    ) -> Predictions:
        return find_dives_by_network(
            reader,
            detector,
            settings,
            frame_range=frames,
            progress=told.progress,
            cancel=cancel,
            on_dive=on_dive,
            on_signals=on_signals,
            is_kept=True,
        )

    return _run(Run(detector.identity, settings.to_dict(), frames[0]), pass_over, told)


def _run(run: Run, pass_over: Callable[..., Predictions], told: Told) -> Findings:
    """Do a run, remembering what it tells in case it is stopped."""
    from inference.video.errors import VideoError

    heard = _Heard()

    def hear_dive(dive: DetectedDive) -> None:
        heard.dives.append(dive)
        told.on_dive(dive)

    def hear_signals(tracks: tuple[SignalTrack, ...]) -> None:
        heard.parts.append(tracks)
        told.on_signals(tracks)

    told.on_run(run)
    try:
        return Findings(((run, pass_over(hear_dive, hear_signals)),))
    except (Cancelled, VideoError) as reason:
        return Findings(((run, run.partial(heard.dives, joined(heard.parts))),), reason)


def _part(told: Told, place: int, approach: Approach) -> Told:
    """The same with the progress of one of the runs of an approach."""
    count = 2 if approach.method == "both" else 1
    return replace(told, progress=share_of(told.progress, place / count, (place + 1) / count))


def share_of(progress: Progress | None, start: float, end: float) -> Progress | None:
    """A progress that fills only the part from start to end of another one."""
    if progress is None:
        return None

    def report(fraction: float, what: str) -> None:
        progress(start + (end - start) * fraction, what)

    return report
