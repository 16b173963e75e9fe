"""What happens at a pool besides the dives: coming and going, standing about, walking, swimming, jumping in for fun.

None of it is labelled. Everything is an `Act` (inference.simulator.people.acts) that works its motions out when they
are to be drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inference.results import FloatArray
from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.body.kinematics import about_z
from inference.simulator.movement.bystanders import climb, feet_first_jump, stand, swim, walk
from inference.simulator.movement.motion import BodyStates, RecordedMotion
from inference.simulator.people.actors import Actor
from inference.simulator.people.acts import DiveAct
from inference.simulator.people.person import Person
from inference.simulator.venue.board_poses import BoardPose, PlacedBoard
from inference.simulator.venue.surroundings import Grounds
from inference.simulator.venue.venue import Venue

POOL = BoardPose(0.0, 0.0)
"""Places a motion in pool world itself."""

_FEET = [SEGMENTS.index("left_foot"), SEGMENTS.index("right_foot")]
_REAR_END_M = 0.45
_SHORTEST_WALK_M = 1.0
"""Two steps; who is nearer than that is there already."""
_SHORTEST_CLIMB_M = 0.4
_SHORTEST_WAY_M = 4.0
_TURN_S = 0.8
_STAND_TABLE_S = 8.0
_EDGE_M = 0.35
_BEHIND_WALL_M = 0.8


@dataclass(frozen=True, eq=False)
class Turning:
    """A motion whose person turns about the vertical through a place meanwhile.

    Args:
        motion: what they do.
        pivot_m: (3,) the place.
        angle_rad: how far the motion is turned to the left afterwards.
        begins_s: when the turn begins, seconds from the motion's beginning; it takes 0.8 s.
        before_rad: how far the motion is turned to the left before.
    """

    motion: RecordedMotion
    pivot_m: FloatArray
    angle_rad: float
    begins_s: float
    before_rad: float = 0.0

    @property
    def athlete(self) -> Athlete:
        """Who does it."""
        return self.motion.athlete

    @property
    def duration_s(self) -> float:
        """Seconds from beginning to end."""
        return max(self.motion.duration_s, self.begins_s + _TURN_S)

    def at(self, times_s: FloatArray) -> BodyStates:
        """The body at (n,) seconds from the beginning."""
        states = self.motion.at(times_s)
        share = np.clip((times_s - self.begins_s) / _TURN_S, 0, 1)
        share = share * share * (3 - 2 * share)
        turn = about_z(self.before_rad + (self.angle_rad - self.before_rad) * share)

        def turned(points: FloatArray) -> FloatArray:
            moved: FloatArray = (points - self.pivot_m) @ turn.swapaxes(-1, -2) + self.pivot_m
            return moved

        return BodyStates(
            turned(states.near_ends),
            turned(states.far_ends),
            turn[:, None] @ states.rotations,
            turned(states.centre_of_mass[:, None])[:, 0],
            states.board_deflection_m,
        )


@dataclass(frozen=True, eq=False)
class Lasting:
    """A short motion that ends much as it begins, played to and fro for as long as is wanted."""

    motion: RecordedMotion
    duration_s: float

    @property
    def athlete(self) -> Athlete:
        """Who does it."""
        return self.motion.athlete

    def at(self, times_s: FloatArray) -> BodyStates:
        """The body at (n,) seconds from the beginning."""
        length = self.motion.duration_s
        return self.motion.at(length - np.abs(np.mod(times_s, 2 * length) - length))


@dataclass(frozen=True, eq=False)
class Jump:
    """A jump feet first, with the time of its first contact with the water."""

    motion: RecordedMotion

    @property
    def athlete(self) -> Athlete:
        """Who does it."""
        return self.motion.athlete

    @property
    def duration_s(self) -> float:
        """Seconds from beginning to end."""
        return self.motion.duration_s

    @property
    def entry_s(self) -> float:
        """Seconds from the beginning to the water."""
        times = np.arange(0.0, self.duration_s, 0.01)
        lowest = self.motion.at(times).far_ends[:, _FEET, 2].min(axis=1)
        return float(times[np.argmax(lowest < 0)])

    def at(self, times_s: FloatArray) -> BodyStates:
        """The body at (n,) seconds from the beginning."""
        return self.motion.at(times_s)


@dataclass(frozen=True)
class Arrival:
    """A diver climbs up to the board and walks to where the dive begins."""

    dive: DiveAct
    deck_m: float

    @property
    def begins_s(self) -> float:
        """See `Act`."""
        return self.dive.begins_s - 12.0 - 2.5 * self.dive.placed.board.height_m

    @property
    def ends_s(self) -> float:
        """See `Act`."""
        return self.dive.take_off_s - 1.0

    def actors(self) -> tuple[Actor, ...]:
        """The diver on the ladder, on the board, and turning round for a dive with the back to the water."""
        (diver,) = self.dive.actors()
        first = diver.motion.at(np.zeros(1))
        toes = first.far_ends[0, _FEET].mean(axis=0)
        faces_away = bool(first.rotations[0, 0, 0, 0] < 0)
        placed, athlete = self.dive.placed, self.dive.person.athlete
        rear = np.array([_REAR_END_M - placed.length_m, 0.0, toes[2]])
        heels = toes + np.array([0.8 * athlete.length_m("left_foot"), 0.0, 0.0]) if faces_away else toes
        if heels[0] - rear[0] < _SHORTEST_WALK_M:
            return ()
        way = walk(athlete, rear, heels)
        motion = Turning(way, (toes + heels) / 2, math.pi, way.duration_s) if faces_away else way
        walk_s = diver.start_s - motion.duration_s
        actors = [self._actor(motion, walk_s)]
        height = placed.board.height_m - self.deck_m
        if height > _SHORTEST_CLIMB_M:
            ladder = climb(athlete, rear * [1, 1, 0] + [0, 0, self.deck_m], height, 0.0)
            actors.append(self._actor(ladder, walk_s - ladder.duration_s))
        return tuple(actors)

    def _actor(self, motion: RecordedMotion | Turning, start_s: float) -> Actor:
        return Actor(motion, start_s, self.dive.person.appearance, self.dive.placed.pose)


@dataclass(frozen=True)
class Departure:
    """After a dive the diver swims to the nearer side, climbs out, walks past the boards and goes through the wall."""

    dive: DiveAct
    grounds: Grounds

    @property
    def begins_s(self) -> float:
        """See `Act`."""
        return self.dive.take_off_s + 2.0

    @property
    def ends_s(self) -> float:
        """See `Act`."""
        return self.dive.take_off_s + 90.0

    def actors(self) -> tuple[Actor, ...]:
        """The diver in the water, on the ladder and on the deck."""
        (diver,) = self.dive.actors()
        motion, athlete, grounds = diver.motion, self.dive.person.athlete, self.grounds
        last = motion.at(np.array([motion.duration_s]))
        floats = diver.board_pose.to_pool(last.centre_of_mass[0])
        ahead = diver.board_pose.rotation @ last.rotations[0, 0] @ [1.0, 0.0, 0.0]
        is_right = floats[1] < grounds.width_m / 2
        edge, outwards = (0.0, -1.0) if is_right else (grounds.width_m, 1.0)
        ladder = np.array([floats[0], edge, 0.0])
        to_side = outwards * math.pi / 2
        crawl = _turned_from(
            swim(athlete, floats[:2], ladder[:2] - [0, outwards * 0.3]), floats, math.atan2(ahead[1], ahead[0]), to_side
        )
        depth = 0.9
        out = climb(athlete, ladder - [0, 0, depth], depth + grounds.deck_m, to_side)
        up = np.array([floats[0], edge + outwards * _EDGE_M, grounds.deck_m])
        door = np.array([grounds.low[0] - _BEHIND_WALL_M, up[1] + outwards * 0.6, grounds.deck_m])
        back = _turned_from(walk(athlete, up, door), up, to_side, math.atan2(*(door - up)[[1, 0]]))
        out_s = diver.start_s + motion.duration_s + crawl.duration_s
        look = self.dive.person.appearance
        return (
            Actor(crawl, diver.start_s + motion.duration_s, look, POOL),
            Actor(out, out_s, look, POOL),
            Actor(back, out_s + out.duration_s, look, POOL),
        )


def _turned_from(motion: RecordedMotion, place: FloatArray, facing: float, heading: float) -> Turning:
    """A motion that begins by turning from the way somebody faces to its own heading, by the shorter way."""
    before = (facing - heading + math.pi) % (2 * math.pi) - math.pi
    return Turning(motion, place * [1, 1, 0], 0.0, 0.0, before)


@dataclass(frozen=True)
class FunJump:
    """A jump off a board, feet first and for fun."""

    placed: PlacedBoard
    person: Person
    take_off_s: float
    seed: int

    @property
    def begins_s(self) -> float:
        """See `Act`."""
        return self.take_off_s - 8.0

    @property
    def ends_s(self) -> float:
        """See `Act`."""
        return self.take_off_s + 10.0

    def actors(self) -> tuple[Actor, ...]:
        """Who jumps."""
        rng = np.random.default_rng(self.seed)
        motion = Jump(feet_first_jump(self.person.athlete, self.placed.board.height_m, rng))
        # A second and a half is about how long a jump from one to five metres lasts with its push.
        start_s = self.take_off_s - motion.entry_s + 1.2
        return (Actor(motion, start_s, self.person.appearance, self.placed.pose),)


@dataclass(frozen=True)
class Bystander:
    """Somebody on the deck who stands about."""

    person: Person
    place_m: tuple[float, float, float]
    heading_rad: float
    begins_s: float
    ends_s: float
    seed: int

    def actors(self) -> tuple[Actor, ...]:
        """Who stands there."""
        rng = np.random.default_rng(self.seed)
        motion = stand(self.person.athlete, np.array(self.place_m), self.heading_rad, _STAND_TABLE_S, rng)
        lasting = Lasting(motion, self.ends_s - self.begins_s)
        return (Actor(lasting, self.begins_s, self.person.appearance, POOL),)


@dataclass(frozen=True)
class Way:
    """Somebody who goes from one place to another, walking on the deck or swimming."""

    person: Person
    from_m: tuple[float, float, float]
    to_m: tuple[float, float, float]
    begins_s: float
    swims: bool = False

    @property
    def ends_s(self) -> float:
        """See `Act`."""
        return self.begins_s + 3.0 + math.dist(self.from_m, self.to_m)

    def actors(self) -> tuple[Actor, ...]:
        """Who goes there."""
        go = swim if self.swims else walk
        motion = go(self.person.athlete, np.array(self.from_m), np.array(self.to_m))
        return (Actor(motion, self.begins_s, self.person.appearance, POOL),)


def draw_pastimes(venue: Venue, duration_s: float, rng: np.random.Generator) -> Iterator[Bystander | Way]:
    """Draw who is about besides the divers: coaches and friends who stand, people who walk by, a few swimmers."""
    for _ in range(int(rng.integers(0, 6))):
        begin_s = float(rng.uniform(-30, 0.8 * duration_s))
        end_s = begin_s + float(rng.uniform(30, 300))
        place, heading = _beside_pool(venue, rng)
        yield Bystander(_someone(rng), place, heading, begin_s, end_s, int(rng.integers(2**31)))
    walks_s, swims_s = rng.uniform(12, 60), rng.uniform(30, 200)
    for mean_s, swims in ((walks_s, False), (swims_s, True)):
        now = float(rng.exponential(mean_s)) - 20.0
        while now < duration_s:
            way = _way(venue, now, rng, swims=swims)
            if math.dist(way.from_m, way.to_m) >= _SHORTEST_WAY_M:
                yield way
            now += float(rng.exponential(mean_s))


def _someone(rng: np.random.Generator) -> Person:
    return Person.random(rng, is_diver=bool(rng.random() < 0.4))


def _beside_pool(venue: Venue, rng: np.random.Generator) -> tuple[tuple[float, float, float], float]:
    """A place on the deck close to the water, at one of the sides without boards, and the way to the water."""
    grounds = venue.grounds
    away = float(rng.uniform(0.5, 2.2))
    along = float(rng.uniform(0.05, 0.95))
    side = int(rng.integers(3))
    if side == 0:
        return (grounds.length_m + away, along * grounds.width_m, grounds.deck_m), math.pi
    y, heading = (-away, math.pi / 2) if side == 1 else (grounds.width_m + away, -math.pi / 2)
    return (along * grounds.length_m, y, grounds.deck_m), heading + float(rng.normal(0, 0.5))


def _way(venue: Venue, begins_s: float, rng: np.random.Generator, *, swims: bool) -> Way:
    grounds = venue.grounds
    if swims:
        x = float(rng.uniform(0.5, 0.95)) * grounds.length_m
        ends = [0.6, grounds.width_m - 0.6]
        if rng.random() < 0.5:
            ends.reverse()
        return Way(_someone(rng), (x, ends[0], 0.0), (x, ends[1], 0.0), begins_s, swims=True)
    (x, y, z), _ = _beside_pool(venue, rng)
    if x > grounds.length_m:
        return Way(_someone(rng), (x, y, z), (x, grounds.width_m - y, z), begins_s)
    return Way(_someone(rng), (x, y, z), (grounds.length_m - x, y, z), begins_s)
