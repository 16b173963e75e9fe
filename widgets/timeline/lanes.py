"""The lanes of dives: where each bar lies, how it is painted, and what the mouse is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen

from inference.results import FloatArray
from widgets.theme import SMALL_PX, Theme, mixed, tabular, translucent
from widgets.time_axis import Viewport
from widgets.timeline.dive_bars import STATUSES, DiveBars, TimelineDive, merge_narrow
from widgets.timeline.status_histogram import paint_histogram

Edge = Literal["start", "end"]
Positions = npt.NDArray[np.intp]

TALLEST_LANE = 26.0
_FLATTEST_LANE = 7.0
_GAP = 3.0
_NARROW = 5.0
_LEAST_WIDTH = 2.0
_PIXELS_PER_CROWDED_DIVE = 4
_EDGE_REACH = 5.0
_WIDTH_WITH_EDGES = 14.0


@dataclass(frozen=True, slots=True)
class LaneLayout:
    """Rows of equal height from top downwards."""

    top: float
    lane_height: float
    lane_count: int

    @classmethod
    def within(cls, top: float, available: float, lane_count: int) -> LaneLayout:
        """Rows as tall as fits, but neither taller nor flatter than is readable."""
        height = (available - _GAP) / max(lane_count, 1) - _GAP
        return cls(top, min(max(height, _FLATTEST_LANE), TALLEST_LANE), lane_count)

    @property
    def height(self) -> float:
        """All rows with the gaps around them."""
        return self.lane_count * (self.lane_height + _GAP) + _GAP

    def top_of(self, lane: int) -> float:
        """Upper edge of a row."""
        return self.top + _GAP + lane * (self.lane_height + _GAP)

    def lane_at(self, y: float) -> int | None:
        """The row at a height of the widget; gaps belong to the row above."""
        lane = int((y - self.top - _GAP / 2) // (self.lane_height + _GAP))
        return lane if 0 <= lane < self.lane_count else None


def dive_at(bars: DiveBars, layout: LaneLayout, viewport: Viewport, x: float, y: float) -> TimelineDive | None:
    """The dive whose bar is at a place; of several within two pixels the nearest."""
    lane = layout.lane_at(y)
    if lane is None:
        return None
    reach = 2.0
    found = bars.visible(lane, viewport.seconds_at(x - reach), viewport.seconds_at(x + reach))
    if not len(found):
        return None
    left, right = viewport.xs_of(bars.start_s[found]), viewport.xs_of(bars.end_s[found])
    distance = np.maximum(np.maximum(left - x, x - right), 0)
    return bars.dives[int(found[np.argmin(distance)])]


def edge_at(
    bars: DiveBars, layout: LaneLayout, viewport: Viewport, x: float, y: float, selected: str | None
) -> tuple[TimelineDive, Edge] | None:
    """The end of a bar at a place; the selected dive goes before others, and narrow bars have ends only if selected."""
    lane = layout.lane_at(y)
    if lane is None:
        return None
    found = bars.visible(lane, viewport.seconds_at(x - _EDGE_REACH), viewport.seconds_at(x + _EDGE_REACH))
    nearest: tuple[float, TimelineDive, Edge] | None = None
    edge: Edge
    for position in found.tolist():
        dive = bars.dives[position]
        left, right = viewport.x_of(bars.start_s[position]), viewport.x_of(bars.end_s[position])
        is_selected = dive.id == selected
        if right - left < _WIDTH_WITH_EDGES and not is_selected:
            continue
        inwards = min(_EDGE_REACH, (right - left) / 3)
        for edge, outside in (("start", left - x), ("end", x - right)):
            if -inwards <= outside <= _EDGE_REACH:
                distance = abs(outside) - (2 * _EDGE_REACH if is_selected else 0)
                if nearest is None or distance < nearest[0]:
                    nearest = (distance, dive, edge)
    return nearest[1:] if nearest else None


class LanePainter:
    """Paints the bars that are in sight.

    Statuses differ in pattern as well as colour: unreviewed is an outline, accepted and corrected are solid, corrected
    has a notch, rejected is hatched.
    """

    def __init__(self, painter: QPainter, layout: LaneLayout, viewport: Viewport, theme: Theme) -> None:
        self._painter = painter
        self._layout = layout
        self._viewport = viewport
        self._theme = theme
        self._font = tabular(painter.font(), pixel_size=SMALL_PX, bold=True)
        self._metrics = QFontMetrics(self._font)

    def paint(self, bars: DiveBars, *, left_out: str | None = None) -> None:
        """All bars in sight but one that is painted on its own."""
        in_lanes = [self._in_sight(bars, lane, left_out) for lane in range(self._layout.lane_count if len(bars) else 0)]
        narrow = [found[self._widths(bars, found) < _NARROW] for found in in_lanes]
        if sum(map(len, narrow)) > self._viewport.width / _PIXELS_PER_CROWDED_DIVE:
            self._paint_crowd(bars, np.concatenate(narrow))
        else:
            for lane, found in enumerate(narrow):
                left, right = self._edges(bars, found)
                self._paint_merged(lane, *merge_narrow(left, right, bars.status[found], _LEAST_WIDTH))
        for lane, found in enumerate(in_lanes):
            wide = found[self._widths(bars, found) >= _NARROW]
            left, right = self._edges(bars, wide)
            for position, x, end in zip(wide.tolist(), left.tolist(), right.tolist(), strict=True):
                dive = bars.dives[position]
                self.paint_bar(self._rect(lane, x, end), dive.status, dive.label)

    def _in_sight(self, bars: DiveBars, lane: int, left_out: str | None) -> Positions:
        found = bars.visible(lane, self._viewport.start_s, self._viewport.end_s)
        return found if left_out is None else found[found != bars.position_of.get(left_out, -1)]

    def _edges(self, bars: DiveBars, found: Positions) -> tuple[FloatArray, FloatArray]:
        return self._viewport.xs_of(bars.start_s[found]), self._viewport.xs_of(bars.end_s[found])

    def _widths(self, bars: DiveBars, found: Positions) -> FloatArray:
        left, right = self._edges(bars, found)
        return right - left

    def _paint_crowd(self, bars: DiveBars, found: Positions) -> None:
        """So many narrow bars that lanes say nothing: how many there are and how far their review is."""
        left, right = self._edges(bars, found)
        rect = QRectF(0, self._layout.top + _GAP, self._viewport.width, self._layout.height - _GAP)
        paint_histogram(self._painter, rect, left, right, bars.status[found], self._theme)

    def rect(self, bars: DiveBars, dive_id: str, start_s: float, end_s: float) -> QRectF | None:
        """Where one dive's bar lies with the given ends, None for an unknown dive; at least wide enough to see."""
        position = bars.position_of.get(dive_id)
        if position is None:
            return None
        left, right = self._viewport.x_of(start_s), self._viewport.x_of(end_s)
        return self._rect(int(bars.lane[position]), left, max(right, left + _LEAST_WIDTH))

    def _rect(self, lane: int, left: float, right: float) -> QRectF:
        # Bars that reach far out of sight are cut: Qt's rasteriser loses precision at huge coordinates.
        left, right = max(left, -50.0), min(right, self._viewport.width + 50.0)
        return QRectF(left, self._layout.top_of(lane), right - left, self._layout.lane_height)

    def _paint_merged(self, lane: int, left: np.ndarray, right: np.ndarray, status: np.ndarray) -> None:
        top, height = self._layout.top_of(lane), self._layout.lane_height
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._painter.setPen(Qt.PenStyle.NoPen)
        for code, name in enumerate(STATUSES):
            chosen = status == code
            if chosen.any():
                self._painter.setBrush(QColor(self._theme.status(name)))
                pairs = zip(left[chosen].tolist(), right[chosen].tolist(), strict=True)
                self._painter.drawRects([QRectF(x, top, end - x, height) for x, end in pairs])

    def paint_bar(self, rect: QRectF, status: str, label: str) -> None:
        """One bar with its label."""
        painter, colour = self._painter, self._theme.status(status)
        radius = min(5.0, rect.height() / 3, rect.width() / 3)
        inner = rect.adjusted(0.75, 0.75, -0.75, -0.75)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_solid = status in ("accepted", "corrected")
        painter.setPen(QPen(QColor(colour), 1.5))
        painter.setBrush(QColor(colour) if is_solid else mixed(self._theme.panel, colour, 0.28))
        painter.drawRoundedRect(inner, radius, radius)
        if status == "rejected":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(translucent(colour, 0.55), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(inner, radius, radius)
        if status == "corrected" and rect.width() > 14:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(translucent(self._theme.panel, 0.8))
            corner = inner.topRight() + QPointF(-2.5, 2.5)
            painter.drawPolygon([corner, corner - QPointF(7, 0), corner + QPointF(0, 7)])
        self._paint_label(rect, label, self._theme.on_accent if is_solid else self._theme.text)

    def _paint_label(self, rect: QRectF, label: str, colour: str) -> None:
        visible = rect.intersected(QRectF(0, rect.top(), self._viewport.width, rect.height())).adjusted(7, 0, -7, 0)
        if (
            label
            and rect.height() >= self._metrics.height() - 2
            and self._metrics.horizontalAdvance(label) <= visible.width()
        ):
            self._painter.setFont(self._font)
            self._painter.setPen(QColor(colour))
            self._painter.drawText(visible, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label)

    def paint_selection(self, rect: QRectF, *, has_grips: bool) -> None:
        """An outline around a bar, and grips on its ends."""
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        outline = rect.adjusted(-1.5, -1.5, 1.5, 1.5)
        painter.setPen(QPen(QColor(self._theme.accent), 2.0))
        painter.drawRoundedRect(outline, 6, 6)
        if not has_grips:
            return
        painter.setPen(QPen(QColor(self._theme.panel), 1.0))
        painter.setBrush(QColor(self._theme.accent))
        height = min(rect.height() * 0.7, 14.0)
        for x in (outline.left(), outline.right()):
            painter.drawRoundedRect(QRectF(x - 3, rect.center().y() - height / 2, 6, height), 3, 3)

    def paint_hover(self, rect: QRectF) -> None:
        """A light veil over the bar under the mouse."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(translucent(self._theme.text, 0.14))
        self._painter.drawRoundedRect(rect, 5, 5)
