"""Recall, precision and pairing of intervals, worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from inference.diving.evaluation import IntervalMatch, match_intervals
from inference.results import FrameTime, Interval


def interval(start, end):
    return Interval(FrameTime(start, start / 25), FrameTime(end, end / 25))


def test_an_interval_is_found_from_the_smallest_iou_on():
    truth = [interval(0, 9)]
    half, less = [interval(0, 19)], [interval(0, 20)]  # 10 of 20 frames, 10 of 21

    assert match_intervals(truth, half).matches == (IntervalMatch(0, 0, 0.5),)
    assert match_intervals(truth, less).matches == ()
    assert match_intervals(truth, less, min_iou=0.45).matches == (IntervalMatch(0, 0, 10 / 21),)


def test_numbers_of_a_worked_example():
    truth = [interval(100, 139), interval(300, 339), interval(500, 539), interval(900, 939)]
    predicted = [interval(505, 539), interval(700, 739), interval(110, 139)]

    matching = match_intervals(truth, predicted)

    assert matching.matches == (IntervalMatch(0, 2, 30 / 40), IntervalMatch(2, 0, 35 / 40))
    assert (matching.missed, matching.spurious) == ((1, 3), (1,))
    assert (matching.recall, matching.precision) == (0.5, 2 / 3)
    assert matching.f1 == pytest.approx(4 / 7)
    assert matching.mean_iou == pytest.approx((0.75 + 0.875) / 2)


def test_an_interval_counts_once():
    twice_found = match_intervals([interval(0, 9)], [interval(0, 9), interval(0, 8)])
    found_together = match_intervals([interval(0, 9), interval(1, 10)], [interval(0, 9)])

    assert (twice_found.recall, twice_found.precision, twice_found.spurious) == (1.0, 0.5, (1,))
    assert (found_together.recall, found_together.precision, found_together.missed) == (0.5, 1.0, (1,))


def test_as_many_pairs_as_possible_although_another_pair_fits_best():
    # The first truth fits the second prediction best (9/11), but only it can have the first prediction (7/10).
    truth = [interval(0, 9), interval(4, 11)]
    predicted = [interval(0, 6), interval(1, 10)]

    matching = match_intervals(truth, predicted, min_iou=0.6)

    assert [(match.truth, match.predicted) for match in matching.matches] == [(0, 0), (1, 1)]


def test_nothing_has_no_rates():
    assert match_intervals([], []).recall is None
    assert match_intervals([], []).f1 is None
    assert match_intervals([interval(0, 1)], []).recall == 0.0
    assert match_intervals([interval(0, 1)], []).precision is None
    assert match_intervals([], [interval(0, 1)]).precision == 0.0
    assert match_intervals([], [interval(0, 1)]).mean_iou is None


@pytest.mark.parametrize("min_iou", [0.0, 1.1])
def test_a_smallest_iou_out_of_range_is_refused(min_iou):
    with pytest.raises(ValueError, match=f"{min_iou}; it must be above 0 and at most 1"):
        match_intervals([], [], min_iou)


def test_random_intervals_get_the_best_of_all_divisions():
    rng = np.random.default_rng(4)
    for _ in range(60):
        truth, predicted = (
            [interval(start, start + length) for start, length in zip(*rng.integers(1, 12, (2, 4)), strict=True)]
            for _ in range(2)
        )
        matching = match_intervals(truth, predicted, min_iou=0.3)

        best = max(of_division(truth, predicted, order) for order in itertools.permutations(range(4)))
        assert (len(matching.matches), sum(match.temporal_iou for match in matching.matches)) == pytest.approx(best)


def of_division(truth, predicted, order):
    """Number of pairs and sum of IoUs when true interval i gets predicted interval order[i]."""
    ious = [truth[place].temporal_iou(predicted[other]) for place, other in enumerate(order)]
    kept = [iou for iou in ious if iou >= 0.3]
    return len(kept), sum(kept)
