"""A diver's keypoints over a frame: what the canvas draws, and how.

Left and right differ in hue, blue against orange, which every kind of colour vision tells apart, in lightness, and in
shape: right joints are squares. How sure a model is shows in how opaque a joint is; what a person placed is opaque and
ringed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from inference.results import FloatArray
from widgets.canvas.view_transform import ViewTransform
from widgets.theme import Theme, translucent

MIDDLE, LEFT, RIGHT = 0, 1, 2
"""Which half of the body a joint belongs to."""

FAINTEST = 0.2
"""Opacity of a joint that the model has no confidence in at all."""

_RADIUS = 4.25


@dataclass(frozen=True, slots=True, eq=False)
class PoseOverlay:
    """Keypoints in image coordinates of the frame that is shown (px).

    Args:
        points: (K, 2) joints; not a number for those that are not drawn.
        confidences: (K,) in [0, 1].
        sides: (K,) MIDDLE, LEFT or RIGHT.
        limbs: pairs of joints between which there is a line.
        is_human: (K,) whether a person placed each.

    Raises:
        ValueError: if an array has another length.
    """

    points: FloatArray
    confidences: FloatArray
    sides: npt.NDArray[np.int8]
    limbs: tuple[tuple[int, int], ...] = ()
    is_human: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))

    def __post_init__(self) -> None:
        count = len(self.points)
        if self.points.shape != (count, 2):
            raise ValueError(f"the joints have shape {self.points.shape}, expected (K, 2)")
        if any(values.shape != (count,) for values in (self.confidences, self.sides, self.is_human)):
            raise ValueError(f"{count} joints need {count} confidences, sides and marks of who placed them")

    def moved(self, across: float, down: float) -> PoseOverlay:
        """The same pose elsewhere."""
        return replace(self, points=np.add(self.points, (across, down)))


def paint_pose(painter: QPainter, overlay: PoseOverlay, view: ViewTransform, theme: Theme) -> None:
    """Limbs below, joints on top, each as opaque as the model is sure of it."""
    points = view.to_widget(overlay.points)
    is_drawn = np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])
    opacity = FAINTEST + (1 - FAINTEST) * np.clip(overlay.confidences, 0, 1)
    opacity[overlay.is_human] = 1.0
    colours = (theme.pose_middle, theme.pose_left, theme.pose_right)
    for first, second in overlay.limbs:
        if is_drawn[first] and is_drawn[second]:
            share = float(min(opacity[first], opacity[second]))
            # From the trunk outwards a limb has the colour of its farther end.
            colour = colours[max(overlay.sides[first], overlay.sides[second])]
            line = QPointF(*points[first]), QPointF(*points[second])
            for each, width in ((translucent("#000000", 0.55 * share), 5.0), (translucent(colour, share), 2.75)):
                painter.setPen(QPen(each, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawLine(*line)
    for joint in np.flatnonzero(is_drawn):
        painter.setBrush(translucent(colours[overlay.sides[joint]], float(opacity[joint])))
        edge = QColor("white") if overlay.is_human[joint] else translucent("#000000", 0.7 * float(opacity[joint]))
        painter.setPen(QPen(edge, 2.0 if overlay.is_human[joint] else 1.25))
        _mark(painter, QPointF(*points[joint]), is_square=bool(overlay.sides[joint] == RIGHT))


def _mark(painter: QPainter, centre: QPointF, *, is_square: bool) -> None:
    if is_square:
        side = 2 * _RADIUS
        painter.drawRect(QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side))
    else:
        painter.drawEllipse(centre, _RADIUS, _RADIUS)
