"""`divereview import`: make a review out of a DiveReview data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import counted, say, shown_progress, write_data
from app.cli.interrupt import cancelled_by_interrupt


def import_dataset(
    dataset: Annotated[
        Path, typer.Argument(metavar="DATASET", readable=False, help="The folder of a divereview-dataset export.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="R.divereview", help="The review to make.")],
    videos: Annotated[
        list[Path] | None, typer.Option("--videos", metavar="DIR", help="Where the videos are; repeat for several.")
    ] = None,
) -> None:
    r"""Make a review out of an exported data set.

    The review has everything in it that people decided, and is printed on stdout. Videos are looked for by their
    content in the data set, beside it, beside the new review and in the folders named.

    \b
    Example:
      divereview import data/divereview-dataset --out copy.divereview --videos recordings
    """
    from app.imports.dataset import import_dataset as read_dataset

    with cancelled_by_interrupt() as cancel:
        with shown_progress(dataset.name) as progress:
            document = read_dataset(dataset, out, video_folders=videos or (), progress=progress, cancel=cancel)
        with document:
            known = document.videos()
            count = sum(len(document.dives(video.id)) for video in known)
            missing = [video.path.name for video in known if not video.path.exists()]
    say(f"{counted(count, 'dive')} in {counted(len(known), 'video')}.")
    for name in missing:
        say(f"{name} was not found; name the folder it is in with --videos, or put it beside the new review.")
    write_data(str(out))
