"""The timeline between session, playback and what a person drags on it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.window.analysing import Analysing
from app.window.dive_editing import DiveEditing
from app.window.dive_values import DiveViews, dive_bar, found_rows
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from widgets.timeline import Timeline


class TimelinePanel(QObject):
    """Keeps the timeline showing the video looked at; a drag shows the frame under the dragged end as it goes."""

    def __init__(
        self,
        timeline: Timeline,
        session: ReviewSession,
        editing: DiveEditing,
        analysing: Analysing,
        playback: PlaybackController,
        views: DiveViews,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._timeline, self._session, self._editing = timeline, session, editing
        self._analysing, self._playback, self._views = analysing, playback, views
        self._dragged: tuple[int, int] | None = None
        self._is_selecting = False
        session.video_changed.connect(self._show_video)
        session.dives_changed.connect(self.refresh)
        session.signals_changed.connect(self._show_signals)
        session.selection_changed.connect(self._show_selection)
        analysing.found_changed.connect(self.refresh)
        analysing.signals_changed.connect(self._show_signals)
        playback.position_changed.connect(self._move_playhead)
        playback.state_changed.connect(self._show_zone)
        timeline.seek_requested.connect(playback.seek)
        timeline.dive_selected.connect(self._select)
        timeline.dive_activated.connect(self._activate)
        timeline.interval_dragged.connect(self._follow_drag)
        timeline.interval_changed.connect(self._finish_drag)
        timeline.add_requested.connect(self._add)
        timeline.working_zone_changed.connect(lambda start, end: playback.set_working_zone((start, end)))
        timeline.working_zone_cleared.connect(lambda: playback.set_working_zone(None))

    def refresh(self) -> None:
        """Show the dives as they are now."""
        selected, bars = self._session.selected, self._views.bars(self._session.dives)
        found = found_rows(self._analysing.found, len(bars))
        self._timeline.set_dives((*bars, *map(dive_bar, found)))
        self._timeline.select_dive(selected.id if selected is not None else None)

    def _show_video(self) -> None:
        index, video = self._session.index, self._session.video
        if index is not None:
            self._timeline.set_extent(index.frame_count, index.times_s)
        elif video is not None:
            self._timeline.set_extent(video.frame_count, video.average_fps)
        else:
            self._timeline.set_extent(0, 25.0)

    def _show_signals(self) -> None:
        """Show what the review has, and over it what a running analysis has given so far."""
        self._timeline.set_signals((*self._session.signals(), *self._analysing.signals))

    def _show_selection(self) -> None:
        selected = self._session.selected
        self._timeline.select_dive(selected.id if selected is not None else None)
        if selected is not None and not self._is_selecting:
            self._timeline.reveal_dive(selected.id)

    def _show_zone(self) -> None:
        zone = self._playback.working_zone
        if zone != self._timeline.working_zone:
            self._timeline.set_working_zone(*(zone or (None, None)))

    def _move_playhead(self, frame: int) -> None:
        self._timeline.set_playhead(frame)

    def _select(self, dive_id: str) -> None:
        """Select the dive that was pressed; the view stays, because a drag may just be starting."""
        self._is_selecting = True
        self._session.select(dive_id)
        self._is_selecting = False

    def _activate(self, dive_id: str) -> None:
        if self._session.dive(dive_id) is not None:
            self._editing.go_to(dive_id)

    def _follow_drag(self, dive_id: str, start: int, end: int) -> None:
        """Show the frame under the end that moves."""
        dive = self._session.dive(dive_id)
        if dive is None:
            return
        stored = (dive.start.frame, dive.end.frame)
        before = self._dragged or stored
        self._dragged = (start, end) if (start, end) != stored else None
        if start != before[0]:
            self._playback.seek(start)
        elif end != before[1]:
            self._playback.seek(end)

    def _finish_drag(self, dive_id: str, start: int, end: int) -> None:
        self._dragged = None
        if self._session.dive(dive_id) is None or not self._session.is_writable:
            self.refresh()
            return
        self._session.select(dive_id)
        self._editing.set_interval(dive_id, start, end)
        self.refresh()

    def _add(self, start: int, end: int) -> None:
        if self._session.is_writable:
            self._editing.add(start, end)
