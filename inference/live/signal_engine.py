"""The dive detector looking along while a video plays: its signals of the frames that are decoded, as they come."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.live.model_threads import ModelThreads
from inference.models.detector_input import NETWORK_FPS, NETWORK_SIZE, frame_stride
from inference.models.errors import ModelError
from inference.models.sparing import is_out_of_memory
from inference.workers import one_opencv_thread

if TYPE_CHECKING:
    from inference.models.dive_detector import DetectorStream, DiveDetector

Picture = npt.NDArray[np.uint8]

AHEAD_S: Final = 2.5
"""How far before the playhead it looks, as far as frames are decoded."""

_BACK_S: Final = 1.0
"""How far behind the playhead it begins after a jump, where those frames are decoded too."""

_LEAST_PICTURES, _MOST_PICTURES = 4, 12
"""Looked at together, since each call costs something besides; more would keep others waiting."""

_MOST_KEPT = 4096
_CORES_FOR_VIDEO = 2
_RETRY_S, _MOST_RETRIES = 0.1, 20


@dataclass(frozen=True, slots=True, eq=False)
class WatchedVideo:
    """A video that is played.

    Args:
        decoded: gives its frames that are decoded already, (height, width, 3 or 4) BGR; from any thread.
        frame_count: of the video.
        fps: frames per second of real time.
    """

    decoded: Callable[[int], Picture | None]
    frame_count: int
    fps: float


@dataclass(frozen=True, slots=True, eq=False)
class SignalRun:
    """Signals of frames that were looked at in a row.

    Args:
        video: whose.
        first_frame: of the first column.
        stride: frames from one column to the next.
        values: (3, n) probabilities of start, mid and end, as the detector says them.
    """

    video: WatchedVideo
    first_frame: int
    stride: int
    values: npt.NDArray[np.float32]


@dataclass(slots=True)
class _Watch:
    """What is being looked at, by the worker alone."""

    video: WatchedVideo
    stream: DetectorStream
    stride: int
    first_frame: int
    next_frame: int
    values: list[npt.NDArray[np.float32]] = field(default_factory=list)
    last: Picture | None = None
    is_ended: bool = False


class SignalEngine:
    """Runs a detector on what is decoded around the playhead; one worker thread, which loads it when first wanted.

    What it says of a frame depends on ten pictures before and after it. After a jump it begins anew, with the first
    picture repeated before the first, as at the beginning of a video.

    Args:
        load: gives the detector, in evaluation mode; called in the worker's thread.
        on_run: told what is known, each time it is more; called in the worker's thread.
        on_error: told once that the detector cannot be loaded or run; likewise.
        on_notice: told a sentence when a GPU has too little memory and the processor goes on; likewise.
    """

    def __init__(
        self,
        load: Callable[[], DiveDetector],
        on_run: Callable[[SignalRun], None],
        on_error: Callable[[ModelError], None],
        on_notice: Callable[[str], None],
    ) -> None:
        self._load, self._on_run, self._on_error, self._on_notice = load, on_run, on_error, on_notice
        self._changed = threading.Condition()
        self._wanted: tuple[WatchedVideo, int] | None = None
        self._retries = 0
        self._is_closing = False
        self._detector: DiveDetector | None = None  # of the worker alone, as all below
        self._watch: _Watch | None = None
        self._threads = ModelThreads()
        self._thread = threading.Thread(target=self._run, name="signal-engine")
        self._thread.start()

    def want(self, video: WatchedVideo | None, frame: int = 0) -> None:
        """Look at what is around a frame from now on; at nothing if there is no video."""
        with self._changed:
            self._wanted = None if video is None else (video, frame)
            self._retries = _MOST_RETRIES
            self._changed.notify()

    def close(self) -> None:
        """Stop, and wait for what is under way; harmless when repeated."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        with one_opencv_thread():
            while (wanted := self._next()) is not None:
                try:
                    is_done = self._look(*wanted)
                except Exception as error:  # noqa: BLE001 - whatever the detector raises ends as one sentence
                    if not self._goes_on_after(error):
                        self._fail(error)
                    continue
                if not is_done:
                    self._rest(wanted)
        self._threads.leave(0)
        self._watch = self._detector = None

    def _next(self) -> tuple[WatchedVideo, int] | None:
        with self._changed:
            while not self._is_closing:
                if self._wanted is not None:
                    return self._wanted
                self._watch = None
                self._changed.wait()
        return None

    def _rest(self, wanted: tuple[WatchedVideo, int]) -> None:
        """Wait until something else is wanted, or for a moment, in which more may be decoded."""
        with self._changed:
            if self._wanted == wanted and not self._is_closing:
                self._changed.wait(_RETRY_S if self._retries else None)
                self._retries = max(self._retries - 1, 0)

    def _goes_on_after(self, error: Exception) -> bool:
        """Whether it was memory of a GPU that ran out; the processor begins anew then."""
        from inference.models.processor_copy import on_processor

        detector = self._detector
        if detector is None or detector.device.type == "cpu" or not is_out_of_memory(error):
            return False
        self._watch, self._detector = None, on_processor(detector)
        self._on_notice("The GPU has too little memory for the dive detector; it computes on the processor now.")
        return True

    def _fail(self, error: Exception) -> None:
        self._watch = None
        with self._changed:
            self._wanted = None
        if not isinstance(error, ModelError):
            reason = next(iter(str(error).splitlines()), "") or type(error).__name__
            told = ModelError(f"The dive detector cannot be run: {reason.rstrip('.')}.")
            told.__cause__ = error
            error = told
        self._on_error(error)

    def _look(self, video: WatchedVideo, frame: int) -> bool:
        """Look at some more pictures; whether there were any."""
        watch = self._watch_at(video, frame)
        decoded = _decoded(watch, frame)
        next_frame = watch.next_frame + watch.stride * len(decoded)
        is_last = next_frame >= video.frame_count
        if watch.is_ended or (len(decoded) < _LEAST_PICTURES and not is_last):
            return False
        small = [cv2.resize(each, NETWORK_SIZE, interpolation=cv2.INTER_AREA) for each in decoded]
        self._push(watch, [np.asarray(each[..., :3], np.uint8) for each in small], is_last=is_last)
        watch.next_frame = next_frame
        return True

    def _watch_at(self, video: WatchedVideo, frame: int) -> _Watch:
        """What is being looked at, if that leads to the frame; else a new beginning."""
        from inference.models.dive_detector import DetectorStream

        watch = self._watch
        if watch is None or watch.video is not video or not _leads_to(watch, frame):
            if self._detector is None:
                self._detector = self._load()
            stride = frame_stride(video.fps)
            first = frame - frame % stride
            for _ in range(round(_BACK_S * NETWORK_FPS)):
                if first < stride or video.decoded(first - stride) is None:
                    break
                first -= stride
            watch = self._watch = _Watch(video, DetectorStream(self._detector), stride, first, first)
        return watch

    def _push(self, watch: _Watch, pictures: list[Picture], *, is_last: bool) -> None:
        from inference.models.detector_signals import signals_of_stream
        from inference.models.dive_detector import HALO

        shown = pictures
        if watch.last is None and pictures:
            shown = [pictures[0]] * HALO + shown
        watch.last = pictures[-1] if pictures else watch.last
        if is_last and watch.last is not None:
            shown, watch.is_ended = [*shown, *[watch.last] * HALO], True
        if not shown:
            return
        self._threads.leave(_CORES_FOR_VIDEO)
        said = signals_of_stream(watch.stream, np.stack(shown))
        if said is not None:
            watch.values.append(said.probabilities)
            values = np.concatenate(watch.values, axis=1)
            dropped = max(values.shape[1] - _MOST_KEPT, 0)
            watch.values = [values[:, dropped:]]
            watch.first_frame += dropped * watch.stride
            self._on_run(SignalRun(watch.video, watch.first_frame, watch.stride, watch.values[0]))


def _leads_to(watch: _Watch, frame: int) -> bool:
    """Whether a frame has been looked at, or those up to it are few and the next of them is there."""
    missing = frame - watch.next_frame
    is_near = 0 <= missing <= AHEAD_S * watch.video.fps and watch.video.decoded(watch.next_frame) is not None
    return watch.first_frame <= frame and (missing <= 0 or is_near)


def _decoded(watch: _Watch, frame: int) -> list[Picture]:
    """The next frames to look at, as many as are decoded and not too far ahead of the one that is shown."""
    stop = min(watch.video.frame_count, frame + round(AHEAD_S * watch.video.fps) + 1)
    found: list[Picture] = []
    for number in range(watch.next_frame, stop, watch.stride)[:_MOST_PICTURES]:
        picture = watch.video.decoded(number)
        if picture is None:
            break
        found.append(picture)
    return found
