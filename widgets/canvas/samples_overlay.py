"""Where joints might be: places drawn from what a model says, as dots. Two clouds for one joint are two opinions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from inference.results import FloatArray
from widgets.theme import Theme, translucent

_DOT_PX: Final = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class SamplesOverlay:
    """Samples in the frame that is shown.

    Args:
        places: (S, K, 2) image coordinates of the frame; NaN is not drawn.
        sides: (K,) MIDDLE, LEFT or RIGHT; see `PoseOverlay`.

    Raises:
        ValueError: if an array has another shape.
    """

    places: npt.NDArray[np.float32]
    sides: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        if self.places.shape != (len(self.places), len(self.sides), 2):
            raise ValueError(f"samples of {self.places.shape} do not fit the sides of {len(self.sides)} joints")


def paint_samples(painter: QPainter, overlay: SamplesOverlay, to_widget: FloatArray, theme: Theme) -> None:
    """Dots in the colours of the skeleton's sides, with a dark rim.

    Args:
        painter: of the widget.
        overlay: the samples.
        to_widget: (2, 3) from image coordinates of the frame to the widget.
        theme: with the colours.
    """
    colours = (theme.pose_middle, theme.pose_left, theme.pose_right)
    painter.save()
    for side, colour in enumerate(colours):
        places = overlay.places[:, overlay.sides == side].reshape(-1, 2)
        shown = places[np.isfinite(places).all(axis=1)] @ to_widget[:, :2].T + to_widget[:, 2]
        dots = QPolygonF([QPointF(x, y) for x, y in shown.tolist()])
        for pen in (QPen(translucent("#000000", 0.35), _DOT_PX + 1.5), QPen(translucent(colour, 0.9), _DOT_PX)):
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(dots)
    painter.restore()
