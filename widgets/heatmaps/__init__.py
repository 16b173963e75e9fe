"""Looking into heatmaps: panels of one heatmap each, and the inspector that holds them."""

from __future__ import annotations

from widgets.heatmaps.heatmap_inspector import HeatmapInspector
from widgets.heatmaps.heatmap_panel import HeatmapPanel, HeatmapStyle, StageStep

__all__ = ["HeatmapInspector", "HeatmapPanel", "HeatmapStyle", "StageStep"]
