"""Paints the overlays of the canvas over the frame, in widget pixels so that lines keep their width at any zoom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from inference.results import FloatArray
from widgets.canvas.path_overlay import HANDLES, PathOverlay
from widgets.canvas.view_transform import ViewTransform
from widgets.theme import Theme, translucent

HANDLE_RADIUS = 6.0
_LABELS = {"take-off": "Take-off", "apex": "Apex", "entry": "Entry"}
_CASING = QColor(0, 0, 0, 150)
_LABEL_BACKGROUND = QColor(12, 16, 22, 190)


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Which handle and candidate are hovered or selected."""

    selected_handle: str | None = None
    hovered_handle: str | None = None
    hovered_candidate: int | None = None


def paint_path(painter: QPainter, overlay: PathOverlay, view: ViewTransform, theme: Theme) -> None:
    """The past solid, the future dashed and the diver's place a ring, all with a dark casing against bright water."""
    points = view.to_widget(overlay.curve)
    diver = overlay.diver
    # Past and future meet at the diver, or where the past ends.
    middle = points[max(overlay.split_index - 1, 0) : overlay.split_index] if diver is None else view.to_widget([diver])
    past = _polyline(np.concatenate([points[: overlay.split_index], middle]))
    future = _polyline(np.concatenate([middle, points[overlay.split_index :]]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in (past, future):
        painter.setPen(_pen(_CASING, 4.5))
        painter.drawPolyline(line)
    painter.setPen(_pen(theme.path, 2.25))
    painter.drawPolyline(past)
    dashed = _pen(theme.path, 2.25)
    dashed.setCapStyle(Qt.PenCapStyle.FlatCap)
    dashed.setDashPattern([3.0, 2.5])
    painter.setPen(dashed)
    painter.drawPolyline(future)
    if diver is not None:
        _ring(painter, QPointF(*middle[0]), 9.0, QColor(theme.diver))


def paint_candidates(
    painter: QPainter, overlay: PathOverlay, view: ViewTransform, theme: Theme, hovered: int | None
) -> None:
    """Inliers as discs, outliers as crosses; those of the frame shown are larger, opaque and ringed."""
    points = view.to_widget(overlay.candidates)
    inlier, now = overlay.candidate_is_inlier, overlay.candidate_is_now
    faint_inlier, faint_outlier = translucent(theme.candidate_inlier, 0.8), translucent(theme.candidate_outlier, 0.75)
    painter.setPen(_pen(faint_inlier, 6.0))
    painter.drawPoints(_polyline(points[inlier & ~now]))
    painter.setPen(_pen(faint_outlier, 1.5))
    painter.drawLines(_crosses(points[~inlier & ~now], 3.0))
    for point in points[inlier & now]:
        painter.setPen(_pen(_CASING, 4.0))
        painter.setBrush(QColor(theme.candidate_inlier))
        painter.drawEllipse(QPointF(*point), 5.0, 5.0)
        painter.setPen(_pen(QColor("white"), 1.5))
        painter.drawEllipse(QPointF(*point), 5.0, 5.0)
    outliers_now = _crosses(points[~inlier & now], 5.5)
    painter.setPen(_pen(_CASING, 5.5))
    painter.drawLines(outliers_now)
    painter.setPen(_pen(theme.candidate_outlier, 2.75))
    painter.drawLines(outliers_now)
    if hovered is not None and hovered < len(points):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(QColor("white"), 1.5))
        painter.drawEllipse(QPointF(*points[hovered]), 9.0, 9.0)


def paint_crop_box(painter: QPainter, corner: FloatArray, size: tuple[float, float], theme: Theme) -> None:
    """The square of pixels that is cropped out around the diver: a thin frame with firm corners."""
    rect = QRectF(corner[0], corner[1], *size)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(_CASING, 3.0))
    painter.drawRect(rect)
    painter.setPen(_pen(theme.crop_box, 1.25))
    painter.drawRect(rect)
    length = min(14.0, *(side / 4 for side in size))
    painter.setPen(_pen(theme.crop_box, 3.0))
    for x, inward_x in ((rect.left(), 1), (rect.right(), -1)):
        for y, inward_y in ((rect.top(), 1), (rect.bottom(), -1)):
            painter.drawPolyline([QPointF(x + inward_x * length, y), QPointF(x, y), QPointF(x, y + inward_y * length)])


def paint_handles(
    painter: QPainter, overlay: PathOverlay, view: ViewTransform, theme: Theme, emphasis: Emphasis
) -> None:
    """Take-off and entry as discs, the apex as a diamond, each with its name; the selected one is filled and glows."""
    for name in HANDLES:
        if name not in overlay.handles:
            continue
        centre = QPointF(*view.to_widget(overlay.handles[name]))
        is_selected, is_hovered = name == emphasis.selected_handle, name == emphasis.hovered_handle
        radius = HANDLE_RADIUS + (1.5 if is_selected or is_hovered else 0.0)
        if is_selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(translucent(theme.accent, 0.4))
            painter.drawEllipse(centre, radius + 6, radius + 6)
        painter.setBrush(QColor(theme.accent if is_selected else theme.path))
        for colour, width in ((_CASING, 5.0), (QColor(theme.handle), 2.25)):
            painter.setPen(_pen(colour, width))
            if name == "apex":
                painter.drawPolygon(_diamond(centre, radius + 1))
            else:
                painter.drawEllipse(centre, radius, radius)
        _label(painter, name, centre, radius + 7, is_left=_is_left_of_apex(overlay, name))


def paint_badge(painter: QPainter, text: str, anchor: QPointF, alignment: Qt.AlignmentFlag) -> None:
    """A line of text on a dark rounded plate whose bottom left or bottom right corner is at the anchor."""
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + 18, metrics.height() + 8
    left = anchor.x() - (width if alignment & Qt.AlignmentFlag.AlignRight else 0)
    plate = QRectF(left, anchor.y() - height, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_LABEL_BACKGROUND)
    painter.drawRoundedRect(plate, 6, 6)
    painter.setPen(QColor(244, 246, 250))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def _is_left_of_apex(overlay: PathOverlay, name: str) -> bool:
    apex = overlay.handles.get("apex")
    return apex is not None and overlay.handles[name][0] < apex[0]


def _label(painter: QPainter, name: str, centre: QPointF, distance: float, *, is_left: bool) -> None:
    """The handle's name where the path does not go: above the apex, outwards of the two ends."""
    text = _LABELS[name]
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + 12, metrics.height() + 2
    plate = QRectF(centre.x() + distance, centre.y() - height / 2, width, height)
    if name == "apex":
        plate.moveCenter(centre - QPointF(0, distance + 3 + height / 2))
    elif is_left:
        plate.moveRight(centre.x() - distance)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_LABEL_BACKGROUND)
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(QColor(244, 246, 250))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def _ring(painter: QPainter, centre: QPointF, radius: float, colour: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (_pen(_CASING, 5.0), _pen(colour, 2.5)):
        painter.setPen(pen)
        painter.drawEllipse(centre, radius, radius)
    painter.setPen(_pen(colour, 3.5))
    painter.drawPoint(centre)


def _pen(colour: QColor | str, width: float) -> QPen:
    return QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _polyline(points: FloatArray) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


def _crosses(points: FloatArray, arm: float) -> list[QLineF]:
    falling = [QLineF(x - arm, y - arm, x + arm, y + arm) for x, y in points.tolist()]
    rising = [QLineF(x - arm, y + arm, x + arm, y - arm) for x, y in points.tolist()]
    return falling + rising


def _diamond(centre: QPointF, radius: float) -> QPolygonF:
    steps = ((0.0, -radius), (radius, 0.0), (0.0, radius), (-radius, 0.0))
    return QPolygonF([centre + QPointF(dx, dy) for dx, dy in steps])
