"""Paints what stands around a pose in space: a box with the picture as its back wall, a floor, and the axes."""

from __future__ import annotations

import itertools

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from inference.results import FloatArray
from widgets.canvas.pose_overlay import PoseOverlay
from widgets.canvas.view_transform import ViewTransform
from widgets.space.direction import Direction
from widgets.space.projection import Projection
from widgets.theme import Theme, translucent

_LINE = "#aebccb"
_TEXT = QColor(228, 233, 240)
_PICTURE = 0.55
_FLOOR_PARTS = 4
_LEAST_TURN = 0.03
"""Seen nearer to its edge than this (height for its width) the picture is a line."""

_AXES = (("right", (1.0, 0.0, 0.0)), ("down", (0.0, 1.0, 0.0)), ("away", (0.0, 0.0, 1.0)))
_AXIS_PX = 34.0
_CAMERA = np.array([(0, 0, -0.62), (-0.3, -0.22, 0), (0.3, -0.22, 0), (0.3, 0.22, 0), (-0.3, 0.22, 0)])
"""A pyramid that opens towards what the camera sees, in lengths of an axis."""


def paint_stage(
    painter: QPainter, projection: Projection, view: ViewTransform, theme: Theme, picture: QImage, side: float
) -> None:
    """The box around the diver.

    Args:
        painter: where.
        projection: from where one looks.
        view: from screen coordinates to the widget.
        theme: its colours.
        picture: what the camera sees around the place looked at, `projection.side` px wide.
        side: of the box (px).
    """
    half = side / 2
    edges, away = _edges(half), projection.direction.axes[2]
    if away[2] > 0:  # from behind it would hide what stands in front of it
        _paint_wall(painter, projection, view, picture, side)
    _paint_floor(painter, projection, view, half)
    for ends in edges:
        is_far = float((ends.mean(axis=0) / half) @ away) > 0
        is_wall = bool((ends[:, 2] > 0).all())
        colour = theme.crop_box if is_wall else _LINE
        painter.setPen(QPen(translucent(colour, (0.75 if is_wall else 0.35) if is_far else 0.4), 1.25))
        painter.drawLine(_line(_to_widget(ends, projection, view)))


def paint_shadow(
    painter: QPainter, pose: PoseOverlay, projection: Projection, view: ViewTransform, side: float
) -> None:
    """The limbs straight below themselves, on the floor of the box."""
    places = projection.in_space(pose.points, pose.depths)
    places[:, 1] = side / 2
    points, is_drawn = _to_widget(places, projection, view), pose.is_drawn
    painter.setPen(QPen(translucent(_LINE, 0.3), 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for first, second in pose.limbs:
        if is_drawn[first] and is_drawn[second]:
            painter.drawLine(_line(points[[first, second]]))


def paint_axes(painter: QPainter, direction: Direction, centre: QPointF, theme: Theme) -> None:
    """A small camera with the names of its axes, turned as the pose is."""
    axes = direction.axes
    corners = [centre + _turned(corner, axes) for corner in _CAMERA]
    apex, base = corners[0], corners[1:]
    painter.setBrush(translucent(theme.crop_box, 0.25))
    painter.setPen(QPen(QColor(theme.crop_box), 1.25))
    for first, second in itertools.pairwise([*base, base[0]]):
        painter.drawPolygon(QPolygonF([apex, first, second]))
    for name, axis in sorted(_AXES, key=lambda each: -float(axes[2] @ each[1])):
        tip = centre + _turned(np.array(axis), axes)
        painter.setPen(QPen(_TEXT, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(centre, tip)
        painter.setBrush(_TEXT)
        painter.drawEllipse(tip, 1.75, 1.75)
        _paint_name(painter, name, centre, tip)


def _paint_name(painter: QPainter, name: str, centre: QPointF, tip: QPointF) -> None:
    """Beyond the axis' tip; of one that points at who looks, or away from them, beside it."""
    metrics, along = painter.fontMetrics(), QLineF(centre, tip)
    width, height = float(metrics.horizontalAdvance(name)), float(metrics.height())
    if along.length() < 1.0:
        middle = tip + QPointF(-width / 2 - 6.0, -height / 2 - 2.0)
    else:
        unit = (tip - centre) / along.length()
        middle = tip + QPointF(unit.x() * (width / 2 + 6.0), unit.y() * (height / 2 + 3.0))
    plate = QRectF(0.0, 0.0, width + 2.0, height)
    plate.moveCenter(middle)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, name)


def _paint_wall(painter: QPainter, projection: Projection, view: ViewTransform, picture: QImage, side: float) -> None:
    """The middle of the picture on the back of the box."""
    half = side / 2
    corners = np.array([(-half, -half, half), (half, -half, half), (-half, half, half)])
    (left, top), right, bottom = _to_widget(corners, projection, view).tolist()
    across, down = (right[0] - left, right[1] - top), (bottom[0] - left, bottom[1] - top)
    size_px = view.scale * side
    if abs(across[0] * down[1] - across[1] * down[0]) < _LEAST_TURN * size_px**2:
        return
    painter.save()
    painter.setTransform(QTransform(*across, *down, left, top), combine=True)
    painter.setOpacity(_PICTURE)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    width, height = picture.width(), picture.height()
    shown_x, shown_y = side / (projection.side * projection.pixel_aspect), side / projection.side
    source = QRectF(width * (1 - shown_x) / 2, height * (1 - shown_y) / 2, width * shown_x, height * shown_y)
    painter.drawImage(QRectF(0.0, 0.0, 1.0, 1.0), picture, source)
    painter.restore()


def _paint_floor(painter: QPainter, projection: Projection, view: ViewTransform, half: float) -> None:
    painter.setPen(QPen(translucent(_LINE, 0.18), 1.0))
    for place in np.linspace(-half, half, _FLOOR_PARTS + 1)[1:-1].tolist():
        for ends in ([(place, half, -half), (place, half, half)], [(-half, half, place), (half, half, place)]):
            painter.drawLine(_line(_to_widget(np.array(ends), projection, view)))


def _edges(half: float) -> list[FloatArray]:
    """The twelve edges of a cube, each (2, 3)."""
    edges = []
    for axis in range(3):
        others = [each for each in range(3) if each != axis]
        for signs in itertools.product((-half, half), repeat=2):
            ends = np.zeros((2, 3))
            ends[:, axis] = -half, half
            ends[:, others] = signs
            edges.append(ends)
    return edges


def _to_widget(places: FloatArray, projection: Projection, view: ViewTransform) -> FloatArray:
    return view.to_widget(projection.from_space(places)[:, :2])


def _turned(place: FloatArray, axes: FloatArray) -> QPointF:
    across, down = (axes[:2] @ place * _AXIS_PX).tolist()
    return QPointF(across, down)


def _line(ends: FloatArray) -> QLineF:
    (x, y), (other_x, other_y) = ends.tolist()
    return QLineF(x, y, other_x, other_y)
