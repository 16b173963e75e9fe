"""The timeline: the whole video above, the stretch in sight below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inference.results import SignalTrack
from widgets.time_axis import TimeAxis, Viewport
from widgets.timeline.dive_bars import DiveBars, TimelineDive
from widgets.timeline.minimap import Minimap
from widgets.timeline.signal_pyramid import SignalPyramid
from widgets.timeline.state import PlottedSignal, TimelineState
from widgets.timeline.time_strip import TimeStrip

SIGNALS = ("start", "mid", "end", "motion")
"""Names of the signals that are plotted, from top to bottom."""

_CONTEXT = 1.5
"""Time shown before and after a dive, in lengths of the dive."""


class Timeline(QWidget):
    """Dives, signals, playhead and working zone over the time of a video.

    Frames are shown at their own time stamps, so a variable frame rate is drawn as it is. All frame ranges include both
    ends.

    Signals:
        seek_requested(frame): show this frame.
        dive_selected(id), dive_activated(id): a dive was clicked, double-clicked.
        interval_dragged(id, start, end): while an end is dragged, and once more with the old interval if Esc takes the
            drag back.
        interval_changed(id, start, end): an end was dragged and let go elsewhere.
        add_requested(start, end): an interval for a new dive was drawn.
        working_zone_changed(start, end), working_zone_cleared(): the person changed the working zone.
        view_changed(): another stretch is in sight.
        signals_changed(): other signals are plotted, or none.
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
    signals_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TimelineState()
        self._dives: tuple[TimelineDive, ...] = ()
        self.minimap = Minimap(self._state, self)
        self.strip = TimeStrip(self._state, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.minimap)
        layout.addWidget(self.strip, 1)
        self.minimap.viewport_requested.connect(self._show_requested)
        for name in (
            "seek_requested",
            "dive_selected",
            "dive_activated",
            "interval_dragged",
            "interval_changed",
            "add_requested",
            "working_zone_changed",
            "working_zone_cleared",
            "view_changed",
        ):
            getattr(self.strip, name).connect(getattr(self, name))
        self.strip.view_changed.connect(self.minimap.update)
        self.strip.working_zone_changed.connect(self.minimap.update)
        self.strip.working_zone_cleared.connect(self.minimap.update)
        self.strip.dive_activated.connect(self.show_dive)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for minimap, ruler, two lanes and a plot."""
        return QSize(960, 210)

    def set_extent(self, frame_count: int, times_s: npt.ArrayLike | float) -> None:
        """Show another video, all of it; dives, signals, playhead and working zone are taken away.

        Args:
            frame_count: number of frames, 0 for no video.
            times_s: (frame_count,) increasing time stamps, or the frame rate if it is constant.

        Raises:
            ValueError: if the times do not fit.
        """
        self.strip.cancel_drag()
        state = self._state
        state.axis = TimeAxis(frame_count, times_s)
        self._dives = ()
        state.bars = DiveBars([], state.axis)
        state.signals, state.playhead, state.working_zone, state.selected = (), None, None, None
        state.view_start_s, state.view_end_s = state.axis.start_s, max(state.axis.end_s, state.axis.start_s + 1e-9)
        self._refresh()
        self.view_changed.emit()
        self.signals_changed.emit()

    def set_dives(self, dives: Sequence[TimelineDive]) -> None:
        """Show these dives; the one that says so is selected.

        Raises:
            ValueError: if a dive has an unknown status.
        """
        self._dives = tuple(dives)
        self._state.bars = DiveBars(dives, self._state.axis)
        self._state.selected = next((dive.id for dive in dives if dive.is_selected), None)
        self._refresh()

    def select_dive(self, dive_id: str | None) -> None:
        """Mark another dive as selected without setting all of them; emits nothing."""
        self._state.selected = dive_id
        self.strip.update()

    def set_signals(self, signals: Sequence[SignalTrack]) -> None:
        """Plot signals, a row for each name of `SIGNALS`; where two tracks of a name overlap, the later one counts."""
        by_name = {name: [track for track in signals if track.name == name] for name in SIGNALS}
        self._state.signals = tuple(_plotted(name, tracks) for name, tracks in by_name.items() if tracks)
        self.strip.refresh()
        self.signals_changed.emit()

    @property
    def axis(self) -> TimeAxis:
        """The times of the video's frames."""
        return self._state.axis

    @property
    def signals(self) -> tuple[PlottedSignal, ...]:
        """The signals that are plotted."""
        return self._state.signals

    def set_playhead(self, frame: int | None) -> None:
        """Put the playhead on a frame; when it walks out of sight the view turns a page."""
        state, before = self._state, self._state.playhead
        state.playhead = frame
        if frame is not None and before is not None and not self.strip.is_dragging:
            self._turn_page(state.axis.start_of(before), state.axis.start_of(frame))
        self.strip.update()
        self.minimap.update()

    def _turn_page(self, before_s: float, seconds: float) -> None:
        view = self._state.viewport(self.strip.width())
        if not view.start_s <= before_s <= view.end_s or view.start_s <= seconds <= view.end_s:
            return
        lead = 0.1 if seconds > before_s else 0.9
        start = seconds - lead * view.span_s
        self.strip.show_viewport(Viewport(start, start + view.span_s, view.width))

    def set_working_zone(self, start: int | None, end: int | None = None) -> None:
        """Show the frames that playback loops over, both included; None shows no zone."""
        self._state.working_zone = None if start is None or end is None else (start, end)
        self.strip.update()
        self.minimap.update()

    @property
    def working_zone(self) -> tuple[int, int] | None:
        """First and last frame of the working zone as it is shown."""
        return self._state.working_zone

    @property
    def visible_seconds(self) -> tuple[float, float]:
        """First and last time in sight."""
        return self._state.view_start_s, self._state.view_end_s

    def fit(self) -> None:
        """Show the whole video."""
        self.strip.show_viewport(self._state.whole(self.strip.width()))

    def show_seconds(self, start_s: float, end_s: float) -> None:
        """Show this stretch, as far as the video has it."""
        self.strip.show_viewport(Viewport(start_s, max(end_s, start_s + 1e-9), max(self.strip.width(), 1)))

    def show_dive(self, dive_id: str) -> None:
        """Bring a dive into sight with some time around it; an unknown dive changes nothing."""
        position = self._state.bars.position_of.get(dive_id)
        if position is not None:
            start_s, end_s = float(self._state.bars.start_s[position]), float(self._state.bars.end_s[position])
            around = (end_s - start_s) * _CONTEXT
            self.show_seconds(start_s - around, end_s + around)

    def reveal_dive(self, dive_id: str) -> None:
        """Pan to a dive that is out of sight, keeping the zoom unless the dive is longer than the view."""
        position = self._state.bars.position_of.get(dive_id)
        if position is None:
            return
        start_s, end_s = float(self._state.bars.start_s[position]), float(self._state.bars.end_s[position])
        view = self._state.viewport(self.strip.width())
        if end_s - start_s > view.span_s:
            self.show_dive(dive_id)
        elif start_s < view.start_s or end_s > view.end_s:
            middle = (start_s + end_s) / 2
            self.show_seconds(middle - view.span_s / 2, middle + view.span_s / 2)

    def _show_requested(self, viewport: Viewport) -> None:
        self.strip.show_viewport(viewport)

    def _refresh(self) -> None:
        self.minimap.refresh()
        self.strip.refresh()


def _plotted(name: str, tracks: Sequence[SignalTrack]) -> PlottedSignal:
    """Tracks of one name as one signal, NaN in between."""
    first = min(track.first_frame for track in tracks)
    values = tracks[0].values
    if len(tracks) > 1:
        values = np.full(max(track.first_frame + len(track.values) for track in tracks) - first, np.nan, np.float32)
        for track in tracks:
            values[track.first_frame - first : track.first_frame - first + len(track.values)] = track.values
    return PlottedSignal(name, first, SignalPyramid(values))
