"""What is marked over the crop of a panel: places, boxes, and what the marks mean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from inference.pose.planes import Plane
from widgets.heatmaps.heatmap_panel import HeatmapPanel, HeatmapSheet, StageStep
from widgets.theme import SMALL_PX, Theme, tabular, translucent

ToWidget = Callable[[npt.ArrayLike], QPointF]
"""Where a place in the unit of a panel's plane is painted."""

_CASING = QColor(0, 0, 0, 190)
_ARGMAX, _EXPECTATION, _TRUTH = QColor("#ffffff"), QColor("#39d3f2"), QColor("#4dff88")
_PLACE, _BEFORE = _EXPECTATION, _ARGMAX
_RING = 5.0


def paint_places(painter: QPainter, picture: QRectF, to_widget: ToWidget, panel: HeatmapPanel) -> None:
    """An upright cross for the argmax, a diagonal one for the expectation, a ring of one deviation for the truth."""
    if panel.facts is None or panel.heatmap is None:
        return
    painter.save()
    painter.setClipRect(picture)
    if panel.truth is not None:
        wide, high = (panel.heatmap.grid.pixel_size * panel.sigma_px).tolist()
        centre = to_widget(panel.truth.place)
        one = to_widget(np.add(panel.truth.place, (wide, high))) - centre
        _ring(painter, centre, _TRUTH, max(one.x(), _RING), max(one.y(), _RING))
    _cross(painter, _upright(to_widget(panel.facts.argmax), 9.0), _ARGMAX)
    _cross(painter, _diagonal(to_widget(panel.facts.expectation), 6.5), _EXPECTATION)
    painter.restore()


def paint_axes(painter: QPainter, picture: QRectF, plane: Plane) -> None:
    """The name of each coordinate of a plane with depth where it is highest, at the edges from which it counts."""
    column, row = plane
    inner = picture.adjusted(6, 4, -6, -4)
    letters = QPainterPath()
    metrics = painter.fontMetrics()
    letters.addText(
        inner.right() - metrics.horizontalAdvance(f"{column} →"),
        inner.top() + metrics.ascent(),
        painter.font(),
        f"{column} →",
    )
    letters.addText(inner.left(), inner.bottom() - metrics.descent(), painter.font(), f"{row} ↓")
    painter.strokePath(letters, QPen(_CASING, 3.0))
    painter.fillPath(letters, QColor("#ffffff"))


def paint_step(painter: QPainter, picture: QRectF, to_widget: ToWidget, step: StageStep) -> None:
    """The box that a stage saw, the rest darker; a line from the place before, a small ring, to the one it says."""
    left, top, right, bottom = step.box.tolist()
    seen = QRectF(to_widget((left, top)), to_widget((right, bottom))) & picture
    beyond = QPainterPath()
    beyond.setFillRule(Qt.FillRule.OddEvenFill)
    beyond.addRect(picture)
    beyond.addRect(seen)
    painter.save()
    painter.setClipRect(picture)
    painter.fillPath(beyond, translucent("#000000", 0.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_CASING, 3.0), QPen(_BEFORE, 1.25)):
        painter.setPen(pen)
        painter.drawRect(seen)
    place = to_widget(step.place)
    if step.true is not None:
        _ring(painter, to_widget(step.true), _TRUTH)
    if step.before is not None:
        before = to_widget(step.before)
        _cross(painter, [QLineF(before, place)], _BEFORE)
        _ring(painter, before, _BEFORE, 3.0, 3.0)
    _cross(painter, _diagonal(place, 6.5), _PLACE)
    painter.restore()


def paint_key(painter: QPainter, rect: QRectF, theme: Theme, sheet: HeatmapSheet) -> None:
    """What the marks of a sheet mean, in one line."""
    panels = [panel for row in sheet.rows for panel in row]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(tabular(painter.font(), pixel_size=SMALL_PX))
    x, middle = rect.left() + 8, rect.center().y()
    if any(panel.heatmap is not None for panel in panels):
        for text, shape, colour in (("argmax", _upright, _ARGMAX), ("expectation", _diagonal, _EXPECTATION)):
            _cross(painter, shape(QPointF(x, middle), 5.0), colour)
            x = _key_text(painter, rect, x + 10, text, theme)
    steps = [panel.step for panel in panels if panel.step is not None]
    if steps:
        _cross(painter, _diagonal(QPointF(x, middle), 5.0), _PLACE)
        x = _key_text(painter, rect, x + 10, "place", theme)
    if any(step.before is not None for step in steps):
        _ring(painter, QPointF(x, middle), _BEFORE, 3.0, 3.0)
        x = _key_text(painter, rect, x + 10, "place before", theme)
    if any(panel.has_truth for panel in panels):
        _ring(painter, QPointF(x, middle), _TRUTH)
        _key_text(painter, rect, x + 10, "true place", theme)
    painter.restore()


def _ring(painter: QPainter, centre: QPointF, colour: QColor, wide: float = _RING, high: float = _RING) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_CASING, 4.0), QPen(colour, 1.75)):
        painter.setPen(pen)
        painter.drawEllipse(centre, wide, high)


def _upright(at: QPointF, arm: float) -> list[QLineF]:
    x, y = at.x(), at.y()
    return [QLineF(x - arm, y, x + arm, y), QLineF(x, y - arm, x, y + arm)]


def _diagonal(at: QPointF, arm: float) -> list[QLineF]:
    x, y = at.x(), at.y()
    return [QLineF(x - arm, y - arm, x + arm, y + arm), QLineF(x - arm, y + arm, x + arm, y - arm)]


def _cross(painter: QPainter, lines: list[QLineF], colour: QColor) -> None:
    for pen in (QPen(_CASING, 4.5), QPen(colour, 2.0)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(lines)


def _key_text(painter: QPainter, rect: QRectF, x: float, text: str, theme: Theme) -> float:
    """Write a word of the key and say where the next entry begins."""
    width = painter.fontMetrics().horizontalAdvance(text)
    painter.setPen(QColor(theme.text_muted))
    painter.drawText(QRectF(x, rect.top(), width + 2, rect.height()), Qt.AlignmentFlag.AlignVCenter, text)
    return x + width + 20
