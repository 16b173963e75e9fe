"""The figures of two videos of unlike cameras together, by camera and by board, as numbers and as pictures."""

import json
import sys

import numpy as np
import pytest

from inference.evaluation.detection import TrueDive, VideoDetections
from inference.evaluation.errors import EvaluationError
from inference.evaluation.evaluated_video import EvaluatedVideo
from inference.evaluation.plots import (
    board_figure,
    check_plotting,
    detection_figure,
    end_error_figure,
    overlap_figure,
    tracking_figure,
    write_plots,
)
from inference.evaluation.report import make_report
from inference.results import BallisticPath, DetectedDive, FrameTime, Interval, Trajectory


def interval(first, last):
    return Interval(FrameTime(first, first / 25), FrameTime(last, last / 25))


def path(x0):
    return Trajectory(BallisticPath(0.0, x0, 10.0, 50.0, 5.0, 100.0))


def video(name, camera, truth, found):
    return EvaluatedVideo(
        f"{name}.mp4", (640, 360), camera, VideoDetections(truth, found), np.arange(600) / 25, 24.0, 6.0
    )


STEADY = video(
    "steady",
    "fixed",
    (
        TrueDive(interval(100, 129), "springboard-3", "103B", path(100), "one"),
        TrueDive(interval(200, 229), "platform-10", None, path(100), "two"),
        TrueDive(interval(300, 329), "platform-10", None, None, "three"),
        TrueDive(interval(320, 349), "platform-5", None, None, "four"),
    ),
    (
        DetectedDive(interval(101, 129), 0.9, path(110)),
        DetectedDive(interval(300, 328), 0.8),
        DetectedDive(interval(450, 470), 0.7),
    ),
)
BY_HAND = video(
    "by hand",
    "handheld",
    (TrueDive(interval(50, 79), "springboard-3", None, path(200), "five"),),
    (DetectedDive(interval(52, 88), 0.6),),
)
REPORT = make_report("motion", [BY_HAND, STEADY])


def test_dives_that_overlap_are_counted_only_where_it_is_said():
    (at_half, stricter), (half_with, _) = REPORT.detection, REPORT.with_overlapping
    assert (at_half.true_dives, at_half.found_dives, at_half.matched) == (3, 3, 2)
    assert stricter.matched == 1
    assert (half_with.true_dives, half_with.found_dives, half_with.matched) == (5, 4, 3)


def test_each_camera_and_each_board_has_its_own():
    assert list(REPORT.by_camera) == ["fixed", "handheld"]
    fixed = REPORT.by_camera["fixed"]
    assert (fixed.videos, fixed.detection[0].recall, fixed.detection[0].precision) == (1, 0.5, 0.5)
    assert REPORT.by_camera["handheld"].detection[0].start.bias_ms == pytest.approx(80)
    assert [(board, each.detection[0].recall) for board, each in REPORT.by_board.items()] == [
        ("platform-10", 0.0),
        ("springboard-3", 1.0),
    ]


def test_tracking_is_of_matched_dives_with_a_true_path():
    # Ten pixels of 640 are five of 320; the dive by hand was found without a path.
    assert sorted(REPORT.distances_px) == [pytest.approx(5), float("inf")]
    assert (REPORT.tracking.dives, REPORT.tracking.with_path, REPORT.tracking.share_within(6)) == (2, 1, 0.5)
    assert REPORT.by_board["springboard-3"].tracking.dives == 2
    assert REPORT.by_camera["fixed"].tracking.share_within(6) == 1


def test_as_json_it_says_the_same_without_infinities():
    facts = json.loads(json.dumps(REPORT.to_dict(), allow_nan=False))
    assert facts["detection"][0]["recall"] == pytest.approx(2 / 3)
    assert facts["by_board"]["platform-10"]["detection"][1] | {"start": None, "end": None} == {
        "min_iou": 0.75,
        "true_dives": 1,
        "matched": 0,
        "recall": 0.0,
        "start": None,
        "end": None,
    }
    assert facts["tracking"]["within"]["6"] == 0.5
    by_hand, steady = facts["videos"]
    assert by_hand["matched"][0] | {"temporal_iou": 0} == {
        "dive": "five",
        "board": "springboard-3",
        "code": None,
        "said_code": None,
        "said_code_probability": None,
        "temporal_iou": 0,
        "start_error_ms": pytest.approx(80),
        "end_error_ms": pytest.approx(360),
        "distance_px": None,
    }
    assert steady["overlapping_dives"] == 2
    assert [dive["dive"] for dive in steady["missed"]] == ["two"]
    assert steady["spurious"] == [{"start_frame": 450, "end_frame": 470}]


def test_bars_are_as_long_as_the_counts():
    (axes,) = detection_figure(REPORT).axes
    widths = {bars.get_label(): [bar.get_width() for bar in bars] for bars in axes.containers}
    assert widths == {"matched": [2, 1, 1], "missed": [1, 1, 0], "spurious": [1, 1, 0]}
    assert [label.get_text() for label in axes.get_yticklabels()] == ["all", "fixed", "handheld"]
    (boards,) = board_figure(REPORT).axes[0].containers
    assert [bar.get_width() for bar in boards] == [0, 100]


def test_curves_go_through_what_was_measured():
    recall, precision = overlap_figure(REPORT).axes[0].lines
    assert recall.get_ydata()[0] == precision.get_ydata()[0] == pytest.approx(200 / 3)
    assert recall.get_ydata()[-1] == 0
    start, end, aim = end_error_figure(REPORT).axes[0].lines
    assert [start.get_ydata()[limit] for limit in (39, 40, 79, 80)] == [0, 50, 50, 100]
    assert [end.get_ydata()[limit] for limit in (0, 300)] == [50, 50]
    assert list(aim.get_xdata()) == [60, 60]
    (curve,) = tracking_figure({"soft-argmax": [1.05, 4.0]}).axes[0].lines
    assert curve.get_label() == "soft-argmax"
    np.testing.assert_allclose(np.interp([1, 1.1, 3.9, 4.1], *curve.get_data()), [0, 50, 50, 100])


def test_figures_are_written_twice_alike(tmp_path):
    written = write_plots(REPORT, tmp_path / "first")
    assert [path.name for path in written[-2:]] == ["tracking.png", "tracking.svg"]
    assert len(written) == 10
    for one, other in zip(written, write_plots(REPORT, tmp_path / "second"), strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert written[0].read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in written[1].read_bytes()


def test_nothing_found_can_be_drawn_too(tmp_path):
    nothing = make_report("network", [video("empty", "unknown", (), ())])
    assert nothing.detection[0].recall is None
    assert len(write_plots(nothing, tmp_path)) == 8


def test_a_missing_matplotlib_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(EvaluationError, match=r"not installed: pip install divereview\[plots\]\."):
        check_plotting()
