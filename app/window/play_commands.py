"""Commands for playing: play, shuttle, step, speed, and the working zone that the loop plays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.window.action_set import ActionSet
from app.window.playback import PlaybackController


class PlayCommands(QObject):
    """What keys and menu do to the playback."""

    def __init__(self, playback: PlaybackController, actions: ActionSet, parent: QObject) -> None:
        super().__init__(parent)
        self._playback, self._actions = playback, actions
        playback.state_changed.connect(self._show_loop)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions about playing do."""
        playback = self._playback
        return {
            "play": playback.toggle,
            "play_reverse": lambda: playback.pause() if playback.is_playing else playback.play(-1),
            "shuttle_back": partial(playback.shuttle, -1),
            "shuttle_stop": playback.pause,
            "shuttle_forward": partial(playback.shuttle, 1),
            "step_forward": partial(playback.step, 1),
            "step_back": partial(playback.step, -1),
            "step_forward_10": partial(playback.step, 10),
            "step_back_10": partial(playback.step, -10),
            "step_forward_1s": partial(playback.step_seconds, 1.0),
            "step_back_1s": partial(playback.step_seconds, -1.0),
            "go_start": partial(playback.seek, 0),
            "go_end": lambda: playback.seek(playback.frame_count - 1),
            "slower": partial(playback.change_speed, -1),
            "faster": partial(playback.change_speed, 1),
            "real_speed": partial(playback.set_speed, 1.0),
            "loop": lambda: playback.set_loop(self._actions["loop"].isChecked()),
            "zone_start": self._zone_from_here,
            "zone_end": self._zone_to_here,
            "zone_clear": partial(playback.set_working_zone, None),
        }

    def _zone_from_here(self) -> None:
        playback = self._playback
        end = playback.working_zone[1] if playback.working_zone else playback.frame_count - 1
        playback.set_working_zone((playback.position, max(end, playback.position)))

    def _zone_to_here(self) -> None:
        playback = self._playback
        start = playback.working_zone[0] if playback.working_zone else 0
        playback.set_working_zone((min(start, playback.position), playback.position))

    def _show_loop(self) -> None:
        self._actions["loop"].setChecked(self._playback.loops)
