"""`divereview export`: write the reviewed dives in formats that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import shown_progress, write_data
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.reviews import readable_review

FORMATS = ("divereview-dataset", "activitynet", "trajectories", "crops", "dive-sheet")
"""Names in app.exports.registry, which is too much to import for a help text."""


def _check_formats(names: list[str]) -> list[str]:
    for name in names:
        if name not in FORMATS:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(FORMATS)}.")
    return names


def export(
    review: Annotated[Path, typer.Argument(metavar="R.divereview", readable=False, help="A review.")],
    to: Annotated[
        Path, typer.Option("--to", "-t", metavar="DIR", help="The folder to make, with one in it for each format.")
    ],
    formats: Annotated[
        list[str],
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            callback=_check_formats,
            help="One of " + ", ".join(FORMATS) + "; repeat for several.",
        ),
    ],
    every: Annotated[bool, typer.Option("--all", help="Include dives that nobody has reviewed yet.")] = False,
    include_rejected: Annotated[
        bool,
        typer.Option("--include-rejected", help="Keep rejected dives in the data set, as what is no dive."),
    ] = False,
    include_videos: Annotated[
        bool, typer.Option("--include-videos", help="Copy the videos into the data set.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the division of videos into training, validation and test.")] = 0,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier export in the folder.")] = False,
) -> None:
    r"""Export the accepted and corrected dives of a review.

    The folder appears complete or not at all. The folders written are printed on stdout.

    \b
    Examples:
      divereview export training.divereview --to sheets --format dive-sheet
      divereview export training.divereview --to data --format divereview-dataset --format crops --all
    """
    from app.exports.registry import export as write_export

    with (
        cancelled_by_interrupt() as cancel,
        readable_review(review) as document,
        shown_progress("Exporting") as progress,
    ):
        folders = write_export(
            document,
            to,
            formats,
            overwrite=overwrite,
            reviewed_only=not every,
            include_rejected=include_rejected,
            include_videos=include_videos,
            seed=seed,
            progress=progress,
            cancel=cancel,
        )
    for folder in folders:
        write_data(str(folder))
