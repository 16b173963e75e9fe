"""The signals of the dive detector over the picture: what it says of the moments before and after the frame shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.theme import SMALL_PX, Theme, tabular, translucent
from widgets.time_axis import TimeAxis, Viewport
from widgets.timeline.signal_plot import paint_signals
from widgets.timeline.state import PlottedSignal

REACH_S: Final = 2.0
"""Seconds on either side of the playhead, which stands still in the middle."""

ROW_PX: Final = 22.0
_WIDEST_PX, _NARROWEST_PX, _MARGIN_PX, _PADDING_PX = 620.0, 160.0, 10.0, 4.0
_BADGE_PX = 38.0
"""What the badge of the frame's number takes below."""
_TEXT_PX = 34.0


@dataclass(frozen=True, slots=True, eq=False)
class SignalStrip:
    """Signals of a video.

    Args:
        axis: the times of its frames.
        signals: in their order; each has a row.
    """

    axis: TimeAxis
    signals: tuple[PlottedSignal, ...]

    def value(self, signal: PlottedSignal, frame: int) -> float | None:
        """What a signal is in a frame; None where it is not known."""
        place = frame - signal.first_frame
        values = signal.pyramid.values
        known = 0 <= place < len(values) and bool(np.isfinite(values[place]))
        return float(values[place]) if known else None

    def rect(self, room: QRectF) -> QRectF:
        """Where the strip is painted: below, in the middle; nowhere where there is no room for it."""
        width = min(room.width() - 2 * _MARGIN_PX, _WIDEST_PX)
        height = ROW_PX * len(self.signals) + 2 * _PADDING_PX
        if width < _NARROWEST_PX or height + _BADGE_PX > room.height() / 2 or not self.signals:
            return QRectF()
        return QRectF(room.center().x() - width / 2, room.bottom() - _BADGE_PX - height, width, height)

    def viewport(self, frame: int, width: float) -> Viewport:
        """The seconds in sight when a frame is shown."""
        now_s = self.axis.start_of(frame)
        return Viewport(now_s - REACH_S, now_s + REACH_S, width)


def paint_signal_strip(painter: QPainter, room: QRectF, strip: SignalStrip, frame: int, theme: Theme) -> None:
    """Every signal in a row of its own, the playhead in the middle and beside it what each signal is now.

    Args:
        painter: on the picture's widget.
        room: what of the widget can be painted on.
        strip: the signals.
        frame: the one that is shown.
        theme: whose colours.
    """
    outer = strip.rect(room)
    if outer.isEmpty():
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(translucent(theme.field, 0.85))
    painter.drawRoundedRect(outer, 6, 6)
    rows = outer.adjusted(_PADDING_PX, _PADDING_PX, -_PADDING_PX, -_PADDING_PX)
    paint_signals(painter, rows, strip.viewport(frame, rows.width()), strip.axis, strip.signals, theme)
    middle = rows.center().x()
    painter.setPen(QPen(QColor(theme.playhead), 1.5))
    painter.drawLine(QLineF(middle, rows.top(), middle, rows.bottom()))
    painter.setFont(tabular(painter.font(), pixel_size=SMALL_PX))
    for number, signal in enumerate(strip.signals):
        value = strip.value(signal, frame)
        text = QRectF(middle + 5, rows.top() + number * ROW_PX, _TEXT_PX, ROW_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(translucent(theme.panel, 0.85))
        painter.drawRoundedRect(text.adjusted(-2, 4, 0, -3), 4, 4)
        painter.setPen(QColor(theme.text))
        painter.drawText(text, Qt.AlignmentFlag.AlignCenter, "\N{EN DASH}" if value is None else f"{value:.2f}")
