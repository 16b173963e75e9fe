"""The dives table between the session and what a person does in it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.window.analysing import Analysing
from app.window.dive_editing import DiveEditing
from app.window.dive_values import DiveViews, found_rows
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from widgets.dives_table import DivesTable


class DivesPanel(QObject):
    """Fills the table with the dives of the video looked at, and those a running search has found so far."""

    def __init__(
        self,
        table: DivesTable,
        session: ReviewSession,
        editing: DiveEditing,
        analysing: Analysing,
        playback: PlaybackController,
        views: DiveViews,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._table, self._session, self._editing = table, session, editing
        self._analysing, self._playback, self._views = analysing, playback, views
        session.dives_changed.connect(self.refresh)
        session.selection_changed.connect(self._show_selection)
        session.review_changed.connect(lambda: table.set_editable(session.is_writable))
        analysing.found_changed.connect(self.refresh)
        table.dive_selected.connect(self._select)
        table.selection_changed.connect(editing.choose)
        table.dive_activated.connect(self._select)
        table.status_requested.connect(editing.set_statuses)
        table.delete_requested.connect(editing.delete)
        table.merge_requested.connect(editing.merge)

    def refresh(self) -> None:
        """Show the dives as they are now."""
        dives = self._session.dives
        self._table.set_dives((*self._views.rows(dives), *found_rows(self._analysing.found, len(dives))))
        self._show_selection()

    def _show_selection(self) -> None:
        selected = self._session.selected
        dive_id = selected.id if selected is not None else None
        if self._table.current_dive() != dive_id:
            self._table.select_dive(dive_id)
            self._editing.choose(self._table.selected_dives())

    def _select(self, dive_id: str) -> None:
        """A dive chosen in the table is shown from its start; one just found can be looked at, not yet edited."""
        self._session.select(dive_id)
        dive = self._session.dive(dive_id)
        found = found_rows(self._analysing.found, 0)
        start = dive.start if dive is not None else next((row.start for row in found if row.id == dive_id), None)
        if start is not None:
            self._playback.seek(start.frame)
