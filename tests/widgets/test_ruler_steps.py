"""Which ticks the ruler labels."""

from __future__ import annotations

import pytest

from widgets.timeline.ruler import frame_step, ticks, time_step


@pytest.mark.parametrize(
    ("pixels_per_second", "label_px", "step"),
    [(1000.0, 80.0, 0.1), (100.0, 80.0, 1.0), (10.0, 80.0, 10.0), (8.0, 80.0, 10.0), (7.9, 80.0, 15.0)],
)
def test_time_steps_are_the_smallest_round_ones_that_fit(pixels_per_second, label_px, step):
    assert time_step(pixels_per_second, label_px) == step


def test_beyond_twelve_hours_steps_are_multiples_of_twelve_hours():
    assert time_step(0.001, 80.0) == 2 * 43_200


@pytest.mark.parametrize(
    ("pixels_per_frame", "step"), [(60.0, 1), (59.0, 2), (30.0, 2), (12.0, 5), (0.6, 100), (0.59, None)]
)
def test_frame_steps_count_1_2_5(pixels_per_frame, step):
    assert frame_step(pixels_per_frame, 60.0) == step


def test_ticks_start_at_or_before_the_view():
    assert ticks(2.5, 7.0, 2.0).tolist() == [2.0, 4.0, 6.0]
