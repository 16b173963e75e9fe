"""Overlapping dives against all pairs, and findings beside and inside stretches that do not count."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from inference.evaluation.blacklist import is_left_out, is_overlapping
from inference.results import FrameTime, Interval


def interval(first, last):
    return Interval(FrameTime(first, first / 25), FrameTime(last, last / 25))


def test_sharing_one_frame_is_overlapping_and_following_is_not():
    assert is_overlapping([interval(10, 20), interval(20, 30), interval(31, 40)]).tolist() == [True, True, False]


def test_a_long_dive_overlaps_all_that_lie_in_it_whatever_their_order():
    intervals = [interval(30, 35), interval(60, 70), interval(10, 50), interval(20, 25)]
    assert is_overlapping(intervals).tolist() == [True, False, True, True]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), max_size=12))
def test_it_is_what_comparing_all_pairs_gives(ends):
    intervals = [interval(first, first + length) for first, length in ends]
    expected = [any(one is not other and one.temporal_iou(other) > 0 for other in intervals) for one in intervals]
    assert is_overlapping(intervals).tolist() == expected


def test_a_finding_belongs_to_what_it_overlaps_most():
    counting, stretches = [interval(100, 129)], [interval(130, 159), interval(300, 310)]
    found = [interval(100, 131), interval(120, 150), interval(115, 144), interval(305, 340), interval(200, 230)]
    # 30 against 2 frames, 10 against 21, 15 against 15, 0 against 6, and neither.
    assert is_left_out(found, counting, stretches).tolist() == [False, True, False, True, False]


def test_without_stretches_everything_counts():
    assert not is_left_out([interval(1, 2)], [], []).any()
    assert is_left_out([], [], [interval(1, 2)]).dtype == np.bool_
