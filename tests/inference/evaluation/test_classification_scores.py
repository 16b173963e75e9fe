"""Shares of right attributes and codes of four dives that can be counted by hand."""

from __future__ import annotations

import pytest

from inference.diving.boards import Board
from inference.diving.code_decoding import ATTRIBUTES, attribute_values, decode_code
from inference.diving.codes import parse
from inference.evaluation.classification import WHOLE_CODE, ClassifiedDive, score_classification


def heads(code, sure=1.0, **other):
    """Heads that say the values of a code, but for the attributes named: those say another value, twice as likely."""
    said = {name: {value: sure} for name, value in attribute_values(parse(code)).items()}
    for name, value in other.items():
        said[name][value] = 2 * sure
    return said


def dive(truth, says, board="springboard-3", camera="fixed", **other):
    told = heads(says, 0.3 if other else 1.0, **other)
    return ClassifiedDive(truth, told, decode_code(told, Board.from_key(board)), board, camera)


DIVES = [
    dive("103B", "103B"),
    dive("105B", "105B", camera="handheld"),
    dive("105B", "105C", "springboard-1"),  # the position is wrong
    dive("5132D", "5132D", position="B"),  # the head is wrong, and the rules put it right
]


def test_heads_alone_and_the_dives_that_the_rules_allow():
    scores = score_classification(DIVES)

    assert scores.dives == 4
    assert scores.heads == dict.fromkeys(ATTRIBUTES, 1.0) | {"position": 0.5}
    assert scores.attributes == dict.fromkeys(ATTRIBUTES, 1.0) | {"position": 0.75}
    assert scores.whole_code == 0.75


def test_the_baseline_says_the_most_frequent_value():
    scores = score_classification(DIVES)

    assert scores.baseline == {
        "rotation_type": 1.0,  # a twisting dive's rotation is forward too
        "half_somersaults": 0.5,
        "half_twists": 0.75,
        "position": 0.75,
        "armstand": 1.0,
    }


def test_each_board_and_each_camera_has_its_own():
    scores = score_classification(DIVES)

    assert {name: (board.dives, board.whole_code) for name, board in scores.by_board.items()} == {
        "springboard-1": (1, 0.0),
        "springboard-3": (3, 1.0),
    }
    assert scores.by_board["springboard-1"].attributes["position"] == 0.0
    assert scores.by_board["springboard-1"].attributes["half_somersaults"] == 1.0
    assert {name: (camera.dives, camera.whole_code) for name, camera in scores.by_camera.items()} == {
        "fixed": (3, pytest.approx(2 / 3)),
        "handheld": (1, 1.0),
    }
    told = heads("103B")
    without = score_classification([ClassifiedDive("103B", told, decode_code(told))])
    assert list(without.by_board) == list(without.by_camera) == ["unknown"]


def test_the_right_dive_may_be_among_the_five_most_probable():
    unsure = dive("105B", "105B", half_somersaults="3")
    told = heads("103B")
    far_off = ClassifiedDive("407C", told, decode_code(told))
    scores = score_classification([unsure, far_off])

    assert unsure.said["half_somersaults"] == "3"
    assert scores.whole_code == 0.0
    assert scores.among_five == 0.5


def test_confidence_is_how_probable_what_is_said_is():
    # Two in three for 1 1/2 somersaults and one in three for 2 1/2, everything else sure; right once in two times.
    scores = score_classification(
        [dive("105B", "105B", half_somersaults="3"), dive("103B", "105B", half_somersaults="3")]
    )

    (whole,) = scores.confidence[WHOLE_CODE]
    assert (whole.count, whole.confidence, whole.accuracy) == (2, pytest.approx(2 / 3, abs=1e-6), 0.5)
    (somersaults,) = scores.confidence["half_somersaults"]
    assert (somersaults.count, somersaults.accuracy) == (2, 0.5)
    (position,) = scores.confidence["position"]
    assert (position.confidence, position.accuracy) == (pytest.approx(1.0), 1.0)
    assert scores.calibration_error == pytest.approx(1 / 6, abs=1e-6)


def test_no_dive_has_no_shares():
    scores = score_classification([])

    assert (scores.dives, scores.whole_code, scores.among_five) == (0, None, None)
    assert scores.calibration_error == 0
    assert not scores.heads
    assert not scores.by_board
