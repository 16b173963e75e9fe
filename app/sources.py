"""Opening videos: a new one as options say, one of a review in the way that its frame numbers come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.records import Video
from inference.progress import CancelToken, Progress

if TYPE_CHECKING:
    from inference.video.frame_index import FrameIndex
    from inference.video.reader import FrameReader


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How pictures are made out of a file: one per field of interlaced video, frames per second of image folders.

    None leaves it to what is usual: no deinterlacing, 25 images per second.
    """

    deinterlace: bool | None = None
    image_fps: float | None = None

    @classmethod
    def of(cls, index: FrameIndex) -> SourceOptions:
        """The options with which an index comes out again."""
        return cls(index.is_deinterlaced, index.image_fps)

    @classmethod
    def of_video(cls, video: Video) -> SourceOptions:
        """The options that the frame numbers of a review come from."""
        return cls(video.is_deinterlaced, video.image_fps or video.average_fps)

    def or_else(self, usual: SourceOptions) -> SourceOptions:
        """These options, with others where these leave it open."""
        return SourceOptions(
            usual.deinterlace if self.deinterlace is None else self.deinterlace,
            usual.image_fps if self.image_fps is None else self.image_fps,
        )


def open_source(
    path: Path,
    options: SourceOptions | None = None,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> FrameReader:
    """Open a video file or a folder of images as the options say; the caller closes it.

    Raises:
        VideoError: if it cannot be read.
        Cancelled: if cancelled while the index was being built.
    """
    from inference.video.image_index import DEFAULT_IMAGE_FPS
    from inference.video.reader import open_video

    chosen = (options or SourceOptions()).or_else(SourceOptions(deinterlace=False, image_fps=DEFAULT_IMAGE_FPS))
    return open_video(
        path,
        deinterlace=bool(chosen.deinterlace),
        image_fps=chosen.image_fps or DEFAULT_IMAGE_FPS,
        progress=progress,
        cancel=cancel,
    )


def open_reviewed(
    video: Video,
    path: Path | None = None,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> FrameReader:
    """Open a video of a review with the frames that the review counts; the caller closes it.

    Args:
        video: the video.
        path: where it is; None for where it was last seen.
        progress: told how far indexing is.
        cancel: stops indexing.

    Raises:
        VideoError: if it cannot be read.
        Cancelled: if cancelled while the index was being built.
    """
    path, options = path or video.path, SourceOptions.of_video(video)
    reader = open_source(path, options, progress=progress, cancel=cancel)
    # A review of schema version 2 does not say that its frames are fields, but there are twice as many.
    if not video.is_deinterlaced and reader.index.is_interlaced and 2 * reader.index.frame_count == video.frame_count:
        reader.close()
        reader = open_source(path, SourceOptions(deinterlace=True), progress=progress, cancel=cancel)
    return reader
