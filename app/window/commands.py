"""What every action of the table does, and when it can be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

from app.window.keypoint_editing import KEYPOINT_NEEDS
from app.window.review_files import ALL_FILTER, ANY_FILTER, REVIEW_FILTER, VIDEO_FILTER
from app.window.settings import OVERLAYS
from app.window.window_parts import WindowParts
from widgets.theme import apply_theme


class Commands(QObject):
    """Connects the actions of a window to its parts and keeps them enabled as the state allows."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        slots: dict[str, Callable[[], object]] = {
            **self._file_slots(),
            **self._play_slots(),
            **self._dive_slots(),
            **self._code_slots(),
            **parts.keypoints.slots(),
            **self._view_slots(),
        }
        parts.actions.connect_all(slots)
        parts.playback.state_changed.connect(self._show_loop)

    def refresh(self) -> None:
        """Enable what can be done now, and say what undo and redo would do."""
        parts = self._parts
        session, actions = parts.session, parts.actions
        actions.enable_for(self.available())
        document, video = session.document, session.video
        for name in ("undo", "redo"):
            text = None
            if document is not None and video is not None and session.is_writable:
                text = document.undo_text(video.id) if name == "undo" else document.redo_text(video.id)
            actions[name].setEnabled(text is not None)
            verb = actions.text(name)
            actions[name].setText(f"{verb}: {text}" if text else verb)
        self._refresh_deinterlace()

    def refresh_keypoints(self) -> None:
        """The same of what is done to keypoints alone, which come and go with the frames of a playing video."""
        self._parts.actions.enable_for(self.available(), needing=KEYPOINT_NEEDS)

    def available(self) -> frozenset[str]:
        """What there is now of what actions need."""
        session = self._parts.session
        available = {
            "review": session.document is not None,
            "video": session.index is not None,
            "dive": session.selected is not None,
            "writable": session.is_writable,
        }
        return frozenset(name for name, is_there in available.items() if is_there) | self._parts.keypoints.available

    def _refresh_deinterlace(self) -> None:
        """Fields can be made frames only before anything depends on frame numbers; the tip says why not."""
        session, actions = self._parts.session, self._parts.actions
        document, video = session.document, session.video
        actions["deinterlace"].setChecked(video is not None and video.is_deinterlaced)
        reason = ""
        if document is not None and video is not None and session.index is not None and session.is_writable:
            if not (video.is_interlaced or video.is_deinterlaced):
                reason = f"{video.path.name} is not interlaced"
            elif session.dives or not document.can_change_reading(video.id):
                reason = "Cannot change any more: the frame numbers of dives, signals and edits depend on it"
        if reason:
            actions["deinterlace"].setEnabled(False)
        actions.set_tip("deinterlace", reason)

    def _show_loop(self) -> None:
        self._parts.actions["loop"].setChecked(self._parts.playback.loops)

    def open(self) -> None:
        """Ask for a video or review."""
        filters = f"{ALL_FILTER};;{REVIEW_FILTER};;{VIDEO_FILTER};;{ANY_FILTER}"
        path = self._ask_for_file("Open a video or a review", filters)
        if path is not None:
            self._parts.opening.open(path)

    def open_folder(self) -> None:
        """Ask for a folder of images."""
        folder = QFileDialog.getExistingDirectory(
            self._parts.window, "Open a folder of images", str(self._start_folder())
        )
        if folder:
            self._parts.opening.open(Path(folder))

    def add_video(self) -> None:
        """Ask for a further video of this review."""
        path = self._ask_for_file("Add a video to this review", f"{VIDEO_FILTER};;{ANY_FILTER}")
        if path is not None:
            self._parts.opening.add_video(path)

    def locate_video(self) -> None:
        """Ask where the video looked at is now."""
        video = self._parts.session.video
        if video is None:
            return
        path = self._ask_for_file(f"Where is {video.path.name}?", f"{VIDEO_FILTER};;{ANY_FILTER}")
        if path is not None:
            self._parts.opening.locate(path)

    def _deinterlace(self) -> None:
        action = self._parts.actions["deinterlace"]
        is_wanted = action.isChecked()
        self.refresh()  # checked is what the review has, which follows once the file has been read again
        self._parts.opening.deinterlace(is_wanted)

    def edit_finder_settings(self) -> None:
        """How dives are looked for, and what is assumed about the videos."""
        from app.window.finder_dialog import FinderDialog

        settings = self._parts.settings
        dialog = FinderDialog(
            settings.finder,
            settings.analysis_method,
            thresholds=settings.thresholds,
            are_codes_proposed=settings.are_codes_proposed,
            parent=self._parts.window,
        )
        if dialog.exec() == QDialog.DialogCode.Accepted:
            settings.finder, settings.analysis_method = dialog.values, dialog.method
            settings.thresholds, settings.are_codes_proposed = dialog.thresholds.values, dialog.are_codes_proposed
        dialog.deleteLater()

    def export(self) -> None:
        """Open the export dialog."""
        from app.window.export_dialog import ExportDialog

        parts = self._parts
        if parts.session.document is not None:
            dialog = ExportDialog(parts.session.document.path, parts.jobs, parts.settings, parts.window)
            dialog.exec()
            dialog.deleteLater()

    def undo(self) -> None:
        """Take back the last edit of this video."""
        self._travel("undo")

    def redo(self) -> None:
        """Bring back what was taken back last."""
        self._travel("redo")

    def _travel(self, direction: str) -> None:
        session = self._parts.session
        video = session.video
        if video is not None:
            session.edit(lambda document: getattr(document, direction)(video.id))

    def _file_slots(self) -> dict[str, Callable[[], object]]:
        parts = self._parts
        return {
            "open": self.open,
            "open_folder": self.open_folder,
            "add_video": self.add_video,
            "locate_video": self.locate_video,
            "deinterlace": self._deinterlace,
            "analyse": parts.analysing.start,
            "analyse_range": self._analyse_zone,
            "analyse_all": parts.analysing.start_all,
            "finder_settings": self.edit_finder_settings,
            "cancel_jobs": self._cancel_jobs,
            "export": self.export,
            "next_video": partial(parts.chooser.step, 1),
            "previous_video": partial(parts.chooser.step, -1),
            "close_review": parts.session.close,
            "quit": parts.window.close,
            "undo": self.undo,
            "redo": self.redo,
        }

    def _play_slots(self) -> dict[str, Callable[[], object]]:
        playback = self._parts.playback
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
            "loop": lambda: playback.set_loop(self._parts.actions["loop"].isChecked()),
            "zone_start": self._zone_from_here,
            "zone_end": self._zone_to_here,
            "zone_clear": partial(playback.set_working_zone, None),
        }

    def _dive_slots(self) -> dict[str, Callable[[], object]]:
        editing, paths, posing = self._parts.editing, self._parts.paths, self._parts.posing
        return {
            "loop_dive": editing.loop,
            "next_dive": editing.next,
            "previous_dive": editing.previous,
            "go_take_off": editing.go_to_start,
            "go_entry": editing.go_to_end,
            "accept": editing.accept,
            "reject": editing.reject,
            "unreview": editing.unreview,
            "set_start": editing.start_here,
            "set_end": editing.end_here,
            "add_dive": editing.add_here,
            "split_dive": editing.split,
            "merge_dives": editing.merge,
            "delete_dive": editing.delete,
            "edit_path": paths.draw_path,
            "remove_path": paths.remove_human_path,
            "next_handle": paths.select_next_handle,
            "toggle_candidate": paths.toggle_candidate,
            "pose_frame": posing.pose_frame,
            "pose_dive": posing.pose_dive,
        }

    def _code_slots(self) -> dict[str, Callable[[], object]]:
        codes = self._parts.codes
        return {
            **{f"group_{group}": partial(codes.set_group, group) for group in range(1, 7)},
            **{f"position_{letter}": partial(codes.set_position, letter) for letter in "ABCD"},
            "more_somersaults": partial(codes.add_half_somersaults, 1),
            "fewer_somersaults": partial(codes.add_half_somersaults, -1),
            "more_twists": partial(codes.add_half_twists, 1),
            "fewer_twists": partial(codes.add_half_twists, -1),
            "type_code": self._type_code,
            "next_board": codes.next_board,
        }

    def _view_slots(self) -> dict[str, Callable[[], object]]:
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

    def _analyse_zone(self) -> None:
        zone = self._parts.playback.working_zone
        if zone is None:
            self._parts.messages.say("Set a working zone first: I where it begins, O where it ends.")
        else:
            self._parts.analysing.start(zone)

    def _cancel_jobs(self) -> None:
        self._parts.analysing.cancel()
        self._parts.jobs.cancel_all()

    def _zone_from_here(self) -> None:
        playback = self._parts.playback
        end = playback.working_zone[1] if playback.working_zone else playback.frame_count - 1
        playback.set_working_zone((playback.position, max(end, playback.position)))

    def _zone_to_here(self) -> None:
        playback = self._parts.playback
        start = playback.working_zone[0] if playback.working_zone else 0
        playback.set_working_zone((min(start, playback.position), playback.position))

    def _type_code(self) -> None:
        self._parts.docks.inspector.show()
        self._parts.docks.inspector.raise_()
        self._parts.inspector.code.focus_field()

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

    def _ask_for_file(self, title: str, filters: str) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(self._parts.window, title, str(self._start_folder()), filters)
        return Path(name) if name else None

    def _start_folder(self) -> Path:
        recent = self._parts.settings.recent_files
        return recent[0].parent if recent else Path.home()
