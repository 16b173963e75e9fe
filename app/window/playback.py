"""Playback as a person drives it: play and pause, shuttle, step, and the row of usual speeds."""

from __future__ import annotations

from app.window.frame_player import SPEEDS, FramePlayer

SHUTTLE_SPEEDS = (1.0, 2.0, 4.0)
"""What the keys of the shuttle go through."""


class PlaybackController(FramePlayer):
    """The player of the window."""

    def toggle(self) -> None:
        """Play or pause, in the direction that was last played."""
        if self.is_playing:
            self.pause()
        else:
            self.play(self.direction)

    def shuttle(self, direction: int) -> None:
        """J and L: play in a direction, and faster with every further press."""
        if self.is_playing and self.direction == direction:
            self.set_speed(next((speed for speed in SHUTTLE_SPEEDS if speed > self.speed), SPEEDS[-1]))
            return
        if self.is_playing:
            self.set_speed(1.0)
        self.play(direction)

    def change_speed(self, steps: int) -> None:
        """So many steps up or down the row of usual speeds."""
        nearest = min(range(len(SPEEDS)), key=lambda place: abs(SPEEDS[place] - self.speed))
        self.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    def step(self, frames: int) -> None:
        """Pause and go so many frames on (or back, if negative)."""
        self.pause()
        self.seek(self.position + frames, 1 if frames > 0 else -1)

    def step_seconds(self, seconds: float) -> None:
        """Pause and go so many seconds on (or back, if negative), by at least a frame."""
        if not self.is_open:
            return
        self.pause()
        target = self.frame_at(self.seconds(self.position) + seconds + 1e-6)
        if target == self.position:
            target += 1 if seconds > 0 else -1
        self.seek(target, 1 if seconds > 0 else -1)
