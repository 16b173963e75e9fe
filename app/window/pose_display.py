"""The pose over the picture: the selected dive's keypoints in every frame that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from app.window.video_tabs import VideoTabs
from inference.pose.skeletons import SKELETONS
from widgets.canvas import PoseOverlay
from widgets.canvas.pose_overlay import LEFT, MIDDLE, RIGHT

if TYPE_CHECKING:
    from app.document.records import Keypoint, KeypointTrack


class PoseDisplay(QObject):
    """Between the keypoints of the document and both pictures, the frame and the tracked crop.

    Predictions are read once for a dive and not for every frame, so that playing costs no more than a look-up; only
    frames in which a person placed a keypoint are read one by one.
    """

    def __init__(self, video: VideoTabs, session: ReviewSession, playback: PlaybackController, parent: QObject) -> None:
        super().__init__(parent)
        self._video, self._session, self._playback = video, session, playback
        self._tracks: tuple[KeypointTrack, ...] = ()
        self._labelled: frozenset[int] = frozenset()
        for changed in (session.selection_changed, session.keypoints_changed, session.video_changed):
            changed.connect(self.refresh)
        playback.frame_shown.connect(lambda frame, _seconds, _pixels: self._show(frame))

    def refresh(self) -> None:
        """Read the selected dive's keypoints again."""
        document, dive = self._session.document, self._session.selected
        self._tracks, self._labelled = (), frozenset()
        if document is not None and dive is not None:
            self._tracks = tuple(track for _, track in document.keypoint_tracks(dive.id))
            self._labelled = frozenset(document.labelled_frames(dive.id))
        self._show(self._playback.shown_frame)

    def _show(self, frame: int) -> None:
        document, dive = self._session.document, self._session.selected
        overlay = None
        if document is not None and dive is not None:
            if frame in self._labelled:
                overlay = placed_overlay(document.keypoints(dive.id, frame))
            else:
                overlay = predicted_overlay(self._tracks, frame)
        for view in (self._video.canvas, self._video.crop):
            view.set_pose(overlay)


def predicted_overlay(tracks: Sequence[KeypointTrack], frame: int) -> PoseOverlay | None:
    """What models say of a frame; None where they say nothing."""
    for track in tracks:
        place = frame - track.first_frame
        if 0 <= place < len(track.values) and np.isfinite(track.values[place]).any():
            values = track.values[place].astype(np.float64)
            return _overlay(track.names, values[:, :2], values[:, 2], np.zeros(len(track.names), bool))
    return None


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
