"""The video files behind a review, for what cannot be exported without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app.document.records import Video
from app.exports.errors import ExportError
from app.sources import open_reviewed
from inference.progress import CancelToken
from inference.results import FrameTime
from inference.video.errors import VideoError

if TYPE_CHECKING:
    from inference.video.reader import FrameReader


def require_video(video: Video) -> None:
    """Make sure that the video is where the review says.

    Raises:
        ExportError: if it is not.
    """
    if not video.path.exists():
        raise ExportError(
            f"The video {video.path} is missing, and crops are cut from it; put it back or say where it is now, or "
            "leave the crops out: the other formats do not need the video."
        )


def open_frames(video: Video, cancel: CancelToken | None = None) -> FrameReader:
    """Open the video with the same frames that its review counts; the caller closes it.

    Raises:
        ExportError: if the file is missing, cannot be read, or has other frames than the review knows.
        Cancelled: if cancelled while the index was being built.
    """
    require_video(video)
    try:
        reader = open_reviewed(video, cancel=cancel)
    except VideoError as error:
        raise ExportError(f"{error} The crops are cut from the video; the other formats do not need it.") from error
    if reader.index.frame_count != video.frame_count:
        found = reader.index.frame_count
        reader.close()
        raise ExportError(
            f"The video {video.path} has {found} frames, and the review was made with {video.frame_count}; it is "
            "another video or has been changed."
        )
    return reader


class FrameClock:
    """Times of a video's frames: exact where the video is at hand, else from times that are known.

    Args:
        video: the video; its file is opened when it is first needed.
        cancel: stops the indexing of a video that has not been indexed yet.
    """

    def __init__(self, video: Video, cancel: CancelToken | None = None) -> None:
        self._video = video
        self._cancel = cancel
        self._exact: npt.NDArray[np.float64] | None = None
        self._has_looked = False

    def times(self, frames: Iterable[int], known: Iterable[FrameTime]) -> list[FrameTime]:
        """The time of each frame.

        Args:
            frames: frame numbers.
            known: frames whose times are known, at least one. Without the file, frames between two of them are spaced
                evenly, and frames beyond follow at the video's average rate.

        Raises:
            Cancelled: if cancelled while the index was being built.
        """
        frames = list(frames)
        seconds = {time.frame: time.seconds for time in known}
        if any(frame not in seconds for frame in frames):
            exact = self._from_file()
            seconds |= (
                _spaced(frames, seconds, self._video.average_fps)
                if exact is None
                else {frame: float(exact[frame]) for frame in frames}
            )
        return [FrameTime(frame, seconds[frame]) for frame in frames]

    def _from_file(self) -> npt.NDArray[np.float64] | None:
        """(frames,) seconds, or None where the video is not at hand as the review knows it."""
        if not self._has_looked:
            self._has_looked = True
            try:
                with open_frames(self._video, self._cancel) as reader:
                    self._exact = reader.index.times_s
            except ExportError:
                self._exact = None
        return self._exact


def _spaced(frames: Sequence[int], known: Mapping[int, float], fps: float) -> dict[int, float]:
    """Seconds of frames that are not known, evenly between those that are."""
    places = sorted(known)
    first, last = places[0], places[-1]
    between = np.interp(frames, places, [known[place] for place in places])
    beyond = np.minimum(np.array(frames) - first, 0) + np.maximum(np.array(frames) - last, 0)
    spaced = between + beyond / fps
    return {frame: float(value) for frame, value in zip(frames, spaced, strict=True) if frame not in known}
