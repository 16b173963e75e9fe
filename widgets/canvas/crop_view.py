"""The tracked crop as a picture of its own, with the pose over it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from widgets.canvas.overlay_painter import paint_badge
from widgets.canvas.pose_marks import MARGIN
from widgets.canvas.posed_view import PosedView
from widgets.theme import Theme


class CropView(PosedView):
    """A part of the frame; overlays are given in coordinates of the whole frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = ""
        self.setAccessibleName("Tracked crop")

    def set_note(self, text: str) -> None:
        """Say something about how the crop is shown, in its corner; "" for nothing."""
        self._note = text
        self.update()

    def set_corner(self, x: float, y: float) -> None:
        """Say where in the frame, in image coordinates, the top left corner of what is shown lies."""
        self.set_frame_map(np.array([[1.0, 0.0, -x], [0.0, 1.0, -y]]))

    def paint_overlays(self, painter: QPainter, theme: Theme) -> None:
        """The maps, the pose, the note and the signals."""
        self.paint_maps(painter, theme)
        self.paint_joints(painter, theme)
        self.paint_spreads(painter, theme)
        if self._note:
            corner = QPointF(self.width() - MARGIN, MARGIN + painter.fontMetrics().height() + 8)
            paint_badge(painter, self._note, corner, Qt.AlignmentFlag.AlignRight)
        self.paint_signals(painter, theme)
