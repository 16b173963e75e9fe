"""Messages over the picture, and the banner that stays as long as what it says holds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.window.error_words import explain
from widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from app.document.records import Video

log = logging.getLogger(__name__)

INFO_MS = 8000
"""How long a message stays that asks for nothing."""


class Messages(QObject):
    """One place for everything the window says: errors stay until dismissed, news goes by itself.

    The message lies over the page, so that nothing moves under the mouse; the banner has its own line above.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.banner = MessageBar(window)
        self.banner.close_button.hide()
        self.bar = MessageBar(window)
        self._place: QWidget | None = None
        self._below: QWidget | None = None
        self._act: Callable[[], object] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.bar.dismiss)
        self.banner.action_requested.connect(self._do)
        self.bar.fold.toggled.connect(self._timer.stop)

    def lie_over(self, place: QWidget, *, below: QWidget | None = None) -> None:
        """Show messages at the top of this widget, but below something in it that must stay within reach."""
        self._place, self._below = place, below
        self.bar.setParent(place)
        self.bar.hide()
        place.installEventFilter(self)
        self.bar.installEventFilter(self)

    @property
    def text(self) -> str:
        """The message that is shown; empty without one."""
        return "" if self.bar.isHidden() else self.bar.sentence.text()

    @property
    def details(self) -> str:
        """What is in the message's fold."""
        return self.bar.details.toPlainText()

    @property
    def banner_text(self) -> str:
        """The banner that is shown; empty without one."""
        return "" if self.banner.isHidden() else self.banner.sentence.text()

    def say(self, sentence: str) -> None:
        """News that asks for nothing; it goes by itself."""
        self.bar.show_message(sentence)
        self._timer.start(INFO_MS)

    def show_error(self, error: BaseException, while_doing: str = "") -> None:
        """What went wrong, in one sentence with details."""
        sentence, details = explain(error, while_doing)
        log.warning("%s", sentence, exc_info=error if details else None)
        self._timer.stop()
        self.bar.show_message(sentence, severity="error" if details else "warning", details=details)

    def offer_report(self, report: str) -> None:
        """The last run ended badly; its report is in the fold."""
        self._timer.stop()
        self.bar.show_message(
            "DiveReview ended unexpectedly last time; nothing you had done is lost. The details help to find out why.",
            severity="warning",
            details=report,
        )

    def show_read_only(self, reason: str, look_again: Callable[[], object]) -> None:
        """The review cannot be edited from here, because of this."""
        self._act = look_again
        self.banner.show_message(
            f"This review can only be looked at from here: {reason}", severity="warning", action="Try again"
        )

    def show_missing_video(self, video: Video, locate: Callable[[], object]) -> None:
        """The video looked at is not where it was."""
        self._act = locate
        self.banner.show_message(
            f"{video.path.name} is not in {video.path.parent} any more, and not near the review either.",
            severity="warning",
            action="Locate…",
        )

    def clear_banner(self) -> None:
        """Nothing stands in the way any more."""
        self.banner.hide()
        self._act = None

    def dismiss(self) -> bool:
        """Take the message away; whether there was one."""
        was_shown = not self.bar.isHidden()
        self.bar.dismiss()
        return was_shown

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keep the message as wide as the page and as high as its text."""
        moved = watched is self._place and event.type() == QEvent.Type.Resize
        grown = watched is self.bar and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show)
        if (moved or grown) and self._place is not None and not self.bar.isHidden():
            width = self._place.width()
            height = self.bar.heightForWidth(width) if self.bar.hasHeightForWidth() else self.bar.sizeHint().height()
            self.bar.setGeometry(0, self._top(self._place), width, height)
            self.bar.raise_()
        return False

    def _top(self, place: QWidget) -> int:
        below = self._below
        return below.mapTo(place, below.rect().bottomLeft()).y() + 1 if below is not None and below.isVisible() else 0

    def _do(self) -> None:
        if self._act is not None:
            self._act()
