"""The way from a picture to what a pose model looks at, and back: exact, with half-pixel centres (DESIGN section 4).

A model is shown an upright rectangle of one fixed size. Which part of the picture that is, is said by a box, widened
to the rectangle's proportions and by a margin, and by a turn for bodies that are not upright.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray

Picture = npt.NDArray[np.uint8]

_SHRINK_FROM = 2.0
"""From how many px of the picture to one of the crop on areas are averaged first, lest fine detail become noise."""


@dataclass(frozen=True, slots=True)
class CropRegion:
    """Where in a picture a person is.

    left and top are image coordinates, width and height px; turn_rad says how far the picture is to be turned about
    the box's middle for the person to be upright, clockwise as seen. A box is tight round a person, unless is_whole
    says that it is the middle of a crop made for the person, whatever part of that the person takes.

    Raises:
        ValueError: if a number is not finite or a side not positive.
    """

    left: float
    top: float
    width: float
    height: float
    turn_rad: float = 0.0
    is_whole: bool = False

    def __post_init__(self) -> None:
        values = (self.left, self.top, self.width, self.height, self.turn_rad)
        if not all(math.isfinite(value) for value in values) or self.width <= 0 or self.height <= 0:
            raise ValueError(f"the box {self.left},{self.top},{self.width},{self.height} has no area")

    @property
    def middle(self) -> FloatArray:
        """(2,) image coordinates."""
        return np.array([self.left + self.width / 2, self.top + self.height / 2])

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width, height."""
        return self.left, self.top, self.width, self.height

    def turned(self, turn_rad: float) -> CropRegion:
        """The same box with another turn."""
        return replace(self, turn_rad=turn_rad)


@dataclass(frozen=True, slots=True, eq=False)
class CropMap:
    """A similarity from image coordinates to those of a crop, both continuous.

    Args:
        matrix: (2, 3).
        size: (height, width) of the crop, px.
    """

    matrix: FloatArray
    size: tuple[int, int]

    def to_crop(self, points: npt.ArrayLike) -> FloatArray:
        """(..., 2) crop coordinates of (..., 2) image coordinates."""
        moved: FloatArray = np.asarray(points, np.float64) @ self.matrix[:, :2].T + self.matrix[:, 2]
        return moved

    def to_image(self, points: npt.ArrayLike) -> FloatArray:
        """(..., 2) image coordinates of (..., 2) crop coordinates."""
        inverse = np.linalg.inv(self.matrix[:, :2])
        moved: FloatArray = (np.asarray(points, np.float64) - self.matrix[:, 2]) @ inverse.T
        return moved

    @property
    def scale(self) -> float:
        """Px of the crop for one of the picture."""
        return math.sqrt(abs(float(np.linalg.det(self.matrix[:, :2]))))

    def cut(self, picture: Picture, fill: int = 0) -> Picture:
        """What the crop shows of a picture.

        Args:
            picture: (height, width, 3), or with a fourth channel, which is cut like the others.
            fill: the grey beyond the picture's border; the fourth channel is 0 there.

        Returns:
            (*size, 3), or with a fourth channel.
        """
        matrix = self.matrix
        shrink = int(1 / self.scale + 1e-6)
        if shrink >= _SHRINK_FROM:
            picture, matrix = self._shrunk(picture, shrink)
        # OpenCV's coordinates are pixel indices, half a pixel less than ours on either side.
        indices = matrix.copy()
        indices[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5
        crop = cv2.warpAffine(
            picture,
            indices,
            (self.size[1], self.size[0]),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(fill, fill, fill),
        )
        return np.asarray(crop, np.uint8)

    def _shrunk(self, picture: Picture, shrink: int) -> tuple[Picture, FloatArray]:
        """The part of a picture that the crop shows, averaged over squares of so many px, and the way from there.

        The squares are those of the whole picture, of which no more is touched than is shown: half a full HD picture
        takes as long as a small network.
        """
        height, width = self.size
        corners = self.to_image([(0, 0), (width, 0), (0, height), (width, height)])
        places, scales = [], []
        for axis, length in ((0, picture.shape[1]), (1, picture.shape[0])):
            # Between the middles of small pixels lies a line, which may reach one more on either side.
            first, last = corners[:, axis].min() / shrink - 2, corners[:, axis].max() / shrink + 2
            whole = max(length // shrink, 1)
            start = min(max(math.floor(first), 0), whole - 1)
            stop = max(min(math.ceil(last), whole), start + 1)
            end = length if stop == whole else stop * shrink
            places.append((start * shrink, end, stop - start))
            scales.append((end - start * shrink) / (stop - start))
        (left, right, across), (top, bottom, down) = places
        small = cv2.resize(picture[top:bottom, left:right], (across, down), interpolation=cv2.INTER_AREA)
        matrix = self.matrix * [*scales, 1.0]
        matrix[:, 2] += self.matrix[:, :2] @ [left, top]
        return np.asarray(small, np.uint8), matrix


def crop_map(region: CropRegion, size: tuple[int, int], padding: float = 1.0) -> CropMap:
    """The map that shows a region in the middle of a crop, as large as it fits.

    Args:
        region: the box and its turn. Of a turned box counts what it measures across and down if it is taken for an
            ellipse, as bodies nearly are; so a square keeps its size whatever the turn.
        size: (height, width) of the crop, px.
        padding: how many times larger than the box what is shown is; published models use 1.25.
    """
    cosine, sine = math.cos(region.turn_rad), math.sin(region.turn_rad)
    across = math.hypot(cosine * region.width, sine * region.height)
    down = math.hypot(sine * region.width, cosine * region.height)
    scale = min(size[1] / across, size[0] / down) / padding
    turned = scale * np.array([[cosine, -sine], [sine, cosine]])
    offset = np.array([size[1], size[0]]) / 2 - turned @ region.middle
    return CropMap(np.column_stack([turned, offset]), size)


PERSON_PADDING = 1.25
"""How many times as wide as the box around a diver at full stretch a tracked crop is."""


def whole_crop(left: float, top: float, width: float, height: float) -> CropRegion:
    """The region of a person for whom a crop has been made already: a tracked crop, or all of a picture.

    Args:
        left: of the crop, image coordinates.
        top: of the crop.
        width: of the crop, px.
        height: of the crop, px.
    """
    inner = (width / PERSON_PADDING, height / PERSON_PADDING)
    return CropRegion(left + (width - inner[0]) / 2, top + (height - inner[1]) / 2, *inner, is_whole=True)
