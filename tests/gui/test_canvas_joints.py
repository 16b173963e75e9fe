"""Joints over a picture, taken and moved by mouse and keys: in the frame and in a part of it that is turned."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtTest import QTest

from tests.support.pointer import Pointer
from widgets.canvas import CropView, PathOverlay, PoseOverlay, VideoCanvas
from widgets.canvas.pose_marks import joint_text
from widgets.canvas.pose_overlay import LEFT, MIDDLE, RIGHT
from widgets.theme import current_theme

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
NAMES = ("head", "left_wrist", "right_wrist", "neck")


def pose(**changes):
    """Head, both wrists and, without a place, the neck."""
    values = {
        "points": np.array([(20.0, 40.0), (60.0, 40.0), (100.0, 40.0), (np.nan, np.nan)]),
        "confidences": np.array([0.9, 0.5, 0.25, 0.0]),
        "sides": np.array([MIDDLE, LEFT, RIGHT, MIDDLE], np.int8),
        "limbs": ((0, 1),),
        "is_human": np.array([False, False, True, False]),
        "names": NAMES,
        **changes,
    }
    return PoseOverlay(**values)


@pytest.fixture
def canvas(top):
    """A black frame of 200 by 100 in 400 by 300: image (x, y) is at widget (2 x, 2 y + 50)."""
    widget = VideoCanvas(top)
    widget.resize(400, 300)
    widget.show()
    widget.set_frame(7, 0.28, np.zeros((100, 200, 4), dtype=np.uint8))
    widget.set_pose(pose())
    return widget


def listen(view):
    """Everything a view says about joints, in order."""
    said = []
    view.joint_dragged.connect(lambda frame, name, place: said.append(("dragged", frame, name, place.x, place.y)))
    view.joint_released.connect(lambda frame, name, place: said.append(("released", frame, name, place.x, place.y)))
    view.joint_selected.connect(lambda name: said.append(("selected", name)))
    view.prediction_wanted.connect(lambda: said.append(("prediction",)))
    return said


@pytest.fixture
def heard(canvas):
    return listen(canvas)


def test_dragging_a_joint_reports_exact_frame_coordinates(canvas, heard):
    # Taken 3 pixels right of its centre, (120, 130); the offset stays, so 10 pixels are 5 of the frame.
    Pointer(canvas).drag((123, 130), (133, 130), (133, 121))
    assert heard == [
        ("selected", "left_wrist"),
        ("dragged", 7, "left_wrist", 65.0, 40.0),
        ("dragged", 7, "left_wrist", 65.0, 35.5),
        ("released", 7, "left_wrist", 65.0, 35.5),
    ]


def test_a_drag_is_shown_live_as_a_persons(canvas):
    pointer = Pointer(canvas)
    pointer.press(120, 130)
    pointer.move(160, 200)
    seen = canvas.grab().toImage()
    assert seen.pixelColor(160, 200) == QColor(current_theme().pose_left)
    assert seen.pixelColor(164, 200).lightness() > 150  # a person's joints have a light edge
    pointer.release(160, 200)


def test_a_click_selects_and_moves_nothing(canvas, heard):
    pointer = Pointer(canvas)
    pointer.press(200, 130)
    pointer.move(202, 131)
    pointer.release(202, 131)
    assert heard == [("selected", "right_wrist")]
    pointer.click(300, 250)
    assert heard[-1] == ("selected", "")


def test_esc_takes_a_drag_back_then_lets_the_joint_go(canvas, heard):
    pointer = Pointer(canvas)
    pointer.press(120, 130)
    pointer.move(160, 130)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    pointer.move(170, 130)
    pointer.release(170, 130)
    assert heard == [("selected", "left_wrist"), ("dragged", 7, "left_wrist", 80.0, 40.0)]
    assert canvas._pose.points[1].tolist() == [60.0, 40.0]
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert heard[-1] == ("selected", "")


def test_another_frame_takes_a_drag_back(canvas, heard):
    pointer = Pointer(canvas)
    pointer.press(120, 130)
    pointer.move(160, 130)
    canvas.set_frame(8, 0.32, np.zeros((100, 200, 4), dtype=np.uint8))
    canvas.set_pose(pose())
    pointer.move(170, 130)
    pointer.release(170, 130)
    assert [event[0] for event in heard] == ["selected", "dragged"]
    assert canvas._pose.points[1].tolist() == [60.0, 40.0]


def test_another_pose_of_the_same_frame_during_a_drag_is_moved_too(canvas, heard):
    pointer = Pointer(canvas)
    pointer.press(120, 130)
    pointer.move(160, 130)
    canvas.set_pose(pose(points=np.array([(10.0, 10.0), (62.0, 40.0), (100.0, 40.0), (np.nan, np.nan)])))
    assert canvas._pose.points[:2].tolist() == [[10.0, 10.0], [80.0, 40.0]]
    pointer.release(160, 130)
    assert heard[-1] == ("released", 7, "left_wrist", 80.0, 40.0)


def test_hovering_names_the_joint_and_says_what_a_press_does(canvas):
    before = canvas.grab().toImage()
    Pointer(canvas).move(122, 131)
    assert canvas.hovered_joint == "left_wrist"
    assert canvas.cursor().shape() == Qt.CursorShape.SizeAllCursor
    assert canvas.grab().toImage() != before
    Pointer(canvas).move(300, 250)
    assert canvas.hovered_joint is None
    assert canvas.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert canvas.grab().toImage() == before


@pytest.mark.parametrize(
    ("place", "text"),
    [(0, "Head · 90 %"), (1, "Left wrist · 50 %"), (2, "Right wrist · by hand, hidden")],
)
def test_a_joint_says_its_name_and_state(place, text):
    assert joint_text(pose(hidden=frozenset({2})), place) == text


def test_an_interpolated_joint_says_so_until_it_is_moved():
    overlay = pose(interpolated=frozenset({0, 1}), hidden=frozenset({1}))
    assert joint_text(overlay, 0) == "Head · interpolated"
    assert joint_text(overlay, 1) == "Left wrist · interpolated, hidden"
    assert overlay.is_placed.tolist() == [True, True, True, False]
    assert joint_text(overlay.with_joint(0, 1.0, 2.0), 0) == "Head · by hand"


def test_of_handle_and_joint_the_nearer_is_meant(canvas, heard):
    handles = {"take-off": (60.0, 43.0)}  # at widget (120, 136), 6 pixels below the wrist
    canvas.set_path(PathOverlay(curve=np.array([(60.0, 43.0), (150.0, 90.0)]), handles=handles))
    moved = []
    canvas.handle_released.connect(lambda *values: moved.append(values))
    Pointer(canvas).drag((120, 131), (140, 131))
    assert (heard[-1][:3], moved) == (("released", 7, "left_wrist"), [])
    canvas.set_pose(pose())
    Pointer(canvas).drag((120, 135), (140, 135))
    assert (len(heard), moved) == (4, [("take-off", 70.0, 43.0)])
    assert heard[-1] == ("selected", "")
    canvas.select_joint("head")
    assert canvas.selected_handle is None


def test_a_candidate_under_the_mouse_is_toggled_unless_a_joint_is_nearer(canvas, heard):
    toggled = []
    canvas.candidate_toggled.connect(toggled.append)
    canvas.set_path(
        PathOverlay(
            curve=np.array([(0.0, 0.0), (9.0, 0.0)]),
            candidates=np.array([(103.0, 40.0)]),
            candidate_is_inlier=np.array([True]),
            candidate_is_now=np.array([True]),
        )
    )
    Pointer(canvas).click(205, 130)
    assert (toggled, heard) == ([0], [])
    Pointer(canvas).click(201, 130)
    assert (toggled, heard) == ([0], [("selected", "right_wrist")])


def test_beside_the_joints_a_drag_pans(canvas, heard):
    Pointer(canvas).drag((300, 200), (340, 200))
    assert canvas.view.left == 40.0
    assert heard == []


def test_hidden_poses_and_those_without_names_are_not_touched(canvas, heard):
    canvas.set_overlay_visible("pose", False)
    Pointer(canvas).drag((120, 130), (121, 130))
    canvas.set_overlay_visible("pose", True)
    canvas.fit()
    canvas.set_pose(pose(names=()))
    Pointer(canvas).drag((120, 130), (121, 130))
    assert heard == []


@pytest.mark.parametrize(
    ("key", "held", "place"),
    [
        (Qt.Key.Key_Right, ALT, (61.0, 40.0)),
        (Qt.Key.Key_Up, ALT, (60.0, 39.0)),
        (Qt.Key.Key_Left, ALT | SHIFT, (50.0, 40.0)),
    ],
)
def test_alt_and_arrows_move_the_selected_joint(canvas, heard, key, held, place):
    canvas.setFocus()
    canvas.select_joint("left_wrist")
    QTest.keyClick(canvas, key, held)
    assert heard[1:] == [("dragged", 7, "left_wrist", *place), ("released", 7, "left_wrist", *place)]


def test_a_held_key_is_one_move_and_esc_takes_it_back(canvas, heard):
    canvas.setFocus()
    canvas.select_joint("left_wrist")
    for _ in range(2):
        QTest.keyPress(canvas, Qt.Key.Key_Down, ALT)
    QTest.keyRelease(canvas, Qt.Key.Key_Down, ALT)
    assert [event[0] for event in heard] == ["selected", "dragged", "dragged", "released"]
    assert heard[-1] == ("released", 7, "left_wrist", 60.0, 42.0)
    QTest.keyPress(canvas, Qt.Key.Key_Down, ALT)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.keyRelease(canvas, Qt.Key.Key_Down, ALT)
    assert heard[-1][0] == "dragged"
    assert canvas._pose.points[1].tolist() == [60.0, 42.0]


def test_keys_of_the_selected_joint_are_not_the_windows(canvas, heard):
    fired = []
    for keys in ("Delete", "Alt+Right", "Right"):
        QShortcut(QKeySequence(keys), canvas.window()).activated.connect(lambda keys=keys: fired.append(keys))
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    QTest.keyClick(canvas, Qt.Key.Key_Right, ALT)
    assert (fired, heard) == (["Delete", "Alt+Right"], [])
    canvas.select_joint("left_wrist")
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    QTest.keyClick(canvas, Qt.Key.Key_Right, ALT)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert fired == ["Delete", "Alt+Right", "Right"]
    assert [event[0] for event in heard] == ["selected", "prediction", "dragged", "released"]


def test_the_ghost_is_where_the_model_puts_a_moved_joint(canvas):
    predicted = np.array([(20.0, 40.0), (60.0, 40.0), (150.0, 70.0), (np.nan, np.nan)])
    canvas.set_pose(pose(predicted=predicted))
    seen = canvas.grab().toImage()
    # Hollow: the right wrist's square has an edge in its colour around (300, 190) and nothing inside.
    assert QColor(seen.pixelColor(300, 190)).lightness() < 20
    edge = seen.pixelColor(297, 190)
    assert abs(edge.hsvHue() - QColor(current_theme().pose_right).hsvHue()) < 12
    canvas.set_overlay_visible("ghost", False)
    assert canvas.grab().toImage().pixelColor(297, 190).lightness() < 5


def test_what_cannot_be_seen_is_dark_inside(canvas):
    canvas.set_pose(pose(hidden=frozenset({2})))
    seen = canvas.grab().toImage()
    assert seen.pixelColor(200, 130) == QColor(current_theme().pose_right)
    assert seen.pixelColor(203, 130).lightness() < 60


def test_in_a_turned_part_of_the_frame_a_joint_goes_where_the_mouse_is(top):
    """The part is turned by 30° clockwise as seen, and shown at twice its size."""
    view = CropView(top)
    view.resize(200, 200)
    view.show()
    view.set_frame(7, 0.28, np.zeros((100, 100, 4), dtype=np.uint8))
    cosine, sine = math.cos(math.radians(30)), math.sin(math.radians(30))
    turn = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.array([60.0, 40.0])
    view.set_frame_map(np.column_stack([turn, np.array([50.0, 50.0]) - turn @ middle]))
    view.set_pose(pose())
    heard = listen(view)
    # The left wrist is in the middle. Of 20 pixels to the right in the widget, 10 in the picture, the turn takes
    # (8.66, -5) in the frame.
    Pointer(view).drag((100, 100), (110, 100), (120, 100))
    kind, frame, joint, x, y = heard[-1]
    assert (kind, frame, joint) == ("released", 7, "left_wrist")
    assert (x, y) == pytest.approx((60 + 10 * cosine, 40 - 10 * sine))
    assert view.grab().toImage().pixelColor(120, 100) == QColor(current_theme().pose_left)
    QTest.keyClick(view, Qt.Key.Key_Up, ALT)
    assert heard[-1][3:] == pytest.approx((x - sine, y - cosine))


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"names": ("head",)}, "4 joints have 1 names"), ({"predicted": np.zeros((1, 2))}, r"expected \(4, 2\)")],
)
def test_names_and_predictions_that_do_not_fit_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        pose(**changes)
