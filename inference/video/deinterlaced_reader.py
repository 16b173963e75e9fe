"""Interlaced video as one picture per field."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

import av.error
from av.filter import Graph
from av.video.frame import VideoFrame

from inference.results import FrameTime
from inference.video.errors import VideoError
from inference.video.file_reader import FileReader
from inference.video.frame_index import FrameIndex
from inference.video.frame_range import checked_range
from inference.video.picture import Picture, PictureConverter, Size


class DeinterlacedReader:
    """A `FrameReader` that gives two full-height pictures per frame, the earlier field first (FFmpeg's bwdif).

    A field's picture is made of its own lines and of the neighbouring frames', so frame n's two pictures need frames
    n - 1 to n + 1; the answer is the same whichever order frames are read in.

    Args:
        index: of the file, by frames.

    Raises:
        VideoError: if the file cannot be opened.
    """

    def __init__(self, index: FrameIndex) -> None:
        self._frames = FileReader(index)
        self._index = index.with_fields()
        self._converter = PictureConverter(index.width, index.height, index.rotation, is_mirrored=index.is_mirrored)
        self._graph: Graph | None = None
        self._last_pushed = -1
        self._fields: dict[int, VideoFrame] = {}

    @property
    def index(self) -> FrameIndex:
        """The fields that there are, and their times."""
        return self._index

    def read(self, frame: int, *, size: Size | None = None) -> Picture:
        """(height, width, 3) BGR; see `FrameReader.read`."""
        return self._converter.convert(self._field(frame), "bgr24", size)

    def read_bgra(self, frame: int, *, size: Size | None = None) -> Picture:
        """(height, width, 4) BGRA; see `FrameReader.read_bgra`."""
        return self._converter.convert(self._field(frame), "bgra", size)

    def frames(
        self, start: int = 0, stop: int | None = None, step: int = 1, *, size: Size | None = None
    ) -> Iterator[tuple[FrameTime, Picture]]:
        """Pictures in order as BGR; see `FrameReader.frames`."""
        for frame in checked_range(self._index, start, stop, step):
            yield self._index.time(frame), self.read(frame, size=size)

    def hold(self, byte_count: int) -> None:
        """Keep frames passed on the way to a field; see `FrameReader.hold`."""
        self._frames.hold(byte_count)

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        self._frames.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _field(self, field: int) -> VideoFrame:
        self._index.check(field)
        if field not in self._fields:
            self._filter(field // 2)
        if field not in self._fields:
            raise VideoError(f"Field {field} of {self._index.path.name} could not be deinterlaced; read it by frames.")
        return self._fields[field]

    def _filter(self, frame: int) -> None:
        """Bring the two fields of a frame out of the filter, which gives them when it has seen the frame after."""
        last = self._frames.index.frame_count - 1
        if self._graph is None or self._last_pushed not in {frame, frame + 1} or frame + 1 <= self._last_pushed:
            first = max(frame - 1, 0)
            picture = self._frames.picture(first)
            self._graph = _deinterlacer(picture, self._index)
            self._fields.clear()
            self._last_pushed = first - 1
        while self._last_pushed <= min(frame, last - 1):
            self._last_pushed += 1
            self._push(self._frames.picture(self._last_pushed), self._last_pushed)
        if frame == last:
            self._push(None, last + 1)
            self._graph = None

    def _push(self, picture: VideoFrame | None, number: int) -> None:
        """Push a frame (None: the end) and collect what comes out, the fields of the frame before it."""
        assert self._graph is not None  # set by the only caller
        if picture is not None:
            # The filter's time stamps only have to grow; fields are known by the order in which they come.
            picture.pts = number
        self._graph.vpush(picture)
        fields = []
        while True:
            try:
                fields.append(self._graph.vpull())
            except (av.error.BlockingIOError, av.error.EOFError):
                break
        self._fields = {2 * (number - 1) + offset: field for offset, field in enumerate(fields)}


def _deinterlacer(picture: VideoFrame, index: FrameIndex) -> Graph:
    """A bwdif that makes two pictures of every frame, whether or not the frame says that it is interlaced."""
    graph = Graph()
    source = graph.add_buffer(
        width=picture.width, height=picture.height, format=picture.format, time_base=index.time_base
    )
    bwdif = graph.add("bwdif", mode="send_field", parity="auto", deint="all")
    graph.link_nodes(source, bwdif, graph.add("buffersink")).configure()
    return graph
