"""The pose over the picture: a dive's keypoints in every frame that is shown, stored or found live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from app.document.records import Visibility
from app.window.live_posing import LivePosing
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from app.window.stored_poses import FoundPose, StoredPoses, predicted
from app.window.video_tabs import VideoTabs
from inference.pose.skeletons import SKELETONS
from inference.results import FloatArray
from widgets.canvas import PoseOverlay
from widgets.canvas.pose_overlay import LEFT, MIDDLE, RIGHT

if TYPE_CHECKING:
    from app.document.records import Keypoint


@dataclass(frozen=True, slots=True, eq=False)
class ShownPose:
    """The pose over the picture: whose it is, and what is drawn."""

    dive_id: str
    frame: int
    overlay: PoseOverlay


class PoseDisplay(QObject):
    """Between the keypoints of the document and the pictures: the frame, the tracked crop and the 3D view.

    What a person placed wins over what a model found, and what is stored of a model over what is found live. Of other
    dives than the selected one, poses are shown while they are found live.
    """

    changed = Signal()
    """`shown` is another pose now."""

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
        self._shown: ShownPose | None = None
        for changed in (session.selection_changed, session.keypoints_changed, session.video_changed, live.answered):
            changed.connect(self.refresh)
        playback.frame_shown.connect(lambda frame, _seconds, _pixels: self._show(frame))

    @property
    def shown(self) -> ShownPose | None:
        """The pose over the picture, None where there is none."""
        return self._shown

    @property
    def frame(self) -> int:
        """The frame that is shown."""
        return self._playback.shown_frame

    def refresh(self) -> None:
        """Show what there is now of the frame that is shown."""
        self._show(self._playback.shown_frame)

    def read_again(self) -> None:
        """Show what has been edited just now."""
        self._stored.forget()
        self.refresh()

    def pose_of(self, dive_id: str, frame: int) -> PoseOverlay | None:
        """The pose of a dive in any frame, also one found live as long as its answer is known."""
        found = predicted(self._stored.tracks(dive_id), frame)
        if found is None and self._live.is_on and self._live.dive_at(frame) == dive_id:
            answer = self._live.answer(frame)
            if answer is not None:
                values = np.column_stack([answer.keypoints, answer.scores])
                found = FoundPose(answer.names, values, answer.depths)
        return pose_overlay(found, self._stored.placed(dive_id, frame))

    def _show(self, frame: int) -> None:
        selected = self._session.selected
        shown = self._pose(selected.id if selected is not None else None, frame)
        if shown is None and self._live.is_on:
            shown = self._pose(self._live.dive_at(frame), frame)
        self._shown = shown
        for view in self._video.views:
            view.set_pose(shown.overlay if shown is not None else None)
        self.changed.emit()

    def _pose(self, dive_id: str | None, frame: int) -> ShownPose | None:
        overlay = self.pose_of(dive_id, frame) if dive_id is not None else None
        return ShownPose(dive_id, frame, overlay) if dive_id is not None and overlay is not None else None


def pose_overlay(found: FoundPose | None, placed: Mapping[str, Keypoint]) -> PoseOverlay | None:
    """What a model found of a frame, and what was placed there.

    Args:
        found: None where a model found nothing.
        placed: the keypoints of a frame in which some were placed or interpolated, by name.

    Returns:
        The joints that were found, then further ones that were placed; None without any.
    """
    if found is None and not placed:
        return None
    further = [name for name in placed if found is None or name not in found.names]
    names = (*(found.names if found is not None else ()), *further)
    values, depths = _with_further(found, [placed[name] for name in further])
    points, said, is_human = values[:, :2], depths, np.zeros(len(names), bool)
    hidden = interpolated = frozenset[int]()
    if placed:
        points, said = points.copy(), depths.copy()
        for name, keypoint in placed.items():
            place = names.index(name)
            points[place] = keypoint.x, keypoint.y
            if keypoint.depth is not None:  # else the model's, which may be stored nowhere
                said[place] = keypoint.depth
            is_human[place] = keypoint.is_human
        hidden = frozenset(
            names.index(name) for name, keypoint in placed.items() if keypoint.visibility is not Visibility.VISIBLE
        )
        interpolated = frozenset(names.index(name) for name, keypoint in placed.items() if keypoint.is_interpolated)
    return PoseOverlay(
        points,
        np.nan_to_num(values[:, 2]),
        _sides(names),
        limbs_among(names),
        is_human,
        names=names,
        hidden=hidden,
        interpolated=interpolated,
        predicted=values[:, :2],
        depths=said,
        predicted_depths=depths,
    )


def _with_further(found: FoundPose | None, further: Sequence[Keypoint]) -> tuple[FloatArray, FloatArray]:
    """(K, 3) and (K,): what models say of the joints that were found, and of further ones."""
    nowhere = (np.nan, np.nan, 1.0)
    values = np.array([each.predicted or nowhere for each in further], float).reshape(-1, 3)
    depths = np.array([each.predicted_depth for each in further], float)  # None becomes NaN
    if found is None:
        return values, depths
    known = found.depths if found.depths is not None else np.full(len(found.names), np.nan)
    return np.concatenate([found.values, values]), np.concatenate([known, depths])


@cache
def limbs_among(names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Pairs of places of joints with a limb between them, after the skeleton that has most of the joints."""
    skeleton = max(SKELETONS.values(), key=lambda known: (len(set(known.joints) & set(names)), -len(known.joints)))
    places = {name: place for place, name in enumerate(names)}
    ends = ((skeleton.joints[one], skeleton.joints[other]) for one, other in skeleton.limbs)
    return tuple((places[one], places[other]) for one, other in ends if one in places and other in places)


@cache
def _sides(names: tuple[str, ...]) -> npt.NDArray[np.int8]:
    sides = [LEFT if name.startswith("left") else RIGHT if name.startswith("right") else MIDDLE for name in names]
    return np.array(sides, np.int8)
