"""Finding poses from the window: the chosen model runs in a job, its keypoints are stored as predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.loaded_models import LoadedModels
from app.pose_models import PoseModelChoice, chosen_model
from app.sources import SourceOptions, open_source
from app.window.jobs import Job, JobContext, JobRunner
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from inference.results import Interval

if TYPE_CHECKING:
    from app.document.records import Dive, KeypointTrack
    from inference.models.sparing import Device
    from inference.pose.crop_estimator import CropPoseEstimator


class Posing(QObject):
    """One run of a pose model at a time, over one frame or all frames of the selected dive."""

    said = Signal(str)

    def __init__(
        self,
        session: ReviewSession,
        playback: PlaybackController,
        jobs: JobRunner,
        settings: Settings,
        models: LoadedModels,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._playback, self._jobs, self._settings = session, playback, jobs, settings
        self._models = models
        self._job: Job | None = None
        self._kept: CropPoseEstimator | None = None  # so that the next frame need not load it again

    def pose_frame(self) -> None:
        """Find the selected dive's pose in the frame that is shown."""
        dive, frame = self._session.selected, self._playback.position
        if dive is None:
            return
        if not dive.interval.contains(frame):
            self.said.emit("Go to a frame of the selected dive first; its keypoints belong to it.")
            return
        self._start(dive, (frame, frame), f"Finding the pose in frame {frame}")

    def pose_dive(self) -> None:
        """Find the selected dive's pose in all its frames."""
        dive = self._session.selected
        if dive is not None:
            self._start(dive, (dive.start.frame, dive.end.frame), "Finding the poses of the dive")

    def forget_model(self) -> None:
        """Another model or device was chosen: free the one that ran last."""
        self._kept = None

    def _start(self, dive: Dive, frames: tuple[int, int], title: str) -> None:
        document, index = self._session.document, self._session.index
        trajectory = self._session.trajectory(dive.id) if dive.has_path else None
        model = chosen_model(self._settings.pose_model)
        if index is None:
            return
        if self._job is not None:
            self.said.emit("A pose model is running already; wait for it or cancel it.")
            return
        if model is None:
            self.said.emit("There is no pose model yet; add one from the menu of pose models in the toolbar.")
            return
        if trajectory is None:
            self.said.emit("This dive has no path for the crop to follow; draw one with “Draw the path by hand” first.")
            return
        device = self._settings.pose_device
        path, options, interval, board = index.path, SourceOptions.of(index), dive.interval, dive.board

        def work(context: JobContext) -> tuple[CropPoseEstimator, KeypointTrack]:
            from app.dive_poses import dive_track, known_board
            from app.posing import AT_ONCE
            from inference.models.sparing_estimator import SparingEstimator

            def load(place: Device) -> CropPoseEstimator:
                return self._models.get(model, device if place == "auto" else place, context.publish)

            estimator = SparingEstimator(model.title, load, AT_ONCE, context.publish)
            with open_source(path, options, progress=context.progress, cancel=context.cancel) as reader:
                track = dive_track(
                    reader,
                    estimator,
                    Interval(interval.start, interval.end),
                    trajectory,
                    frames=frames,
                    board=known_board(board),
                    tries_turns=model.knows_upright_only,
                    progress=context.progress,
                    cancel=context.cancel,
                )
            return estimator.model, track

        self._job = self._jobs.start(f"{title} by {model.title}", work)
        self._job.published.connect(self.said.emit)
        self._job.succeeded.connect(lambda found: self._keep(found[0], is_chosen=(model, device) == self._chosen()))
        self._job.succeeded.connect(lambda found: self._store(document, dive.id, found[1]))
        self._job.finished.connect(self._end)

    def _chosen(self) -> tuple[PoseModelChoice | None, str]:
        return chosen_model(self._settings.pose_model), self._settings.pose_device

    def _keep(self, estimator: CropPoseEstimator, *, is_chosen: bool) -> None:
        self._kept = estimator if is_chosen else None

    def _store(self, document: object, dive_id: str, track: KeypointTrack) -> None:
        if self._session.document is document:
            self._session.edit(lambda review: review.store_keypoints(dive_id, track))

    def _end(self) -> None:
        self._job = None
