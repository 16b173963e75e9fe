"""The path on the canvas: shown over every frame, moved by its handles, its candidates marked in or out."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from app.document.errors import DocumentError
from app.document.records import Dive
from app.sources import SourceOptions, open_source
from app.window.jobs import JobContext, JobRunner
from app.window.path_handles import VISIBLE_MARGIN_S, ShownPath, candidate_to_toggle, first_guess, move_handle
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from inference.results import CameraMotion, Interval, Trajectory
from widgets.canvas import HANDLES, VideoCanvas

_NO_PATH: Final = "This dive has no path; draw one with “Draw the path by hand” first."


class PathEditing(QObject):
    """Between the canvas and the trajectories of the document; one gesture is one edit."""

    path_changed = Signal()
    """`shown` is another path now."""

    def __init__(
        self,
        canvas: VideoCanvas,
        session: ReviewSession,
        playback: PlaybackController,
        jobs: JobRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._session, self._playback, self._jobs = canvas, session, playback, jobs
        self._shown: ShownPath | None = None
        self._shown_dive: str | None = None
        self._gesture: Trajectory | None = None
        session.selection_changed.connect(self.refresh)
        session.dives_changed.connect(self.refresh)
        playback.frame_shown.connect(self._paint)
        canvas.handle_dragged.connect(self._drag)
        canvas.handle_released.connect(self._release)
        canvas.handle_cancelled.connect(self._cancel)
        canvas.candidate_toggled.connect(self.toggle_candidate)

    @property
    def shown(self) -> ShownPath | None:
        """The path prepared for the canvas."""
        return self._shown

    def refresh(self) -> None:
        """Read the selected dive's trajectory again and paint it over the frame that is shown."""
        if self._gesture is not None and self._session.selected is not None:
            return
        self._gesture = None
        dive = self._session.selected
        trajectory = self._session.trajectory(dive.id) if dive is not None and dive.has_path else None
        self._show(dive, trajectory)

    def select_next_handle(self) -> None:
        """Give the canvas the keyboard and take the next handle, so that the arrow keys move it."""
        if self._shown is None:
            self._session.failed.emit(DocumentError(_NO_PATH))
            return
        self._canvas.setFocus()
        now = self._canvas.selected_handle
        place = HANDLES.index(now) + 1 if now in HANDLES else 0
        self._canvas.select_handle(HANDLES[place % len(HANDLES)])

    def toggle_candidate(self, index: int | None = None) -> None:
        """Mark a candidate as inlier or outlier and fit the path again; by key, the one of the frame that is shown."""
        dive = self._session.selected
        trajectory = self._session.trajectory(dive.id) if dive is not None else None
        if dive is None:
            return
        if trajectory is None:
            self._session.failed.emit(DocumentError(_NO_PATH))
            return
        if index is None:
            index = candidate_to_toggle(trajectory, self._playback.shown_frame)
        if index is None or not 0 <= index < len(trajectory.candidates):
            self._session.failed.emit(DocumentError("There is no candidate location in this frame to mark."))
            return
        is_inlier = not trajectory.candidates[index].is_inlier
        self._session.edit(lambda document: _mark_and_refit(document, dive, trajectory, index, is_inlier))

    def remove_human_path(self) -> None:
        """Go back to the path that the model found."""
        dive = self._session.selected
        if dive is not None:
            self._session.edit(lambda document: document.revert(dive.id, "path"))

    def draw_path(self) -> None:
        """Give the selected dive a path to drag into place; the camera's motion is estimated first."""
        dive, video, index = self._session.selected, self._session.video, self._session.index
        if dive is None or video is None or index is None:
            return
        if dive.has_path:
            self.select_next_handle()
            return
        interval = Interval(dive.start, dive.end)
        width, height = video.width, video.height
        path, options = index.path, SourceOptions.of(index)

        def work(context: JobContext) -> CameraMotion:
            from inference.video.camera_motion import estimate_camera_motion

            with open_source(path, options, progress=context.progress, cancel=context.cancel) as reader:
                margin = round(VISIBLE_MARGIN_S * reader.index.average_fps)
                first, last = interval.start.frame - margin, interval.end.frame + margin
                return estimate_camera_motion(reader, first, last, progress=context.progress, cancel=context.cancel)

        job = self._jobs.start(f"Following the camera of dive {_number(self._session, dive)}", work)
        job.succeeded.connect(lambda camera: self._start_path(dive.id, interval, camera, (width, height)))

    def _start_path(self, dive_id: str, interval: Interval, camera: CameraMotion, size: tuple[int, int]) -> None:
        if self._session.dive(dive_id) is None:
            return
        guess = first_guess(interval, camera, *size)
        self._session.edit(lambda document: document.set_trajectory(dive_id, guess))

    def _show(self, dive: Dive | None, trajectory: Trajectory | None) -> None:
        if dive is None or trajectory is None:
            self._shown = None
            self._shown_dive = None
            self._canvas.set_path(None)
        else:
            self._shown = ShownPath(dive.interval, trajectory, is_editable=self._session.is_writable)
            self._shown_dive = dive.id
            self._paint(self._playback.shown_frame)
        self.path_changed.emit()

    def _paint(self, frame: int, *_: object) -> None:
        if self._shown is None or frame < 0:
            return
        seconds = self._playback.seconds(frame)
        self._canvas.set_path(self._shown.overlay(frame, seconds) if self._shown.is_visible_at(seconds) else None)

    def _drag(self, handle: str, x: float, y: float) -> None:
        """Let the curve follow the handle; nothing is stored before the release."""
        if self._shown is None:
            return
        if self._gesture is None:
            self._playback.pause()
            self._gesture = self._shown.trajectory
        dive = self._session.dive(self._shown_dive) if self._shown_dive is not None else None
        if dive is not None:
            self._show(dive, self._moved(self._gesture, dive, handle, x, y))

    def _release(self, handle: str, x: float, y: float) -> None:
        gesture, self._gesture = self._gesture, None
        dive = self._session.dive(self._shown_dive) if self._shown_dive is not None else None
        if gesture is None or dive is None:
            return
        path = self._moved(gesture, dive, handle, x, y).path
        self._session.edit(lambda document: document.set_path(dive.id, path))

    def _cancel(self, _handle: str) -> None:
        self._gesture = None
        self.refresh()

    def _moved(self, trajectory: Trajectory, dive: Dive, handle: str, x: float, y: float) -> Trajectory:
        if dive.end.seconds <= dive.start.seconds:
            return trajectory
        frame = self._playback.shown_frame
        return trajectory.with_path(move_handle(trajectory, dive.interval, handle, frame, x, y))


def _mark_and_refit(document: Any, dive: Dive, trajectory: Trajectory, index: int, is_inlier: bool) -> None:
    from inference.diving.trajectory import refit

    path = refit(trajectory, {index: is_inlier}).path
    with document.macro(dive.video_id, "Mark candidate as inlier" if is_inlier else "Mark candidate as outlier"):
        document.mark_candidate(dive.id, index, is_inlier)
        document.set_path(dive.id, path)


def _number(session: ReviewSession, dive: Dive) -> int:
    return next((place for place, other in enumerate(session.dives, start=1) if other.id == dive.id), 0)
