"""The table view of the dives table, and the note that stands in it while it is empty."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget

from widgets.dive_cells import Column
from widgets.dives_delegate import ROW_HEIGHT, DiveDelegate
from widgets.theme import set_role


class DivesView(QTableView):
    """The table itself: whole rows, several of them, no cell editing, no jumping about by typed letters."""

    key_pressed = Signal(QKeyEvent)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setItemDelegate(DiveDelegate(self))
        self.setAccessibleName("Dives")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(24)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NUMBER, Qt.SortOrder.AscendingOrder)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 Qt's name
        """Do nothing: letters are shortcuts of the window."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Offer the key to the table around first."""
        event.ignore()
        self.key_pressed.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)


class EmptyNote(QWidget):
    """What stands in the table's place while it has no rows."""

    clear_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = QLabel(self)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setWordWrap(True)
        set_role(self.label, "muted")
        self.clear = QPushButton("Clear filter", self)
        set_role(self.clear, "link")
        self.clear.clicked.connect(self.clear_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 40, 18, 18)
        layout.addWidget(self.label)
        layout.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        outer = QVBoxLayout(parent)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self)

    def show_state(self, *, has_dives: bool, has_rows: bool) -> None:
        """Say why there is nothing to see, or get out of the way."""
        self.setVisible(not has_rows)
        self.clear.setVisible(has_dives)
        self.label.setText(
            "No dive matches the filter." if has_dives else "No dives yet.\nAnalyse the video, or add a dive by hand."
        )
