"""Scores of found dives against true ones, worked out by hand."""

import pytest

from inference.evaluation.detection import TrueDive, VideoDetections, score_detections, scores_by_board
from inference.results import DetectedDive, FrameTime, Interval


def interval(first, last, fps=25):
    return Interval(FrameTime(first, first / fps), FrameTime(last, last / fps))


def found(*ends):
    return tuple(DetectedDive(interval(first, last), score=0.9) for first, last in ends)


TRUTH = (
    TrueDive(interval(100, 129), "springboard-3"),
    TrueDive(interval(200, 229), "springboard-3"),
    TrueDive(interval(300, 339), "platform-10"),
    TrueDive(interval(500, 529), None),
)
# Two frames late at both ends; one frame early at the end; exactly half of the second; nobody; nothing for the last.
FOUND = found((102, 131), (200, 228), (320, 339), (400, 430))
VIDEO = VideoDetections(TRUTH, FOUND)


def test_counts_and_shares():
    scores = score_detections([VIDEO], 0.5)
    assert (scores.true_dives, scores.found_dives, scores.matched) == (4, 4, 3)
    assert scores.recall == scores.precision == scores.f1 == 0.75
    assert scores.mean_iou == pytest.approx((28 / 32 + 29 / 30 + 20 / 40) / 3)


def test_a_stricter_overlap_matches_less():
    assert score_detections([VIDEO], 0.75).matched == 2
    assert scores_by_board([VIDEO], 0.75)["platform-10"].matched == 0


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


def test_boards_are_scored_apart_in_the_order_of_their_heights():
    higher = VideoDetections((TrueDive(interval(0, 9), "platform-7.5"), TrueDive(interval(20, 29), "platform-10")), ())
    scores = scores_by_board([VIDEO, higher], 0.5)

    assert list(scores) == ["platform-7.5", "platform-10", "springboard-3", "unknown"]
    springboard = scores["springboard-3"]
    assert (springboard.true_dives, springboard.matched, springboard.recall) == (2, 2, 1.0)
    assert springboard.start.within_60_ms == 0.5
    assert springboard.end.bias_ms == pytest.approx((80 - 40) / 2)
    assert (scores["platform-10"].true_dives, scores["platform-10"].recall) == (2, 0.5)
    assert (scores["unknown"].matched, scores["unknown"].start.median_ms) == (0, None)


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
    with pytest.raises(ValueError, match="temporal IoU"):
        scores_by_board([VIDEO], overlap)


def test_overlapping_dives_count_for_nothing_and_neither_does_what_was_found_there():
    alone = TrueDive(interval(100, 129), "springboard-3")
    together = (TrueDive(interval(132, 160), "platform-3"), TrueDive(interval(160, 190), "platform-5"))
    # The first finding reaches three frames into the second dive, and is the first dive's all the same.
    video = VideoDetections((alone, *together), found((101, 134), (131, 161), (165, 190), (400, 430)))

    counted = video.without_overlapping()

    assert counted.truth == (alone,)
    assert counted.found == (video.found[0], video.found[3])
    assert score_detections([counted]).precision == 0.5


def test_what_was_found_where_nobody_labelled_counts_for_nothing():
    video = VideoDetections((TrueDive(interval(100, 129)),), found((100, 131), (140, 170), (300, 330)))

    counted = video.without([interval(130, 160)])

    assert counted.found == (video.found[0], video.found[2])
    assert counted.truth == video.truth
