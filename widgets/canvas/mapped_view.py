"""A picture with what networks say over it: heatmap, fields, samples, how far each joint spreads, and signals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from inference.results import FloatArray
from widgets.canvas.field_overlay import FieldOverlay, paint_fields
from widgets.canvas.heatmap_overlay import HeatmapOverlay, paint_heatmap
from widgets.canvas.picture_view import PictureView
from widgets.canvas.samples_overlay import SamplesOverlay, paint_samples
from widgets.canvas.signal_strip import SignalStrip, paint_signal_strip
from widgets.canvas.spread_overlay import SpreadOverlay, paint_spreads
from widgets.theme import Theme


@dataclass(frozen=True, slots=True, eq=False)
class MapsOverlay:
    """What a model's maps say of the frame that is shown; None for what is not to be seen."""

    heatmap: HeatmapOverlay | None = None
    fields: FieldOverlay | None = None
    spread: SpreadOverlay | None = None
    samples: SamplesOverlay | None = None


class MappedView(PictureView):
    """A frame, or a part of one; maps are given in image coordinates of the whole frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maps = MapsOverlay()
        self._signal_strip: SignalStrip | None = None
        self._frame_map: FloatArray = np.eye(2, 3)

    def set_maps(self, maps: MapsOverlay) -> None:
        """Show the maps of the frame that is shown."""
        self._maps = maps
        self.update()

    @property
    def maps(self) -> MapsOverlay:
        """What is shown of them."""
        return self._maps

    def set_signal_strip(self, strip: SignalStrip | None) -> None:
        """Show the signals of the video around the frame that is shown; None shows none."""
        if strip is not self._signal_strip:
            self._signal_strip = strip
            self.update()

    @property
    def signal_strip(self) -> SignalStrip | None:
        """What is shown of them."""
        return self._signal_strip

    def set_frame_map(self, matrix: FloatArray) -> None:
        """Say where the whole frame's (x, y) is in what is shown: at matrix (2, 3) times (x, y, 1)."""
        self._frame_map = matrix
        self.update()

    def paint_maps(self, painter: QPainter, theme: Theme) -> None:
        """Heatmap and fields, below everything else."""
        if self._maps.heatmap is not None:
            paint_heatmap(painter, self._maps.heatmap, self._frame_to_widget())
        if self._maps.fields is not None:
            paint_fields(painter, self._maps.fields, self._frame_to_widget(), theme)

    def paint_spreads(self, painter: QPainter, theme: Theme) -> None:
        """Samples and ellipses, to lie on top of the pose."""
        if self._maps.samples is not None:
            paint_samples(painter, self._maps.samples, self._frame_to_widget(), theme)
        if self._maps.spread is not None:
            paint_spreads(painter, self._maps.spread, self._frame_to_widget(), theme)

    def paint_signals(self, painter: QPainter, theme: Theme) -> None:
        """The strip of signals, on top of maps and pose."""
        if self._signal_strip is not None and self.shown_frame is not None:
            paint_signal_strip(painter, QRectF(self.rect()), self._signal_strip, self.shown_frame, theme)

    def clear(self) -> None:
        """Show no frame, and no maps."""
        self._maps = MapsOverlay()
        super().clear()

    def _frame_to_widget(self) -> FloatArray:
        """(2, 3) from image coordinates of the frame."""
        across, down = self.view.scales
        matrix: FloatArray = self._frame_map * [[across], [down]]
        matrix[:, 2] += self.view.left, self.view.top
        return matrix
