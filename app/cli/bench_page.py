"""A page of benchmarks, with a section for each machine that they were run on."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.cli.machine import describe_machine
from app.version import program_version

_BUSY_SHARE = 0.1


def others_share() -> float:
    """The share of all processors, 0 to 1, that programs take while this one waits for a second."""
    import psutil

    return float(psutil.cpu_percent(interval=1.0)) / 100


def update_page(path: Path, names: Sequence[str], table: Sequence[str], busy_share: float) -> None:
    """Write this machine's section, in place of an earlier one; those of other machines stay.

    Args:
        path: the page; made if need be.
        names: of the benchmarks.
        table: its lines.
        busy_share: of the processors, that other programs took when the first benchmark began.

    Raises:
        OSError: if it cannot be written.
    """
    machine = describe_machine()
    only = [word for name in names for word in ("--only", name)]
    heading = ", ".join(machine.split(", ")[:2])
    facts = [
        f"- Date: {datetime.now(UTC):%Y-%m-%d}",
        f"- Program: DiveReview {program_version()}",
        f"- Command: `{shlex.join(['divereview', 'bench', *only, '--page', path.name])}`",
        f"- Machine: {machine}",
    ]
    if busy_share >= _BUSY_SHARE:
        facts.append(
            f"- Other programs took {busy_share:.0%} of the processor when it began; on a quiet machine it is faster."
        )
    sections = _sections(path.read_text(encoding="utf-8")) if path.is_file() else {}
    sections[heading] = "\n".join([*facts, "", *table])
    lines = [f"# Benchmarks: {', '.join(names)}", ""]
    for title, content in sections.items():
        lines += [f"## {title}", "", content, ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")


def _sections(page: str) -> dict[str, str]:
    """What stands below each heading, by the heading."""
    _, *parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {title.strip(): content.strip() for title, content in zip(parts[::2], parts[1::2], strict=True)}
