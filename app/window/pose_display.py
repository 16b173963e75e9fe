"""The pose over the picture: a dive's keypoints in every frame that is shown, stored or found live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from app.window.live_posing import LivePosing
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from app.window.stored_poses import StoredPoses, predicted
from app.window.video_tabs import VideoTabs
from inference.pose.skeletons import SKELETONS
from widgets.canvas import PoseOverlay
from widgets.canvas.pose_overlay import LEFT, MIDDLE, RIGHT

if TYPE_CHECKING:
    from app.document.records import Keypoint, KeypointTrack


class PoseDisplay(QObject):
    """Between the keypoints of the document and both pictures, the frame and the tracked crop.

    What is stored wins over what is found live. Of other dives than the selected one, poses are shown while they are
    found live.
    """

    def __init__(
        self,
        video: VideoTabs,
        session: ReviewSession,
        playback: PlaybackController,
        stored: StoredPoses,
        live: LivePosing,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._video, self._session, self._playback = video, session, playback
        self._stored, self._live = stored, live
        for changed in (session.selection_changed, session.keypoints_changed, session.video_changed, live.answered):
            changed.connect(self.refresh)
        playback.frame_shown.connect(lambda frame, _seconds, _pixels: self._show(frame))

    def refresh(self) -> None:
        """Show what there is now of the frame that is shown."""
        self._show(self._playback.shown_frame)

    def _show(self, frame: int) -> None:
        selected = self._session.selected
        overlay = self._stored_overlay(selected.id, frame) if selected is not None else None
        if overlay is None and self._live.is_on:
            overlay = self._live_overlay(frame)
        for view in (self._video.canvas, self._video.crop):
            view.set_pose(overlay)

    def _stored_overlay(self, dive_id: str, frame: int) -> PoseOverlay | None:
        return placed_overlay(self._stored.placed(dive_id, frame)) or predicted_overlay(
            self._stored.tracks(dive_id), frame
        )

    def _live_overlay(self, frame: int) -> PoseOverlay | None:
        answer = self._live.answer(frame)
        if answer is not None:
            return _overlay(answer.names, answer.keypoints, answer.scores, np.zeros(len(answer.names), bool))
        dive_id = self._live.dive_at(frame)
        return self._stored_overlay(dive_id, frame) if dive_id is not None else None


def predicted_overlay(tracks: Sequence[KeypointTrack], frame: int) -> PoseOverlay | None:
    """What models say of a frame; None where they say nothing."""
    found = predicted(tracks, frame)
    if found is None:
        return None
    names, values = found
    return _overlay(names, values[:, :2], values[:, 2], np.zeros(len(names), bool))


def placed_overlay(keypoints: Mapping[str, Keypoint]) -> PoseOverlay | None:
    """What a person placed in a frame, and what a model says of the other joints."""
    if not keypoints:
        return None
    points = np.array([(keypoint.x, keypoint.y) for keypoint in keypoints.values()])
    is_human = np.array([keypoint.is_human for keypoint in keypoints.values()])
    confidences = [keypoint.predicted[2] if keypoint.predicted else 1.0 for keypoint in keypoints.values()]
    return _overlay(tuple(keypoints), points, np.nan_to_num(np.array(confidences)), is_human)


def limbs_among(names: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Pairs of places of joints with a limb between them, after the skeleton that has most of the joints."""
    skeleton = max(SKELETONS.values(), key=lambda known: (len(set(known.joints) & set(names)), -len(known.joints)))
    places = {name: place for place, name in enumerate(names)}
    ends = ((skeleton.joints[one], skeleton.joints[other]) for one, other in skeleton.limbs)
    return tuple((places[one], places[other]) for one, other in ends if one in places and other in places)


def _overlay(names: Sequence[str], points: np.ndarray, confidences: np.ndarray, is_human: np.ndarray) -> PoseOverlay:
    sides = [LEFT if name.startswith("left") else RIGHT if name.startswith("right") else MIDDLE for name in names]
    return PoseOverlay(points, np.nan_to_num(confidences), np.array(sides, np.int8), limbs_among(names), is_human)
