"""Plots signals, with work that depends on the pixels of the plot alone.

Each signal is filled column by column into a small picture: a translucent area below it and a bright band from its
smallest to its largest value in the column. Qt's own rasteriser takes ten times as long for polygons this ragged.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from inference.results import FloatArray
from widgets.theme import SMALL_PX, Theme, tabular, translucent
from widgets.time_axis import TimeAxis, Viewport
from widgets.timeline.state import PlottedSignal

_FLATTEST_ROW = 18.0
_HEADROOM = 3.0
_FOOTROOM = 1.5
_LINE_PX = 1.3
_BAND_OPACITY = 0.9
_AREA_OPACITY = 0.16


def paint_signals(
    painter: QPainter,
    rect: QRectF,
    viewport: Viewport,
    axis: TimeAxis,
    signals: tuple[PlottedSignal, ...],
    theme: Theme,
) -> None:
    """One row for each signal with its name, or one row for all where they would be too flat to read."""
    height = rect.height() / max(len(signals), 1)
    if height < _FLATTEST_ROW:
        rows = [(rect, signals)]
    else:
        rows = [
            (QRectF(rect.left(), rect.top() + number * height, rect.width(), height), (signal,))
            for number, signal in enumerate(signals)
        ]
    for row, shown in rows:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(row.left(), math.floor(row.top()), row.width(), 1), QColor(theme.border))
        for signal in shown:
            _paint_signal(painter, row, viewport, axis, signal, theme)
        _paint_legend(painter, row, shown, theme)


def _paint_signal(
    painter: QPainter, rect: QRectF, viewport: Viewport, axis: TimeAxis, signal: PlottedSignal, theme: Theme
) -> None:
    """Values 0 to 1 from the bottom of the rectangle to just below its top."""
    ratio = painter.device().devicePixelRatioF()
    columns, rows = max(round(rect.width() * ratio), 1), max(round(rect.height() * ratio), 1)
    lowest, highest = column_ranges(signal, axis, viewport, columns)
    pixels = _band_pixels(lowest, highest, rows, ratio, QColor(theme.signal(signal.name)))
    image = QImage(pixels.data, columns, rows, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(QRectF(rect.left(), round(rect.top() * ratio) / ratio, columns / ratio, rows / ratio), image)


def column_ranges(
    signal: PlottedSignal, axis: TimeAxis, viewport: Viewport, columns: int
) -> tuple[FloatArray, FloatArray]:
    """Smallest and largest value in each of the columns that the viewport is cut into.

    A sample belongs to the whole time its frame is shown and stands in the middle of it, with straight lines between
    samples. Columns outside the signal are NaN.
    """
    values = signal.pyramid.values
    edges_s = np.linspace(viewport.start_s, viewport.end_s, columns + 1)
    edges = np.clip(axis.frames_at(edges_s) - signal.first_frame, 0, len(values))
    lowest, highest = np.full(columns, np.nan), np.full(columns, np.nan)
    if not len(values):
        return lowest, highest
    has_samples = edges[1:] > edges[:-1]
    if has_samples.any():
        low, high = signal.pyramid.envelope(edges)
        lowest[has_samples], highest[has_samples] = low[has_samples], high[has_samples]
    if edges[-1] - edges[0] < 2 * columns:
        line = _interpolated(signal, axis, edges_s)
        lowest = np.fmin(lowest, np.minimum(line[:-1], line[1:]))
        highest = np.fmax(highest, np.maximum(line[:-1], line[1:]))
    # Neighbouring columns touch, so that a steep slope stays one line.
    before_low, before_high = lowest[:-1].copy(), highest[:-1].copy()
    lowest[1:] = np.where(lowest[1:] > before_high, before_high, lowest[1:])
    highest[1:] = np.where(highest[1:] < before_low, before_low, highest[1:])
    return lowest, highest


def _interpolated(signal: PlottedSignal, axis: TimeAxis, seconds: FloatArray) -> FloatArray:
    """The signal's line at some times, NaN before its first and after its last frame."""
    first, last = signal.first_frame, signal.first_frame + len(signal.pyramid.values) - 1
    start = min(max(axis.frame_at(seconds[0]) - 1, first), last)
    stop = min(max(axis.frame_at(seconds[-1]) + 1, start), last) + 1
    frames = np.arange(start, stop)
    middles = (axis.starts_of(frames) + axis.starts_of(frames + 1)) / 2
    line = np.interp(seconds, middles, signal.pyramid.values[start - first : stop - first])
    is_outside = (seconds < axis.start_of(first)) | (seconds > axis.start_of(last + 1))
    result: FloatArray = np.where(is_outside, np.nan, line)
    return result


def _band_pixels(
    lowest: FloatArray, highest: FloatArray, rows: int, ratio: float, colour: QColor
) -> npt.NDArray[np.uint32]:
    """(rows, columns) premultiplied pixels; an edge covers the row it runs through in part."""
    zero = rows - _FOOTROOM * ratio
    height = zero - _HEADROOM * ratio
    # Values that are not there lie below the picture.
    top = zero - np.nan_to_num(np.clip(highest, 0.0, 1.0), nan=-1.0) * height
    bottom = np.maximum(zero - np.nan_to_num(np.clip(lowest, 0.0, 1.0), nan=-1.0) * height, top + _LINE_PX * ratio)
    below = np.arange(1, rows + 1, dtype=np.float32)[:, None]
    covered = np.clip(below - top.astype(np.float32), 0, 1)
    under_band = np.clip(below - bottom.astype(np.float32), 0, 1)
    covered *= 255 * _BAND_OPACITY
    under_band *= 255 * (_BAND_OPACITY - _AREA_OPACITY)
    covered -= under_band
    return _shades(colour)[covered.astype(np.uint8)]


def _shades(colour: QColor) -> npt.NDArray[np.uint32]:
    """The colour premultiplied with each opacity from 0 to 255, as 0xAARRGGBB."""
    opacity = np.arange(256)
    red, green, blue = (opacity * channel // 255 for channel in (colour.red(), colour.green(), colour.blue()))
    return (opacity << 24 | red << 16 | green << 8 | blue).astype(np.uint32)


def _paint_legend(painter: QPainter, rect: QRectF, signals: tuple[PlottedSignal, ...], theme: Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(tabular(painter.font(), pixel_size=SMALL_PX))
    metrics = painter.fontMetrics()
    widths = [metrics.horizontalAdvance(signal.name) + 26 for signal in signals]
    plate = QRectF(rect.left() + 6, rect.top() + 3, sum(widths) - 2, metrics.height() + 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(translucent(theme.panel, 0.85))
    painter.drawRoundedRect(plate, 5, 5)
    x, middle = plate.left() + 6, plate.center().y()
    for signal, width in zip(signals, widths, strict=True):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.signal(signal.name)))
        painter.drawRoundedRect(QRectF(x, middle - 4, 8, 8), 2, 2)
        painter.setPen(QColor(theme.text_muted))
        text = QRectF(x + 12, plate.top(), width, plate.height())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, signal.name)
        x += width
