"""Exact frames from a video file: every picture's time stamp is checked against the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import numpy as np
from av.video.frame import VideoFrame

from inference.results import FrameTime
from inference.video.decoder import StreamDecoder
from inference.video.errors import VideoError
from inference.video.frame_index import FrameIndex
from inference.video.frame_range import checked_range
from inference.video.held_pictures import HeldPictures
from inference.video.picture import Picture, PictureConverter, Size

_AHEAD = 8
"""Frames ahead that are reached by decoding on, even where a key frame lies between."""

_FARTHEST_FROM_START = 20_000
"""Frames that are decoded at most from the start of a file in search of one that no key frame gives."""

_CODECS_WITH_SPARE_PICTURES = frozenset({"h264", "hevc"})
"""Whose pictures say whether others refer to them, in a way that FFmpeg goes by."""


class FileReader:
    """A `FrameReader` that decodes a file with FFmpeg on the CPU.

    Frame n is the picture whose time stamp is the index's n-th. If decoding from the key frame before it does not
    give that picture, decoding starts again at earlier and earlier key frames, and in the end from the start.

    Args:
        index: the file's.
        is_filtered: whether pictures are exact; see `StreamDecoder`.

    Raises:
        VideoError: if the file cannot be opened.
    """

    def __init__(self, index: FrameIndex, *, is_filtered: bool = True) -> None:
        self._index = index
        # Files whose time stamps mean nothing are counted; threads may lose a different picture near damage.
        use_threads = not index.is_counted_from_start
        self._decoder = StreamDecoder(index.path, use_threads=use_threads, is_filtered=is_filtered)
        self._careful: StreamDecoder | None = None
        self._position = -1
        self._unreadable: set[int] = set()
        self._held = HeldPictures()
        self._converter = PictureConverter(index.width, index.height, index.rotation, is_mirrored=index.is_mirrored)

    @property
    def index(self) -> FrameIndex:
        """The frames that there are, and their times."""
        return self._index

    def read(self, frame: int, *, size: Size | None = None) -> Picture:
        """(height, width, 3) BGR; see `FrameReader.read`."""
        return self._converter.convert(self.picture(frame), "bgr24", size)

    def read_bgra(self, frame: int, *, size: Size | None = None) -> Picture:
        """(height, width, 4) BGRA; see `FrameReader.read_bgra`."""
        return self._converter.convert(self.picture(frame), "bgra", size)

    def frames(
        self, start: int = 0, stop: int | None = None, step: int = 1, *, size: Size | None = None
    ) -> Iterator[tuple[FrameTime, Picture]]:
        """Frames in order as BGR; see `FrameReader.frames`."""
        frames = checked_range(self._index, start, stop, step)
        is_wanted = self._is_one_of(frames) if self._may_leave_out(frames) else None
        for frame in frames:
            self._decoder.is_wanted = is_wanted
            try:
                picture = self._picture(frame)
            except VideoError:
                if frame not in self._unreadable:
                    raise
                continue
            yield self._index.time(frame), self._converter.convert(picture, "bgr24", size)

    def picture(self, frame: int) -> VideoFrame:
        """The decoded picture, as stored in the file.

        Raises:
            VideoError: if there is no such frame, or it is damaged.
        """
        self._decoder.is_wanted = None
        return self._picture(frame)

    def _picture(self, frame: int) -> VideoFrame:
        self._index.check(frame)
        if (held := self._held.get(frame)) is not None:
            return held
        if frame not in self._unreadable:
            picture = self._counted(frame) if self._index.is_counted_from_start else self._found(frame)
            if picture is not None:
                return picture
            self._unreadable.add(frame)
        seconds = self._index.times_s[frame]
        raise VideoError(f"Frame {frame} ({seconds:.2f} s) of {self._index.path.name} is damaged; choose another.")

    def hold(self, byte_count: int) -> None:
        """Keep pictures passed on the way to a frame; see `FrameReader.hold`."""
        self._held.set_budget(byte_count)

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        self._held.set_budget(0)
        self._decoder.close()
        if self._careful is not None:
            self._careful.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _may_leave_out(self, frames: range) -> bool:
        """Whether pictures between those of a range can go without their neighbours noticing."""
        index = self._index
        is_simple = not index.is_interlaced and not index.is_counted_from_start
        return frames.step > 1 and is_simple and index.codec in _CODECS_WITH_SPARE_PICTURES

    def _is_one_of(self, frames: range) -> Callable[[int], bool]:
        """Tells by their time stamps which pictures are of these frames; a time stamp of no frame may be anything's."""
        pts = self._index.pts

        def is_one_of(stamp: int) -> bool:
            frame = int(np.searchsorted(pts, stamp))
            return frame in frames or frame == len(pts) or int(pts[frame]) != stamp

        return is_one_of

    def _counted(self, frame: int) -> VideoFrame | None:
        """The frame by counting pictures from the start of the file."""
        if frame <= self._position:
            self._decoder.rewind()
            self._position = -1
        picture = None
        while self._position < frame:
            picture = self._decoder.next_picture()
            if picture is None:
                self._decoder.rewind()
                self._position = -1
                return None
            self._position += 1
            self._held.put(self._position, picture)
        return picture

    def _found(self, frame: int) -> VideoFrame | None:
        """The frame by its time stamp."""
        if self._position < frame and self._is_near(frame):
            picture = self._advance(self._decoder, frame)
            if picture is not None:
                return picture
        # What was left out may have been this one.
        key = self._index.key_frame_before(frame)
        for decoder, start in self._attempts(key, frame):
            if start is None:
                decoder.rewind()
            else:
                decoder.seek(int(self._index.seek_timestamps[start]))
            picture = self._advance(decoder, frame)
            if picture is not None:
                return picture
        return None

    def _is_near(self, frame: int) -> bool:
        """Whether decoding on from here is no slower than seeking."""
        if frame - self._position <= _AHEAD:
            return True
        key = self._index.key_frame_before(frame)
        return key is None or self._index.key_frames[key] <= self._position

    def _attempts(self, key: int | None, frame: int) -> Iterator[tuple[StreamDecoder, int | None]]:
        """Decoders with places to start: a position in the index's key frames, or None for the start of the file."""
        if key is not None:
            yield self._decoder, key
            # Near damage, decoding without threads loses the fewest pictures, and always the same ones.
            step = 0
            while key - step >= 0 and step <= 64:
                yield self._careful_decoder(), key - step
                step = 2 * step or 1
        elif frame <= _FARTHEST_FROM_START:
            yield self._decoder, None
        if frame <= _FARTHEST_FROM_START:
            yield self._careful_decoder(), None

    def _careful_decoder(self) -> StreamDecoder:
        if self._careful is None:
            self._careful = StreamDecoder(self._index.path, use_threads=False)
        return self._careful

    def _advance(self, decoder: StreamDecoder, frame: int) -> VideoFrame | None:
        """Decode on until the frame, or past it; the main decoder's position is kept."""
        target = int(self._index.pts[frame])
        while (picture := decoder.next_picture()) is not None:
            if picture.pts is None:
                continue
            if picture.pts <= target:
                self._hold(picture, picture.pts)
            if picture.pts < target:
                continue
            if decoder is self._decoder:
                self._position = frame
                if picture.pts > target:
                    self._position = int(np.searchsorted(self._index.pts, picture.pts))
            return picture if picture.pts == target else None
        if decoder is self._decoder:
            self._position = self._index.frame_count
        return None

    def _hold(self, picture: VideoFrame, pts: int) -> None:
        frame = int(np.searchsorted(self._index.pts, pts))
        if self._index.pts[frame] == pts:
            self._held.put(frame, picture)
