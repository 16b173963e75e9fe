"""The bar over the dives table: words to look for, one button per review status, and the review queue."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from widgets.icons import icon
from widgets.theme import STATUSES, set_role


class DivesFilterBar(QWidget):
    """Says what to show; it knows no dives but how many of each status there are."""

    filter_changed = Signal(str, list)
    queue_toggled = Signal(bool)
    leave_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = _SearchField(self)
        self.search.textChanged.connect(self._announce)
        self.search.leave_requested.connect(self.leave_requested)
        self.queue = QToolButton(self)
        set_role(self.queue, "chip")
        self.queue.setCheckable(True)
        self.queue.setIcon(icon("review"))
        self.queue.setText("Queue")
        self.queue.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.queue.setToolTip("Review queue: unreviewed dives, the least certain first")
        self.queue.setAccessibleName("Review queue")
        self.queue.toggled.connect(self.queue_toggled)
        self.status_buttons = {status: self._status_button(status) for status in STATUSES}

        statuses = QHBoxLayout()
        statuses.setSpacing(4)
        for button in self.status_buttons.values():
            statuses.addWidget(button)
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 8, 8, 6)
        layout.setSpacing(6)
        layout.addWidget(self.search, 0, 0)
        layout.addWidget(self.queue, 0, 1)
        layout.addLayout(statuses, 1, 0, 1, 2)

    def statuses(self) -> list[str]:
        """The statuses chosen; none chosen means all."""
        return [status for status, button in self.status_buttons.items() if button.isChecked()]

    def set_statuses(self, statuses: list[str]) -> None:
        """Choose these statuses, announcing the change once."""
        for status, button in self.status_buttons.items():
            button.blockSignals(True)
            button.setChecked(status in statuses)
            button.blockSignals(False)
        self._announce()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Write the number of dives of each status on its button."""
        for status, button in self.status_buttons.items():
            count = counts.get(status, 0)
            button.setText(str(count))
            button.setToolTip(f"Show {status} dives ({count})")
            button.setAccessibleName(f"Show {status} dives, {count}")

    def clear(self) -> None:
        """Show everything again."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.set_statuses([])

    def _announce(self) -> None:
        self.filter_changed.emit(self.search.text(), self.statuses())

    def _status_button(self, status: str) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setIcon(icon(f"status-{status}", status))
        button.setIconSize(QSize(14, 14))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setText("0")
        set_role(button, "chip")
        button.toggled.connect(self._announce)
        return button


class _SearchField(QLineEdit):
    """A text field that Down, Return and Escape leave for the table; Escape clears it first."""

    leave_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Filter dives")
        self.setAccessibleName("Filter dives")
        self.setToolTip("Show only dives that contain every word: number, time, board, code, status or note")
        self.addAction(icon("search", "text_faint"), QLineEdit.ActionPosition.LeadingPosition)
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Leave the field on Down, Return and Escape."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            self.leave_requested.emit()
        else:
            super().keyPressEvent(event)
