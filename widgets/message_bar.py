"""One sentence over the window's content, with the details folded away."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from widgets.icons import IconLabel, icon
from widgets.theme import current_theme, mixed, set_role

_ICONS: Final = {"info": "info", "success": "accept", "warning": "warning", "error": "cancel"}
_COLOURS: Final = {"info": "info", "success": "success", "warning": "warning", "error": "danger"}


class MessageBar(QWidget):
    """Shows the last message until it is dismissed; hidden while there is none.

    Signals:
        dismissed(): a person closed it.
        action_requested(): a person pressed the message's own button.
    """

    dismissed = Signal()
    action_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._severity = "info"
        self.mark = IconLabel("info", 16, "info", self)
        self.sentence = QLabel(self)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = QPushButton(self)
        self.action.clicked.connect(self.action_requested)
        self.fold = QPushButton("Details", self)
        self.fold.setCheckable(True)
        set_role(self.fold, "link")
        self.fold.setToolTip("Show what the log says")
        self.fold.toggled.connect(self._on_folded)
        self.close_button = QToolButton(self)
        self.close_button.setIcon(icon("close", "text_muted"))
        self.close_button.setToolTip("Dismiss (Esc)")
        self.close_button.setAccessibleName("Dismiss the message")
        self.close_button.clicked.connect(self.dismiss)
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details")
        self.details.setMaximumHeight(140)

        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.mark)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.action)
        row.addWidget(self.fold)
        row.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self.details)
        self.hide()

    def show_message(self, sentence: str, *, severity: str = "info", details: str = "", action: str = "") -> None:
        """Show a sentence in place of the last one.

        Args:
            sentence: what happened, to what, and what to do.
            severity: info, success, warning or error.
            details: text for the fold, such as a traceback; without any there is no fold.
            action: text of a button that emits action_requested; without any there is no button.

        Raises:
            KeyError: for any other severity.
        """
        self.mark.set_icon(_ICONS[severity], _COLOURS[severity])
        self._severity = severity
        self.sentence.setText(sentence)
        self.setAccessibleName(f"{severity.capitalize()}: {sentence}")
        self.fold.setChecked(False)
        self.fold.setVisible(bool(details))
        self.details.setPlainText(details)
        self.details.setVisible(False)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.show()
        self.update()

    def dismiss(self) -> None:
        """Take the message away."""
        if not self.isHidden():
            self.hide()
            self.dismissed.emit()

    def _on_folded(self, is_open: bool) -> None:
        self.details.setVisible(is_open)
        self.fold.setText("Hide details" if is_open else "Details")

    def event(self, event: QEvent) -> bool:
        """Dismiss on Escape while the keyboard is in the bar."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]  # a key event
            self.dismiss()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 Qt's name and signature
        """A panel with a breath of the severity's colour and a full stripe of it at the left."""
        theme = current_theme()
        colour: str = getattr(theme, _COLOURS[self._severity])
        painter = QPainter(self)
        painter.fillRect(self.rect(), mixed(theme.panel, colour, 0.14))
        painter.fillRect(0, 0, 4, self.height(), QColor(colour))
        painter.setPen(QColor(theme.border))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
