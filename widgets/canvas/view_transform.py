"""Where the picture lies in the canvas: one scale and one offset, exact both ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """Maps image coordinates to widget coordinates: widget = image * scale + (left, top).

    Image coordinates are continuous, so the centre of the top-left pixel, (0.5, 0.5), lands half a scaled pixel
    right of and below (left, top). Widget coordinates are Qt's logical pixels.
    """

    scale: float
    left: float
    top: float

    @classmethod
    def fit(cls, image_size: tuple[int, int], widget_size: tuple[int, int], device_ratio: float = 1.0) -> Self:
        """The whole image, as large as it fits and centred; the offset lies on device pixels so edges stay crisp."""
        scale = min(widget_size[0] / image_size[0], widget_size[1] / image_size[1])
        left = (widget_size[0] - image_size[0] * scale) / 2
        top = (widget_size[1] - image_size[1] * scale) / 2
        return cls(scale, round(left * device_ratio) / device_ratio, round(top * device_ratio) / device_ratio)

    def to_widget(self, points: npt.ArrayLike) -> FloatArray:
        """(..., 2) image coordinates to (..., 2) widget coordinates."""
        result: FloatArray = np.asarray(points, dtype=np.float64) * self.scale + (self.left, self.top)
        return result

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Image coordinates under a point of the widget."""
        return (x - self.left) / self.scale, (y - self.top) / self.scale

    def zoomed(self, scale: float, x: float, y: float) -> ViewTransform:
        """Another scale with the image point under the widget's (x, y) staying there."""
        image_x, image_y = self.to_image(x, y)
        return ViewTransform(scale, x - image_x * scale, y - image_y * scale)

    def panned(self, dx: float, dy: float) -> ViewTransform:
        """Moved by widget pixels."""
        return replace(self, left=self.left + dx, top=self.top + dy)

    def kept_in_sight(self, image_size: tuple[int, int], widget_size: tuple[int, int], margin: float) -> ViewTransform:
        """Moved as little as needed for at least margin widget pixels of the image to stay in the widget."""
        return replace(
            self,
            left=_clamped(self.left, image_size[0] * self.scale, widget_size[0], margin),
            top=_clamped(self.top, image_size[1] * self.scale, widget_size[1], margin),
        )

    def on_device_pixels(self, device_ratio: float) -> ViewTransform:
        """Moved by less than a device pixel onto whole device pixels."""
        return replace(
            self,
            left=round(self.left * device_ratio) / device_ratio,
            top=round(self.top * device_ratio) / device_ratio,
        )


def _clamped(offset: float, extent: float, available: float, margin: float) -> float:
    visible = min(margin, extent, available)
    return min(max(offset, visible - extent), available - visible)
