"""The export formats, and exporting a review in some of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.exports.activitynet import write_activitynet
from app.exports.atomic import atomic_folder
from app.exports.crops import write_crops
from app.exports.dataset import write_dataset
from app.exports.dive_sheet import write_dive_sheet
from app.exports.errors import ExportError
from app.exports.request import ExportFormat, ExportRequest
from app.exports.trajectories import write_trajectories
from inference.progress import CancelToken, Progress

EXPORTS: Mapping[str, ExportFormat] = {
    export_format.name: export_format
    for export_format in (
        ExportFormat(
            "divereview-dataset",
            "DiveReview data set",
            "Everything, for training and for opening as a review again: JSON with a manifest.",
            write_dataset,
        ),
        ExportFormat(
            "activitynet",
            "ActivityNet JSON",
            "When the dives are, for action-detection programs.",
            write_activitynet,
        ),
        ExportFormat(
            "trajectories",
            "Trajectories",
            "Where the diver is in every frame, as CSV.",
            write_trajectories,
        ),
        ExportFormat(
            "crops",
            "Tracked crops",
            "A video and 16 pictures for each dive that follow the diver; needs the videos.",
            write_crops,
        ),
        ExportFormat(
            "dive-sheet",
            "Dive sheet",
            "One line for each dive with code, difficulty, times and metrics, as CSV for a spreadsheet.",
            write_dive_sheet,
        ),
    )
}
"""Every format by its name."""


def export(
    document: ReviewDocument, folder: Path, formats: Sequence[str], *, overwrite: bool = False, **options: Any
) -> list[Path]:
    """Write a review in the formats named, each in its own folder: `folder/activitynet`, `folder/crops` and so on.

    The whole folder appears at the end, complete, or not at all.

    Args:
        document: the review.
        folder: where; it may exist if it is empty.
        formats: names out of `EXPORTS`.
        overwrite: whether an earlier export there is replaced. A folder with anything else in it never is.
        options: further fields of `ExportRequest`, such as reviewed_only, seed, progress and cancel.

    Returns:
        The folder of each format, in the order asked for.

    Raises:
        ExportError: if a format is unknown, the folder is taken or cannot be written, or a format cannot be made.
        Cancelled: if the export was cancelled.
    """
    names = list(dict.fromkeys(formats))
    _check_formats(names)
    progress: Progress | None = options.pop("progress", None)
    try:
        with atomic_folder(folder, may_replace=_is_export if overwrite else None) as partial:
            for position, name in enumerate(names):
                place = partial / name
                place.mkdir()
                share = _share(progress, position / len(names), (position + 1) / len(names))
                EXPORTS[name].write(ExportRequest(document=document, folder=place, progress=share, **options))
            cancel: CancelToken | None = options.get("cancel")
            if cancel is not None:
                cancel.raise_if_cancelled()
    except DocumentError as error:
        raise ExportError(f"The review could not be read while exporting: {error}") from error
    return [folder / name for name in names]


def _check_formats(names: Sequence[str]) -> None:
    if not names:
        raise ExportError(f"No export format was chosen; choose from {', '.join(EXPORTS)}.")
    for name in names:
        if name not in EXPORTS:
            raise ExportError(f"There is no export format {name!r}; choose from {', '.join(EXPORTS)}.")


def _is_export(folder: Path) -> bool:
    """Whether there is nothing in the folder but what an export writes."""
    return all(entry.name in EXPORTS and entry.is_dir() for entry in folder.iterdir())


def _share(progress: Progress | None, start: float, end: float) -> Progress | None:
    """A progress that fills only the part from start to end of another one."""
    if progress is None:
        return None
    return lambda fraction, what: progress(start + (end - start) * fraction, what)
