"""The card that goes with trained weights: made of what, how, and how good; written by the run itself."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import torch

Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""What it shows in a sentence or two, its header, and its rows."""


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """What a training run was.

    Args:
        settings: of the training, a frozen dataclass with its number of steps.
        command: as it was given.
        data: a line for each data set.
        steps: updates really done.
        seconds: how long it took since it was last begun or taken up.
        device: on which it ran.
        processes: how many trained together.
        weights_hash: of the weights file.
    """

    settings: Any
    command: str
    data: Sequence[str]
    steps: int
    seconds: float
    device: str
    processes: int
    weights_hash: str


def model_card(
    title: str, purpose: str, record: TrainingRecord, sections: Sequence[tuple[str, Sequence[Table]]]
) -> str:
    """The card as Markdown.

    Args:
        title: what the network is.
        purpose: what it says, and where it is described.
        record: the run.
        sections: heading and tables, such as those of each split that was measured.
    """
    settings = asdict(record.settings)
    together = f", {record.processes} processes together" if record.processes > 1 else ""
    lines = [
        f"# {title}",
        "",
        purpose,
        "",
        f"- Date: {datetime.now(UTC):%Y-%m-%d}",
        f"- Weights: SHA-256 begins with `{record.weights_hash}`",
        f"- Command: `{record.command}`",
        f"- Device: {record.device} on {platform.machine()} with {torch.get_num_threads()} threads{together}",
        f"- Software: torch {torch.__version__}",
        f"- Length: {record.steps} of {settings['steps']} steps, {record.seconds / 60:.0f} minutes",
        *(f"- Data: {line}" for line in record.data),
        f"- Settings: {', '.join(f'{name} {value}' for name, value in settings.items())}",
        "",
    ]
    for heading, tables in sections:
        lines += [f"## {heading}", ""]
        for sentence, header, rows in tables:
            lines += [sentence, "", *_markdown(header, rows), ""]
    return "\n".join(lines)


def percent(share: float | None) -> str:
    """A share in percent; a dash for none."""
    return "-" if share is None else f"{share:.1%}"


def pixels(distance: float | None) -> str:
    """A distance in px; a dash for none."""
    return "-" if distance is None else f"{distance:.1f}"


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    table = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(row)} |" for row in table]
