"""The tracked crop as a picture of its own, with the pose over it."""

from __future__ import annotations

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from widgets.canvas.picture_view import PictureView
from widgets.canvas.pose_overlay import PoseOverlay, paint_pose
from widgets.theme import Theme


class CropView(PictureView):
    """A part of the frame; overlays are given in coordinates of the whole frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corner = (0.0, 0.0)
        self._pose: PoseOverlay | None = None
        self._is_pose_visible = True
        self.setAccessibleName("Tracked crop")

    def set_corner(self, x: float, y: float) -> None:
        """Say where in the frame, in image coordinates, the top left corner of what is shown lies."""
        self._corner = (x, y)
        self.update()

    def set_pose(self, overlay: PoseOverlay | None) -> None:
        """Show a diver's keypoints in the frame that is shown; None shows none."""
        self._pose = overlay
        self.update()

    def set_pose_visible(self, visible: bool) -> None:
        """Show or hide the pose."""
        self._is_pose_visible = visible
        self.update()

    def paint_overlays(self, painter: QPainter, theme: Theme) -> None:
        """The pose."""
        if self._pose is not None and self._is_pose_visible:
            paint_pose(painter, self._pose.moved(-self._corner[0], -self._corner[1]), self.view, theme)
