"""Single dives seen as tracked crops show them, without the hours of footage around them.

A classifier needs thousands of labelled dives and only ever sees the square around the diver. So a scene is a place, a
camera that stays where it is and a few dives from one board, drawn just large enough for the square, and only the
pictures that a clip holds are drawn at all. What a real video does to them (blur, compression) is done to the square
before it is brought to the clip's size. Half of the dives are as frequent as in training, half are any dive that the
board allows, so that rare values are seen often enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from inference.diving.codes import DiveCode, parse
from inference.diving.crops import DIVER_REACH_M, cut_crop
from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX, ClipPlan, plan_clip
from inference.diving.trajectory import least_squares_path
from inference.results import FloatArray, FrameTime, Interval, Trajectory
from inference.simulator.body.athlete import SEGMENTS
from inference.simulator.errors import SimulationError
from inference.simulator.footage.code_frequencies import code_frequencies, random_code
from inference.simulator.movement.dive_motion import DiveMotion
from inference.simulator.people.actors import Actor
from inference.simulator.people.acts import DiveAct, dive_motion_of
from inference.simulator.people.pastimes import draw_pastimes
from inference.simulator.people.person import Person
from inference.simulator.picture.camera import Camera
from inference.simulator.picture.renderer import Renderer
from inference.simulator.picture.viewpoint import Viewpoint, random_viewpoint
from inference.simulator.venue.board_poses import PlacedBoard
from inference.simulator.venue.venue import Venue

DIVES_A_SCENE = 8

_EVEN_SHARE = 0.5
_BUSY_SHARE = 0.5
_FIRST_S, _EVERY_S = 4.0, 6.0
_SIDES_PX = (34.0, 130.0)
_FRAME_RATES = (25, 30, 50, 60)
_RATE_SHARES = (0.5, 0.15, 0.25, 0.1)
_EXPOSURES_S = (1 / 100, 1 / 125, 1 / 250, 1 / 500)
_TRIES = 20
_COMPRESSED_SHARE = 0.8
_QUALITIES = (18, 85)
_BLUR_PX = 0.9
_TRUNK = SEGMENTS.index("lower_trunk")

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class CloseUp:
    """One dive.

    Args:
        pictures: (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3) BGR.
        code: the dive.
        board: its key.
        turns: (CLIP_PICTURES, 2) half-somersaults and half-twists turned since take-off, both from 0 upwards.
    """

    pictures: Picture
    code: DiveCode
    board: str
    turns: npt.NDArray[np.float32]


def scene_close_ups(seed: Sequence[int], dives: int = DIVES_A_SCENE) -> Iterator[CloseUp]:
    """The dives of one scene.

    Args:
        seed: numbers from which everything is drawn; the same ones give the same pictures.
        dives: how many.
    """
    rng = np.random.default_rng(list(seed))
    venue = Venue.random(rng)
    placed = venue.boards[int(rng.integers(len(venue.boards)))]
    fps = int(rng.choice(_FRAME_RATES, p=_RATE_SHARES))
    viewpoint, size = _view(venue, placed, rng)
    exposure = min(float(rng.choice(_EXPOSURES_S)), 0.5 / fps)
    camera = Camera(size, fps, viewpoint.focal_px, viewpoint.position_m, viewpoint.angles_rad, exposure)
    renderer = Renderer(venue, camera, rng)
    others: list[Actor] = []
    if rng.random() < _BUSY_SHARE:
        acts = draw_pastimes(venue, _FIRST_S + dives * _EVERY_S, rng)
        others = [actor for act in acts for actor in act.actors()]
    for number in range(dives):
        diver, code = random_diver(placed, _FIRST_S + number * _EVERY_S, rng)
        yield _close_up(renderer, diver, others, code, placed, rng)


def turns_done(motion: DiveMotion, times_s: FloatArray) -> npt.NDArray[np.float32]:
    """(n, 2) half-somersaults and half-twists turned at (n,) times of a dive's motion, from take-off on.

    The somersault is the turn of the trunk's long axis in the plane of travel, the twist that of the trunk about its
    long axis against the somersault's.
    """
    grid = np.linspace(motion.take_off_s, motion.entry_s, 200)
    rotations = motion.at(grid).rotations[:, _TRUNK]
    along, aside = rotations[:, :, 2], rotations[:, :, 1]
    somersault = np.unwrap(np.arctan2(along[:, 0], along[:, 2]))
    level = np.array([0.0, 1.0, 0.0]) - along * along[:, 1:2]
    level /= np.maximum(np.linalg.norm(level, axis=1, keepdims=True), 1e-6)
    twist = np.unwrap(np.arctan2((np.cross(level, aside) * along).sum(axis=1), (level * aside).sum(axis=1)))
    half_turns = np.abs(np.stack([somersault - somersault[0], twist - twist[0]], axis=1)) / math.pi
    at = np.clip(times_s, motion.take_off_s, motion.entry_s)
    return np.stack([np.interp(at, grid, column) for column in half_turns.T], axis=1).astype(np.float32)


def random_diver(placed: PlacedBoard, take_off_s: float, rng: np.random.Generator) -> tuple[Actor, DiveCode]:
    """Somebody who dives from a board, and what: as frequent as in training, or any dive that the board allows.

    Args:
        placed: the board.
        take_off_s: time of the video of the last contact with it.
        rng: draws the diver and the dive.

    Raises:
        SimulationError: if no dive of many comes out whole.
    """
    codes = list(code_frequencies(placed.board))
    for _ in range(_TRIES):
        is_usual = rng.random() >= _EVEN_SHARE
        code = random_code(placed.board, rng) if is_usual else parse(str(rng.choice(codes)))
        act = DiveAct(placed, code, Person.random(rng), take_off_s, int(rng.integers(2**31)))
        try:
            (diver,) = act.actors()
        except SimulationError:
            continue
        return diver, code
    raise SimulationError(f"No dive from the {placed.board.label} comes out whole.")


def _view(venue: Venue, placed: PlacedBoard, rng: np.random.Generator) -> tuple[Viewpoint, tuple[int, int]]:
    """A camera and the size of its picture, such that a clip's square is as large as in videos of usual sizes."""
    upright = 0.55 if placed.board.height_m >= 5 else 0.9
    size = (2 * round(160 * upright), 320)
    viewpoint = random_viewpoint(venue, [placed], size, rng, tightness=(0.55, 0.95))
    away = float(np.linalg.norm(placed.pose.to_pool([1.0, 0.0, placed.board.height_m / 2]) - viewpoint.position_m))
    side_px = math.exp(rng.uniform(*np.log(_SIDES_PX)))
    zoom = side_px * away / (DIVER_REACH_M * viewpoint.focal_px)
    width, height = (max(2 * round(zoom * length / 2), 32) for length in size)
    return replace(viewpoint, focal_px=viewpoint.focal_px * zoom), (width, height)


def _close_up(
    renderer: Renderer,
    diver: Actor,
    others: list[Actor],
    code: DiveCode,
    placed: PlacedBoard,
    rng: np.random.Generator,
) -> CloseUp:
    camera, motion = renderer.camera, dive_motion_of(diver)
    fps = camera.fps
    take_off_s, entry_s = diver.start_s + motion.take_off_s, diver.start_s + motion.entry_s
    first, last = math.floor(take_off_s * fps + 1e-6), math.ceil(entry_s * fps - 1e-6)
    interval = Interval(FrameTime(first, first / fps), FrameTime(last, last / fps))
    times = np.linspace(take_off_s, entry_s, 20)
    seen, _ = camera.project(diver.board_pose.to_pool(diver.states(times).centre_of_mass), first)
    trajectory = Trajectory(least_squares_path(times, seen).path)
    plan = plan_clip(interval, trajectory, placed.board, camera.size, last_frame=last + round(fps))
    spoil = Spoil.random(rng)
    pictures = np.empty((CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3), np.uint8)
    drawn = -1
    for place, frame in enumerate(plan.frames.tolist()):
        if frame == drawn:
            pictures[place] = pictures[place - 1]
            continue
        actors = [diver, *(actor for actor in others if actor.is_present(frame / fps))]
        pictures[place] = spoil.cut(plan, place, renderer.render(frame, actors))
        drawn = frame
    turns = turns_done(motion, plan.frames / fps - diver.start_s)
    return CloseUp(pictures, code, placed.board.key, turns)


@dataclass(frozen=True, slots=True)
class Spoil:
    """What lens and codec do to a picture: standard deviation of the blur in px, and JPEG's quality, 0 for none."""

    blur_px: float
    quality: int

    @classmethod
    def random(cls, rng: np.random.Generator) -> Spoil:
        """Draw what one camera and one codec do."""
        compressed = rng.random() < _COMPRESSED_SHARE
        return cls(float(abs(rng.normal(0, _BLUR_PX / 2))), int(rng.integers(*_QUALITIES)) if compressed else 0)

    def cut(self, plan: ClipPlan, place: int, picture: Picture) -> Picture:
        """The clip's square at a place, spoilt before it changes its size."""
        x, y = (float(value) for value in plan.centres[place])
        crop = self.spoilt(cut_crop(picture, (x, y), plan.side_px))
        interpolation = cv2.INTER_AREA if plan.side_px > CLIP_SIDE_PX else cv2.INTER_CUBIC
        small = cv2.resize(crop, (CLIP_SIDE_PX, CLIP_SIDE_PX), interpolation=interpolation)
        return plan.oriented(np.asarray(small, np.uint8))

    def spoilt(self, picture: Picture) -> Picture:
        """(height, width, 3) what lens and codec leave of a picture."""
        if self.blur_px > 0.2:
            picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), self.blur_px), np.uint8)
        if self.quality:
            _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
            picture = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
        return picture
