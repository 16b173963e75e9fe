"""Playback: which frame is wanted, when it is due, and showing it only once its own pixels are there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.window.clock import PlaybackClock
from app.window.frame_source import FrameSource, Pixels, SourceFactory
from app.window.playback_rate import RateMeter

SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)
SHUTTLE_SPEEDS = (1.0, 2.0, 4.0)
"""What slower and faster step through, and the keys of the shuttle; any speed from the first to the last can be set."""

MAX_LAG_S = 0.25
"""When decoding is later than this, the clock waits for it instead of running away."""

SHORTEST_TICK_S = 1 / 120
"""No screen shows more; frames that fall between two ticks at high speed are skipped, not dropped."""

LONGEST_CATCH_UP = 32
"""Frames looked up in the cache when the wanted one is not there yet."""

LONGEST_PREFERENCE = 4
"""Frames up to the wanted one among which another may be preferred."""


class PlaybackController(QObject):
    """Play, pause, reverse, shuttle, step and seek over one frame source at a time.

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

    _arrived = Signal(int, int, object)
    _broke = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = PlaybackClock(np.zeros(1))
        self._source: FrameSource | None = None
        self._generation = 0
        self._is_playing = False
        self._direction = 1
        self._speed = 1.0
        self._loops = False
        self._zone: tuple[int, int] | None = None
        self._position = 0
        self._shown = -1
        self._is_jumping = False
        self._is_preferred: Callable[[int], bool] = lambda _frame: False
        self._meter = RateMeter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        # Queued even from the GUI thread: a source may answer from inside `request`.
        self._arrived.connect(self._take_frame, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._take_error, Qt.ConnectionType.QueuedConnection)

    @property
    def is_open(self) -> bool:
        """Whether there is a video to play."""
        return self._source is not None

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
        return self._loops

    @property
    def working_zone(self) -> tuple[int, int] | None:
        """First and last frame (inclusive) that the loop plays."""
        return self._zone

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
        return self._clock.frame_count if self._source is not None else 0

    @property
    def decoded(self) -> Callable[[int], Pixels | None]:
        """Gives frames that are decoded already, of the video open now and of no other; for any thread."""
        return self._source.get if self._source is not None else _nothing

    def prefer(self, is_preferred: Callable[[int], bool]) -> None:
        """Where frames are dropped while playing, show one of which this is true rather than the newest."""
        self._is_preferred = is_preferred

    def seconds(self, frame: int) -> float:
        """Presentation time of a frame of the open video."""
        return self._clock.seconds(frame)

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
        generation = self._generation
        self._source = make_source(
            lambda frame, pixels: self._arrived.emit(generation, frame, pixels),
            lambda error: self._broke.emit(generation, error),
        )
        self.state_changed.emit()
        self.seek(position)

    def close(self) -> None:
        """Stop and join the decode-ahead thread; frames still on their way are never shown."""
        self.pause()
        self._generation += 1
        source, self._source = self._source, None
        self._position, self._shown, self._zone = 0, -1, None
        if source is not None:
            source.close()
            self.state_changed.emit()

    def play(self, direction: int = 1) -> None:
        """Play from the position; from the very end (or start, backwards) play from the other one."""
        if self._source is None:
            return
        self._direction = direction
        first, last = self._span()
        if self._loops:
            if not first <= self._position <= last:
                self._position = first if direction > 0 else last
        elif self._position == (last if direction > 0 else first):
            self._position = first if direction > 0 else last
        self.position_changed.emit(self._position)
        now = time.perf_counter()
        self._clock.set_span(first, last, loops=self._loops)
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

    def toggle(self) -> None:
        """Play or pause, in the direction that was last played."""
        if self._is_playing:
            self.pause()
        else:
            self.play(self._direction)

    def shuttle(self, direction: int) -> None:
        """J and L: play in a direction, and faster with every further press."""
        if self._is_playing and self._direction == direction:
            self.set_speed(next((speed for speed in SHUTTLE_SPEEDS if speed > self._speed), SPEEDS[-1]))
            return
        if self._is_playing:
            self.set_speed(1.0)
        self.play(direction)

    def set_speed(self, speed: float) -> None:
        """Times real time, clipped to 0.1 to 4."""
        self._speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        now = time.perf_counter()
        self._clock.set_speed(self._speed, self._direction, now)
        self._meter.restart(now)
        self.state_changed.emit()
        if self._is_playing:
            self._tick()

    def change_speed(self, steps: int) -> None:
        """So many steps up or down the row of usual speeds."""
        nearest = min(range(len(SPEEDS)), key=lambda place: abs(SPEEDS[place] - self._speed))
        self.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    def set_loop(self, loops: bool) -> None:
        """Play the working zone (or the whole video) round and round."""
        self._loops = loops
        self._respan()

    def set_working_zone(self, zone: tuple[int, int] | None) -> None:
        """First and last frame (inclusive) of the loop; None for the whole video."""
        self._zone = zone
        self._respan()

    def step(self, frames: int) -> None:
        """Pause and go so many frames on (or back, if negative)."""
        self.pause()
        self.seek(self._position + frames, 1 if frames > 0 else -1)

    def step_seconds(self, seconds: float) -> None:
        """Pause and go so many seconds on (or back, if negative), by at least a frame."""
        if self._source is None:
            return
        self.pause()
        target = self._clock.frame_at(self.seconds(self._position) + seconds + 1e-6)
        if target == self._position:
            target += 1 if seconds > 0 else -1
        self.seek(target, 1 if seconds > 0 else -1)

    def seek(self, frame: int, direction: int = 0) -> None:
        """Want this frame, clipped to the video; while playing, play on from there."""
        if self._source is None:
            return
        self._position = min(max(frame, 0), self.frame_count - 1)
        if self._is_playing:
            self._clock.start_at(self._position, time.perf_counter())
            self._is_jumping = True
            self.position_changed.emit(self._position)
            self._tick()
            return
        self.position_changed.emit(self._position)
        pixels = self._source.get(self._position)
        self._source.request(self._position, direction)
        if pixels is not None:
            self._show(self._position, pixels)
            return
        near = self._source.nearest(self._position)
        if near is not None:
            self._show_if_nearer(*near)

    def frames_ahead(self, frame: int, direction: int, count: int) -> list[int]:
        """The frames from this one on, which comes first, as they are played: round the loop, not beyond the end."""
        first, last = self._span()
        if not first <= frame <= last:
            first, last = 0, self.frame_count - 1
        frames = [frame + direction * place for place in range(count)]
        length = last - first + 1
        if self._loops:
            return [first + (number - first) % length for number in frames[:length]]
        return [number for number in frames if first <= number <= last]

    def _span(self) -> tuple[int, int]:
        if self._loops and self._zone is not None:
            return self._zone
        return 0, self.frame_count - 1

    def _respan(self) -> None:
        if self._is_playing:
            first, last = self._span()
            now = time.perf_counter()
            self._clock.set_span(first, last, loops=self._loops)
            if not first <= self._position <= last:
                self._clock.start_at(first if self._direction > 0 else last, now)
            self._tick()
        self.state_changed.emit()

    def _tick(self) -> None:
        """Want the frame that is due, show the newest there is, and come back when the next one is due."""
        if self._source is None or not self._is_playing:
            return
        now = time.perf_counter()
        if self._is_late():
            self._clock.start_at(self._position, now)
        due = self._clock.due(now)
        if due.frame != self._position:
            self._is_jumping = (due.frame - self._position) * self._direction < 0
            self._count_dropped(due.frame)
            self._position = due.frame
            self.position_changed.emit(due.frame)
        self._source.request(due.frame, self._direction)
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

    def _count_dropped(self, frame: int) -> None:
        """Frames that were due and go by unseen: the one wanted so far, and those a late tick jumped over."""
        passed = (frame - self._position) * self._direction
        if passed <= 0:
            return
        self._meter.dropped += self._shown != self._position
        tick_s = abs(self.seconds(frame) - self.seconds(self._position)) / self._speed
        if tick_s > 2 * SHORTEST_TICK_S:
            self._meter.dropped += passed - 1

    def _show_newest_due(self) -> None:
        """Show the wanted frame, or the newest decoded one between it and the one on the screen."""
        source = self._source
        if source is None or self._shown == self._position:
            self._is_jumping = False
            return
        behind = (self._position - self._shown) * self._direction
        reach = 1 if self._is_jumping or behind <= 0 else min(behind, LONGEST_CATCH_UP)
        frames = range(self._position, self._position - reach * self._direction, -self._direction)
        # At either end there is no later frame that could make up for it.
        preferred = frames[:LONGEST_PREFERENCE] if reach > 1 and self._position not in self._span() else ()
        for frame in (*filter(self._is_preferred, preferred), *frames):
            pixels = source.get(frame)
            if pixels is not None:
                self._show(frame, pixels)
                return

    def _take_frame(self, generation: int, frame: int, pixels: Any) -> None:
        if generation != self._generation or self._source is None:
            return
        if self._is_playing:
            self._show_newest_due()
        elif frame == self._position:
            self._show(frame, pixels)
        else:
            self._show_if_nearer(frame, pixels)

    def _take_error(self, generation: int, error: Exception) -> None:
        if generation == self._generation:
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


def _nothing(frame: int) -> None:
    del frame
