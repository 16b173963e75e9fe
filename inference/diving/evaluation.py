"""How well found intervals agree with the true ones (thesis section 5.3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from inference.results import Interval


@dataclass(frozen=True, slots=True)
class IntervalMatch:
    """A true interval and the predicted one that is counted for it, by their places in the lists, and their IoU."""

    truth: int
    predicted: int
    temporal_iou: float


@dataclass(frozen=True, slots=True)
class IntervalMatching:
    """Which predicted interval stands for which true one.

    matches are in the order of the true intervals; missed and spurious are places in the list of true and of predicted
    intervals that no match names.
    """

    matches: tuple[IntervalMatch, ...]
    missed: tuple[int, ...]
    spurious: tuple[int, ...]

    @property
    def recall(self) -> float | None:
        """Share of the true intervals that were found; None if there are none."""
        count = len(self.matches) + len(self.missed)
        return len(self.matches) / count if count else None

    @property
    def precision(self) -> float | None:
        """Share of the predicted intervals that are true ones; None if there are none."""
        count = len(self.matches) + len(self.spurious)
        return len(self.matches) / count if count else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of recall and precision; None if there is neither a true nor a predicted interval."""
        count = 2 * len(self.matches) + len(self.missed) + len(self.spurious)
        return 2 * len(self.matches) / count if count else None

    @property
    def mean_iou(self) -> float | None:
        """Mean temporal IoU of the matches; None if there are none."""
        return float(np.mean([match.temporal_iou for match in self.matches])) if self.matches else None


def match_intervals(truth: Sequence[Interval], predicted: Sequence[Interval], min_iou: float = 0.5) -> IntervalMatching:
    """Pair true and predicted intervals one to one.

    As many pairs are made as possible, and among those divisions the one with the largest sum of IoUs, so that the
    order of the lists does not matter. Intervals may overlap.

    Args:
        truth: the true intervals.
        predicted: the predicted ones.
        min_iou: the smallest temporal IoU of a pair, above 0 and at most 1.

    Raises:
        ValueError: if min_iou is out of range.
    """
    if not 0 < min_iou <= 1:
        raise ValueError(f"the smallest temporal IoU is {min_iou}; it must be above 0 and at most 1")
    pairs = _overlapping(truth, predicted, min_iou)
    matches = sorted(_assigned(pairs, len(truth), len(predicted)), key=lambda match: match.truth)
    found, used = {match.truth for match in matches}, {match.predicted for match in matches}
    return IntervalMatching(
        tuple(matches),
        tuple(place for place in range(len(truth)) if place not in found),
        tuple(place for place in range(len(predicted)) if place not in used),
    )


def _overlapping(truth: Sequence[Interval], predicted: Sequence[Interval], min_iou: float) -> list[IntervalMatch]:
    """All pairs that may be made, found in one sweep through both lists by start frame."""
    pairs: list[IntervalMatch] = []
    waiting = sorted(range(len(predicted)), key=lambda place: predicted[place].start.frame)
    open_places: list[int] = []
    position = 0
    for place in sorted(range(len(truth)), key=lambda place: truth[place].start.frame):
        interval = truth[place]
        while position < len(waiting) and predicted[waiting[position]].start.frame <= interval.end.frame:
            open_places.append(waiting[position])
            position += 1
        open_places = [other for other in open_places if predicted[other].end.frame >= interval.start.frame]
        for other in open_places:
            iou = interval.temporal_iou(predicted[other])
            if iou >= min_iou:
                pairs.append(IntervalMatch(place, other, iou))
    return pairs


def _assigned(pairs: list[IntervalMatch], truth_count: int, predicted_count: int) -> list[IntervalMatch]:
    """The best division, worked out apart for every group of intervals that overlap one another."""
    if not pairs:
        return []
    rows = np.array([pair.truth for pair in pairs])
    columns = np.array([pair.predicted for pair in pairs]) + truth_count
    size = truth_count + predicted_count
    links = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(size, size))
    _, labels = connected_components(links, directed=False)
    groups: dict[int, list[IntervalMatch]] = {}
    for pair in pairs:
        groups.setdefault(int(labels[pair.truth]), []).append(pair)
    return [match for group in groups.values() for match in _assigned_group(group)]


def _assigned_group(pairs: list[IntervalMatch]) -> list[IntervalMatch]:
    if len(pairs) == 1:
        return pairs
    truths, predictions = sorted({pair.truth for pair in pairs}), sorted({pair.predicted for pair in pairs})
    by_place = {(truths.index(pair.truth), predictions.index(pair.predicted)): pair for pair in pairs}
    # A pair is worth more than all IoUs of the group together, so that the number of pairs comes first.
    worth = np.zeros((len(truths), len(predictions)))
    for place, pair in by_place.items():
        worth[place] = len(pairs) + pair.temporal_iou
    chosen = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    return [by_place[int(row), int(column)] for row, column in chosen if (int(row), int(column)) in by_place]
