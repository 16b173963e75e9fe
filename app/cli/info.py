"""`divereview info`: what a video file really contains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import shown_progress, write_json, write_table
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import FpsOption, JsonOption

if TYPE_CHECKING:
    from inference.video.index import FrameIndex


def info(
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video file or a folder of images.")],
    as_json: JsonOption = False,
    fps: FpsOption = None,
) -> None:
    r"""Say what a video contains: frames, duration, frame rate.

    Only frames that really decode are counted; width and height are those of the upright picture.

    \b
    Examples:
      divereview info training.mp4
      divereview info training.mp4 --json
      divereview info frames/ --fps 50
    """
    from app.sources import SourceOptions, open_source

    with (
        cancelled_by_interrupt() as cancel,
        shown_progress(f"Reading {video.name}") as progress,
        open_source(video, SourceOptions(image_fps=fps), progress=progress, cancel=cancel) as reader,
    ):
        facts = video_facts(reader.index)
    if as_json:
        write_json(facts)
    else:
        write_table((), [(name.replace("_", " "), _plain(value)) for name, value in facts.items()])


def video_facts(index: FrameIndex) -> dict[str, Any]:
    """The facts of a video by name; width and height are those of the upright picture, rotation is in degrees."""
    return {
        "frames": index.frame_count,
        "duration_s": round(index.duration_s, 6),
        "average_fps": round(index.average_fps, 6),
        "variable_frame_rate": index.is_variable_frame_rate,
        "edit_list": index.has_edit_list,
        "rotation": index.rotation,
        "interlaced": index.is_interlaced,
        "width": index.width,
        "height": index.height,
        "codec": index.codec,
    }


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
