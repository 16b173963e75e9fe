"""Finding dives from the window: the search in a job, dives shown as they are found, the result stored at the end."""

from __future__ import annotations

import dataclasses
import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.sources import SourceOptions, open_source
from app.window.jobs import Job, JobContext, JobRunner
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from inference.progress import Cancelled
from inference.results import DetectedDive, Predictions

if TYPE_CHECKING:
    from app.analysis import Findings
    from inference.diving.finder import FinderSettings

log = logging.getLogger(__name__)

SAME_DIVE_IOU = 0.5


class Analysing(QObject):
    """One analysis at a time, of the video looked at."""

    found_changed = Signal()
    """`found` changed: another dive was found, or the search ended."""
    running_changed = Signal()
    said = Signal(str)

    def __init__(self, session: ReviewSession, jobs: JobRunner, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._settings = session, jobs, settings
        self._job: Job | None = None
        self._video_id = ""
        self._first = 0
        self._found: list[DetectedDive] = []
        session.closing.connect(self._leave)

    @property
    def is_running(self) -> bool:
        """Whether a search is under way."""
        return self._job is not None

    @property
    def found(self) -> tuple[DetectedDive, ...]:
        """Dives that the running search has found in the video looked at and that the review does not have yet."""
        video = self._session.video
        if self._job is None or video is None or video.id != self._video_id:
            return ()
        known = [dive.interval for dive in self._session.dives]
        return tuple(
            dive
            for dive in self._found
            if all(dive.interval.temporal_iou(interval) < SAME_DIVE_IOU for interval in known)
        )

    def start(self, frame_range: tuple[int, int] | None = None) -> Job | None:
        """Look for dives in the whole video, or in frames first to last (inclusive)."""
        video, document = self._session.video, self._session.document
        index = self._session.index
        if video is None or document is None or index is None:
            return None
        if self._job is not None:
            self.said.emit("An analysis is running already; wait for it or cancel it.")
            return None
        path, options, values = index.path, SourceOptions.of(index), self._settings.finder

        def work(context: JobContext) -> Findings:
            from app.analysis import find_predictions

            with open_source(path, options, progress=context.progress, cancel=context.cancel) as reader:
                return find_predictions(
                    reader,
                    finder_settings(values),
                    frame_range=frame_range,
                    progress=context.progress,
                    cancel=context.cancel,
                    on_dive=context.publish,
                )

        job = self._jobs.start(f"Analysing {path.name}", work)
        self._job, self._video_id, self._first, self._found = job, video.id, (frame_range or (0, 0))[0], []
        job.published.connect(self._add)
        job.succeeded.connect(lambda findings: self._store(document, video.id, findings))
        job.finished.connect(self._end)
        self.running_changed.emit()
        return job

    def cancel(self) -> None:
        """Stop the search; the dives found until then are kept."""
        if self._job is not None:
            self._job.cancel()

    def _add(self, dive: DetectedDive) -> None:
        self._found.append(dive)
        self.found_changed.emit()

    def _store(self, document: object, video_id: str, findings: Findings) -> None:
        if self._session.document is not document:
            return
        count = len(findings.predictions.dives)
        if findings.stopped_by is None or count:
            self._session.edit(lambda review: review.store_predictions(video_id, findings.predictions))
        dives = "1 dive" if count == 1 else f"{count} dives"
        if isinstance(findings.stopped_by, Cancelled):
            self.said.emit(f"The analysis was cancelled; {dives} found until then.")
        elif findings.stopped_by is not None:
            self._session.failed.emit(findings.stopped_by)
        else:
            self.said.emit(f"The analysis found {dives}." if count else "The analysis found no dive.")

    def _leave(self) -> None:
        """The review closes in the middle of a search: keep what has been found, and stop."""
        if self._job is None:
            return
        self._job.cancel()
        if self._found:
            from inference.diving.finder import MODEL

            # No frame after the last dive is claimed to have been searched.
            last = max(dive.interval.end.frame for dive in self._found)
            settings = finder_settings(self._settings.finder).to_dict()
            found = Predictions(MODEL, settings, self._first, last, tuple(self._found))
            self._session.edit(lambda review: review.store_predictions(self._video_id, found))

    def _end(self) -> None:
        self._job = None
        self._found = []
        self.found_changed.emit()
        self.running_changed.emit()


def finder_settings(values: dict[str, object]) -> FinderSettings:
    """The finder's settings with the person's values; those it does not know or cannot use are left out."""
    from inference.diving.finder import FinderSettings

    known = {field.name for field in dataclasses.fields(FinderSettings)}
    usable = {name: value for name, value in values.items() if name in known}
    try:
        return FinderSettings(**usable)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        log.warning("The stored analysis settings cannot be used: %s", error)
        return FinderSettings()
