"""Decoded pictures kept as the decoder made them, in a third of the room that painted ones take."""

from __future__ import annotations

from collections import OrderedDict

from av.video.frame import VideoFrame


class HeldPictures:
    """The pictures decoded last, by frame number, bounded in bytes."""

    def __init__(self) -> None:
        self._budget = 0
        self._bytes = 0
        self._pictures: OrderedDict[int, VideoFrame] = OrderedDict()

    def set_budget(self, byte_count: int) -> None:
        """Hold pictures of this many bytes in all; 0, as at first, holds none."""
        self._budget = byte_count
        self._make_room()

    def get(self, frame: int) -> VideoFrame | None:
        """The picture, if it is held."""
        return self._pictures.get(frame)

    def put(self, frame: int, picture: VideoFrame) -> None:
        """Hold a picture in place of those put in longest ago."""
        if self._budget and frame not in self._pictures:
            self._pictures[frame] = picture
            self._bytes += _size(picture)
            self._make_room()

    def _make_room(self) -> None:
        while self._bytes > self._budget and self._pictures:
            _, dropped = self._pictures.popitem(last=False)
            self._bytes -= _size(dropped)


def _size(picture: VideoFrame) -> int:
    return sum(plane.buffer_size for plane in picture.planes)
