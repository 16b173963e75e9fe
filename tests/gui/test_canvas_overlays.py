"""Handles, candidates and overlays of the canvas, driven by mouse and keys."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from tests.support.pointer import Pointer
from widgets.canvas import PathOverlay, VideoCanvas

SHIFT = Qt.KeyboardModifier.ShiftModifier


def overlay(**changes):
    values = {
        "curve": np.array([(20.0, 80.0), (60.0, 20.0), (120.0, 90.0)]),
        "split_index": 1,
        "handles": {"take-off": (20.0, 80.0), "apex": (60.0, 20.0), "entry": (120.0, 90.0)},
        "diver": (30.0, 60.0),
        "candidates": np.array([(150.0, 40.0), (160.0, 40.0), (152.0, 40.0)]),
        "candidate_is_inlier": np.array([True, False, True]),
        "candidate_is_now": np.array([False, True, False]),
    }
    return PathOverlay(**{**values, **changes})


@pytest.fixture
def canvas(qtbot):
    """A 200 by 100 frame in 400 by 300: image (x, y) is at widget (2 x, 2 y + 50)."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 400)
    widget = VideoCanvas(window)
    widget.resize(400, 300)
    QLineEdit(window).move(0, 320)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    widget.set_frame(7, 0.28, np.zeros((100, 200, 4), dtype=np.uint8))
    widget.set_path(overlay())
    yield widget  # the window lives as long as this frame
    window.close()


@pytest.fixture
def heard(canvas):
    """Everything the canvas says about handles and candidates, in order."""
    said = []
    canvas.handle_dragged.connect(lambda *values: said.append(("dragged", *values)))
    canvas.handle_released.connect(lambda *values: said.append(("released", *values)))
    canvas.handle_cancelled.connect(lambda *values: said.append(("cancelled", *values)))
    canvas.candidate_toggled.connect(lambda *values: said.append(("toggled", *values)))
    return said


def test_dragging_a_handle_reports_exact_image_coordinates(canvas, heard):
    # Taken 3 pixels right of its centre, (40, 210); the offset stays, so 10 pixels to the right are 5 image pixels.
    Pointer(canvas).drag((43, 210), (53, 210), (53, 201))
    assert heard == [
        ("dragged", "take-off", 25.0, 80.0),
        ("dragged", "take-off", 25.0, 75.5),
        ("released", "take-off", 25.0, 75.5),
    ]


def test_a_click_selects_a_handle_and_moves_nothing(canvas, heard):
    Pointer(canvas).click(240, 230)
    assert canvas.selected_handle == "entry"
    assert heard == []


def test_esc_takes_a_drag_back(canvas, heard):
    pointer = Pointer(canvas)
    pointer.press(40, 210)
    pointer.move(80, 210)
    canvas.setFocus()
    key(canvas, Qt.Key.Key_Escape)
    pointer.move(100, 210)
    pointer.release(100, 210)
    assert heard == [("dragged", "take-off", 40.0, 80.0), ("cancelled", "take-off")]
    # The handle is where it was: taking it there works, and it moves from there.
    heard.clear()
    pointer.drag((40, 210), (42, 210))
    assert heard[-1] == ("released", "take-off", 21.0, 80.0)


def key(canvas, pressed, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(canvas, pressed, modifiers)


def test_tab_walks_through_the_handles_and_then_leaves(canvas, qtbot):
    canvas.setFocus()
    walked = []
    for _ in range(3):
        key(canvas, Qt.Key.Key_Tab)
        walked.append(canvas.selected_handle)
    assert walked == ["take-off", "apex", "entry"]
    key(canvas, Qt.Key.Key_Backtab)
    assert canvas.selected_handle == "apex"
    key(canvas, Qt.Key.Key_Tab)
    key(canvas, Qt.Key.Key_Tab)
    assert canvas.selected_handle is None


@pytest.mark.parametrize(
    ("pressed", "modifiers", "place"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, (61.0, 20.0)),
        (Qt.Key.Key_Left, SHIFT, (50.0, 20.0)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (60.0, 19.0)),
        (Qt.Key.Key_Down, SHIFT, (60.0, 30.0)),
    ],
)
def test_arrow_keys_nudge_the_selected_handle(canvas, heard, pressed, modifiers, place):
    canvas.setFocus()
    canvas.select_handle("apex")
    key(canvas, pressed, modifiers)
    assert heard == [("dragged", "apex", *place), ("released", "apex", *place)]


def test_a_held_arrow_key_is_one_move(canvas, heard):
    canvas.setFocus()
    canvas.select_handle("apex")
    QTest.keyPress(canvas, Qt.Key.Key_Right)
    QTest.keyPress(canvas, Qt.Key.Key_Right)
    assert [event[0] for event in heard] == ["dragged", "dragged"]
    QTest.keyRelease(canvas, Qt.Key.Key_Right)
    assert heard[-1] == ("released", "apex", 62.0, 20.0)


def test_esc_takes_a_nudge_back_and_then_lets_the_handle_go(canvas, heard):
    canvas.setFocus()
    canvas.select_handle("apex")
    QTest.keyPress(canvas, Qt.Key.Key_Right)
    key(canvas, Qt.Key.Key_Escape)
    assert heard[-1] == ("cancelled", "apex")
    assert canvas.selected_handle == "apex"
    QTest.keyRelease(canvas, Qt.Key.Key_Right)
    key(canvas, Qt.Key.Key_Escape)
    assert canvas.selected_handle is None
    key(canvas, Qt.Key.Key_Right)
    assert [event[0] for event in heard] == ["dragged", "cancelled"]


def test_arrow_keys_are_the_windows_own_unless_a_handle_is_selected(canvas, heard):
    steps = []
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Right), canvas.window())
    shortcut.activated.connect(lambda: steps.append(1))
    canvas.setFocus()
    key(canvas, Qt.Key.Key_Right)
    assert (len(steps), heard) == (1, [])
    canvas.select_handle("apex")
    key(canvas, Qt.Key.Key_Right)
    assert len(steps) == 1
    assert heard[-1] == ("released", "apex", 61.0, 20.0)


def test_a_nudge_ends_when_the_focus_goes(canvas, heard):
    canvas.setFocus()
    canvas.select_handle("apex")
    QTest.keyPress(canvas, Qt.Key.Key_Right)
    canvas.window().findChild(QLineEdit).setFocus()
    assert heard[-1] == ("released", "apex", 61.0, 20.0)


def test_another_overlay_during_a_drag_wins_and_the_drag_goes_on(canvas, heard):
    """The window answers each move with a new path, whose handles it may have put elsewhere."""
    pointer = Pointer(canvas)
    pointer.press(40, 210)
    pointer.move(60, 210)
    canvas.set_path(overlay(handles={"take-off": (30.0, 70.0), "apex": (60.0, 20.0), "entry": (120.0, 90.0)}))
    pointer.move(64, 210)
    pointer.release(64, 210)
    assert heard[-1] == ("released", "take-off", 32.0, 80.0)


def test_a_click_on_a_candidate_toggles_the_one_of_this_frame_first(canvas, heard):
    """Around widget x 310 candidates 0, 2 and 1 lie at 300, 304 and 320; only 1 belongs to the frame."""
    pointer = Pointer(canvas)
    pointer.click(313, 130)
    pointer.click(305, 130)
    pointer.click(299, 130)
    assert heard == [("toggled", 1), ("toggled", 2), ("toggled", 0)]


def test_dragging_from_a_candidate_pans_instead(canvas, heard):
    Pointer(canvas).drag((320, 130), (360, 130))
    assert heard == []
    assert canvas.view.left == 40.0


def test_with_the_space_bar_held_a_drag_pans_even_from_a_handle(canvas, heard):
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    pointer = Pointer(canvas)
    pointer.drag((40, 210), (60, 210))
    assert heard == []
    assert canvas.view.left == 20.0
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    pointer.drag((60, 210), (62, 210))
    assert heard[-1] == ("released", "take-off", 21.0, 80.0)


def test_nothing_can_be_moved_in_an_overlay_that_is_not_editable(canvas, heard):
    canvas.set_path(overlay(editable=False))
    pointer = Pointer(canvas)
    pointer.drag((40, 210), (60, 210))
    assert heard == []
    assert canvas.view.left == 20.0
    canvas.fit()
    pointer.click(320, 130)
    assert heard == []


def test_hidden_parts_are_neither_painted_nor_touched(canvas, heard):
    everything = canvas.grab().toImage()
    pictures = [everything]
    canvas.set_crop_box(20, 40, 20)
    pictures.append(canvas.grab().toImage())
    for name in ("path", "candidates", "crop", "handles"):
        canvas.set_overlay_visible(name, False)
        assert not canvas.is_overlay_visible(name)
        pictures.append(canvas.grab().toImage())
    assert all(first != second for first, second in itertools.pairwise(pictures))
    pointer = Pointer(canvas)
    pointer.click(320, 130)
    pointer.click(40, 210)
    assert heard == []
    assert canvas.selected_handle is None
    canvas.set_path(None)
    canvas.set_crop_box(0, 0, None)
    assert canvas.grab().toImage() == pictures[-1]


def test_unknown_overlays_are_refused(canvas):
    with pytest.raises(ValueError, match="unknown overlay “limbs”"):
        canvas.set_overlay_visible("limbs", True)


@pytest.mark.parametrize(
    ("x", "y", "shape"),
    [
        (40, 210, Qt.CursorShape.SizeAllCursor),
        (120, 90, Qt.CursorShape.SizeVerCursor),
        (320, 130, Qt.CursorShape.PointingHandCursor),
        (200, 240, Qt.CursorShape.ArrowCursor),
    ],
)
def test_the_cursor_says_what_a_press_would_do(canvas, x, y, shape):
    Pointer(canvas).move(x, y)
    assert canvas.cursor().shape() == shape


def test_past_is_solid_and_future_dashed(canvas):
    """A horizontal path along image y 50: without gaps left of the diver, with gaps right of it."""
    canvas.set_path(
        overlay(
            curve=np.array([(10.0, 50.0), (90.0, 50.0), (190.0, 50.0)]),
            split_index=2,
            handles={},
            diver=None,
            candidates=np.empty((0, 2)),
            candidate_is_inlier=np.empty(0, dtype=bool),
            candidate_is_now=np.empty(0, dtype=bool),
        )
    )
    image = canvas.grab().toImage()
    past = {image.pixelColor(x, 150).lightness() > 80 for x in range(24, 176)}
    future = {image.pixelColor(x, 150).lightness() > 80 for x in range(184, 376)}
    assert past == {True}
    assert future == {True, False}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"curve": np.zeros((3, 3))}, "the curve has shape"),
        ({"candidates": np.zeros((3, 3))}, "the candidates have shape"),
        ({"candidate_is_now": np.zeros(2, dtype=bool)}, "3 candidates need 3"),
        ({"handles": {"landing": (0.0, 0.0)}}, "unknown handles"),
    ],
)
def test_an_overlay_that_does_not_fit_together_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        overlay(**changes)


@pytest.fixture
def stretched(canvas):
    """Pixels three times as wide as high, in a view of 900 by 300: image (x, y) is at widget (4.5 x, 1.5 y + 75)."""
    canvas.resize(900, 300)
    canvas.set_pixel_aspect(3.0)
    return canvas


def bounds(mask):
    """First and last column, first and last row where the mask is true."""
    ys, xs = np.nonzero(mask)
    return xs.min(), xs.max(), ys.min(), ys.max()


def painted(canvas):
    """(height, width, 3) BGR of what the canvas paints."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, :3].astype(int)


def test_handles_stay_round_where_pixels_are_not_square(stretched):
    """The take-off handle at (20, 80) is at (90, 195): 6 px of radius and half of a 5 px casing round that."""
    stretched.set_frame(7, 0.28, np.full((100, 200, 4), 255, dtype=np.uint8))
    stretched.set_path(
        overlay(
            candidates=np.empty((0, 2)),
            candidate_is_inlier=np.empty(0, bool),
            candidate_is_now=np.empty(0, bool),
            diver=None,
            curve=np.array([(190.0, 5.0)] * 2),
        )
    )
    around = painted(stretched)[180:211, 70:105]  # the name stands to the left, beyond x = 70
    left, right, top, bottom = bounds((around < 250).any(axis=2)[:, 8:])
    assert (right - left, bottom - top) == (pytest.approx(17, abs=1), pytest.approx(17, abs=1))
    assert ((left + right) / 2 + 70 + 8, (top + bottom) / 2 + 180) == pytest.approx((89.5, 194.5), abs=0.6)


def test_the_crop_box_has_the_shape_of_its_pixels(stretched):
    """20 by 20 pixels from (20, 40) are 90 by 30 in the widget, from (90, 135) to (180, 165)."""
    stretched.set_path(None)
    before = painted(stretched)
    stretched.set_crop_box(20, 40, 20)
    left, right, top, bottom = bounds((painted(stretched) != before).any(axis=2))
    assert (left, right, top, bottom) == pytest.approx((90, 180, 135, 165), abs=2.5)


def test_a_drag_over_pixels_that_are_not_square_counts_pixels(stretched, heard):
    mouse = Pointer(stretched)
    mouse.press(90, 195)
    mouse.move(90 + 45, 195 - 15)
    mouse.release(90 + 45, 195 - 15)
    assert heard == [("dragged", "take-off", 30.0, 70.0), ("released", "take-off", 30.0, 70.0)]


def test_a_candidate_is_picked_where_it_is_painted(stretched, heard):
    Pointer(stretched).click(160 * 4.5, 40 * 1.5 + 75)
    assert heard == [("toggled", 1)]
