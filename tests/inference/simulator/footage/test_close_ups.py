"""Close-ups show the dive they say, the same for the same numbers, and know how far it has turned."""

from dataclasses import replace

import numpy as np
import pytest

from inference.diving.boards import Board
from inference.diving.code_decoding import possible_codes
from inference.diving.codes import parse
from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX, ClipPlan
from inference.simulator.footage.close_ups import Spoil, scene_close_ups, turns_done
from inference.simulator.people.acts import DiveAct, dive_motion_of
from inference.simulator.people.person import Person
from inference.simulator.venue.board_poses import BoardPose, PlacedBoard


def motion_of(code, board):
    placed = PlacedBoard(Board.from_key(board), BoardPose(0.0, 0.0), 0.25)
    act = DiveAct(placed, parse(code), Person.random(np.random.default_rng(3)), 5.0, 11)
    return dive_motion_of(act.actors()[0])


@pytest.mark.parametrize(
    ("code", "board", "half_somersaults", "half_twists"),
    [
        ("101B", "springboard-1", 1, 0),
        ("405C", "springboard-3", 5, 0),
        ("203A", "springboard-3", 3, 0),
        ("5132D", "springboard-3", 3, 2),
        ("5337D", "platform-10", 3, 7),
        ("6243D", "platform-10", 4, 3),
    ],
)
def test_a_dive_has_turned_as_often_as_its_code_says(code, board, half_somersaults, half_twists):
    motion = motion_of(code, board)
    times = np.linspace(motion.take_off_s - 0.3, motion.entry_s + 0.2, 60)

    turns = turns_done(motion, times)

    np.testing.assert_allclose(turns[times <= motion.take_off_s], 0, atol=1e-6)
    np.testing.assert_allclose(turns[-1], [half_somersaults, half_twists], atol=0.12)
    # Divers turn one way all through the flight, apart from swings of the arms.
    assert np.diff(turns, axis=0).min() > -0.05
    assert np.abs(np.diff(turns, axis=0)).max() < 0.6


def test_the_same_numbers_give_the_same_pictures():
    (first,), (again,), (other,) = (list(scene_close_ups(numbers, 1)) for numbers in ((5, 0), (5, 0), (5, 1)))

    assert first.pictures.shape == (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3)
    np.testing.assert_array_equal(first.pictures, again.pictures)
    assert (first.code, first.board) == (again.code, again.board)
    assert not np.array_equal(first.pictures, other.pictures)


def test_in_close_ups_too_divers_travel_to_the_right():
    """What lies ahead is on the right, spoilt as it would have been without the mirror."""
    centres = np.full((CLIP_PICTURES, 2), 50.0)
    plan = ClipPlan(np.arange(CLIP_PICTURES), centres, 60)
    picture = np.random.default_rng(2).integers(0, 255, (100, 100, 3)).astype(np.uint8)
    spoil = Spoil(blur_px=0.5, quality=40)

    there, back = spoil.cut(plan, 3, picture), spoil.cut(replace(plan, is_mirrored=True), 3, picture)

    np.testing.assert_array_equal(back, there[:, ::-1])
    assert not np.array_equal(back, there)


def test_dives_are_possible_and_pictures_follow_the_diver():
    dives = list(scene_close_ups((8, 2), 2))

    assert len({dive.board for dive in dives}) == 1
    for dive in dives:
        assert dive.code in possible_codes(Board.from_key(dive.board))
        assert dive.turns.shape == (CLIP_PICTURES, 2)
        assert dive.turns[-1] == pytest.approx([dive.code.half_somersaults, dive.code.half_twists], abs=0.12)
    # Same camera, same place, same moment: what differs between two dives is the diver, who is in the middle.
    middle, edge = [], []
    for place in range(8, 20):
        away = np.abs(dives[0].pictures[place].astype(int) - dives[0].pictures[place - 1].astype(int)).max(axis=2)
        inner = away[24:48, 24:48].mean()
        middle.append(inner)
        edge.append((away.sum() - inner * 24**2) / (CLIP_SIDE_PX**2 - 24**2))
    assert np.mean(middle) > np.mean(edge)
