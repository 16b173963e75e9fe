"""The export dialog: which formats, which dives, where to; progress, cancel and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.window.dialog_room import make_room
from app.window.error_words import explain
from app.window.jobs import Job, JobContext, JobProgress, JobRunner
from app.window.settings import Settings
from widgets.job_strip import remaining_text
from widgets.theme import set_role

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_FORMATS = ("dive-sheet",)


class ExportDialog(QDialog):
    """Exports one review; closing it while it works cancels the export, which then leaves nothing behind."""

    def __init__(self, review: Path, jobs: JobRunner, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from app.exports.registry import EXPORTS

        self._review, self._jobs, self._settings = review, jobs, settings
        self._job: Job | None = None
        self._written: Path | None = None
        self.setWindowTitle("Export")
        self.setMinimumWidth(520)
        chosen = settings.export_formats or DEFAULT_FORMATS
        self.formats = {name: QCheckBox(format_.title, self) for name, format_ in EXPORTS.items()}
        self.reviewed_only = QCheckBox("Only dives that are accepted or corrected", self)
        self.reviewed_only.setChecked(True)
        self.overwrite = QCheckBox("Replace an earlier export there", self)
        self.folder = QLineEdit(str((settings.export_folder or review.parent) / f"{review.stem}-export"), self)
        self.folder.setAccessibleName("Folder to export into")
        self.browse = QPushButton("Choose…", self)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_folder = QPushButton("Open folder", self)
        self.cancel_button = QPushButton("Close", self)
        self.export_button = QPushButton("Export", self)
        self.export_button.setDefault(True)
        set_role(self.export_button, "primary")
        for button in (self.cancel_button, self.export_button):
            button.setMinimumWidth(92)
        for button in (self.browse, self.open_folder, self.cancel_button):
            button.setAutoDefault(False)  # Return exports, whatever has the focus

        layout = QVBoxLayout(self)
        layout.setSpacing(6)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.addWidget(_heading("Formats", self))
        for name, box in self.formats.items():
            box.setChecked(name in chosen)
            box.toggled.connect(self._refresh)
            layout.addWidget(box)
            hint = QLabel(EXPORTS[name].description, self)
            hint.setWordWrap(True)
            hint.setContentsMargins(26, 0, 0, 4)
            set_role(hint, "small")
            layout.addWidget(hint)
        layout.addWidget(_heading("Dives", self))
        layout.addWidget(self.reviewed_only)
        layout.addWidget(_heading("Folder", self))
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        layout.addLayout(row)
        layout.addWidget(self.overwrite)
        layout.addSpacing(8)
        layout.addWidget(self.progress)
        layout.addWidget(self.outcome)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_folder)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.export_button)
        layout.addLayout(buttons)

        self.folder.textChanged.connect(self._refresh)
        self.browse.clicked.connect(self._choose_folder)
        self.export_button.clicked.connect(self._start)
        self.cancel_button.clicked.connect(self._cancel_or_close)
        self.open_folder.clicked.connect(self._show_folder)
        self._refresh()

    @property
    def chosen_formats(self) -> tuple[str, ...]:
        """Names of the formats that are ticked."""
        return tuple(name for name, box in self.formats.items() if box.isChecked())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Show every line whole."""
        super().showEvent(event)
        make_room(self)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Cancel what is under way."""
        self._stop()
        super().closeEvent(event)

    def reject(self) -> None:
        """Esc: the same as closing."""
        self._stop()
        super().reject()

    def _refresh(self) -> None:
        is_working = self._job is not None
        for widget in (*self.formats.values(), self.reviewed_only, self.folder, self.browse, self.overwrite):
            widget.setEnabled(not is_working)
        self.export_button.setEnabled(not is_working and bool(self.chosen_formats) and bool(self.folder.text().strip()))
        self.progress.setVisible(is_working)
        self.outcome.setVisible(bool(self.outcome.text()))
        self.open_folder.setVisible(self._written is not None and not is_working)
        self.cancel_button.setText("Cancel" if is_working else "Close")

    def _choose_folder(self) -> None:
        now = Path(self.folder.text())
        chosen = QFileDialog.getExistingDirectory(self, "Make the export's folder in", str(now.parent))
        if chosen:
            self.folder.setText(str(Path(chosen) / now.name))

    def _start(self) -> None:
        folder = Path(self.folder.text().strip()).expanduser()
        formats, reviewed_only, review = self.chosen_formats, self.reviewed_only.isChecked(), self._review
        overwrite = self.overwrite.isChecked()
        self._settings.export_formats = formats
        self._settings.export_folder = folder.parent
        self._written = None
        self.outcome.setText("")

        def work(context: JobContext) -> Sequence[Path]:
            from app.document.document import ReviewDocument
            from app.exports.registry import export

            # A second, reading look at the review: the window goes on working with its own.
            with ReviewDocument.open(review, read_only=True) as document:
                return export(
                    document,
                    folder,
                    formats,
                    overwrite=overwrite,
                    reviewed_only=reviewed_only,
                    progress=context.progress,
                    cancel=context.cancel,
                )

        job = self._jobs.start("Exporting", work, tells_failure=False)
        self._job = job
        job.progressed.connect(self._show_progress)
        job.succeeded.connect(lambda written: self._show_result(folder, written))
        job.failed.connect(self._show_failure)
        job.was_cancelled.connect(lambda: self._say("The export was cancelled; nothing was written."))
        job.finished.connect(self._end)
        self._refresh()

    def _show_progress(self, progress: JobProgress) -> None:
        self.progress.setValue(round(progress.fraction * 1000))
        self._say(progress.what if progress.eta_s is None else f"{progress.what} · {remaining_text(progress.eta_s)}")

    def _show_result(self, folder: Path, written: Sequence[Path]) -> None:
        self._written = folder
        names = ", ".join(path.name for path in written)
        self._say(f"Written into {folder}: {names}.")

    def _show_failure(self, error: Exception) -> None:
        self._say(explain(error, "Exporting")[0], is_error=True)

    def _say(self, text: str, *, is_error: bool = False) -> None:
        set_role(self.outcome, "danger" if is_error else "muted")
        self.outcome.setText(text)
        self.outcome.setVisible(True)
        make_room(self)

    def _end(self) -> None:
        self._job = None
        self._refresh()

    def _cancel_or_close(self) -> None:
        if self._job is not None:
            self._job.cancel()
        else:
            self.close()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _show_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setContentsMargins(0, 8, 0, 0)
    set_role(label, "heading")
    return label
