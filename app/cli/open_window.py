"""`divereview [VIDEO|REVIEW]`: open the window, on a video or a review if one is named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.errors import CommandError
from app.cli.screen import why_no_window

OpenArgument = Annotated[
    Path | None, typer.Argument(metavar="[VIDEO|REVIEW]", help="What to open; nothing: the start page.")
]


def open_window(path: OpenArgument = None) -> None:
    """Open the window."""
    raise typer.Exit(show_window(path))


def show_window(path: Path | None) -> int:
    """Run the window until it is closed.

    Returns:
        The window's exit code.

    Raises:
        CommandError: if there is no such file, no screen, or a system library of Qt's is missing.
    """
    if path is not None and not path.exists():
        raise CommandError(f"{path}: there is no such file or folder, and no command of that name.")
    problem = why_no_window()
    if problem is not None:
        raise CommandError(problem)
    try:
        from app.window.run import run_window
    except ImportError as error:
        if ".so" not in str(error):
            raise
        library = str(error).split(":")[0]
        raise CommandError(
            f"The window cannot open because the system library {library} is missing; "
            "on Debian and Ubuntu install it with: sudo apt-get install libegl1 libgl1 libxkbcommon0 libdbus-1-3"
        ) from error
    exit_code: int = run_window(path)
    return exit_code
