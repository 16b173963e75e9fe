"""The 3D view by mouse and keys: turned, zoomed, and joints moved in it; and what is painted there."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from tests.support.pointer import MIDDLE, Pointer
from widgets.canvas import PoseOverlay
from widgets.canvas.pose_overlay import LEFT, RIGHT
from widgets.canvas.pose_overlay import MIDDLE as IN_MIDDLE
from widgets.space import ABOVE, CAMERA, SIDE, Direction, SpaceView
from widgets.theme import current_theme

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
NAMES = ("pelvis", "left_wrist", "right_wrist")


def pose(**changes):
    """Around (60, 40): the pelvis, a wrist 20 px to the right and 30 px away, and one 20 px up of no known depth."""
    values = {
        "points": np.array([(60.0, 40.0), (80.0, 40.0), (60.0, 20.0)]),
        "confidences": np.ones(3),
        "sides": np.array([IN_MIDDLE, LEFT, RIGHT], np.int8),
        "is_human": np.zeros(3, bool),
        "names": NAMES,
        "depths": np.array([0.0, 30.0, np.nan]),
        **changes,
    }
    return PoseOverlay(**values)


def show(view, frame=7, colour=0):
    view.set_scene(frame, frame / 25, np.full((100, 100, 4), colour, np.uint8), (60.0, 40.0))


@pytest.fixture
def view(top):
    """100 px around (60, 40) in 400 by 400, seen from the side: 30 px away is 120 right of the middle, (200, 200)."""
    widget = SpaceView(top)
    widget.resize(400, 400)
    widget.show()
    widget.look_from(SIDE)
    show(widget)
    widget.set_pose(pose())
    widget.setFocus()
    return widget


@pytest.fixture
def heard(view):
    said = []
    view.joint_dragged.connect(lambda frame, name, place: said.append(("dragged", frame, name, tuple(place))))
    view.joint_released.connect(lambda frame, name, place: said.append(("released", frame, name, tuple(place))))
    view.joint_selected.connect(lambda name: said.append(("selected", name)))
    view.prediction_wanted.connect(lambda: said.append(("prediction",)))
    return said


def colour_at(view, x, y):
    return view.grab().toImage().pixelColor(x, y)


def test_from_the_side_a_drag_changes_depth_and_height(view, heard):
    Pointer(view).drag((321, 200), (341, 200), (341, 208))
    assert heard == [
        ("selected", "left_wrist"),
        ("dragged", 7, "left_wrist", (80.0, 40.0, 35.0)),
        ("dragged", 7, "left_wrist", (80.0, 42.0, 35.0)),
        ("released", 7, "left_wrist", (80.0, 42.0, 35.0)),
    ]


def test_from_the_camera_a_drag_says_nothing_of_depth(view, heard):
    view.look_from(CAMERA)
    Pointer(view).drag((280, 200), (300, 208))
    assert heard[-1] == ("released", 7, "left_wrist", (85.0, 42.0, None))


def test_from_above_a_drag_towards_the_camera_brings_the_joint_nearer(view, heard):
    view.look_from(ABOVE)
    Pointer(view).drag((280, 80), (280, 120))
    assert heard[-1] == ("released", 7, "left_wrist", (80.0, 40.0, 20.0))


def test_a_joint_of_unknown_depth_is_given_one(view, heard):
    Pointer(view).drag((200, 120), (180, 120))
    assert heard[-1] == ("released", 7, "right_wrist", (60.0, 20.0, -5.0))


def test_a_drag_is_shown_live_and_esc_takes_it_back(view, heard):
    pointer = Pointer(view)
    pointer.press(320, 200)
    pointer.move(320, 320)
    assert colour_at(view, 320, 320).hsvHue() == pytest.approx(QColor(current_theme().pose_left).hsvHue(), abs=12)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    pointer.release(320, 320)
    assert [each[0] for each in heard] == ["selected", "dragged"]
    assert view.shown_pose.points[1].tolist() == [80.0, 40.0]


def test_another_frame_takes_a_drag_back_before_its_own_pose_is_there_and_after(view, heard):
    pointer = Pointer(view)
    for frame, pose_comes_first in ((8, False), (9, True)):
        pointer.press(320, 200)
        pointer.move(340, 200)
        later = pose(depths=np.array([0.0, 30.0, float(frame)]))
        if pose_comes_first:
            view.set_pose(later)
        show(view, frame)
        if not pose_comes_first:
            view.set_pose(later)
        assert view.shown_pose.depths.tolist() == [0.0, 30.0, frame]
        pointer.move(360, 200)
        pointer.release(360, 200)
        assert view.shown_pose.depths.tolist() == [0.0, 30.0, frame]
    assert "released" not in [each[0] for each in heard]


@pytest.mark.parametrize(
    ("key", "held", "place"),
    [
        (Qt.Key.Key_Right, ALT, (80.0, 40.0, 31.0)),
        (Qt.Key.Key_Left, ALT | SHIFT, (80.0, 40.0, 20.0)),
        (Qt.Key.Key_Up, ALT, (80.0, 39.0, None)),
    ],
)
def test_alt_and_arrows_move_the_selected_joint_along_the_screen(view, heard, key, held, place):
    view.select_joint("left_wrist")
    QTest.keyClick(view, key, held)
    assert heard[1:] == [("dragged", 7, "left_wrist", place), ("released", 7, "left_wrist", place)]
    assert view.direction == SIDE


def test_alt_and_arrows_turn_while_no_joint_is_selected(view, heard):
    fired = []
    for keys in ("Alt+Right", "Right"):
        QShortcut(QKeySequence(keys), view.window()).activated.connect(lambda keys=keys: fired.append(keys))
    QTest.keyClick(view, Qt.Key.Key_Right, ALT)
    QTest.keyClick(view, Qt.Key.Key_Up, ALT)
    QTest.keyClick(view, Qt.Key.Key_Up, ALT)
    assert view.direction == Direction(105.0, 30.0)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert (view.direction, fired, heard) == (Direction(105.0, 30.0), ["Right"], [])


def test_delete_asks_for_the_prediction(view, heard):
    view.select_joint("left_wrist")
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert heard == [("selected", "left_wrist"), ("prediction",)]


def test_a_drag_beside_the_joints_turns_and_keeps_the_joint_selected(view, heard):
    view.select_joint("left_wrist")
    told = []
    view.direction_changed.connect(told.append)
    Pointer(view).drag((100, 300), (160, 300), (160, 340))
    assert told == [Direction(60.0, 0.0), Direction(60.0, 20.0)]
    assert (view.direction, view.selected_joint) == (Direction(60.0, 20.0), "left_wrist")
    Pointer(view).click(100, 300)
    assert (view.direction, view.selected_joint) == (Direction(60.0, 20.0), None)


def test_turned_by_hand_it_stops_at_the_straight_views(view):
    pointer = Pointer(view)
    pointer.press(100, 300)
    for x, y, direction in (
        (260, 340, Direction(10.0, 20.0)),
        (276, 306, CAMERA),
        (278, 307, CAMERA),
        (276, 308, CAMERA),
        (276, 309, Direction(2.0, 4.5)),
        (300, 300, Direction(-10.0, 0.0)),
    ):
        pointer.move(x, y)
        assert view.direction == direction
    pointer.release(300, 300)


def test_with_alt_a_drag_turns_wherever_it_begins(view, heard):
    Pointer(view).drag((320, 200), (300, 200), keys=ALT)
    assert view.direction == Direction(100.0, 0.0)
    assert heard == []


def test_while_a_joint_is_held_nothing_turns(view):
    pointer = Pointer(view)
    pointer.press(320, 200)
    pointer.move(340, 200)
    view.look_from(ABOVE)
    assert view.direction == SIDE
    pointer.release(340, 200)
    view.look_from(ABOVE)
    assert view.direction == ABOVE


def test_the_wheel_zooms_the_middle_button_pans_and_a_double_click_fits(view):
    pointer = Pointer(view)
    pointer.wheel(200, 200, 1)
    assert view.view.scale == pytest.approx(5.0)
    pointer.drag((100, 300), (130, 290), button=MIDDLE)
    assert view.view.to_widget((50, 50)).tolist() == pytest.approx([230, 190])
    pointer.double_click(100, 380)
    assert view.is_fitted
    assert view.direction == SIDE


def test_the_scale_stays_from_frame_to_frame_and_as_the_pose_changes(view):
    Pointer(view).wheel(200, 200, 1)
    before = view.view
    show(view, 8)
    view.set_pose(pose(points=np.array([(60.0, 40.0), (61.0, 40.0), (60.0, 39.0)])))
    assert view.view == before


def test_of_joints_on_each_other_the_one_in_front_is_taken(view, heard):
    view.set_pose(pose(points=np.array([(60.0, 40.0), (80.0, 40.0), (90.0, 40.0)]), depths=np.array([0.0, 30.0, 30.0])))
    Pointer(view).click(320, 200)
    assert heard == [("selected", "right_wrist")]  # 30 px to the right, from where one looks
    view.look_from(Direction(-90.0, 0.0))
    Pointer(view).click(80, 200)
    assert heard[-1] == ("selected", "left_wrist")


def test_unknown_depths_are_hollow_and_told(view):
    assert view.note == "1 joint of unknown depth, drawn hollow"
    assert colour_at(view, 200, 120).lightness() < 40
    assert colour_at(view, 320, 200).lightness() > 60
    view.set_pose(pose(depths=np.array([0.0, np.nan, np.nan])))
    assert view.note == "2 joints of unknown depth, drawn hollow"
    for nothing in (None, np.full(3, np.nan)):
        view.set_pose(pose(depths=nothing))
        assert view.note == "no depth known: drag joints as seen from the side to give them one"
    view.set_pose(pose(depths=np.zeros(3)))
    assert view.note == ""
    view.set_pose(None)
    assert view.note == "no pose in this frame"


@pytest.mark.parametrize(
    ("depth", "text"),
    [
        (30.4, "30 px farther than the pelvis"),
        (-12.6, "13 px nearer than the pelvis"),
        (-0.4, "as far as the pelvis"),
        (np.nan, "depth unknown"),
    ],
)
def test_a_joint_in_hand_says_how_far_away_it_is(view, depth, text):
    assert view.text_of_joint(pose(depths=np.array([0.0, depth, 0.0])), 1) == f"Left wrist · 100 % · {text}"
    assert view.text_of_joint(pose(depths=None), 1) == "Left wrist · 100 % · depth unknown"


def test_the_pelvis_is_not_said_to_be_farther_than_itself(view):
    moved = pose(depths=np.array([34.0, 0.0, 0.0]))
    assert view.text_of_joint(moved, 0) == "Pelvis · 100 % · 34 px farther than depth 0"


def test_the_nearer_of_two_limbs_lies_on_top(view):
    """Seen from the side, limbs from corner to corner cross in the middle; the right one is 20 px nearer, then not."""
    for right, colour in ((70.0, "pose_right"), (50.0, "pose_left")):
        corners = [(60.0, 20.0), (60.0, 60.0), (right, 20.0), (right, 60.0)]
        sides = np.array([LEFT, LEFT, RIGHT, RIGHT], np.int8)
        view.set_pose(
            PoseOverlay(
                np.array(corners),
                np.ones(4),
                sides,
                limbs=((0, 1), (2, 3)),
                is_human=np.zeros(4, bool),
                depths=np.array([-20.0, 20.0, 20.0, -20.0]),
            )
        )
        expected = QColor(getattr(current_theme(), colour)).hsvHue()
        assert colour_at(view, 200, 200).hsvHue() == pytest.approx(expected, abs=12)


def test_the_picture_is_the_back_wall_and_not_seen_from_behind(view):
    view.set_pose(None)
    for direction, is_light in ((CAMERA, True), (SIDE, False), (Direction(180.0, 0.0), False)):
        show(view, colour=0)
        view.look_from(direction)
        dark = colour_at(view, 200, 210).lightness()
        show(view, colour=255)
        assert (colour_at(view, 200, 210).lightness() > dark + 60) == is_light


def test_what_is_hidden_is_not_taken(view, heard):
    view.set_pose_visible(False)
    Pointer(view).drag((320, 200), (340, 200))
    assert heard == []
    assert (view.joints, view.note) == ((), "")


def test_buttons_stand_in_a_corner_and_take_no_keys(qtbot, view):
    action = QAction("Side", view)
    pressed = []
    action.triggered.connect(lambda: pressed.append(True))
    view.add_buttons([action])
    (button,) = view.findChildren(QToolButton)
    qtbot.waitUntil(lambda: view.width() - 20 < button.geometry().right() < view.width())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == [True]
    assert view.hasFocus()


def test_only_squares_are_shown(view):
    with pytest.raises(ValueError, match="must be a square, got 20 by 10 px"):
        view.set_scene(0, 0.0, np.zeros((10, 20, 4), np.uint8), (0.0, 0.0))
