"""The video canvas: a frame with a dive's path, whose handles mouse and keys take hold of and move."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from widgets.canvas.arrow_steps import STEPS, arrow_step
from widgets.canvas.overlay_painter import Emphasis
from widgets.canvas.path_overlay import HANDLES, PathOverlay
from widgets.canvas.path_picture import PathPicture


class VideoCanvas(PathPicture):
    """A frame with overlays whose path can be edited.

    Handles are dragged with the mouse, or chosen with Tab or a click and moved with the arrow keys (1 px, with Shift
    10 px); Esc takes a running move back, then lets the handle go. A click on a candidate asks to toggle it.

    Signals:
        handle_dragged(handle, x, y): a handle is being moved, image coordinates; the overlay shows it there until the
            next `set_path`.
        handle_released(handle, x, y): the move is done.
        handle_cancelled(handle): the move was taken back and the overlay is as before it.
        candidate_toggled(index): a candidate was clicked.
        view_changed(): zoom or pan changed.
    """

    handle_dragged = Signal(str, float, float)
    handle_released = Signal(str, float, float)
    handle_cancelled = Signal(str)
    candidate_toggled = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overlay_before_move: PathOverlay | None = None
        self._selected: str | None = None
        self._hovered_handle: str | None = None
        self._hovered_candidate: int | None = None
        self._grab_offset: QPointF | None = None
        self._pressed_candidate: int | None = None
        self._pressed_at = QPointF()
        self.joint_selected.connect(self._leave_handle)
        self._moved_to: tuple[float, float] | None = None

    def set_path(self, overlay: PathOverlay | None) -> None:
        """Show a dive's path, handles and candidates; None shows none. A running move of a handle goes on."""
        super().set_path(overlay)
        if overlay is None or self._selected not in overlay.handles or not overlay.editable:
            self._end_move()
            self._selected = None
        # The next frame of a dive has the same candidates, so a click that is half done while it plays still counts.
        count = 0 if overlay is None else len(overlay.candidates)
        if self._hovered_candidate is not None and self._hovered_candidate >= count:
            self._hovered_candidate = None
        if self._pressed_candidate is not None and self._pressed_candidate >= count:
            self._pressed_candidate = None

    def set_overlay_visible(self, name: str, visible: bool) -> None:
        """Show or hide an overlay; handles that are not seen are let go."""
        super().set_overlay_visible(name, visible)
        if name == "handles" and not visible:
            self.select_handle(None)

    @property
    def emphasis(self) -> Emphasis:
        """Which handle and candidate are hovered or selected."""
        return Emphasis(self._selected, self._hovered_handle, self._hovered_candidate)

    @property
    def selected_handle(self) -> str | None:
        """The handle that the arrow keys move."""
        return self._selected

    def select_handle(self, handle: str | None) -> None:
        """Choose the handle that the arrow keys move; a move that is under way is finished first."""
        if handle != self._selected:
            self._finish_move()
            self._selected = handle
            self.update()
        if handle is not None:
            self.select_joint(None)

    def _leave_handle(self, joint: str) -> None:
        if joint:
            self.select_handle(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the handle under the mouse, else note the candidate, else take the joint or begin to pan."""
        self._pressed_at = event.position()
        self._pressed_candidate = None
        if event.button() == Qt.MouseButton.LeftButton and not self._is_space_held:
            handle = self.handle_under(event.position())
            self.select_handle(handle)
            if handle is not None and self._overlay is not None:
                centre = self.view.to_widget(self._overlay.handles[handle])
                self._grab_offset = QPointF(*centre) - event.position()
                self.setCursor(_handle_cursor(handle))
                return
            self._pressed_candidate = self.candidate_under(event.position())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the handle or joint, pan, or show what lies under the mouse."""
        if self.is_moving_joint:
            super().mouseMoveEvent(event)
        elif self._grab_offset is not None and self._selected is not None:
            self._move_selected(*self.position_in_image(event.position() + self._grab_offset))
        elif self.is_panning:
            is_click = (event.position() - self._pressed_at).manhattanLength() < QApplication.startDragDistance()
            if self._pressed_candidate is None or not is_click:
                self._pressed_candidate = None
                super().mouseMoveEvent(event)
        else:
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Finish the move, or toggle the candidate that was clicked."""
        if self._grab_offset is not None:
            self._grab_offset = None
            self._finish_move()
        super().mouseReleaseEvent(event)
        if self._pressed_candidate is not None:
            toggled, self._pressed_candidate = self._pressed_candidate, None
            self.candidate_toggled.emit(toggled)
        self._hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """On a handle or candidate another click, elsewhere fit or 1:1."""
        position = event.position()
        if self.handle_under(position) is not None or self.candidate_under(position) is not None:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing is hovered any more."""
        self._hovered_handle = self._hovered_candidate = None
        self.update()
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """A key that goes up elsewhere is not heard here, so a nudge ends now."""
        self._is_space_held = False
        if self._grab_offset is None:
            self._finish_move()
        super().focusOutEvent(event)

    def _hover(self, position: QPointF) -> None:
        handle = self.handle_under(position)
        candidate = self.candidate_under(position) if handle is None else None
        self.hover_joint(self.joint_under(position))
        if (handle, candidate) != (self._hovered_handle, self._hovered_candidate):
            self._hovered_handle, self._hovered_candidate = handle, candidate
            self.update()
        if handle is not None:
            self.setCursor(_handle_cursor(handle))
        elif candidate is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif self.hovered_joint is not None:
            return
        elif self._is_space_held or not self.is_fitted:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def _move_selected(self, x: float, y: float) -> None:
        if self._selected is None or self._overlay is None:
            return
        if self._overlay_before_move is None:
            self._overlay_before_move = self._overlay
        handle = self._selected
        self._moved_to = (x, y)
        self._overlay = self._overlay.with_handle(handle, x, y)
        self.update()
        self.handle_dragged.emit(handle, x, y)

    def _finish_move(self) -> None:
        """Report where a move ended, if one was under way."""
        if self._moved_to is not None and self._selected is not None:
            handle, (x, y) = self._selected, self._moved_to
            self._end_move()
            self.handle_released.emit(handle, x, y)

    def _cancel_move(self) -> None:
        handle, self._overlay = self._selected, self._overlay_before_move
        self._end_move()
        self.update()
        self.handle_cancelled.emit(handle)

    def _end_move(self) -> None:
        self._moved_to = None
        self._overlay_before_move = None
        self._grab_offset = None

    def event(self, event: QEvent) -> bool:
        """Claim the arrow keys, Tab and Esc while they have a meaning here, before the window's shortcuts take them."""
        if event.type() == QEvent.Type.ShortcutOverride and self._selected is not None:
            key = cast("QKeyEvent", event).key()
            if key in (*STEPS, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrow keys nudge the selected handle, Esc takes back or lets go."""
        key = event.key()
        overlay = self._overlay
        if self._selected is None or overlay is None:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            if self._moved_to is not None:
                self._cancel_move()
            else:
                self._grab_offset = None
                self.select_handle(None)
        elif key in STEPS and self._grab_offset is None:
            (across, down), (x, y) = arrow_step(event), overlay.handles[self._selected]
            self._move_selected(x + across, y + down)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A nudge is one move from the first press to the release of the key."""
        if event.key() in STEPS and not event.isAutoRepeat() and self._grab_offset is None:
            self._finish_move()
        super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Tab walks through the handles before it leaves the canvas."""
        overlay = self.editable_overlay("handles")
        names = [name for name in HANDLES if overlay is not None and name in overlay.handles]
        position = names.index(self._selected) if self._selected in names else (-1 if forward else len(names))
        following = position + (1 if forward else -1)
        if 0 <= following < len(names):
            self.select_handle(names[following])
            return True
        self.select_handle(None)
        return super().focusNextPrevChild(forward)


def _handle_cursor(handle: str) -> Qt.CursorShape:
    """The apex only sets the height, so it moves up and down."""
    return Qt.CursorShape.SizeVerCursor if handle == "apex" else Qt.CursorShape.SizeAllCursor
