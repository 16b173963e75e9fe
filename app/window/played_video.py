"""The video looked at is the one that plays; each goes on where it was left."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from app.window.frame_source import frame_source
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession


class PlayedVideo(QObject):
    """Hands the playback another video whenever the session has another one."""

    def __init__(self, session: ReviewSession, playback: PlaybackController, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._playback = session, playback
        self._played: Path | None = None
        self._places: dict[Path, float] = {}  # seconds where each video was left, to go on there when shown again
        session.video_changed.connect(self._change)

    def _change(self) -> None:
        index = self._session.index
        if self._played is not None:
            self._places[self._played] = self._playback.seconds(self._playback.position)
        self._playback.close()
        self._played = index.path if index is not None else None
        if index is not None:
            place = index.frame_at(self._places.get(index.path, 0.0))
            self._playback.open(index.times_s, frame_source(index), position=place)
