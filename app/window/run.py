"""Starting the program with its window."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.window.crash import CrashReports
from app.window.folders import APPLICATION
from app.window.main_window import MainWindow
from app.window.settings import Settings
from inference.workers import default_process_count
from widgets.theme import apply_theme


class _Uncaught(QObject):
    """Carries an uncaught error from whatever thread it came up in to the GUI thread."""

    happened = Signal(object)


_FEW_CORES = 2


def keep_painting_in_one_thread() -> None:
    """On few cores, have Qt scale pictures in the thread that paints; to be called before the application is made.

    Else it hands strips of every frame to threads of its own and waits for them, a hundred times a frame; while a video
    is decoded and poses are found on the same cores, the threads wait for one another more than they paint.
    """
    if default_process_count() <= _FEW_CORES:
        os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")


def run_window(path: Path | None) -> int:
    """Show the window, on a video or a review if one is named, until it is closed; returns the exit code."""
    keep_painting_in_one_thread()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise RuntimeError("A Qt application without windows is running in this process.")
    application.setApplicationName(APPLICATION)
    application.setApplicationDisplayName(APPLICATION)
    application.setDesktopFileName("divereview")
    # Qt's loop never comes back to Python for Ctrl+C; ending at once is safe, because every edit is on disk.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    uncaught = _Uncaught()
    reports = CrashReports(on_error=uncaught.happened.emit)
    last_report = reports.take_last_report()
    reports.install()
    try:
        settings = Settings()
        apply_theme(application, settings.theme)
        window = MainWindow(settings)
        uncaught.happened.connect(window.messages.show_error)
        window.show()
        if last_report is not None:
            window.messages.offer_report(last_report)
        if path is not None:
            QTimer.singleShot(0, window, lambda: window.opening.open(path))
        code = application.exec()
        # A window that was not closed by a person (the session ends, say) has work to join as well.
        window.close()
        return code
    finally:
        reports.uninstall()
