"""Decoding against brute force over all codes, and against cases worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.diving.boards import Board
from inference.diving.code_decoding import ATTRIBUTES, attribute_values, decode_code, possible_codes
from inference.diving.codes import broken_rules, parse
from inference.diving.degree_of_difficulty import table

THREE_METRES = Board.from_key("springboard-3")
VALUES = {name: sorted({attribute_values(code)[name] for code in possible_codes(None)}) for name in ATTRIBUTES}


def sure_of(code, share=0.9):
    """Heads that give each value of a code this probability and share out the rest."""
    return {
        name: {other: share if other == value else (1 - share) / (len(VALUES[name]) - 1) for other in VALUES[name]}
        for name, value in attribute_values(parse(code)).items()
    }


@pytest.mark.parametrize("code", ["103B", "5253B", "407C", "201A"])
def test_heads_that_agree_are_believed(code):
    decoded = decode_code(sure_of(code), THREE_METRES)

    assert str(decoded.best.code) == code
    assert decoded.best.probability > 0.5


def test_what_the_rules_forbid_gives_way_to_the_next_best():
    heads = sure_of("5152B") | {
        "position": {"A": 0.6, "B": 0.3, "C": 0.1}
    }  # no straight dive turns and twists so often

    decoded = decode_code(heads, THREE_METRES)

    assert str(decoded.best.code) == "5152B"
    assert decoded.attributes["position"].get("A", 0.0) < decoded.attributes["position"]["B"]


def test_the_board_says_what_can_be_done():
    armstand = sure_of("612B")

    assert decode_code(armstand, Board.from_key("platform-10")).best.code.is_armstand
    springboard = decode_code(armstand, THREE_METRES)
    assert springboard.attributes["armstand"] == {"false": pytest.approx(1.0)}
    training = decode_code(sure_of("103B"), Board.from_key("platform-3"))
    assert str(training.best.code) == "103B"


def test_two_dives_and_two_heads_by_hand():
    # Only these two can be, by the prior; position says 3 : 1 for pike, and 103C is done twice as often.
    decoded = decode_code({"position": {"B": 0.75, "C": 0.25}}, THREE_METRES, prior={"103B": 1, "103C": 2}, count=2)

    assert [(str(one.code), round(one.probability, 9)) for one in decoded.ranking] == [("103B", 0.6), ("103C", 0.4)]
    assert decoded.attributes["position"]["B"] == pytest.approx(0.6)
    assert decoded.attributes["half_somersaults"]["3"] == pytest.approx(1.0)


heads = st.fixed_dictionaries(
    {
        name: st.lists(st.floats(0.001, 1), min_size=len(values), max_size=len(values)).map(
            lambda shares, values=values: dict(zip(values, (np.array(shares) / sum(shares)).tolist(), strict=True))
        )
        for name, values in VALUES.items()
    }
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(attributes=heads, board=st.sampled_from(["springboard-1", "platform-10", "platform-3", None]))
def test_enumeration_equals_brute_force(attributes, board):
    board = Board.from_key(board) if board else None
    products = {}
    for text in table().codes:
        code = parse(text)
        in_table = board is None or (text, board.key) in table().values or board.key == "platform-3"
        if in_table and not code.is_flying and not (board and board.key == "platform-3" and broken_rules(code, board)):
            products[text] = math.prod(attributes[name][value] for name, value in attribute_values(code).items())
    total = sum(products.values())

    decoded = decode_code(attributes, board, count=len(products))

    assert {str(one.code): one.probability for one in decoded.ranking} == pytest.approx(
        {text: product / total for text, product in products.items()}, abs=1e-9
    )
    probabilities = [one.probability for one in decoded.ranking]
    assert probabilities == sorted(probabilities, reverse=True)
    for marginal in decoded.attributes.values():
        assert sum(marginal.values()) == pytest.approx(1)


def test_heads_that_say_nothing_leave_all_dives_alike():
    decoded = decode_code({}, THREE_METRES, count=1000)

    assert len(decoded.ranking) == len(possible_codes(THREE_METRES))
    assert {round(one.probability * len(decoded.ranking), 9) for one in decoded.ranking} == {1.0}


def test_what_are_no_probabilities_is_refused():
    with pytest.raises(ValueError, match=r"the probability of position B is -0\.1"):
        decode_code({"position": {"B": -0.1}})
    with pytest.raises(ValueError, match="there is no attribute 'colour'"):
        decode_code({"colour": {"red": 1.0}})
