"""Paints a panel: the heatmap over its crop, crosses, profiles beside the axes, and the scale.

The same code paints on the screen, into a PNG and into an SVG, so that all of them look alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen, QPolygonF

from inference.pose.heatmap_facts import Scale
from inference.results import FloatArray
from widgets.colour_maps import colour_table, coloured
from widgets.heatmaps.heatmap_panel import HeatmapPanel, HeatmapStyle
from widgets.heatmaps.marks import paint_axes, paint_places, paint_step
from widgets.theme import SMALL_PX, TEXT_PX, Theme, tabular, translucent

_GAP = 6.0
_LINE = 17.0
_PROFILE = 34.0
_BAR = 10.0
_BAR_LABELS = 50.0
_NARROW = 250.0
_SMALLEST = 24.0
_NAMED = 72.0
_READABLE = 110.0
_UNITS: dict[Scale, str] = {"raw": "raw", "normalised": "share", "log": "log₁₀"}


@dataclass(frozen=True, slots=True)
class PanelLayout:
    """Where the parts of a panel lie; a narrow one has no profiles, and one without a heatmap no scale either."""

    picture: QRectF
    profile_x: QRectF | None
    profile_y: QRectF | None
    bar: QRectF
    span: tuple[float, float, float, float]
    """Left, top, right and bottom edge of the picture in the plane's unit, which is px of the crop in xy."""

    @classmethod
    def of(
        cls,
        rect: QRectF,
        size: tuple[int, int],
        *,
        has_scale: bool = True,
        span: tuple[float, float, float, float] | None = None,
    ) -> PanelLayout:
        """The largest picture for which there is room.

        Args:
            rect: for the whole panel.
            size: (height, width) of the crop, or as shares of each other.
            has_scale: whether there are values to show, in profiles and a bar of colours.
            span: the picture's edges in the unit of places; the crop's in its px unless it says otherwise.
        """
        height, width = size
        profile = _PROFILE + _GAP if has_scale and rect.width() >= _NARROW else 0.0
        beside_picture = profile + _GAP + _BAR + _BAR_LABELS if has_scale else 0.0
        room_x = rect.width() - beside_picture
        room_y = rect.height() - _LINE - profile - 2
        scale = max(min(room_x / width, room_y / height), _SMALLEST / max(width, height))
        used = width * scale + beside_picture
        left = rect.left() + max((rect.width() - used) / 2, 0.0)
        picture = QRectF(left, rect.top() + _LINE, width * scale, height * scale)
        beside = QRectF(picture.right() + _GAP, picture.top(), _PROFILE, picture.height())
        below = QRectF(picture.left(), picture.bottom() + _GAP, picture.width(), _PROFILE)
        bar = QRectF(picture.right() + profile + _GAP, picture.top(), _BAR, picture.height())
        shown = span or (0.0, 0.0, float(width), float(height))
        return cls(picture, below if profile else None, beside if profile else None, bar, shown)

    @classmethod
    def of_panel(cls, rect: QRectF, panel: HeatmapPanel) -> PanelLayout:
        """That of a panel."""
        return cls.of(rect, panel.size, has_scale=panel.step is None, span=panel.span)

    def to_widget(self, place: npt.ArrayLike) -> QPointF:
        """Where a place in the plane's unit is painted."""
        x, y = np.asarray(place, np.float64).tolist()
        left, top, right, bottom = self.span
        across, down = (x - left) / (right - left), (y - top) / (bottom - top)
        return self.picture.topLeft() + QPointF(across * self.picture.width(), down * self.picture.height())

    def to_crop(self, point: QPointF) -> tuple[float, float] | None:
        """The place in the plane's unit under a point; None beside the picture."""
        if not self.picture.contains(point):
            return None
        left, top, right, bottom = self.span
        away = point - self.picture.topLeft()
        across, down = away.x() / self.picture.width(), away.y() / self.picture.height()
        return left + across * (right - left), top + down * (bottom - top)


def paint_panel(painter: QPainter, rect: QRectF, panel: HeatmapPanel, style: HeatmapStyle, theme: Theme) -> None:
    """Paint a panel into a rectangle."""
    layout = PanelLayout.of_panel(rect, panel)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(tabular(painter.font(), pixel_size=TEXT_PX))
    painter.setPen(QColor(theme.text))
    title = QRectF(layout.picture.left(), rect.top(), rect.right() - layout.picture.left(), _LINE - 2)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(
        title, flags, painter.fontMetrics().elidedText(panel.title, Qt.TextElideMode.ElideMiddle, int(title.width()))
    )
    painter.setFont(tabular(painter.font(), pixel_size=SMALL_PX))
    if panel.has_depth:
        painter.fillRect(layout.picture, QColor(theme.field))
    else:
        _paint_image(painter, layout.picture, np.ascontiguousarray(panel.crop[..., ::-1]), is_smooth=True)
    if panel.step is not None:
        paint_step(painter, layout.picture, layout.to_widget, panel.step)
    elif panel.heatmap is None:
        # Beside and below a small picture there is room, as there are no values to show.
        is_small = layout.picture.width() < _READABLE
        _paint_note(
            painter, QRectF(layout.picture.topLeft(), rect.bottomRight()) if is_small else layout.picture, panel.note
        )
    else:
        _paint_heatmap(painter, layout, panel, style)
        if panel.has_depth and min(layout.picture.width(), layout.picture.height()) >= _NAMED:
            paint_axes(painter, layout.picture, panel.plane)
        paint_places(painter, layout.picture, layout.to_widget, panel)
        _paint_profiles(painter, layout, panel, theme)
        _paint_bar(painter, layout.bar, panel.heatmap.value_range(style.scale), style, theme)
    painter.restore()


def value_text(panel: HeatmapPanel, place: tuple[float, float] | None) -> str:
    """What is under the mouse, in words; "" beside the heatmap."""
    if place is not None and panel.step is not None:
        return f"crop {panel.in_words(place)}"
    if place is None or panel.heatmap is None:
        return ""
    pixel = panel.heatmap.grid.pixel_at(*place)
    if pixel is None:
        return ""
    raw, share = float(panel.heatmap.raw[pixel]), float(panel.heatmap.pmm[pixel])
    where = panel.in_words(place) if panel.has_depth else f"crop {panel.in_words(place)}"
    return f"{where} · raw {raw:.4g} · share {share:.3g}"


def _paint_heatmap(painter: QPainter, layout: PanelLayout, panel: HeatmapPanel, style: HeatmapStyle) -> None:
    if panel.heatmap is None:
        return
    lowest, highest = panel.heatmap.value_range(style.scale)
    shares = (panel.heatmap.values(style.scale) - lowest) / max(highest - lowest, 1e-30)
    left, top, right, bottom = panel.heatmap.grid.box
    target = QRectF(layout.to_widget((left, top)), layout.to_widget((right, bottom)))
    painter.save()
    painter.setClipRect(layout.picture)
    painter.setOpacity(
        1.0 if panel.has_depth else style.opacity
    )  # with nothing behind it, colours are those of the bar
    _paint_image(painter, target, coloured(shares, style.colour_map), is_smooth=False)
    painter.restore()


def _paint_image(painter: QPainter, target: QRectF, rgb: npt.NDArray[np.uint8], *, is_smooth: bool) -> None:
    """A picture into a rectangle, its pixels smoothed or with edges."""
    height, width = rgb.shape[:2]
    image = QImage(rgb.data, width, height, rgb.strides[0], QImage.Format.Format_RGB888)
    engine = painter.paintEngine()
    if not is_smooth and engine is not None and engine.type() == QPaintEngine.Type.SVG:
        # What shows an SVG smooths its pictures as it likes; large pixels stay what they are.
        image = image.scaled(width * 8, height * 8)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
    painter.drawImage(target, image)


def _paint_note(painter: QPainter, rect: QRectF, note: str) -> None:
    if not note:
        return
    painter.fillRect(rect, translucent("#0a0c0f", 0.6))
    painter.setPen(QColor("#e4e9f0"))
    inner = rect.adjusted(10, 10, -10, -10)
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, note)


def _paint_profiles(painter: QPainter, layout: PanelLayout, panel: HeatmapPanel, theme: Theme) -> None:
    """The PMM's marginals beside the axes, each as high as there is room; the target's as a line over them."""
    heatmap = panel.heatmap
    if heatmap is None or layout.profile_x is None or layout.profile_y is None:
        return
    targets: tuple[FloatArray | None, FloatArray | None] = (None, None)
    if panel.truth is not None:
        targets = panel.truth.target.sum(axis=0), panel.truth.target.sum(axis=1)
    left, top, right, bottom = heatmap.grid.box
    first, last = layout.to_widget((left, top)), layout.to_widget((right, bottom))
    for rect, marginal, target, ends, is_upright in (
        (layout.profile_x, heatmap.marginals[0], targets[0], (first.x(), last.x()), True),
        (layout.profile_y, heatmap.marginals[1], targets[1], (first.y(), last.y()), False),
    ):
        painter.save()
        painter.setClipRect(rect.adjusted(-1, -1, 1, 1))
        painter.fillRect(rect, QColor(theme.field))
        highest = max(float(marginal.max()), float(target.max()) if target is not None else 0.0, 1e-30)
        start, step = ends[0], (ends[1] - ends[0]) / len(marginal)
        painter.setPen(QPen(QColor(theme.accent), 1.25))
        painter.setBrush(translucent(theme.accent, 0.35))
        painter.drawPolygon(_steps(marginal / highest, rect, start, step, is_upright=is_upright))
        if target is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.success), 1.5, Qt.PenStyle.DashLine))
            painter.drawPolyline(_steps(target / highest, rect, start, step, is_upright=is_upright))
        painter.restore()


def _steps(shares: FloatArray, rect: QRectF, start: float, step: float, *, is_upright: bool) -> QPolygonF:
    """A staircase from the picture's side of the rectangle, one stair for each pixel of the heatmap."""
    thickness = (rect.height() if is_upright else rect.width()) - 3
    heights = np.concatenate([[0.0], np.repeat(shares, 2), [0.0]]) * thickness
    along = start + np.repeat(np.arange(len(shares) + 1), 2) * step
    if is_upright:
        return QPolygonF([QPointF(a, rect.bottom() - h) for a, h in zip(along.tolist(), heights.tolist(), strict=True)])
    return QPolygonF([QPointF(rect.left() + h, a) for a, h in zip(along.tolist(), heights.tolist(), strict=True)])


def _paint_bar(
    painter: QPainter, rect: QRectF, value_range: tuple[float, float], style: HeatmapStyle, theme: Theme
) -> None:
    """The colours from the highest value down to the lowest, with a few values beside them."""
    colours = np.ascontiguousarray(colour_table(style.colour_map)[::-1, None])
    _paint_image(painter, rect, colours, is_smooth=False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.border_strong), 1.0))
    painter.drawRect(rect)
    painter.setPen(QColor(theme.text_muted))
    lowest, highest = value_range
    is_roomy = rect.height() > 90
    for share in (0.0, 0.5, 1.0) if is_roomy else (0.0, 1.0):
        y = rect.bottom() - share * rect.height()
        box = QRectF(rect.right() + 3, min(max(y - 7, rect.top() - 2), rect.bottom() - 12), _BAR_LABELS - 4, 14)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, _number(lowest + share * (highest - lowest), style.scale))
    if is_roomy:
        box = QRectF(rect.right() + 3, rect.top() + 13, _BAR_LABELS - 4, 14)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, _UNITS[style.scale])


def _number(value: float, scale: Scale) -> str:
    """A value in few characters; a logarithm never needs more than one decimal."""
    return f"{value:.1f}" if scale == "log" else f"{value:.3g}"
