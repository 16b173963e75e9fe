"""Mouse, wheel, touch and keys on a frame: they zoom and pan it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from widgets.canvas.framed_picture import FramedPicture

_ZOOM_PER_NOTCH = 1.25


class PictureView(FramedPicture):
    """Wheel and pinch zoom at the cursor, dragging pans, a double click switches the zoom, F fits, Ctrl+1 shows 1:1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_space_held = False
        self._pan_from: QPointF | None = None
        self.setMouseTracking(True)
        self.grabGesture(Qt.GestureType.PinchGesture)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom at the cursor."""
        if self.shown_frame is not None and event.angleDelta().y():
            self.zoom_to(self.zoom * _ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Pinches of a touch pad or touch screen, and the space bar that turns any drag into panning."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_to(self.zoom * (1 + event.value()), event.position())
            return True
        if event.type() == QEvent.Type.Gesture:
            pinch = cast("QGestureEvent", event).gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                centre = QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint()))
                self.zoom_to(self.zoom * pinch.scaleFactor(), centre)
                return True
        if event.type() == QEvent.Type.ShortcutOverride and cast("QKeyEvent", event).key() == Qt.Key.Key_Space:
            # A shortcut of the window may take the key itself, and the press would never arrive here.
            self._is_space_held = True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """F fits, Ctrl+1 shows 1:1."""
        if event.key() == Qt.Key.Key_F and not event.modifiers():
            self.fit()
        elif event.key() == Qt.Key.Key_1 and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.show_actual_size()
        elif event.key() == Qt.Key.Key_Space:
            self._is_space_held = True
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The space bar's end."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_held = False
        super().keyReleaseEvent(event)

    @property
    def is_panning(self) -> bool:
        """Whether a drag is moving the picture."""
        return self._pan_from is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin to pan."""
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
        if self.shown_frame is not None and event.button() in buttons:
            self._pan_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pan by the distance moved."""
        if self._pan_from is not None:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self.pan(moved.x(), moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802
        """Stop panning."""
        if self._pan_from is not None:
            self._pan_from = None
            self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Another zoom, at the cursor."""
        if self.shown_frame is not None and event.button() == Qt.MouseButton.LeftButton:
            self.switch_zoom(event.position())

    def switch_zoom(self, position: QPointF) -> None:
        """From the whole picture to 1:1 at a position of this widget, and back."""
        if self.is_fitted:
            self.zoom_to(1.0, position)
        else:
            self.fit()
