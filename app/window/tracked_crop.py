"""The tracked crop: a square that follows the diver, as a box over the frame and as a picture of its own."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QObject

from app.window.path_editing import PathEditing
from app.window.path_handles import ShownPath
from app.window.playback import PlaybackController
from app.window.pose_display import PoseDisplay
from app.window.review_session import ReviewSession
from widgets.canvas import CropView, VideoCanvas

_FRAMES_AROUND: Final = 12
_LEAST_TURN_RAD: Final = 1e-6


class TrackedCrop(QObject):
    """Cuts the crop out of every frame that is shown, the same crop that the export writes.

    Unrolled, it is turned about the diver's place on the path for the body to stand upright, as the keypoints of the
    frames around say, so that the shape can be judged; where there are none it is not turned.
    """

    def __init__(
        self,
        canvas: VideoCanvas,
        view: CropView,
        paths: PathEditing,
        poses: PoseDisplay,
        session: ReviewSession,
        playback: PlaybackController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._view, self._paths, self._poses = canvas, view, paths, poses
        self._session, self._playback = session, playback
        self._sized_for: ShownPath | None = None
        self._side = 0
        self._last: tuple[int, float, Any] | None = None
        self._is_unrolled = False
        self._turn: float | None = None
        view.set_empty_text("No tracked crop here", "Select a dive that has a path and go to a frame of its flight.")
        playback.frame_shown.connect(self._follow)
        paths.path_changed.connect(self.refresh)
        poses.changed.connect(self._follow_pose)
        session.video_changed.connect(self._forget)

    def refresh(self) -> None:
        """Cut again out of the frame that is shown."""
        if self._last is not None:
            self._follow(*self._last)

    def unroll(self, is_wanted: bool) -> None:
        """Keep the body upright from now on, or no longer."""
        self._is_unrolled = is_wanted
        self.refresh()

    def place(self, frame: int, seconds: float, pixels: Any) -> tuple[float, float, int] | None:
        """Where in a frame the middle of the crop is, and its side (px); None where there is none."""
        shown = self._paths.shown
        if shown is None or not shown.interval.contains(frame):
            return None
        x, y = (float(value) for value in shown.trajectory.curve_in_frame(frame, seconds))
        return x, y, self._side_of(shown, (pixels.shape[1], pixels.shape[0]))

    @property
    def _is_turning(self) -> bool:
        return self._is_unrolled and self._view.isVisible()

    def _follow_pose(self) -> None:
        """Turn anew if keypoints have changed, but not under the mouse while it moves one."""
        if self._is_turning and self._last is not None and self._last[0] == self._poses.frame:
            turn = self._upright_turn(self._last[0])
            is_same = turn == self._turn or (
                turn is not None and self._turn is not None and abs(turn - self._turn) < _LEAST_TURN_RAD
            )
            if not is_same and not self._view.is_moving_joint:
                self.refresh()

    def _forget(self) -> None:
        self._last = None
        self._view.clear()
        self._canvas.set_crop_box(0, 0, None)

    def _follow(self, frame: int, seconds: float, pixels: Any) -> None:
        self._last = (frame, seconds, pixels)
        place = self.place(frame, seconds, pixels)
        if place is None:
            self._canvas.set_crop_box(0, 0, None)
            self._view.clear()
            return
        x, y, side = place
        self._canvas.set_crop_box(x - side / 2, y - side / 2, side)
        self._turn = self._upright_turn(frame) if self._is_turning else None
        self._view.set_note(self._note())
        if self._turn is None:
            self._view.set_corner(x - side / 2, y - side / 2)
            if self._view.isVisible():
                from inference.diving.crops import cut_crop

                self._view.set_frame(frame, seconds, cut_crop(pixels, (x, y), side, side))
        else:
            from inference.pose.body_turn import upright_crop

            crop = upright_crop((x, y), side, self._turn, self._pixel_aspect)
            self._view.set_frame_map(crop.matrix)
            if self._view.isVisible():
                self._view.set_frame(frame, seconds, crop.cut(pixels))

    def _upright_turn(self, frame: int) -> float | None:
        """How far to turn a frame, in radians clockwise; None where no pose around it tells."""
        from inference.pose.body_turn import REACH_S, body_axis, upright_turn

        dive, video = self._session.selected, self._session.video
        if dive is None or video is None:
            return None
        reach = max(round(REACH_S * video.average_fps), 1)
        apart = math.ceil(reach / _FRAMES_AROUND)  # of slow motion some frames are enough
        around = range(frame - reach // apart * apart, frame + reach + 1, apart)
        frames = [each for each in around if dive.start.frame <= each <= dive.end.frame]
        found = [(self._playback.seconds(each), self._poses.pose_of(dive.id, each)) for each in frames]
        axes = [(seconds, body_axis(pose.names, pose.points)) for seconds, pose in found if pose is not None]
        if not axes:
            return None
        seen = np.array([axis for _, axis in axes]) * (self._pixel_aspect, 1.0)
        return upright_turn(np.array([seconds for seconds, _ in axes]), seen, self._playback.seconds(frame))

    @property
    def _pixel_aspect(self) -> float:
        return float(self._session.index.pixel_aspect) if self._session.index is not None else 1.0

    def _note(self) -> str:
        if not self._is_unrolled:
            return ""
        if self._turn is None:
            return "not unrolled: no keypoints here"
        degrees = round(math.degrees(math.remainder(self._turn, math.tau)))
        return f"unrolled by {degrees}°".replace("-", "\N{MINUS SIGN}")

    def _side_of(self, shown: ShownPath, size: tuple[int, int]) -> int:
        if self._sized_for is not shown:
            from app.dive_poses import known_board
            from inference.diving.crops import crop_side_px

            dive = self._session.selected
            board = known_board(dive.board if dive is not None else None)
            self._side = crop_side_px(shown.trajectory, shown.interval, board, size)
            self._sized_for = shown
        return self._side
