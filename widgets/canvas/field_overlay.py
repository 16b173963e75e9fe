"""Part affinity fields over a frame: arrows along the limbs that a model sees, from their first joint to their second.

Each arrow is as long and as opaque as the field is strong there, and of the colour of the limb's side of the body.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPainter, QPen

from inference.results import FloatArray
from widgets.theme import Theme, translucent

_WEAKEST: Final = 0.1
"""Fields below are noise, and not drawn."""

_APART: Final = 9.0
"""Widget pixels between arrows, at least; of those that are nearer the strongest is drawn."""

_STEPS: Final = 4
"""Of opacity, so that arrows can be drawn many at once."""

_HEAD: Final = 0.35
"""Length of an arrow's head, in lengths of the arrow."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldOverlay:
    """The fields of one limb or of several.

    Args:
        fields: (L, 2, h, w) as (x, y) along the axes of the map.
        to_frame: (2, 3) from continuous px of the map to image coordinates of the frame.
        sides: (L,) of the limbs; see `PoseOverlay`.

    Raises:
        ValueError: if an array has another shape.
    """

    fields: FloatArray
    to_frame: FloatArray
    sides: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        if self.fields.ndim != 4 or self.fields.shape[1] != 2 or self.sides.shape != self.fields.shape[:1]:
            raise ValueError(f"fields must be (L, 2, h, w) with L sides, got {self.fields.shape}, {self.sides.shape}")

    def arrows(self, step: int = 1) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int8]]:
        """The strongest arrow in each square of step x step pixels of the map, where any is strong enough.

        Returns:
            (N, 2) middles in px of the map, (N, 2) vectors, (N,) sides.
        """
        _, _, height, width = self.fields.shape
        strengths = np.hypot(self.fields[:, 0], self.fields[:, 1])
        rows, columns = math.ceil(height / step), math.ceil(width / step)
        padded = np.zeros((len(strengths), rows * step, columns * step))
        padded[:, :height, :width] = strengths
        squares = padded.reshape(-1, rows, step, columns, step).transpose(1, 3, 0, 2, 4).reshape(rows * columns, -1)
        if not squares.size:
            return np.empty((0, 2)), np.empty((0, 2)), np.empty(0, np.int8)
        strongest = squares.argmax(axis=1)
        is_drawn = squares[np.arange(len(squares)), strongest] >= _WEAKEST
        square, (limb, down, across) = (
            np.flatnonzero(is_drawn),
            np.unravel_index(strongest[is_drawn], (len(strengths), step, step)),
        )
        row, column = square // columns * step + down, square % columns * step + across
        vectors = self.fields[limb, :, row, column]
        return np.column_stack([column, row]) + 0.5, vectors, self.sides[limb]


def paint_fields(painter: QPainter, overlay: FieldOverlay, to_widget: FloatArray, theme: Theme) -> None:
    """Paint the arrows.

    Args:
        painter: of the widget.
        overlay: the fields.
        to_widget: (2, 3) from image coordinates of the frame to the widget.
        theme: with the colours.
    """
    linear = to_widget[:, :2] @ overlay.to_frame[:, :2]
    offset = to_widget[:, :2] @ overlay.to_frame[:, 2] + to_widget[:, 2]
    pixel = math.sqrt(abs(float(np.linalg.det(linear))))
    step = max(1, math.ceil(_APART / max(pixel, 1e-6)))
    middles, vectors, sides = overlay.arrows(min(step, max(overlay.fields.shape[2:], default=1)))
    strengths = np.minimum(np.hypot(vectors[:, 0], vectors[:, 1]), 1.0)
    centres = middles @ linear.T + offset
    # Vectors have a length of one at most, and reach over a square then.
    halves = vectors @ linear.T * (step / 2) / np.maximum(np.hypot(vectors[:, 0], vectors[:, 1]), 1.0)[:, None]
    levels = np.minimum((strengths * _STEPS).astype(int), _STEPS - 1)
    colours = (theme.pose_middle, theme.pose_left, theme.pose_right)
    painter.save()
    for level in range(_STEPS):
        share = (level + 1) / _STEPS
        for side, colour in enumerate(colours):
            chosen = (levels == level) & (sides == side)
            lines = _arrow_lines(centres[chosen], halves[chosen])
            for each, width in ((translucent("#000000", 0.5 * share), 3.25), (translucent(colour, share), 1.5)):
                painter.setPen(QPen(each, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawLines(lines)
    painter.restore()


def _arrow_lines(centres: FloatArray, halves: FloatArray) -> list[QLineF]:
    """A shaft and the two strokes of a head for each arrow from centre - half to centre + half."""
    if not len(centres):
        return []
    tips = centres + halves
    back, aside = -2 * _HEAD * halves, 2 * _HEAD * 0.6 * halves[:, ::-1] * [-1.0, 1.0]
    starts = np.concatenate([centres - halves, tips + back + aside, tips + back - aside])
    return [QLineF(*start, *tip) for start, tip in zip(starts.tolist(), np.tile(tips, (3, 1)).tolist(), strict=True)]
