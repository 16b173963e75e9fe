"""A picture with a diver's pose over it, whose joints mouse and keys take hold of and move."""

from __future__ import annotations

import math
from functools import partial
from typing import Final, cast

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from widgets.canvas.arrow_steps import STEPS, arrow_step
from widgets.canvas.picking import joint_at
from widgets.canvas.pose_marks import joint_text, paint_joints_in_hand
from widgets.canvas.pose_overlay import JointPlace, PoseOverlay
from widgets.canvas.pose_picture import PosePicture
from widgets.theme import Theme

_ALT, _SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
_HELD: Final = _ALT | _SHIFT | Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
TAKES_AFTER_PX: Final = 3.0
"""How far the mouse moves before a press on a joint is more than a click."""


class PosedView(PosePicture):
    """A frame, or a part of one, with keypoints in coordinates of the whole frame.

    A press on a joint selects it, and a drag moves it; Alt with the arrow keys moves the selected joint by 1 px of the
    picture, with Shift by 10. Esc takes a running move back, then lets the joint go. A move belongs to the frame that
    it began in: it is taken back when another frame comes.

    Signals:
        joint_dragged(frame, name, place): a joint is being moved to a `JointPlace`; it is shown there.
        joint_released(frame, name, place): the move is done; the joint is shown there until the next `set_pose`.
        joint_selected(name): another joint is selected, "" for none.
        prediction_wanted(): Delete was pressed for the selected joint.
        focus_changed(): the view has the keyboard now, or no longer.
    """

    joint_dragged = Signal(int, str, object)
    joint_released = Signal(int, str, object)
    joint_selected = Signal(str)
    prediction_wanted = Signal()
    focus_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pose_before_move: PoseOverlay | None = None
        self._joint: str | None = None
        self._hovered_joint: str | None = None
        self._held_frame: int | None = None
        self._joint_pressed_at: QPointF | None = None
        self._joint_grab = QPointF()
        self._joint_moved_to: JointPlace | None = None

    # What is shown

    def set_pose(self, overlay: PoseOverlay | None) -> None:
        """Show a diver's keypoints in the frame that is shown; None shows none."""
        self._pose = overlay
        place = overlay.place_of(self._joint) if overlay is not None else None
        if self._held_frame != self.shown_frame or place is None:
            self._end_joint_move()
        elif overlay is not None and self._joint_moved_to is not None:
            self._pose_before_move = overlay
            self._pose = overlay.with_joint(place, *self._joint_moved_to)
        self.update()

    def leave_frame(self) -> None:
        """A move belongs to the frame that it began in."""
        if self.is_moving_joint:
            self.give_up_joint()

    def set_pose_visible(self, visible: bool) -> None:
        """Show or hide the pose."""
        super().set_pose_visible(visible)
        if not visible:
            self.give_up_joint()

    def paint_joints(self, painter: QPainter, theme: Theme) -> None:
        """The pose, what the model said of it, and the joints in hand."""
        seen, pose = self.paint_shown_pose(painter, theme), self.shown_pose
        if seen is None or pose is None:
            return
        selected, hovered = seen.place_of(self._joint), seen.place_of(self._hovered_joint)
        text_of = partial(self.text_of_joint, pose)
        paint_joints_in_hand(painter, seen, self.view, theme, selected=selected, hovered=hovered, text_of=text_of)

    def text_of_joint(self, pose: PoseOverlay, joint: int) -> str:
        """What is said of a joint in hand."""
        return joint_text(pose, joint)

    # The joint in hand

    @property
    def selected_joint(self) -> str | None:
        """The joint that keys act on; it stays selected over frames that do not have it."""
        return self._joint

    @property
    def joints(self) -> tuple[str, ...]:
        """The joints that can be selected in what is shown, in their order."""
        pose = self.shown_pose
        if pose is None or not pose.names:
            return ()
        return tuple(name for name, is_drawn in zip(pose.names, pose.is_drawn, strict=True) if is_drawn)

    @property
    def is_moving_joint(self) -> bool:
        """Whether a joint is held, or being moved by key."""
        return self._held_frame is not None

    def select_joint(self, name: str | None) -> None:
        """Choose the joint that keys act on; a move that is under way is finished first."""
        if name != self._joint:
            self._finish_joint_move()
            self._joint = name
            self.update()
            self.joint_selected.emit(name or "")

    def give_up_joint(self) -> None:
        """Take a running move back."""
        if self._pose_before_move is not None:
            self._pose = self._pose_before_move
        self._end_joint_move()
        self.update()

    def joint_under(self, position: QPointF) -> str | None:
        """The nearest joint within reach of a position of this widget."""
        pose = self.shown_pose
        if pose is None or not pose.names:
            return None
        place = joint_at(self.widget_points(pose), position.x(), position.y())
        return None if place is None else pose.names[place]

    @property
    def hovered_joint(self) -> str | None:
        """The joint under the mouse."""
        return self._hovered_joint

    def distance_to_joint(self, name: str, position: QPointF) -> float:
        """Widget pixels from a position to a joint; infinite if it is not in the picture."""
        place = self._pose.place_of(name) if self._pose is not None else None
        if self._pose is None or place is None:
            return math.inf
        x, y = self.widget_points(self._pose)[place].tolist()
        return math.hypot(x - position.x(), y - position.y())

    def _joint_in_hand(self) -> tuple[PoseOverlay, int] | None:
        """The pose, and the selected joint's place in it."""
        place = self._pose.place_of(self._joint) if self._pose is not None else None
        return (self._pose, place) if self._pose is not None and place is not None else None

    def _hold_joint(self) -> None:
        """The joint is in hand from now on, in this frame."""
        if self._held_frame is None:
            self._held_frame = self.shown_frame
            self._pose_before_move = self._pose

    def _move_joint(self, target: JointPlace) -> None:
        before, joint, frame = self._pose_before_move, self._joint, self._held_frame
        place = before.place_of(joint) if before is not None else None
        if before is None or joint is None or place is None or frame is None or frame != self.shown_frame:
            self.give_up_joint()
            return
        self._joint_moved_to = target
        self._pose = before.with_joint(place, *target)
        self.update()
        self.joint_dragged.emit(frame, joint, target)

    def _finish_joint_move(self) -> None:
        frame, joint, place = self._held_frame, self._joint, self._joint_moved_to
        self._end_joint_move()
        if frame is not None and joint is not None and place is not None:
            self.joint_released.emit(frame, joint, place)

    def _end_joint_move(self) -> None:
        self._held_frame = self._joint_pressed_at = self._joint_moved_to = self._pose_before_move = None

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the joint under the mouse, else begin to pan."""
        if event.button() == Qt.MouseButton.LeftButton and not self._is_space_held:
            joint = self.joint_under(event.position())
            self.select_joint(joint)
            selected = self._joint_in_hand()
            if selected is not None:
                pose, place = selected
                self._hold_joint()
                self._joint_pressed_at = event.position()
                self._joint_grab = QPointF(*self.widget_points(pose)[place].tolist()) - event.position()
                self.hover_joint(joint)
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the joint, pan, or show which joint lies under the mouse."""
        pressed_at, selected = self._joint_pressed_at, self._joint_in_hand()
        if pressed_at is not None:
            moved = event.position() - pressed_at
            is_drag = self._joint_moved_to is not None or max(abs(moved.x()), abs(moved.y())) >= TAKES_AFTER_PX
            if is_drag and selected is not None:
                self._move_joint(self.place_under(*selected, event.position() + self._joint_grab))
        elif self.is_panning:
            super().mouseMoveEvent(event)
        else:
            self.hover_joint(self.joint_under(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Finish the move."""
        if self._joint_pressed_at is not None and event.button() == Qt.MouseButton.LeftButton:
            self._finish_joint_move()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """On a joint another click, elsewhere fit or 1:1."""
        if self.joint_under(event.position()) is not None:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def hover_joint(self, name: str | None) -> None:
        """Name the joint under the mouse; None where there is none."""
        if name != self._hovered_joint:
            self._hovered_joint = name
            if name is not None:
                self.setCursor(Qt.CursorShape.SizeAllCursor)
            else:
                self.unsetCursor()
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802
        """Nothing is hovered any more."""
        self.hover_joint(None)

    # Keys

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Tell who listens."""
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """A key that goes up elsewhere is not heard here, so a move by key ends now."""
        if self._joint_pressed_at is None:
            self._finish_joint_move()
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def event(self, event: QEvent) -> bool:
        """Claim keys before the window's shortcuts take them."""
        if event.type() == QEvent.Type.ShortcutOverride and self.claims(cast("QKeyEvent", event)):
            event.accept()
            return True
        return super().event(event)

    def claims(self, event: QKeyEvent) -> bool:
        """Whether a key has a meaning here now: for the selected joint."""
        return self._is_for_joint(event)

    def _is_for_joint(self, event: QKeyEvent) -> bool:
        if self._joint not in self.joints:
            return False
        held = event.modifiers() & _HELD
        if event.key() in STEPS:
            return bool(held & _ALT) and not held & ~(_ALT | _SHIFT)
        return event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Delete) and not held

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Alt and an arrow key move the joint, Delete brings its prediction back, Esc takes back or lets go."""
        key, selected = event.key(), self._joint_in_hand()
        if selected is None or not self._is_for_joint(event):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            if self._joint_moved_to is not None:
                self.give_up_joint()
            else:
                self._end_joint_move()
                self.select_joint(None)
        elif self._joint_pressed_at is not None:
            return  # the mouse has it
        elif key == Qt.Key.Key_Delete:
            self.prediction_wanted.emit()
        else:
            self._hold_joint()
            self._move_joint(self.place_beside(*selected, arrow_step(event)))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A move by key lasts from the first press to the release of the key."""
        if event.key() in STEPS and not event.isAutoRepeat() and self._joint_pressed_at is None:
            self._finish_joint_move()
        super().keyReleaseEvent(event)
