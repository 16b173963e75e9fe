"""What is to be exported, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.document.document import ReviewDocument
from inference.dataset.splits import DEFAULT_FRACTIONS
from inference.progress import CancelToken, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What one format is to write, and where.

    Attributes:
        document: the review.
        folder: an empty folder for this format alone.
        reviewed_only: whether only accepted and corrected dives are written.
        include_rejected: whether the data set also keeps rejected dives, as examples of what is no dive. Other formats
            never write them. Without reviewed_only the data set keeps them in any case.
        include_videos: whether the data set gets a copy of the videos.
        video_ids: the videos to export; None for all.
        split_fractions: share of each split, see `inference.dataset.splits`.
        seed: of the division into splits.
        crop_side_px: side of the square crops in px of the video; None for one that fits the diver, dive by dive.
        crop_output_px: side of the pictures written for the crops; None for the side they were cut with.
        progress: told the fraction done.
        cancel: stops the export.
    """

    document: ReviewDocument
    folder: Path
    reviewed_only: bool = True
    include_rejected: bool = False
    include_videos: bool = False
    video_ids: tuple[str, ...] | None = None
    split_fractions: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_FRACTIONS))
    seed: int = 0
    crop_side_px: int | None = None
    crop_output_px: int | None = None
    progress: Progress | None = None
    cancel: CancelToken | None = None

    def report(self, fraction: float, what: str) -> None:
        """Say how far the export is, and stop it here if asked to.

        Raises:
            Cancelled: if the export was cancelled.
        """
        if self.cancel is not None:
            self.cancel.raise_if_cancelled()
        if self.progress is not None:
            self.progress(fraction, what)


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One way to write a review.

    Attributes:
        name: for the command line and the folder, such as "dive-sheet".
        title: for people.
        description: one sentence on what it is for.
        write: fills the request's folder.
    """

    name: str
    title: str
    description: str
    write: Callable[[ExportRequest], None]
