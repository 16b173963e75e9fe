"""A picture with a diver's pose over it: what is seen of a pose, and where in the frame its joints are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from inference.results import FloatArray
from widgets.canvas.mapped_view import MappedView
from widgets.canvas.pose_marks import paint_ghost
from widgets.canvas.pose_overlay import JointPlace, PoseOverlay, paint_pose
from widgets.theme import Theme


class PosePicture(MappedView):
    """A frame, or a part of one, with keypoints in coordinates of the whole frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pose: PoseOverlay | None = None
        self._is_pose_visible = self._is_ghost_visible = True

    def set_pose_visible(self, visible: bool) -> None:
        """Show or hide the pose."""
        self._is_pose_visible = visible
        self.update()

    def set_ghost_visible(self, visible: bool) -> None:
        """Show or hide where the model puts joints that a person has moved."""
        self._is_ghost_visible = visible
        self.update()

    @property
    def shown_pose(self) -> PoseOverlay | None:
        """What is drawn over the frame that is shown."""
        return self._pose if self._is_pose_visible and self.shown_frame is not None else None

    def paint_shown_pose(self, painter: QPainter, theme: Theme) -> PoseOverlay | None:
        """The pose, and what the model said of it; it as it is `seen`, None where there is none."""
        pose = self.shown_pose
        if pose is None:
            return None
        pose = self.seen(pose)
        if self._is_ghost_visible:
            paint_ghost(painter, pose, self.view, theme)
        self.paint_body(painter, pose, theme)
        return pose

    def paint_body(self, painter: QPainter, pose: PoseOverlay, theme: Theme) -> None:
        """Limbs and joints of a pose as it is `seen`."""
        paint_pose(painter, pose, self.view, theme)

    def seen(self, pose: PoseOverlay) -> PoseOverlay:
        """A pose of the frame in coordinates of what is shown."""
        return pose.mapped(self._frame_map)

    def place_under(self, pose: PoseOverlay, joint: int, position: QPointF) -> JointPlace:  # noqa: ARG002
        """Where a joint of a pose goes that is put under a position of this widget."""
        return JointPlace(*self.to_frame(position))

    def place_beside(self, pose: PoseOverlay, joint: int, step: tuple[float, float]) -> JointPlace:
        """Where a joint of a pose goes that is moved by (right, down) px of the picture."""
        return JointPlace(*self._from_picture(self._to_picture(pose.points[joint]) + step))

    def to_widget(self, points: npt.ArrayLike) -> FloatArray:
        """(..., 2) widget coordinates of (..., 2) frame coordinates."""
        return self.view.to_widget(self._to_picture(points))

    def to_frame(self, position: QPointF) -> tuple[float, float]:
        """Frame coordinates under a position of this widget."""
        return self._from_picture(self.view.to_image(position.x(), position.y()))

    def _to_picture(self, points: npt.ArrayLike) -> FloatArray:
        moved: FloatArray = np.asarray(points, np.float64) @ self._frame_map[:, :2].T + self._frame_map[:, 2]
        return moved

    def _from_picture(self, point: npt.ArrayLike) -> tuple[float, float]:
        x, y = np.linalg.solve(self._frame_map[:, :2], np.subtract(point, self._frame_map[:, 2])).tolist()
        return x, y

    def widget_points(self, pose: PoseOverlay) -> FloatArray:
        """(K, 2) where in this widget the joints of a pose are."""
        return self.view.to_widget(self.seen(pose).points)
