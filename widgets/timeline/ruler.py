"""The time ruler: time codes above, frame numbers below as soon as they fit."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from inference.time_code import time_code
from widgets.theme import SMALL_PX, Theme, tabular
from widgets.time_axis import TimeAxis, Viewport

RULER_HEIGHT = 34

_TIME_STEPS_S = (
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    21600,
    43200,
)
_MINOR_PARTS = {
    15: 3,
    30: 3,
    900: 3,
    1800: 3,
    7200: 4,
    21600: 6,
    43200: 6,
    60: 6,
    120: 4,
    600: 5,
    3600: 6,
    0.02: 2,
    0.2: 2,
}
_LABEL_GAP = 18
_LARGEST_FRAME_STEP = 100


def time_step(pixels_per_second: float, label_px: float) -> float:
    """Seconds between labelled ticks: the smallest round step whose labels do not touch."""
    wanted = label_px / pixels_per_second
    fitting = [step for step in _TIME_STEPS_S if step >= wanted]
    return float(fitting[0]) if fitting else math.ceil(wanted / _TIME_STEPS_S[-1]) * float(_TIME_STEPS_S[-1])


def frame_step(pixels_per_frame: float, label_px: float) -> int | None:
    """Frames between numbered ticks: 1, 2, 5, 10 …; None where only every hundredth or fewer would fit."""
    wanted = label_px / pixels_per_frame
    for power in (1, 10, 100):
        for digit in (1, 2, 5):
            if digit * power >= wanted:
                return digit * power if digit * power <= _LARGEST_FRAME_STEP else None
    return None


def ticks(start_s: float, end_s: float, step_s: float) -> np.ndarray:
    """Multiples of the step from one before the start to the end."""
    return np.arange(math.floor(start_s / step_s), math.floor(end_s / step_s) + 1) * step_s


def paint_ruler(painter: QPainter, viewport: Viewport, axis: TimeAxis, theme: Theme) -> None:
    """Paint along the top of a strip, RULER_HEIGHT high."""
    painter.fillRect(QRectF(0, 0, viewport.width, RULER_HEIGHT), QColor(theme.field))
    painter.setFont(tabular(painter.font(), pixel_size=SMALL_PX))
    metrics = painter.fontMetrics()
    step = time_step(viewport.pixels_per_second, metrics.horizontalAdvance("00:00:00") + _LABEL_GAP)
    if step < 1:
        step = time_step(viewport.pixels_per_second, metrics.horizontalAdvance("00:00:00.00") + _LABEL_GAP)
    times = ticks(viewport.start_s, viewport.end_s, step)
    times = times[times >= axis.start_s]
    xs = viewport.xs_of(times)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QColor(theme.border_strong))
    painter.drawLines([QLineF(x, 0, x, RULER_HEIGHT) for x in np.floor(xs).tolist()])
    painter.setPen(QColor(theme.text_muted))
    for x, seconds in zip(xs.tolist(), times.tolist(), strict=True):
        text = time_code(seconds) if step < 1 else time_code(seconds)[:-3]
        painter.drawText(QPointF(math.floor(x) + 5, 14), text)
    if not _paint_frames(painter, viewport, axis, theme):
        _paint_minor_ticks(painter, viewport, step, theme)


def _paint_frames(painter: QPainter, viewport: Viewport, axis: TimeAxis, theme: Theme) -> bool:
    """Frame ticks at their own times and as many numbers as fit; whether they fit at all."""
    pixels_per_frame = viewport.pixels_per_second * axis.mean_frame_s
    label_px = painter.fontMetrics().horizontalAdvance(str(axis.frame_count)) + _LABEL_GAP
    step = frame_step(pixels_per_frame, label_px)
    if step is None:
        return False
    first, last = axis.frame_at(viewport.start_s), axis.frame_at(viewport.end_s)
    numbered = np.arange(first - first % step, last + 1, step)
    fine = max(step // 10, 1)
    if fine * pixels_per_frame >= 3:
        frames = np.arange(first - first % fine, last + 1, fine)
        painter.setPen(QColor(theme.border_strong))
        xs = np.floor(viewport.xs_of(axis.starts_of(frames)))
        painter.drawLines([QLineF(x, RULER_HEIGHT - 4, x, RULER_HEIGHT) for x in xs.tolist()])
    xs = np.floor(viewport.xs_of(axis.starts_of(numbered)))
    painter.setPen(QColor(theme.text_faint))
    painter.drawLines([QLineF(x, RULER_HEIGHT - 12, x, RULER_HEIGHT) for x in xs.tolist()])
    for x, frame in zip(xs.tolist(), numbered.tolist(), strict=True):
        painter.drawText(QPointF(x + 4, RULER_HEIGHT - 5), str(frame))
    return True


def _paint_minor_ticks(painter: QPainter, viewport: Viewport, step_s: float, theme: Theme) -> None:
    minor = step_s / _MINOR_PARTS.get(step_s, 5)
    xs = np.floor(viewport.xs_of(ticks(viewport.start_s, viewport.end_s, minor)))
    painter.setPen(QColor(theme.border_strong))
    painter.drawLines([QLineF(x, RULER_HEIGHT - 6, x, RULER_HEIGHT) for x in xs.tolist() if x >= 0])


def paint_playhead(painter: QPainter, left: float, right: float, height: float, theme: Theme) -> None:
    """A line at the frame's start with a head in the ruler; frames that are wide enough are shaded to their end."""
    colour = QColor(theme.playhead)
    if right - left > 3:
        shade = QColor(colour)
        shade.setAlphaF(0.12)
        painter.fillRect(QRectF(left, RULER_HEIGHT, right - left, height - RULER_HEIGHT), shade)
    x = math.floor(left) + 0.5
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRect(QRectF(x - 0.75, RULER_HEIGHT - 6, 1.5, height - RULER_HEIGHT + 6))
    top = RULER_HEIGHT - 15
    painter.drawPolygon(
        [
            QPointF(x - 5.5, top),
            QPointF(x + 5.5, top),
            QPointF(x + 5.5, top + 7),
            QPointF(x, top + 13),
            QPointF(x - 5.5, top + 7),
        ]
    )
