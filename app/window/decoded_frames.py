"""The frames of the video that is open now; what still arrives of one that was open before is dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from app.window.frame_source import FrameSource, Pixels, SourceFactory


class DecodedFrames(QObject):
    """At most one decode-ahead thread at a time, whose answers arrive in the window's thread."""

    arrived = Signal(int, object)
    """Frame number and its BGRA pixels."""
    broke = Signal(object)
    """The exception."""

    _arrived = Signal(int, int, object)
    _broke = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._source: FrameSource | None = None
        self._generation = 0
        # Queued even from the GUI thread: a source may answer from inside `request`.
        self._arrived.connect(self._take_frame, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._take_error, Qt.ConnectionType.QueuedConnection)

    @property
    def source(self) -> FrameSource | None:
        """Where frames of the open video come from; None without one."""
        return self._source

    @property
    def get(self) -> Callable[[int], Pixels | None]:
        """Gives frames that are decoded already, of the video open now and of no other; for any thread."""
        return self._source.get if self._source is not None else _nothing

    def open(self, make_source: SourceFactory) -> None:
        """Decode another video; the one before is closed."""
        self.close()
        generation = self._generation
        self._source = make_source(
            lambda frame, pixels: self._arrived.emit(generation, frame, pixels),
            lambda error: self._broke.emit(generation, error),
        )

    def close(self) -> None:
        """Stop and join the decode-ahead thread; frames still on their way never arrive."""
        self._generation += 1
        source, self._source = self._source, None
        if source is not None:
            source.close()

    def _take_frame(self, generation: int, frame: int, pixels: Any) -> None:
        if generation == self._generation and self._source is not None:
            self.arrived.emit(frame, pixels)

    def _take_error(self, generation: int, error: Exception) -> None:
        if generation == self._generation:
            self.broke.emit(error)


def _nothing(frame: int) -> None:
    del frame
