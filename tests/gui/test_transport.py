"""The transport: its buttons, its speeds, and the field that states and takes a frame."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from widgets.position_field import parse_position
from widgets.time_axis import TimeAxis
from widgets.transport import SPEEDS, Transport

LEFT = Qt.MouseButton.LeftButton
SIGNALS = (
    "play_toggled",
    "reverse_toggled",
    "step",
    "previous_requested",
    "next_requested",
    "speed_changed",
    "loop_toggled",
    "seek_requested",
)


@pytest.fixture
def transport(qtbot):
    """5000 frames at 25 per second."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 60)
    widget = Transport(window)
    widget.resize(1000, 50)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    widget.set_extent(5000, 25.0)
    yield widget
    window.close()


@pytest.fixture
def heard(transport):
    """Everything the transport asks for, in order."""
    said = []
    for name in SIGNALS:
        getattr(transport, name).connect(lambda *values, name=name: said.append((name, *values)))
    return said


@pytest.mark.parametrize(
    ("button", "asked"),
    [
        ("previous_button", ("previous_requested",)),
        ("step_back_button", ("step", -1)),
        ("reverse_button", ("reverse_toggled", True)),
        ("play_button", ("play_toggled", True)),
        ("step_forward_button", ("step", 1)),
        ("next_button", ("next_requested",)),
        ("loop_button", ("loop_toggled", True)),
    ],
)
def test_buttons(transport, heard, button, asked):
    QTest.mouseClick(getattr(transport, button), LEFT)
    assert heard == [asked]


def test_a_running_button_stops(transport, heard):
    transport.set_playing(True)
    assert transport.play_button.toolTip() == "Pause"
    QTest.mouseClick(transport.play_button, LEFT)
    QTest.mouseClick(transport.reverse_button, LEFT)
    transport.set_playing(True, reverse=True)
    assert transport.play_button.toolTip() == "Play"
    QTest.mouseClick(transport.reverse_button, LEFT)
    assert heard == [("play_toggled", False), ("reverse_toggled", True), ("reverse_toggled", False)]


def test_setters_emit_nothing(transport, heard):
    transport.set_loop(True)
    transport.set_speed(0.25)
    transport.set_playing(True)
    transport.set_position(1234, 49.36)
    assert heard == []
    assert transport.loop_button.isChecked()


def test_speed_by_keyboard(transport, heard):
    transport.speed_box.setFocus()
    QTest.keyClick(transport.speed_box, Qt.Key.Key_Up)
    assert heard == [("speed_changed", 0.75)]
    assert transport.speed == 0.75
    assert transport.speed_box.currentText() == "0.75\N{MULTIPLICATION SIGN}"


def test_speeds_of_the_list_and_others(transport):
    assert (SPEEDS[0], SPEEDS[-1]) == (0.1, 4.0)
    transport.set_speed(0.3)
    assert transport.speed_box.currentText() == "0.3\N{MULTIPLICATION SIGN}"
    assert [transport.speed_box.itemData(row) for row in range(4)] == [0.1, 0.25, 0.3, 0.5]
    with pytest.raises(ValueError, match=r"between 0\.1 and 4\.0, got 5"):
        transport.set_speed(5)


def test_speed_is_named_and_a_slower_playback_is_told(transport):
    transport.set_speed(0.25)
    assert transport.rate_label.text() == "quarter speed"
    transport.set_measured_rate(0.24)
    assert transport.rate_label.text() == "quarter speed"
    transport.set_measured_rate(0.2)
    assert transport.rate_label.text() == "really 0.20\N{MULTIPLICATION SIGN}"
    transport.set_measured_rate(None)
    assert transport.rate_label.text() == "quarter speed"


def test_words_go_before_buttons_where_there_is_little_room(transport):
    transport.set_position(10, 0.4)
    transport.set_speed(0.1)
    assert transport.rate_label.isVisible()
    transport.resize(transport.minimumSizeHint().width(), 50)
    assert not transport.rate_label.isVisible()
    transport.resize(1000, 50)
    assert transport.rate_label.isVisible()


def test_the_label_states_the_frame(transport):
    transport.set_position(1234, 49.36)
    assert transport.position_field.text() == "frame 1234 · 00:00:49.36"


def test_time_from_take_off(transport):
    transport.set_position(1234, 49.36)
    assert not transport.origin_label.isVisible()
    transport.set_time_origin(49.0)
    assert transport.origin_label.isVisible()
    assert transport.origin_label.text() == "t = +0.36 s"
    transport.set_position(1200, 48.0)
    assert transport.origin_label.text() == "t = \N{MINUS SIGN}1.00 s"
    transport.set_time_origin(None)
    assert not transport.origin_label.isVisible()


def typed(transport, text):
    QTest.mouseClick(transport.position_field, LEFT)
    QTest.keyClicks(transport.position_field, text)


@pytest.mark.parametrize(("text", "frame"), [("200", 200), ("0:08", 200), ("8.02", 200), ("00:03:19.96", 4999)])
def test_typing_a_frame_or_a_time_and_enter_seeks(transport, heard, text, frame):
    transport.set_position(1234, 49.36)
    typed(transport, text)
    QTest.keyClick(transport.position_field, Qt.Key.Key_Return)
    assert heard == [("seek_requested", frame)]
    # Until the window has shown that frame the field states the one that is shown.
    assert transport.position_field.text() == "frame 1234 · 00:00:49.36"


@pytest.mark.qt_log_ignore("This plugin does not support raise")  # the offscreen platform, of the tool tip
def test_a_wrong_entry_stays_to_be_mended_and_esc_gives_up(transport, heard):
    transport.set_position(1234, 49.36)
    typed(transport, "5000")
    QTest.keyClick(transport.position_field, Qt.Key.Key_Return)
    assert heard == []
    assert transport.position_field.text() == "5000"
    assert transport.position_field.property("problem") == "error"
    QTest.keyClick(transport.position_field, Qt.Key.Key_Escape)
    assert transport.position_field.text() == "frame 1234 · 00:00:49.36"
    assert not transport.position_field.hasFocus()


def test_frames_that_pass_do_not_disturb_what_is_typed(transport):
    transport.set_position(1, 0.04)
    typed(transport, "20")
    transport.set_position(2, 0.08)
    assert transport.position_field.text() == "20"
    transport.position_field.clearFocus()
    assert transport.position_field.text() == "frame 2 · 00:00:00.08"


def test_keys_typed_into_the_field_are_no_shortcuts(transport, heard):
    pressed = []
    QShortcut(QKeySequence(Qt.Key.Key_1), transport.window()).activated.connect(lambda: pressed.append(1))
    typed(transport, "11")
    QTest.keyClick(transport.position_field, Qt.Key.Key_Return)
    assert (pressed, heard) == ([], [("seek_requested", 11)])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("4", "There is no frame 4; the last one is 3."),
        ("0:07", "“0:07” lies outside the video, which ends at 0.67 s."),
        ("soon", "“soon” is not a time; write hours:minutes:seconds, for example 00:00:49.36."),
    ],
)
def test_what_cannot_be_reached_is_explained(text, sentence):
    axis = TimeAxis(4, np.array([0.0, 0.1, 0.4, 0.5]))
    assert parse_position("0.3", axis) == 1
    assert parse_position("frame 2 · 00:00:00.40", axis) == 2
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the whole sentence is compared below
        parse_position(text, axis)
    assert str(caught.value) == sentence


def test_without_a_video_nothing_can_be_pressed(transport, heard):
    transport.set_extent(0, 25.0)
    QTest.mouseClick(transport.play_button, LEFT)
    QTest.mouseClick(transport.next_button, LEFT)
    assert heard == []
    assert transport.position_field.text() == ""
