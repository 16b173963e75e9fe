"""Where the command line writes: data on stdout, everything said to the person on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from app.cli.errors import OutputError
from inference.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console

REPORT_STEP = 0.001
"""Smallest change of the fraction that is drawn; work may report as often as it likes."""

LINE_INTERVAL_S = 10.0
"""Time between two lines of progress where there is no bar."""


def make_streams_tolerant() -> None:
    """Let a console that cannot show a character show an escape instead of stopping the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def write_data(text: str) -> None:
    """Print one piece of data on stdout at once.

    Raises:
        BrokenPipeError: if whoever was reading has gone.
        OutputError: if the disk is full, say.
    """
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"The output cannot be written ({error.strerror or error}).") from error


def write_json(value: Any) -> None:
    """Print a value as JSON on stdout, in ASCII so that every console and pipe carries it."""
    write_data(json.dumps(value, indent=2))


def say(sentence: str) -> None:
    """Tell the person something on stderr."""
    stream: TextIO = sys.stderr
    stream.write(sentence + "\n")
    stream.flush()


def counted(count: int, thing: str) -> str:
    """A number of things: 1 dive, 2 dives."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def message_console() -> Console:
    """A rich console on stderr, for tables and progress meant for the person."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def shown_progress(title: str) -> Iterator[Progress]:
    """A progress bar with the time left on stderr; where stderr is no terminal, a line now and then."""
    console = message_console()
    if not console.is_terminal:
        yield _occasional_lines(title)
        return
    from rich.markup import escape
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(compact=True))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(escape(title), total=1.0)
        shown = -1.0, title

        def report(fraction: float, what: str) -> None:
            nonlocal shown
            if abs(fraction - shown[0]) >= REPORT_STEP or what != shown[1]:
                shown = fraction, what
                bar.update(task, completed=fraction, description=escape(f"{title}: {what}"))

        yield report


def _occasional_lines(title: str) -> Progress:
    """For logs: nothing about work that is quickly done, else a line every ten seconds."""
    said_at = time.monotonic()

    def report(fraction: float, what: str) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= LINE_INTERVAL_S:
            said_at = time.monotonic()
            say(f"{title}: {what}, {fraction:.0%}")

    return report


def write_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows on stdout in aligned columns; an empty header prints none.

    Raises:
        BrokenPipeError: if whoever was reading has gone.
    """
    lines = [header, *rows] if header else list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        write_data("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
