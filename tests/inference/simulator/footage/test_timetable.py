"""Who dives what and when: shares of dive codes, turns on a board, overlaps between boards."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from inference.diving.boards import BOARDS, Board
from inference.diving.codes import Position, broken_rules, parse
from inference.simulator.footage.code_frequencies import code_frequencies, random_code
from inference.simulator.footage.timetable import FIRST_S, LAST_S, draw_timetable

HOUR_S = 3600.0


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.key)
def test_shares_are_of_dives_that_the_board_allows(board):
    shares = code_frequencies(board)

    assert sum(shares.values()) == pytest.approx(1)
    assert all(share > 0 for share in shares.values())
    assert all(broken_rules(parse(code), board) == () for code in shares)


def test_pike_without_twist_is_most_frequent_and_armstand_rare():
    shares = code_frequencies(Board.from_key("platform-10"))
    kinds: Counter[str] = Counter()
    for text, share in shares.items():
        code = parse(text)
        kinds["armstand" if code.is_armstand else "twist" if code.is_twisting else code.position.word] += share

    assert max(kinds, key=kinds.__getitem__) == Position.PIKE.word
    assert kinds["pike"] > 0.4
    assert kinds["armstand"] == pytest.approx(0.03)
    assert 0.05 < kinds["twist"] < 0.2
    assert not any(code.startswith("6") for code in code_frequencies(Board.from_key("springboard-3")))


def test_codes_are_drawn_as_often_as_their_shares():
    board = Board.from_key("springboard-3")
    rng = np.random.default_rng(0)
    drawn = Counter(str(random_code(board, rng)) for _ in range(4000))

    for code in ("101B", "103B", "5132D"):
        share = code_frequencies(board)[code]
        assert drawn[code] / 4000 == pytest.approx(share, abs=4 * np.sqrt(share / 4000))


def test_one_board_is_used_by_one_person_at_a_time_and_boards_overlap_now_and_then():
    turns = draw_timetable(BOARDS[:4], HOUR_S, np.random.default_rng(1))

    for board in range(4):
        times = np.array([turn.take_off_s for turn in turns if turn.board == board])
        assert np.diff(times).min() >= 10
        assert len({turn.diver for turn in turns if turn.board == board}) >= 2
    take_offs = np.array([turn.take_off_s for turn in turns])
    assert (np.diff(take_offs) >= 0).all()
    assert 0.01 < (np.diff(take_offs) < 1.4).mean() < 0.25
    assert take_offs[0] >= FIRST_S
    assert take_offs[-1] <= HOUR_S - LAST_S
    assert 120 < len(turns) < 400  # the thesis counts 189 an hour
    jumps = sum(turn.code is None for turn in turns) / len(turns)
    assert 0 < jumps < 0.1


def test_nobody_has_two_turns_at_once_or_dives_from_two_boards():
    turns = draw_timetable(BOARDS, HOUR_S, np.random.default_rng(5))

    boards_of = {turn.diver: set() for turn in turns}
    for turn in turns:
        boards_of[turn.diver].add(turn.board)
    assert all(len(boards) == 1 for boards in boards_of.values())


@pytest.mark.parametrize("seed", range(5))
def test_even_the_shortest_video_has_a_dive(seed):
    turns = draw_timetable(BOARDS[2:4], FIRST_S + LAST_S + 1, np.random.default_rng(seed))

    assert any(turn.code for turn in turns)
    assert all(FIRST_S <= turn.take_off_s <= FIRST_S + 1 for turn in turns)


def test_the_seed_decides_the_timetable():
    first, second, other = (draw_timetable(BOARDS, 300.0, np.random.default_rng(seed)) for seed in (3, 3, 4))

    assert first == second
    assert first != other
