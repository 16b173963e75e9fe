"""The menu of files opened last."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.window.settings import Settings
from widgets.welcome import RecentFile


def welcome_files(paths: Iterable[Path]) -> list[RecentFile]:
    """Recent files as the welcome page lists them."""
    return [RecentFile(str(path), path.name, path.parent.name, path.exists()) for path in paths]


class RecentFiles(QObject):
    """A submenu that is filled when it opens."""

    chosen = Signal(object)
    """Path."""

    def __init__(self, menu: QMenu, before: QAction, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self.menu = QMenu("Open recent", menu)
        menu.insertMenu(before, self.menu)
        self.menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the files as they are known now; those that are not there at the moment cannot be chosen."""
        self.menu.clear()
        for path in self._settings.recent_files:
            # An ampersand would be taken as the mark of a mnemonic.
            action = self.menu.addAction(f"{path.name}  ·  {path.parent}".replace("&", "&&"))
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _=False, path=path: self.chosen.emit(path))
        if self.menu.isEmpty():
            self.menu.addAction("No file yet").setEnabled(False)
