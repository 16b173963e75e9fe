"""When: how well found dives agree with true ones (thesis section 5.3.3 and figure 5.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inference.diving.evaluation import IntervalMatching, match_intervals
from inference.results import Interval

UNKNOWN_BOARD = "unknown"
"""Under which dives are counted whose board is not known."""


@dataclass(frozen=True, slots=True)
class TrueDive:
    """A dive that really happened, and its board's key if known."""

    interval: Interval
    board: str | None = None


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
class DetectionScores:
    """Found against true dives at one smallest temporal IoU.

    recall is the share of true dives that were found, precision the share of found dives that are true; None where
    there is nothing to divide by. recall_by_board is by board key, found and true dives.
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
    recall_by_board: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class VideoDetections:
    """The true and the found dives of one video."""

    truth: tuple[TrueDive, ...]
    found: tuple[Interval, ...]

    def matching(self, min_iou: float) -> IntervalMatching:
        """Which found dive stands for which true one; see `match_intervals`."""
        return match_intervals([dive.interval for dive in self.truth], self.found, min_iou)


def score_detections(videos: Sequence[VideoDetections], min_iou: float = 0.5) -> DetectionScores:
    """Scores over all dives of all videos together.

    Args:
        videos: what is true and what was found, video by video.
        min_iou: the smallest temporal IoU of a match, above 0 and at most 1.

    Raises:
        ValueError: if min_iou is out of range.
    """
    starts: list[float] = []
    ends: list[float] = []
    overlaps: list[float] = []
    boards: dict[str, list[int]] = {}
    for video in videos:
        matching = video.matching(min_iou)
        matched = {match.truth for match in matching.matches}
        for place, dive in enumerate(video.truth):
            counts = boards.setdefault(dive.board or UNKNOWN_BOARD, [0, 0])
            counts[0] += place in matched
            counts[1] += 1
        for match in matching.matches:
            true, found = video.truth[match.truth].interval, video.found[match.predicted]
            starts.append(1000 * (found.start.seconds - true.start.seconds))
            ends.append(1000 * (found.end.seconds - true.end.seconds))
            overlaps.append(match.temporal_iou)
    true_count, found_count = sum(len(video.truth) for video in videos), sum(len(video.found) for video in videos)
    return DetectionScores(
        min_iou=min_iou,
        true_dives=true_count,
        found_dives=found_count,
        matched=len(overlaps),
        recall=_share(len(overlaps), true_count),
        precision=_share(len(overlaps), found_count),
        f1=_share(2 * len(overlaps), true_count + found_count),
        mean_iou=float(np.mean(overlaps)) if overlaps else None,
        start=_boundary(starts),
        end=_boundary(ends),
        recall_by_board={board: (found, true) for board, (found, true) in sorted(boards.items())},
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
