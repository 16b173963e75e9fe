"""The tracked crop: a square that follows the diver, as a box over the frame and as a picture of its own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from app.window.path_editing import PathEditing
from app.window.path_handles import ShownPath
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from widgets.canvas import CropView, VideoCanvas


class TrackedCrop(QObject):
    """Cuts the crop out of every frame that is shown, the same crop that the export writes."""

    def __init__(
        self,
        canvas: VideoCanvas,
        view: CropView,
        paths: PathEditing,
        session: ReviewSession,
        playback: PlaybackController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._view, self._paths = canvas, view, paths
        self._session, self._playback = session, playback
        self._sized_for: ShownPath | None = None
        self._side = 0
        self._last: tuple[int, float, Any] | None = None
        view.set_empty_text("No tracked crop here", "Select a dive that has a path and go to a frame of its flight.")
        playback.frame_shown.connect(self._follow)
        paths.path_changed.connect(self.refresh)
        session.video_changed.connect(self._forget)

    def refresh(self) -> None:
        """Cut again out of the frame that is shown."""
        if self._last is not None:
            self._follow(*self._last)

    def _forget(self) -> None:
        self._last = None
        self._view.clear()
        self._canvas.set_crop_box(0, 0, None)

    def _follow(self, frame: int, seconds: float, pixels: Any) -> None:
        self._last = (frame, seconds, pixels)
        shown = self._paths.shown
        if shown is None or not shown.interval.contains(frame):
            self._canvas.set_crop_box(0, 0, None)
            self._view.clear()
            return
        side = self._side_of(shown, (pixels.shape[1], pixels.shape[0]))
        x, y = (float(value) for value in shown.trajectory.curve_in_frame(frame, seconds))
        self._canvas.set_crop_box(x - side / 2, y - side / 2, side)
        self._view.set_corner(x - side / 2, y - side / 2)
        if self._view.isVisible():
            from inference.diving.crops import cut_crop

            self._view.set_frame(frame, seconds, cut_crop(pixels, (x, y), side, side))

    def _side_of(self, shown: ShownPath, size: tuple[int, int]) -> int:
        if self._sized_for is not shown:
            from app.dive_poses import known_board
            from inference.diving.crops import crop_side_px

            dive = self._session.selected
            board = known_board(dive.board if dive is not None else None)
            self._side = crop_side_px(shown.trajectory, shown.interval, board, size)
            self._sized_for = shown
        return self._side
