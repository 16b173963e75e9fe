"""A diver's keypoints over a frame: what the canvas draws, and how.

Left and right differ in hue, blue against orange, which every kind of colour vision tells apart, in lightness, and in
shape: right joints are squares. How sure a model is shows in how opaque a joint is; what a person placed is opaque and
ringed, and dark inside where the joint cannot be seen in the picture. What was interpolated between frames in which a
person placed it has a dotted ring.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
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


class JointPlace(NamedTuple):
    """Where a person puts a joint: image coordinates of the frame (px), and how far from the camera.

    depth is None where nothing is said of it, so that what was known of it stays.
    """

    x: float
    y: float
    depth: float | None = None


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
        depths: (K,) how much farther from the camera than the pelvis each is, in px of the picture's height at the
            diver, not a number where that is not known; None if it is of none.
        predicted_depths: (K,) the same of a model.

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
    depths: FloatArray | None = None
    predicted_depths: FloatArray | None = None

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
        for depths in (self.depths, self.predicted_depths):
            if depths is not None and depths.shape != (count,):
                raise ValueError(f"the depths have shape {depths.shape}, expected ({count},)")

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

    @property
    def has_depth(self) -> npt.NDArray[np.bool_]:
        """(K,) whether it is known how far from the camera each joint is."""
        return np.isfinite(self.depths) if self.depths is not None else np.zeros(len(self.points), dtype=bool)

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

    def with_joint(self, place: int, x: float, y: float, depth: float | None = None) -> PoseOverlay:
        """The same pose with one joint where a person puts it; its depth stays where they say nothing of it."""
        points, is_human, depths = self.points.copy(), self.is_human.copy(), self.depths
        points[place], is_human[place] = (x, y), True
        if depth is not None:
            depths = depths.copy() if depths is not None else np.full(len(points), np.nan)
            depths[place] = depth
        return replace(self, points=points, is_human=is_human, interpolated=self.interpolated - {place}, depths=depths)


def paint_pose(painter: QPainter, overlay: PoseOverlay, view: ViewTransform, theme: Theme) -> None:
    """Limbs below, joints on top, each as opaque as the model is sure of it."""
    points = view.to_widget(overlay.points)
    is_drawn, opacity = overlay.is_drawn, opacities(overlay)
    for first, second in overlay.limbs:
        if is_drawn[first] and is_drawn[second]:
            share, colour = float(min(opacity[first], opacity[second])), limb_colour(overlay, first, second, theme)
            paint_limb(painter, QLineF(QPointF(*points[first]), QPointF(*points[second])), colour, share)
    for joint in np.flatnonzero(is_drawn).tolist():
        colour = side_colour(overlay.sides[joint], theme)
        paint_joint(painter, overlay, joint, QPointF(*points[joint]), colour, float(opacity[joint]))


def opacities(overlay: PoseOverlay) -> FloatArray:
    """(K,) how opaque each joint is drawn."""
    opacity: FloatArray = FAINTEST + (1 - FAINTEST) * np.clip(overlay.confidences, 0, 1)
    opacity[overlay.is_placed] = 1.0
    return opacity


def paint_limb(painter: QPainter, line: QLineF, colour: str, opacity: float, size: float = 1.0) -> None:
    """A line with a dark casing; size 1 is the width that limbs have in the picture."""
    for each, width in ((translucent("#000000", 0.55 * opacity), 5.0), (translucent(colour, opacity), 2.75)):
        painter.setPen(QPen(each, width * size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(line)


def paint_joint(
    painter: QPainter,
    overlay: PoseOverlay,
    joint: int,
    centre: QPointF,
    colour: str,
    opacity: float,
    *,
    size: float = 1.0,
    is_hollow: bool = False,
) -> None:
    """A joint's mark, with the ring of who placed it; hollow says that its depth is not known."""
    is_hidden, side = joint in overlay.hidden, int(overlay.sides[joint])
    is_human, is_interpolated = bool(overlay.is_human[joint]), joint in overlay.interpolated
    radius = size * (RADIUS + 1.5 if is_hidden else RADIUS)
    painter.setBrush(translucent("#000000", 0.75) if is_hidden or is_hollow else translucent(colour, opacity))
    if is_hollow:
        painter.setPen(QPen(translucent(colour, opacity), size * (4.0 if is_human else 2.25)))
        mark_joint(painter, centre, side, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = QColor("white") if is_human else translucent("#000000", 0.7 * opacity)
    if is_human or not is_hollow:
        painter.setPen(QPen(ring, size * (2.0 if is_human or is_interpolated else 1.25)))
        mark_joint(painter, centre, side, radius)
    if is_interpolated:
        painter.setPen(_dotted(2.0 * size))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        mark_joint(painter, centre, side, radius)
    if is_hidden:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        mark_joint(painter, centre, side, size * RADIUS / 2.5)


def _dotted(width: float) -> QPen:
    pen = QPen(QColor("white"), width)
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
