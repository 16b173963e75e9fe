"""A thread that decodes the frame asked for, and then those that will be asked for next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from inference.video.cache import FrameCache
from inference.video.errors import VideoError
from inference.video.frame_index import FrameIndex
from inference.video.picture import Picture
from inference.video.reader import FrameReader

_MOST_AHEAD = 250


@dataclass(frozen=True)
class _Request:
    frame: int
    direction: int
    is_answered: bool = False


class DecodeAhead:
    """Keeps frames around the playhead decoded, so that playing and stepping either way never wait for decoding.

    Forwards it decodes on. Backwards it decodes a run of frames forwards, from a key frame or as many as a quarter of
    the cache holds, before they are needed, since video only decodes forwards; pictures passed on the way are held by
    the reader for the runs after. Between any two frames it turns to the newest request; older ones that were not
    answered by then never are.

    Args:
        open_reader: opens the video; called once, in the worker thread, which also closes the reader.
        budget_bytes: how much memory decoded frames may take, the reader's share of a third included.
        on_frame: called in the worker thread with the frame number and BGRA picture when a requested frame is ready.
        on_error: called in the worker thread when the video cannot be opened or a requested frame cannot be read.
    """

    def __init__(
        self,
        open_reader: Callable[[], FrameReader],
        *,
        budget_bytes: int,
        on_frame: Callable[[int, Picture], None],
        on_error: Callable[[VideoError], None],
    ) -> None:
        self._open_reader = open_reader
        self._held_bytes = budget_bytes // 3
        self._cache_bytes = budget_bytes - self._held_bytes
        self._on_frame = on_frame
        self._on_error = on_error
        self._cache = FrameCache(self._cache_bytes)
        self._changed = threading.Condition()
        self._request: _Request | None = None
        self._is_closing = False
        self._errors: dict[int, VideoError] = {}
        self._thread = threading.Thread(target=self._run, name="decode-ahead")
        self._thread.start()

    def request(self, frame: int, direction: int = 0) -> None:
        """Make a frame available as soon as possible, and then those after it.

        Args:
            frame: its number.
            direction: +1 or -1 to decode ahead forwards or backwards, 0 for this frame only.
        """
        with self._changed:
            self._request = _Request(frame, direction)
            self._changed.notify()

    def get(self, frame: int) -> Picture | None:
        """(height, width, 4) BGRA if the frame is decoded; None at once if not. Not to be written to."""
        return self._cache.get(frame)

    def nearest(self, frame: int) -> tuple[int, Picture] | None:
        """The decoded frame closest to a frame number, with its picture; None if there is none."""
        return self._cache.nearest(frame)

    @property
    def byte_count(self) -> int:
        """Bytes that frames ready for painting take now."""
        return self._cache.byte_count

    def close(self) -> None:
        """Stop and wait for the thread to end; harmless when repeated."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        try:
            reader = self._open_reader()
        except VideoError as error:
            self._on_error(error)
            return
        with reader:
            reader.hold(self._held_bytes)
            plan = _Plan(reader.index, self._cache_bytes)
            while (step := self._next_step(plan)) is not None:
                request, frame = step
                if frame is not None:
                    self._decode(reader, frame, plan.needed(request))
                self._answer(request)

    def _next_step(self, plan: _Plan) -> tuple[_Request, int | None] | None:
        """Wait until there is something to do: (newest request, frame to decode); None when closing."""
        with self._changed:
            while not self._is_closing:
                request = self._request
                if request is not None:
                    frame = plan.next_frame(request, self._is_settled)
                    if frame is not None or not request.is_answered:
                        return request, frame
                self._changed.wait()
        return None

    def _is_settled(self, frame: int) -> bool:
        return frame in self._cache or frame in self._errors

    def _decode(self, reader: FrameReader, frame: int, needed: range) -> None:
        try:
            self._cache.put(frame, reader.read_bgra(frame), needed)
        except VideoError as error:
            self._errors[frame] = error

    def _answer(self, request: _Request) -> None:
        """Hand over the requested frame once, if it is ready and still the newest request."""
        picture, error = self._cache.get(request.frame), self._errors.get(request.frame)
        with self._changed:
            if request.is_answered or self._request is not request or (picture is None and error is None):
                return
            self._request = _Request(request.frame, request.direction, is_answered=True)
        if picture is not None:
            self._on_frame(request.frame, picture)
        elif error is not None:
            self._on_error(error)


class _Plan:
    """Which frame to decode next, from the newest request and what is decoded already.

    Half of the cache is for frames ahead and a quarter for the run that may start before them, so that decoding ahead
    never pushes out frames that are still to come.
    """

    def __init__(self, index: FrameIndex, cache_bytes: int) -> None:
        self._index = index
        room = cache_bytes // (4 * index.width * index.height)
        self._ahead = min(room // 2, _MOST_AHEAD) if room > 1 else 0
        self._run_length = max(1, min(room // 4, _MOST_AHEAD))

    def next_frame(self, request: _Request, is_settled: Callable[[int], bool]) -> int | None:
        """The frame to decode, or None if everything wanted is there."""
        frame, last = request.frame, self._index.frame_count - 1
        if not 0 <= frame <= last:
            return None if is_settled(frame) else frame
        if request.direction < 0:
            wanted = range(frame, max(frame - self._ahead, 0) - 1, -1)
            missing = next((number for number in wanted if not is_settled(number)), None)
            return None if missing is None else self._start_of_run(missing, is_settled)
        ahead = self._ahead if request.direction > 0 else 0
        wanted = range(frame, min(frame + ahead, last) + 1)
        return next((number for number in wanted if not is_settled(number)), None)

    def needed(self, request: _Request) -> range:
        """Frames not to be dropped while others are there: those wanted, and the run that may start before them."""
        frame = request.frame
        if request.direction < 0:
            return range(max(frame - self._ahead - self._run_length, 0), frame + 1)
        return range(frame, frame + (self._ahead if request.direction > 0 else 0) + 1)

    def _start_of_run(self, end: int, is_settled: Callable[[int], bool]) -> int:
        """First frame still missing of the run, decoded forwards, that ends with a frame needed soon."""
        key = self._index.key_frame_before(end)
        begin = max(end - self._run_length + 1, 0 if key is None else int(self._index.key_frames[key]))
        return next(number for number in range(begin, end + 1) if not is_settled(number))
