"""What a search for dives is made of and tells: runs of models, what is heard meanwhile, and what came of it. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from inference.progress import Progress
from inference.results import DetectedDive, ModelIdentity, Predictions, SignalTrack


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
        on_code: a dive told before, now with its code.
        on_notice: what a person should know, such as that a network computes elsewhere than wished; from any thread.
        progress: the fraction done.
    """

    on_run: Callable[[Run], None] = lambda _: None
    on_dive: Callable[[DetectedDive], None] = lambda _: None
    on_signals: Callable[[tuple[SignalTrack, ...]], None] = lambda _: None
    on_code: Callable[[DetectedDive], None] = lambda _: None
    on_notice: Callable[[str], None] = lambda _: None
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


def joined(parts: Sequence[tuple[SignalTrack, ...]]) -> tuple[SignalTrack, ...]:
    """Tracks of consecutive frames, told part by part with the same names, as one each."""
    if not parts:
        return ()
    values = [
        np.concatenate(pieces) for pieces in zip(*((track.values for track in part) for part in parts), strict=True)
    ]
    return tuple(replace(track, values=whole) for track, whole in zip(parts[0], values, strict=True))
