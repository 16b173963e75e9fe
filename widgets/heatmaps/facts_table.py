"""Facts by name in a first column, and one column of values for each model."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from widgets.theme import SMALL_PX, set_role, tabular

_LEAST_HEIGHT = 110

Facts = Sequence[tuple[str, str]]


class FactsTable(QScrollArea):
    """Shows facts in small letters that can be selected with the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Facts of the heatmap")
        self._cells: dict[tuple[int, int], QLabel] = {}
        self._shown: list[list[str]] = []
        self._page = QWidget(self)
        set_role(self._page, "panel")
        self._grid = QGridLayout(self._page)
        self._grid.setContentsMargins(8, 2, 8, 4)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self.setWidget(self._page)

    def set_facts(self, columns: Sequence[tuple[str, Facts]]) -> None:
        """Show these.

        Args:
            columns: a heading and the facts of each; headings are shown where there are several.
        """
        names = list(dict.fromkeys(name for _, facts in columns for name, _ in facts))
        found = [dict(facts) for _, facts in columns]
        rows = [[name, *(facts.get(name, "") for facts in found)] for name in names]
        if len(columns) > 1 and rows:
            rows.insert(0, ["", *(heading for heading, _ in columns)])
        self._shown = rows
        for place, label in self._cells.items():
            label.setVisible(place[0] < len(rows) and place[1] <= len(columns))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                self._cell(row, column).setText(text)
        last = max((column for _, column in self._cells), default=0) + 1
        for column in range(last + 1):
            self._grid.setColumnStretch(column, 1 if column == len(columns) + 1 else 0)
        height = max(self._page.sizeHint().height(), 1)
        self.setMaximumHeight(height)
        self.setMinimumHeight(min(height, _LEAST_HEIGHT))

    def facts(self) -> list[list[str]]:
        """What is shown, row by row."""
        return self._shown

    def _cell(self, row: int, column: int) -> QLabel:
        label = self._cells.get((row, column))
        if label is None:
            label = QLabel(self._page)
            label.setFont(tabular(self.font(), pixel_size=SMALL_PX))
            set_role(label, "small" if column == 0 else "value")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(label, row, column)
            self._cells[row, column] = label
        label.show()
        return label
