"""The diver in space: the pose of a frame as seen from any direction, where joints can be moved in depth too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from widgets.canvas.arrow_steps import STEPS
from widgets.canvas.overlay_painter import paint_badge
from widgets.canvas.picking import front_joint_at
from widgets.canvas.pose_marks import MARGIN
from widgets.canvas.pose_overlay import JointPlace, PoseOverlay
from widgets.canvas.posed_view import TAKES_AFTER_PX, PosedView
from widgets.space.body_painter import paint_body
from widgets.space.direction import Direction
from widgets.space.projection import Projection
from widgets.space.stage_painter import paint_axes, paint_shadow, paint_stage
from widgets.theme import Theme, current_theme, set_role

_DEGREES_PER_PX: Final = 0.5
_BOX: Final = 0.76
"""Side of the box around the diver for that of what is looked at."""

_AXES_ROOM: Final = (82.0, 96.0)
"""From the bottom right corner to the small camera, above the badge of the zoom (widget pixels)."""

_ALT: Final = Qt.KeyboardModifier.AltModifier
_HELD: Final = _ALT | Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class SpaceView(PosedView):
    """A square around the diver, seen from a direction that mouse and keys change.

    Joints are taken and moved as in the other pictures, in the plane that is parallel to the screen. A drag beside them
    turns the view, as does one with Alt wherever it begins; the middle button or the space bar pans. Alt with an arrow
    key turns it by 15 degrees while no joint is selected.

    Signals:
        direction_changed(Direction): it is looked at from elsewhere.
    """

    direction_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._projection = Projection(Direction(30.0, 15.0))
        self._turn_from: QPointF | None = None
        self._turned_px = 0.0
        self._turned_to = self.direction
        column = QVBoxLayout(self)
        column.setContentsMargins(*[round(MARGIN)] * 4)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(4)
        self._buttons.addStretch()
        column.addLayout(self._buttons)
        column.addStretch()
        self.setAccessibleName("3D view")

    # What is shown

    def add_buttons(self, actions: Sequence[QAction]) -> None:
        """Buttons in the upper right corner, such as for directions."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setCursor(Qt.CursorShape.ArrowCursor)
            set_role(button, "action")
            self._buttons.addWidget(button)

    def set_scene(
        self, frame: int, seconds: float, bgra: npt.NDArray[np.uint8], centre: tuple[float, float], aspect: float = 1.0
    ) -> None:
        """Show a frame.

        Args:
            frame: frame number.
            seconds: its presentation time.
            bgra: (side, side, 4) pixels around a place in the frame; kept, not copied.
            centre: image coordinates of that place.
            aspect: how wide a pixel is for its height.

        Raises:
            ValueError: if bgra is no square, or has another type.
        """
        side = len(bgra)
        if bgra.shape[:2] != (side, side):
            raise ValueError(f"what is looked at must be a square, got {bgra.shape[1]} by {side} px")
        self._projection = Projection(self.direction, centre, float(side), aspect)
        self.set_frame(frame, seconds, bgra)

    @property
    def direction(self) -> Direction:
        """From where the pose is seen."""
        return self._projection.direction

    @property
    def projection(self) -> Projection:
        """From the frame to what is shown."""
        return self._projection

    def look_from(self, direction: Direction) -> None:
        """See the pose from elsewhere, but not while a joint is held."""
        if direction != self.direction and not self.is_moving_joint:
            before = self._projection
            self._projection = Projection(direction, before.centre, before.side, before.pixel_aspect)
            self.update()
            self.direction_changed.emit(direction)

    @property
    def note(self) -> str:
        """What there is to say about the depths of the pose that is shown; "" for nothing."""
        pose = self._pose
        if pose is None or not pose.is_drawn.any():
            return "no pose in this frame"
        if self.shown_pose is None:
            return ""
        missing = int((pose.is_drawn & ~pose.has_depth).sum())
        if missing == int(pose.is_drawn.sum()):
            return "no depth known: drag joints as seen from the side to give them one"
        if missing:
            return f"{missing} joint{'' if missing == 1 else 's'} of unknown depth, drawn hollow"
        return ""

    def text_of_joint(self, pose: PoseOverlay, joint: int) -> str:
        """How far away it is, too."""
        depth = float(pose.depths[joint]) if pose.depths is not None else math.nan
        # Moved by hand, the pelvis itself need no longer lie where depths are counted from.
        origin = "depth 0" if pose.names and pose.names[joint] == "pelvis" else "the pelvis"
        return f"{super().text_of_joint(pose, joint)} · {_depth_words(depth, origin)}"

    # Geometry

    def seen(self, pose: PoseOverlay) -> PoseOverlay:
        """A pose of the frame in screen coordinates."""
        return self._projection.seen(pose)

    def place_under(self, pose: PoseOverlay, joint: int, position: QPointF) -> JointPlace:
        """Where a joint goes that is put under a position of this widget, no nearer and no farther away as seen."""
        across, down = np.subtract(self.position_in_image(position), self.seen(pose).points[joint]).tolist()
        return self._projection.moved(pose, joint, across, down, self._pose_before_move or pose)

    def place_beside(self, pose: PoseOverlay, joint: int, step: tuple[float, float]) -> JointPlace:
        """Where a joint goes that is moved by (right, down) px on the screen."""
        return self._projection.moved(pose, joint, *step, self._pose_before_move or pose)

    def joint_under(self, position: QPointF) -> str | None:
        """Of joints that lie on each other as seen from here the one in front."""
        pose = self.shown_pose
        seen = self.seen(pose) if pose is not None else None
        if pose is None or not pose.names or seen is None or seen.depths is None:
            return None
        place = front_joint_at(self.view.to_widget(seen.points), seen.depths, position.x(), position.y())
        return None if place is None else pose.names[place]

    # Painting

    def paint_picture(self, painter: QPainter) -> None:
        """The box with the picture on its back, and what the diver stands above."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, theme = self._projection.side * _BOX, current_theme()
        paint_stage(painter, self._projection, self.view, theme, self._image, side)
        pose = self.shown_pose
        if pose is not None:
            paint_shadow(painter, pose, self._projection, self.view, side)

    def paint_body(self, painter: QPainter, pose: PoseOverlay, theme: Theme) -> None:
        """Limbs and joints by their depth."""
        shown = self.shown_pose
        if shown is not None:
            paint_body(painter, pose, shown.has_depth, self.view, theme, self._projection.side * _BOX / 2)

    def paint_overlays(self, painter: QPainter, theme: Theme) -> None:
        """The pose, the axes and the note."""
        self.paint_joints(painter, theme)
        right, bottom = _AXES_ROOM
        paint_axes(painter, self.direction, QPointF(self.width() - right, self.height() - bottom), theme)
        if self.note:
            height = painter.fontMetrics().height() + 8
            corner = QPointF(self.width() - MARGIN, self._buttons.geometry().bottom() + 8 + height)
            paint_badge(painter, self.note, corner, Qt.AlignmentFlag.AlignRight)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the joint under the mouse, else begin to turn; the middle button and the space bar pan."""
        is_beside = bool(event.modifiers() & _ALT) or self.joint_under(event.position()) is None
        if event.button() == Qt.MouseButton.LeftButton and is_beside and not self._is_space_held:
            if self.shown_frame is not None:
                self._turn_from, self._turned_px, self._turned_to = event.position(), 0.0, self.direction
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Turn what is shown with the mouse."""
        if self._turn_from is None:
            super().mouseMoveEvent(event)
            return
        moved = event.position() - self._turn_from
        self._turned_px = max(self._turned_px, abs(moved.x()), abs(moved.y()))
        if self._turned_px >= TAKES_AFTER_PX:
            self._turn_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            across, down = moved.x() * _DEGREES_PER_PX, moved.y() * _DEGREES_PER_PX
            self._turned_to = self._turned_to.turned(-across, down)
            self.look_from(self._turned_to.snapped())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Stop turning; a click beside the joints lets the selected one go."""
        if self._turn_from is not None and event.button() == Qt.MouseButton.LeftButton:
            self._turn_from = None
            self.unsetCursor()
            if self._turned_px < TAKES_AFTER_PX:
                self.select_joint(None)
        super().mouseReleaseEvent(event)

    def switch_zoom(self, position: QPointF) -> None:  # noqa: ARG002
        """Show the whole box."""
        self.fit()

    # Keys

    def claims(self, event: QKeyEvent) -> bool:
        """Whether a key has a meaning here now: for the selected joint, or to turn the view."""
        return self._is_for_turning(event) or super().claims(event)

    def _is_for_turning(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & (_HELD | Qt.KeyboardModifier.ShiftModifier)
        return self.selected_joint not in self.joints and event.key() in STEPS and held == _ALT

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Alt and an arrow key turn, as long as no joint is selected that they would move."""
        if self._is_for_turning(event):
            across, down = STEPS[Qt.Key(event.key())]
            self.look_from(self.direction.stepped(round(across), -round(down)))
        else:
            super().keyPressEvent(event)


def _depth_words(depth: float, origin: str) -> str:
    if math.isnan(depth):
        return "depth unknown"
    if round(depth) == 0:
        return f"as far as {origin}"
    return f"{abs(round(depth))} px {'farther' if depth > 0 else 'nearer'} than {origin}"
