"""Time from starting the program to a window that can be used."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
from measurement import Measurement, report
from window import qt_screen

STARTS = 5
BUDGET_S = 2.0
FIRST_PAINT_THEN_QUIT = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Watcher(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            QTimer.singleShot(0, lambda: (print("usable", flush=True), QApplication.closeAllWindows()))
            QApplication.instance().removeEventFilter(self)
        return False

import app.window.run as run
open_theme = run.apply_theme

def apply_theme(application, theme):
    global watcher
    watcher = Watcher()
    application.installEventFilter(watcher)
    open_theme(application, theme)

run.apply_theme = apply_theme
from main import main
sys.argv[1:] = []
sys.exit(main())
"""


def main() -> None:
    """Start the program several times; the first, which reads it from the disk, is not counted."""
    with qt_screen() as (where, _):
        times_s = [_start_s() for _ in range(STARTS + 1)][1:]
    median = float(np.median(times_s))
    report(
        [
            Measurement(
                "start",
                f"window usable after start, {where}",
                f"median {median:.2f} s, slowest {max(times_s):.2f} s",
                {"median_s": median, "max_s": max(times_s)},
                f"below {BUDGET_S:.0f} s",
                median < BUDGET_S,
            )
        ]
    )


def _start_s() -> float:
    start = time.perf_counter()
    command = [sys.executable, "-c", FIRST_PAINT_THEN_QUIT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        elapsed_s = time.perf_counter() - start
    if line != "usable\n" or process.returncode != 0:
        raise RuntimeError("the window did not come up")
    return elapsed_s


if __name__ == "__main__":
    main()
