"""One panel on the screen: it says what is under the mouse, and that it was clicked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.heatmaps.heatmap_painter import PanelLayout, paint_panel, value_text
from widgets.heatmaps.heatmap_panel import HeatmapPanel, HeatmapStyle
from widgets.theme import current_theme

_MARGIN = 4


class HeatmapView(QWidget):
    """Shows one `HeatmapPanel`.

    Signals:
        pointed(str): what is under the mouse; "" when it leaves the heatmap.
        clicked().
    """

    pointed = Signal(str)
    clicked = Signal()

    def __init__(self, panel: HeatmapPanel, style: HeatmapStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel, self._style = panel, style
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        self.show_panel(panel, style)

    @property
    def panel(self) -> HeatmapPanel:
        """What is shown."""
        return self._panel

    @property
    def layout_of_panel(self) -> PanelLayout:
        """Where its parts lie in this widget."""
        rect = QRectF(self.rect()).adjusted(_MARGIN, 0, -_MARGIN, 0)
        return PanelLayout.of_panel(rect, self._panel)

    def show_panel(self, panel: HeatmapPanel, style: HeatmapStyle) -> None:
        """Show another panel, or the same one otherwise."""
        self._panel, self._style = panel, style
        self.setAccessibleName(f"Heatmap, {panel.title}" if panel.title else "Heatmap")
        self.setAccessibleDescription(panel.note)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for a heatmap of which the pixels can be told apart."""
        return QSize(340, 320)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """The panel."""
        rect = QRectF(self.rect()).adjusted(_MARGIN, 0, -_MARGIN, 0)
        painter = QPainter(self)
        painter.setFont(self.font())
        paint_panel(painter, rect, self._panel, self._style, current_theme())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell what is under the mouse."""
        self.pointed.emit(value_text(self._panel, self.layout_of_panel.to_crop(event.position())))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802
        """Tell."""
        self.clicked.emit()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802
        """Nothing is under the mouse any more."""
        self.pointed.emit("")
