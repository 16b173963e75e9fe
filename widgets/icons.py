"""Icons in the colours of the theme.

Each is a 24 by 24 stroke drawing in resources/icons that uses `currentColor`, and `white` for what is cut out of a
solid shape. An icon takes its colours from the theme when it is painted, so it follows a change of theme by itself, and
is drawn from its outlines for every size and screen scale.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from widgets.theme import Theme, current_theme

ICONS: Final = Path(__file__).resolve().parent.parent / "resources" / "icons"


@functools.cache
def icon_names() -> frozenset[str]:
    """The names of all icons there are."""
    return frozenset(path.stem for path in ICONS.glob("*.svg"))


def icon(name: str, colour: str = "text") -> QIcon:
    """The icon of this name, in the theme's colour of that name: "text", "accent", "danger", "accepted" and so on.

    Raises:
        ValueError: if there is no such icon or colour.
    """
    _check(name, colour)
    return QIcon(_ThemedIconEngine(name, colour))


def icon_pixmap(name: str, size: int, scale: float, colour: str = "text") -> QPixmap:
    """The icon as a pixmap of size by size logical pixels for a screen of that scale, as labels need it.

    Unlike `icon`, the pixmap keeps the colour of the theme it was made in.

    Raises:
        ValueError: if there is no such icon or colour.
    """
    _check(name, colour)
    pixmap = QPixmap(QSize(size, size) * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, QRectF(0, 0, size, size), name, getattr(current_theme(), colour))
    painter.end()
    return pixmap


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: str) -> None:
    """Draw the icon into the rectangle in a colour given as "#rrggbb"."""
    _renderer(name, colour, current_theme().panel).render(painter, rect)


class IconLabel(QWidget):
    """An icon by itself, always in the colours of the present theme."""

    def __init__(self, name: str, size: int, colour: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_icon(name, colour)

    def set_icon(self, name: str, colour: str = "text") -> None:
        """Show another icon.

        Raises:
            ValueError: if there is no such icon or colour.
        """
        _check(name, colour)
        self._name, self._colour = name, colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 Qt's name and signature
        """Draw it."""
        painter = QPainter(self)
        paint_icon(painter, QRectF(self.rect()), self._name, getattr(current_theme(), self._colour))


class _ThemedIconEngine(QIconEngine):
    """Draws one icon; Qt asks it for every size, mode and screen scale."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def clone(self) -> QIconEngine:
        return _ThemedIconEngine(self._name, self._colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002 Qt's signature
        theme = current_theme()
        colour = theme.text_faint if mode == QIcon.Mode.Disabled else getattr(theme, self._colour)
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        paint_icon(painter, square, self._name, colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():
            return QPixmap()
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap


@functools.lru_cache(maxsize=512)
def _renderer(name: str, colour: str, cut: str) -> QSvgRenderer:
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    tinted = drawing.replace("currentColor", colour).replace('"white"', f'"{cut}"')
    return QSvgRenderer(QByteArray(tinted.encode()))


def _check(name: str, colour: str) -> None:
    if name not in icon_names():
        raise ValueError(f"no icon '{name}'; icons are {', '.join(sorted(icon_names()))}")
    if colour not in Theme.__dataclass_fields__ or colour == "name":
        raise ValueError(f"no colour '{colour}' in the theme")
