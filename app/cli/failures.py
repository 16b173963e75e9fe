"""What the person reads when something goes wrong, and the exit code that says so to a script."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from app.cli.console import say
from app.cli.crash_log import write_crash_log
from app.cli.errors import OutputError
from inference.progress import Cancelled

EXIT_FAILURE = 1
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141
"""What a shell reports for a program that SIGPIPE ended."""

ERROR_FAMILIES = (
    ("inference.video.errors", "VideoError"),
    ("inference.diving.codes", "DiveCodeError"),
    ("app.approach", "AnalysisError"),
    ("app.document.errors", "DocumentError"),
    ("app.exports.errors", "ExportError"),
    ("app.imports.errors", "ImportingError"),
    ("inference.dataset.errors", "DatasetError"),
    ("inference.simulator.errors", "SimulationError"),
    ("inference.models.errors", "ModelError"),
    ("inference.evaluation.errors", "EvaluationError"),
    ("inference.workers", "WorkersError"),
    ("app.cli.errors", "CommandError"),
)
"""Errors whose message is a sentence for the person, by module, so that none is imported to ask for it."""


@contextmanager
def reported_failures() -> Iterator[None]:
    """Turn whatever goes wrong inside into a sentence on stderr and an exit code.

    Raises:
        typer.Exit: with the exit code, for every failure but wrong usage, which typer reports itself.
    """
    try:
        yield
    except KeyboardInterrupt:
        say("Stopped.")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except Cancelled as stopped:
        say(str(stopped))
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except BrokenPipeError:
        _drop_stdout()
        raise typer.Exit(EXIT_BROKEN_PIPE) from None
    except OutputError as error:
        _drop_stdout()
        say(str(error))
        raise typer.Exit(EXIT_FAILURE) from None
    except Exception as error:
        if isinstance(error, typer.Abort) or hasattr(error, "exit_code"):  # typer's own: usage errors and exits
            raise
        say(sentence_for(error))
        raise typer.Exit(EXIT_FAILURE) from None


def sentence_for(error: Exception) -> str:
    """One sentence for the person; an error nobody foresaw leaves a crash log and the sentence says where."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror or error}."
    if is_foreseen(error):
        return str(error)
    report = write_crash_log(error)
    where = f"the details are in {report}" if report else "and the details could not be written to a file"
    return f"Something went wrong that should not have ({type(error).__name__}: {_first_line(error)}); {where}."


def is_foreseen(error: Exception) -> bool:
    """Whether the error's own message is the sentence for the person."""
    return any(isinstance(error, family) for family in _loaded_families())


def _loaded_families() -> Iterator[type[Exception]]:
    for module_name, class_name in ERROR_FAMILIES:
        module = sys.modules.get(module_name)
        if module is not None:
            yield getattr(module, class_name)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0]


def _drop_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush does not complain about the same again."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - lives until the program ends
