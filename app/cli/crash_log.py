"""The report an unforeseen error leaves behind."""

from __future__ import annotations

import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from app.version import program_version


def write_crash_log(error: BaseException) -> Path | None:
    """Write the traceback and what it ran on to the log folder.

    Returns:
        The report, or None if none could be written.
    """
    from app.window.folders import log_folder

    now = datetime.now(UTC)
    report = log_folder() / f"crash-{now:%Y%m%d-%H%M%S-%f}.txt"
    lines = [
        f"DiveReview {program_version()}, {now.isoformat(timespec='seconds')}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"Arguments: {sys.argv[1:]!r}",
        "",
        *traceback.format_exception(error),
    ]
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text("\n".join(lines), encoding="utf-8", errors="backslashreplace")
    except OSError:
        return None
    return report
