"""What the parts of the timeline show together."""

from __future__ import annotations

from dataclasses import dataclass, field

from widgets.time_axis import TimeAxis, Viewport
from widgets.timeline.dive_bars import DiveBars
from widgets.timeline.signal_pyramid import SignalPyramid

LONGEST_FRAME_PX = 60.0
"""Pixels of one frame at the closest zoom."""


@dataclass(frozen=True, slots=True)
class PlottedSignal:
    """A signal ready to draw; sample i belongs to frame first_frame + i."""

    name: str
    first_frame: int
    pyramid: SignalPyramid


@dataclass(slots=True)
class TimelineState:
    """The video's extent, what lies on it, and the stretch in sight; shared by minimap and strip.

    working_zone and playhead are frames, both ends of the zone included; selected is a dive's id.
    """

    axis: TimeAxis = field(default_factory=lambda: TimeAxis(0, 25.0))
    bars: DiveBars = field(default_factory=lambda: DiveBars([], TimeAxis(0, 25.0)))
    signals: tuple[PlottedSignal, ...] = ()
    playhead: int | None = None
    working_zone: tuple[int, int] | None = None
    selected: str | None = None
    view_start_s: float = 0.0
    view_end_s: float = 1.0

    @property
    def is_empty(self) -> bool:
        """Whether there is no video."""
        return self.axis.frame_count == 0

    def viewport(self, width: float) -> Viewport:
        """The stretch in sight over a width in pixels."""
        return Viewport(self.view_start_s, self.view_end_s, max(width, 1.0))

    def whole(self, width: float) -> Viewport:
        """The whole video over a width in pixels."""
        return Viewport(self.axis.start_s, max(self.axis.end_s, self.axis.start_s + 1e-9), max(width, 1.0))

    def show(self, viewport: Viewport) -> bool:
        """Bring a stretch into sight, kept within the video and the closest zoom; whether anything changed."""
        shortest_s = min(viewport.width / LONGEST_FRAME_PX * self.axis.mean_frame_s, self.axis.duration_s)
        kept = viewport.within(self.axis.start_s, self.axis.end_s, shortest_s)
        if (kept.start_s, kept.end_s) == (self.view_start_s, self.view_end_s):
            return False
        self.view_start_s, self.view_end_s = kept.start_s, kept.end_s
        return True
