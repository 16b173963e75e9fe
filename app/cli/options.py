"""Options that several commands share."""

from __future__ import annotations

import re
import sys
from typing import Annotated, NamedTuple

import typer

_FRAMES_PATTERN = re.compile(r"([0-9]{1,18})-([0-9]{0,18})")


class FrameRange(NamedTuple):
    """Frames first to last, both included; without an end in the text, last is past every video's."""

    first: int
    last: int


def frame_range(text: str) -> FrameRange:
    """The frames that a text such as "1000-2000" names, or "1000-" for all from there on.

    Raises:
        typer.BadParameter: if it names none.
    """
    match = _FRAMES_PATTERN.fullmatch(text)
    if match is None:
        raise typer.BadParameter(
            f"{text!r} is not A-B with frame numbers, such as 1000-2000, or A- up to the last frame."
        )
    frames = FrameRange(int(match[1]), int(match[2] or sys.maxsize))
    if frames.last < frames.first:
        raise typer.BadParameter(f"{text!r} ends before it begins.")
    return frames


FramesOption = Annotated[
    FrameRange | None,
    typer.Option(
        "--frames", metavar="A-B", parser=frame_range, help="Only frames A to B, both included; A- goes to the last."
    ),
]

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
