"""Heatmaps, ellipses, samples and part affinity fields over the playing video, each over the frame that it is of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from app.window.action_set import ActionSet
from app.window.live_posing import LivePosing
from app.window.maps_drawing import MapsStyle, maps_overlay, missing_maps
from app.window.maps_menu import ALL_JOINTS, INSPECTED_JOINT, MapsMenu
from app.window.playback import PlaybackController
from app.window.settings import MAP_OVERLAYS, Settings
from app.window.video_tabs import VideoTabs
from widgets.canvas.mapped_view import MapsOverlay
from widgets.heatmaps.inspector_controls import InspectorControls

if TYPE_CHECKING:
    from inference.live.answers import LiveAnswer


class MapsDisplay(QObject):
    """Between what led to live poses and both pictures, the frame and the tracked crop.

    Maps are asked for as long as one of these overlays is switched on and poses are found live.
    """

    said = Signal(str)

    def __init__(
        self,
        video: VideoTabs,
        playback: PlaybackController,
        live: LivePosing,
        inspected: InspectorControls,
        actions: ActionSet,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._video, self._playback, self._live = video, playback, live
        self._inspected, self._actions, self._settings = inspected, actions, settings
        self._joint, self._opacity, self._colours = settings.maps_joint, settings.maps_opacity, settings.maps_colours
        self._wanted = frozenset(name for name in MAP_OVERLAYS if settings.is_overlay_shown(name))
        self._names: tuple[str, ...] = ()
        self._told: object = None
        self._drawn: tuple[LiveAnswer | None, frozenset[str], MapsStyle] | None = None
        self._overlay = MapsOverlay()
        for name in MAP_OVERLAYS:
            actions[f"show_{name}"].setChecked(name in self._wanted)
        live.want_maps(bool(self._wanted))
        live.answered.connect(self.refresh)
        inspected.choice_changed.connect(self.refresh)
        playback.frame_shown.connect(lambda frame, _seconds, _pixels: self._show(frame))

    def add_to_menu(self, menu: QMenu) -> None:
        """Lists of joints, opacities and colours."""
        lists = MapsMenu(menu, lambda: self._names, lambda: (self._joint, self._opacity, self._colours), self)
        lists.joint_chosen.connect(self.choose_joint)
        lists.opacity_chosen.connect(self._choose_opacity)
        lists.colours_chosen.connect(self._choose_colours)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions do that switch overlays."""
        return {f"show_{name}": partial(self._switch, name) for name in MAP_OVERLAYS}

    def _switch(self, name: str) -> None:
        """Who wants to see what leads to poses wants them to be found."""
        is_shown = self._actions[f"show_{name}"].isChecked()
        self._settings.show_overlay(name, is_shown)
        self._wanted = self._wanted | {name} if is_shown else self._wanted - {name}
        self._told = None
        live = self._actions["live_pose"]
        if is_shown and not live.isChecked() and live.isEnabled():
            live.trigger()
        self._live.want_maps(bool(self._wanted))
        if is_shown:
            self._live.tell_if_in_vain()
        self.refresh()

    def step_joint(self, steps: int) -> None:
        """So many joints on, round and round, all joints being one of them."""
        choices = [ALL_JOINTS, *self._names]
        at = choices.index(self._joint) if self._joint in choices else 0
        self.choose_joint(choices[(at + steps) % len(choices)])

    def choose_joint(self, joint: str) -> None:
        """Show the maps of one joint, of all, or of the one that the inspector shows."""
        self._joint = self._settings.maps_joint = joint
        self.refresh()

    def _choose_opacity(self, opacity: float) -> None:
        self._opacity = self._settings.maps_opacity = opacity
        self.refresh()

    def _choose_colours(self, colour_map: str) -> None:
        self._colours = self._settings.maps_colours = colour_map
        self.refresh()

    def refresh(self) -> None:
        """Show what there is now of the frame that is shown."""
        self._show(self._playback.shown_frame)

    def _show(self, frame: int) -> None:
        answer = self._live.mapped_answer(frame) if self._wanted else None
        joint = self._inspected.chosen_joint or ALL_JOINTS if self._joint == INSPECTED_JOINT else self._joint
        style = MapsStyle(joint, self._opacity, self._colours)
        drawn = answer, self._wanted, style
        if drawn != self._drawn:
            self._drawn, self._overlay = drawn, maps_overlay(*drawn)
        for view in (self._video.canvas, self._video.crop):
            view.set_maps(self._overlay)
        if answer is not None:
            self._names = answer.names
            self._tell_what_is_missing(answer)

    def _tell_what_is_missing(self, answer: LiveAnswer) -> None:
        """Once for each model, and again when another overlay is switched on."""
        if answer.key.model != self._told:
            self._told = answer.key.model
            sentence = missing_maps(answer, self._wanted)
            if sentence:
                self.said.emit(sentence)
