"""Where the picture lies in the canvas: a scale, a pixel aspect and an offset, exact both ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """Maps image coordinates to widget coordinates: widget = image * (scale * aspect, scale) + (left, top).

    Image coordinates are continuous, so the centre of the top-left pixel, (0.5, 0.5), lands half a scaled pixel
    right of and below (left, top). Widget coordinates are Qt's logical pixels. scale is the height of an image pixel in
    them, and aspect its width over its height, which is not 1 in some broadcast and camcorder formats.
    """

    scale: float
    left: float
    top: float
    aspect: float = 1.0

    @classmethod
    def fit(
        cls,
        image_size: tuple[int, int],
        widget_size: tuple[int, int],
        device_ratio: float = 1.0,
        aspect: float = 1.0,
    ) -> Self:
        """The whole image, as large as it fits and centred; the offset lies on device pixels so edges stay crisp."""
        width, height = image_size[0] * aspect, image_size[1]
        scale = min(widget_size[0] / width, widget_size[1] / height)
        left = (widget_size[0] - width * scale) / 2
        top = (widget_size[1] - height * scale) / 2
        return cls(scale, round(left * device_ratio) / device_ratio, round(top * device_ratio) / device_ratio, aspect)

    @property
    def scales(self) -> tuple[float, float]:
        """Width and height of an image pixel in the widget."""
        return self.scale * self.aspect, self.scale

    def to_widget(self, points: npt.ArrayLike) -> FloatArray:
        """(..., 2) image coordinates to (..., 2) widget coordinates."""
        result: FloatArray = np.asarray(points, dtype=np.float64) * self.scales + (self.left, self.top)
        return result

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Image coordinates under a point of the widget."""
        across, down = self.scales
        return (x - self.left) / across, (y - self.top) / down

    def zoomed(self, scale: float, x: float, y: float) -> ViewTransform:
        """Another scale with the image point under the widget's (x, y) staying there."""
        image_x, image_y = self.to_image(x, y)
        return replace(self, scale=scale, left=x - image_x * scale * self.aspect, top=y - image_y * scale)

    def panned(self, dx: float, dy: float) -> ViewTransform:
        """Moved by widget pixels."""
        return replace(self, left=self.left + dx, top=self.top + dy)

    def kept_in_sight(self, image_size: tuple[int, int], widget_size: tuple[int, int], margin: float) -> ViewTransform:
        """Moved as little as needed for at least margin widget pixels of the image to stay in the widget."""
        across, down = self.scales
        return replace(
            self,
            left=_clamped(self.left, image_size[0] * across, widget_size[0], margin),
            top=_clamped(self.top, image_size[1] * down, widget_size[1], margin),
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
