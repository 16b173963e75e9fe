"""Playing a video: which frame is wanted, when it is due, and showing it only once its own pixels are there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.window.clock import PlaybackClock
from app.window.decoded_frames import DecodedFrames
from app.window.dropped_frames import SHORTEST_TICK_S, dropped, frames_instead
from app.window.frame_source import Pixels, SourceFactory
from app.window.play_range import PlayRange
from app.window.playback_rate import RateMeter

SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)
"""What slower and faster step through; any speed from the first to the last can be set."""

MAX_LAG_S = 0.25
"""When decoding is later than this, the clock waits for it instead of running away."""


class FramePlayer(QObject):
    """Plays either way, pauses and seeks over one frame source at a time.

    `position` is the frame that is wanted, `shown_frame` the one whose pixels were last handed to the canvas. While a
    wanted frame is being decoded, frames nearer to it than the shown one are shown on the way, never one further off.
    """

    frame_shown = Signal(int, float, object)
    """Frame number, its seconds, its BGRA pixels: always of the same frame."""
    position_changed = Signal(int)
    state_changed = Signal()
    rate_measured = Signal(object)
    """PlaybackRate, a few times a second while playing; None when playback stops."""
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = PlaybackClock(np.zeros(1))
        self._frames = DecodedFrames(self)
        self._is_playing = False
        self._direction = 1
        self._speed = 1.0
        self._range = PlayRange()
        self._position = 0
        self._shown = -1
        self._is_jumping = False
        self._is_preferred: Callable[[int], bool] = lambda _frame: False
        self._meter = RateMeter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self._frames.arrived.connect(self._take_frame)
        self._frames.broke.connect(self._take_error)

    @property
    def is_open(self) -> bool:
        """Whether there is a video to play."""
        return self._frames.source is not None

    @property
    def is_playing(self) -> bool:
        """Whether frames go by on their own."""
        return self._is_playing

    @property
    def direction(self) -> int:
        """+1 forwards, -1 backwards."""
        return self._direction

    @property
    def speed(self) -> float:
        """Times real time, 0.1 to 4."""
        return self._speed

    @property
    def loops(self) -> bool:
        """Whether the working zone, or else the whole video, plays round and round."""
        return self._range.loops

    @property
    def working_zone(self) -> tuple[int, int] | None:
        """First and last frame (inclusive) that the loop plays."""
        return self._range.zone

    @property
    def position(self) -> int:
        """The frame wanted on the screen."""
        return self._position

    @property
    def shown_frame(self) -> int:
        """The frame really on the screen; -1 before the first."""
        return self._shown

    @property
    def frame_count(self) -> int:
        """Number of frames of the open video; 0 without one."""
        return self._range.frame_count

    @property
    def decoded(self) -> Callable[[int], Pixels | None]:
        """Gives frames that are decoded already, of the video open now and of no other; for any thread."""
        return self._frames.get

    def prefer(self, is_preferred: Callable[[int], bool]) -> None:
        """Where frames are dropped while playing, show one of which this is true rather than the newest."""
        self._is_preferred = is_preferred

    def seconds(self, frame: int) -> float:
        """Presentation time of a frame of the open video."""
        return self._clock.seconds(frame)

    def frame_at(self, seconds: float) -> int:
        """The frame of the open video on the screen at a presentation time."""
        return self._clock.frame_at(seconds)

    def open(self, times_s: npt.NDArray[np.float64], make_source: SourceFactory, *, position: int = 0) -> None:
        """Show another video; the one before is closed.

        Args:
            times_s: (frames,) presentation times in seconds.
            make_source: makes the decode-ahead thread from its callbacks.
            position: the frame to show first.
        """
        self.close()
        last_frame_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.04
        self._clock = PlaybackClock(times_s, last_frame_s)
        self._frames.open(make_source)
        self._range.frame_count = len(times_s)
        self.state_changed.emit()
        self.seek(position)

    def close(self) -> None:
        """Stop and join the decode-ahead thread; frames still on their way are never shown."""
        self.pause()
        was_open = self.is_open
        self._position, self._shown = 0, -1
        self._range.frame_count, self._range.zone = 0, None
        self._frames.close()
        if was_open:
            self.state_changed.emit()

    def play(self, direction: int = 1) -> None:
        """Play from the position; from the very end (or start, backwards) play from the other one."""
        if not self.is_open:
            return
        self._direction = direction
        self._position = self._range.start_from(self._position, direction)
        self.position_changed.emit(self._position)
        now = time.perf_counter()
        self._clock.set_span(*self._range.ends, loops=self._range.loops)
        self._clock.set_speed(self._speed, direction, now)
        self._clock.start_at(self._position, now)
        self._is_playing = True
        self._is_jumping = self._shown != self._position
        self._meter.restart(now)
        self.state_changed.emit()
        self._tick()

    def pause(self) -> None:
        """Stop on the frame that is shown."""
        if not self._is_playing:
            return
        self._is_playing = False
        self._timer.stop()
        self.rate_measured.emit(None)
        self.state_changed.emit()
        if self._shown >= 0:
            self.seek(self._shown)

    def set_speed(self, speed: float) -> None:
        """Times real time, clipped to 0.1 to 4."""
        self._speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        now = time.perf_counter()
        self._clock.set_speed(self._speed, self._direction, now)
        self._meter.restart(now)
        self.state_changed.emit()
        if self._is_playing:
            self._tick()

    def set_loop(self, loops: bool) -> None:
        """Play the working zone (or the whole video) round and round."""
        self._range.loops = loops
        self._respan()

    def set_working_zone(self, zone: tuple[int, int] | None) -> None:
        """First and last frame (inclusive) of the loop; None for the whole video."""
        self._range.zone = zone
        self._respan()

    def seek(self, frame: int, direction: int = 0) -> None:
        """Want this frame, clipped to the video; while playing, play on from there."""
        source = self._frames.source
        if source is None:
            return
        self._position = min(max(frame, 0), self.frame_count - 1)
        if self._is_playing:
            self._clock.start_at(self._position, time.perf_counter())
            self._is_jumping = True
            self.position_changed.emit(self._position)
            self._tick()
            return
        self.position_changed.emit(self._position)
        pixels = source.get(self._position)
        source.request(self._position, direction)
        if pixels is not None:
            self._show(self._position, pixels)
            return
        near = source.nearest(self._position)
        if near is not None:
            self._show_if_nearer(*near)

    def frames_ahead(self, frame: int, direction: int, count: int) -> list[int]:
        """The frames from this one on, which comes first, as they are played: round the loop, not beyond the end."""
        return self._range.ahead(frame, direction, count)

    def _respan(self) -> None:
        if self._is_playing:
            first, last = self._range.ends
            now = time.perf_counter()
            self._clock.set_span(first, last, loops=self._range.loops)
            if not first <= self._position <= last:
                self._clock.start_at(first if self._direction > 0 else last, now)
            self._tick()
        self.state_changed.emit()

    def _tick(self) -> None:
        """Want the frame that is due, show the newest there is, and come back when the next one is due."""
        source = self._frames.source
        if source is None or not self._is_playing:
            return
        now = time.perf_counter()
        if self._is_late():
            self._clock.start_at(self._position, now)
        due = self._clock.due(now)
        if due.frame != self._position:
            self._is_jumping = (due.frame - self._position) * self._direction < 0
            tick_s = abs(self.seconds(due.frame) - self.seconds(self._position)) / self._speed
            passed = (due.frame - self._position) * self._direction
            self._meter.dropped += dropped(passed, tick_s, is_seen=self._shown == self._position)
            self._position = due.frame
            self.position_changed.emit(due.frame)
        source.request(due.frame, self._direction)
        self._show_newest_due()
        if due.is_at_end and self._shown == due.frame:
            self.pause()
            return
        rate = self._meter.rate(now, self._direction)
        if rate is not None:
            self.rate_measured.emit(rate)
        wait_s = MAX_LAG_S if due.is_at_end else max(due.next_in_s, SHORTEST_TICK_S if self._speed > 1 else 0.001)
        # Milliseconds rounded up: a tick that comes early would only find the same frame due.
        self._timer.start(max(1, -int(-wait_s * 1000 // 1)))

    def _is_late(self) -> bool:
        """Whether decoding is so far behind, or so busy with a jump, that the clock has to wait for it."""
        if self._is_jumping:
            return True
        if self._shown < 0:
            return False
        behind_s = abs(self.seconds(self._position) - self.seconds(self._shown)) / self._speed
        return behind_s > MAX_LAG_S

    def _show_newest_due(self) -> None:
        """Show the wanted frame, or the newest decoded one between it and the one on the screen."""
        source = self._frames.source
        if source is None or self._shown == self._position:
            self._is_jumping = False
            return
        behind = 0 if self._is_jumping else (self._position - self._shown) * self._direction
        # At either end there is no later frame that could make up for it.
        is_preferred = None if self._position in self._range.ends else self._is_preferred
        for frame in frames_instead(self._position, behind, self._direction, is_preferred):
            pixels = source.get(frame)
            if pixels is not None:
                self._show(frame, pixels)
                return

    def _take_frame(self, frame: int, pixels: Any) -> None:
        if self._is_playing:
            self._show_newest_due()
        elif frame == self._position:
            self._show(frame, pixels)
        else:
            self._show_if_nearer(frame, pixels)

    def _take_error(self, error: Exception) -> None:
        self.pause()
        self.failed.emit(error)

    def _show_if_nearer(self, frame: int, pixels: Pixels) -> None:
        if self._shown < 0 or abs(frame - self._position) < abs(self._shown - self._position):
            self._show(frame, pixels)

    def _show(self, frame: int, pixels: Pixels) -> None:
        if frame == self._shown:
            return
        self._shown = frame
        self._is_jumping = False
        if self._is_playing:
            self._meter.add(time.perf_counter(), self.seconds(frame))
        self.frame_shown.emit(frame, self.seconds(frame), pixels)
