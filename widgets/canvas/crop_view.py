"""The tracked crop as a picture of its own, with the pose over it."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from widgets.canvas.posed_view import PosedView
from widgets.theme import Theme


class CropView(PosedView):
    """A part of the frame; overlays are given in coordinates of the whole frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tracked crop")

    def set_corner(self, x: float, y: float) -> None:
        """Say where in the frame, in image coordinates, the top left corner of what is shown lies."""
        self.set_frame_map(np.array([[1.0, 0.0, -x], [0.0, 1.0, -y]]))

    def paint_overlays(self, painter: QPainter, theme: Theme) -> None:
        """The maps and the pose."""
        self.paint_maps(painter, theme)
        self.paint_joints(painter, theme)
        self.paint_spreads(painter, theme)
