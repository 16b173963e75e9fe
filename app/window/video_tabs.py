"""The centre of the window: full frame, tracked crop and 3D view as tabs over one transport."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.window.dive_editing import DiveEditing
from app.window.playback import PlaybackController
from app.window.playback_rate import PlaybackRate
from app.window.review_session import ReviewSession
from widgets.canvas import CropView, VideoCanvas
from widgets.canvas.posed_view import PosedView
from widgets.space import SpaceView
from widgets.transport import Transport

ROOM_FOR_ORIGIN_PX = 700
"""Below this width the transport does without the time from take-off, so that the window fits a small screen."""


class VideoTabs(QWidget):
    """Holds the canvas, the tracked crop, the 3D view and the transport."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = VideoCanvas(self)
        self.crop = CropView(self)
        self.space = SpaceView(self)
        self.views: tuple[PosedView, ...] = (self.canvas, self.crop, self.space)
        self.transport = Transport(self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.canvas, "Full frame")
        self.tabs.addTab(self.crop, "Tracked crop")
        self.tabs.addTab(self.space, "3D")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.transport)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Tell those who choose what there is room for."""
        super().resizeEvent(event)
        self.resized.emit()

    def switch(self) -> None:
        """Show the next tab."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % self.tabs.count())

    @property
    def view(self) -> PosedView:
        """The picture that is in sight, which zoom and fit work on."""
        return self.views[self.tabs.currentIndex()]

    def show_view(self, view: PosedView) -> None:
        """Bring a picture in sight; the keyboard goes with it from picture to picture."""
        had_keys = self.view.hasFocus()
        self.tabs.setCurrentWidget(view)
        if had_keys:
            view.setFocus()

    def set_overlay_visible(self, name: str, visible: bool) -> None:
        """Show or hide an overlay wherever it is drawn; see `VideoCanvas`."""
        self.canvas.set_overlay_visible(name, visible)
        for view in (self.crop, self.space):
            if name == "pose":
                view.set_pose_visible(visible)
            elif name == "ghost":
                view.set_ghost_visible(visible)

    def fit(self) -> None:
        """Show the whole picture in sight."""
        self.view.fit()

    def show_actual_size(self) -> None:
        """One pixel of the picture on one of the screen."""
        self.view.show_actual_size()

    def zoom(self, factor: float) -> None:
        """Zoom in (above 1) or out, keeping the middle."""
        self.view.zoom_to(self.view.zoom * factor)


class VideoPanel(QObject):
    """Hands every frame that playback shows to canvas and transport, and the transport's buttons to playback."""

    def __init__(
        self,
        tabs: VideoTabs,
        session: ReviewSession,
        editing: DiveEditing,
        playback: PlaybackController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._tabs, self._session, self._playback = tabs, session, playback
        transport = tabs.transport
        session.video_changed.connect(self._show_video)
        session.selection_changed.connect(self._show_origin)
        session.dives_changed.connect(self._show_origin)
        tabs.resized.connect(self._show_origin)
        playback.frame_shown.connect(self._show)
        playback.state_changed.connect(self._show_state)
        playback.rate_measured.connect(self._show_rate)
        transport.play_toggled.connect(lambda wants: playback.play(1) if wants else playback.pause())
        transport.reverse_toggled.connect(lambda wants: playback.play(-1) if wants else playback.pause())
        transport.step.connect(playback.step)
        transport.speed_changed.connect(playback.set_speed)
        transport.loop_toggled.connect(playback.set_loop)
        transport.seek_requested.connect(playback.seek)
        transport.previous_requested.connect(editing.previous)
        transport.next_requested.connect(editing.next)

    def _show(self, frame: int, seconds: float, pixels: Any) -> None:
        self._tabs.canvas.set_frame(frame, seconds, pixels)
        self._tabs.transport.set_position(frame, seconds)

    def _show_video(self) -> None:
        index, video = self._session.index, self._session.video
        if index is not None:
            self._tabs.transport.set_extent(index.frame_count, index.times_s)
            for view in (self._tabs.canvas, self._tabs.crop):
                view.set_pixel_aspect(float(index.pixel_aspect))
        else:
            self._tabs.transport.set_extent(0, 25.0)
        self._tabs.canvas.clear()
        if video is not None and index is None:
            self._tabs.canvas.set_empty_text("The video is missing", f"{video.path} is not there; locate it.")
        else:
            self._tabs.canvas.set_empty_text("No video", "Open a video, or drop one on this window.")

    def _show_origin(self) -> None:
        """Count time from the selected dive's take-off, where there is room to say so."""
        dive = self._session.selected if self._tabs.width() >= ROOM_FOR_ORIGIN_PX else None
        self._tabs.transport.set_time_origin(dive.start.seconds if dive is not None else None)

    def _show_state(self) -> None:
        transport, playback = self._tabs.transport, self._playback
        transport.set_playing(playback.is_playing, reverse=playback.direction < 0)
        transport.set_speed(playback.speed)
        transport.set_loop(playback.loops)

    def _show_rate(self, rate: PlaybackRate | None) -> None:
        self._tabs.transport.set_measured_rate(rate.speed if rate is not None else None)
