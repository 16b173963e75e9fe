"""Options that the commands which train networks share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

OutOption = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for weights, card and state.")]

TestOption = Annotated[
    list[Path] | None,
    typer.Option(metavar="DIR", readable=False, help="A data set to measure on, all of it; repeat for several."),
]

SeedOption = Annotated[int, typer.Option(min=0, help="Another seed, another run.")]

DivesSeedOption = Annotated[int, typer.Option(min=0, help="Another seed, other simulated dives.")]

PatienceOption = Annotated[int, typer.Option(min=0, help="End after so many evaluations without gain; 0 never.")]

EvaluateEveryOption = Annotated[int, typer.Option(min=1, help="Steps between evaluations.")]

FullPrecisionOption = Annotated[bool, typer.Option("--full-precision", help="No bfloat16.")]

DeviceOption = Annotated[str, typer.Option(help="auto, cpu, cuda, mps.")]

LogOption = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for TensorBoard to show.")]


def one_of(choices: Sequence[str]) -> Callable[[str | None], str | None]:
    """A callback of an option that takes one of some words, or None where it is not given."""

    def checked(text: str | None) -> str | None:
        if text is not None and text not in choices:
            raise typer.BadParameter(f"{text!r} is not one of {', '.join(choices)}.")
        return text

    return checked
