"""The script of a single dive: type a dive code and see the dive."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from inference.diving.boards import Board
from inference.diving.codes import broken_rules, parse
from inference.simulator.errors import SimulationError
from inference.simulator.footage.recording import Recording
from inference.simulator.footage.script import CameraKind, check_picture, filmed_from
from inference.simulator.people.acts import DiveAct, dive_motion_of
from inference.simulator.people.person import Person
from inference.simulator.picture.viewpoint import random_viewpoint
from inference.simulator.venue.venue import Venue

_BEFORE_S, _AFTER_S = 2.5, 2.0
_TIGHTNESS = (0.8, 0.95)
_TIGHTNESS_FOLLOWED = (1.1, 1.4)


@dataclass(frozen=True)
class OneDive:
    """A video of one dive, from the stance on the board until the diver floats.

    Raises:
        SimulationError: if the picture cannot be made, or the rules do not allow the dive from the board.
        DiveCodeError: if the code is none.
        ValueError: if there is no such board.
    """

    code: str
    board: str
    seed: int = 0
    camera: CameraKind = "fixed"
    size: tuple[int, int] = (1280, 720)
    fps: int = 50

    def __post_init__(self) -> None:
        check_picture(self.size, self.fps)
        broken = broken_rules(parse(self.code), Board.from_key(self.board))
        if broken:
            raise SimulationError(" ".join(broken))

    @property
    def video_count(self) -> int:
        """See `Script`."""
        return 1

    def video_name(self, number: int) -> str:
        """See `Script`."""
        del number
        return f"{parse(self.code)}-{self.board}-{self.seed}"

    def frame_count(self, number: int) -> int:
        """See `Script`."""
        return self.recording(number).frame_count

    def recording(self, number: int) -> Recording:
        """See `Script`."""
        del number
        rng = np.random.default_rng(self.seed)
        board = Board.from_key(self.board)
        venue = Venue.random(rng, boards=[board])
        placed = venue.placed(board)
        tightness = _TIGHTNESS_FOLLOWED if self.camera == "handheld" else _TIGHTNESS
        viewpoint = random_viewpoint(venue, [placed], self.size, rng, tightness=tightness)
        act = DiveAct(placed, parse(self.code), Person.random(rng), 0.0, int(rng.integers(2**31)))
        motion = dive_motion_of(act.actors()[0])
        before_s = min(_BEFORE_S, motion.take_off_s)
        act = DiveAct(act.placed, act.code, act.person, before_s, act.seed)
        after_s = min(_AFTER_S, motion.duration_s - motion.entry_s)
        frame_count = round((before_s + motion.entry_s - motion.take_off_s + after_s) * self.fps)
        camera = filmed_from(viewpoint, self.camera, self.size, self.fps, frame_count, rng, divers=act.actors())
        return Recording(venue, camera, frame_count, (act,), int(rng.integers(2**31)), quality=22)

    def to_dict(self) -> dict[str, Any]:
        """See `Script`."""
        return {"kind": "dive"} | asdict(self)
