"""Commands for the files of a review: open, add, find again, analyse, export."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog

from app.window.review_files import ALL_FILTER, ANY_FILTER, REVIEW_FILTER, VIDEO_FILTER
from app.window.window_parts import WindowParts


class FileCommands(QObject):
    """Asks for files, and hands them to the parts that open, analyse and export."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions about files and analyses do."""
        parts = self._parts
        return {
            "open": self.open,
            "open_folder": self.open_folder,
            "add_video": self.add_video,
            "locate_video": self.locate_video,
            "analyse": parts.analysing.start,
            "analyse_range": self._analyse_zone,
            "analyse_all": parts.analysing.start_all,
            "finder_settings": self.edit_finder_settings,
            "cancel_jobs": self._cancel_jobs,
            "export": self.export,
            "next_video": partial(parts.chooser.step, 1),
            "previous_video": partial(parts.chooser.step, -1),
            "close_review": parts.session.close,
        }

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

    def _analyse_zone(self) -> None:
        zone = self._parts.playback.working_zone
        if zone is None:
            self._parts.messages.say("Set a working zone first: I where it begins, O where it ends.")
        else:
            self._parts.analysing.start(zone)

    def _cancel_jobs(self) -> None:
        self._parts.analysing.cancel()
        self._parts.jobs.cancel_all()

    def _ask_for_file(self, title: str, filters: str) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(self._parts.window, title, str(self._start_folder()), filters)
        return Path(name) if name else None

    def _start_folder(self) -> Path:
        recent = self._parts.settings.recent_files
        return recent[0].parent if recent else Path.home()
