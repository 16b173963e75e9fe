"""The real main window for benchmarks, with settings of its own, driven through Qt's event loop."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from measurement import screen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.window.main_window import MainWindow

SIZE = 1600, 1000
_LOOK_EVERY_MS = 10


@contextmanager
def qt_screen() -> Iterator[tuple[str, Path]]:
    """A screen and a Qt application on it; yields what the screen is called in the table, and a folder to write to."""
    with screen() as name, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["DIVEREVIEW_CONFIG_DIR"] = folder
        from PySide6.QtWidgets import QApplication

        from app.window.run import keep_painting_in_one_thread
        from widgets.theme import apply_theme

        keep_painting_in_one_thread()
        application = QApplication([])
        apply_theme(application, "dark")
        yield name, Path(folder)
        application.shutdown()


@contextmanager
def main_window(path: Path) -> Iterator[MainWindow]:
    """The main window on a video or a review, once the first frame is on the screen."""
    from app.window.main_window import MainWindow

    window = MainWindow()
    window.resize(*SIZE)
    window.show()
    try:
        window.opening.open(path)
        wait_until(lambda: window.video.canvas.shown_frame is not None)
        yield window
    finally:
        window.close()
        window.deleteLater()
        turn_events()


def turn_events() -> None:
    """Let Qt do everything that is waiting."""
    from PySide6.QtCore import QCoreApplication

    QCoreApplication.processEvents()


def wait_until(is_true: Callable[[], bool], timeout_s: float = 300) -> None:
    """Turn events until something is true, asleep between them, as the program is.

    Raises:
        TimeoutError: if it takes too long.
    """
    from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

    alarm = QTimer()  # what is waited for may come without an event
    alarm.start(_LOOK_EVERY_MS)
    deadline = time.monotonic() + timeout_s
    while not is_true():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s} s in vain")


@contextmanager
def paints_of(widget: QWidget, on_paint: Callable[[], None]) -> Iterator[None]:
    """Be told whenever a widget is painted."""
    from PySide6.QtCore import QEvent, QObject

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint:
                on_paint()
            return False

    watcher = Watcher()
    widget.installEventFilter(watcher)
    try:
        yield
    finally:
        widget.removeEventFilter(watcher)
