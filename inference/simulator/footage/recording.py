"""One simulated video: a place, a camera, and everything that people do while it runs."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from inference.diving.boards import Board
from inference.diving.codes import DiveCode
from inference.results import FloatArray
from inference.simulator.footage.truth import DiverTruth, diver_truth
from inference.simulator.people.actors import Actor
from inference.simulator.people.acts import Act, DiveAct, dive_motion_of
from inference.simulator.picture.camera import Camera
from inference.simulator.picture.renderer import Renderer
from inference.simulator.venue.venue import Venue

Picture = npt.NDArray[np.uint8]

LABELLED_BEFORE_S = 1.0
LABELLED_AFTER_S = 0.5
"""The truth of every frame is given from so long before the take-off to so long after the entry."""

_ACTS_HELD = 20


@dataclass(frozen=True)
class Dive:
    """When a dive is, exactly and in frames.

    Args:
        number: place among the dives of its video.
        board: from where.
        code: what.
        take_off_s: time of the last contact with the board.
        entry_s: time of the first contact with the water.
        start_frame: the last frame that shows contact with the board.
        end_frame: the first frame that shows contact with the water.
    """

    number: int
    board: Board
    code: DiveCode
    take_off_s: float
    entry_s: float
    start_frame: int
    end_frame: int


@dataclass(frozen=True, eq=False)
class Recording:
    """A video that can be drawn frame by frame, in any order and by any process, always the same.

    Args:
        venue: where.
        camera: from where and how seen.
        frame_count: length.
        acts: what people do.
        seed: of the camera's sensor and the splashes.
        quality: of the encoding, as x264's constant rate factor.
    """

    venue: Venue
    camera: Camera
    frame_count: int
    acts: tuple[Act, ...]
    seed: int
    quality: int
    _held: OrderedDict[int, tuple[Actor, ...]] = field(default_factory=OrderedDict, init=False, repr=False)

    @cached_property
    def renderer(self) -> Renderer:
        """Draws the pictures; preparing it takes seconds."""
        return Renderer(self.venue, self.camera, np.random.default_rng(self.seed))

    @cached_property
    def dives(self) -> tuple[Dive, ...]:
        """All dives in the order of their take-offs; the dives are worked out for it."""
        fps = self.camera.fps
        found = []
        for number, (place, act) in enumerate(self._dive_acts):
            (diver, *_) = self._actors_of(place)
            entry_s = diver.start_s + dive_motion_of(diver).entry_s
            # A hair of tolerance, so that a contact at the very time of a frame belongs to that frame.
            start, end = math.floor(act.take_off_s * fps + 1e-6), math.ceil(entry_s * fps - 1e-6)
            found.append(Dive(number, act.placed.board, act.code, act.take_off_s, entry_s, start, end))
        return tuple(found)

    def pictures(self, first: int, stop: int) -> Iterator[tuple[Picture, list[DiverTruth]]]:
        """Frames from first up to, not including, stop, each with the truth of the divers in it.

        Yields:
            (height, width, 3) BGR, and one piece of truth for every dive that is labelled in the frame.
        """
        fps = self.camera.fps
        present = self._present(first / fps, stop / fps)
        actors = [actor for _, group in present for actor in group]
        numbers = {place: number for number, (place, _) in enumerate(self._dive_acts)}
        divers = [(numbers[place], group[0]) for place, group in present if place in numbers]
        for frame in range(first, stop):
            truth = [
                diver_truth(self.renderer, diver, actors, number, frame)
                for number, diver in divers
                if self._is_labelled(diver, frame / fps)
            ]
            yield self.renderer.render(frame, actors), truth

    def diver(self, number: int) -> Actor:
        """Who does the dive of that number."""
        return self._actors_of(self._dive_acts[number][0])[0]

    def path_m(self, number: int, times_s: FloatArray) -> FloatArray:
        """(n, 3) a diver's centre of mass in pool world at (n,) times of the video."""
        diver = self.diver(number)
        path: FloatArray = diver.board_pose.to_pool(diver.states(times_s).centre_of_mass)
        return path

    @cached_property
    def _dive_acts(self) -> list[tuple[int, DiveAct]]:
        """Places in `acts` of all dives with the dives, in the order of their take-offs."""
        dives = [(place, act) for place, act in enumerate(self.acts) if isinstance(act, DiveAct)]
        return sorted(dives, key=lambda item: item[1].take_off_s)

    def _present(self, from_s: float, to_s: float) -> list[tuple[int, tuple[Actor, ...]]]:
        """Places of the acts that may be seen between two times, with their actors."""
        seen = [place for place, act in enumerate(self.acts) if act.begins_s <= to_s and act.ends_s >= from_s]
        return [(place, self._actors_of(place)) for place in seen]

    def _actors_of(self, place: int) -> tuple[Actor, ...]:
        """The actors of an act, held for a while."""
        if place in self._held:
            self._held.move_to_end(place)
            return self._held[place]
        actors = self._held[place] = self.acts[place].actors()
        if len(self._held) > _ACTS_HELD:
            self._held.popitem(last=False)
        return actors

    def _is_labelled(self, diver: Actor, seconds: float) -> bool:
        motion = dive_motion_of(diver)
        first_s = diver.start_s + max(motion.take_off_s - LABELLED_BEFORE_S, 0.0)
        last_s = diver.start_s + min(motion.entry_s + LABELLED_AFTER_S, motion.duration_s)
        return first_s <= seconds <= last_s
