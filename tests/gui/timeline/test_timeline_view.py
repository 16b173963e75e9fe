"""What of the video the timeline shows: panning, zooming, the minimap, and following the playhead."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.pointer import MIDDLE
from widgets.timeline.ruler import RULER_HEIGHT

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

LANE_Y = RULER_HEIGHT + 12


@pytest.mark.parametrize(("y", "button"), [(LANE_Y, Qt.MouseButton.LeftButton), (200, MIDDLE)])
def test_a_drag_pans(timeline, strip, heard, y, button):
    strip.drag((700, y), (650, y), (500, y), button=button)
    assert timeline.visible_seconds == pytest.approx((2.0, 12.0))
    assert heard == []


def test_panning_stops_at_the_ends(timeline, strip):
    strip.drag((500, LANE_Y), (900, LANE_Y))
    assert timeline.visible_seconds == (0.0, 10.0)
    strip.drag((700, 200), (-9000, 200))
    assert timeline.visible_seconds == (30.0, 40.0)


def test_the_wheel_zooms_at_the_mouse(timeline, strip):
    """4 s lie under x 400. At 1.3 times as close they still do."""
    strip.wheel(400, 100, 1)
    start, end = timeline.visible_seconds
    assert end - start == pytest.approx(10 / 1.3)
    assert start + (end - start) * 0.4 == pytest.approx(4.0)


def test_shift_wheel_pans(timeline, strip):
    strip.wheel(400, 100, -1, keys=SHIFT)
    assert timeline.visible_seconds == pytest.approx((1.0, 11.0))


def test_zoom_stops_at_sixty_pixels_a_frame_and_at_the_whole_video(timeline, strip):
    strip.wheel(500, 100, 60)
    start, end = timeline.visible_seconds
    assert end - start == pytest.approx(1000 / 60 / 25)
    strip.wheel(500, 100, -60)
    assert timeline.visible_seconds == (0.0, 40.0)


def test_a_double_click_shows_the_dive_or_everything(timeline, strip, heard):
    """Dive a lasts from 2 to 4 s; one and a half times that stays around it, as far as the video goes."""
    strip.double_click(300, LANE_Y)
    assert timeline.visible_seconds == pytest.approx((0.0, 8.0))
    assert ("dive_activated", "a") in heard
    strip.double_click(900, 200)
    assert timeline.visible_seconds == (0.0, 40.0)


def test_the_minimap_window_is_moved(timeline, minimap):
    minimap.drag((100, 15), (125, 15), (200, 15))
    assert timeline.visible_seconds == pytest.approx((4.0, 14.0))


def test_the_minimap_window_is_resized_by_its_ends(timeline, minimap):
    minimap.drag((249, 15), (499, 15))
    assert timeline.visible_seconds == pytest.approx((0.0, 20.0))
    minimap.drag((1, 15), (251, 15))
    assert timeline.visible_seconds == pytest.approx((10.0, 20.0))


def test_a_press_beside_the_minimap_window_brings_it_there(timeline, minimap):
    minimap.press(500, 15)
    assert timeline.visible_seconds == pytest.approx((15.0, 25.0))
    minimap.move(525, 15)
    minimap.release(525, 15)
    assert timeline.visible_seconds == pytest.approx((16.0, 26.0))


def test_esc_takes_a_minimap_drag_back(timeline, minimap):
    minimap.press(100, 15)
    minimap.move(300, 15)
    QTest.keyClick(timeline.minimap, Qt.Key.Key_Escape)
    minimap.move(400, 15)
    minimap.release(400, 15)
    assert timeline.visible_seconds == (0.0, 10.0)


def test_minimap_wheel_and_double_click(timeline, minimap):
    minimap.wheel(100, 15, 1)
    start, end = timeline.visible_seconds
    assert end - start == pytest.approx(10 / 1.3)
    assert (4.0 - start) / (end - start) == pytest.approx(0.4)
    minimap.double_click(600, 15)
    assert timeline.visible_seconds == (0.0, 40.0)


def test_the_view_turns_a_page_when_the_playhead_walks_out(timeline):
    timeline.set_playhead(249)
    assert timeline.visible_seconds == (0.0, 10.0)
    timeline.set_playhead(250)
    timeline.set_playhead(251)
    # Frame 251 is at 10.04 s, a tenth of the view from its left edge.
    assert timeline.visible_seconds == pytest.approx((9.04, 19.04))


def test_the_view_stays_where_the_person_looks_while_the_playhead_is_elsewhere(timeline):
    timeline.set_playhead(600)
    timeline.set_playhead(601)
    assert timeline.visible_seconds == (0.0, 10.0)


def test_plus_and_minus_zoom_at_the_playhead(timeline):
    timeline.set_playhead(100)
    timeline.strip.setFocus()
    QTest.keyClick(timeline.strip, Qt.Key.Key_Plus)
    start, end = timeline.visible_seconds
    assert (end - start, (4.0 - start) / (end - start)) == pytest.approx((10 / 1.3, 0.4))
    QTest.keyClick(timeline.strip, Qt.Key.Key_Minus)
    assert timeline.visible_seconds == pytest.approx((0.0, 10.0))


def test_reveal_pans_only_to_what_is_out_of_sight(timeline):
    timeline.reveal_dive("b")
    assert timeline.visible_seconds == (0.0, 10.0)
    timeline.show_seconds(20.0, 30.0)
    timeline.reveal_dive("b")
    assert timeline.visible_seconds == pytest.approx((2.0, 12.0))
