"""The sheet that `?` lays over the window: every action and its keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from widgets.shortcuts import ShortcutEntry, native_key
from widgets.theme import TEXT_PX, base_font, set_role, tabular, translucent

_MARGIN: Final = 28
_COLUMN_WIDTH: Final = 285


class ShortcutSheet(QWidget):
    """Covers its parent; any key or a click beside the sheet closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("All keys")
        self.card = QFrame(self)
        set_role(self.card, "card")
        title = QLabel("Keys", self.card)
        set_role(title, "title")
        hint = QLabel("Esc closes", self.card)
        set_role(hint, "muted")
        self._columns: list[QVBoxLayout] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(18)
        self._row.setContentsMargins(0, 0, 10, 0)
        self._page = QWidget()
        self._page.setLayout(self._row)
        self.scroll_area = QScrollArea(self.card)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setWidget(self._page)
        set_role(self._page, "panel")
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(hint)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(20, 16, 10, 16)
        inside.setSpacing(12)
        inside.addLayout(top)
        inside.addWidget(self.scroll_area, 1)
        self._groups: list[QWidget] = []
        self._sizes: list[int] = []
        parent.installEventFilter(self)
        self.hide()

    def set_shortcuts(self, entries: Sequence[ShortcutEntry], keys: Mapping[str, Sequence[str]]) -> None:
        """List the actions that have keys, by group."""
        for group in self._groups:
            group.deleteLater()
        by_group: dict[str, list[tuple[str, Sequence[str]]]] = {}
        for entry in entries:
            present = keys.get(entry.action, entry.default_keys)
            if present:
                by_group.setdefault(entry.group, []).append((entry.text, present))
        self._groups = [_group(name, lines) for name, lines in by_group.items()]
        self._sizes = [len(lines) + 2 for lines in by_group.values()]
        self._arrange()

    def open(self) -> None:
        """Lay the sheet over the parent."""
        self._fit()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        """Take the sheet away and give the keyboard back to the window."""
        self.hide()
        self._covered.setFocus(Qt.FocusReason.PopupFocusReason)

    def _arrange(self) -> None:
        """Spread the groups over as many columns as fit, so that the longest is short."""
        room = max(1, min(4, (self._covered.width() - 3 * _MARGIN) // _COLUMN_WIDTH))
        columns = spread(self._sizes, room)
        while len(self._columns) < len(columns):
            column = QVBoxLayout()
            column.setSpacing(14)
            self._row.addLayout(column, 1)
            self._columns.append(column)
        for column in self._columns:
            while column.count():
                column.takeAt(0)
        for column, places in zip(self._columns, columns, strict=False):
            for place in places:
                column.addWidget(self._groups[place])
            column.addStretch(1)

    def _fit(self) -> None:
        self.setGeometry(self._covered.rect())
        self._arrange()
        width = min(self.width() - 2 * _MARGIN, 4 * _COLUMN_WIDTH + 120)
        wanted = self._page.sizeHint().height() + 80
        height = min(self.height() - 2 * _MARGIN, wanted)
        self.card.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 Qt's name
        """Follow the parent's size."""
        if watched is self._covered and event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Keep every key from the window while the sheet is open."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Scroll with the arrow keys; close on any other."""
        bar = self.scroll_area.verticalScrollBar()
        steps = {
            Qt.Key.Key_Down: bar.singleStep(),
            Qt.Key.Key_Up: -bar.singleStep(),
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
        }
        if event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        elif event.key() not in {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta}:
            self.close_sheet()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 Qt's name
        """Close on a click beside the sheet."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_sheet()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 Qt's name and signature
        """Dim the window behind."""
        QPainter(self).fillRect(self.rect(), translucent("#000000", 0.55))


def spread(sizes: Sequence[int], count: int) -> list[list[int]]:
    """Positions of the sizes in at most count columns of about the same sum, each column and their firsts in order."""
    columns: list[list[int]] = [[] for _ in range(min(count, len(sizes)))]
    for position in sorted(range(len(sizes)), key=lambda position: -sizes[position]):
        min(columns, key=lambda column: sum(sizes[place] for place in column)).append(position)
    return sorted(sorted(column) for column in columns)


def _group(name: str, lines: Sequence[tuple[str, Sequence[str]]]) -> QWidget:
    group = QWidget()
    layout = QGridLayout(group)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setVerticalSpacing(2)
    layout.setColumnStretch(0, 1)
    heading = QLabel(name)
    set_role(heading, "heading")
    layout.addWidget(heading, 0, 0, 1, 2)
    for row, (text, keys) in enumerate(lines, start=1):
        label = QLabel(text)
        label.setFont(tabular(base_font(), pixel_size=TEXT_PX - 1))
        layout.addWidget(label, row, 0)
        caps = QHBoxLayout()
        caps.setSpacing(4)
        caps.addStretch(1)
        for key in keys:
            cap = QLabel(native_key(key))
            set_role(cap, "key")
            cap.setAccessibleName(f"{text}: {native_key(key)}")
            caps.addWidget(cap)
        layout.addLayout(caps, row, 1)
    return group
