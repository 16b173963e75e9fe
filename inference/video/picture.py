"""Turning decoded pictures into upright arrays of the size asked for."""

from __future__ import annotations

import os

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

from inference.video.errors import VideoError

Picture = npt.NDArray[np.uint8]
Size = tuple[int, int]
"""Width and height in pixels."""

_LARGEST_SIDE = 32_768
_UNSPECIFIED = 2
_PLANAR = frozenset({"yuv420p", "yuvj420p"})
_THREADS = min(4, os.cpu_count() or 1)
_MANY_PIXELS = 1 << 21
_PIXELS_OF_ONE_THREAD = 1 << 16
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class PictureConverter:
    """Makes upright arrays of decoded pictures; keeps the scaler's tables from one picture to the next.

    Args:
        width: of the upright frame.
        height: of the upright frame.
        rotation: degrees clockwise that turn the stored picture upright.
        is_mirrored: whether to flip it left to right first.
    """

    def __init__(self, width: int, height: int, rotation: int, *, is_mirrored: bool) -> None:
        self._size = (width, height)
        self._rotation = rotation
        self._is_mirrored = is_mirrored
        self._reformatters: dict[tuple[str, Size | None], VideoReformatter] = {}
        self._halves: dict[tuple[str, Size], VideoFrame] = {}

    def convert(self, picture: VideoFrame, pixel_format: str, size: Size | None) -> Picture:
        """A contiguous (height, width, channels) array.

        Args:
            picture: as decoded.
            pixel_format: "bgr24" or "bgra".
            size: of the upright result; None for the frame's own.

        Raises:
            VideoError: if the size makes no sense.
        """
        width, height = checked_size(size) if size is not None else self._size
        is_turned = self._rotation in {90, 270}
        stored = (height, width) if is_turned else (width, height)
        # Where nothing is scaled, nothing is averaged either.
        is_scaled = stored != (picture.width, picture.height)
        colours = Colorspace.ITU709 if picture.colorspace == _UNSPECIFIED and picture.height >= 720 else None
        while picture.format.name in _PLANAR and _is_much_larger((picture.width, picture.height), stored):
            picture = self._halved(picture)
        converted = self._reformatter(pixel_format, size).reformat(
            picture,
            width=stored[0],
            height=stored[1],
            format=pixel_format,
            src_colorspace=colours,
            interpolation=Interpolation.AREA if is_scaled else Interpolation.BILINEAR,
            threads=_THREADS if stored[0] * stored[1] >= _MANY_PIXELS else 1,
        )
        return self._upright(np.asarray(converted.to_ndarray(), dtype=np.uint8))

    def _halved(self, picture: VideoFrame) -> VideoFrame:
        """A planar picture in half its size, in a place that is used again; quicker than scaling in one step."""
        name, size = picture.format.name, (picture.width // 2, picture.height // 2)
        half = self._halves.get((name, size)) or VideoFrame(*size, name)
        self._halves[name, size] = half
        half.colorspace, half.color_range = picture.colorspace, picture.color_range
        for plane, smaller in zip(picture.planes, half.planes, strict=True):
            _halve(_pixels(plane), _pixels(smaller))
        return half

    def _upright(self, stored: Picture) -> Picture:
        if self._is_mirrored:
            stored = np.asarray(cv2.flip(stored, 1), dtype=np.uint8)
        if self._rotation:
            stored = np.asarray(cv2.rotate(stored, _TURNS[self._rotation]), dtype=np.uint8)
        return np.ascontiguousarray(stored)

    def _reformatter(self, pixel_format: str, size: Size | None) -> VideoReformatter:
        if len(self._reformatters) > 8:
            self._reformatters.clear()
        return self._reformatters.setdefault((pixel_format, size), VideoReformatter())


def _halve(pixels: Picture, half: Picture) -> None:
    """Average squares of four pixels, in bands so small that OpenCV does not wake its threads for them.

    For half a millisecond after each call those threads would wait for more, busily, and keep decoding from its cores.
    """
    height, width = half.shape
    rows = max(_PIXELS_OF_ONE_THREAD // width, 1)
    for first in range(0, height, rows):
        band = half[first : first + rows]
        source = pixels[2 * first : 2 * (first + len(band))]
        cv2.resize(source, (width, len(band)), dst=band, interpolation=cv2.INTER_AREA)


def _is_much_larger(size: Size, wanted: Size) -> bool:
    """Whether a picture is so large that its half, of whole pixels, is still averaged over areas."""
    return all(side % 4 == 0 and side >= 4 * wanted_side for side, wanted_side in zip(size, wanted, strict=True))


def _pixels(plane: VideoPlane) -> Picture:
    """(height, width) of one plane, without copying."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]


def checked_size(size: Size) -> Size:
    """The size, if it is one.

    Raises:
        VideoError: if a side is not between 1 and 32768 pixels.
    """
    width, height = size
    if not (1 <= width <= _LARGEST_SIDE and 1 <= height <= _LARGEST_SIDE):
        raise VideoError(f"Frames cannot be read at {width} by {height} pixels; give a size of at least 1 by 1.")
    return int(width), int(height)


def fitted(picture: Picture, size: Size) -> Picture:
    """A (height, width, 3) picture scaled to fit inside a size, centred on black; untouched if it has that size."""
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    scale = min(size[0] / width, size[1] / height)
    inner = (max(round(width * scale), 1), max(round(height * scale), 1))
    canvas = np.zeros((size[1], size[0], picture.shape[2]), dtype=np.uint8)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = resized(picture, inner)
    return canvas


def resized(picture: Picture, size: Size) -> Picture:
    """A picture at another size, averaging over areas."""
    return np.asarray(cv2.resize(picture, checked_size(size), interpolation=cv2.INTER_AREA), dtype=np.uint8)
