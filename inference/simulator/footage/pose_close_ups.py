"""Single pictures of divers as tracked crops show them, with all keypoints: what pose models learn from.

A scene is a place, a camera and a few dives from one board. The camera's picture is the crop itself: it looks at the
diver in every picture that is wanted, either resting there while the shutter is open, as a crop from a camera on a
tripod does, or turning with the diver all the time, which blurs what is behind. So nothing is drawn that no crop
shows. A crop is wider than what a network is to see, so that training can turn, move and shrink it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from inference.diving.codes import parse
from inference.diving.crops import DIVER_REACH_M
from inference.results import FloatArray
from inference.simulator.errors import SimulationError
from inference.simulator.footage.body_flags import body_flags
from inference.simulator.footage.close_ups import Spoil, random_diver
from inference.simulator.footage.truth import diver_truth
from inference.simulator.people.actors import Actor
from inference.simulator.people.acts import DiveAct, dive_motion_of
from inference.simulator.people.pastimes import draw_pastimes
from inference.simulator.people.person import Person
from inference.simulator.picture.camera import Camera, aim_angles
from inference.simulator.picture.renderer import Renderer
from inference.simulator.picture.viewpoint import random_viewpoint
from inference.simulator.venue.board_poses import BoardPose, PlacedBoard
from inference.simulator.venue.venue import Venue

CROP_SIDE_PX = 160
"""Side of a crop as it is kept."""

CROP_MARGIN = 1.25
"""How much wider a crop is than `DIVER_REACH_M`, which is what a network is to see."""

DIVES_A_SCENE = 4
CROPS_A_DIVE = 12

_ON_BOARD, _IN_FLIGHT = 2, 9
_ON_BOARD_S, _ENTERING_S = 1.0, 0.15
_FIRST_S, _EVERY_S = 4.0, 6.0
_FPS = 50
_EXPOSURES_S = (1 / 60, 1 / 100, 1 / 125, 1 / 250, 1 / 500, 1 / 1000)
_DRAWN_SIDES_PX = (64.0, 200.0)
_PICTURE_PX = (320, 320)
_BUSY_SHARE = 0.4
_COMPANION_SHARE = 0.2
_APART_M = (0.75, 1.5)
_OUT_OF_STEP_S = 0.04
_FOLLOWED_SHARE = 0.35
_TURN_RAD = math.radians(4)

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class PoseCloseUp:
    """Some pictures of one dive: on the board, in flight, and entering the water.

    Args:
        pictures: (n, CROP_SIDE_PX, CROP_SIDE_PX, 3) BGR.
        keypoints: (n, 17, 2) px of the crop, its first pixel's centre at (0.5, 0.5), in the order of CANONICAL_17.
        visibility: (n, 17) places in `Visibility`.
        keypoints_3d: (n, 17, 3) camera space, mm.
        focal_px: of the camera that shows the crop, whose optical axis is in its middle.
        flags: (n, flags) in the order of `FLAGS`.
        code: the dive's code.
        board: the board's key.
    """

    pictures: Picture
    keypoints: FloatArray
    visibility: npt.NDArray[np.int64]
    keypoints_3d: FloatArray
    focal_px: float
    flags: npt.NDArray[np.bool_]
    code: str
    board: str


def scene_pose_close_ups(seed: Sequence[int], dives: int = DIVES_A_SCENE) -> Iterator[PoseCloseUp]:
    """The dives of one scene.

    Args:
        seed: numbers from which everything is drawn; the same ones give the same pictures.
        dives: how many.
    """
    rng = np.random.default_rng(list(seed))
    venue = Venue.random(rng)
    placed = venue.boards[int(rng.integers(len(venue.boards)))]
    shown = [_shown_dive(venue, placed, _FIRST_S + number * _EVERY_S, rng) for number in range(dives)]
    renderer = Renderer(venue, _camera(venue, placed, shown, rng), rng)
    others: list[Actor] = []
    if rng.random() < _BUSY_SHARE:
        acts = draw_pastimes(venue, _FIRST_S + dives * _EVERY_S, rng)
        others = [actor for act in acts for actor in act.actors()]
    for dive in shown:
        yield _close_up(renderer, dive, others, Spoil.random(rng))


@dataclass(frozen=True, slots=True, eq=False)
class _ShownDive:
    """A dive, who dives beside it, and the frame numbers that are wanted."""

    diver: Actor
    companions: tuple[Actor, ...]
    frames: npt.NDArray[np.int64]
    code: str
    board: str

    def centres_m(self, frames: npt.NDArray[np.int64]) -> FloatArray:
        """(n, 3) centre of mass in pool world."""
        return self.diver.board_pose.to_pool(self.diver.states(frames / _FPS).centre_of_mass)


def _shown_dive(venue: Venue, placed: PlacedBoard, take_off_s: float, rng: np.random.Generator) -> _ShownDive:
    diver, code = random_diver(placed, take_off_s, rng)
    motion = dive_motion_of(diver)
    entry_s = take_off_s + motion.entry_s - motion.take_off_s
    # One moment in each of equal parts of the flight, so that all of it is seen.
    shares = (np.arange(_IN_FLIGHT) + rng.random(_IN_FLIGHT)) / _IN_FLIGHT
    before = np.sort(rng.uniform(-min(_ON_BOARD_S, motion.take_off_s), 0.0, _ON_BOARD))
    after = np.sort(rng.uniform(0.0, _ENTERING_S, CROPS_A_DIVE - _ON_BOARD - _IN_FLIGHT))
    times = np.concatenate([take_off_s + before, take_off_s + shares * (entry_s - take_off_s), entry_s + after])
    companions = _companions(venue, placed, str(code), take_off_s, rng) if rng.random() < _COMPANION_SHARE else ()
    return _ShownDive(diver, companions, np.rint(times * _FPS).astype(np.int64), str(code), placed.board.key)


def _companions(
    venue: Venue, placed: PlacedBoard, code: str, take_off_s: float, rng: np.random.Generator
) -> tuple[Actor, ...]:
    """Somebody who does the same dive at the same time beside the diver; nobody where there is no room."""
    if placed.board.is_springboard:
        beside = [each for each in venue.boards if each.board == placed.board and each is not placed]
        if not beside:
            return ()
        place = beside[0]
    else:
        pose, aside = placed.pose, float(rng.choice([-1.0, 1.0]) * rng.uniform(*_APART_M))
        x, y, _ = pose.to_pool([0.0, aside, 0.0])
        place = replace(placed, pose=BoardPose(float(x), float(y), pose.yaw_rad))
    when = take_off_s + float(rng.normal(0, _OUT_OF_STEP_S))
    act = DiveAct(place, parse(code), Person.random(rng), when, int(rng.integers(2**31)))
    try:
        return act.actors()
    except SimulationError:
        return ()


def _camera(venue: Venue, placed: PlacedBoard, dives: Sequence[_ShownDive], rng: np.random.Generator) -> Camera:
    """A camera that looks at the diver in every wanted frame, its picture as wide as a crop."""
    viewpoint = random_viewpoint(venue, [placed], _PICTURE_PX, rng)
    middle = placed.pose.to_pool([1.0, 0.0, placed.board.height_m / 2 + 1.0])
    away = float(np.linalg.norm(middle - viewpoint.position_m))
    side = round(math.exp(rng.uniform(*np.log(_DRAWN_SIDES_PX))))
    focal = side / (CROP_MARGIN * DIVER_REACH_M) * away
    exposure = float(rng.choice(_EXPOSURES_S))
    is_followed = rng.random() < _FOLLOWED_SHARE
    frames = np.concatenate([dive.frames for dive in dives])
    centres = np.concatenate([dive.centres_m(dive.frames) for dive in dives])
    every = np.arange(int(frames.max()) + 2)
    # Between the frames of a dive a resting camera jumps to the next, where nobody looks.
    nearest = np.abs(every[:, None] - frames).argmin(axis=1)
    points = centres[nearest]
    if is_followed:
        for dive in dives:
            first, last = int(dive.frames.min()) - 1, int(dive.frames.max()) + 2
            points[first:last] = dive.centres_m(every[first:last])
    angles = np.zeros((len(every), 3))
    angles[:, :2] = aim_angles(viewpoint.position_m, points)
    angles[:, 2] = rng.normal(0, _TURN_RAD)
    return Camera((side, side), _FPS, focal, viewpoint.position_m, angles, exposure)


def _close_up(renderer: Renderer, dive: _ShownDive, others: Sequence[Actor], spoil: Spoil) -> PoseCloseUp:
    pictures = np.empty((len(dive.frames), CROP_SIDE_PX, CROP_SIDE_PX, 3), np.uint8)
    side = renderer.camera.size[0]
    interpolation = cv2.INTER_AREA if side > CROP_SIDE_PX else cv2.INTER_CUBIC
    truths = []
    for place, frame in enumerate(dive.frames.tolist()):
        present = [actor for actor in others if actor.is_present(frame / _FPS)]
        actors = [dive.diver, *dive.companions, *present]
        picture = spoil.spoilt(renderer.render(frame, actors))
        pictures[place] = cv2.resize(picture, (CROP_SIDE_PX, CROP_SIDE_PX), interpolation=interpolation)
        truths.append(diver_truth(renderer, dive.diver, actors, 0, frame))
    larger = CROP_SIDE_PX / side
    return PoseCloseUp(
        pictures,
        np.concatenate([truth.keypoints for truth in truths]) * larger,
        np.concatenate([truth.visibility for truth in truths]),
        np.concatenate([truth.keypoints_3d for truth in truths]),
        renderer.camera.focal_px * larger,
        body_flags(dive_motion_of(dive.diver), dive.frames / _FPS - dive.diver.start_s),
        dive.code,
        dive.board,
    )
