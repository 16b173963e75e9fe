"""The log, and reports of crashes: kept in a file, never thrown in a person's face, offered at the next start."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from app.window.folders import log_folder

log = logging.getLogger(__name__)

LOG_BYTES = 1_000_000
REPORT = "crash-report.txt"
FATAL = "fatal.txt"


class CrashReports:
    """Catches what nobody caught, while installed.

    Args:
        folder: where log and reports go.
        on_error: told every uncaught exception (on the thread that raised it), so that the window can say a sentence.
    """

    def __init__(self, folder: Path | None = None, on_error: Callable[[BaseException], None] | None = None) -> None:
        self._folder = folder or log_folder()
        self._on_error = on_error
        self._fatal: IO[str] | None = None
        self._handler: logging.Handler | None = None
        self._previous: tuple[Any, Any, Any] | None = None

    def take_last_report(self) -> str | None:
        """The report that the run before left, once; None if it ended well."""
        texts = []
        for name in (REPORT, FATAL):
            path = self._folder / name
            try:
                texts.append(path.read_text(encoding="utf-8", errors="replace"))
                path.unlink()
            except OSError:
                continue
        report = "\n".join(text for text in texts if text.strip())
        return report or None

    def install(self) -> None:
        """Write the log and catch uncaught errors from now on; without a writable folder, only the catching."""
        self._previous = (sys.excepthook, sys.unraisablehook, threading.excepthook)
        sys.excepthook = self._take
        sys.unraisablehook = self._take_unraisable
        threading.excepthook = self._take_from_thread
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._handler = logging.handlers.RotatingFileHandler(
                self._folder / "divereview.log", maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
            )
            self._fatal = (self._folder / FATAL).open("w", encoding="utf-8")
        except OSError as error:
            log.warning("No log is kept, because %s cannot be written: %s", self._folder, error)
            return
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(self._handler)
        faulthandler.enable(self._fatal)

    def uninstall(self) -> None:
        """Give the hooks back and close the log."""
        if self._previous is not None:
            sys.excepthook, sys.unraisablehook, threading.excepthook = self._previous
            self._previous = None
        if self._fatal is not None:
            faulthandler.disable()
            self._fatal.close()
            self._fatal = None
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()
            self._handler = None

    def _take(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None, where: str = ""
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        error = error or kind()
        log.critical("Uncaught error%s", where, exc_info=(kind, error, trace))
        self._write_report("".join(traceback.format_exception(kind, error, trace)))
        if self._on_error is not None:
            self._on_error(error)

    def _take_unraisable(self, unraisable: Any) -> None:
        self._take(unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback, f" in {unraisable.object!r}")

    def _take_from_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_type is SystemExit:
            return
        name = caught.thread.name if caught.thread is not None else "a thread"
        self._take(caught.exc_type, caught.exc_value, caught.exc_traceback, f" in {name}")

    def _write_report(self, trace: str) -> None:
        when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        heading = f"{when}, Python {platform.python_version()}, {platform.platform()}"
        try:
            with (self._folder / REPORT).open("a", encoding="utf-8") as report:
                report.write(f"{heading}\n{trace}\n")
        except OSError as error:
            log.warning("The crash report could not be written: %s", error)
