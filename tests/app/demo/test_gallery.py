"""The gallery shows every group, from take-off to entry, with the diver in the middle of each picture."""

from __future__ import annotations

import numpy as np
import pytest

from app.demo import gallery
from inference.diving.boards import Board
from inference.diving.codes import broken_rules, parse


def test_every_group_and_position_is_shown_from_a_board_that_allows_it():
    shown = [(parse(code), Board.from_key(board)) for dives in gallery.SHEETS.values() for code, board in dives]

    assert all(code.group == group for group, dives in gallery.SHEETS.items() for code in [parse(d) for d, _ in dives])
    assert {code.group for code, _ in shown} == {1, 2, 3, 4, 5, 6}
    for group in (1, 2, 3, 4):
        assert [code.position.value for code, _ in shown if code.group == group] == ["A", "B", "C"]
    assert {code.position.value for code, _ in shown if code.is_twisting} == {"A", "B", "D"}
    assert all(broken_rules(code, board) == () for code, board in shown)


def test_a_strip_runs_from_before_the_take_off_to_the_entry():
    strip = gallery.strip_of("103B", Board.from_key("springboard-3"), moments=3, size=(320, 240))
    sheet = gallery.lay_out("Group 1", [strip])

    assert [seconds for seconds, _ in strip.moments] == pytest.approx(
        np.linspace(-0.12, strip.flight_s, 3).tolist(), abs=0.011
    )
    assert {picture.shape for _, picture in strip.moments} == {(gallery.CELL_HEIGHT, gallery.CELL_WIDTH, 3)}
    assert sheet.shape[1] == 2 * 16 + 3 * gallery.CELL_WIDTH + 2 * 4
    first = strip.moments[0][1]
    np.testing.assert_array_equal(sheet[88 : 88 + gallery.CELL_HEIGHT, 16 : 16 + gallery.CELL_WIDTH], first)


def test_the_camera_looks_across_the_flight_from_the_divers_right():
    board = Board.from_key("springboard-3")
    recording = gallery.side_view("101A", board, size=(320, 240))
    (dive,) = recording.dives
    start, end = (
        recording.camera.project(recording.path_m(0, np.array([seconds]))[0], 0)[0]
        for seconds in (dive.take_off_s, dive.entry_s)
    )

    assert end[0] > start[0] + 10  # from the board on the left to the right
    assert 0 < start[1] < end[1] < 240
