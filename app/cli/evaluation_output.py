"""What the `evaluate` commands print, and the page of Markdown they write with all that it takes to measure again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.console import say, write_data, write_table
from app.cli.machine import describe_machine
from app.cli.training_run import own_command
from app.version import program_version

if TYPE_CHECKING:
    from inference.evaluation.tables import Table


def print_tables(tables: Sequence[Table]) -> None:
    """Tables on stdout, each under its title.

    Raises:
        BrokenPipeError: if whoever was reading has gone.
    """
    for number, table in enumerate(tables):
        if number:
            write_data("")
        write_data(table.title)
        write_table(table.header, table.rows)
        if table.note:
            write_data(table.note)


def write_page(path: Path, title: str, facts: Sequence[str], tables: Sequence[Table]) -> None:
    """Write a page; one of the same name is replaced.

    Args:
        path: the file; its folder is made if need be.
        title: what was measured.
        facts: a line each on weights, data and how long it took.
        tables: what was found.

    Raises:
        OSError: if it cannot be written.
    """
    from inference.evaluation.tables import markdown

    lines = [
        f"# {title}",
        "",
        f"- Date: {datetime.now(UTC):%Y-%m-%d}",
        f"- Program: DiveReview {program_version()}",
        f"- Command: `{own_command()}`",
        *(f"- {fact}" for fact in facts),
        f"- Machine: {describe_machine()}",
        "",
        *markdown(tables),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    say(f"Wrote {path}.")
