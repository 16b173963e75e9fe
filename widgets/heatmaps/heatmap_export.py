"""The panels as one picture, for the clipboard and for files."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from widgets.heatmaps.heatmap_painter import paint_panel
from widgets.heatmaps.heatmap_panel import HeatmapPanel, HeatmapSheet, HeatmapStyle
from widgets.heatmaps.marks import paint_key
from widgets.theme import TEXT_PX, base_font, current_theme, tabular

_PANEL = QSize(400, 372)
_MARGIN, _CAPTION, _KEY = 12, 40, 24
_SHARPNESS = 2


def _lines_of(sheet: HeatmapSheet) -> list[tuple[HeatmapPanel, ...]]:
    """Panels side by side: one of each of several models, else all of a model, else the planes of each stage."""
    if max((len(row) for row in sheet.rows), default=0) <= 1:
        return [tuple(panel for row in sheet.rows for panel in row)]
    lines = []
    for row in sheet.rows:
        length = sheet.planes if sheet.planes > 1 else len(row)
        lines += [row[first : first + length] for first in range(0, len(row), length)]
    return lines


def sheet_size(sheet: HeatmapSheet) -> QSize:
    """Logical pixels of the picture of a sheet."""
    lines = _lines_of(sheet)
    columns, rows = max(*map(len, lines), 1), len(lines)
    width = columns * _PANEL.width() + 2 * _MARGIN
    return QSize(width, rows * _PANEL.height() + _CAPTION + _KEY + 2 * _MARGIN)


def paint_sheet(painter: QPainter, sheet: HeatmapSheet, style: HeatmapStyle) -> None:
    """Caption, panels row by row, and what the marks mean, in the colours of the theme."""
    theme, size = current_theme(), sheet_size(sheet)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(theme.panel))
    painter.setFont(tabular(base_font(), pixel_size=TEXT_PX, bold=True))
    painter.setPen(QColor(theme.text))
    inner = size.width() - 2 * _MARGIN
    flags = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.drawText(QRectF(_MARGIN, _MARGIN, inner, _CAPTION), flags, sheet.caption)
    painter.setFont(base_font())
    for row, panels in enumerate(_lines_of(sheet)):
        for column, panel in enumerate(panels):
            left, top = _MARGIN + column * _PANEL.width(), _MARGIN + _CAPTION + row * _PANEL.height()
            paint_panel(painter, QRectF(left + 4, top, _PANEL.width() - 8, _PANEL.height()), panel, style, theme)
    below = QRectF(_MARGIN, size.height() - _MARGIN - _KEY, inner, _KEY)
    paint_key(painter, below, theme, sheet)


def sheet_image(sheet: HeatmapSheet, style: HeatmapStyle) -> QImage:
    """The picture of a sheet, twice as fine as on a plain screen."""
    image = QImage(sheet_size(sheet) * _SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SHARPNESS)
    painter = QPainter(image)
    paint_sheet(painter, sheet, style)
    painter.end()
    return image


def sheet_png(sheet: HeatmapSheet, style: HeatmapStyle) -> bytes:
    """The picture of a sheet as the content of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(sheet_image(sheet, style))
    return bytes(buffer.data().data())


def sheet_svg(sheet: HeatmapSheet, style: HeatmapStyle) -> bytes:
    """The picture of a sheet as the content of an SVG file: lines and letters as such, pictures embedded."""
    content, size = QByteArray(), sheet_size(sheet)
    buffer = QBuffer(content)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(sheet.caption)
    painter = QPainter(generator)
    paint_sheet(painter, sheet, style)
    painter.end()
    return bytes(content.data())
