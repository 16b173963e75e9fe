"""`divereview bench`: run the benchmarks of the source tree and print what they measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.bench_page import others_share, update_page
from app.cli.console import say, write_data, write_json, write_table
from app.cli.errors import CommandError
from app.cli.machine import describe_machine
from app.cli.options import JsonOption
from app.version import SOURCE_TREE

HEADER = ("what", "measured", "budget", "met")
PREFIX = "bench_"


def bench(
    as_json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Run this benchmark only; repeat for several.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the table into FILE, as this machine's section.")
    ] = None,
    names: Annotated[bool, typer.Option("--list", help="Print the names of the benchmarks and stop.")] = False,
) -> None:
    r"""Measure how fast the program is on this machine.

    Needs the source tree; the footage is drawn at the first run and kept. Benchmarks of the window use the screen, or a
    virtual one (Xvfb) where there is none.

    \b
    Examples:
      divereview bench
      divereview bench --only seek --only step
      divereview bench --markdown
      divereview bench --only live --page docs/results/live.md
    """
    found = find_benchmarks()
    if names:
        for name in found:
            write_data(name)
        return
    unknown = [name for name in only or [] if name not in found]
    if unknown:
        raise typer.BadParameter(f"There is no benchmark {unknown[0]!r}; choose from {', '.join(found)}.")
    busy_share = others_share() if page is not None else 0.0
    results: list[dict[str, Any]] = []
    failed: list[str] = []
    for name in only or found:
        say(f"Measuring: {name}")
        measured = run_benchmark(found[name])
        results.extend(measured or [])
        failed += [] if measured else [name]
    if results:
        _print(results, as_json=as_json, as_markdown=as_markdown)
    if results and page is not None:
        update_page(page, [name for name in only or found if name not in failed], _markdown(results), busy_share)
        say(f"Wrote {page}.")
    if failed:
        raise CommandError(f"Not measured because they failed: {', '.join(failed)}; what they said stands above.")


def find_benchmarks() -> dict[str, Path]:
    """The benchmarks by name.

    Raises:
        CommandError: if the program runs without its source tree.
    """
    folder = SOURCE_TREE / "tests" / "bench"
    scripts = {script.stem.removeprefix(PREFIX): script for script in sorted(folder.glob(f"{PREFIX}*.py"))}
    if not scripts:
        raise CommandError(
            f"The benchmarks are not part of the installed program ({folder} is not there); run 'python main.py bench' "
            "in a copy of the source."
        )
    return scripts


def run_benchmark(script: Path) -> list[dict[str, Any]] | None:
    """Run one benchmark in a process of its own, so that none finds another's memory or windows.

    Returns:
        What it printed on stdout, or None if it failed.
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(SOURCE_TREE), os.environ.get("PYTHONPATH", "")])}
    finished = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(script)], stdout=subprocess.PIPE, encoding="utf-8", env=environment, check=False
    )
    if finished.returncode != 0:
        return None
    measured: list[dict[str, Any]] = json.loads(finished.stdout)
    return measured


def _print(results: list[dict[str, Any]], *, as_json: bool, as_markdown: bool) -> None:
    machine = describe_machine()
    if as_json:
        write_json({"machine": machine, "results": results})
        return
    rows = [_row(result) for result in results]
    if as_markdown:
        write_data(f"Measured on: {machine}\n")
        for line in _markdown(results):
            write_data(line)
        return
    write_table(HEADER, rows)
    write_data(f"\nMeasured on: {machine}")


def _markdown(results: list[dict[str, Any]]) -> list[str]:
    rows = (HEADER, ("---",) * len(HEADER), *map(_row, results))
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in rows]


def _row(result: dict[str, Any]) -> tuple[str, str, str, str]:
    met = {True: "yes", False: "no", None: "-"}[result["is_met"]]
    return result["what"], result["measured"], result["budget"] or "-", met
