"""A timeline under mouse and keys, and what it asks for."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from tests.support.pointer import Pointer
from widgets.timeline import Timeline, TimelineDive

SIGNALS = (
    "seek_requested",
    "dive_selected",
    "dive_activated",
    "interval_dragged",
    "interval_changed",
    "add_requested",
    "working_zone_changed",
    "working_zone_cleared",
)


@pytest.fixture
def timeline(qtbot):
    """1000 frames at 25 per second, 1000 pixels wide, the first 10 s in sight: 100 pixels a second, 4 a frame."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 240)
    widget = Timeline(window)
    widget.resize(1000, 240)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    widget.set_extent(1000, 25.0)
    widget.set_dives([TimelineDive("a", 50, 99, "accepted", "107B"), TimelineDive("b", 150, 199)])
    widget.show_seconds(0.0, 10.0)
    yield widget
    window.close()


@pytest.fixture
def heard(timeline):
    """Everything the timeline asks for, in order."""
    said = []
    for name in SIGNALS:
        getattr(timeline, name).connect(lambda *values, name=name: said.append((name, *values)))
    return said


@pytest.fixture
def strip(timeline):
    return Pointer(timeline.strip)


@pytest.fixture
def minimap(timeline):
    """The minimap: 25 pixels a second, the window from 0 to 250."""
    return Pointer(timeline.minimap)
