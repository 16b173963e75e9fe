"""The pose live: the chosen model runs on what is looked at, beside the window's thread; nothing of it is stored."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.loaded_models import LoadedModels, model_file
from app.pose_models import PoseModelChoice, chosen_model
from app.window.background_posing import BackgroundPosing
from app.window.dive_places import DivePlaces
from app.window.frame_source import Pixels
from app.window.live_order import frames_to_see
from app.window.live_questions import LiveQuestions
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from app.window.stored_poses import StoredPoses

if TYPE_CHECKING:
    from inference.live.answers import LiveAnswer
    from inference.live.device_runner import LiveModel
    from inference.live.engine import LiveEngine
    from inference.models.sparing import Device
    from inference.pose.crop_estimator import CropPoseEstimator
    from inference.pose.crop_map import CropRegion

_TELL_EVERY_S: Final = 0.25
_QUIET_AFTER_MS: Final = 1100


class LivePosing(QObject):
    """Says what to compute whenever another frame is shown, and what has been answered of exactly that frame."""

    said = Signal(str)
    failed = Signal(object)
    """The model cannot be loaded or run: the exception."""
    switched = Signal(bool)
    """Poses are found live from now on, or no longer."""
    answered = Signal()
    """There may be another answer of the frame that is shown."""
    told = Signal(str)
    """What to say in the status line; "" for nothing."""
    rated = Signal(object)
    """LiveRate: where the model computes and how fast; None while that is not known."""

    _arrived = Signal(object)
    _noticed = Signal(str)
    _broke = Signal(object)

    def __init__(
        self,
        session: ReviewSession,
        playback: PlaybackController,
        settings: Settings,
        stored: StoredPoses,
        models: LoadedModels,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._playback, self._settings, self._stored = session, playback, settings, stored
        self._models = models
        self._places = DivePlaces(session, self)
        self._background = BackgroundPosing(session, playback, self._places, stored, self)
        self._engine: LiveEngine | None = None
        self._questions = LiveQuestions(session, self._places, stored)
        self._shown: tuple[int, Pixels] | None = None
        self._direction = 1
        self._rate_text = ""
        self._share: tuple[str, str] | None = None  # a dive, and how much of it is there
        self._rate_told_s = 0.0
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_QUIET_AFTER_MS)
        self._quiet.timeout.connect(self._tell_rate)
        for signal, slot in (
            (self._arrived, self._take_answers),
            (self._noticed, self.said),
            (self._broke, self._take_error),
        ):
            signal.connect(slot, Qt.ConnectionType.QueuedConnection)
        playback.frame_shown.connect(self._follow)
        playback.state_changed.connect(self._want)
        playback.prefer(self._is_answered)
        session.video_changed.connect(self._leave_video)
        for changed in (session.dives_changed, session.selection_changed, session.keypoints_changed):
            changed.connect(self._refresh)

    @property
    def is_on(self) -> bool:
        """Whether poses are found live."""
        return self._questions.model is not None

    def switch(self, is_on: bool) -> None:
        """Find poses live from now on, by the model that is chosen, or no longer."""
        choice = chosen_model(self._settings.pose_model) if is_on else None
        if is_on and choice is None:
            self.said.emit("There is no pose model yet; add one from the menu of pose models in the toolbar.")
        self._use(choice)
        self.switched.emit(self.is_on)
        self.tell_if_in_vain()

    def tell_if_in_vain(self) -> None:
        """Say so if there is nobody to find in the frame that is shown; for who has just asked to see something."""
        if self.is_on and self._shown is not None and self.dive_at(self._shown[0]) is None:
            self.said.emit("Poses are found in the frames of dives that have a path; none is in this frame.")

    def change_model(self) -> None:
        """Go on with the model that is chosen now, on the device that is chosen now."""
        if self.is_on:
            self._use(chosen_model(self._settings.pose_model))

    def dive_at(self, frame: int) -> str | None:
        """The dive whose pose would be found in a frame."""
        place = self._places.at(frame)
        return place[0] if place is not None else None

    def answer(self, frame: int) -> LiveAnswer | None:
        """The pose of exactly this frame of the video looked at by the chosen model, if it is there already.

        There is none where a pose is stored.
        """
        place = self._places.at(frame)
        if place is None or self._stored.has_prediction(place[0], frame):
            return None
        return self._answer(frame, place[1], with_maps=True) or self._answer(frame, place[1], with_maps=False)

    def want_maps(self, is_wanted: bool) -> None:
        """Ask also what leads to the poses from now on, in frames whose pose is stored too; or no longer."""
        if is_wanted != self._questions.with_maps:
            self._questions.with_maps = is_wanted
            self._refresh()

    def mapped_answer(self, frame: int) -> LiveAnswer | None:
        """The pose of exactly this frame with what led to it, if that is wanted and there already."""
        place = self._places.at(frame) if self._questions.with_maps else None
        return self._answer(frame, place[1], with_maps=True) if place is not None else None

    def close(self) -> None:
        """Stop, and wait for the batch that is under way."""
        self._questions.model = None
        self._quiet.stop()
        self._background.close()
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _use(self, choice: PoseModelChoice | None) -> None:
        model = self._questions.model = self._live_model(choice) if choice is not None else None
        self._rate_text = ""
        self.rated.emit(None)
        if model is not None and self._engine is None:
            from inference.live.engine import LiveEngine

            self._engine = LiveEngine(
                on_answers=lambda answers: self._arrived.emit({answer.key.frame for answer in answers}),
                on_error=self._broke.emit,
                on_notice=self._noticed.emit,
            )
        if self._engine is not None:
            self._engine.use(model)
        self._background.use(self._engine, model)
        self._refresh()

    def _live_model(self, choice: PoseModelChoice) -> LiveModel:
        from inference.live.device_runner import LiveModel

        models, chosen, tell = self._models, self._settings.pose_device, self._noticed.emit

        def load(device: Device) -> CropPoseEstimator:
            return models.get(choice, chosen if device == "auto" else device, tell)

        return LiveModel((model_file(choice), chosen), choice.title, load, tries_turns=choice.knows_upright_only)

    def _follow(self, frame: int, _seconds: float, pixels: Pixels) -> None:
        if self._shown is not None and frame != self._shown[0]:
            self._direction = 1 if frame > self._shown[0] else -1
        self._shown = frame, pixels
        self._want()

    def _refresh(self) -> None:
        self._questions.forget()
        self._share = None
        self._want()
        self.answered.emit()

    def _leave_video(self) -> None:
        self._shown = None
        self._refresh()

    def _want(self) -> None:
        """Tell the engine what is looked at now, and the person what comes of it."""
        engine, shown = self._engine, self._shown
        if engine is None or not self.is_on:
            self.told.emit("")
            return
        if shown is None:
            engine.want((), _nothing)
        else:
            decoded = self._playback.decoded
            keys = [
                key
                for key in map(
                    self._questions.about, frames_to_see(self._playback, shown[0], self._direction, self._passing)
                )
                if key is not None
            ]
            # The frame on the screen is there, even if the player has dropped it meanwhile.
            # Of a model that falls behind, several frames at once would all come after they have been shown.
            is_urgent = self._playback.is_playing and self._passing > 1
            engine.want(
                keys,
                lambda frame: shown[1] if frame == shown[0] else decoded(frame),
                is_urgent=is_urgent,
                leaves_room=self._playback.is_playing,
            )
            self._background.go_on()
        self.told.emit(self._text())

    @property
    def _passing(self) -> float:
        """How many frames are shown while one is computed, if it takes long; 0 as long as that is not known.

        Looking a little too far ahead costs nothing, as the answer waits for its frame; one that is late is in vain.
        """
        rate, video = self._engine.rate if self._engine is not None else None, self._session.video
        return (
            rate.slow_frame_s * video.average_fps * self._playback.speed
            if rate is not None and video is not None
            else 0.0
        )

    def _is_answered(self, frame: int) -> bool:
        """Whether there is already what is asked of a frame."""
        key = self._questions.about(frame) if self._engine is not None and self.is_on else None
        return key is not None and self._engine is not None and self._engine.is_answered(key)

    def _answer(self, frame: int, region: CropRegion, *, with_maps: bool) -> LiveAnswer | None:
        key = self._questions.exactly(frame, region, with_maps=with_maps)
        return self._engine.answer(key) if key is not None and self._engine is not None else None

    def _take_answers(self, frames: set[int]) -> None:
        if not self._playback.is_playing:
            self._background.go_on()
        if time.perf_counter() - self._rate_told_s >= _TELL_EVERY_S:
            self._tell_rate()
        self._quiet.start()
        # While the video plays, poses of frames ahead come all the time, and would have the picture painted twice.
        if not self._playback.is_playing or (self._shown is not None and self._shown[0] in frames):
            self.answered.emit()

    def _take_error(self, error: Exception) -> None:
        self._use(None)
        self.switched.emit(False)
        self.failed.emit(error)

    def _tell_rate(self) -> None:
        rate = self._engine.rate if self._engine is not None else None
        if not self._playback.is_playing:
            self._share = None  # counted anew, which takes as long as painting a frame
        if rate is not None:
            self._rate_told_s = time.perf_counter()
            self.rated.emit(rate)
            device = rate.device.partition(":")[0].upper()
            answered = f" · {_two_digits(rate.frames_per_s)} frames/s" if rate.frames_per_s else ""
            self._rate_text = f"Live pose · {device} · {_two_digits(rate.frame_s * 1000)} ms a frame{answered}"
        self.told.emit(self._text())

    def _text(self) -> str:
        model = self._questions.model
        if model is None or self._shown is None:
            return ""
        frame = self._shown[0]
        dive_id = self.dive_at(frame)
        if dive_id is None:
            return "Live pose: no dive with a path in this frame"
        if self._stored.has_prediction(dive_id, frame) and not self._questions.with_maps:
            return "Live pose: this frame's keypoints are stored"
        if not self._rate_text:
            return f"Live pose: starting {model.title}…"
        if self._share is None or self._share[0] != dive_id:
            there, total = self._background.progress(dive_id)
            self._share = dive_id, f" · {100 * there // total} % of the dive" if total else ""
        return self._rate_text + self._share[1]


def _two_digits(value: float) -> str:
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def _nothing(frame: int) -> None:
    del frame
