"""`divereview frame`: one exact frame as a picture file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import say, shown_progress
from app.cli.errors import CommandError
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import DeinterlaceOption, FpsOption

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")


def frame(
    video: Annotated[Path, typer.Argument(metavar="VIDEO", readable=False, help="A video file or a folder of images.")],
    number: Annotated[int, typer.Argument(metavar="N", help="Frame number, counted from 0 in the order shown.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The picture to write; its ending says the format.")],
    fps: FpsOption = None,
    deinterlace: DeinterlaceOption = None,
) -> None:
    r"""Write exactly frame N of a video as a picture.

    The picture is upright and in full size.

    \b
    Example:
      divereview frame training.mp4 1234 --out take-off.png
    """
    from app.sources import SourceOptions, open_source
    from inference.video.image_file import write_image

    if out.suffix.lower() not in PICTURE_SUFFIXES:
        raise CommandError(f"{out}: name the picture with one of the endings {', '.join(PICTURE_SUFFIXES)}.")
    with (
        cancelled_by_interrupt() as cancel,
        shown_progress(f"Reading {video.name}") as progress,
        open_source(video, SourceOptions(deinterlace, fps), progress=progress, cancel=cancel) as reader,
    ):
        picture = reader.read(number)
        seconds = reader.index.time(number).seconds
        warnings = reader.index.warnings
    for warning in warnings:
        say(warning)
    write_image(out, picture)
    say(f"Frame {number} at {seconds:.3f} s is in {out}.")
