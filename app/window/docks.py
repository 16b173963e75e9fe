"""The docks round the video: where they lie, and how they come back as a person left them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QObject, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabWidget, QToolBar, QWidget

from app.window.settings import Settings

LAYOUT_VERSION = 2
"""Saved layouts of another version are not restored; count up when docks change."""

TIMELINE_HEIGHT = 190


class Docks(QObject):
    """Dives, inspectors, timeline and toolbar; out of sight while no review is open."""

    def __init__(
        self,
        window: QMainWindow,
        settings: Settings,
        *,
        dives: QWidget,
        inspector: QWidget,
        timeline: QWidget,
        heatmaps: QWidget,
    ) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._layout: QByteArray | None = settings.layout
        self._is_shown = False
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.dives = self._add("Dives", "dives", dives, left)
        self.inspector = self._add("Dive", "inspector", inspector, right)
        # A tab of the inspector's, and out of sight until it is asked for.
        self.heatmaps = self._add("Heatmaps", "heatmaps", heatmaps, right)
        window.setTabPosition(right, QTabWidget.TabPosition.North)
        window.tabifyDockWidget(self.inspector, self.heatmaps)
        self.timeline = self._add("Timeline", "timeline", timeline, Qt.DockWidgetArea.BottomDockWidgetArea)
        # The inspector is tall and the timeline wide; on a small screen both need the room.
        window.setCorner(Qt.Corner.BottomRightCorner, right)
        self.toolbar = QToolBar("Tools", window)
        self.toolbar.setObjectName("tools")
        self.toolbar.setIconSize(QSize(20, 20))
        window.addToolBar(self.toolbar)
        window.resizeDocks([self.timeline], [TIMELINE_HEIGHT], Qt.Orientation.Vertical)
        for part in (*self._parts(), self.heatmaps):
            part.hide()

    def _add(self, title: str, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(content)
        self._window.addDockWidget(area, dock)
        return dock

    def _parts(self) -> tuple[QWidget, ...]:
        return self.dives, self.inspector, self.timeline, self.toolbar

    def add_to_menu(self, menu: QMenu) -> None:
        """Entries that show and hide each part."""
        menu.addSeparator()
        for part in (self.dives, self.inspector, self.timeline, self.toolbar):
            menu.addAction(part.toggleViewAction())

    def show_all(self, is_shown: bool) -> None:
        """Bring the docks in as they were left, or take them out of sight."""
        if is_shown == self._is_shown:
            return
        if not is_shown:
            self._layout = self._window.saveState(LAYOUT_VERSION)
            self.heatmaps.hide()
        self._is_shown = is_shown
        for part in self._parts():
            part.setVisible(is_shown)
        if is_shown and self._layout is not None:
            self._window.restoreState(self._layout, LAYOUT_VERSION)

    def save(self) -> None:
        """Remember the layout for the next start."""
        layout = self._window.saveState(LAYOUT_VERSION) if self._is_shown else self._layout
        if layout is not None:
            self._settings.layout = layout
