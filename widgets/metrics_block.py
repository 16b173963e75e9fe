"""Measured values of a dive as names and values in two columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from widgets.theme import TEXT_PX, set_role, tabular


class MetricsBlock(QWidget):
    """One line for each (name, value); hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(12)
        self._layout.setVerticalSpacing(4)
        self._layout.setColumnStretch(0, 1)
        self._lines: list[tuple[QLabel, QLabel]] = []

    def set_metrics(self, metrics: Sequence[tuple[str, str]]) -> None:
        """Show these, in this order."""
        while len(self._lines) < len(metrics):
            name, value = QLabel(self), QLabel(self)
            set_role(name, "muted")
            name.setWordWrap(True)
            name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            value.setFont(tabular(self.font(), pixel_size=TEXT_PX))
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._layout.addWidget(name, len(self._lines), 0)
            self._layout.addWidget(value, len(self._lines), 1, Qt.AlignmentFlag.AlignRight)
            self._lines.append((name, value))
        for number, (name, value) in enumerate(self._lines):
            is_used = number < len(metrics)
            name.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                name.setText(metrics[number][0])
                name.setToolTip(metrics[number][0])
                value.setText(metrics[number][1])
        self.setVisible(bool(metrics))

    def metrics(self) -> list[tuple[str, str]]:
        """What is shown."""
        return [(name.text(), value.text()) for name, value in self._lines if not name.isHidden()]
