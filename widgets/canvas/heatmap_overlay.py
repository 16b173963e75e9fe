"""A heatmap over a frame: what a model makes of it, coloured, and the more opaque the higher its value."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QTransform

from inference.results import FloatArray
from widgets.colour_maps import colour_table

FINER: Final = 4
"""How many pixels are painted along each side of one of the heatmap's; values between their middles lie on a line."""

_LOWEST: Final = 3
"""Of 255; what is below is as good as clear, and not painted."""


@dataclass(frozen=True, eq=False)
class HeatmapOverlay:
    """One heatmap, or several in one.

    Args:
        values: (h, w) from 0, which is clear, to 255.
        to_frame: (2, 3) from continuous px of the heatmap to image coordinates of the frame.
        colour_map: one of `widgets.colour_maps.COLOUR_MAPS`.
        opacity: of the highest value, from 0 to 1.

    Raises:
        ValueError: if an array has another shape or type.
    """

    values: npt.NDArray[np.uint8]
    to_frame: FloatArray
    colour_map: str = "inferno"
    opacity: float = 0.8

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.dtype != np.uint8:
            raise ValueError(f"a heatmap must be (h, w) uint8, got {self.values.shape} {self.values.dtype}")
        if self.to_frame.shape != (2, 3):
            raise ValueError(f"the way to the frame must be (2, 3), got {self.to_frame.shape}")

    @functools.cached_property
    def painted(self) -> tuple[QImage, QPointF] | None:
        """The part that is not clear, FINER px for one, and its top left corner in px of the heatmap; None if all is.

        Made when it is first painted, so that frames nobody sees cost nothing.
        """
        rows, columns = (
            np.flatnonzero(self.values.max(axis=1) >= _LOWEST),
            np.flatnonzero(self.values.max(axis=0) >= _LOWEST),
        )
        if not len(rows):
            return None
        # One pixel more on each side, lest the slope to what is clear be cut off.
        top, bottom = max(rows[0] - 1, 0), min(rows[-1] + 2, self.values.shape[0])
        left, right = max(columns[0] - 1, 0), min(columns[-1] + 2, self.values.shape[1])
        part = self.values[top:bottom, left:right].astype(np.float32)
        fine = _finer(np.ascontiguousarray(_finer(part.T).T))
        pixels = _colours(self.colour_map, self.opacity)[np.rint(fine).astype(np.uint8)]
        height, width = pixels.shape
        # The image does not own its pixels, hence the copy.
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
        return image, QPointF(float(left), float(top))


def paint_heatmap(painter: QPainter, overlay: HeatmapOverlay, to_widget: FloatArray) -> None:
    """Paint a heatmap where it lies in the frame.

    Args:
        painter: of the widget.
        overlay: the heatmap.
        to_widget: (2, 3) from image coordinates of the frame to the widget.
    """
    if overlay.painted is None:
        return
    image, corner = overlay.painted
    linear = to_widget[:, :2] @ overlay.to_frame[:, :2]
    (across_x, down_x), (across_y, down_y) = linear.tolist()
    left, top = (to_widget[:, :2] @ overlay.to_frame[:, 2] + to_widget[:, 2]).tolist()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setTransform(QTransform(across_x, across_y, down_x, down_y, left, top), combine=True)
    painter.translate(corner)
    painter.scale(1 / FINER, 1 / FINER)
    painter.drawImage(QPointF(0.0, 0.0), image)
    painter.restore()


def _finer(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(FINER * h, w) on the lines between the middles of neighbouring rows; beyond the outermost ones, these.

    No product of matrices, which would divide itself among threads that go on waiting for more, turning round and
    round, while the video needs their cores.
    """
    above, below = np.concatenate([values[:1], values[:-1]]), np.concatenate([values[1:], values[-1:]])
    fine = np.empty((len(values), FINER, values.shape[1]), np.float32)
    for place in range(FINER):
        away = (place + 0.5) / FINER - 0.5
        fine[:, place] = values + abs(away) * ((below if away > 0 else above) - values)
    return fine.reshape(-1, values.shape[1])


@functools.lru_cache(maxsize=8)
def _colours(colour_map: str, opacity: float) -> npt.NDArray[np.uint32]:
    """(256,) premultiplied colours, ARGB in one number; the opacity grows evenly with the value."""
    alpha = np.linspace(0, opacity, 256)
    channels = np.column_stack([np.full(256, 255), colour_table(colour_map)]) * alpha[:, None]
    shifted = np.rint(channels).astype(np.uint32) << np.array([24, 16, 8, 0], np.uint32)
    table: npt.NDArray[np.uint32] = np.bitwise_or.reduce(shifted, axis=1)
    return table
