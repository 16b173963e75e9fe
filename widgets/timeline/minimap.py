"""The whole video in one line: where the dives are, how far their review is, and which stretch is in sight."""

from __future__ import annotations

from typing import Literal, cast

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import Theme, current_theme, translucent
from widgets.time_axis import Viewport
from widgets.timeline.state import TimelineState
from widgets.timeline.status_histogram import paint_histogram

MINIMAP_HEIGHT = 32
_MARGIN = 4
_GRIP_REACH = 5.0
_LEAST_WINDOW = 10.0
_ZOOM_PER_NOTCH = 1.3

_Part = Literal["start", "end", "inside"]


class Minimap(QWidget):
    """A histogram of the dives by review status with a window that can be moved and resized by its ends.

    A press outside the window brings the view there; the wheel zooms at the mouse's time; a double click shows all.
    """

    viewport_requested = Signal(object)

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._histogram: QPixmap | None = None
        self._histogram_for: tuple[object, ...] = ()
        self._drag: tuple[_Part, float, Viewport] | None = None
        self.setFixedHeight(MINIMAP_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Whole video")

    def refresh(self) -> None:
        """Count the dives anew after they or the video changed."""
        self._histogram = None
        self.update()

    def _whole(self) -> Viewport:
        return self._state.whole(self.width())

    def window_rect(self) -> QRectF:
        """Where the stretch in sight is drawn; wide enough to take hold of."""
        whole = self._whole()
        left, right = whole.x_of(self._state.view_start_s), whole.x_of(self._state.view_end_s)
        missing = max(_LEAST_WINDOW - (right - left), 0.0)
        left = min(max(left - missing / 2, 0.0), self.width() - _LEAST_WINDOW)
        return (
            QRectF(left, 0, max(right - left - missing / 2, _LEAST_WINDOW), self.height())
            if missing
            else QRectF(left, 0, right - left, self.height())
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Histogram, playhead, and a veil over all that is out of sight."""
        theme, state = current_theme(), self._state
        painter = QPainter(self)
        if state.is_empty:
            painter.fillRect(self.rect(), QColor(theme.window))
            return
        look = (theme, self.size(), self.devicePixelRatioF())
        if self._histogram is None or look != self._histogram_for:
            self._histogram, self._histogram_for = self._paint_histogram(theme), look
        painter.drawPixmap(0, 0, self._histogram)
        whole = self._whole()
        if state.working_zone is not None:
            left = whole.x_of(state.axis.start_of(state.working_zone[0]))
            right = whole.x_of(state.axis.start_of(state.working_zone[1] + 1))
            painter.fillRect(QRectF(left, 0, max(right - left, 2), 3), QColor(theme.working_zone))
        if state.playhead is not None:
            x = round(whole.x_of(state.axis.start_of(state.playhead)))
            painter.fillRect(QRectF(x - 1, 0, 2, self.height()), QColor(theme.playhead))
        self._paint_window(painter, theme)

    def _paint_window(self, painter: QPainter, theme: Theme) -> None:
        window = self.window_rect()
        veil = translucent(theme.window, 0.55)
        painter.fillRect(QRectF(0, 0, window.left(), self.height()), veil)
        painter.fillRect(QRectF(window.right(), 0, self.width() - window.right(), self.height()), veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(translucent(theme.accent, 0.08))
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        painter.drawRoundedRect(window.adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        for x in (window.left() + 2.5, window.right() - 2.5):
            painter.drawRoundedRect(QRectF(x - 1.5, window.center().y() - 6, 3, 12), 1.5, 1.5)

    def _paint_histogram(self, theme: Theme) -> QPixmap:
        pixmap = QPixmap(self.size() * self.devicePixelRatioF())
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        pixmap.fill(QColor(theme.window))
        painter = QPainter(pixmap)
        inner = QRectF(0, _MARGIN, self.width(), self.height() - 2 * _MARGIN)
        painter.fillRect(inner, QColor(theme.panel))
        bars, whole = self._state.bars, self._whole()
        paint_histogram(painter, inner, whole.xs_of(bars.start_s), whole.xs_of(bars.end_s), bars.status, theme)
        painter.end()
        return pixmap

    def _part_at(self, x: float) -> _Part | None:
        window = self.window_rect()
        inwards = min(_GRIP_REACH, window.width() / 4)
        if -_GRIP_REACH <= x - window.left() <= inwards:
            return "start"
        if -inwards <= x - window.right() <= _GRIP_REACH:
            return "end"
        return "inside" if window.left() < x < window.right() else None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the window or of one of its ends; elsewhere bring the view there first."""
        if self._state.is_empty or event.button() != Qt.MouseButton.LeftButton:
            return
        x, view = event.position().x(), self._state.viewport(self.width())
        part = self._part_at(x)
        if part is None:
            middle = self._whole().seconds_at(x)
            self.viewport_requested.emit(Viewport(middle - view.span_s / 2, middle + view.span_s / 2, view.width))
            self._drag = ("inside", x, self._state.viewport(self.width()))
        else:
            self._drag = (part, x, view)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move or resize the window."""
        if self._drag is None:
            self._hover(event.position())
            return
        part, pressed_x, before = self._drag
        moved_s = (event.position().x() - pressed_x) / self._whole().pixels_per_second
        start = before.start_s + (moved_s if part in ("start", "inside") else 0.0)
        end = before.end_s + (moved_s if part in ("end", "inside") else 0.0)
        axis = self._state.axis
        if part != "inside":
            start, end = max(min(start, end), axis.start_s), min(max(start, end), axis.end_s)
        self.viewport_requested.emit(Viewport(start, max(end, start + axis.mean_frame_s), before.width))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = None
            self._hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802
        """Show the whole video."""
        self._drag = None
        self.viewport_requested.emit(self._whole())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom the view at the time under the mouse."""
        if event.angleDelta().y() and not self._state.is_empty:
            view = self._state.viewport(self.width())
            at = view.x_of(self._whole().seconds_at(event.position().x()))
            inside = min(max(at, 0.0), view.width)
            self.viewport_requested.emit(view.zoomed(_ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120), inside))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Claim Esc during a drag before a shortcut of the window takes it."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and self._drag is not None and cast("QKeyEvent", event).key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc takes a drag back."""
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            before, self._drag = self._drag[2], None
            self.viewport_requested.emit(before)
        else:
            super().keyPressEvent(event)

    def _hover(self, position: QPointF) -> None:
        cursors = {"start": Qt.CursorShape.SizeHorCursor, "end": Qt.CursorShape.SizeHorCursor}
        part = None if self._state.is_empty else self._part_at(position.x())
        self.setCursor(cursors.get(part or "", Qt.CursorShape.ArrowCursor))
