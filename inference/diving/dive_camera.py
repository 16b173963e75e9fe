"""The camera's motion around one dive, from pictures that are looked at for other reasons anyway."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inference.models.detector_input import NETWORK_SIZE
from inference.results import CameraMotion, FloatArray, FrameTime
from inference.video.camera_follower import CameraFollower
from inference.video.camera_motion import chain, grey, to_full_size
from inference.video.picture import Picture
from inference.video.reader import FrameReader
from inference.video.rough_frames import rough_frames

ShownPicture = tuple[FrameTime, Picture]
"""When it is shown, and (height, width, 3) BGR."""


class RecentPictures:
    """The pictures seen last, so that camera and diver can be followed back when a dive has turned up.

    They lie in memory that is used again and again. Taken anew for each picture and given back seconds later, it would
    lie in gaps between what small pieces are made meanwhile, and a search through hours would take more and more.

    Args:
        most: how many are kept, so that memory stays bounded whatever is asked for.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._pictures: deque[ShownPicture] = deque()
        self._free: list[Picture] = []

    def keep(self, time: FrameTime, image: Picture) -> Picture:
        """Add the next (height, width, 3) BGR picture, of the size of all others.

        Returns:
            The picture as it is kept, to be used instead of the one given until it is forgotten: others of the same
            memory come after it.
        """
        if len(self._pictures) == self._most:
            self._forget_oldest()
        kept = self._free.pop() if self._free else np.empty_like(image)
        np.copyto(kept, image)
        self._pictures.append((time, kept))
        return kept

    def forget_before(self, frame: int) -> None:
        """Let go of pictures of earlier frames."""
        while self._pictures and self._pictures[0][0].frame < frame:
            self._forget_oldest()

    def of(self, frames: Sequence[int]) -> list[ShownPicture] | None:
        """The pictures of these frames, in order; None if one of them is not kept."""
        wanted = set(frames)
        found = [picture for picture in self._pictures if picture[0].frame in wanted]
        return found if len(found) == len(wanted) else None

    def _forget_oldest(self) -> None:
        _, picture = self._pictures.popleft()
        self._free.append(picture)


class SeenPictures:
    """Pictures looked at, from memory, or read again where they came from an earlier analysis.

    Args:
        reader: the video.
        stride: every how many frames a picture is looked at.
        recent: those in memory.
    """

    def __init__(self, reader: FrameReader, stride: int, recent: RecentPictures) -> None:
        self._reader, self._stride, self._recent = reader, stride, recent

    def of(self, frames: Sequence[int]) -> list[ShownPicture]:
        """The pictures of consecutive frames of those looked at; near damage there may be fewer."""
        kept = self._recent.of(frames)
        if kept is not None:
            return kept
        return list(rough_frames(self._reader, frames[0], frames[-1] + 1, self._stride, size=NETWORK_SIZE))


def follow_camera(
    pictures: Sequence[ShownPicture], start: FrameTime, middle_s: float, full_size: tuple[int, int]
) -> CameraMotion:
    """The camera's motion through pictures around a dive.

    Args:
        pictures: consecutive pictures, not necessarily of every frame, at least one.
        start: the dive's start; coordinates of the picture nearest to it are the stabilised ones.
        middle_s: the dive's middle; what is not of the same shot as the picture then is left out.
        full_size: (width, height) of the video.

    Returns:
        The maps of every frame from the first picture of the shot to its last, in full-size pixels.
    """
    follower = CameraFollower()
    steps = [follower.follow(grey(picture)) for _, picture in pictures]
    shot = shot_around([time for time, _ in pictures], [step.is_cut for step in steps], middle_s)
    height, width = pictures[0][1].shape[:2]
    frames = np.array([time.frame for time, _ in pictures[shot]])
    return interpolated_motion(
        frames, [step.to_previous for step in steps[shot]], start.frame, (width, height), full_size
    )


def shot_around(times: Sequence[FrameTime], is_cut: Sequence[bool], middle_s: float) -> slice:
    """The pictures that are not separated by a cut from the one shown at a time; a cut lies before its picture."""
    cuts = [place for place, cut in enumerate(is_cut) if cut]
    first = max((place for place in cuts if times[place].seconds <= middle_s), default=0)
    last = min((place for place in cuts if times[place].seconds > middle_s), default=len(times))
    return slice(first, last)


def interpolated_motion(
    frames: npt.NDArray[np.int64],
    to_previous: Sequence[FloatArray],
    start_frame: int,
    size: tuple[int, int],
    full_size: tuple[int, int],
) -> CameraMotion:
    """Steps between pictures of some frames as maps of every frame from the first to the last.

    Args:
        frames: (n,) increasing.
        to_previous: the map from each picture to the one before it; the first is not used.
        start_frame: the picture nearest to it gives the stabilised coordinates.
        size: (width, height) of the pictures.
        full_size: (width, height) of the video.
    """
    reference = int(np.abs(frames - start_frame).argmin())
    maps = to_full_size(chain(list(to_previous), reference), size, full_size)
    every = np.arange(frames[0], frames[-1] + 1)
    between = np.stack([np.interp(every, frames, column) for column in maps.reshape(len(maps), 9).T], axis=1)
    return CameraMotion(int(frames[0]), between.reshape(-1, 3, 3))
