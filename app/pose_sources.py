"""The video that poses are wanted of, and the tracked crops that a review has of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.errors import DocumentError
from app.posing import Stretch, dive_stretches
from app.sources import SourceOptions, open_reviewed, open_source
from inference.progress import CancelToken, Progress

if TYPE_CHECKING:
    from app.document.document import ReviewDocument
    from app.document.records import Video
    from inference.video.reader import FrameReader


@contextmanager
def open_stretches(
    path: Path,
    review: Path | None,
    options: SourceOptions | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[FrameReader, list[Stretch] | None]]:
    """A video, open, and where its divers are.

    Args:
        path: the video.
        review: a review that has it; None if there is none.
        options: how to read it where no review says so.
        progress: told how far indexing is.
        cancel: stops indexing.

    Yields:
        The reader, and the tracked crops of the review's dives, None without a review.

    Raises:
        DocumentError: if the review cannot be opened, or has no such video or no path in it.
        VideoError: if the video cannot be read.
        Cancelled: if cancelled.
    """
    if review is None:
        with open_source(path, options, progress=progress, cancel=cancel) as reader:
            yield reader, None
        return
    from app.document.document import ReviewDocument

    with ReviewDocument.open(review, read_only=True) as document:
        video = _video_of(document, path)
        with open_reviewed(video, path, progress=progress, cancel=cancel) as reader:
            if reader.index.frame_count != video.frame_count:
                raise DocumentError(f"{path} has other frames than the video that {review} was made with.")
            stretches = dive_stretches(document, video, reader.index.times_s)
            if not stretches:
                raise DocumentError(
                    f"{review} has no dive with a path in {path.name}; find or draw one, or give a box."
                )
            yield reader, stretches


def _video_of(document: ReviewDocument, path: Path) -> Video:
    from inference.video.fingerprint import fingerprint

    videos = document.videos()
    for video in videos:
        if video.path == path.absolute() or (video.path.exists() and path.exists() and video.path.samefile(path)):
            return video
    if path.exists():
        found = fingerprint(path)
        for video in videos:
            if video.fingerprint == found:
                return video
    raise DocumentError(f"{document.path} does not have the video {path}.")
