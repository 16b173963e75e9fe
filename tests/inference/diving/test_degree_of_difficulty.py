import json
from collections import Counter

import pytest

from inference.diving.boards import BOARDS, Board
from inference.diving.codes import broken_rules, parse
from inference.diving.degree_of_difficulty import degree_of_difficulty, difficulty_note, table


@pytest.mark.parametrize(
    ("code", "board", "value"),
    [
        ("101B", "springboard-1", 1.3),
        ("5152B", "springboard-3", 3.0),
        ("5152B", "platform-10", 2.9),
        ("1011C", "platform-10", 4.7),
        ("600A", "platform-5", 1.5),
        ("6122D", "platform-7.5", 2.5),
        ("1011C", "platform-7.5", None),
        ("101B", "platform-1", None),
        ("101B", "platform-3", None),
        ("108A", "platform-10", None),
        ("626C", "springboard-3", None),
    ],
)
def test_values_of_the_rule_book(code: str, board: str, value: float | None):
    assert degree_of_difficulty(parse(code), Board.from_key(board)) == value


def test_size_of_the_table():
    values = table().values
    assert len(table().codes) == 250
    assert len(values) == 940
    assert Counter(board for _, board in values) == {
        "springboard-1": 139,
        "springboard-3": 180,
        "platform-5": 179,
        "platform-7.5": 196,
        "platform-10": 246,
    }
    assert min(values.values()) == 1.2
    assert max(values.values()) == 4.8


def test_every_code_of_the_table_reads_back_and_keeps_the_rules():
    for text, key in table().values:
        code = parse(text)
        assert str(code) == text
        assert broken_rules(code, Board.from_key(key)) == ()


def test_the_disputed_value_says_so():
    code = parse("208B")
    assert degree_of_difficulty(code, Board("platform", 5.0)) == 4.4
    assert difficulty_note(code, Board("platform", 5.0)) == (
        "Sources disagree on 208B from 5 m: 4.4 in this table, 4.1 elsewhere."
    )
    assert [board.key for board in BOARDS if difficulty_note(code, board)] == ["platform-5"]


def test_values_equal_the_collected_facts(shared_data):
    facts = json.loads((shared_data / "diving" / "degree_of_difficulty.json").read_text(encoding="utf-8"))["table"]
    boards = {"1m": "springboard-1", "3m": "springboard-3", "5m": "platform-5", "7.5m": "platform-7.5"}
    expected = {
        (code, boards.get(height, "platform-10")): value for code, row in facts.items() for height, value in row.items()
    }
    assert table().values == expected
