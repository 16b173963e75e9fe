"""What is drawn about single joints: the model's own places under a person's, and names and rings of those in hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.canvas.overlay_painter import paint_badge
from widgets.canvas.pose_overlay import RADIUS, PoseOverlay, limb_colour, mark_joint, side_colour
from widgets.canvas.view_transform import ViewTransform
from widgets.theme import Theme, translucent

_GHOST = 0.6
_LEAST_MOVE_PX = 0.05
_RING = RADIUS + 5.0
MARGIN = 12.0
"""Of what stands in a corner of the picture, widget pixels."""


def paint_ghost(painter: QPainter, overlay: PoseOverlay, view: ViewTransform, theme: Theme) -> None:
    """Where the model puts the joints that were moved, hollow, with the limbs at them, dotted."""
    if overlay.predicted is None:
        return
    is_known = np.isfinite(overlay.predicted[:, 0]) & np.isfinite(overlay.predicted[:, 1])
    away = np.nan_to_num(overlay.predicted) - overlay.points
    is_ghost = is_known & overlay.is_placed & (np.hypot(away[:, 0], away[:, 1]) >= _LEAST_MOVE_PX)
    points = view.to_widget(overlay.predicted)
    for first, second in overlay.limbs:
        if is_known[first] and is_known[second] and (is_ghost[first] or is_ghost[second]):
            line = QPointF(*points[first]), QPointF(*points[second])
            colour = limb_colour(overlay, first, second, theme)
            for each, width in ((translucent("#000000", 0.4), 3.0), (translucent(colour, _GHOST), 1.5)):
                pen = QPen(each, width, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
                pen.setDashPattern([4.5 / width, 4.5 / width])
                painter.setPen(pen)
                painter.drawLine(*line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for joint in np.flatnonzero(is_ghost).tolist():
        for each, width in (
            (translucent("#000000", 0.4), 3.0),
            (translucent(side_colour(overlay.sides[joint], theme), _GHOST), 1.5),
        ):
            painter.setPen(QPen(each, width))
            mark_joint(painter, QPointF(*points[joint]), overlay.sides[joint], RADIUS - 0.75)


def paint_joints_in_hand(
    painter: QPainter,
    overlay: PoseOverlay,
    view: ViewTransform,
    theme: Theme,
    *,
    selected: int | None,
    hovered: int | None,
    text_of: Callable[[int], str],
) -> None:
    """A ring around the selected joint, whose text stands in the corner, where it covers nothing.

    Another joint that is under the mouse has a thinner ring and its text beside it.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for joint, colour, width in ((hovered, QColor("white"), 1.5), (selected, QColor(theme.accent), 2.5)):
        if joint is not None:
            centre = QPointF(*view.to_widget(overlay.points[joint]))
            for each, wide in ((translucent("#000000", 0.6), width + 2.0), (colour, width)):
                painter.setPen(QPen(each, wide))
                painter.drawEllipse(centre, _RING, _RING)
    if selected is not None:
        corner = QPointF(MARGIN, MARGIN + painter.fontMetrics().height() + 8)
        paint_badge(painter, text_of(selected), corner, Qt.AlignmentFlag.AlignLeft)
    if hovered is not None and hovered != selected:
        _paint_name(painter, text_of(hovered), QPointF(*view.to_widget(overlay.points[hovered])))


def joint_text(overlay: PoseOverlay, place: int) -> str:
    """A joint's name and where its place comes from, such as "Left wrist · by hand, hidden" or "Head · 83 %"."""
    name = overlay.names[place].replace("_", " ").capitalize()
    if overlay.is_placed[place]:
        origin = "interpolated" if place in overlay.interpolated else "by hand"
        return f"{name} · {origin}, hidden" if place in overlay.hidden else f"{name} · {origin}"
    return f"{name} · {round(100 * float(overlay.confidences[place]))} %"


def _paint_name(painter: QPainter, text: str, centre: QPointF) -> None:
    """Above and right of the joint, or left of it where the picture ends."""
    distance = _RING + 4.0
    widest = painter.fontMetrics().horizontalAdvance(text) + 18
    is_right = centre.x() + distance + widest <= QRectF(painter.window()).right()
    side = Qt.AlignmentFlag.AlignLeft if is_right else Qt.AlignmentFlag.AlignRight
    top = max(centre.y() - distance / 2, painter.fontMetrics().height() + 8.0)
    paint_badge(painter, text, QPointF(centre.x() + (distance if is_right else -distance), top), side)
