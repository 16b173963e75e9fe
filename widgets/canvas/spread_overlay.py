"""How far a model's idea of each joint spreads: the ellipse of two standard deviations of its probability mass map.

Of a Gaussian 86 % lie within. A long ellipse says along which line the model hesitates, a large one that it is at sea.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QTransform

from inference.results import FloatArray
from widgets.theme import Theme, translucent

DEVIATIONS: Final = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class SpreadOverlay:
    """Ellipses in the frame that is shown.

    Args:
        means: (K, 2) middles, image coordinates of the frame.
        covariances: (K, 2, 2) px².
        sides: (K,) MIDDLE, LEFT or RIGHT; see `PoseOverlay`.

    Raises:
        ValueError: if an array has another shape.
    """

    means: FloatArray
    covariances: FloatArray
    sides: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        count = len(self.means)
        if (self.means.shape, self.covariances.shape, self.sides.shape) != ((count, 2), (count, 2, 2), (count,)):
            raise ValueError(f"{count} ellipses need as many middles, covariances and sides")

    @property
    def axes(self) -> FloatArray:
        """(K, 2, 2) from the unit circle to each ellipse of one standard deviation around its middle, px."""
        variances, directions = np.linalg.eigh(self.covariances)
        axes: FloatArray = directions * np.sqrt(np.maximum(variances, 0.0))[:, None, :]
        return axes


def paint_spreads(painter: QPainter, overlay: SpreadOverlay, to_widget: FloatArray, theme: Theme) -> None:
    """Thin ellipses in the colours of the skeleton's sides, with a dark casing.

    Args:
        painter: of the widget.
        overlay: the ellipses.
        to_widget: (2, 3) from image coordinates of the frame to the widget.
        theme: with the colours.
    """
    colours = (theme.pose_middle, theme.pose_left, theme.pose_right)
    linear = to_widget[:, :2] @ overlay.axes
    middles = overlay.means @ to_widget[:, :2].T + to_widget[:, 2]
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    before = painter.transform()
    # Pens that no transform widens do not know of fine screens either.
    ratio = painter.device().devicePixelRatio()
    for side, ((one_x, other_x), (one_y, other_y)), (x, y) in zip(
        overlay.sides.tolist(), linear.tolist(), middles.tolist(), strict=True
    ):
        painter.setTransform(QTransform(one_x, one_y, other_x, other_y, x, y) * before)
        for pen in (
            QPen(translucent("#000000", 0.6), 3.5 * ratio),
            QPen(translucent(colours[side], 0.95), 1.5 * ratio),
        ):
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0.0, 0.0), DEVIATIONS, DEVIATIONS)
    painter.restore()
