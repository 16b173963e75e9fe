"""A diver's keypoints over a frame: what the canvas draws, and how.

Left and right differ in hue, blue against orange, which every kind of colour vision tells apart, in lightness, and in
shape: right joints are squares. How sure a model is shows in how opaque a joint is; what a person placed is opaque and
ringed, and dark inside where the joint cannot be seen in the picture. What was interpolated between frames in which a
person placed it has a dotted ring.
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

RADIUS = 4.25
"""Of a joint's mark, widget pixels."""

_DOTS = (1.1, 1.1)
"""Of the ring around an interpolated joint, in widths of its line."""


@dataclass(frozen=True, slots=True, eq=False)
class PoseOverlay:
    """Keypoints in image coordinates of the frame that is shown (px).

    Args:
        points: (K, 2) joints; not a number for those that are not drawn.
        confidences: (K,) in [0, 1].
        sides: (K,) MIDDLE, LEFT or RIGHT.
        limbs: pairs of joints between which there is a line.
        is_human: (K,) whether a person placed each.
        names: of the K joints; none if nobody is to take hold of them.
        hidden: places of joints that a person says cannot be seen.
        interpolated: places of joints that nobody placed in this frame, but in frames before and after it.
        predicted: (K, 2) where a model says they are, not a number where it says nothing; None if no model does.

    Raises:
        ValueError: if an array has another length.
    """

    points: FloatArray
    confidences: FloatArray
    sides: npt.NDArray[np.int8]
    limbs: tuple[tuple[int, int], ...] = ()
    is_human: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
    names: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    interpolated: frozenset[int] = frozenset()
    predicted: FloatArray | None = None

    def __post_init__(self) -> None:
        count = len(self.points)
        if self.points.shape != (count, 2):
            raise ValueError(f"the joints have shape {self.points.shape}, expected (K, 2)")
        if any(values.shape != (count,) for values in (self.confidences, self.sides, self.is_human)):
            raise ValueError(f"{count} joints need {count} confidences, sides and marks of who placed them")
        if len(self.names) not in (0, count):
            raise ValueError(f"{count} joints have {len(self.names)} names")
        if self.predicted is not None and self.predicted.shape != (count, 2):
            raise ValueError(f"the predicted joints have shape {self.predicted.shape}, expected ({count}, 2)")

    @property
    def is_drawn(self) -> npt.NDArray[np.bool_]:
        """(K,) whether each joint has a place."""
        return np.isfinite(self.points[:, 0]) & np.isfinite(self.points[:, 1])

    @property
    def is_placed(self) -> npt.NDArray[np.bool_]:
        """(K,) whether each joint is not where the model says, but placed or interpolated."""
        is_placed = self.is_human.copy()
        is_placed[list(self.interpolated)] = True
        return is_placed

    def place_of(self, name: str | None) -> int | None:
        """Where a joint stands in the arrays; None if it is not there or has no place in the picture."""
        if name not in self.names:
            return None
        place = self.names.index(name)
        return place if self.is_drawn[place] else None

    def mapped(self, matrix: FloatArray) -> PoseOverlay:
        """The same pose in a picture whose coordinates are matrix (2, 3) times (x, y, 1)."""
        predicted = None if self.predicted is None else self.predicted @ matrix[:, :2].T + matrix[:, 2]
        return replace(self, points=self.points @ matrix[:, :2].T + matrix[:, 2], predicted=predicted)

    def with_joint(self, place: int, x: float, y: float) -> PoseOverlay:
        """The same pose with one joint where a person puts it."""
        points, is_human = self.points.copy(), self.is_human.copy()
        points[place], is_human[place] = (x, y), True
        return replace(self, points=points, is_human=is_human, interpolated=self.interpolated - {place})


def paint_pose(painter: QPainter, overlay: PoseOverlay, view: ViewTransform, theme: Theme) -> None:
    """Limbs below, joints on top, each as opaque as the model is sure of it."""
    points = view.to_widget(overlay.points)
    is_drawn = overlay.is_drawn
    opacity = FAINTEST + (1 - FAINTEST) * np.clip(overlay.confidences, 0, 1)
    opacity[overlay.is_placed] = 1.0
    for first, second in overlay.limbs:
        if is_drawn[first] and is_drawn[second]:
            share = float(min(opacity[first], opacity[second]))
            colour = limb_colour(overlay, first, second, theme)
            line = QPointF(*points[first]), QPointF(*points[second])
            for each, width in ((translucent("#000000", 0.55 * share), 5.0), (translucent(colour, share), 2.75)):
                painter.setPen(QPen(each, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawLine(*line)
    for joint in np.flatnonzero(is_drawn).tolist():
        colour = side_colour(overlay.sides[joint], theme)
        is_hidden, share = joint in overlay.hidden, float(opacity[joint])
        painter.setBrush(translucent("#000000", 0.75) if is_hidden else translucent(colour, share))
        is_human, is_interpolated = bool(overlay.is_human[joint]), joint in overlay.interpolated
        ring = QColor("white") if is_human else translucent("#000000", 0.7 * share)
        painter.setPen(QPen(ring, 2.0 if is_human or is_interpolated else 1.25))
        radius = RADIUS + 1.5 if is_hidden else RADIUS
        mark_joint(painter, QPointF(*points[joint]), overlay.sides[joint], radius)
        if is_interpolated:
            painter.setPen(_dotted())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            mark_joint(painter, QPointF(*points[joint]), overlay.sides[joint], radius)
        if is_hidden:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            mark_joint(painter, QPointF(*points[joint]), overlay.sides[joint], RADIUS / 2.5)


def _dotted() -> QPen:
    pen = QPen(QColor("white"), 2.0)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern(_DOTS)
    return pen


def side_colour(side: int, theme: Theme) -> str:
    """The colour of a half of the body."""
    return (theme.pose_middle, theme.pose_left, theme.pose_right)[side]


def limb_colour(overlay: PoseOverlay, first: int, second: int, theme: Theme) -> str:
    """From the trunk outwards a limb has the colour of its farther end."""
    return side_colour(max(overlay.sides[first], overlay.sides[second]), theme)


def mark_joint(painter: QPainter, centre: QPointF, side: int, radius: float) -> None:
    """The shape of a joint's side with the painter's pen and brush."""
    if side == RIGHT:
        painter.drawRect(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius))
    else:
        painter.drawEllipse(centre, radius, radius)
