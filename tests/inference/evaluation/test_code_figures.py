"""Codes of true dives by true and by predicted crops: matched, missed, without a path, and flying."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation_samples import interval

from inference.diving.code_decoding import attribute_values
from inference.diving.codes import parse
from inference.evaluation.code_figures import code_figures
from inference.evaluation.detection import TrueDive, VideoDetections
from inference.evaluation.evaluated_video import EvaluatedVideo
from inference.results import DetectedDive


def heads(code):
    return {name: {value: 1.0} for name, value in attribute_values(parse(code)).items()}


def video(truth, found, camera="fixed", classified_s=1.0):
    return EvaluatedVideo(
        "video.mp4", (320, 180), camera, VideoDetections(truth, found), np.arange(600) / 25, 24.0, 6.0, classified_s
    )


def true(first, code, said, board="springboard-3"):
    return TrueDive(interval(first, first + 29), board, code, None, str(first), heads(said) if said else {})


def found(first, said):
    return DetectedDive(interval(first, first + 29), 0.9, attribute_probabilities=heads(said) if said else {})


STEADY = video(
    (
        true(0, "103B", "103B"),
        true(100, "105C", "105B"),
        true(200, "405C", "405C"),  # missed
        true(300, "201A", "201A"),  # found without a path
        true(400, "113B", None),  # flying
        TrueDive(interval(500, 529), None, None),  # nobody knows its code
    ),
    (found(0, "103B"), found(101, "105C"), found(300, None), found(400, "113B"), found(500, "101A")),
)
BY_HAND = video((true(0, "626C", "626C", "platform-10"),), (found(2, "405C"),), "handheld")


def test_true_and_predicted_crops_are_counted_apart():
    codes = code_figures([STEADY, BY_HAND], 0.5)

    assert codes.dives == 5
    assert (codes.true_crops.dives, codes.true_crops.whole_code) == (5, 0.8)
    assert codes.true_crops.heads["position"] == 0.8
    assert (codes.predicted_crops.dives, codes.predicted_crops.whole_code) == (3, pytest.approx(2 / 3))
    assert codes.found_and_right == 2 / 5
    assert {name: shares.dives for name, shares in codes.predicted_crops.by_camera.items()} == {
        "fixed": 2,
        "handheld": 1,
    }
    assert codes.predicted_crops.by_board["springboard-3"].whole_code == 1.0
    assert codes.predicted_crops.by_board["platform-10"].whole_code == 0.0


def test_the_board_rules_dives_out_only_where_it_is_known():
    # An armstand dive is none from a springboard, so that the board corrects a head that errs.
    said = heads("202C") | {"armstand": {"true": 0.9, "false": 0.1}}
    dive = TrueDive(interval(0, 29), "springboard-3", "202C", None, "0", said)
    detected = DetectedDive(interval(0, 29), 0.9, attribute_probabilities=said)
    codes = code_figures([video((dive,), (detected,))], 0.5)

    assert codes.predicted_crops.whole_code == 1.0
    assert codes.predicted_crops.attributes["armstand"] == 1.0
    assert codes.board_unknown.attributes["armstand"] == 0.0
    assert codes.board_unknown.heads["armstand"] == 0.0


def test_without_a_classifier_there_are_no_figures():
    assert code_figures([video(STEADY.all_dives.truth, (), classified_s=None)], 0.5) is None
    nothing = code_figures([video((), ())], 0.5)
    assert (nothing.dives, nothing.found_and_right, nothing.true_crops.whole_code) == (0, None, None)
