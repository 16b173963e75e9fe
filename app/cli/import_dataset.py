"""`divereview import`: make a review out of a DiveReview data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import say, write_data


def import_dataset(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="The folder of a divereview-dataset export.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="R.divereview", help="The review to make.")],
) -> None:
    r"""Make a review out of an exported data set.

    The review has everything in it that people decided.

    \b
    Example:
      divereview import data/divereview-dataset --out copy.divereview
    """
    from app.imports.dataset import import_dataset as read_dataset

    with read_dataset(dataset, out) as document:
        videos = document.videos()
        count = sum(len(document.dives(video.id)) for video in videos)
    say(f"{count} dives in {len(videos)} videos imported.")
    write_data(str(out))
