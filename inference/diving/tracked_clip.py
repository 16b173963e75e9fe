"""Which pictures of a dive a classifier sees, and where it looks (thesis sections 5.4.3 and 5.5.1).

A clip holds pictures spread evenly from a little before the dive's start to a little after its end: the last moments on
the board show which way the diver faces. Each is a square around the path, of one size for the whole dive. Before the
start and after the end the path says nothing, and the square stays where it was.

Whether a dive is forward or reverse, back or inward, depends on whether the diver turns with the direction of travel or
against it. Squares that follow the diver do not show the travel, so a clip in which the path goes to the left is
mirrored: in every clip the diver travels to the right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from inference.diving.boards import Board
from inference.diving.crops import crop_side_px, cut_crop
from inference.results import FloatArray, Interval, Trajectory
from inference.video.reader import FrameReader

CLIP_PICTURES = 28
"""Pictures of a clip as it is kept; networks take some of them."""

CLIP_SIDE_PX = 72
"""Side of its pictures; networks look at a part of it."""

CLIP_SPAN = (-0.2, 1.12)
"""Where a clip begins and ends, as shares of the dive's duration after its start."""

CLIP_MARGIN = 1.125
"""How much wider a clip's pictures are than `DIVER_REACH_M`, so that training can move what networks look at."""

_ENOUGH_PX = 144
"""Squares are read no larger than this; videos are shrunk while they are decoded, which is the quickest."""

FIRST, LAST = 1.6, 25.8
"""Between which pictures of a clip networks look: from a tenth of the dive before its start to a little after it."""

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class ClipPlan:
    """What to cut for a clip.

    Args:
        frames: (n,) frame numbers, not decreasing; short dives repeat some.
        centres: (n, 2) image coordinates of the squares' middles, each of its own frame.
        side_px: side of the squares, px of the picture.
        is_mirrored: whether the squares are mirrored, left for right, which makes the diver travel to the right.
    """

    frames: npt.NDArray[np.int64]
    centres: FloatArray
    side_px: int
    is_mirrored: bool = False

    def cut(self, place: int, picture: Picture) -> Picture:
        """The square of the clip's picture at a place, `CLIP_SIDE_PX` on a side.

        Args:
            place: in the clip, from 0.
            picture: (height, width, 3) the whole frame.
        """
        x, y = (float(value) for value in self.centres[place])
        return self.oriented(cut_crop(picture, (x, y), self.side_px, CLIP_SIDE_PX))

    def oriented(self, square: Picture) -> Picture:
        """A square of a frame as the clip shows it, mirrored or not."""
        return np.ascontiguousarray(square[:, ::-1]) if self.is_mirrored else square


def plan_clip(
    interval: Interval,
    trajectory: Trajectory,
    board: Board | None,
    size: tuple[int, int],
    *,
    last_frame: int,
) -> ClipPlan:
    """Which frames to read and where to look in each.

    Args:
        interval: the dive's start and end.
        trajectory: its path.
        board: where it started, if known; it helps to tell how large the diver is.
        size: (width, height) of the video's pictures.
        last_frame: the video's last one, beyond which no clip goes.
    """
    start, end = interval.start, interval.end
    shares = np.linspace(*CLIP_SPAN, CLIP_PICTURES)
    places = start.frame + shares * max(end.frame - start.frame, 1)
    frames = np.clip(np.rint(places), 0, last_frame).astype(np.int64)
    inside = np.clip(frames, start.frame, end.frame)
    seconds = np.interp(inside, [start.frame, end.frame], [start.seconds, end.seconds])
    # Where the camera looks is asked of every frame, where the diver is only of those of the dive.
    points = trajectory.path.at(seconds)
    centres = [trajectory.camera.to_image(int(frame), point) for frame, point in zip(frames, points, strict=True)]
    side_px = round(CLIP_MARGIN * crop_side_px(trajectory, interval, board, size))
    # The sign is that of stabilised coordinates, so a camera that pans with the diver changes nothing. Seen along the
    # board it says little, but there nothing else tells left from right either.
    return ClipPlan(frames, np.stack(centres), side_px, is_mirrored=trajectory.path.vx < 0)


def read_clip(reader: FrameReader, plan: ClipPlan) -> Picture:
    """Read a clip from a video.

    Args:
        reader: the video, open.
        plan: what to cut.

    Returns:
        (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3) BGR; in place of a damaged frame the one before it, and in place
        of the first ones the first sound one.

    Raises:
        VideoError: if the video cannot be read.
    """
    index = reader.index
    shrink = min(1.0, _ENOUGH_PX / plan.side_px)
    size = (max(round(index.width * shrink), 1), max(round(index.height * shrink), 1))
    across, down = size[0] / index.width, size[1] / index.height
    side_px = max(round(plan.side_px * (across + down) / 2), 1)
    small = replace(plan, centres=plan.centres * (across, down), side_px=side_px)
    first, last = int(plan.frames[0]), int(plan.frames[-1])
    pictures = np.zeros((CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3), np.uint8)
    begun: int | None = None
    for time, picture in reader.frames(first, last + 1, size=None if shrink == 1 else size):
        places = np.flatnonzero(plan.frames == time.frame)
        if len(places):
            # What comes after is overwritten when its own frame comes, if it comes.
            pictures[places[0] :] = small.cut(int(places[0]), picture)
            begun = int(places[0]) if begun is None else begun
    if begun is not None:
        pictures[:begun] = pictures[begun]
    return pictures


def chosen_pictures(count: int, first: float = FIRST, last: float = LAST) -> npt.NDArray[np.int64]:
    """(count,) places in a clip, spread evenly between two."""
    return np.clip(np.rint(np.linspace(first, last, count)), 0, CLIP_PICTURES - 1).astype(np.int64)


def middle_side_px() -> float:
    """Side of the part of a clip's pictures that networks look at, px."""
    return CLIP_SIDE_PX / CLIP_MARGIN


def shown_clip(pictures: Picture, count: int, side: int) -> Picture:
    """What a network is shown of a clip.

    Args:
        pictures: (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3) bytes.
        count: how many pictures it takes.
        side: of its pictures, px.

    Returns:
        (count, side, side, 3) bytes.
    """
    matrix = to_window(side / middle_side_px(), side)
    return np.stack([window(pictures[place], matrix, side) for place in chosen_pictures(count)])


def to_window(zoom: float, side: int, *, turn_rad: float = 0.0, offset_px: FloatArray | None = None) -> FloatArray:
    """(2, 3) from pixel indices of what a network is shown to those of a clip's picture, middle to middle.

    Args:
        zoom: how much larger things are to be.
        side: of what the network is shown, px.
        turn_rad: how far things are to be turned.
        offset_px: (2,) where in the clip's picture the middle lies, from its own middle.
    """
    cosine, sine = np.cos(turn_rad) / zoom, np.sin(turn_rad) / zoom
    turned = np.array([[cosine, -sine], [sine, cosine]])
    middle = (CLIP_SIDE_PX - 1) / 2 + (np.zeros(2) if offset_px is None else offset_px)
    return np.concatenate([turned, (middle - turned @ np.full(2, (side - 1) / 2))[:, None]], axis=1)


def window(picture: Picture, matrix: FloatArray, side: int) -> Picture:
    """(side, side, 3) what a matrix of `to_window` shows of a clip's picture, black beyond its border."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, (side, side), flags=flags), np.uint8)
