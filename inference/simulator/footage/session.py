"""The script of a training session: hours of footage from several places, with everything that goes on there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from inference.simulator.errors import SimulationError
from inference.simulator.footage.recording import Recording
from inference.simulator.footage.script import CAMERA_KINDS, CameraKind, check_picture, filmed_from
from inference.simulator.footage.timetable import FIRST_S, LAST_S, Turn, draw_timetable
from inference.simulator.people.actors import Actor
from inference.simulator.people.acts import Act, DiveAct
from inference.simulator.people.pastimes import Arrival, Departure, FunJump, draw_pastimes
from inference.simulator.people.person import Person
from inference.simulator.picture.viewpoint import random_viewpoint
from inference.simulator.venue.board_poses import PlacedBoard
from inference.simulator.venue.venue import Venue

MINUTES_A_VIDEO = 10.0
"""How long a video is where nobody says how many there shall be."""

_LEAST_S = FIRST_S + LAST_S + 1.0
_MOST_BOARDS = 5
_TIGHTNESS: dict[CameraKind, tuple[float, float]] = {
    "fixed": (0.5, 0.95),
    "drifting": (0.5, 0.85),
    "handheld": (0.75, 1.35),
}
_FOLLOWED_SHARE = 0.8
_QUALITIES = (21, 29)


@dataclass(frozen=True)
class Session:
    """A training session: videos of one length, each from another place with other people.

    Args:
        minutes: length of all videos together.
        seed: another seed gives another session.
        camera: how steadily the camera is held; "mixed" for another way in each video.
        size: (width, height) in px.
        fps: frames per second.
        videos: how many videos; 0 for one every ten minutes.

    Raises:
        SimulationError: if the picture cannot be made or the videos are too short to hold a dive.
    """

    minutes: float
    seed: int = 0
    camera: CameraKind | Literal["mixed"] = "fixed"
    size: tuple[int, int] = (640, 360)
    fps: int = 25
    videos: int = 0

    def __post_init__(self) -> None:
        check_picture(self.size, self.fps)
        if self.videos < 0:
            raise SimulationError(f"There cannot be {self.videos} videos.")
        if not self.seconds_a_video >= _LEAST_S:
            raise SimulationError(
                f"A video with a dive in it lasts at least {_LEAST_S:g} s, and {self.minutes:g} minutes divided by "
                f"{self.video_count} are {self.seconds_a_video:.1f} s."
            )

    @property
    def video_count(self) -> int:
        """See `Script`."""
        return self.videos or max(math.ceil(self.minutes / MINUTES_A_VIDEO - 1e-9), 1)

    @property
    def seconds_a_video(self) -> float:
        """Length of one video."""
        return self.minutes * 60 / self.video_count

    def video_name(self, number: int) -> str:
        """See `Script`."""
        return f"session-{self.seed}-{number + 1:0{len(str(self.video_count))}}"

    def frame_count(self, number: int) -> int:
        """See `Script`."""
        del number
        return round(self.seconds_a_video * self.fps)

    def camera_kind(self, number: int) -> CameraKind:
        """How the camera of a video is held; of mixed ones, all kinds take turns."""
        if self.camera != "mixed":
            return self.camera
        return CAMERA_KINDS[(self.seed + number) % len(CAMERA_KINDS)]

    def recording(self, number: int) -> Recording:
        """See `Script`."""
        rng = np.random.default_rng([self.seed, number])
        kind = self.camera_kind(number)
        venue = Venue.random(rng)
        boards = _trained_boards(venue, rng)
        viewpoint = random_viewpoint(venue, boards, self.size, rng, tightness=_TIGHTNESS[kind])
        frame_count = self.frame_count(number)
        turns = draw_timetable([placed.board for placed in boards], self.seconds_a_video, rng)
        dives, jumps = _turns(boards, turns, rng)
        acts: list[Act] = [*dives, *jumps, *draw_pastimes(venue, self.seconds_a_video, rng)]
        for dive in dives:
            acts.append(Arrival(dive, venue.grounds.deck_m))
            acts.append(Departure(dive, venue.grounds))
        divers = _followed(dives, rng) if kind == "handheld" else ()
        camera = filmed_from(viewpoint, kind, self.size, self.fps, frame_count, rng, divers=divers)
        quality = int(rng.integers(_QUALITIES[0], _QUALITIES[1] + 1))
        return Recording(venue, camera, frame_count, tuple(acts), int(rng.integers(2**31)), quality)

    def to_dict(self) -> dict[str, Any]:
        """See `Script`."""
        return {"kind": "session"} | asdict(self)


def _trained_boards(venue: Venue, rng: np.random.Generator) -> list[PlacedBoard]:
    """The boards that are trained from, next to each other."""
    count = min(int(rng.integers(2, _MOST_BOARDS + 1)), len(venue.boards))
    in_a_row = sorted(venue.boards, key=lambda placed: placed.pose.y_m)
    first = int(rng.integers(len(in_a_row) - count + 1))
    return in_a_row[first : first + count]


def _turns(
    boards: Sequence[PlacedBoard], turns: Sequence[Turn], rng: np.random.Generator
) -> tuple[list[DiveAct], list[FunJump]]:
    """What people do when it is their turn."""
    people: dict[int, Person] = {}
    dives, jumps = [], []
    for turn in turns:
        if turn.diver not in people:
            people[turn.diver] = Person.random(rng)
        person, placed, seed = people[turn.diver], boards[turn.board], int(rng.integers(2**31))
        if turn.code is None:
            jumps.append(FunJump(placed, person, turn.take_off_s, seed))
        else:
            dives.append(DiveAct(placed, turn.code, person, turn.take_off_s, seed))
    return dives, jumps


def _followed(dives: Sequence[DiveAct], rng: np.random.Generator) -> tuple[Actor, ...]:
    """Divers whom somebody with a camera in hand follows, in the order of their take-offs."""
    ordered = sorted(dives, key=lambda act: act.take_off_s)
    chosen = rng.random(len(ordered)) < _FOLLOWED_SHARE
    return tuple(act.actors()[0] for act, is_followed in zip(ordered, chosen, strict=True) if is_followed)
