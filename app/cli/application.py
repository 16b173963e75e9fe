"""The command line as a whole: its commands, what opens the window, and how failures end."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.cli.analyze import analyze
from app.cli.bench import bench
from app.cli.console import make_streams_tolerant, write_data
from app.cli.demo import demo
from app.cli.dives import dives
from app.cli.evaluate import evaluate
from app.cli.evaluate_classifier import evaluate_classifier
from app.cli.evaluate_locator import evaluate_locator
from app.cli.evaluate_pose import evaluate_pose
from app.cli.export import export
from app.cli.failures import reported_failures
from app.cli.frame import frame
from app.cli.import_dataset import import_dataset
from app.cli.info import info
from app.cli.models import models_application
from app.cli.open_window import open_window
from app.cli.pose import pose
from app.cli.simulate import simulate
from app.cli.train import train_application
from app.version import program_version

PROGRAM = "divereview"


class CommandGroup(TyperGroup):
    """Commands, where a first argument that is none but looks like a path opens the window on it."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command to run and its arguments; see the class."""
        if args and args[0] not in self.commands and _names_a_path(args[0]):
            return super().resolve_command(ctx, ["open", *args])
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command with every failure reported."""
        with reported_failures():
            return super().invoke(ctx)


def _names_a_path(argument: str) -> bool:
    """Whether an argument is a path rather than a mistyped command: it exists, or it has a folder or an extension."""
    path = Path(argument)
    return not argument.startswith("-") and (path.exists() or len(path.parts) > 1 or bool(path.suffix))


def _help_text(command: Callable[..., None]) -> str:
    """The docstring with the mark that keeps the lines of a paragraph apart."""
    return (inspect.getdoc(command) or "").replace("\\b", "\b")


def _print_version(wanted: bool) -> None:
    if wanted:
        write_data(f"DiveReview {program_version()}")
        raise typer.Exit


def start(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Find, review, correct and export the dives in diving video.

    Without a command the window opens: divereview, divereview training.mp4, divereview training.divereview

    Every other command runs without a screen. Data goes to stdout, messages to stderr; the exit code is 0 only on
    success, 1 on failure, 2 on wrong usage and 130 after Ctrl+C.
    """
    del version
    if context.invoked_subcommand is None:
        open_window(None)


def build_application() -> typer.Typer:
    """The typer application with all commands."""
    application = typer.Typer(
        name=PROGRAM,
        cls=CommandGroup,
        invoke_without_command=True,
        subcommand_metavar="[VIDEO|REVIEW] | COMMAND [ARGS]...",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    application.callback()(start)
    application.command("open", hidden=True)(open_window)
    for name, command in (
        ("info", info),
        ("frame", frame),
        ("analyze", analyze),
        ("pose", pose),
        ("dives", dives),
        ("export", export),
        ("import", import_dataset),
        ("simulate", simulate),
        ("evaluate", evaluate),
        ("evaluate-classifier", evaluate_classifier),
        ("evaluate-locator", evaluate_locator),
        ("evaluate-pose", evaluate_pose),
        ("demo", demo),
        ("bench", bench),
    ):
        application.command(name, help=_help_text(command))(command)
    application.add_typer(train_application(), name="train")
    application.add_typer(models_application(), name="models")
    return application


def run(arguments: Sequence[str]) -> int:
    """Run the command line.

    Args:
        arguments: without the program's name.

    Returns:
        The exit code.
    """
    make_streams_tolerant()
    try:
        build_application()(args=list(arguments), prog_name=PROGRAM)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    return 0
