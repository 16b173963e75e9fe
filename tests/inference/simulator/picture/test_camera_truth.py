"""The camera's truth against hand-worked projections and against what is really drawn."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from posed_motions import PosedMotion

from inference.diving.boards import Board
from inference.results import apply_homography
from inference.simulator.movement.motion import BodyStates
from inference.simulator.people.actors import Actor
from inference.simulator.people.appearance import Appearance
from inference.simulator.people.body_shape import Cones
from inference.simulator.picture.background import view_of
from inference.simulator.picture.camera import (
    Aim,
    Camera,
    drifting_angles,
    fixed_angles,
    handheld_angles,
    widest_reach_rad,
)
from inference.simulator.picture.renderer import Renderer
from inference.simulator.venue.blocks import Block
from inference.simulator.venue.board_poses import BoardPose
from inference.simulator.venue.materials import Material
from inference.simulator.venue.venue import Venue

SIZES = [(320, 180), (640, 360)]
EYE = np.array([8.0, -5.0, 2.5])


def camera_of(kind: str, size: tuple[int, int], target: np.ndarray) -> Camera:
    base = fixed_angles(EYE, target, roll_rad=np.radians(7.0))
    rng = np.random.default_rng(5)
    angles = base
    if kind == "drifting":
        angles = drifting_angles(base, 200, 25, rng, drift_rad=0.05)
    if kind == "panned":
        times = np.linspace(0, 4, 100)
        way = target + np.stack([np.sin(times), np.zeros(100), 1.5 - 0.5 * times], axis=-1)
        angles = handheld_angles(base, EYE, 200, 25, rng, aims=[Aim(times, way)])
    return Camera(size, 25, 0.9 * size[0], EYE, angles)


@dataclass(frozen=True, eq=False)
class Marker(Actor):
    """A ball of one colour where the body would be."""

    point: np.ndarray = None
    radius_m: float = 0.06
    brightness: float = 1.0

    def states(self, seconds: np.ndarray) -> BodyStates:
        states = super().states(seconds)
        here = np.broadcast_to(self.board_pose.to_board(self.point), states.near_ends.shape)
        return replace(states, near_ends=here, far_ends=here)

    def cones(self, states: BodyStates) -> Cones:
        place = np.repeat(self.point[None, None], len(states.near_ends), axis=0)
        colour = np.full((1, 3), self.brightness)
        radius = np.array([self.radius_m])
        return Cones(place, place, radius, radius, colour, colour, np.ones(1))


def drawn_centroid(bright: np.ndarray, dark: np.ndarray) -> np.ndarray:
    """Where two pictures differ; the difference is the cover of what has two brightnesses, whatever lies behind it."""
    weight = np.abs(bright.astype(float) - dark).sum(axis=2)
    rows, columns = np.indices(weight.shape) + 0.5
    return np.array([(weight * columns).sum(), (weight * rows).sum()]) / weight.sum()


@pytest.fixture(scope="module")
def venue() -> Venue:
    return Venue.random(np.random.default_rng(11), boards=[Board("springboard", 3.0)], is_indoor=True)


def test_a_level_camera_projects_as_worked_out_by_hand():
    camera = Camera((640, 360), 25, 500.0, np.array([0.0, 0.0, 2.0]), np.zeros((1, 3)))
    image, depth = camera.project([[10.0, 0.0, 2.0], [10.0, 2.0, 2.0], [5.0, 0.0, 3.0]], 0)
    np.testing.assert_allclose(image, [[320, 180], [220, 180], [320, 80]], atol=1e-9)
    np.testing.assert_allclose(depth, [10, 10, 5])


def test_tilt_looks_up_and_roll_turns_the_camera_clockwise():
    up = Camera((640, 360), 25, 500.0, np.zeros(3), np.array([[0.0, np.pi / 4, 0.0]]))
    np.testing.assert_allclose(up.project([1.0, 0.0, 1.0], 0)[0], [320, 180], atol=1e-9)
    rolled = Camera((640, 360), 25, 500.0, np.zeros(3), np.array([[0.0, 0.0, np.pi / 2]]))
    # What is above a camera turned clockwise by a quarter lies to the left of its picture.
    np.testing.assert_allclose(rolled.project([1.0, 0.0, 0.1], 0)[0], [270, 180], atol=1e-9)


@pytest.mark.parametrize("kind", ["drifting", "panned"])
def test_homographies_map_projections_of_one_frame_to_another(kind):
    camera = camera_of(kind, (640, 360), np.array([2.0, 8.0, 3.0]))
    points = np.array([[1.0, 6.0, 2.0], [4.0, 9.0, 5.0], [3.0, 8.0, 0.5]])
    expected, _ = camera.project(points, 10)
    np.testing.assert_allclose(
        apply_homography(camera.homography(37, 10), camera.project(points, 37)[0]), expected, atol=1e-6
    )
    motion = camera.motion(30, 10, reference=10)
    np.testing.assert_allclose(motion.stabilise(37, camera.project(points, 37)[0]), expected, atol=1e-6)
    assert np.abs(camera.project(points, 37)[0] - expected).max() > 1.0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["fixed", "drifting", "panned"])
def test_a_ball_is_drawn_where_the_camera_says(venue, kind, size):
    pose = venue.boards[0].pose
    target = pose.to_pool([2.0, 0.0, 2.5])
    camera = camera_of(kind, size, target)
    renderer = Renderer(venue, camera, np.random.default_rng(1))
    for frame, offset in ((7, (0.0, 0.0, 0.0)), (40, (-0.6, 0.4, 0.9)), (63, (0.8, -0.5, -0.4))):
        point = target + np.array(offset)
        pictures = [
            renderer.render(
                frame,
                [Marker(PosedMotion(), 0.0, Appearance(), BoardPose(0, 0), point=point, brightness=brightness)],
            )
            for brightness in (0.9, 0.1)
        ]
        expected, depth = camera.project(point, frame)
        assert depth > 0
        assert (expected > 20).all()
        assert (expected < np.array(size) - 20).all()
        assert np.abs(drawn_centroid(*pictures) - expected).max() < 0.3


@pytest.mark.parametrize("kind", ["fixed", "drifting", "panned"])
def test_the_venue_is_drawn_where_the_camera_says(venue, kind):
    target = venue.boards[0].pose.to_pool([2.0, 0.0, 2.5])
    camera = camera_of(kind, (640, 360), target)
    point = target + np.array([0.3, 1.0, 0.4])
    low, high = tuple(point - 0.08), tuple(point + 0.08)
    renderers = [
        Renderer(
            replace(venue, blocks=(*venue.blocks, Block(low, high, Material((tone,) * 3, unevenness=0)))),
            camera,
            np.random.default_rng(1),
        )
        for tone in (0.9, 0.1)
    ]
    for frame in (7, 40, 63):
        pictures = [renderer.render(frame, []) for renderer in renderers]
        expected, _ = camera.project(point, frame)
        left, top = np.round(expected).astype(int) - 20
        windows = [picture[top : top + 40, left : left + 40] for picture in pictures]
        assert np.abs(drawn_centroid(*windows) + np.array([left, top]) - expected).max() < 0.5


def test_the_background_reaches_as_far_as_the_camera_turns():
    angles = np.zeros((30, 3))
    angles[:, 0] = np.linspace(-0.5, 0.5, 30)
    angles[:, 1] = 0.1 * np.sin(np.arange(30))
    camera = Camera((320, 180), 25, 300.0, np.zeros(3), angles)
    view = view_of(camera)
    corners = np.array([[0, 0], [320, 0], [0, 180], [320, 180.0]])
    for frame in range(30):
        reached = apply_homography(camera.homography_to(view.rotation, view.intrinsics, frame), corners)
        assert (reached >= 0).all()
        assert (reached <= view.size).all()
    # From 0.5 rad to one side and half a picture more, to the same on the other side.
    assert view.size[0] == pytest.approx(2 * 300 * np.tan(0.5 + np.arctan(160 / 300)), abs=40)


def test_a_camera_that_turns_right_round_is_refused():
    angles = np.zeros((9, 3))
    angles[:, 0] = np.linspace(0, np.pi, 9)
    with pytest.raises(ValueError, match="turns by more than"):
        view_of(Camera((320, 180), 25, 300.0, np.zeros(3), angles))


@pytest.mark.parametrize(("size", "focal_px"), [((320, 180), 150.0), ((320, 180), 900.0), ((180, 320), 200.0)])
def test_a_camera_that_follows_what_is_all_around_it_still_fits_one_picture(size, focal_px):
    # A diver who passes from far left to far right and high above a camera that stands right beside the pool.
    times = np.linspace(0, 6, 200)
    way = EYE + np.stack([np.cos(times), np.sin(times), 2 * np.sin(times)], axis=-1)
    base = fixed_angles(EYE, EYE + np.array([1.0, 0.0, 0.0]))

    def angles(**limits: float) -> np.ndarray:
        return handheld_angles(base, EYE, 200, 25, np.random.default_rng(5), aims=[Aim(times, way)], **limits)

    with pytest.raises(ValueError, match="turns by more than about 120 degrees"):
        view_of(Camera(size, 25, focal_px, EYE, angles()))
    reach_rad = widest_reach_rad(size, focal_px)
    limited = angles(reach_rad=reach_rad)
    view_of(Camera(size, 25, focal_px, EYE, limited))
    assert np.abs(limited[:, :2] - base[:, :2]).max() == pytest.approx(reach_rad, abs=0.01)
