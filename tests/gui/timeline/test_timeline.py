"""The timeline under mouse and keys: exact frames, live drags of dives and of the working zone, Esc."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtTest import QTest

from inference.results import SignalTrack
from tests.support.pointer import RIGHT, Pointer
from widgets.theme import current_theme
from widgets.timeline import TimelineDive
from widgets.timeline.ruler import RULER_HEIGHT

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

LANE_Y = RULER_HEIGHT + 12

RULER_Y = 20


@pytest.mark.parametrize(("x", "frame"), [(0, 0), (3.9, 0), (4.1, 1), (502, 125), (999, 249)])
def test_a_click_in_the_ruler_seeks_to_the_frame_under_it(strip, heard, x, frame):
    strip.click(x, RULER_Y)
    assert heard == [("seek_requested", frame)]


def test_a_click_on_empty_ground_seeks_on_release(strip, heard):
    strip.press(450, LANE_Y)
    assert heard == []
    strip.release(450, LANE_Y)
    assert heard == [("seek_requested", 112)]


def test_dragging_in_the_ruler_scrubs_each_frame_once(strip, heard):
    strip.drag((400, RULER_Y), (401, RULER_Y), (405, RULER_Y), (406, RULER_Y), (409, RULER_Y))
    assert heard == [("seek_requested", 100), ("seek_requested", 101), ("seek_requested", 102)]


def test_frames_are_found_at_a_variable_frame_rate(timeline, strip, heard):
    """Frames at 0, 0.1, 0.4 and 0.5 s, the last of which lasts a sixth: 1000 pixels for two thirds of a second."""
    timeline.set_extent(4, np.array([0.0, 0.1, 0.4, 0.5]))
    for x in (149, 151, 599, 601, 749, 751, 999):
        strip.click(x, RULER_Y)
    assert [frame for _, frame in heard] == [0, 1, 1, 2, 2, 3, 3]


def test_dragging_the_playhead_seeks(timeline, strip, heard):
    timeline.set_playhead(120)
    strip.drag((481, 200), (500, 200))
    assert heard == [("seek_requested", 120), ("seek_requested", 125)]


def test_a_click_selects_the_dive(timeline, strip, heard):
    strip.click(300, LANE_Y)
    assert heard == [("dive_selected", "a")]


def test_an_end_is_dragged_in_whole_frames(strip, heard):
    """Dive a ends with frame 99, at x 400. Taken at 398 and moved by 41 pixels, its end comes to 441: frame 109."""
    strip.drag((398, LANE_Y), (410, LANE_Y), (411, LANE_Y), (439, LANE_Y))
    assert heard == [
        ("dive_selected", "a"),
        ("interval_dragged", "a", 50, 102),
        ("interval_dragged", "a", 50, 109),
        ("interval_changed", "a", 50, 109),
    ]


def test_a_start_is_dragged_in_whole_frames(strip, heard):
    strip.drag((200, LANE_Y), (191, LANE_Y), (160, LANE_Y))
    assert heard[1:] == [
        ("interval_dragged", "a", 48, 99),
        ("interval_dragged", "a", 40, 99),
        ("interval_changed", "a", 40, 99),
    ]


def test_an_end_stops_at_the_other_end_and_at_the_video(timeline, strip, heard):
    strip.drag((400, LANE_Y), (10, LANE_Y))
    strip.drag((200, LANE_Y), (-900, LANE_Y))
    assert [event for event in heard if event[0] == "interval_changed"] == [
        ("interval_changed", "a", 50, 50),
        ("interval_changed", "a", 0, 99),
    ]
    timeline.show_seconds(30.0, 40.0)
    timeline.set_dives([TimelineDive("z", 900, 949)])
    heard.clear()
    strip.drag((800, LANE_Y), (1500, LANE_Y))
    assert heard[-1] == ("interval_changed", "z", 900, 999)


def test_esc_takes_an_end_back(timeline, strip, heard):
    before = timeline.grab().toImage()
    timeline.select_dive("a")
    strip.press(400, LANE_Y)
    strip.move(440, LANE_Y)
    assert heard == [("interval_dragged", "a", 50, 109)]
    QTest.keyClick(timeline.strip, Qt.Key.Key_Escape)
    strip.move(480, LANE_Y)
    strip.release(480, LANE_Y)
    assert heard == [("interval_dragged", "a", 50, 109), ("interval_dragged", "a", 50, 99)]
    timeline.select_dive(None)
    Pointer(timeline.strip).move(700, 200)
    assert timeline.grab().toImage() == before


def test_esc_is_the_windows_own_unless_something_is_dragged(timeline, strip):
    pressed = []
    QShortcut(QKeySequence(Qt.Key.Key_Escape), timeline.window()).activated.connect(lambda: pressed.append(1))
    timeline.strip.setFocus()
    QTest.keyClick(timeline.strip, Qt.Key.Key_Escape)
    assert len(pressed) == 1
    strip.press(400, LANE_Y)
    strip.move(440, LANE_Y)
    QTest.keyClick(timeline.strip, Qt.Key.Key_Escape)
    assert len(pressed) == 1
    assert not timeline.strip.is_dragging
    strip.release(440, LANE_Y)


def test_an_end_put_back_where_it_was_changes_nothing(strip, heard):
    strip.drag((400, LANE_Y), (440, LANE_Y), (400, LANE_Y))
    assert heard[-1] == ("interval_dragged", "a", 50, 99)


def test_the_dragged_bar_follows_the_mouse(timeline, strip):
    """Dive a is solid; while its end is out at x 500 the ground there has the colour of its status."""
    timeline.grab()
    strip.press(400, LANE_Y)
    strip.move(500, LANE_Y)
    colour = timeline.strip.grab().toImage().pixelColor(470, LANE_Y)
    strip.release(500, LANE_Y)
    assert colour == QColor(current_theme().accepted)


@pytest.mark.parametrize(
    ("button", "keys"), [(RIGHT, Qt.KeyboardModifier.NoModifier), (Qt.MouseButton.LeftButton, CTRL)]
)
def test_a_new_dive_is_drawn_from_frame_to_frame(strip, heard, button, keys):
    """From x 602, frame 150, back to x 441, frame 110; both included."""
    strip.drag((602, LANE_Y), (500, LANE_Y), (441, LANE_Y), button=button, keys=keys)
    assert heard == [("add_requested", 110, 150)]


def test_a_click_draws_no_dive_and_esc_gives_it_up(timeline, strip, heard):
    strip.click(450, LANE_Y, RIGHT)
    strip.press(450, LANE_Y, RIGHT)
    strip.move(550, LANE_Y)
    QTest.keyClick(timeline.strip, Qt.Key.Key_Escape)
    strip.release(550, LANE_Y)
    assert heard == []


def test_shift_drag_in_the_ruler_sets_the_working_zone(timeline, strip, heard):
    """From frame 100 at x 402 to the boundary nearest x 600, after frame 149."""
    strip.drag((402, RULER_Y), (500, RULER_Y), (600, RULER_Y), keys=SHIFT)
    assert heard == [("working_zone_changed", 100, 149)]
    assert timeline.working_zone == (100, 149)


def test_ends_of_the_working_zone_are_dragged(timeline, strip, heard):
    timeline.set_working_zone(100, 149)
    strip.drag((598, RULER_Y), (680, RULER_Y))
    strip.drag((401, RULER_Y), (360, RULER_Y))
    assert heard == [("working_zone_changed", 100, 169), ("working_zone_changed", 90, 169)]


def test_esc_takes_the_working_zone_back_and_a_double_click_clears_it(timeline, strip, heard):
    timeline.set_working_zone(100, 149)
    strip.press(600, RULER_Y)
    strip.move(700, RULER_Y)
    QTest.keyClick(timeline.strip, Qt.Key.Key_Escape)
    strip.release(700, RULER_Y)
    assert (timeline.working_zone, heard) == ((100, 149), [])
    strip.double_click(500, RULER_Y)
    assert timeline.working_zone is None
    assert heard[-1] == ("working_zone_cleared",)


def test_overlapping_dives_lie_in_lanes_that_can_be_clicked(timeline, strip, heard):
    timeline.set_dives([TimelineDive("a", 50, 99), TimelineDive("b", 60, 110)])
    strip.click(300, RULER_HEIGHT + 12)
    strip.click(300, RULER_HEIGHT + 41)
    assert heard == [("dive_selected", "a"), ("dive_selected", "b")]


def test_ends_of_the_selected_dive_go_first(timeline, strip, heard):
    """Dive b begins on the frame after dive a's last, so both ends are at x 400."""
    timeline.set_dives([TimelineDive("a", 50, 99), TimelineDive("b", 100, 149, is_selected=True)])
    strip.drag((399, LANE_Y), (419, LANE_Y))
    assert heard[-1] == ("interval_changed", "b", 105, 149)


@pytest.mark.parametrize(
    ("x", "y", "shape"),
    [
        (400, LANE_Y, Qt.CursorShape.SizeHorCursor),
        (300, LANE_Y, Qt.CursorShape.PointingHandCursor),
        (500, LANE_Y, Qt.CursorShape.ArrowCursor),
    ],
)
def test_the_cursor_says_what_a_press_would_do(timeline, strip, x, y, shape):
    strip.move(x, y)
    assert timeline.strip.cursor().shape() == shape


def test_bars_have_the_colour_of_their_status(timeline):
    theme = current_theme()
    image = timeline.strip.grab().toImage()
    assert image.pixelColor(390, LANE_Y) == QColor(theme.accepted)
    assert image.pixelColor(500, LANE_Y) == QColor(theme.panel)


def test_the_playhead_and_a_signal_are_painted_at_their_frames(timeline):
    """A signal of one at frame 125, at x 500 to 504, and zero elsewhere; the playhead stands at x 800."""
    values = np.zeros(1000, dtype=np.float32)
    values[125] = 1.0
    timeline.set_signals([SignalTrack("start", 0, values)])
    without = timeline.strip.grab().toImage()
    bottom, top = without.height() - 20, without.height() - 60
    assert without.pixelColor(502, top) != without.pixelColor(520, top)
    assert without.pixelColor(480, top) == without.pixelColor(520, top)
    timeline.set_playhead(200)
    assert timeline.strip.grab().toImage().pixelColor(800, bottom) == QColor(current_theme().playhead)


def test_another_video_takes_everything_away(timeline, strip, heard):
    timeline.set_playhead(100)
    timeline.set_working_zone(0, 10)
    timeline.set_extent(0, 25.0)
    for x, y in ((300, LANE_Y), (300, RULER_Y), (300, 200)):
        strip.click(x, y)
        strip.wheel(x, y, 1)
    Pointer(timeline.minimap).click(300, 15)
    assert (timeline.working_zone, heard) == (None, [])
    timeline.set_extent(500, 50.0)
    assert timeline.visible_seconds == (0.0, 10.0)
    strip.click(300, LANE_Y)
    assert heard == [("seek_requested", 150)]
