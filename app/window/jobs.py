"""The one worker facility of the window: progress with time left, cancel, one place for errors, joined at exit."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from inference.progress import Cancelled, CancelToken

log = logging.getLogger(__name__)

REPORT_INTERVAL_S = 0.04
"""Shortest time between two progress reports to the window; work may report as often as it likes."""

ETA_AFTER_S = 1.0
"""An estimate made from less than a second of work would jump about."""


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is: fraction 0 to 1, what it is doing, and seconds left (None while that is anybody's guess)."""

    fraction: float
    what: str
    eta_s: float | None


class Job(QObject):
    """One piece of long work, seen from the GUI thread; every signal arrives there.

    `finished` comes last and always, after exactly one of `succeeded`, `failed` and `was_cancelled`.
    """

    progressed = Signal(object)
    """JobProgress."""
    published = Signal(object)
    """Something the work found on its way."""
    succeeded = Signal(object)
    failed = Signal(object)
    was_cancelled = Signal()
    finished = Signal()

    # Emitted by the worker and received by this object, so that everything above is emitted in the GUI thread.
    _reported = Signal(float, str)
    _found = Signal(object)
    _ended = Signal(str, object)

    def __init__(self, title: str, work: Callable[[JobContext], Any], parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.token = CancelToken()
        self.progress = JobProgress(0.0, title, None)
        self._work = work
        self._started = time.monotonic()
        self._reported.connect(self._take_report)
        self._found.connect(self._publish)
        self._ended.connect(self._end)

    def cancel(self) -> None:
        """Ask the work to stop; it ends with `was_cancelled` at its next check."""
        self.token.cancel()

    def run(self) -> None:
        """Do the work; called once, by a worker thread."""
        try:
            self.token.raise_if_cancelled()
            result = self._work(JobContext(self))
        except Cancelled:
            self._ended.emit("cancelled", None)
        except Exception as error:  # noqa: BLE001 - every error of a job goes to the one place for errors
            self._ended.emit("failed", error)
        else:
            self._ended.emit("succeeded", result)

    def _take_report(self, fraction: float, what: str) -> None:
        elapsed_s = time.monotonic() - self._started
        fraction = min(max(fraction, 0.0), 1.0)
        eta_s = elapsed_s * (1 - fraction) / fraction if elapsed_s >= ETA_AFTER_S and fraction > 0 else None
        self.progress = JobProgress(fraction, what, eta_s)
        self.progressed.emit(self.progress)

    def _publish(self, result: object) -> None:
        self.published.emit(result)

    def _end(self, outcome: str, result: object) -> None:
        if outcome == "succeeded":
            self.succeeded.emit(result)
        elif outcome == "failed":
            self.failed.emit(result)
        else:
            self.was_cancelled.emit()
        self.finished.emit()


class JobContext:
    """What work on a worker thread is given: a way to report, to publish what it finds and to notice a cancel."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._last_report = -REPORT_INTERVAL_S

    @property
    def cancel(self) -> CancelToken:
        """The token that the person's cancel sets."""
        return self._job.token

    def progress(self, fraction: float, what: str) -> None:
        """Report progress; reports that come too fast for an eye are left out, the last one never is."""
        now = time.monotonic()
        if fraction >= 1.0 or now - self._last_report >= REPORT_INTERVAL_S:
            self._last_report = now
            self._job._reported.emit(fraction, what)  # noqa: SLF001 - the context is the job's own worker side

    def publish(self, result: object) -> None:
        """Hand something over to the GUI thread before the work is done."""
        self._job._found.emit(result)  # noqa: SLF001 - see above


class _Task(QRunnable):
    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def run(self) -> None:
        self._job.run()


class JobRunner(QObject):
    """Runs jobs on a few worker threads; their errors come out of `job_failed`, wherever they were started."""

    job_started = Signal(object)
    job_ended = Signal(object)
    job_failed = Signal(object, object)
    """The job and its exception."""

    def __init__(self, parent: QObject | None = None, *, thread_count: int = 2) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(thread_count)
        self._jobs: list[Job] = []
        self._is_closed = False

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Jobs that have not ended, oldest first."""
        return tuple(self._jobs)

    @property
    def active_thread_count(self) -> int:
        """Worker threads that are busy."""
        return self._pool.activeThreadCount()

    def start(self, title: str, work: Callable[[JobContext], Any], *, tells_failure: bool = True) -> Job:
        """Queue work for a worker thread.

        Args:
            title: what it does, for the job strip.
            work: what to do.
            tells_failure: whether a failure comes out of `job_failed`; not where the caller shows it itself.

        Returns:
            The job. Its signals arrive in later turns of the event loop, so that connecting to them right after this
            call misses nothing.

        Raises:
            RuntimeError: after `close`.
        """
        if self._is_closed:
            raise RuntimeError(f"no work can start while the window closes: {title}")
        job = Job(title, work, self)
        self._jobs.append(job)
        job.failed.connect(lambda error: self._take_failure(job, error, tells_failure))
        job.finished.connect(lambda: self._forget(job))
        self.job_started.emit(job)
        self._pool.start(_Task(job))
        return job

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job in self._jobs:
            job.cancel()

    def close(self) -> None:
        """Cancel every job and wait until no worker thread is left; nothing is reported any more."""
        self._is_closed = True
        self.cancel_all()
        for job in self._jobs:
            job.blockSignals(True)
        self._pool.waitForDone()
        self._jobs.clear()

    def _take_failure(self, job: Job, error: Exception, is_told: bool) -> None:
        log.error("%s failed", job.title, exc_info=error)
        if is_told:
            self.job_failed.emit(job, error)

    def _forget(self, job: Job) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
            self.job_ended.emit(job)
            job.deleteLater()
