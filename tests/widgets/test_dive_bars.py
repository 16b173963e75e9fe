"""Lanes, bisection and merging of the timeline's bars, and the histograms of crowds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.time_axis import TimeAxis
from widgets.timeline.dive_bars import MOST_LANES, DiveBars, TimelineDive, merge_narrow
from widgets.timeline.status_histogram import stacked_pixels, status_counts

AXIS = TimeAxis(1000, 10.0)


def bars(*intervals, status="unreviewed"):
    return DiveBars([TimelineDive(str(n), *interval, status) for n, interval in enumerate(intervals)], AXIS)


def test_overlapping_dives_are_stacked_and_lanes_are_reused():
    """1 overlaps 0; 2 starts on 0's last frame, so it overlaps too; 3 starts on the frame after 0's last."""
    assert bars((0, 10), (5, 30), (10, 20), (11, 15)).lane.tolist() == [0, 1, 2, 0]


def test_order_of_the_input_does_not_matter():
    shuffled = DiveBars([TimelineDive("b", 50, 60), TimelineDive("a", 0, 10)], AXIS)
    assert [dive.id for dive in shuffled.dives] == ["a", "b"]
    assert shuffled.position_of == {"a": 0, "b": 1}
    assert shuffled.start_s.tolist() == [0.0, 5.0]
    assert shuffled.end_s.tolist() == [1.1, 6.1]


def test_beyond_the_last_lane_bars_share_one():
    stacked = bars(*[(0, 100 - n) for n in range(MOST_LANES + 2)])
    assert len(stacked.lanes) == MOST_LANES
    # In order of their ends, 93 to 100; the seventh finds lane 0 free first, the eighth lane 1.
    assert stacked.lane.tolist() == [0, 1, 2, 3, 4, 5, 0, 1]


def test_visible_by_hand():
    found = bars((0, 9), (20, 29), (40, 49)).visible(0, 2.5, 4.2)
    assert found.tolist() == [1, 2]


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 99)), max_size=40),
    st.floats(0, 100),
    st.floats(0, 50),
)
def test_visible_misses_no_dive_that_touches_the_view(pairs, start_s, span_s):
    stacked = bars(*[(start, start + length) for start, length in pairs])
    found = {p for lane in range(len(stacked.lanes)) for p in stacked.visible(lane, start_s, start_s + span_s).tolist()}
    touching = np.flatnonzero((stacked.end_s >= start_s) & (stacked.start_s <= start_s + span_s))
    assert found >= set(touching.tolist())


def test_an_unknown_status_is_refused():
    with pytest.raises(ValueError, match=r"unknown review status \['maybe'\]"):
        bars((0, 1), status="maybe")


def test_narrow_bars_merge_and_open_work_gives_the_colour():
    """At least 2 pixels each: 10 to 12 and 11 to 13 overlap, 13 to 15 touches, 17 to 19 stands alone."""
    left, right, status = merge_narrow(
        np.array([10.2, 11.9, 13.0, 17.5]), np.array([10.4, 12.5, 13.1, 17.6]), np.array([2, 0, 3, 3]), 2.0
    )
    assert left.tolist() == [10.0, 17.0]
    assert right.tolist() == [15.0, 19.0]
    assert status.tolist() == [0, 3]


def test_status_counts_by_hand():
    """Columns of one second; the first dive touches the first two, the second the last alone."""
    counts = status_counts(np.arange(4.0), np.array([0.5, 2.2]), np.array([1.5, 2.9]), np.array([0, 2]))
    assert counts.tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 1], [0, 0, 0]]


def test_a_dive_that_ends_on_an_edge_does_not_reach_the_next_column():
    counts = status_counts(np.arange(4.0), np.array([0.0]), np.array([1.0]), np.array([1]))
    assert counts[1].tolist() == [1, 0, 0]


def test_columns_are_stacked_from_the_bottom():
    """Two kinds side by side in a full column of four rows; a column with half as many is 0.725 of it, three rows."""
    pixels = stacked_pixels(np.array([[1, 1, 0], [1, 0, 0]]), 4, [7, 9])
    assert pixels.tolist() == [[9, 0, 0], [9, 7, 0], [7, 7, 0], [7, 7, 0]]
