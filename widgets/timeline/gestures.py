"""What a press in the time strip becomes: seeking, panning, moving an end, adding a dive, setting the zone."""

from __future__ import annotations

from typing import Literal, Protocol

from widgets.time_axis import Viewport
from widgets.timeline.dive_bars import TimelineDive
from widgets.timeline.lanes import Edge
from widgets.timeline.state import TimelineState

CLICK_REACH = 4.0
"""Pixels that the mouse may move during a click."""


class Strip(Protocol):
    """What a gesture may do to the strip that it happens in."""

    state: TimelineState

    def viewport(self) -> Viewport:
        """The stretch in sight."""

    def show_viewport(self, viewport: Viewport) -> None:
        """Bring another stretch into sight."""

    def seek(self, frame: int) -> None:
        """Ask for a frame."""

    def click(self, x: float, y: float) -> None:
        """Select the dive at a place, or ask for the frame there."""

    def preview_interval(self, dive: TimelineDive, edge: Edge, start: int, end: int) -> None:
        """Show and report a dive's interval while it is dragged."""

    def change_interval(self, dive: TimelineDive, start: int, end: int) -> None:
        """Report the interval that a drag ended with; the same as before changes nothing."""

    def preview_added(self, start: int | None, end: int | None) -> None:
        """Show the interval of a dive that would be added; None takes it away."""

    def request_dive(self, start: int, end: int) -> None:
        """Ask for a new dive."""

    def preview_zone(self, zone: tuple[int, int] | None) -> None:
        """Show another working zone."""

    def change_zone(self, before: tuple[int, int] | None) -> None:
        """Report the working zone as it is shown."""


class Gesture(Protocol):
    """One drag from press to release; x is in widget pixels."""

    def move(self, x: float) -> None:
        """The mouse is at x."""

    def finish(self) -> None:
        """The button went up."""

    def cancel(self) -> None:
        """Esc was pressed: all is as before the press."""


class Seek:
    """The playhead follows the mouse."""

    def __init__(self, strip: Strip, x: float) -> None:
        self._strip = strip
        self._frame_before = strip.state.playhead
        self._frame: int | None = None
        self.move(x)

    def move(self, x: float) -> None:
        """Ask for the frame under the mouse, once."""
        frame = self._strip.state.axis.frame_at(self._strip.viewport().seconds_at(x))
        if frame != self._frame:
            self._frame = frame
            self._strip.seek(frame)

    def finish(self) -> None:
        """Nothing is left to do."""

    def cancel(self) -> None:
        """Back to the frame before."""
        if self._frame_before is not None:
            self._strip.seek(self._frame_before)


class PanOrClick:
    """A drag moves the view, a click selects or seeks."""

    def __init__(self, strip: Strip, x: float, y: float) -> None:
        self._strip = strip
        self._pressed = (x, y)
        self._before = strip.viewport()
        self._is_pan = False

    def move(self, x: float) -> None:
        """Move the view by the distance from the press."""
        moved = x - self._pressed[0]
        self._is_pan = self._is_pan or abs(moved) >= CLICK_REACH
        if self._is_pan:
            before = self._before
            shift_s = -moved / before.pixels_per_second
            self._strip.show_viewport(Viewport(before.start_s + shift_s, before.end_s + shift_s, before.width))

    def finish(self) -> None:
        """Click unless it was a drag."""
        if not self._is_pan:
            self._strip.click(*self._pressed)

    def cancel(self) -> None:
        """Back to the view before."""
        self._strip.show_viewport(self._before)


class MoveEnd:
    """One end of a dive follows the mouse in whole frames and stops at the other end and at the video's ends."""

    def __init__(self, strip: Strip, dive: TimelineDive, edge: Edge, x: float) -> None:
        self._strip, self._dive, self._edge = strip, dive, edge
        self._start, self._end = dive.start_frame, dive.end_frame
        axis = strip.state.axis
        boundary = dive.start_frame if edge == "start" else dive.end_frame + 1
        self._offset = strip.viewport().x_of(axis.start_of(boundary)) - x

    def move(self, x: float) -> None:
        """Put the end on the frame boundary nearest to the mouse."""
        axis = self._strip.state.axis
        boundary = axis.nearest_boundary(self._strip.viewport().seconds_at(x + self._offset))
        start, end = self._start, self._end
        if self._edge == "start":
            start = min(max(boundary, 0), end)
        else:
            end = max(min(boundary - 1, axis.frame_count - 1), start)
        if (start, end) != (self._start, self._end):
            self._start, self._end = start, end
            self._strip.preview_interval(self._dive, self._edge, start, end)

    def finish(self) -> None:
        """Report the interval."""
        self._strip.change_interval(self._dive, self._start, self._end)

    def cancel(self) -> None:
        """Back to the dive's own interval, told to whoever follows the drag."""
        dive = self._dive
        if (self._start, self._end) != (dive.start_frame, dive.end_frame):
            self._strip.preview_interval(dive, self._edge, dive.start_frame, dive.end_frame)


class AddDive:
    """A new dive from the frame pressed on to the frame released on, both included."""

    def __init__(self, strip: Strip, x: float) -> None:
        self._strip = strip
        self._pressed = x
        self._anchor = strip.state.axis.frame_at(strip.viewport().seconds_at(x))
        self._interval: tuple[int, int] | None = None

    def move(self, x: float) -> None:
        """Stretch the interval."""
        if self._interval is None and abs(x - self._pressed) < CLICK_REACH:
            return
        frame = self._strip.state.axis.frame_at(self._strip.viewport().seconds_at(x))
        self._interval = (min(self._anchor, frame), max(self._anchor, frame))
        self._strip.preview_added(*self._interval)

    def finish(self) -> None:
        """Ask for the dive; a click adds nothing."""
        self._strip.preview_added(None, None)
        if self._interval is not None:
            self._strip.request_dive(*self._interval)

    def cancel(self) -> None:
        """No dive."""
        self._strip.preview_added(None, None)


class SetZone:
    """The working zone, new from the frame pressed on or with one of its ends following the mouse."""

    def __init__(self, strip: Strip, x: float, edge: Literal["start", "end", "new"]) -> None:
        self._strip = strip
        self._before = strip.state.working_zone
        frame = strip.state.axis.frame_at(strip.viewport().seconds_at(x))
        start, end = self._before if self._before is not None and edge != "new" else (frame, frame)
        self._anchor = end if edge == "start" else start
        self._is_start = edge == "start"

    def move(self, x: float) -> None:
        """Stretch the zone to the mouse."""
        axis = self._strip.state.axis
        boundary = axis.nearest_boundary(self._strip.viewport().seconds_at(x))
        if boundary > self._anchor and not self._is_start:
            zone = (self._anchor, min(boundary - 1, axis.frame_count - 1))
        else:
            frame = min(boundary, axis.frame_count - 1)
            zone = (min(frame, self._anchor), max(frame, self._anchor))
        self._strip.preview_zone(zone)

    def finish(self) -> None:
        """Report the zone."""
        self._strip.change_zone(self._before)

    def cancel(self) -> None:
        """The zone as it was."""
        self._strip.preview_zone(self._before)
