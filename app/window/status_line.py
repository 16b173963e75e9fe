"""The status bar: when the last edit was saved, what work is under way, how fast poses and frames come."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QStatusBar

from app.window.jobs import Job, JobProgress, JobRunner
from app.window.playback import PlaybackController
from app.window.playback_rate import PlaybackRate
from app.window.review_session import ReviewSession
from widgets.job_strip import JobStrip
from widgets.theme import set_role


class StatusLine(QObject):
    """Fills the status bar; of several jobs it shows the one that runs longest."""

    def __init__(
        self,
        bar: QStatusBar,
        session: ReviewSession,
        playback: PlaybackController,
        jobs: JobRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._job: Job | None = None
        self.strip = JobStrip(bar)
        self.saved = QLabel(bar)
        self.live = QLabel(bar)
        self.rate = QLabel(bar)
        self.saved.setContentsMargins(10, 0, 10, 0)
        for label in (self.saved, self.live, self.rate):
            set_role(label, "small")
        bar.addWidget(self.saved)
        bar.addWidget(self.strip, 1)
        bar.addPermanentWidget(self.live)
        bar.addPermanentWidget(self.rate)
        jobs.job_started.connect(self._show_jobs)
        jobs.job_ended.connect(self._show_jobs)
        self.strip.cancel_requested.connect(self._cancel)
        session.saved.connect(self._show_saved)
        session.review_changed.connect(self._show_review)
        playback.rate_measured.connect(self._show_rate)

    def show_live(self, text: str) -> None:
        """Say how poses are found live; "" says nothing."""
        if text != self.live.text():
            self.live.setText(text)

    def _show_jobs(self) -> None:
        jobs = self._jobs.jobs
        job = jobs[0] if jobs else None
        if job is self._job:
            return
        self._job = job
        if job is None:
            self.strip.finish()
            return
        self.strip.start(job.title)
        job.progressed.connect(self._show_progress)

    def _show_progress(self, progress: JobProgress) -> None:
        if self.sender() is self._job:
            self.strip.set_progress(progress.fraction, progress.what, progress.eta_s)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _show_review(self) -> None:
        document = self._session.document
        if document is None:
            self.saved.setText("")
        elif document.is_read_only:
            self.saved.setText("read-only")
        else:
            self.saved.setText("every edit is saved at once")

    def _show_saved(self, moment: datetime) -> None:
        if self._session.is_writable:
            self.saved.setText(f"saved {moment:%H:%M:%S}")

    def _show_rate(self, rate: PlaybackRate | None) -> None:
        if rate is None:
            self.rate.setText("")
            return
        dropped = f" · {rate.dropped} dropped" if rate.dropped else ""
        self.rate.setText(f"{rate.frames_per_s:.0f} fps{dropped}")
