"""Finding dives from the window: the search in a job, dives shown as they are found, the result stored at the end."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.approach import AnalysisError, Approach
from app.document.records import Video
from app.findings import Findings, Run, Told, joined
from app.sources import SourceOptions, open_reviewed, open_source
from app.window.analysis_choice import chosen_approach, finder_settings
from app.window.jobs import Job, JobContext, JobRunner
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from inference.progress import Cancelled
from inference.results import DetectedDive, SignalTrack

if TYPE_CHECKING:
    from app.document.document import ReviewDocument
    from inference.diving.finder import FinderSettings
    from inference.video.reader import FrameReader

SAME_DIVE_IOU = 0.5

OpenVideo = Callable[[JobContext], "FrameReader"]


@dataclasses.dataclass(slots=True)
class _Heard:
    """What a run has told so far."""

    run: Run
    dives: list[DetectedDive] = dataclasses.field(default_factory=list)
    signals: tuple[SignalTrack, ...] = ()

    def take_code(self, coded: DetectedDive) -> None:
        """Put a dive that now has its code in the place of the one without."""
        self.dives = [coded if dive.interval == coded.interval else dive for dive in self.dives]


@dataclasses.dataclass(frozen=True, slots=True)
class _Coded:
    """A dive told before, now with its code."""

    dive: DetectedDive


@dataclasses.dataclass(frozen=True, slots=True)
class _Noticed:
    """Something that a person should know."""

    sentence: str


class Analysing(QObject):
    """One analysis at a time, of the video looked at or of all videos of the review in a row."""

    found_changed = Signal()
    """`found` changed: another dive was found, or the search ended."""
    signals_changed = Signal()
    """`signals` changed."""
    running_changed = Signal()
    said = Signal(str)

    def __init__(self, session: ReviewSession, jobs: JobRunner, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._settings = session, jobs, settings
        self._job: Job | None = None
        self._video_id = ""
        self._heard: list[_Heard] = []
        self._waiting: deque[Video] = deque()
        self._errors: list[Exception] = []
        session.closing.connect(self._leave)

    @property
    def is_running(self) -> bool:
        """Whether a search is under way."""
        return self._job is not None

    @property
    def found(self) -> tuple[DetectedDive, ...]:
        """Dives that the running search has found in the video looked at and that the review does not have yet."""
        known = [dive.interval for dive in self._session.dives]
        return tuple(
            dive
            for heard in self._heard_here
            for dive in heard.dives
            if all(dive.interval.temporal_iou(interval) < SAME_DIVE_IOU for interval in known)
        )

    @property
    def signals(self) -> tuple[SignalTrack, ...]:
        """Signals that the running search has given for the video looked at."""
        return tuple(track for heard in self._heard_here for track in heard.signals)

    @property
    def _heard_here(self) -> list[_Heard]:
        """What has been heard of the video looked at."""
        video = self._session.video
        return self._heard if self._job is not None and video is not None and video.id == self._video_id else []

    def start(self, frame_range: tuple[int, int] | None = None) -> Job | None:
        """Look for dives in the whole video looked at, or in frames first to last (inclusive)."""
        video, index = self._session.video, self._session.index
        if video is None or index is None or not self._can_start():
            return None
        path, options = index.path, SourceOptions.of(index)

        def open_video(context: JobContext) -> FrameReader:
            return open_source(path, options, progress=context.progress, cancel=context.cancel)

        return self._start(video, path.name, open_video, frame_range)

    def start_all(self) -> Job | None:
        """Look for dives in all videos of the review, one after the other, first the one looked at."""
        document, video = self._session.document, self._session.video
        if document is None or video is None or not self._can_start():
            return None
        videos = document.videos()
        place = next((place for place, one in enumerate(videos) if one.id == video.id), 0)
        self._waiting = deque([*videos[place:], *videos[:place]])
        return self._start_next()

    def cancel(self) -> None:
        """Stop the search; the dives found until then are kept."""
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()

    def _can_start(self) -> bool:
        if self._job is not None:
            self.said.emit("An analysis is running already; wait for it or cancel it.")
        return self._job is None

    def _start_next(self) -> Job | None:
        """Analyse the next video that waits; it is read as the review has it."""
        if not self._waiting or self._session.document is None:
            return None
        video = self._waiting.popleft()

        def open_video(context: JobContext) -> FrameReader:
            return open_reviewed(video, progress=context.progress, cancel=context.cancel)

        return self._start(video, video.path.name, open_video, None)

    def _start(self, video: Video, name: str, open_video: OpenVideo, frame_range: tuple[int, int] | None) -> Job | None:
        document, values = self._session.document, self._settings.finder
        try:
            approach = chosen_approach(self._settings)
        except AnalysisError as error:
            self._waiting.clear()
            self._session.failed.emit(error)
            return None
        if approach.notice:
            self.said.emit(approach.notice)

        def work(context: JobContext) -> Findings:
            return _search(context, open_video, finder_settings(values), approach, frame_range)

        job = self._jobs.start(f"Analysing {name}", work)
        self._job, self._video_id, self._heard = job, video.id, []
        job.published.connect(self._hear)
        job.succeeded.connect(lambda findings: self._store(document, video, findings))
        job.failed.connect(self._remember)
        job.was_cancelled.connect(self._waiting.clear)
        job.finished.connect(self._end)
        self.running_changed.emit()
        return job

    def _hear(self, told: Run | DetectedDive | _Coded | _Noticed | tuple[SignalTrack, ...]) -> None:
        """Take what the search tells: a run that begins, then its dives and signals, and the codes last."""
        if isinstance(told, _Noticed):
            self.said.emit(told.sentence)
        elif isinstance(told, Run):
            self._heard.append(_Heard(told))
        elif isinstance(told, DetectedDive):
            self._heard[-1].dives.append(told)
            self.found_changed.emit()
        elif isinstance(told, _Coded):
            for heard in self._heard:
                heard.take_code(told.dive)
            self.found_changed.emit()
        else:
            heard = self._heard[-1]
            heard.signals = joined([heard.signals, told] if heard.signals else [told])
            self.signals_changed.emit()

    def _store(self, document: object, video: Video, findings: Findings) -> None:
        if self._session.document is not document:
            return
        from app.analysis import store_findings

        count = len(findings.dives)
        dives = "no dive" if not count else "1 dive" if count == 1 else f"{count} dives"
        self._session.edit(lambda review: store_findings(review, video.id, findings))
        if isinstance(findings.stopped_by, Cancelled):
            self._waiting.clear()
            self.said.emit(f"The analysis was cancelled; {dives} found until then.")
        elif findings.stopped_by is not None:
            self._session.failed.emit(findings.stopped_by)
            self._remember(findings.stopped_by)
        else:
            shown = self._session.video
            where = "" if shown is not None and shown.id == video.id else f" in {video.path.name}"
            self.said.emit(f"The analysis found {dives}{where}.")

    def _remember(self, error: Exception) -> None:
        """Keep an error for the end of the row: what is said of the next video takes its place."""
        if self._waiting:
            self._errors.append(error)

    def _leave(self) -> None:
        """The review closes in the middle of a search: keep what has been found, and stop."""
        self._waiting.clear()
        if self._job is None:
            return
        self._job.cancel()
        for heard in self._heard:
            if heard.dives:
                self._session.edit(partial(_store_partial, self._video_id, heard))

    def _end(self) -> None:
        self._job = None
        self._heard = []
        self.found_changed.emit()
        self.signals_changed.emit()
        if self._start_next() is None:
            self.running_changed.emit()
            errors, self._errors = self._errors, []
            for error in errors[-1:]:
                self._session.failed.emit(error)


def _store_partial(video_id: str, heard: _Heard, review: ReviewDocument) -> None:
    found = heard.run.partial(heard.dives, heard.signals)
    review.store_predictions(video_id, found, is_addition=heard.run.is_addition)


def _search(
    context: JobContext,
    open_video: OpenVideo,
    settings: FinderSettings,
    approach: Approach,
    frame_range: tuple[int, int] | None,
) -> Findings:
    """Look for dives in a worker thread, publishing what is found."""
    from app.analysis import find_predictions

    told = Told(
        on_run=context.publish,
        on_dive=context.publish,
        on_signals=context.publish,
        on_code=lambda dive: context.publish(_Coded(dive)),
        on_notice=lambda sentence: context.publish(_Noticed(sentence)),
        progress=context.progress,
    )
    with open_video(context) as reader:
        return find_predictions(
            reader, settings, approach=approach, frame_range=frame_range, told=told, cancel=context.cancel
        )
