"""The welcome page: what it lists, and what comes of a choice there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app.window.demo import Demo
from app.window.opening import Opening
from app.window.recent_files import welcome_files
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from widgets.welcome import WelcomePage


class WelcomePanel(QObject):
    """Lists the files opened last, and opens what is chosen or dropped."""

    def __init__(
        self,
        page: WelcomePage,
        session: ReviewSession,
        settings: Settings,
        opening: Opening,
        demo: Demo,
        ask: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page, self._settings = page, settings
        session.review_changed.connect(self.refresh)
        page.open_requested.connect(ask)
        page.demo_requested.connect(demo.start)
        page.recent_requested.connect(lambda name: opening.open(Path(name)))
        page.forget_requested.connect(self._forget)
        page.files_dropped.connect(lambda names: opening.open_all([Path(name) for name in names]))
        self.refresh()

    def refresh(self) -> None:
        """List the files as they are known now."""
        self._page.set_recent(welcome_files(self._settings.recent_files))

    def _forget(self, name: str) -> None:
        self._settings.forget_recent_file(Path(name))
        self.refresh()
