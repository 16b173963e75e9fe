"""`divereview simulate`: footage of diving whose truth is known exactly, as a data set."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import counted, say, shown_progress, write_data
from app.cli.interrupt import cancelled_by_interrupt
from inference.diving.boards import Board
from inference.diving.codes import parse
from inference.progress import Cancelled
from inference.time_code import time_code

if TYPE_CHECKING:
    from inference.simulator.footage.script import Script

CAMERAS = ("fixed", "drifting", "handheld", "mixed")
SIZE_PATTERN = re.compile(r"(\d{2,5})x(\d{2,5})")
HIGHEST_SPRINGBOARD_M = 3.0


def _check_camera(text: str) -> str:
    if text not in CAMERAS:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(CAMERAS)}.")
    return text


def _check_size(text: str | None) -> str | None:
    if text is not None and not SIZE_PATTERN.fullmatch(text):
        raise typer.BadParameter(f"{text!r} is no size; write width and height in pixels, such as 640x360.")
    return text


def simulate(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="The folder of the data set; made.")
    ] = None,
    code: Annotated[str | None, typer.Option(metavar="CODE", help="One dive: its code, such as 5253B.")] = None,
    board: Annotated[
        str | None,
        typer.Option(
            metavar="BOARD",
            help="One dive: 1 or 3 (springboards), 5, 7.5 or 10 (platforms), or by kind, such as platform-3.",
        ),
    ] = None,
    session: Annotated[bool, typer.Option("--session", help="A training session in place of one dive.")] = False,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, metavar="MINUTES", help="A session: length of all videos together.")
    ] = None,
    videos: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="A session: how many videos, each from another place; one per 10 minutes."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes another place, other people, other dives.")] = 0,
    camera: Annotated[
        str, typer.Option(metavar="|".join(CAMERAS), callback=_check_camera, help="How steadily the camera is held.")
    ] = "fixed",
    size: Annotated[
        str | None,
        typer.Option(metavar="WxH", callback=_check_size, help="Size; one dive 1280x720, a session 640x360."),
    ] = None,
    fps: Annotated[
        int | None, typer.Option(metavar="FPS", help="Frames per second; one dive 50, a session 25.")
    ] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many processes draw; one per core of the machine.")
    ] = None,
    gallery: Annotated[
        Path | None, typer.Option("--gallery", metavar="DIR", help="Only draw contact sheets of all groups into DIR.")
    ] = None,
) -> None:
    r"""Make footage of diving whose truth is known exactly.

    DIR becomes a divereview-dataset with H.264 videos: intervals, dive codes, paths, and for every frame around a dive
    the keypoints in the picture and in space, the diver's box, the centre of mass and the camera. Its name is printed
    on stdout.

    The same options make the same videos, however many processes draw. A run that was stopped goes on where it was when
    the same command is given again; until everything is done, DIR is no data set.

    \b
    Examples:
      divereview simulate --code 5253B --board 3 --seed 1 --out dive
      divereview simulate --code 626C --board 10 --camera handheld --size 1920x1080 --out armstand
      divereview simulate --session --minutes 60 --seed 7 --camera mixed --out session
      divereview import session --out session.divereview
    """
    if gallery is not None:
        _draw_gallery(gallery)
        return
    if out is None:
        raise typer.BadParameter("Say where the data set goes: add --out DIR.")
    if session:
        if code is not None or board is not None:
            raise typer.BadParameter("--code and --board are for one dive, without --session.")
        if minutes is None:
            raise typer.BadParameter("A session needs its length: add --minutes.")
        script = _session(minutes, videos, seed, camera, _picture(size, fps))
    else:
        if code is None or board is None:
            raise typer.BadParameter("One dive needs --code and --board; for a training session write --session.")
        if minutes is not None or videos is not None:
            raise typer.BadParameter("--minutes and --videos are for a training session; add --session.")
        script = _one_dive(code, board, seed, camera, _picture(size, fps))
    _make(script, out, processes)


def parse_board(text: str) -> Board:
    """A board by its key, such as "platform-7.5", or by its height in metres, such as "7.5" or "3m".

    1 and 3 m are springboards where only the height is said.

    Raises:
        ValueError: if there is no such board.
    """
    height = text.strip().lower().removesuffix("m").strip()
    if re.fullmatch(r"\d+(\.\d+)?", height):
        kind = "springboard" if float(height) <= HIGHEST_SPRINGBOARD_M else "platform"
        return Board.from_key(f"{kind}-{float(height):g}")
    return Board.from_key(text.strip().lower())


def _picture(size: str | None, fps: int | None) -> dict[str, Any]:
    """Size and frame rate as a script takes them, where they were given."""
    picture: dict[str, Any] = {}
    if size is not None:
        width, height = size.split("x")
        picture["size"] = int(width), int(height)
    if fps is not None:
        picture["fps"] = fps
    return picture


def _session(minutes: float, videos: int | None, seed: int, camera: str, picture: dict[str, Any]) -> Script:
    from inference.simulator.footage.session import Session

    kinds: dict[str, Any] = {"camera": camera}
    return Session(minutes, seed, videos=videos or 0, **kinds, **picture)


def _one_dive(code: str, board: str, seed: int, camera: str, picture: dict[str, Any]) -> Script:
    from inference.simulator.footage.one_dive import OneDive

    if camera == "mixed":
        raise typer.BadParameter("One dive has one camera: fixed, drifting or handheld.")
    try:
        key = parse_board(board).key
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from None
    kinds: dict[str, Any] = {"camera": camera}
    return OneDive(str(parse(code)), key, seed, **kinds, **picture)


def _make(script: Script, out: Path, processes: int | None) -> None:
    from inference.dataset.read import Dataset
    from inference.simulator.footage.production import make_data_set

    with cancelled_by_interrupt() as cancel:
        try:
            with shown_progress("Simulating") as progress:
                make_data_set(script, out, processes=processes, progress=progress, cancel=cancel)
        except Cancelled:
            raise Cancelled(f"Stopped; the same command goes on with what is in {out}.") from None
    dataset = Dataset(out)
    seconds = sum(source.duration_s for source in dataset.sources)
    say(
        f"{counted(dataset.manifest.dive_count, 'dive')} in {counted(len(dataset.sources), 'video')}, "
        f"{time_code(seconds)} long."
    )
    write_data(str(out))


def _draw_gallery(folder: Path) -> None:
    from app.demo.gallery import draw_gallery

    with cancelled_by_interrupt() as cancel, shown_progress("Drawing the gallery") as progress:
        for path in draw_gallery(folder, progress=progress, cancel=cancel):
            write_data(str(path))
