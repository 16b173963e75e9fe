"""Looking for dives in an open video in one of the ways there are; touches no review and knows no Qt.

What is found is told while the search goes on, run by run: a search with both methods is a run of the network and then
one of the motion finder, which only adds. So every dive says by which model it was found. At the end the classifier, if
there is one, gives the dives of all runs their codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.approach import Approach
from app.findings import Findings, Run, Told, joined
from app.naming import named, with_codes
from inference.progress import Cancelled, CancelToken, share_of
from inference.results import DetectedDive, Predictions, SignalTrack

if TYPE_CHECKING:
    from inference.diving.finder import FinderSettings
    from inference.video.reader import FrameReader


FINDING_SHARE = 0.8
"""Part of the progress that finding dives takes, where they get codes afterwards."""


@dataclass(slots=True)
class _Heard:
    """What a run has told so far."""

    dives: list[DetectedDive] = field(default_factory=list)
    parts: list[tuple[SignalTrack, ...]] = field(default_factory=list)


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
    approach = approach.suited(is_speed_told=settings.tells_speed(is_time_known=not reader.index.file_names))
    classifier = approach.classifier()
    if classifier is None:
        return _find(reader, settings, approach, frames, told, cancel)
    told_first = replace(
        told,
        progress=share_of(told.progress, 0.0, FINDING_SHARE),
        on_run=lambda run: told.on_run(replace(run, settings=named(run.settings, classifier))),
    )
    found = _find(reader, settings, approach, frames, told_first, cancel)
    if found.stopped_by is not None:
        return found
    told_then = replace(told, progress=share_of(told.progress, FINDING_SHARE, 1.0))
    return with_codes(reader, found, classifier, told_then, cancel)


def _find(
    reader: FrameReader,
    settings: FinderSettings,
    approach: Approach,
    frames: tuple[int, int],
    told: Told,
    cancel: CancelToken | None,
) -> Findings:
    """The runs that look for dives."""
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
    from inference.diving.network_finder import extraction_for, find_dives_by_network

    detector = approach.detector().sparing(told.on_notice)

    def pass_over(
        on_dive: Callable[[DetectedDive], None], on_signals: Callable[[tuple[SignalTrack, ...]], None]
    ) -> Predictions:
        return find_dives_by_network(
            reader,
            detector,
            settings,
            extraction=replace(extraction_for(settings), **approach.thresholds),
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
