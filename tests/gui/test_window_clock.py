"""The playback clock against hand-computed times."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.window.clock import PlaybackClock

VARIABLE = np.array([0.0, 0.1, 0.2, 0.5, 0.6])
"""Frame 2 stays three times as long as the others."""


def frames_due(clock, wall_times):
    return [clock.due(wall_s).frame for wall_s in wall_times]


def test_variable_frame_rate_keeps_each_frame_for_its_own_time():
    clock = PlaybackClock(VARIABLE, 0.1)
    clock.start_at(0, 10.0)
    assert frames_due(clock, [10.05, 10.15, 10.25, 10.45, 10.55, 10.65]) == [0, 1, 2, 2, 3, 4]
    assert clock.due(10.25).next_in_s == pytest.approx(0.25)


def test_backwards_from_the_last_frame():
    clock = PlaybackClock(VARIABLE, 0.1)
    clock.set_speed(1.0, -1, 10.0)
    clock.start_at(4, 10.0)
    assert frames_due(clock, [10.05, 10.15, 10.25, 10.45, 10.55, 10.65]) == [4, 3, 2, 2, 1, 0]


def test_quarter_speed_takes_four_times_as_long():
    clock = PlaybackClock(VARIABLE, 0.1)
    clock.set_speed(0.25, 1, 10.0)
    clock.start_at(1, 10.0)
    assert clock.due(10.0).next_in_s == pytest.approx(0.4)
    assert frames_due(clock, [10.39, 10.41]) == [1, 2]


def test_changing_speed_in_flight_does_not_jump():
    clock = PlaybackClock(VARIABLE, 0.1)
    clock.start_at(0, 0.0)
    clock.set_speed(0.1, 1, 0.15)
    assert clock.due(0.15).frame == 1
    assert clock.due(0.15).next_in_s == pytest.approx(0.5)


def test_end_without_and_with_a_loop():
    clock = PlaybackClock(VARIABLE, 0.1)
    clock.start_at(3, 0.0)
    assert not clock.due(0.15).is_at_end
    end = clock.due(0.25)
    assert (end.frame, end.is_at_end, end.next_in_s) == (4, True, math.inf)

    clock.set_span(1, 3, loops=True)
    clock.start_at(3, 0.0)
    # Frames 1 to 3 last 0.1 + 0.3 + 0.1 s; 0.05 s into the second round.
    assert frames_due(clock, [0.05, 0.15, 0.25]) == [3, 1, 2]


def test_loop_backwards_comes_round_to_its_last_frame():
    clock = PlaybackClock(VARIABLE, 0.1)
    clock.set_speed(1.0, -1, 0.0)
    clock.set_span(1, 3, loops=True)
    clock.start_at(1, 0.0)
    assert frames_due(clock, [0.05, 0.15, 0.25]) == [1, 3, 2]
