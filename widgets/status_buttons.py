"""Accept, reject or reopen a dive, with its review status."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.icons import IconLabel, icon
from widgets.theme import set_role

_MEANINGS: Final = {
    "unreviewed": "Not reviewed yet",
    "accepted": "Accepted as it is",
    "corrected": "Corrected by hand",
    "rejected": "Rejected: no dive",
}


class StatusButtons(QWidget):
    """The status in words with its mark, and a button for each thing a person can decide."""

    status_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = IconLabel("status-unreviewed", 16, "unreviewed", self)
        self.label = QLabel(self)
        self.score = QLabel(self)
        set_role(self.score, "muted")
        self.buttons = {
            "accepted": self._button("accepted", "Accept", "accept", "Accept the dive and go on (Enter)"),
            "rejected": self._button("rejected", "Reject", "reject", "Reject: this is no dive (Delete)"),
            "unreviewed": self._button("unreviewed", "Reopen", "revert", "Back to unreviewed"),
        }
        state = QHBoxLayout()
        state.setSpacing(7)
        state.addWidget(self.mark)
        state.addWidget(self.label, 1)
        state.addWidget(self.score)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in self.buttons.values():
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        layout.addLayout(state)
        layout.addLayout(row)
        self.set_status("unreviewed")

    def set_status(self, status: str, score: float | None = None) -> None:
        """Show this status and the model's confidence; the button that would change nothing is off."""
        self.score.setText("" if score is None else f"confidence {score:.0%}")
        self.mark.set_icon(f"status-{status}", status)
        self.label.setText(_MEANINGS[status])
        for wanted, button in self.buttons.items():
            button.setEnabled(wanted != status)

    def _button(self, status: str, text: str, icon_name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(f" {text}")
        button.setIcon(icon(icon_name, status if status != "unreviewed" else "text_muted"))
        button.setIconSize(QSize(15, 15))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        set_role(button, "action")
        button.clicked.connect(lambda: self.status_chosen.emit(status))
        return button
