"""`divereview info`: what a video file really contains."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import say, shown_progress, write_json, write_table
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import FpsOption, JsonOption


def info(
    video: Annotated[Path, typer.Argument(metavar="VIDEO", readable=False, help="A video file or a folder of images.")],
    as_json: JsonOption = False,
    fps: FpsOption = None,
) -> None:
    r"""Say what a video contains: frames, duration, frame rate.

    Only frames that really decode are counted; width and height are those of the upright picture. What is damaged is
    said on stderr.

    \b
    Examples:
      divereview info training.mp4
      divereview info training.mp4 --json
      divereview info frames/ --fps 50
    """
    from app.sources import SourceOptions, open_source
    from inference.video.info import video_info

    with (
        cancelled_by_interrupt() as cancel,
        shown_progress(f"Reading {video.name}") as progress,
        open_source(video, SourceOptions(image_fps=fps), progress=progress, cancel=cancel) as reader,
    ):
        facts = video_info(reader.index)
        warnings = reader.index.warnings
    for warning in warnings:
        say(warning)
    if as_json:
        write_json(facts)
    else:
        write_table((), [(name.replace("_", " "), _plain(value)) for name, value in facts.items()])


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
