"""Dives too many to tell apart, as columns stacked by review status."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from inference.results import FloatArray
from widgets.theme import Theme
from widgets.timeline.dive_bars import STATUSES

_COLUMN_PX = 2
_LEAST_FILL = 0.45


def status_counts(
    edges: FloatArray, left: FloatArray, right: FloatArray, status: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """How many dives of each status touch each column.

    Args:
        edges: (C + 1,) increasing edges of the columns.
        left: (N,) starts of the dives on the same scale.
        right: (N,) their ends.
        status: (N,) positions in STATUSES.

    Returns:
        (4, C) counts in the order of STATUSES.
    """
    columns = len(edges) - 1
    steps = np.zeros((len(STATUSES), columns + 1), dtype=np.int64)
    first = np.clip(np.searchsorted(edges, left, side="right") - 1, 0, columns - 1)
    last = np.clip(np.searchsorted(edges, right, side="left") - 1, first, columns - 1)
    np.add.at(steps, (status, first), 1)
    np.add.at(steps, (status, last + 1), -1)
    result: npt.NDArray[np.int64] = np.cumsum(steps, axis=1)[:, :columns]
    return result


def stacked_pixels(counts: npt.NDArray[np.int64], height: int, colours: list[int]) -> npt.NDArray[np.uint32]:
    """Columns of stacked colours on a transparent ground.

    Args:
        counts: (S, C) how many of each kind stand in each column.
        height: rows of the picture.
        colours: S opaque colours as 0xAARRGGBB.

    Returns:
        (height, C) pixels; a column with the largest total reaches the top, one with few nearly half of it.
    """
    total = counts.sum(axis=0)
    largest = max(int(total.max(initial=0)), 1)
    fill = np.where(total > 0, _LEAST_FILL + (1 - _LEAST_FILL) * total / largest, 0.0)
    tops = np.round(np.cumsum(counts, axis=0) / np.maximum(total, 1) * fill * height)
    row_from_bottom = np.arange(height, 0, -1)[:, None]
    pixels = np.zeros((height, counts.shape[1]), dtype=np.uint32)
    for kind in reversed(range(len(colours))):
        pixels[row_from_bottom <= tops[kind]] = colours[kind]
    return pixels


def paint_histogram(
    painter: QPainter,
    rect: QRectF,
    left: FloatArray,
    right: FloatArray,
    status: npt.NDArray[np.int64],
    theme: Theme,
) -> None:
    """Paint dives with (N,) left and right edges in widget pixels into a rectangle from its bottom upwards."""
    columns = max(int(rect.width()) // _COLUMN_PX, 1)
    rows = max(round(rect.height() * painter.device().devicePixelRatioF()), 1)
    counts = status_counts(np.linspace(rect.left(), rect.right(), columns + 1), left, right, status)
    pixels = stacked_pixels(counts, rows, [QColor(theme.status(name)).rgba() for name in STATUSES])
    image = QImage(pixels.data, columns, rows, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(rect, image)
