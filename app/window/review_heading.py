"""Title and banner of the window: which review this is, and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from app.window.messages import Messages
from app.window.opening import Opening
from app.window.review_session import ReviewSession

if TYPE_CHECKING:
    from app.document.records import Video


class ReviewHeading(QObject):
    """Names the review and the video looked at; the banner stays as long as what it says holds."""

    def __init__(
        self,
        window: QMainWindow,
        session: ReviewSession,
        opening: Opening,
        messages: Messages,
        locate_video: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._opening, self._messages = window, session, opening, messages
        self._locate_video = locate_video
        session.review_changed.connect(self._show_review)
        session.video_changed.connect(self._show_video)
        session.videos_changed.connect(self._refresh_title)
        opening.video_missing.connect(self._show_missing)
        self._show_review()

    def _show_review(self) -> None:
        self._show_banner()
        self._refresh_title()

    def _show_video(self) -> None:
        if self._session.index is not None:
            self._show_banner()
        self._refresh_title()

    def _show_banner(self) -> None:
        """Whatever stands in the way of editing, other than a missing video, which `opening` tells."""
        document = self._session.document
        if document is not None and document.is_read_only:
            self._messages.show_read_only(document.read_only_reason or "", self._opening.reload)
        else:
            self._messages.clear_banner()

    def _show_missing(self, video: Video) -> None:
        self._messages.show_missing_video(video, self._locate_video)

    def _refresh_title(self) -> None:
        document, video = self._session.document, self._session.video
        names = [video.path.name] if video is not None else []
        if document is not None:
            names.append(document.path.name)
        self._window.setWindowTitle(" · ".join([*names, "DiveReview"]))
        self._window.setWindowFilePath(str(document.path) if document is not None else "")
