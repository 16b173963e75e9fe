"""Somersaults unrolled in the tracked crop: body upright, and mouse, pose and picture under the same turn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from posed_window import human_places, open_posed_window, widget_point
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from review_window import dive_path, drag, go_to, press, settle

from app.document.records import KeypointTrack
from inference.results import ModelIdentity
from tests.support.pointer import Pointer
from widgets.theme import current_theme

SHIFT = Qt.KeyboardModifier.ShiftModifier
JOINTS = ("pelvis", "neck", "left_wrist")
DEGREES_A_FRAME = 12.0


def somersault(frame):
    """(3, 2): pelvis on the path, neck 16 px above it, wrist 16 px to its side, all turning clockwise from frame 20."""
    angle = math.radians(DEGREES_A_FRAME * (frame - 20))
    up = np.array([math.sin(angle), -math.cos(angle)])
    pelvis = dive_path(20, 50).at(frame / 25)
    return np.array([pelvis, pelvis + 16 * up, pelvis + 16 * np.array([-up[1], up[0]])])


@pytest.fixture
def window(qtbot, video):
    """The first dive somersaults; frame 33 is shown, when it has turned by 156 degrees."""
    window = open_posed_window(qtbot, video, frame=33)
    poses = np.array([np.column_stack([somersault(frame), [0.9] * 3]) for frame in range(20, 51)], np.float32)
    track = KeypointTrack(ModelIdentity("other", "1"), 20, JOINTS, poses)
    window.session.document.store_keypoints(window.session.selected.id, track)
    settle(qtbot, window)
    yield window
    window.close()


def unroll(qtbot, window):
    press(window, "u")
    crop = window.video.crop
    qtbot.waitUntil(lambda: crop.isVisible() and crop.shown_frame == window.playback.shown_frame)
    crop.setFocus()
    return crop


def upright(crop, frame):
    """Where the joints of a frame are in the crop's widget, from the pelvis, in px of the picture."""
    places = crop.to_widget(somersault(frame))
    return ((places - places[0]) / crop.view.scale).round(3).tolist()


def test_the_body_stands_upright_in_every_frame(qtbot, window):
    crop = unroll(qtbot, window)
    for frame in (33, 21, 50, 40):
        go_to(qtbot, window, frame)
        assert upright(crop, frame) == [[0, 0], [0, -16], [16, 0]]
    assert window.settings.is_unrolled
    press(window, "u")
    assert (window.settings.is_unrolled, crop._note) == (False, "")
    assert upright(crop, 40)[1] == pytest.approx((16 * math.sin(math.radians(240)), 8), abs=1e-3)


def test_a_joint_goes_where_the_mouse_is(qtbot, window):
    crop = unroll(qtbot, window)
    start = widget_point(crop, somersault(33)[2])
    end = start + QPoint(30, 40)
    drag(crop, start, end)
    # To the right of the upright body are (-cos 24°, sin 24°) in the frame, and down is against its axis.
    across, down = np.array([30, 40]) / crop.view.scale
    angle = math.radians(156)
    place = somersault(33)[2] + across * np.array([math.cos(angle), math.sin(angle)])
    place += down * np.array([-math.sin(angle), math.cos(angle)])
    assert human_places(window, 33) == {"left_wrist": pytest.approx(tuple(place), abs=0.01)}
    settle(qtbot, window)
    assert crop.grab().toImage().pixelColor(end) == QColor(current_theme().pose_left)
    press(window, "u")
    assert human_places(window, 33) == {"left_wrist": pytest.approx(tuple(place), abs=0.01)}
    assert crop.grab().toImage().pixelColor(widget_point(crop, place)) == QColor(current_theme().pose_left)


def test_the_picture_is_turned_like_the_pose(qtbot, window):
    crop, canvas = unroll(qtbot, window), window.video.canvas
    frame = np.asarray(canvas._pixels, float)[..., 0]
    shown = np.asarray(crop._pixels, float)[..., 0]
    middle = len(shown) / 2
    around = np.random.default_rng(3).uniform(-middle, middle, (400, 2)) + somersault(33)[0]
    there = crop.view.to_image(*crop.to_widget(around).T)
    is_inside = (np.abs(np.array(there) - middle) < middle - 2).all(axis=0) & (around >= 1).all(axis=1)
    is_inside &= (around < np.array(frame.shape)[::-1] - 1).all(axis=1)
    inside = around[is_inside]
    assert len(inside) > 100
    expected = frame[inside[:, 1].astype(int), inside[:, 0].astype(int)]
    seen = shown[there[1][is_inside].astype(int), there[0][is_inside].astype(int)]
    assert expected.std() > 20
    assert np.corrcoef(expected, seen)[0, 1] > 0.8


def test_moving_the_pelvis_turns_the_picture_only_once_it_is_let_go(qtbot, window):
    crop = unroll(qtbot, window)
    before = crop._frame_map.copy()
    start = widget_point(crop, somersault(33)[0])
    pointer = Pointer(crop)
    pointer.press(start.x(), start.y())
    pointer.move(start.x() + 60, start.y())
    window.pose.read_again()
    assert crop.is_moving_joint
    assert crop._frame_map.tolist() == before.tolist()
    pointer.release(start.x() + 60, start.y())
    assert np.abs(crop._frame_map - before).max() > 0.01
    assert list(human_places(window, 33)) == ["pelvis"]


def test_without_keypoints_it_says_that_it_is_not_turned(qtbot, window):
    crop = unroll(qtbot, window)
    assert crop._note == "unrolled by \N{MINUS SIGN}156°"
    window.session.select(window.session.dives[1].id)
    go_to(qtbot, window, 90)
    qtbot.waitUntil(lambda: crop.shown_frame == 90)
    assert crop._note == "not unrolled: no keypoints here"
    assert crop._frame_map[:, :2].tolist() == [[1, 0], [0, 1]]
