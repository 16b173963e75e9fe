"""The timeline: minimap, ruler, dives with draggable ends, signals and the playhead."""

from widgets.timeline.dive_bars import TimelineDive
from widgets.timeline.timeline import Timeline

__all__ = ["Timeline", "TimelineDive"]
