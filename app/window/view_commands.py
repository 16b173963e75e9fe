"""Commands for what is seen: overlays, live poses, heatmaps, zoom, and the window itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QMessageBox

from app.window.settings import OVERLAYS
from app.window.window_parts import WindowParts
from widgets.theme import apply_theme


class ViewCommands(QObject):
    """Shows and hides, and keeps in the settings what is to be the same next time."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions about views do."""
        parts = self._parts
        return {
            **{f"show_{name}": partial(self._show_overlay, name) for name in OVERLAYS},
            **parts.maps.slots(),
            **parts.signals.slots(),
            "live_pose": self._switch_live,
            "heatmaps": parts.heatmaps.toggle,
            "next_joint": partial(self._step_joint, 1),
            "previous_joint": partial(self._step_joint, -1),
            "next_stage": partial(parts.heatmaps.step_stage, 1),
            "previous_stage": partial(parts.heatmaps.step_stage, -1),
            "next_plane": partial(parts.heatmaps.step_plane, 1),
            "fit": parts.video.fit,
            "actual_size": parts.video.show_actual_size,
            "zoom_in": partial(parts.video.zoom, 1.25),
            "zoom_out": partial(parts.video.zoom, 0.8),
            "switch_view": parts.video.switch,
            **parts.space.slots(),
            "unroll": self._unroll,
            "theme": self.switch_theme,
            "full_screen": self._full_screen,
            "shortcut_sheet": self._show_keys,
            "edit_shortcuts": self._edit_keys,
            "about": self._about,
        }

    def _show_overlay(self, name: str) -> None:
        is_shown = self._parts.actions[f"show_{name}"].isChecked()
        self._parts.settings.show_overlay(name, is_shown)
        self._parts.video.set_overlay_visible(name, is_shown)

    def _switch_live(self) -> None:
        """Who wants to see poses live wants to see them."""
        actions = self._parts.actions
        is_on = actions["live_pose"].isChecked()
        if is_on and not actions["show_pose"].isChecked():
            actions["show_pose"].trigger()
        self._parts.live.switch(is_on)

    def _step_joint(self, steps: int) -> None:
        """Of the inspector if it is in sight, else of what lies over the picture."""
        stepped = self._parts.heatmaps if self._parts.docks.heatmaps.isVisible() else self._parts.maps
        stepped.step_joint(steps)

    def _unroll(self) -> None:
        """Who wants the body upright wants to see the crop in which it is."""
        parts = self._parts
        parts.settings.is_unrolled = is_wanted = parts.actions["unroll"].isChecked()
        parts.crop.unroll(is_wanted)
        if is_wanted:
            parts.video.tabs.setCurrentWidget(parts.video.crop)

    def switch_theme(self) -> None:
        """From dark to light and back, at once."""
        settings = self._parts.settings
        settings.theme = "light" if settings.theme == "dark" else "dark"
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, settings.theme)

    def _full_screen(self) -> None:
        window = self._parts.window
        if window.isFullScreen():
            window.showNormal()
        else:
            window.showFullScreen()

    def _show_keys(self) -> None:
        from app.window.keys_dialog import shortcut_entries

        sheet = self._parts.sheet
        if sheet.isVisible():
            sheet.close_sheet()
            return
        sheet.set_shortcuts(shortcut_entries(), self._parts.settings.shortcuts)
        sheet.open()

    def _edit_keys(self) -> None:
        from app.window.keys_dialog import KeysDialog

        dialog = KeysDialog(self._parts.actions, self._parts.settings, self._parts.window)
        dialog.exec()
        dialog.deleteLater()

    def _about(self) -> None:
        from app.version import program_version

        QMessageBox.about(
            self._parts.window,
            "DiveReview",
            f"<b>DiveReview {program_version()}</b><p>Find, review, correct and export dives in diving video.</p>",
        )
