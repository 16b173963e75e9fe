"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

FpsOption = Annotated[
    float | None,
    typer.Option(
        "--fps", min=0.01, max=10_000, metavar="FPS", help="Frames per second of a folder of images, else 25."
    ),
]

DeinterlaceOption = Annotated[
    bool | None, typer.Option("--deinterlace", help="Make one picture of each field of interlaced video.")
]
