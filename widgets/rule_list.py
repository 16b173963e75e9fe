"""A short list of sentences about what is wrong or still open, each with a mark."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from widgets.icons import IconLabel
from widgets.theme import set_role

_ICONS = {"danger": "warning", "warning": "warning", "muted": "info"}
_COLOURS = {"danger": "danger", "warning": "warning", "muted": "text_muted"}


class RuleList(QWidget):
    """Shows the sentences; hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 2, 0, 2)
        self._layout.setHorizontalSpacing(6)
        self._layout.setVerticalSpacing(4)
        self._layout.setColumnStretch(1, 1)
        self._lines: list[tuple[IconLabel, QLabel]] = []
        self.setVisible(False)

    def sentences(self) -> list[str]:
        """What is shown."""
        return [text.text() for _, text in self._lines if not text.isHidden()]

    def show_sentences(self, sentences: Sequence[str], role: str) -> None:
        """Show these; role is danger, warning or muted."""
        while len(self._lines) < len(sentences):
            self._add_line()
        for number, (mark, text) in enumerate(self._lines):
            is_used = number < len(sentences)
            mark.setVisible(is_used)
            text.setVisible(is_used)
            if is_used:
                mark.set_icon(_ICONS[role], _COLOURS[role])
                text.setText(sentences[number])
                set_role(text, role)
        self.setVisible(bool(sentences))
        self.setAccessibleName(" ".join(sentences))

    def _add_line(self) -> None:
        mark, text = IconLabel("info", 14, parent=self), QLabel(self)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        row = len(self._lines)
        self._layout.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(text, row, 1)
        self._lines.append((mark, text))
