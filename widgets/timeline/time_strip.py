"""The zoomable strip of the timeline: ruler, dives, signals and playhead, and what the mouse does to them."""

from __future__ import annotations

from typing import Literal, cast

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from inference.time_code import time_code
from widgets.time_axis import Viewport
from widgets.timeline.dive_bars import TimelineDive
from widgets.timeline.gestures import AddDive, Gesture, MoveEnd, PanOrClick, Seek, SetZone
from widgets.timeline.lanes import Edge, LaneLayout, dive_at, edge_at
from widgets.timeline.ruler import RULER_HEIGHT
from widgets.timeline.state import TimelineState
from widgets.timeline.strip_painter import DragPreview, StripPainter

_ZOOM_PER_NOTCH = 1.3
_ZONE_REACH = 6.0
_LANES_SHARE = 0.45


class TimeStrip(QWidget):
    """Shows the stretch of the video that is in sight.

    In the ruler a press seeks and Shift+drag sets the working zone, whose ends can be dragged. Elsewhere a click
    selects the dive there or seeks, a drag pans, ends of dives can be dragged, Ctrl+drag or a drag with the
    right button adds a dive. The wheel zooms at the mouse, a double click shows a dive or the whole video. Esc takes a
    drag back.
    """

    seek_requested = Signal(int)
    dive_selected = Signal(str)
    dive_activated = Signal(str)
    interval_dragged = Signal(str, int, int)
    interval_changed = Signal(str, int, int)
    add_requested = Signal(int, int)
    working_zone_changed = Signal(int, int)
    working_zone_cleared = Signal()
    view_changed = Signal()

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._painter = StripPainter(state)
        self._gesture: Gesture | None = None
        self._pressed_button = Qt.MouseButton.NoButton
        self._preview: DragPreview | None = None
        self._hovered: str | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumHeight(RULER_HEIGHT + 40)
        self.setAccessibleName("Timeline")

    def refresh(self) -> None:
        """Paint everything anew after the state changed."""
        self._painter.forget()
        self.update()

    def layout_of_lanes(self) -> LaneLayout:
        """Where the lanes of dives lie; they leave room for the signals."""
        available = (self.height() - RULER_HEIGHT) * (_LANES_SHARE if self.state.signals else 1.0)
        return LaneLayout.within(RULER_HEIGHT, available, len(self.state.bars.lanes))

    @property
    def is_dragging(self) -> bool:
        """Whether a drag is under way."""
        return self._gesture is not None

    # What gestures do; see widgets.timeline.gestures.Strip.

    def viewport(self) -> Viewport:
        """The stretch in sight over this widget's width."""
        return self.state.viewport(self.width())

    def show_viewport(self, viewport: Viewport) -> None:
        """Bring a stretch into sight as far as the video has it."""
        if not self.state.is_empty and self.state.show(viewport):
            self.refresh()
            self.view_changed.emit()

    def seek(self, frame: int) -> None:
        """Ask for a frame."""
        self.seek_requested.emit(frame)

    def click(self, x: float, y: float) -> None:
        """Select the dive at a place, or ask for the frame there."""
        dive = dive_at(self.state.bars, self.layout_of_lanes(), self.viewport(), x, y)
        if dive is not None:
            self.dive_selected.emit(dive.id)
        else:
            self.seek_requested.emit(self.state.axis.frame_at(self.viewport().seconds_at(x)))

    def preview_interval(self, dive: TimelineDive, edge: Edge, start: int, end: int) -> None:
        """Show and report a dive's interval while it is dragged."""
        self._set_preview(DragPreview(dive, start, end, edge))
        self.interval_dragged.emit(dive.id, start, end)

    def change_interval(self, dive: TimelineDive, start: int, end: int) -> None:
        """Report the interval that a drag ended with."""
        if (start, end) != (dive.start_frame, dive.end_frame):
            self.interval_changed.emit(dive.id, start, end)

    def preview_added(self, start: int | None, end: int | None) -> None:
        """Show the interval of a dive that would be added; None takes it away."""
        self._set_preview(None if start is None or end is None else DragPreview(None, start, end, "end"))

    def request_dive(self, start: int, end: int) -> None:
        """Ask for a new dive."""
        self.add_requested.emit(start, end)

    def preview_zone(self, zone: tuple[int, int] | None) -> None:
        """Show another working zone."""
        self.state.working_zone = zone
        self.update()

    def change_zone(self, before: tuple[int, int] | None) -> None:
        """Report the working zone as it is shown."""
        if self.state.working_zone is not None and self.state.working_zone != before:
            self.working_zone_changed.emit(*self.state.working_zone)

    def _set_preview(self, preview: DragPreview | None) -> None:
        dragged = preview.dive.id if preview is not None and preview.dive is not None else None
        if dragged != self._painter.left_out:
            self._painter.left_out = dragged
            self._painter.forget()
        self._preview = preview
        self.update()

    def cancel_drag(self) -> None:
        """Take back the drag that is under way."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
            self._set_preview(None)
            self.unsetCursor()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """The cached picture of what stands still, and over it what moves."""
        painter = QPainter(self)
        self._painter.paint(painter, self, self.layout_of_lanes(), self._hovered, self._preview)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """The view keeps its ends."""
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Decide what the drag is."""
        if self.state.is_empty or self._gesture is not None:
            return
        self._gesture = self._gesture_for(event)
        self._pressed_button = event.button()

    def _gesture_for(self, event: QMouseEvent) -> Gesture | None:
        position, modifiers = event.position(), event.modifiers()
        x, y = position.x(), position.y()
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton:
            return PanOrClick(self, x, -1.0)
        if y < RULER_HEIGHT:
            if not is_left:
                return None
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                return SetZone(self, x, "new")
            zone_edge = self._zone_edge_at(x, y)
            return SetZone(self, x, zone_edge) if zone_edge else Seek(self, x)
        if event.button() == Qt.MouseButton.RightButton or modifiers & Qt.KeyboardModifier.ControlModifier:
            return AddDive(self, x)
        if not is_left:
            return None
        edge = self._edge_at(position)
        if edge is not None:
            if edge[0].id != self.state.selected:
                self.dive_selected.emit(edge[0].id)
            return MoveEnd(self, edge[0], edge[1], x)
        return Seek(self, x) if self._is_on_playhead(position) else PanOrClick(self, x, y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on with the drag, or show what lies under the mouse."""
        if self._gesture is not None:
            self._gesture.move(event.position().x())
            if isinstance(self._gesture, PanOrClick):
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif not self.state.is_empty:
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Finish the drag."""
        if self._gesture is not None and event.button() == self._pressed_button:
            gesture, self._gesture = self._gesture, None
            gesture.finish()
            self._set_preview(None)
            self._hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show the dive there with time around it, clear the working zone, or show the whole video."""
        if self.state.is_empty or event.button() != Qt.MouseButton.LeftButton:
            return
        position = event.position()
        if position.y() < RULER_HEIGHT and self.state.working_zone is not None:
            self.preview_zone(None)
            self.working_zone_cleared.emit()
            return
        dive = dive_at(self.state.bars, self.layout_of_lanes(), self.viewport(), position.x(), position.y())
        if dive is None:
            self.show_viewport(self.state.whole(self.width()))
        else:
            self.dive_activated.emit(dive.id)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom at the mouse; a sideways wheel, or Shift, pans."""
        steps, sideways = event.angleDelta().y() / 120, event.angleDelta().x() / 120
        viewport = self.viewport()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not sideways:
            steps, sideways = 0.0, steps
        if steps:
            self.show_viewport(viewport.zoomed(_ZOOM_PER_NOTCH**steps, event.position().x()))
        elif sideways:
            shift_s = -sideways * 0.1 * viewport.span_s
            self.show_viewport(Viewport(viewport.start_s + shift_s, viewport.end_s + shift_s, viewport.width))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802
        """Nothing is hovered any more."""
        self._hovered = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """Claim Esc during a drag before a shortcut of the window takes it, and answer the question for a tool tip."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and self._gesture is not None and cast("QKeyEvent", event).key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip:
            self._show_tool_tip(cast("QHelpEvent", event))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc takes a drag back; plus and minus zoom at the playhead."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self._gesture is not None:
            self.cancel_drag()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            factor = 1 / _ZOOM_PER_NOTCH if key == Qt.Key.Key_Minus else _ZOOM_PER_NOTCH
            self.show_viewport(self.viewport().zoomed(factor, self._anchor_x()))
        else:
            super().keyPressEvent(event)

    def _anchor_x(self) -> float:
        """The playhead if it is in sight, else the middle."""
        if self.state.playhead is not None:
            x = self.viewport().x_of(self.state.axis.start_of(self.state.playhead))
            if 0 <= x <= self.width():
                return x
        return self.width() / 2

    def _hover(self, position: QPointF) -> None:
        viewport, lanes, bars = self.viewport(), self.layout_of_lanes(), self.state.bars
        is_ruler = position.y() < RULER_HEIGHT
        dive = None if is_ruler else dive_at(bars, lanes, viewport, position.x(), position.y())
        hovered = dive.id if dive is not None else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()
        has_edge = self._zone_edge_at(position.x(), position.y()) if is_ruler else self._edge_at(position)
        if has_edge or self._is_on_playhead(position):
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        elif dive is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()

    def _edge_at(self, position: QPointF) -> tuple[TimelineDive, Edge] | None:
        lanes, viewport = self.layout_of_lanes(), self.viewport()
        return edge_at(self.state.bars, lanes, viewport, position.x(), position.y(), self.state.selected)

    def _is_on_playhead(self, position: QPointF) -> bool:
        if self.state.playhead is None or position.y() < RULER_HEIGHT:
            return False
        x = self.viewport().x_of(self.state.axis.start_of(self.state.playhead))
        return abs(position.x() - x) <= 3

    def _zone_edge_at(self, x: float, y: float) -> Literal["start", "end"] | None:
        zone = self.state.working_zone
        if zone is None or y > RULER_HEIGHT:
            return None
        axis, viewport = self.state.axis, self.viewport()
        distances = {
            "start": abs(viewport.x_of(axis.start_of(zone[0])) - x),
            "end": abs(viewport.x_of(axis.start_of(zone[1] + 1)) - x),
        }
        edge = min(distances, key=lambda name: distances[name])
        return cast("Literal['start', 'end']", edge) if distances[edge] <= _ZONE_REACH else None

    def _show_tool_tip(self, event: QHelpEvent) -> None:
        position = event.position() if hasattr(event, "position") else QPointF(event.pos())
        dive = dive_at(self.state.bars, self.layout_of_lanes(), self.viewport(), position.x(), position.y())
        if dive is None or position.y() < RULER_HEIGHT:
            QToolTip.hideText()
            return
        axis = self.state.axis
        start_s, end_s = axis.start_of(dive.start_frame), axis.start_of(dive.end_frame)
        title = f"{dive.label or 'No code'} · {dive.status}"
        frames = f"frames {dive.start_frame}–{dive.end_frame}"  # noqa: RUF001  an en dash is the sign for a range
        times = f"{time_code(start_s)} · {end_s - start_s:.2f} s"
        QToolTip.showText(event.globalPos(), f"{title}\n{frames}\n{times}", self)
