"""The inspector between the selected dive and what a person enters there."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from app.document.real_time import slow_motion_of
from app.window.code_editing import CodeEditing
from app.window.dive_editing import DiveEditing
from app.window.dive_values import dive_details
from app.window.review_session import ReviewSession
from inference.diving.flight_metrics import flight_metrics
from inference.results import Trajectory
from widgets.dive_inspector import DiveInspector

SAME_PATH_PX = 0.01


class InspectorPanel(QObject):
    """Shows the selected dive with its metrics and hands what is entered to the edits."""

    def __init__(
        self,
        inspector: DiveInspector,
        canvas: QWidget,
        session: ReviewSession,
        editing: DiveEditing,
        codes: CodeEditing,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._inspector, self._canvas, self._session = inspector, canvas, session
        session.leaving_dive.connect(inspector.commit)
        session.selection_changed.connect(self.refresh)
        session.dives_changed.connect(self.refresh)
        inspector.start_edited.connect(editing.set_start)
        inspector.end_edited.connect(editing.set_end)
        inspector.start_time_edited.connect(lambda seconds: editing.set_start(session.frame_at(seconds)))
        inspector.end_time_edited.connect(lambda seconds: editing.set_end(session.frame_at(seconds)))
        inspector.start_here_requested.connect(editing.start_here)
        inspector.end_here_requested.connect(editing.end_here)
        inspector.board_edited.connect(codes.set_board)
        inspector.code_edited.connect(codes.set_code)
        inspector.code.draft_left.connect(lambda text: editing.said.emit(_about_draft(text)))
        inspector.status_edited.connect(editing.set_status)
        inspector.note_edited.connect(editing.set_note)
        inspector.revert_requested.connect(editing.revert)
        inspector.code.field.given_up.connect(canvas.setFocus)
        for field in inspector.findChildren(QLineEdit):
            # Queued: the field deals with its text first.
            field.returnPressed.connect(self._leave_field, Qt.ConnectionType.QueuedConnection)

    def _leave_field(self) -> None:
        """After Enter the keys belong to the window again, unless what was typed still waits for its rules."""
        is_waiting = self._inspector.code.field.hasFocus() and self._inspector.code.has_draft()
        if not is_waiting:
            self._canvas.setFocus()

    def refresh(self) -> None:
        """Show the selected dive as it is now."""
        dive, document, video = self._session.selected, self._session.document, self._session.video
        if dive is None or document is None or video is None:
            self._inspector.set_dive(None)
            return
        trajectory = document.trajectory(dive.id) if dive.has_path else None
        slow_motion = slow_motion_of(dive, document.runs(video.id))
        number = next(place for place, other in enumerate(self._session.dives, start=1) if other.id == dive.id)
        self._inspector.set_dive(
            dive_details(
                dive,
                number,
                flight_metrics(dive.interval, with_known_uncertainty(trajectory), slow_motion=slow_motion),
                document.attribute_probabilities(dive.id),
                frame_count=video.frame_count,
                is_editable=self._session.is_writable,
            )
        )


def _about_draft(text: str) -> str:
    draft = f"The code {text}" if text else "An unfinished code"
    return f"{draft} was not stored; it waits at its dive until you put it right, or give it up with Escape there."


def with_known_uncertainty(trajectory: Trajectory | None) -> Trajectory | None:
    """The trajectory with its scale's uncertainty where that follows from the candidates.

    A path that a person dragged has none; one fitted again after candidates were marked has that of the fit.
    """
    if trajectory is None or trajectory.scale_uncertainty is not None:
        return trajectory
    from inference.diving.trajectory import refit

    try:
        fitted = refit(trajectory, {})
    except ValueError:
        return trajectory
    times = [candidate.seconds for candidate in trajectory.candidates]
    if abs(fitted.path.at(times) - trajectory.path.at(times)).max() > SAME_PATH_PX:
        return trajectory
    return replace(trajectory, scale_uncertainty=fitted.scale_uncertainty)
