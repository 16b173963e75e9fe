"""A video frame on the screen with its label: where the picture lies in the widget, and how it is painted."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inference.time_code import frame_label
from widgets.canvas.overlay_painter import paint_badge
from widgets.canvas.view_transform import ViewTransform
from widgets.theme import TITLE_PX, Theme, current_theme, tabular

_LARGEST_ZOOM = 64.0
_NEAREST_FROM_ZOOM = 4.0
_KEPT_IN_SIGHT = 48.0
_BADGE_MARGIN = 12
# The canvas is dark in every theme, so what is written on it is light.
_CANVAS_TEXT = QColor(228, 233, 240)
_CANVAS_HINT = QColor(160, 172, 186)


class FramedPicture(QWidget):
    """Shows a frame with its label, never one without the other, and can be zoomed and panned.

    Zoom is counted in device pixels per image pixel, so 1:1 is sharp on every screen; where image pixels are not square
    it counts their height and their width follows. Above a zoom of 4 pixels have edges, below it the picture is smooth.
    """

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels: npt.NDArray[np.uint8] | None = None
        self._image = QImage()
        self._image_size = (1, 1)
        self._pixel_aspect = 1.0
        self._frame: int | None = None
        self._frame_text = ""
        self._view = ViewTransform(1.0, 0.0, 0.0)
        self._is_fitted = True
        self._empty_text = ("No video", "Open a video, or drop one on this window.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Video frame")

    def set_frame(
        self,
        frame: int,
        seconds: float,
        bgra: npt.NDArray[np.uint8],
        *,
        image_size: tuple[int, int] | None = None,
    ) -> None:
        """Show a frame; its picture and its label change together.

        Args:
            frame: frame number.
            seconds: its presentation time.
            bgra: (height, width, 4) pixels; kept, not copied, so it must not change afterwards.
            image_size: (width, height) of the upright frame if bgra is a scaled copy of it; image coordinates are those
                of the full frame.

        Raises:
            ValueError: if bgra has another shape or type.
        """
        if bgra.ndim != 3 or bgra.shape[2] != 4 or bgra.dtype != np.uint8 or 0 in bgra.shape:
            raise ValueError(f"a frame must be (height, width, 4) uint8, got {bgra.shape} {bgra.dtype}")
        if frame != self._frame:
            self.leave_frame()
        pixels = np.ascontiguousarray(bgra)
        height, width = pixels.shape[:2]
        self._image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32)
        self._pixels = pixels
        self._frame = frame
        self._frame_text = frame_label(frame, seconds)
        self.setAccessibleDescription(self._frame_text)
        size = image_size or (width, height)
        if size != self._image_size:
            self._image_size = size
            self.fit()
        self.update()

    def set_pixel_aspect(self, aspect: float) -> None:
        """How wide a pixel of the picture is for its height; image coordinates count pixels all the same.

        Raises:
            ValueError: if it is not positive.
        """
        if not 0 < aspect < math.inf:
            raise ValueError(f"a pixel cannot be {aspect} times as wide as high")
        if aspect != self._pixel_aspect:
            self._pixel_aspect = aspect
            self.fit()

    def leave_frame(self) -> None:
        """Another frame, or none, is about to be shown; the base has nothing to end."""

    def clear(self) -> None:
        """Show no frame."""
        self.leave_frame()
        self._image = QImage()
        self._pixels = None
        self._frame = None
        self._frame_text = ""
        self.setAccessibleDescription("")
        self.update()

    def set_empty_text(self, title: str, hint: str) -> None:
        """What to say while there is no frame."""
        self._empty_text = (title, hint)
        self.update()

    @property
    def shown_frame(self) -> int | None:
        """Number of the frame whose pixels are on the screen, None if there is none."""
        return self._frame

    @property
    def frame_text(self) -> str:
        """The label painted over the frame; empty without a frame."""
        return self._frame_text

    @property
    def view(self) -> ViewTransform:
        """Where the picture lies in this widget."""
        return self._view

    @property
    def zoom(self) -> float:
        """Device pixels per image pixel."""
        return self._view.scale * self.devicePixelRatioF()

    @property
    def is_fitted(self) -> bool:
        """Whether the picture follows the size of the widget."""
        return self._is_fitted

    def sizeHint(self) -> QSize:  # noqa: N802
        """A comfortable 16:9."""
        return QSize(960, 540)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Small enough for a narrow split."""
        return QSize(240, 160)

    def fit(self) -> None:
        """Show the whole picture and keep it whole when the widget is resized."""
        self._is_fitted = True
        self._set_view(self._fitting_view())

    def show_actual_size(self) -> None:
        """One image pixel on one device pixel, keeping the middle of the widget where it is."""
        self.zoom_to(1.0)

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom to device pixels per image pixel, keeping the image point at a widget position (the middle if None)."""
        anchor = at if at is not None else QRectF(self.rect()).center()
        ratio = self.devicePixelRatioF()
        smallest = min(self._fitting_view().scale * ratio, 1.0) / 4
        scale = min(max(zoom, smallest), _LARGEST_ZOOM) / ratio
        view = self._view.zoomed(scale, anchor.x(), anchor.y())
        self._is_fitted = False
        self._set_view(view.on_device_pixels(ratio) if zoom == 1.0 else view)

    def pan(self, across: float, down: float) -> None:
        """Move the picture by px of this widget; from then on it does not follow the widget's size."""
        self._is_fitted = False
        self._set_view(self._view.panned(across, down))

    def position_in_image(self, position: QPointF | QPoint) -> tuple[float, float]:
        """Image coordinates under a position of this widget."""
        return self._view.to_image(position.x(), position.y())

    def _fitting_view(self) -> ViewTransform:
        size = (max(self.width(), 1), max(self.height(), 1))
        return ViewTransform.fit(self._image_size, size, self.devicePixelRatioF(), self._pixel_aspect)

    def _set_view(self, view: ViewTransform) -> None:
        view = view.kept_in_sight(self._image_size, (self.width(), self.height()), _KEPT_IN_SIGHT)
        if view != self._view:
            self._view = view
            self.update()
            self.view_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Refit, or keep the picture's middle in the middle."""
        if self._is_fitted:
            self._set_view(self._fitting_view())
        elif event.oldSize().isValid():
            grown = event.size() - event.oldSize()
            self._set_view(self._view.panned(grown.width() / 2, grown.height() / 2))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Background, frame, overlays and label in one pass."""
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.canvas))
        if self._frame is None:
            self._paint_empty(painter)
            return
        self.paint_picture(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font()))
        self.paint_overlays(painter, theme)
        bottom = self.height() - _BADGE_MARGIN
        paint_badge(painter, self._frame_text, QPointF(_BADGE_MARGIN, bottom), Qt.AlignmentFlag.AlignLeft)
        if not self._is_fitted:
            corner = QPointF(self.width() - _BADGE_MARGIN, bottom)
            paint_badge(painter, f"{self.zoom:.0%}".replace("%", " %"), corner, Qt.AlignmentFlag.AlignRight)

    def paint_overlays(self, painter: QPainter, theme: Theme) -> None:
        """Paint over the frame; the base paints nothing."""

    def paint_picture(self, painter: QPainter) -> None:
        """The part of the frame that is in sight; only whole image pixels are handed to Qt, which clips the rest."""
        view, (width, height) = self._view, self._image_size
        left, top = view.to_image(0, 0)
        right, bottom = view.to_image(self.width(), self.height())
        left, top = max(math.floor(left), 0), max(math.floor(top), 0)
        right, bottom = min(math.ceil(right), width), min(math.ceil(bottom), height)
        target_left, target_top = view.to_widget((left, top)).tolist()
        target_right, target_bottom = view.to_widget((right, bottom)).tolist()
        target = QRectF(QPointF(target_left, target_top), QPointF(target_right, target_bottom))
        x_ratio, y_ratio = self._image.width() / width, self._image.height() / height
        source = QRectF(left * x_ratio, top * y_ratio, (right - left) * x_ratio, (bottom - top) * y_ratio)
        is_smooth = self.zoom / x_ratio <= _NEAREST_FROM_ZOOM
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.drawImage(target, self._image, source)

    def _paint_empty(self, painter: QPainter) -> None:
        title, hint = self._empty_text
        middle = self.rect().center().y()
        painter.setFont(tabular(self.font(), pixel_size=TITLE_PX + 5))
        painter.setPen(_CANVAS_TEXT)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRect(0, middle - 48, self.width(), 44), flags | Qt.AlignmentFlag.AlignBottom, title)
        painter.setFont(self.font())
        painter.setPen(_CANVAS_HINT)
        painter.drawText(QRect(0, middle + 6, self.width(), 60), flags | Qt.AlignmentFlag.AlignTop, hint)
