"""The demo from the welcome page: a clip that the program draws itself, opened and analysed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from app.window.analysing import Analysing
from app.window.folders import documents_folder
from app.window.jobs import JobContext, JobRunner
from app.window.opening import Opening
from app.window.review_session import ReviewSession

CLIP = "divereview-demo.mp4"


class Demo(QObject):
    """Draws the clip once, then opens it like any other video and starts the analysis."""

    def __init__(
        self, opening: Opening, analysing: Analysing, session: ReviewSession, jobs: JobRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._opening, self._analysing, self._session, self._jobs = opening, analysing, session, jobs
        self._waits_for: Path | None = None
        session.video_changed.connect(self._analyse_new)

    def start(self) -> None:
        """Show the demo."""
        clip = documents_folder() / CLIP
        if clip.exists():
            self._open(clip)
            return

        def work(context: JobContext) -> Path:
            from app.demo.clip import write_demo_clip

            clip.parent.mkdir(parents=True, exist_ok=True)
            write_demo_clip(clip, progress=context.progress, cancel=context.cancel)
            return clip

        self._jobs.start("Drawing the demo clip", work).succeeded.connect(self._open)

    def _open(self, clip: Path) -> None:
        self._waits_for = clip
        self._opening.open(clip)

    def _analyse_new(self) -> None:
        """Analyse the clip unless its review has dives already."""
        video = self._session.video
        if self._waits_for is None or video is None or self._session.index is None:
            return
        is_demo, self._waits_for = video.path == self._waits_for, None
        if is_demo and not self._session.dives:
            self._analysing.start()
