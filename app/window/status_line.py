"""The status bar: when the last edit was saved, what work is under way, how fast frames are shown."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QStatusBar

from app.window.playback import PlaybackController, PlaybackRate
from app.window.review_session import ReviewSession
from widgets.theme import set_role


class StatusLine(QObject):
    """Fills the status bar; running jobs show in the strip beside."""

    def __init__(self, bar: QStatusBar, session: ReviewSession, playback: PlaybackController, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.saved = QLabel(bar)
        self.rate = QLabel(bar)
        for label in (self.saved, self.rate):
            set_role(label, "small")
        bar.addWidget(self.saved)
        bar.addPermanentWidget(self.rate)
        session.saved.connect(self._show_saved)
        session.review_changed.connect(self._show_review)
        playback.rate_measured.connect(self._show_rate)

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
