"""What happens around the dives joins up with them, and nobody stands in the air."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from inference.diving.boards import Board
from inference.diving.codes import parse
from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.movement.bystanders import stand
from inference.simulator.people.acts import DiveAct
from inference.simulator.people.pastimes import (
    Arrival,
    Bystander,
    Departure,
    FunJump,
    Lasting,
    Turning,
    Way,
    draw_pastimes,
)
from inference.simulator.people.person import Person
from inference.simulator.venue.venue import Venue

FEET = [SEGMENTS.index("left_foot"), SEGMENTS.index("right_foot")]
BOARDS = ("springboard-3", "platform-10")


@pytest.fixture(scope="module")
def venue():
    return Venue.random(np.random.default_rng(3), boards=[Board.from_key(key) for key in BOARDS], is_indoor=True)


def dive_act(venue, code, board):
    placed = venue.placed(Board.from_key(board))
    return DiveAct(placed, parse(code), Person.random(np.random.default_rng(1)), 30.0, 5)


def centre(actor, seconds):
    return actor.board_pose.to_pool(actor.states(np.array([seconds])).centre_of_mass[0])


def heading(actor, seconds):
    x, y, _ = actor.board_pose.rotation @ actor.states(np.array([seconds])).rotations[0, 0] @ [1, 0, 0]
    return math.atan2(y, x)


@pytest.mark.parametrize(
    ("code", "board"), [("103B", "springboard-3"), ("201A", "platform-10"), ("612B", "platform-10")]
)
def test_a_diver_arrives_where_the_dive_begins(venue, code, board):
    dive = dive_act(venue, code, board)
    (diver,) = dive.actors()
    arrival = Arrival(dive, venue.grounds.deck_m)

    on_board, on_ladder = arrival.actors()

    for before, after in ((on_ladder, on_board), (on_board, diver)):
        meet_s = after.start_s
        assert before.start_s + before.motion.duration_s == pytest.approx(meet_s)
        np.testing.assert_allclose(centre(before, meet_s), centre(after, meet_s), atol=0.2)
    facing = [actor.states(np.array([diver.start_s])).rotations[0, 0, 0, 0] for actor in (on_board, diver)]
    assert np.sign(facing[0]) == np.sign(facing[1])
    assert centre(on_ladder, on_ladder.start_s)[2] < venue.grounds.deck_m + 1.2
    assert arrival.begins_s <= on_ladder.start_s
    assert dive.begins_s <= diver.start_s
    assert diver.start_s + diver.motion.duration_s <= dive.ends_s


def test_a_diver_leaves_from_where_the_dive_ends(venue):
    dive = dive_act(venue, "103B", "springboard-3")
    (diver,) = dive.actors()
    departure = Departure(dive, venue.grounds)

    chain = (diver, *departure.actors())

    for before, after in pairwise(chain):
        assert before.start_s + before.motion.duration_s == pytest.approx(after.start_s)
        np.testing.assert_allclose(centre(before, after.start_s)[:2], centre(after, after.start_s)[:2], atol=0.8)
        facing = [heading(actor, after.start_s) for actor in (before, after)]
        assert math.cos(facing[1] - facing[0]) > 0.95
    last = chain[-1]
    x, y, z = centre(last, last.start_s + last.motion.duration_s)
    assert not 0 < y < venue.grounds.width_m
    assert x < venue.grounds.low[0]  # gone through the wall behind the boards
    assert z > venue.grounds.deck_m + 0.7
    assert departure.begins_s <= chain[1].start_s
    assert last.start_s + last.motion.duration_s <= departure.ends_s


def test_a_jump_for_fun_makes_its_splash_at_the_water(venue):
    placed = venue.placed(Board.from_key("springboard-3"))
    jump = FunJump(placed, Person.random(np.random.default_rng(2)), 30.0, 4)

    (actor,) = jump.actors()

    assert jump.begins_s < actor.start_s < actor.entry_s < jump.ends_s
    feet = actor.board_pose.to_pool(actor.states(np.array([actor.entry_s])).far_ends[0, FEET])
    assert -0.2 < feet[:, 2].min() < 0.05
    assert feet[0, 0] > placed.pose.x_m + 0.3  # over the water, away from the board


def test_turning_turns_the_whole_body_about_the_place():
    motion = stand(Athlete(), np.array([2.0, 1.0, 0.0]), 0.0, 2.0, np.random.default_rng(0))
    turning = Turning(motion, np.array([2.0, 1.0, 0.0]), math.pi, 2.0)

    before, after = motion.at(np.array([2.0])), turning.at(np.array([2.8]))

    assert turning.duration_s == pytest.approx(2.8)
    np.testing.assert_allclose(after.joints[0, :, :2], [4.0, 2.0] - before.joints[0, :, :2], atol=1e-9)
    np.testing.assert_allclose(after.joints[0, :, 2], before.joints[0, :, 2], atol=1e-9)
    np.testing.assert_allclose(after.rotations[0, 0] @ [1, 0, 0], -(before.rotations[0, 0] @ [1, 0, 0]), atol=0.1)


def test_a_lasting_motion_goes_to_and_fro_without_a_jump():
    motion = stand(Athlete(), np.zeros(3), 0.0, 3.0, np.random.default_rng(0))
    lasting = Lasting(motion, 100.0)

    joints = lasting.at(np.arange(0, 20, 0.02)).joints

    assert np.abs(np.diff(joints, axis=0)).max() < 0.02
    np.testing.assert_allclose(lasting.at(np.array([7.0])).joints, motion.at(np.array([1.0])).joints)


def test_pastimes_are_on_the_deck_or_in_the_water(venue):
    acts = list(draw_pastimes(venue, 600.0, np.random.default_rng(8)))
    grounds = venue.grounds

    assert {type(act) for act in acts} == {Bystander, Way}
    assert any(act.swims for act in acts if isinstance(act, Way))
    for act in acts:
        ends = [act.place_m] if isinstance(act, Bystander) else [act.from_m, act.to_m]
        in_water = [0 < x < grounds.length_m and 0 < y < grounds.width_m for x, y, _ in ends]
        swims = isinstance(act, Way) and act.swims
        assert in_water == [swims] * len(ends)
        (actor,) = act.actors() if act is acts[0] or swims else (None,)
        if actor is not None:
            assert act.begins_s <= actor.start_s
            assert actor.start_s + actor.motion.duration_s <= act.ends_s + 1e-9
