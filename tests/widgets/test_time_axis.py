"""Frames, seconds and pixels, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.time_axis import TimeAxis, Viewport

VARIABLE = TimeAxis(4, [0.0, 0.1, 0.4, 0.5])


def test_constant_rate():
    axis = TimeAxis(100, 25.0)
    assert axis.start_of(0) == 0.0
    assert axis.start_of(99) == 3.96
    assert axis.start_of(100) == axis.end_s == 4.0
    assert axis.frame_at(3.959) == 98
    assert axis.frame_at(3.96) == 99
    assert [axis.frame_at(-1.0), axis.frame_at(99.0)] == [0, 99]


def test_variable_rate_ends_one_average_frame_after_the_last():
    """Three steps take 0.5 s, so the last frame lasts a sixth of a second."""
    assert VARIABLE.end_s == pytest.approx(0.5 + 0.5 / 3)
    assert [VARIABLE.frame_at(seconds) for seconds in (0.0, 0.09, 0.1, 0.39, 0.4, 0.5, 0.66, 9.0)] == [
        0,
        0,
        1,
        1,
        2,
        3,
        3,
        3,
    ]


def test_nearest_boundary():
    """Frame 1 lasts from 0.1 to 0.4, so its middle is 0.25."""
    assert [VARIABLE.nearest_boundary(seconds) for seconds in (0.04, 0.06, 0.24, 0.26, 0.66, -1.0)] == [
        0,
        1,
        1,
        2,
        4,
        0,
    ]


@given(st.integers(0, 4_499_999), st.sampled_from([50.0, 25.0, 30000 / 1001, 24000 / 1001, 59.94, 1 / 3]))
def test_the_frame_at_a_frames_own_time_is_that_frame(frame, fps):
    axis = TimeAxis(4_500_000, fps)
    assert axis.frame_at(axis.start_of(frame)) == frame
    assert axis.nearest_boundary(axis.start_of(frame)) == frame


@pytest.mark.parametrize(
    ("count", "times", "message"),
    [
        (3, [0.0, 1.0], "3 frames need 3 times"),
        (3, [0.0, 1.0, 1.0], "do not increase"),
        (3, 0.0, "must be positive"),
        (3, float("nan"), "must be positive"),
    ],
)
def test_times_that_do_not_fit_are_refused(count, times, message):
    with pytest.raises(ValueError, match=message):
        TimeAxis(count, times)


def test_viewport_by_hand():
    view = Viewport(10.0, 30.0, 400.0)
    assert view.pixels_per_second == 20.0
    assert view.x_of(15.0) == 100.0
    assert view.seconds_at(100.0) == 15.0
    assert view.xs_of(np.array([10.0, 30.0])).tolist() == [0.0, 400.0]
    # Twice as close at x 100: 15 s stays there with 2.5 s to its left, 10 s in all.
    assert view.zoomed(2.0, 100.0) == Viewport(12.5, 22.5, 400.0)


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        (-5.0, 5.0, (0.0, 10.0)),
        (95.0, 105.0, (90.0, 100.0)),
        (-50.0, 500.0, (0.0, 100.0)),
        (50.0, 50.5, (49.75, 50.75)),
        (0.0, 0.1, (0.0, 1.0)),
        (20.0, 40.0, (20.0, 40.0)),
    ],
)
def test_a_view_is_kept_within_the_video(start, end, kept):
    view = Viewport(start, end, 100.0).within(0.0, 100.0, shortest_s=1.0)
    assert (view.start_s, view.end_s) == pytest.approx(kept)
