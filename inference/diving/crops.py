"""Square crops that follow a diver along the path (thesis section 5.4.3): constant side, the path in the centre."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inference.diving.boards import Board
from inference.results import Interval, Trajectory

DIVER_REACH_M = 3.0
"""Side of a crop at the diver's depth: 2.4 m from toes to fingertips at full stretch, and room for errors."""

CLIP_FRAMES = 16
MIN_SIDE_PX = 32

Picture = npt.NDArray[np.uint8]


def crop_side_px(trajectory: Trajectory, interval: Interval, board: Board | None, size: tuple[int, int]) -> int:
    """A side that fits the whole diver throughout the dive.

    The scale comes from the board's height where the board is known, because the diver's centre of mass drops by about
    that much between start and end; this holds in slow motion too. Otherwise gravity gives it, and without a path that
    curves downwards a third of the picture's height stands in.

    Args:
        trajectory: the dive's path.
        interval: the dive's start and end.
        board: where it started, if known.
        size: (width, height) of the picture, px.

    Returns:
        An even number of px between `MIN_SIDE_PX` and the longer side of the picture.
    """
    start, end = trajectory.path.at([interval.start.seconds, interval.end.seconds])
    drop_px = float(end[1] - start[1])
    metres_per_pixel = trajectory.path.metres_per_pixel
    if board is not None and drop_px > 0:
        side = DIVER_REACH_M * drop_px / board.height_m
    elif metres_per_pixel is not None:
        side = DIVER_REACH_M / metres_per_pixel
    else:
        side = size[1] / 3
    return even(min(max(side, MIN_SIDE_PX), max(size)))


def even(side: float) -> int:
    """The nearest even number of px, which video formats ask for."""
    return 2 * round(side / 2)


def cut_crop(picture: Picture, centre: tuple[float, float], side_px: int, output_px: int | None = None) -> Picture:
    """The square around a location, black beyond the border of the picture.

    Args:
        picture: (height, width, 3).
        centre: image coordinates of what becomes the middle of the crop, to a 32nd of a pixel.
        side_px: side of the square in px of the picture.
        output_px: side of the result; None for side_px.

    Returns:
        (output_px, output_px, 3).
    """
    # Pixel i of the crop shows image coordinate centre - side / 2 + i + 0.5, whose pixel index is 0.5 less.
    shift = np.array([[1.0, 0.0, centre[0] - side_px / 2], [0.0, 1.0, centre[1] - side_px / 2]])
    crop = cv2.warpAffine(picture, shift, (side_px, side_px), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    if output_px is not None and output_px != side_px:
        interpolation = cv2.INTER_AREA if output_px < side_px else cv2.INTER_CUBIC
        crop = cv2.resize(crop, (output_px, output_px), interpolation=interpolation)
    return np.asarray(crop, dtype=np.uint8)


def clip_frames(first: int, last: int, count: int = CLIP_FRAMES) -> list[int]:
    """`count` frames spread evenly from first to last, both included; a short stretch repeats some."""
    return [int(frame) for frame in np.rint(np.linspace(first, last, count))]
