"""When: how well found dives agree with true ones (thesis section 5.3.3 and figure 5.8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from inference.diving.boards import Board
from inference.diving.evaluation import IntervalMatching, match_intervals
from inference.evaluation.blacklist import is_left_out, is_overlapping
from inference.results import DetectedDive, Interval, Trajectory

UNKNOWN_BOARD = "unknown"
"""Under which dives are counted whose board is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class TrueDive:
    """A dive that really happened; its board's key, code and path where they are known, and its id in the data set.

    attribute_probabilities is what a classifier says of it along the true path; empty where none was asked.
    """

    interval: Interval
    board: str | None = None
    code: str | None = None
    trajectory: Trajectory | None = None
    id: str = ""
    attribute_probabilities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BoundaryErrors:
    """How far the ends of matched dives are off, in milliseconds of video time.

    bias_ms is the median of found minus true (positive: too late); median_ms and p90_ms are of the absolute error;
    within_60_ms is the share off by at most 60 ms. All None without a match.
    """

    bias_ms: float | None
    median_ms: float | None
    p90_ms: float | None
    within_60_ms: float | None


@dataclass(frozen=True, slots=True)
class BoardScores:
    """How many of the true dives from one board were found, and how far their ends are off."""

    true_dives: int
    matched: int
    recall: float | None
    start: BoundaryErrors
    end: BoundaryErrors


@dataclass(frozen=True, slots=True)
class DetectionScores:
    """Found against true dives at one smallest temporal IoU.

    recall is the share of true dives that were found, precision the share of found dives that are true; None where
    there is nothing to divide by.
    """

    min_iou: float
    true_dives: int
    found_dives: int
    matched: int
    recall: float | None
    precision: float | None
    f1: float | None
    mean_iou: float | None
    start: BoundaryErrors
    end: BoundaryErrors


@dataclass(frozen=True, slots=True, eq=False)
class MatchedDive:
    """A true dive and the found one that stands for it, and their temporal IoU."""

    true: TrueDive
    found: DetectedDive
    temporal_iou: float

    @property
    def start_error_ms(self) -> float:
        """Found minus true start: positive where it was found too late."""
        return 1000 * (self.found.interval.start.seconds - self.true.interval.start.seconds)

    @property
    def end_error_ms(self) -> float:
        """Found minus true end: positive where it was found too late."""
        return 1000 * (self.found.interval.end.seconds - self.true.interval.end.seconds)


@dataclass(frozen=True, slots=True, eq=False)
class VideoDetections:
    """The true and the found dives of one video."""

    truth: tuple[TrueDive, ...]
    found: tuple[DetectedDive, ...]

    def matching(self, min_iou: float) -> IntervalMatching:
        """Which found dive stands for which true one; see `match_intervals`."""
        return match_intervals([dive.interval for dive in self.truth], [dive.interval for dive in self.found], min_iou)

    def matched(self, min_iou: float) -> Iterator[MatchedDive]:
        """The pairs of `matching`, in the order of the true dives."""
        for match in self.matching(min_iou).matches:
            yield MatchedDive(self.truth[match.truth], self.found[match.predicted], match.temporal_iou)

    def without(self, stretches: Sequence[Interval]) -> VideoDetections:
        """These without what was found in stretches that are not labelled; see `is_left_out`."""
        return VideoDetections(self.truth, self._found_outside(self.truth, stretches))

    def without_overlapping(self) -> VideoDetections:
        """These without the true dives that overlap each other and what was found in their place (section 5.2.2)."""
        overlapping = is_overlapping([dive.interval for dive in self.truth])
        counting = tuple(dive for dive, is_out in zip(self.truth, overlapping, strict=True) if not is_out)
        stretches = [dive.interval for dive, is_out in zip(self.truth, overlapping, strict=True) if is_out]
        return VideoDetections(counting, self._found_outside(counting, stretches))

    def _found_outside(self, counting: Sequence[TrueDive], stretches: Sequence[Interval]) -> tuple[DetectedDive, ...]:
        intervals = [dive.interval for dive in self.found]
        left_out = is_left_out(intervals, [dive.interval for dive in counting], stretches)
        return tuple(dive for dive, is_out in zip(self.found, left_out, strict=True) if not is_out)


def score_detections(videos: Sequence[VideoDetections], min_iou: float = 0.5) -> DetectionScores:
    """Scores over all dives of all videos together.

    Args:
        videos: what is true and what was found, video by video.
        min_iou: the smallest temporal IoU of a match, above 0 and at most 1.

    Raises:
        ValueError: if min_iou is out of range.
    """
    matches = [match for video in videos for match in video.matched(min_iou)]
    true_count, found_count = sum(len(video.truth) for video in videos), sum(len(video.found) for video in videos)
    return DetectionScores(
        min_iou=min_iou,
        true_dives=true_count,
        found_dives=found_count,
        matched=len(matches),
        recall=_share(len(matches), true_count),
        precision=_share(len(matches), found_count),
        f1=_share(2 * len(matches), true_count + found_count),
        mean_iou=float(np.mean([match.temporal_iou for match in matches])) if matches else None,
        start=_boundary([match.start_error_ms for match in matches]),
        end=_boundary([match.end_error_ms for match in matches]),
    )


def scores_by_board(videos: Sequence[VideoDetections], min_iou: float = 0.5) -> dict[str, BoardScores]:
    """The true dives from each board, by its key; found dives have no board, so there is no precision of one.

    Args:
        videos: what is true and what was found, video by video.
        min_iou: the smallest temporal IoU of a match, above 0 and at most 1.

    Raises:
        ValueError: if min_iou is out of range.
    """
    true_dives = Counter(_board(dive) for video in videos for dive in video.truth)
    boards = [*sorted(true_dives.keys() - {UNKNOWN_BOARD}, key=Board.from_key), UNKNOWN_BOARD]
    matches: dict[str, list[MatchedDive]] = {board: [] for board in boards if board in true_dives}
    for video in videos:
        for match in video.matched(min_iou):
            matches[_board(match.true)].append(match)
    return {board: _board_scores(true_dives[board], of_board) for board, of_board in matches.items()}


def _board(dive: TrueDive) -> str:
    return dive.board or UNKNOWN_BOARD


def _board_scores(true_dives: int, matches: Sequence[MatchedDive]) -> BoardScores:
    return BoardScores(
        true_dives=true_dives,
        matched=len(matches),
        recall=_share(len(matches), true_dives),
        start=_boundary([match.start_error_ms for match in matches]),
        end=_boundary([match.end_error_ms for match in matches]),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _boundary(errors_ms: Sequence[float]) -> BoundaryErrors:
    if not errors_ms:
        return BoundaryErrors(None, None, None, None)
    size = np.abs(errors_ms)
    # A hair more than 60 ms, so that three frames at 50 fps count whatever the rounding of their times.
    return BoundaryErrors(
        bias_ms=float(np.median(errors_ms)),
        median_ms=float(np.median(size)),
        p90_ms=float(np.percentile(size, 90)),
        within_60_ms=float(np.mean(size <= 60.01)),
    )
