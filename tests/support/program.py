"""The real program as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SOURCE_TREE = Path(__file__).resolve().parents[2]
MAIN = SOURCE_TREE / "main.py"


def start_program(
    *arguments: object, folder: Path, script: str | None = None, environment: Mapping[str, str | None] | None = None
) -> subprocess.Popen[str]:
    """Start the program in a folder, its output piped.

    Args:
        arguments: of the command line.
        folder: the working directory.
        script: Python code to run in place of main.py, with the same arguments.
        environment: changes to this process's environment; None removes a variable.
    """
    changes = {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(SOURCE_TREE), **(environment or {})}
    variables = {name: value for name, value in {**os.environ, **changes}.items() if value is not None}
    program = [str(MAIN)] if script is None else ["-c", script]
    return subprocess.Popen(
        [sys.executable, *program, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="backslashreplace",
        cwd=folder,
        env=variables,
    )


def run_program(
    *arguments: object, folder: Path, script: str | None = None, environment: Mapping[str, str | None] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program until it ends by itself; see `start_program`."""
    with start_program(*arguments, folder=folder, script=script, environment=environment) as process:
        stdout, stderr = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
