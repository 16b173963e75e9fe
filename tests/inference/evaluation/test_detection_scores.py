"""Scores of found dives against true ones, worked out by hand."""

import pytest

from inference.evaluation.detection import TrueDive, VideoDetections, score_detections
from inference.results import FrameTime, Interval


def interval(first, last, fps=25):
    return Interval(FrameTime(first, first / fps), FrameTime(last, last / fps))


TRUTH = (
    TrueDive(interval(100, 129), "springboard-3"),
    TrueDive(interval(200, 229), "springboard-3"),
    TrueDive(interval(300, 339), "platform-10"),
    TrueDive(interval(500, 529), None),
)
# Two frames late at both ends; one frame early at the end; exactly half of the second; nobody; nothing for the last.
FOUND = (interval(102, 131), interval(200, 228), interval(320, 339), interval(400, 430))
VIDEO = VideoDetections(TRUTH, FOUND)


def test_counts_shares_and_boards():
    scores = score_detections([VIDEO], 0.5)
    assert (scores.true_dives, scores.found_dives, scores.matched) == (4, 4, 3)
    assert scores.recall == scores.precision == scores.f1 == 0.75
    assert scores.mean_iou == pytest.approx((28 / 32 + 29 / 30 + 20 / 40) / 3)
    assert dict(scores.recall_by_board) == {"platform-10": (1, 1), "springboard-3": (2, 2), "unknown": (0, 1)}


def test_a_stricter_overlap_matches_less():
    scores = score_detections([VIDEO], 0.75)
    assert scores.matched == 2
    assert scores.recall_by_board["platform-10"] == (0, 1)


def test_errors_of_the_ends_have_a_sign_and_a_size():
    scores = score_detections([VIDEO], 0.5)
    # Starts are 80, 0 and 800 ms late; ends 80 ms late, 40 ms early, exact.
    assert scores.start.bias_ms == pytest.approx(80)
    assert scores.start.median_ms == pytest.approx(80)
    assert scores.start.p90_ms == pytest.approx(80 + 0.8 * 720)
    assert scores.start.within_60_ms == pytest.approx(1 / 3)
    assert scores.end.bias_ms == pytest.approx(0)
    assert scores.end.median_ms == pytest.approx(40)
    assert scores.end.within_60_ms == pytest.approx(2 / 3)


def test_videos_are_counted_together_but_matched_apart():
    other = VideoDetections((TrueDive(interval(100, 129), "springboard-3"),), ())
    scores = score_detections([VIDEO, other], 0.5)
    assert (scores.true_dives, scores.matched) == (5, 3)
    assert scores.recall == pytest.approx(0.6)
    assert scores.precision == 0.75


def test_nothing_to_divide_by_is_none():
    scores = score_detections([VideoDetections((), ())])
    assert scores.recall is scores.precision is scores.f1 is scores.mean_iou is scores.start.p90_ms is None


@pytest.mark.parametrize("overlap", [0, 1.1])
def test_overlaps_out_of_range_are_refused(overlap):
    with pytest.raises(ValueError, match="temporal IoU"):
        score_detections([VIDEO], overlap)
