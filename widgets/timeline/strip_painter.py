"""Paints the time strip: a cached picture of what stands still, and over it playhead, selection and drags."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from inference.time_code import frame_label
from widgets.theme import SMALL_PX, Theme, current_theme, tabular, translucent
from widgets.time_axis import Viewport
from widgets.timeline.dive_bars import TimelineDive
from widgets.timeline.lanes import Edge, LaneLayout, LanePainter
from widgets.timeline.ruler import RULER_HEIGHT, paint_playhead, paint_ruler
from widgets.timeline.signal_plot import paint_signals
from widgets.timeline.state import TimelineState


@dataclass(frozen=True, slots=True)
class DragPreview:
    """An interval while it is dragged, both frames included; dive is None for one that would be added."""

    dive: TimelineDive | None
    start: int
    end: int
    edge: Edge


class StripPainter:
    """Knows how a timeline's state looks.

    left_out is a dive that the cached picture goes without because it is being dragged.
    """

    def __init__(self, state: TimelineState) -> None:
        self.left_out: str | None = None
        self._state = state
        self._still: QPixmap | None = None
        self._still_for: tuple[object, ...] = ()
        self._font = QFont()

    def forget(self) -> None:
        """Paint everything anew next time."""
        self._still = None

    def paint(
        self, painter: QPainter, widget: QWidget, lanes: LaneLayout, hovered: str | None, preview: DragPreview | None
    ) -> None:
        """Paint the whole strip onto its widget."""
        theme, state = current_theme(), self._state
        self._font = widget.font()
        viewport = state.viewport(widget.width())
        look = (theme, widget.size(), widget.devicePixelRatioF())
        if self._still is None or look != self._still_for:
            self._still, self._still_for = self._paint_still(widget, lanes, viewport, theme), look
        painter.drawPixmap(0, 0, self._still)
        if state.is_empty:
            return
        self._paint_zone(painter, viewport, widget.height(), theme)
        bars = LanePainter(painter, lanes, viewport, theme)
        self._paint_selection(bars, hovered, preview)
        if state.playhead is not None:
            start_s, end_s = state.axis.start_of(state.playhead), state.axis.start_of(state.playhead + 1)
            if end_s >= viewport.start_s and start_s <= viewport.end_s:
                paint_playhead(painter, viewport.x_of(start_s), viewport.x_of(end_s), widget.height(), theme)
        if preview is not None:
            self._paint_preview(painter, bars, preview, lanes, viewport, theme)

    def _paint_still(self, widget: QWidget, lanes: LaneLayout, viewport: Viewport, theme: Theme) -> QPixmap:
        pixmap = QPixmap(widget.size() * widget.devicePixelRatioF())
        pixmap.setDevicePixelRatio(widget.devicePixelRatioF())
        pixmap.fill(QColor(theme.panel))
        painter = QPainter(pixmap)
        painter.setFont(widget.font())
        if self._state.is_empty:
            painter.fillRect(QRectF(0, 0, widget.width(), RULER_HEIGHT), QColor(theme.field))
        else:
            paint_ruler(painter, viewport, self._state.axis, theme)
            plot_top = RULER_HEIGHT + lanes.height
            if self._state.signals and widget.height() - plot_top > 12:
                rect = QRectF(0, plot_top, widget.width(), widget.height() - plot_top)
                painter.fillRect(rect, QColor(theme.window))
                paint_signals(painter, rect, viewport, self._state.axis, self._state.signals, theme)
            painter.setFont(widget.font())
            LanePainter(painter, lanes, viewport, theme).paint(self._state.bars, left_out=self.left_out)
        painter.end()
        return pixmap

    def _paint_selection(self, lanes: LanePainter, hovered: str | None, preview: DragPreview | None) -> None:
        bars = self._state.bars
        dragged = preview.dive.id if preview is not None and preview.dive is not None else None
        for dive_id in {hovered, self._state.selected} - {None, dragged}:
            position = bars.position_of.get(dive_id or "")
            if position is None or dive_id is None:
                continue
            rect = lanes.rect(bars, dive_id, float(bars.start_s[position]), float(bars.end_s[position]))
            if rect is not None and dive_id == hovered:
                lanes.paint_hover(rect)
            if rect is not None and dive_id == self._state.selected:
                lanes.paint_selection(rect, has_grips=rect.width() >= 6)

    def _paint_zone(self, painter: QPainter, viewport: Viewport, height: float, theme: Theme) -> None:
        """The working zone: tinted through the strip, with brackets in the ruler to take hold of."""
        zone, axis = self._state.working_zone, self._state.axis
        if zone is None:
            return
        left = max(viewport.x_of(axis.start_of(zone[0])), -20.0)
        right = min(viewport.x_of(axis.start_of(zone[1] + 1)), viewport.width + 20.0)
        if right < left:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(left, 0, right - left, RULER_HEIGHT), translucent(theme.working_zone, 0.22))
        painter.fillRect(
            QRectF(left, RULER_HEIGHT, right - left, height - RULER_HEIGHT), translucent(theme.working_zone, 0.07)
        )
        colour = QColor(theme.working_zone)
        painter.fillRect(QRectF(left, 0, right - left, 2), colour)
        for x, inwards in ((math.floor(left), 1), (math.floor(right) - 1, -1)):
            painter.fillRect(QRectF(x, 0, 1, height), translucent(theme.working_zone, 0.6))
            painter.fillRect(QRectF(x if inwards > 0 else x - 4, 0, 5, 13), colour)

    def _paint_preview(
        self,
        painter: QPainter,
        bars: LanePainter,
        preview: DragPreview,
        lanes: LaneLayout,
        viewport: Viewport,
        theme: Theme,
    ) -> None:
        """The interval under the mouse and a note that says where its moving end is and how long it lasts."""
        axis = self._state.axis
        start_s, end_s = axis.start_of(preview.start), axis.start_of(preview.end + 1)
        if preview.dive is None:
            left, right = viewport.x_of(start_s), viewport.x_of(end_s)
            rect = QRectF(left, lanes.top + 2, max(right - left, 2), lanes.height - 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(QColor(theme.accent), 1.5, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(translucent(theme.accent, 0.25))
            painter.drawRoundedRect(rect, 5, 5)
        else:
            found = bars.rect(self._state.bars, preview.dive.id, start_s, end_s)
            if found is None:
                return
            rect = found
            bars.paint_bar(rect, preview.dive.status, preview.dive.label)
            bars.paint_selection(rect, has_grips=True)
        x = rect.left() if preview.edge == "start" else rect.right()
        frame = preview.start if preview.edge == "start" else preview.end
        lasting = axis.start_of(preview.end) - axis.start_of(preview.start)
        text = f"{frame_label(frame, axis.start_of(frame))} · {lasting:.2f} s"
        painter.setFont(self._font)
        _paint_note(painter, text, QPointF(x, rect.bottom() + 8), viewport.width, theme)


def _paint_note(painter: QPainter, text: str, top_middle: QPointF, width: float, theme: Theme) -> None:
    """A line of text on a small card, kept within the width."""
    painter.setFont(tabular(painter.font(), pixel_size=SMALL_PX))
    metrics = painter.fontMetrics()
    card = QRectF(0, top_middle.y(), metrics.horizontalAdvance(text) + 16, metrics.height() + 8)
    card.moveLeft(min(max(top_middle.x() - card.width() / 2, 4.0), width - card.width() - 4))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.border_strong), 1.0))
    painter.setBrush(QColor(theme.field))
    painter.drawRoundedRect(card, 5, 5)
    painter.setPen(QColor(theme.text))
    painter.drawText(card, Qt.AlignmentFlag.AlignCenter, text)
