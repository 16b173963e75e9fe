"""The heatmap inspector: controls, the panels side by side, what is under the mouse, and the facts."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from widgets.heatmaps.facts_table import FactsTable
from widgets.heatmaps.heatmap_panel import HeatmapPanel, HeatmapSheet, columns_of, fact_lines, is_in_rows
from widgets.heatmaps.heatmap_view import HeatmapView
from widgets.heatmaps.inspector_controls import InspectorControls
from widgets.heatmaps.marks import paint_key
from widgets.theme import SMALL_PX, current_theme, set_role, tabular

_BESIDE_PX = 300
"""What controls and facts take of the height."""


class HeatmapInspector(QWidget):
    """Shows a `HeatmapSheet`, or a sentence where there is none.

    Signals:
        stage_picked(int): the panel of a stage was clicked.
    """

    stage_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controls = InspectorControls(self)
        self.caption = QLabel(self)
        self.caption.setWordWrap(True)
        set_role(self.caption, "small")
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setMargin(18)
        set_role(self.message, "muted")
        self.key = KeyLine(self)
        self.facts = FactsTable(self)
        self._sheet = HeatmapSheet()
        self._views: list[list[HeatmapView]] = []
        self._lay_out()
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.controls.style_changed.connect(self._restyle)
        self.controls.choice_changed.connect(self._show_facts)
        self.show_message("Open a video to look into heatmaps.")

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._grid.setContentsMargins(4, 0, 4, 0)
        self._grid.setSpacing(2)
        self.caption.setContentsMargins(8, 0, 8, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.controls)
        column.addWidget(self.caption)
        column.addWidget(self.message, 1)
        column.addLayout(self._grid, 1)
        column.addWidget(self.key)
        column.addWidget(self.facts)

    @property
    def sheet(self) -> HeatmapSheet:
        """What is shown."""
        return self._sheet

    @property
    def views(self) -> list[list[HeatmapView]]:
        """The panels on the screen, row by row."""
        return self._views

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for a heatmap and its profiles."""
        return QSize(400, 640)

    def show_message(self, text: str) -> None:
        """A sentence in place of heatmaps."""
        self._sheet = HeatmapSheet()
        self._arrange([])
        self.message.setText(text)
        self.message.show()
        for widget in (self.key, self.facts, self.caption):
            widget.hide()
        self.caption.setText("")
        self._show_facts()
        self._allow_saving()

    def show_sheet(self, sheet: HeatmapSheet) -> None:
        """Show panels; those that show the same place keep theirs, so that nothing flickers."""
        is_parted_otherwise, self._sheet = self._sheet.planes != sheet.planes, sheet
        self.message.hide()
        self.caption.setText(sheet.caption)
        style = self.controls.style_of_panels
        if [len(row) for row in sheet.rows] != [len(row) for row in self._views]:
            self._arrange([[HeatmapView(panel, style, self) for panel in row] for row in sheet.rows])
        elif is_parted_otherwise:
            self._place()
        for views, panels in zip(self._views, sheet.rows, strict=True):
            for view, panel in zip(views, panels, strict=True):
                view.show_panel(panel, style)
                view.setToolTip("Click for the facts of this stage" if len({each.stage for each in panels}) > 1 else "")
        self.key.set_sheet(sheet)
        for widget in (self.key, self.facts, self.caption):
            widget.show()
        self.key.point("")
        self._show_facts()
        self._allow_saving()

    def _arrange(self, views: list[list[HeatmapView]]) -> None:
        for view in (view for row in self._views for view in row):
            view.hide()
            view.deleteLater()
        self._views = views
        for row in views:
            for view in row:
                view.pointed.connect(self.key.point)
                if len(row) > 1:
                    view.clicked.connect(lambda view=view: self.stage_picked.emit(view.panel.stage))
                view.show()
        self._place()

    def _place(self) -> None:
        """Put the panels where they are largest: models below each other, or side by side."""
        while self._grid.count():
            self._grid.takeAt(0)
        lengths = [len(row) for row in self._views]
        columns = columns_of(lengths, self.width(), max(self.height() - _BESIDE_PX, 1), self._sheet.planes)
        rows = self._views if is_in_rows(lengths) else [[view for row in self._views for view in row]]
        first = 0
        for row in rows:
            for place, view in enumerate(row):
                self._grid.addWidget(view, first + place // columns, place % columns)
            first += -(-len(row) // columns)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Arrange the panels anew."""
        super().resizeEvent(event)
        self._place()

    def _restyle(self) -> None:
        for row in self._views:
            for view in row:
                view.show_panel(view.panel, self.controls.style_of_panels)

    def _show_facts(self) -> None:
        """Those of the chosen stage, or the nearest that is shown, of each model in each plane."""
        stage = self.controls.chosen_stage or 0
        chosen: list[HeatmapPanel] = []
        for row in self._sheet.rows:
            shown = min((panel.stage for panel in row), key=lambda each: abs(each - stage), default=0)
            chosen += [panel for panel in row if panel.stage == shown]
        is_short, is_one_model = len(chosen) > 1, len(self._sheet.rows) == 1
        headings = [panel.plane if is_one_model else panel.title for panel in chosen]
        lines = [fact_lines(panel, is_short=is_short) for panel in chosen]
        self.facts.set_facts(list(zip(headings, lines, strict=True)))

    def _allow_saving(self) -> None:
        has_answer = any(panel.heatmap or panel.step for row in self._sheet.rows for panel in row)
        for button in (self.controls.copy, self.controls.save):
            button.setEnabled(has_answer)


class KeyLine(QWidget):
    """What the marks mean; while the mouse is over a heatmap, what is under it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sheet = HeatmapSheet()
        self._pointed = ""
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Value under the mouse")

    @property
    def pointed(self) -> str:
        """What is under the mouse."""
        return self._pointed

    def set_sheet(self, sheet: HeatmapSheet) -> None:
        """Say what is marked."""
        self._sheet = sheet
        self.update()

    def point(self, text: str) -> None:
        """Say what is under the mouse; "" for nothing."""
        self._pointed = text
        self.setAccessibleDescription(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """One line."""
        painter, rect = QPainter(self), QRectF(self.rect()).adjusted(8, 0, -4, 0)
        painter.setFont(tabular(self.font(), pixel_size=SMALL_PX))
        if self._pointed:
            painter.setPen(QColor(current_theme().text))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, self._pointed)
        else:
            paint_key(painter, rect, current_theme(), self._sheet)
