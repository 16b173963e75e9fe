"""Commands for whole poses: swap sides, copy, give back, interpolate; each is one step of undo."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.document.records import Visibility
from app.keypoint_changes import (
    KeypointChanges,
    Pose,
    PoseJoint,
    clear_pose,
    copy_pose,
    gap_around,
    interpolate,
    limb_of,
    swap_sides,
)
from app.window.playback import PlaybackController
from app.window.pose_display import PoseDisplay
from app.window.review_session import ReviewSession
from app.window.video_tabs import VideoTabs
from inference.results import FloatArray, FrameTime
from widgets.canvas import PoseOverlay

_NO_DIVE: Final = "Select a dive first; keypoints belong to one."


class KeypointCommands(QObject):
    """Works on the pose over the picture, and on those of the frames around it, whether stored or found live."""

    said = Signal(str)

    def __init__(
        self,
        video: VideoTabs,
        session: ReviewSession,
        playback: PlaybackController,
        display: PoseDisplay,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._video, self._session, self._playback, self._display = video, session, playback, display

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions about whole poses do."""
        return {
            "swap_sides": self.swap_sides,
            "swap_limb": self.swap_limb,
            "copy_pose": self.copy_previous,
            "clear_pose": self.clear,
            "swap_zone": self.swap_zone,
            "clear_zone": self.clear_zone,
            "interpolate_gap": self.interpolate_gap,
            "interpolate_dive": self.interpolate_dive,
        }

    def swap_sides(self) -> None:
        """Exchange left and right of the whole pose."""
        shown = self._display.shown
        if shown is not None:
            changes = swap_sides(joints_of(shown.overlay), self._session.frame_time(shown.frame))
            if not self._change(shown.dive_id, changes, "Swap left and right"):
                self.said.emit("No joint of this pose has a counterpart on the other side to change places with.")

    def swap_limb(self) -> None:
        """Exchange the limb that the selected joint belongs to with the one of the other side."""
        shown, joint = self._display.shown, self._video.view.selected_joint
        if shown is None or joint is None:
            return
        limb = limb_of(joint)
        changes = swap_sides(joints_of(shown.overlay), self._session.frame_time(shown.frame), limb)
        if changes:
            self._change(shown.dive_id, changes, f"Swap {limb[0].replace('_', ' ')} to {limb[-1].split('_')[-1]}")
        else:
            self.said.emit("This joint has no counterpart on the other side to change places with.")

    def copy_previous(self) -> None:
        """Take over the pose of the frame before, moved as the diver's path goes."""
        frame, dive_id = self._frame_and_dive()
        if dive_id is None:
            self.said.emit(_NO_DIVE)
            return
        self._display.read_again()
        before = self._display.pose_of(dive_id, frame - 1) if frame > 0 else None
        if before is None:
            self.said.emit("There is no pose in the frame before to copy.")
            return
        time = self._session.frame_time(frame)
        changes = copy_pose(joints_of(before), time, self._moved(dive_id, frame))
        if not self._change(dive_id, changes, "Copy the pose of the frame before"):
            self.said.emit("This frame has the pose of the frame before already.")

    def clear(self) -> None:
        """Give all joints of the frame back to the model."""
        shown = self._display.shown
        changes = clear_pose(joints_of(shown.overlay), shown.frame) if shown is not None else None
        if shown is not None and changes:
            self._change(shown.dive_id, changes, "Take back the pose by hand")
        else:
            self.said.emit("Nothing in this pose was placed by hand or interpolated.")

    def swap_zone(self) -> None:
        """Exchange left and right in all frames of the dive that are in the working zone."""
        self._change_zone(swap_sides, "Swap left and right")

    def clear_zone(self) -> None:
        """Give all joints in the frames of the dive that are in the working zone back to the model."""
        self._change_zone(lambda pose, time: clear_pose(pose, time.frame), "Take back poses by hand")

    def _change_zone(self, change: Callable[[Pose, FrameTime], KeypointChanges], text: str) -> None:
        zone, (_, dive_id) = self._playback.working_zone, self._frame_and_dive()
        dive = self._session.dive(dive_id) if dive_id is not None else None
        if zone is None or dive is None:
            self.said.emit("Set a working zone in a dive first: I where it begins, O where it ends.")
            return
        frames = range(max(zone[0], dive.start.frame), min(zone[1], dive.end.frame) + 1)
        poses = {frame: self._display.pose_of(dive.id, frame) for frame in frames}
        changes = [
            change(joints_of(overlay), self._session.frame_time(frame))
            for frame, overlay in poses.items()
            if overlay is not None
        ]
        count = sum(map(bool, changes))
        if not self._change(dive.id, sum(changes, KeypointChanges()), f"{text} in {_frames(count)}"):
            self.said.emit("There is nothing to change in the dive's poses in the working zone.")

    def interpolate_gap(self) -> None:
        """Place the joints between the corrected frames on either side of the one that is shown."""
        frame, dive_id = self._frame_and_dive()
        frames = gap_around(self._labelled(dive_id), frame)
        if dive_id is None:
            self.said.emit(_NO_DIVE)
        elif frames is None:
            self.said.emit("Correct a frame before and one after this one first; what lies between is interpolated.")
        else:
            self._interpolate(dive_id, frames)

    def interpolate_dive(self) -> None:
        """Place the joints in all frames between the first and the last corrected one of the dive."""
        _, dive_id = self._frame_and_dive()
        labelled = self._labelled(dive_id)
        if dive_id is None:
            self.said.emit(_NO_DIVE)
        elif len(labelled) < 2:
            self.said.emit("Correct at least two frames of the dive first; what lies between is interpolated.")
        else:
            self._interpolate(dive_id, range(labelled[0], labelled[-1]))

    def _interpolate(self, dive_id: str, frames: range) -> None:
        self._display.read_again()
        labelled = self._labelled(dive_id)
        times = [self._session.frame_time(frame) for frame in range(labelled[0], labelled[-1] + 1)]
        found = [self._display.pose_of(dive_id, time.frame) for time in times]
        poses = [
            joints_of(overlay, self._with_depth(dive_id, time.frame, labelled)) if overlay is not None else {}
            for overlay, time in zip(found, times, strict=True)
        ]
        changes = interpolate(poses, times, frames)
        count = len({each.time.frame for each in changes.placed})
        if not changes and set(frames) <= set(labelled):
            self.said.emit("There is no frame between the corrected ones to interpolate.")
        elif not changes:
            self.said.emit("No joint was placed by hand both before and after a frame without it.")
        elif not self._change(dive_id, changes, f"Interpolate keypoints in {_frames(count)}"):
            self.said.emit("What lies between the corrected frames is interpolated already.")

    def _frame_and_dive(self) -> tuple[int, str | None]:
        """The frame that is shown, and whose pose it is about: the one over it, or else the selected dive's."""
        shown, selected = self._display.shown, self._session.selected
        if shown is not None:
            return shown.frame, shown.dive_id
        return self._display.frame, selected.id if selected is not None else None

    def _labelled(self, dive_id: str | None) -> tuple[int, ...]:
        document = self._session.document
        return document.labelled_frames(dive_id, by_hand=True) if document is not None and dive_id is not None else ()

    def _with_depth(self, dive_id: str, frame: int, labelled: Collection[int]) -> set[str]:
        """The joints whose depth in a frame a person gave."""
        document = self._session.document
        if document is None or frame not in labelled:
            return set()
        return {name for name, keypoint in document.keypoints(dive_id, frame).items() if keypoint.is_depth_human}

    def _moved(self, dive_id: str, frame: int) -> tuple[float, float]:
        """How far the dive's path goes from the frame before to this one in the picture (px); 0 where it has none."""
        dive, trajectory = self._session.dive(dive_id), self._session.trajectory(dive_id)
        if dive is None or trajectory is None or not dive.start.frame < frame <= dive.end.frame:
            return 0.0, 0.0
        times = [self._session.frame_time(each) for each in (frame - 1, frame)]
        across, down = np.diff(trajectory.image_points(times), axis=0)[0].tolist()
        return across, down

    def _change(self, dive_id: str, changes: KeypointChanges, text: str) -> bool:
        """Make the changes; whether that made a difference, or was refused, which has been told."""
        count = self._session.edit(
            lambda document: document.set_keypoints(dive_id, changes.placed, cleared=changes.cleared, text=text)
        )
        self._display.read_again()
        return count != 0


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def joints_of(overlay: PoseOverlay, with_depth: Collection[str] = ()) -> Pose:
    """The joints of a pose as it is drawn, by name; those without a place are left out.

    Args:
        overlay: what is drawn.
        with_depth: joints whose depth is a person's.
    """
    predicted = overlay.predicted if overlay.predicted is not None else np.full_like(overlay.points, np.nan)
    joints = {}
    for place, name in enumerate(overlay.names):
        if overlay.is_drawn[place]:
            (x, y), (found_x, found_y) = overlay.points[place].tolist(), predicted[place].tolist()
            joints[name] = PoseJoint(
                x,
                y,
                Visibility.HIDDEN if place in overlay.hidden else Visibility.VISIBLE,
                bool(overlay.is_human[place]),
                (found_x, found_y) if math.isfinite(found_x) and math.isfinite(found_y) else None,
                place in overlay.interpolated,
                _known(overlay.depths, place),
                _known(overlay.predicted_depths, place),
                name in with_depth,
            )
    return joints


def _known(depths: FloatArray | None, place: int) -> float | None:
    return float(depths[place]) if depths is not None and math.isfinite(depths[place]) else None
