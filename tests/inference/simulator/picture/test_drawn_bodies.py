"""How bodies are drawn and which of their joints can be seen."""

import numpy as np
import pytest
from posed_motions import PosedMotion

import inference.simulator.picture.cone_painter as painter
from inference.dataset.schema import Visibility
from inference.diving.boards import Board
from inference.pose.skeletons import CANONICAL_17
from inference.simulator.body import posture
from inference.simulator.body.athlete import Athlete
from inference.simulator.footage.session import Session
from inference.simulator.people.actors import Actor
from inference.simulator.people.appearance import Appearance, Suit
from inference.simulator.people.body_shape import BodyShape
from inference.simulator.picture import body_layers
from inference.simulator.picture.body_layers import BodyPainter
from inference.simulator.picture.camera import Camera, fixed_angles
from inference.simulator.picture.cone_painter import paint_cones
from inference.simulator.picture.cone_shading import ConeLight, DrawnCones
from inference.simulator.picture.planks import plank_line
from inference.simulator.picture.renderer import Renderer
from inference.simulator.venue.board_poses import PLANK_LENGTH_M, BoardPose
from inference.simulator.venue.venue import Venue

FLAT = ConeLight(1.0, np.zeros(3), np.zeros(3), np.ones(3), 0.0)


@pytest.fixture(scope="module")
def venue() -> Venue:
    return Venue.random(np.random.default_rng(2), boards=[Board("springboard", 1.0)], is_indoor=True)


def camera_at(venue: Venue, eye: tuple[float, float, float], target: tuple[float, float, float]) -> Camera:
    """A camera at a place that looks at another, both in the world of the venue's board."""
    pose = venue.boards[0].pose
    position = pose.to_pool(eye)
    return Camera((320, 240), 25, 300.0, position, fixed_angles(position, pose.to_pool(target)))


def ball(x: float, y: float, depth: float, radius_px: float) -> DrawnCones:
    place, radius = np.array([[x, y]]), np.array([radius_px])
    return DrawnCones(
        place, place, np.array([depth]), np.array([depth]), radius, radius, np.array([[0, 1.0, 0]]), np.array([0.01])
    )


def both(first: DrawnCones, second: DrawnCones) -> DrawnCones:
    return DrawnCones(
        *(np.concatenate([getattr(part, name) for part in (first, second)]) for name in DrawnCones.__dataclass_fields__)
    )


def test_a_ball_covers_its_area_and_bulges_towards_the_eye():
    white = np.ones((1, 3))
    layer = paint_cones([ball(20, 15, 5.0, 8.0)], white, white, np.ones(1), FLAT, (0, 0, 40, 30))
    assert layer.cover.sum() == pytest.approx(np.pi * 64, rel=0.02)
    # Eight px at 0.01 m each nearer than its middle; half a pixel off the middle costs next to nothing.
    assert layer.depths.min() == pytest.approx(5.0 - 0.08, abs=0.001)
    assert np.isinf(layer.depths[0, 0])


@pytest.mark.parametrize("few_px", [0, 10**9])
def test_the_nearer_of_two_balls_is_seen(monkeypatch, few_px):
    monkeypatch.setattr(painter, "_FEW_PX", few_px)
    colours = np.array([[0.2, 0.2, 0.2], [0.8, 0.8, 0.8]])
    for depths, seen in (((5.0, 6.0), 0.2), ((6.0, 5.0), 0.8)):
        cones = both(ball(18, 15, depths[0], 6.0), ball(20, 15, depths[1], 6.0))
        layer = paint_cones([cones], colours, colours, np.ones(2), FLAT, (0, 0, 40, 30))
        np.testing.assert_allclose(layer.colour[15, 19], 255 * seen, rtol=0.01)


def test_small_and_large_bodies_are_painted_alike(monkeypatch):
    camera = Camera((160, 200), 25, 400.0, np.array([0.0, -4.0, 1.0]), np.array([[np.pi / 2, 0.0, 0.0]]))
    venue = Venue.random(np.random.default_rng(0), boards=[Board("springboard", 1.0)])
    actor = Actor(PosedMotion(posture.PIKE, (0, 0, 1.0), turn_rad_s=9.0), 0.0, Appearance(), BoardPose(0, 0))
    layers = []
    for few_px in (0, 10**9):
        monkeypatch.setattr(painter, "_FEW_PX", few_px)
        layers.append(BodyPainter(venue, camera).layer(actor, 3))
    assert layers[0].cover.sum() > 2000
    np.testing.assert_allclose(layers[0].cover, layers[1].cover, atol=0.35)
    assert np.abs(layers[0].cover - layers[1].cover).mean() < 0.002
    assert np.abs(layers[0].colour - layers[1].colour).mean() < 1.0


def test_a_body_is_as_tall_as_its_athlete_and_a_suit_shows():
    athlete = Athlete(stature_m=1.8, mass_kg=75, sex="female")
    states = PosedMotion(posture.STANDING, athlete=athlete).at(np.zeros(1))
    look = Appearance(sex="female", suit=Suit.ONE_PIECE, suit_colour=(1.0, 0.0, 0.0), skin=(0.5, 0.6, 0.8))
    cones = BodyShape(look).at(states.near_ends, states.far_ends, states.rotations)
    top = max((cones.starts[0, :, 2] + cones.start_radii).max(), (cones.ends[0, :, 2] + cones.end_radii).max())
    bottom = min((cones.starts[0, :, 2] - cones.start_radii).min(), (cones.ends[0, :, 2] - cones.end_radii).min())
    assert top - bottom == pytest.approx(1.8, abs=0.06)
    suited = (cones.near_colours == (1.0, 0.0, 0.0)).all(axis=1)
    assert 5 < suited.sum() < len(suited) / 2


def test_a_plank_bends_between_fulcrum_and_tip_only():
    line = plank_line(-0.6)
    assert line[0].tolist() == [-PLANK_LENGTH_M, 0.0]
    assert line[-1].tolist() == [0.0, -0.6]
    assert (line[line[:, 0] < -2.6, 1] == 0).all()
    assert (np.diff(line[:, 1]) <= 0).all()


def visibility(venue: Venue, camera: Camera, actor: Actor, others: tuple[Actor, ...] = ()) -> dict[str, str]:
    renderer = Renderer(venue, camera, np.random.default_rng(0))
    seen = renderer.joint_visibility(0, actor, [actor, *others])
    return dict(zip(CANONICAL_17.joints, seen.tolist(), strict=True))


def standing(venue: Venue, x: float, y: float = 0.0, z: float = 3.0) -> Actor:
    motion = PosedMotion(posture.posture(shoulder_elevation=35, shoulder_plane=90), (x, y, z))
    return Actor(motion, 0.0, Appearance(), venue.boards[0].pose)


def test_from_the_left_the_right_arm_is_hidden_by_the_trunk(venue):
    # Looks at somebody who faces x from their left; arms hang down.
    actor = Actor(PosedMotion(posture.STANDING, (3.0, 0.0, 3.0)), 0.0, Appearance(), venue.boards[0].pose)
    seen = visibility(venue, camera_at(venue, (3.0, 4.0, 3.1), (3.0, 0.0, 3.0)), actor)
    assert all(seen[f"left_{joint}"] == Visibility.VISIBLE for joint in ("shoulder", "elbow", "wrist", "knee", "ankle"))
    assert all(seen[f"right_{joint}"] == Visibility.OCCLUDED for joint in ("shoulder", "elbow", "hip"))


def test_from_the_front_everything_of_a_star_is_visible(venue):
    seen = visibility(venue, camera_at(venue, (8.0, 0.0, 3.1), (3.0, 0.0, 3.0)), standing(venue, 3.0))
    assert set(seen.values()) == {Visibility.VISIBLE}


def test_somebody_in_front_hides_what_is_behind(venue):
    camera = camera_at(venue, (9.0, 0.0, 3.0), (3.0, 0.0, 3.0))
    behind, before = standing(venue, 3.0), standing(venue, 3.6)
    assert visibility(venue, camera, behind)["pelvis"] == Visibility.VISIBLE
    assert visibility(venue, camera, behind, (before,))["pelvis"] == Visibility.OCCLUDED
    assert visibility(venue, camera, before, (behind,))["pelvis"] == Visibility.VISIBLE


def test_water_and_the_picture_s_edge_come_before_occlusion(venue):
    actor = standing(venue, 3.0, z=0.0)
    seen = visibility(venue, camera_at(venue, (8.0, 0.0, 2.0), (3.0, 0.0, 0.0)), actor)
    assert seen["head_top"] == Visibility.VISIBLE
    assert seen["left_ankle"] == Visibility.UNDER_WATER
    away = visibility(venue, camera_at(venue, (8.0, 0.0, 2.0), (8.0, 5.0, 2.0)), actor)
    assert set(away.values()) == {Visibility.OUT_OF_FRAME}


def test_a_plank_hides_what_hangs_below_it_from_above(venue):
    camera = camera_at(venue, (1.5, 0.0, 5.0), (-0.6, 0.0, 0.5))
    below = Actor(PosedMotion(posture.TUCK, (-0.9, 0.0, 0.55)), 0.0, Appearance(), venue.boards[0].pose)
    assert visibility(venue, camera, below)["pelvis"] == Visibility.OCCLUDED


def test_what_is_under_water_fades_with_depth(venue):
    camera = camera_at(venue, (8.0, 0.0, 5.0), (3.0, 0.0, -1.0))
    bodies = BodyPainter(venue, camera)
    covers = [bodies.layer(standing(venue, 3.0, z=z), 0).cover.sum() for z in (1.5, -1.2, -3.0)]
    assert covers[0] > 1.5 * covers[1] > 2 * covers[2]


def test_nothing_is_seen_of_somebody_behind_a_wall(venue):
    camera = camera_at(venue, (3.0, -3.0, 2.5), (3.0, 10.0, 2.0))
    beyond = venue.boards[0].pose.to_board([0.0, venue.grounds.high[1] + 3.0, 0.0])[1]
    renderer = Renderer(venue, camera, np.random.default_rng(0))
    hidden, shown = standing(venue, 3.0, float(beyond)), standing(venue, 3.0, 6.0)
    assert renderer.camera.project(hidden.board_pose.to_pool([3.0, beyond, 3.0]), 0)[1] > 0
    empty = renderer.render(0, []).astype(int)
    # The last of a shadow may reach in below the wall.
    assert np.abs(renderer.render(0, [hidden]) - empty).max() <= 2
    assert np.abs(renderer.render(0, [shown]) - empty).max() > 20


def test_who_is_out_of_sight_is_skipped_and_nobody_else(monkeypatch):
    recording = Session(0.5, seed=11, camera="handheld", size=(320, 180)).recording(0)
    frames = range(0, 750, 75)
    people = [actor for act in recording.acts for actor in act.actors()]

    def drawn():
        painter = BodyPainter(recording.venue, recording.camera)
        layers = {(number, frame): painter.layer(who, frame) for number, who in enumerate(people) for frame in frames}
        return {key: layer.colour.sum() for key, layer in layers.items() if layer is not None}

    with_skipping = drawn()
    monkeypatch.setattr(body_layers, "is_ball_out_of_sight", lambda *_: False)

    assert with_skipping == drawn()
    assert len(with_skipping) > 5
