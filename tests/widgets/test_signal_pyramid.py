"""Envelopes of signals against the plain minimum and maximum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.time_axis import TimeAxis, Viewport
from widgets.timeline.signal_plot import column_ranges
from widgets.timeline.signal_pyramid import SignalPyramid
from widgets.timeline.state import PlottedSignal


def test_few_samples_a_column_are_exact():
    lowest, highest = SignalPyramid([0.0, 0.5, 0.2, 0.9, 0.1]).envelope(np.array([0, 2, 3, 5]))
    assert lowest.tolist() == pytest.approx([0.0, 0.2, 0.1])
    assert highest.tolist() == pytest.approx([0.5, 0.2, 0.9])


def test_a_column_without_samples_takes_the_one_at_its_left_edge():
    lowest, highest = SignalPyramid([0.0, 0.5, 0.2]).envelope(np.array([1, 1, 3, 3]))
    assert lowest.tolist() == pytest.approx([0.5, 0.2, 0.2])
    assert highest.tolist() == pytest.approx([0.5, 0.5, 0.2])


@given(st.integers(1, 5000), st.integers(1, 60), st.integers(0, 2**32 - 1), st.data())
def test_the_envelope_holds_every_sample_and_little_else(count, columns, seed, data):
    values = np.random.default_rng(seed).random(count).astype(np.float32)
    first = data.draw(st.integers(0, count - 1))
    last = data.draw(st.integers(first, count))
    edges = np.linspace(first, last, columns + 1).astype(np.int64)
    lowest, highest = SignalPyramid(values).envelope(edges)
    slack = max((last - first) // columns // 4, 1) + 1
    for column in range(columns):
        inside = values[edges[column] : edges[column + 1]]
        nearby = values[max(edges[column] - slack, 0) : edges[column + 1] + slack]
        if len(inside):
            assert lowest[column] <= inside.min()
            assert highest[column] >= inside.max()
        assert lowest[column] >= nearby.min()
        assert highest[column] <= nearby.max()


def test_one_sample_in_millions_is_still_seen():
    values = np.zeros(4_500_000, dtype=np.float32)
    values[3_141_592] = 1.0
    signal = PlottedSignal("start", 0, SignalPyramid(values))
    _, highest = column_ranges(signal, TimeAxis(4_500_000, 50.0), Viewport(0.0, 90_000.0, 1000.0), 1000)
    # 4,500 samples a column: 3,141,592 is in column 698, an eighth of a column from its left edge.
    assert highest[698] == 1.0
    assert set(np.flatnonzero(highest)) <= {697, 698}


def test_zoomed_in_the_line_runs_between_the_middles_of_frames():
    """Frames of one second with values 0, 1, 0: the middles are 0.5, 1.5 and 2.5 s. Columns of half a second."""
    signal = PlottedSignal("start", 0, SignalPyramid([0.0, 1.0, 0.0]))
    lowest, highest = column_ranges(signal, TimeAxis(3, 1.0), Viewport(0.5, 2.5, 4.0), 4)
    assert lowest.tolist() == pytest.approx([0.0, 0.5, 0.5, 0.0])
    assert highest[[0, 3]].tolist() == pytest.approx([0.5, 0.5])
    assert highest[[1, 2]].tolist() == pytest.approx([1.0, 1.0])


def test_there_is_nothing_outside_the_signal():
    """A signal for frames 2 and 3 of five; columns of one frame."""
    signal = PlottedSignal("start", 2, SignalPyramid([0.25, 0.75]))
    lowest, highest = column_ranges(signal, TimeAxis(5, 1.0), Viewport(0.0, 5.0, 5.0), 5)
    assert np.isnan(highest).tolist() == [True, True, False, False, True]
    assert (lowest[2], highest[3]) == (0.25, 0.75)


def test_an_empty_signal_has_no_columns():
    signal = PlottedSignal("start", 0, SignalPyramid([]))
    lowest, _ = column_ranges(signal, TimeAxis(5, 1.0), Viewport(0.0, 5.0, 5.0), 5)
    assert np.isnan(lowest).all()
