"""How a pose is painted: sides by colour and shape, confidence by opacity, what was placed or interpolated ringed."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from widgets.canvas import CropView, PoseOverlay, VideoCanvas
from widgets.canvas.pose_overlay import LEFT, MIDDLE, RIGHT
from widgets.theme import THEMES, current_theme


def pose(points=((20, 40), (60, 40), (100, 40)), confidences=(1, 1, 1), sides=(LEFT, RIGHT, MIDDLE), **changes):
    values = {"limbs": (), "is_human": np.zeros(len(points), bool), **changes}
    return PoseOverlay(np.array(points, float), np.array(confidences, float), np.array(sides, np.int8), **values)


@pytest.fixture
def canvas(qtbot):
    """A black frame of 200 by 100 in 400 by 300: image (x, y) is at widget (2 x, 2 y + 50)."""
    widget = VideoCanvas()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.set_frame(0, 0.0, np.zeros((100, 200, 4), dtype=np.uint8))
    return widget


def colour_at(canvas, x, y, away=(0, 0)):
    image = canvas.grab().toImage()
    return image.pixelColor(2 * x + away[0], 2 * y + 50 + away[1])


def test_left_right_and_middle_have_their_colours(canvas):
    canvas.set_pose(pose())
    theme = current_theme()
    assert colour_at(canvas, 20, 40) == QColor(theme.pose_left)
    assert colour_at(canvas, 60, 40) == QColor(theme.pose_right)
    assert colour_at(canvas, 100, 40) == QColor(theme.pose_middle)


def test_right_joints_are_squares_and_left_ones_discs(canvas):
    canvas.set_pose(pose())
    corner = (3, 3)
    assert colour_at(canvas, 60, 40, corner).lightness() > 60
    assert colour_at(canvas, 20, 40, (-3, -4)).lightness() < 60


def test_doubtful_joints_are_faint_and_missing_ones_are_not_drawn(canvas):
    canvas.set_pose(pose(points=((20, 40), (60, 40), (np.nan, np.nan)), confidences=(1.0, 0.1, 0.5), limbs=((0, 2),)))
    sure, doubtful = colour_at(canvas, 20, 40), colour_at(canvas, 60, 40)
    assert doubtful.lightness() < 0.5 * sure.lightness()
    assert doubtful.lightness() > 5


def test_limbs_have_the_colour_of_their_outer_end(canvas):
    canvas.set_pose(pose(points=((100, 40), (20, 40)), confidences=(1, 1), sides=(MIDDLE, LEFT), limbs=((0, 1),)))
    assert colour_at(canvas, 60, 40) == QColor(current_theme().pose_left)


def test_what_a_person_placed_is_opaque_and_ringed(canvas):
    canvas.set_pose(pose(confidences=(0, 0, 0), is_human=np.array([True, False, False])))
    assert colour_at(canvas, 20, 40) == QColor(current_theme().pose_left)
    assert colour_at(canvas, 20, 40, (4, 0)).lightness() > 200


def test_around_an_interpolated_joint_the_ring_is_broken(canvas):
    def upper_edge():
        image = canvas.grab().toImage()
        return [image.pixelColor(120 + across, 130 - 5).lightness() for across in range(-4, 4)]

    canvas.set_pose(pose(confidences=(0, 0, 0), is_human=np.array([False, True, False])))
    assert min(upper_edge()) > 200
    canvas.set_pose(pose(confidences=(0, 0, 0), interpolated=frozenset({1})))
    assert colour_at(canvas, 60, 40) == QColor(current_theme().pose_right)
    assert min(upper_edge()) < 100
    assert max(upper_edge()) > 200


def test_the_pose_can_be_switched_off(canvas):
    before = canvas.grab().toImage()
    canvas.set_pose(pose())
    assert canvas.grab().toImage() != before
    canvas.set_overlay_visible("pose", False)
    assert canvas.grab().toImage() == before
    canvas.set_overlay_visible("pose", True)
    canvas.set_pose(None)
    assert canvas.grab().toImage() == before


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_sides_differ_for_eyes_that_see_no_red_or_no_green(theme):
    # What all kinds of colour vision share is blue against yellow.
    left, right = QColor(theme.pose_left), QColor(theme.pose_right)
    assert right.blueF() - left.blueF() > 0.6
    assert left.redF() - right.redF() > 0.6


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="2 joints need 2 confidences, sides and marks"):
        pose(points=((1, 2), (3, 4)), confidences=(1, 1, 1))
    with pytest.raises(ValueError, match=r"shape \(1, 3\), expected \(K, 2\)"):
        pose(points=((1, 2, 3),))


def test_over_a_crop_the_pose_lies_where_its_part_of_the_frame_is(qtbot):
    view = CropView()
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.set_frame(0, 0.0, np.zeros((100, 100, 4), dtype=np.uint8))
    view.set_corner(10, 30)
    view.set_pose(pose())
    # Image (20, 40) is (10, 10) of the crop, of which a pixel is two of the widget.
    assert view.grab().toImage().pixelColor(20, 20) == QColor(current_theme().pose_left)
    view.set_pose_visible(False)
    assert view.grab().toImage().pixelColor(20, 20).lightness() == 0
