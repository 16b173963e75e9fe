"""The 3D view in the window: which pose it shows from where, and what dragging a joint there does to the document."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from posed_window import JOINTS, keypoint, open_posed_window, predicted_place, predicted_track
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton
from review_window import dive_path, drag, go_to, open_window, press, settle, time
from still_pose import DEPTHS, DeepPose

from app.document.records import Keypoint, KeypointTrack, PlacedKeypoint, Provenance, Visibility
from app.window.pose_display import pose_overlay
from app.window.stored_poses import FoundPose
from inference.results import ModelIdentity
from widgets.space import ABOVE, CAMERA, SIDE, Direction, SpaceView

ALT, CTRL, SHIFT = (getattr(Qt.KeyboardModifier, f"{key}Modifier") for key in ("Alt", "Control", "Shift"))


def predicted_depth(frame, joint):
    """8 px farther from the camera from joint to joint, half a pixel nearer in every frame."""
    return 8.0 * JOINTS.index(joint) - (frame - 30) / 2


@pytest.fixture
def window(qtbot, video):
    """The first dive's keypoints have depths; the 3D view has the keyboard and is seen from the side."""
    window = open_posed_window(qtbot, video)
    track = predicted_track()
    frames = range(track.first_frame, track.first_frame + len(track.values))
    depths = np.array([[predicted_depth(frame, joint) for joint in JOINTS] for frame in frames], np.float32)
    track = KeypointTrack(ModelIdentity("deep", "1"), track.first_frame, track.names, track.values, depths)
    window.session.document.store_keypoints(window.session.selected.id, track)
    settle(qtbot, window)
    press(window, Qt.Key.Key_2, ALT)
    qtbot.waitUntil(lambda: window.video.space.isVisible() and window.video.space.shown_frame == 30)
    yield window
    window.close()


def point_of(view, joint):
    x, y = view.widget_points(view.shown_pose)[view.shown_pose.names.index(joint)].tolist()
    return QPoint(round(x), round(y))


def drag_joint(view, joint, by):
    start = point_of(view, joint)
    drag(view, start, start + by)


def undo_text(window):
    return window.session.document.undo_text(window.session.video.id)


def test_a_drag_from_the_side_is_seen_in_all_pictures_and_undone_in_one_step(qtbot, window):
    space, canvas = window.video.space, window.video.canvas
    drag_joint(space, "left_wrist", QPoint(40, -20))
    scale = space.view.scale
    x, y = predicted_place(30, "left_wrist")
    wrist = keypoint(window, "left_wrist")
    assert (wrist.x, wrist.is_human, wrist.is_depth_human) == (x, True, True)
    assert (wrist.y, wrist.depth) == pytest.approx((y - 20 / scale, 8 + 40 / scale))
    assert undo_text(window) == "Move left wrist"
    settle(qtbot, window)
    for view in (space, canvas, window.video.crop):
        assert view.shown_pose is None or view.shown_pose.points[1].tolist() == [wrist.x, wrist.y]
        assert view._pose.depths[1] == wrist.depth
    assert canvas.selected_joint == "left_wrist"
    press(window, "z", CTRL)
    settle(qtbot, window)
    assert (keypoint(window, "left_wrist").depth, keypoint(window, "left_wrist").is_human) == (8.0, False)
    assert space.shown_pose.depths.tolist() == [0.0, 8.0, 16.0, 24.0, 32.0]
    assert undo_text(window) is None


def test_from_the_camera_the_depth_stays_the_models(window):
    space = window.video.space
    press(window, Qt.Key.Key_1, ALT)
    drag_joint(space, "left_wrist", QPoint(40, -20))
    scale = space.view.scale
    wrist = keypoint(window, "left_wrist")
    x, y = predicted_place(30, "left_wrist")
    assert (wrist.x, wrist.y) == pytest.approx((x + 40 / scale, y - 20 / scale))
    assert (wrist.depth, wrist.is_depth_human) == (8.0, False)


def test_a_persons_depth_stays_when_the_joint_is_dragged_in_the_frame_or_hidden(qtbot, window):
    space, canvas = window.video.space, window.video.canvas
    drag_joint(space, "head", QPoint(40, 0))
    depth = keypoint(window, "head").depth
    assert depth == pytest.approx(40 / space.view.scale)
    press(window, "v")
    press(window, Qt.Key.Key_Tab, CTRL)
    qtbot.waitUntil(canvas.isVisible)
    settle(qtbot, window)
    drag_joint(canvas, "head", QPoint(20, 0))
    head = keypoint(window, "head")
    assert (head.depth, head.is_depth_human, head.visibility) == (depth, True, Visibility.HIDDEN)
    assert head.x == pytest.approx(120 + 20 / canvas.view.scale)


def test_keys_reach_the_picture_the_sides_and_back(qtbot, window):
    video = window.video
    for view, direction, key, held in (
        (video.space, ABOVE, Qt.Key.Key_3, ALT),
        (video.canvas, ABOVE, Qt.Key.Key_Tab, CTRL),
        (video.crop, ABOVE, Qt.Key.Key_Tab, CTRL),
        (video.space, ABOVE, Qt.Key.Key_Tab, CTRL),
        (video.canvas, ABOVE, Qt.Key.Key_Tab, CTRL),
        (video.space, CAMERA, Qt.Key.Key_1, ALT),
        (video.canvas, CAMERA, Qt.Key.Key_Tab, CTRL),
        (video.space, CAMERA, Qt.Key.Key_Z, Qt.KeyboardModifier.NoModifier),
    ):
        press(window, key, held)
        assert (video.view, video.space.direction) == (view, direction)
        assert window.settings.direction == (direction.azimuth, direction.elevation)
    press(window, Qt.Key.Key_Right, ALT)
    assert video.space.direction == Direction(15.0, 0.0)
    buttons = {button.text(): button for button in video.space.findChildren(QToolButton)}
    assert list(buttons) == ["Camera", "Side", "Above"]
    buttons["Side"].click()
    assert video.space.direction == SIDE


def test_the_next_window_looks_from_where_the_last_one_did(qtbot, window):
    press(window, Qt.Key.Key_Right, ALT)
    window.close()
    other = open_window(qtbot)
    assert other.video.space.direction == Direction(105.0, 0.0)
    assert other.video.view is other.video.canvas
    other.close()


def test_keys_about_keypoints_work_in_it(qtbot, window):
    space = window.video.space
    press(window, "v")
    assert window.messages.text == "Select a keypoint first: click on it, or press Tab in the picture."
    for joint in JOINTS[:2]:
        press(window, Qt.Key.Key_Tab)
        assert space.selected_joint == window.video.canvas.selected_joint == joint
    press(window, Qt.Key.Key_Right, ALT | SHIFT)
    assert keypoint(window, "left_wrist").depth == 18.0
    press(window, Qt.Key.Key_Delete)
    assert (keypoint(window, "left_wrist").depth, undo_text(window)) == (8.0, "Take back left wrist")
    press(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: space.shown_frame == 31)
    press(window, Qt.Key.Key_Left, ALT)
    assert keypoint(window, "left_wrist", 31).depth == 6.5
    assert not keypoint(window, "left_wrist", 30).is_human


def test_swapping_sides_swaps_what_is_seen_from_the_side(qtbot, window):
    space = window.video.space
    before = space.widget_points(space.shown_pose).copy()
    press(window, "w")
    settle(qtbot, window)
    after = space.widget_points(space.shown_pose)
    np.testing.assert_allclose(after, before[[0, 2, 1, 4, 3]], atol=1e-3)


def test_a_review_that_is_read_only_says_so(qtbot, window):
    other = open_window(qtbot, Path(window.session.document.path))
    other.session.select(other.session.dives[0].id)
    go_to(qtbot, other, 30)
    press(other, "z")
    space = other.video.space
    qtbot.waitUntil(lambda: space.isVisible() and space.shown_pose is not None)
    drag_joint(space, "head", QPoint(30, 0))
    assert "Keypoints cannot be moved: the review is read-only." in other.messages.text
    assert space.shown_pose.points[0].tolist() == list(predicted_place(30, "head"))
    other.close()


def test_it_follows_the_diver_at_one_scale_and_is_never_unrolled(qtbot, window):
    space = window.video.space
    press(window, "u")
    press(window, "z")
    seen = set()
    for frame in (20, 30, 43, 50):
        go_to(qtbot, window, frame)
        assert space.shown_frame == frame
        assert space.projection.centre == pytest.approx(dive_path(20, 50).at(frame / 25))
        seen.add((space.projection.side, space.view, space.direction))
    assert len(seen) == 1
    assert window.crop.place(30, 1.2, window.video.canvas._pixels)[2] == space.projection.side


def test_outside_dives_it_says_what_it_needs(qtbot, window):
    space = window.video.space
    go_to(qtbot, window, 70)
    assert space.shown_frame is None
    go_to(qtbot, window, 30)
    assert space.shown_frame == 30
    window.session.select(window.session.dives[1].id)
    go_to(qtbot, window, 90)
    assert (space.shown_frame, space.note) == (90, "no pose in this frame")


def test_without_a_path_it_looks_at_the_pose_and_stays_while_that_is_moved(qtbot, window):
    document, space = window.session.document, window.video.space
    dive = document.add_dive(window.session.video.id, time(60), time(70))
    places = [(100.0, 50.0), (140.0, 90.0)]
    for frame in (65, 66):
        document.set_keypoints(
            dive,
            [PlacedKeypoint(time(frame), name, x, y) for name, (x, y) in zip(JOINTS, places, strict=False)],
            text="Place",
        )
    settle(qtbot, window)
    window.session.select(dive)
    go_to(qtbot, window, 65)
    assert (space.projection.centre, space.projection.side) == ((120.0, 70.0), 64.0)
    assert space.note == "no depth known: drag joints as seen from the side to give them one"
    drag_joint(space, "left_wrist", QPoint(30, 30))
    settle(qtbot, window)
    assert keypoint_of(document, dive, 65, "left_wrist").depth == pytest.approx(30 / space.view.scale)
    assert (space.projection.centre, space.projection.side) == ((120.0, 70.0), 64.0)
    assert space.note == "1 joint of unknown depth, drawn hollow"
    go_to(qtbot, window, 61)
    assert space.shown_frame is None


def keypoint_of(document, dive, frame, joint):
    return document.keypoints(dive, frame)[joint]


def test_every_painted_pose_is_of_the_frame_behind_it(qtbot, window, monkeypatch):
    playback, space, generator = window.playback, window.video.space, random.Random(4)
    numbers = itertools.count()
    painted = []
    paint = SpaceView.paint_body

    def watched(view, painter, pose, theme):
        said = round((view.shown_pose.points[0, 0] - 100) / 2) + 20
        by_depth = round(30 - 2 * view.shown_pose.depths[0])
        painted.append((said, by_depth, view.shown_frame, window.video.canvas.shown_frame))
        paint(view, painter, pose, theme)

    monkeypatch.setattr(SpaceView, "paint_body", watched)
    moves = (
        lambda: playback.seek(generator.randrange(20, 51)),
        lambda: playback.step(generator.choice((-3, -1, 1, 3))),
        lambda: playback.play(generator.choice((1, -1))),
        lambda: space.look_from(Direction(generator.uniform(-180, 180), generator.uniform(-90, 90))),
        lambda: window.video.switch() or window.video.show_view(space),
    )
    while len(painted) < 300:
        generator.choice(moves)()
        if next(numbers) % 7 == 0:
            playback.seek(30)
        qtbot.wait(generator.choice((0, 1, 5)))
        space.repaint()
    playback.pause()
    assert [each for each in painted if len(set(each)) > 1] == []
    assert len(set(painted)) > 10


def test_live_poses_have_the_depths_that_the_model_says(qtbot, video, monkeypatch, no_shipped_weights):
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    monkeypatch.setattr("inference.models.pose_estimators.load_estimator", lambda wanted, device="auto": DeepPose())
    window = open_posed_window(qtbot, video, frame=100)
    press(window, "z")
    press(window, "s", SHIFT)
    space = window.video.space
    qtbot.waitUntil(lambda: bool(space.joints), timeout=20000)
    assert space.shown_pose.depths.tolist() == list(DEPTHS.values())
    assert space.note == ""
    window.close()


@pytest.mark.parametrize(("said", "expected"), [(None, 5.0), (-2.0, -2.0)])
def test_a_moved_joint_keeps_the_depth_of_a_model_unless_a_person_says_one(said, expected):
    found = FoundPose(("head", "neck"), np.array([[1.0, 2.0, 0.5], [3.0, 4.0, 0.5]]), np.array([5.0, 6.0]))
    someone = Provenance("person", "Ann", None, None, datetime(2026, 1, 1, tzinfo=UTC))
    placed = Keypoint("head", 12.0, 34.0, Visibility.VISIBLE, True, someone, None, depth=said)
    overlay = pose_overlay(found, {"head": placed})
    assert overlay.points.tolist() == [[12.0, 34.0], [3.0, 4.0]]
    assert overlay.depths.tolist() == [expected, 6.0]
    assert overlay.predicted_depths.tolist() == [5.0, 6.0]
