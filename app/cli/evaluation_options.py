"""Options that the `evaluate` commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.approach import METHODS
from inference.dataset.splits import SPLITS


def _check_method(text: str) -> str:
    if text not in METHODS:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(METHODS)}.")
    return text


def _check_splits(names: list[str] | None) -> list[str] | None:
    """Names of splits as an option has them.

    Raises:
        typer.BadParameter: if one is none.
    """
    for name in names or []:
        if name not in SPLITS:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(SPLITS)}.")
    return names


DataOption = Annotated[
    list[Path],
    typer.Option(
        "--data", "-d", metavar="DIR", readable=False, help="A divereview-dataset with its videos; repeat for several."
    ),
]
MethodOption = Annotated[
    str, typer.Option(metavar="|".join(METHODS), callback=_check_method, help="How dives are found.")
]
ProcessesOption = Annotated[int, typer.Option(min=1, help="Videos analysed at the same time.")]
SplitOption = Annotated[
    list[str] | None,
    typer.Option(metavar="|".join(SPLITS), callback=_check_splits, help="Only videos of this split; repeatable."),
]
KeepOption = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Keep results in DIR as they come; the same command goes on from there."),
]
PlotsOption = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Also draw the figures as PNG and SVG into DIR; needs matplotlib."),
]
MarkdownOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Also write the tables into FILE, with all it takes to repeat them.")
]
