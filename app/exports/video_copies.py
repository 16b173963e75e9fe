"""Copies of videos: a file, or the files of a folder of images."""

from __future__ import annotations

from pathlib import Path

from app.exports.errors import ExportError
from inference.progress import CancelToken

_PIECE_BYTES = 8 * 2**20


def copy_video(path: Path, target: Path, cancel: CancelToken | None) -> None:
    """Copy a video file, or a folder of images without its subfolders.

    Raises:
        ExportError: if the video is missing.
        OSError: if it cannot be read, or the copy cannot be written.
        Cancelled: if cancelled.
    """
    if path.is_dir():
        target.mkdir()
        for file in sorted(path.iterdir()):
            if file.is_file():
                _copy_file(file, target / file.name, cancel)
    elif path.is_file():
        _copy_file(path, target, cancel)
    else:
        raise ExportError(
            f"The video {path} is missing, so it cannot be copied; put it back or say where it is now, or export "
            "without the videos."
        )


def _copy_file(path: Path, target: Path, cancel: CancelToken | None) -> None:
    with path.open("rb") as source, target.open("wb") as copy:
        while piece := source.read(_PIECE_BYTES):
            if cancel is not None:
                cancel.raise_if_cancelled()
            copy.write(piece)
