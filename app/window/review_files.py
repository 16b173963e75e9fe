"""Which file is what, and where the review of a video goes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from app.window.folders import documents_folder

REVIEW_SUFFIX = ".divereview"
VIDEO_SUFFIXES = frozenset(
    (
        *(".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mts", ".m2ts", ".ts"),
        *(".mpg", ".mpeg", ".wmv", ".flv", ".3gp", ".mxf", ".vob", ".ogv", ".mjpeg"),
    )
)

VIDEO_FILTER = "Videos (" + " ".join(f"*{suffix}" for suffix in sorted(VIDEO_SUFFIXES)) + ")"
REVIEW_FILTER = f"Reviews (*{REVIEW_SUFFIX})"
ALL_FILTER = (
    "Videos and reviews (" + " ".join(f"*{suffix}" for suffix in (REVIEW_SUFFIX, *sorted(VIDEO_SUFFIXES))) + ")"
)
ANY_FILTER = "All files (*)"


def is_review(path: Path) -> bool:
    """Whether a path names a review rather than a video."""
    return path.suffix.lower() == REVIEW_SUFFIX


def review_path_for(video: Path) -> Path:
    """Where the review of a video is or will be made: beside it, or in the person's own folder if that is read-only.

    In the own folder, the name carries a mark of the video's full path, so that two videos of one name never share a
    review.
    """
    name = (video.name if video.is_dir() else video.stem) + REVIEW_SUFFIX
    beside = video.absolute().with_name(name)
    if beside.exists() or _is_writable(beside.parent):
        return beside
    mark = hashlib.sha256(str(video.absolute()).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    folder = documents_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{beside.stem}-{mark}{REVIEW_SUFFIX}"


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)
