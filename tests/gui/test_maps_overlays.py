"""How heatmaps, ellipses and fields are painted: where they lie to a fraction of a pixel, and how strong they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from inference.pose.crop_map import CropRegion, crop_map
from inference.pose.pose_maps import pose_maps
from widgets.canvas import CropView, VideoCanvas
from widgets.canvas.field_overlay import FieldOverlay
from widgets.canvas.heatmap_overlay import HeatmapOverlay
from widgets.canvas.mapped_view import MapsOverlay
from widgets.canvas.pose_overlay import LEFT, MIDDLE, RIGHT
from widgets.canvas.samples_overlay import SamplesOverlay
from widgets.canvas.spread_overlay import SpreadOverlay, paint_spreads
from widgets.colour_maps import colour_table
from widgets.theme import current_theme

STRAIGHT = np.array([[5.0, 0.0, 60.0], [0.0, 5.0, 30.0]])
"""Heatmaps of 8 x 8 px over (60, 30) to (100, 70)."""


@pytest.fixture
def canvas(qtbot):
    """A black frame of 200 by 100 in 400 by 300: image (x, y) is at widget (2 x, 2 y + 50)."""
    widget = VideoCanvas()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.set_frame(0, 0.0, np.zeros((100, 200, 4), dtype=np.uint8))
    return widget


def brightness(view):
    """(height, width) red, green and blue together of what is painted, from the top of the picture to 20 px above its
    bottom, where the frame's number is."""
    image = view.grab().toImage().convertToFormat(view.grab().toImage().Format.Format_RGB32)
    pixels = np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)
    return pixels[50:230].sum(axis=2)


def middle_of_light(view):
    """Image coordinates of the centre of gravity of what is painted over the black frame."""
    shown = brightness(view)
    y, x = np.indices(shown.shape) + 0.5
    return (shown * x).sum() / shown.sum() / 2, (shown * y).sum() / shown.sum() / 2


def hill(row, column, side=8):
    """A heatmap that falls off evenly around the middle of a pixel."""
    y, x = np.indices((side, side))
    return np.clip(255 - 80 * np.hypot(x - column, y - row), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("place", [(2, 5), (4, 3), (5, 2)])
def test_a_heatmap_lies_where_its_pixels_are(canvas, place):
    canvas.set_maps(MapsOverlay(HeatmapOverlay(hill(*place), STRAIGHT)))
    expected = STRAIGHT @ [place[1] + 0.5, place[0] + 0.5, 1]
    assert middle_of_light(canvas) == pytest.approx(expected, abs=0.15)


@pytest.mark.parametrize("turn", [0.0, 0.5, math.pi / 2, 2.5])
def test_a_turned_crop_is_turned_back_onto_the_picture(canvas, turn):
    region = CropRegion(70, 20, 60, 60, turn)
    crop = crop_map(region, (32, 32))
    true = np.add(region.middle, (8.0, -11.0))
    # What a network would say of a joint there: its distance in px of the crop, on a heatmap of every fourth.
    x, y = crop.to_crop(true) / 4
    rows, columns = np.indices((8, 8)) + 0.5
    raw = np.clip(1 - 0.35 * np.hypot(columns - x, rows - y), 0, 1)[None].astype(np.float32)
    maps = pose_maps(raw, None, crop, (-1.0, -1.0, 1.0, 1.0))
    canvas.set_maps(MapsOverlay(HeatmapOverlay(maps.heatmaps[0], maps.to_image)))
    assert middle_of_light(canvas) == pytest.approx(true, abs=0.5)


def test_a_heatmap_reaches_to_its_edges_and_no_further(canvas):
    values = np.full((8, 8), 255, np.uint8)
    canvas.set_maps(MapsOverlay(HeatmapOverlay(values, STRAIGHT, opacity=1.0)))
    lit = brightness(canvas) > 0
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    assert (columns[0], columns[-1] + 1, rows[0], rows[-1] + 1) == (120, 200, 60, 140)
    assert lit[60:140, 120:200].all()


@pytest.mark.parametrize("colour_map", ["inferno", "viridis"])
def test_colour_and_opacity_grow_with_the_value(canvas, colour_map):
    image = []
    for value in (64, 128, 255):
        canvas.set_maps(MapsOverlay(HeatmapOverlay(np.full((8, 8), value, np.uint8), STRAIGHT, colour_map, 0.5)))
        colour = canvas.grab().toImage().pixelColor(160, 150)
        image.append(colour.getRgb()[:3])
        expected = colour_table(colour_map)[value] * (0.5 * value / 255)
        assert image[-1] == pytest.approx(tuple(expected), abs=2)
    assert image[0] < image[1] < image[2]


def test_what_is_all_zero_is_not_painted(canvas):
    before = canvas.grab().toImage()
    canvas.set_maps(MapsOverlay(HeatmapOverlay(np.zeros((8, 8), np.uint8), STRAIGHT)))
    assert canvas.grab().toImage() == before


def test_values_between_the_middles_of_pixels_lie_on_a_line():
    values = np.zeros((1, 8), np.uint8)
    values[0, 3:5] = 100, 200
    image, corner = HeatmapOverlay(values, STRAIGHT, "viridis", 1.0).painted
    assert (corner.x(), corner.y()) == (2, 0)
    alphas = [image.pixelColor(x, 0).alpha() for x in range(image.width())]
    # Of pixels 2 to 5, each in four parts; the middles of two parts lie an eighth from the middle of theirs.
    expected = [0, 0, 12.5, 37.5, 62.5, 87.5, 112.5, 137.5, 162.5, 187.5, 175, 125, 75, 25, 0, 0]
    assert alphas == pytest.approx(expected, abs=1)


def test_the_tracked_crop_shows_the_same_maps_in_its_own_place(canvas, qtbot):
    view = CropView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.set_frame(0, 0.0, np.zeros((100, 200, 4), dtype=np.uint8))
    view.set_corner(30, -20)
    maps = MapsOverlay(
        HeatmapOverlay(hill(4, 3), STRAIGHT),
        spread=SpreadOverlay(np.array([[90.0, 25.0]]), 9 * np.eye(2)[None], np.array([LEFT], np.int8)),
    )
    view.set_maps(maps)
    canvas.set_maps(maps)
    assert middle_of_light(view) == pytest.approx(np.subtract(middle_of_light(canvas), (30, -20)), abs=0.01)


def test_maps_are_gone_with_the_picture(canvas):
    before = canvas.grab().toImage()
    canvas.set_maps(MapsOverlay(HeatmapOverlay(hill(4, 3), STRAIGHT)))
    canvas.clear()
    canvas.set_frame(0, 0.0, np.zeros((100, 200, 4), dtype=np.uint8))
    assert canvas.grab().toImage() == before


def spread(covariance, mean=(100.0, 50.0), side=LEFT):
    return MapsOverlay(spread=SpreadOverlay(np.array([mean]), np.array([covariance], float), np.array([side], np.int8)))


def lit_box(view):
    """Left, right, top and bottom of what is bright, image coordinates."""
    lit = brightness(view) > 150
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    return [columns[0] / 2, (columns[-1] + 1) / 2, rows[0] / 2, (rows[-1] + 1) / 2]


def test_an_ellipse_reaches_two_standard_deviations(canvas):
    canvas.set_maps(spread([[100, 0], [0, 25]]))
    # Half the pen's 1.5 px is beyond it.
    assert lit_box(canvas) == pytest.approx([80, 120, 40, 60], abs=0.8)
    middle = canvas.grab().toImage().pixelColor(200, 150)
    assert middle == QColor("black")


def test_an_ellipse_leans_as_its_covariance_does(canvas):
    # Variances of 100 and 4 along the diagonals from top left to bottom right, and across.
    canvas.set_maps(spread([[52, 48], [48, 52]]))
    shown = brightness(canvas)
    end = np.array([100, 50]) + 20 * np.array([1, 1]) / math.sqrt(2)
    x, y = (2 * end).astype(int)
    assert shown[y - 3 : y + 4, x - 3 : x + 4].max() > 150
    mirrored = 400 - x
    assert shown[y - 3 : y + 4, mirrored - 3 : mirrored + 4].max() == 0
    reach = 2 * math.sqrt(52)
    assert lit_box(canvas) == pytest.approx([100 - reach, 100 + reach, 50 - reach, 50 + reach], abs=1)


def test_ellipses_are_as_thick_on_fine_screens():
    lit = []
    for ratio in (1, 2):
        image = QImage(100 * ratio, 100 * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor("black"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_spreads(painter, spread([[225, 0], [0, 225]], (50.0, 50.0)).spread, np.eye(2, 3), current_theme())
        painter.end()
        lit.append(sum(image.pixelColor(x, 50 * ratio).lightness() for x in range(100 * ratio)))
    # Twice as many pixels of the same brightness.
    assert lit[1] == pytest.approx(2 * lit[0], rel=0.2)


@pytest.mark.parametrize("aspect", [0.5, 1.0, 1.5])
def test_maps_follow_where_the_view_puts_the_picture(canvas, aspect):
    canvas.set_pixel_aspect(aspect)
    canvas.zoom_to(3.3)
    canvas.set_frame_map(np.array([[0.8, -0.6, 30.0], [0.6, 0.8, -10.0]]))
    place = np.array([70.0, 20.0])
    canvas.set_maps(spread([[4, 0], [0, 4]], place))
    x, y = canvas.to_widget(place)
    shown = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.array(shown.constBits(), np.uint8).reshape(shown.height(), shown.width(), 4)[..., :3].max(axis=2) > 100
    pixels[260:] = False  # the frame's number
    rows, columns = np.nonzero(pixels[: int(y) + 60])
    assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(x, abs=1)
    assert (rows.min() + rows.max() + 1) / 2 == pytest.approx(y, abs=1)


@pytest.mark.parametrize(("side", "colour"), [(LEFT, "pose_left"), (RIGHT, "pose_right"), (MIDDLE, "pose_middle")])
def test_ellipses_and_arrows_have_the_colours_of_the_sides(canvas, side, colour):
    expected = QColor(getattr(current_theme(), colour)).hsvHue()
    canvas.set_maps(spread([[100, 0], [0, 100]], side=side))
    assert abs(canvas.grab().toImage().pixelColor(240, 150).hsvHue() - expected) < 8
    canvas.set_maps(MapsOverlay(fields=arrow_at(4, 4, (1.0, 0.0), side=side)))
    assert abs(canvas.grab().toImage().pixelColor(165, 155).hsvHue() - expected) < 8


def arrow_at(row, column, vector, *, side=LEFT):
    fields = np.zeros((1, 2, 8, 8))
    fields[0, :, row, column] = vector
    return FieldOverlay(fields, STRAIGHT, np.array([side], np.int8))


def test_arrows_point_as_the_field_does_and_are_as_long(canvas):
    # A pixel of the map is 5 of the picture and 10 of the widget, which is far enough apart for each to be drawn.
    canvas.set_maps(MapsOverlay(fields=arrow_at(4, 4, (1.0, 0.0))))
    assert lit_box(canvas)[:2] == pytest.approx([80, 85], abs=0.8)
    shown = brightness(canvas)
    # The head is at the right end.
    assert (shown[:, 166:170] > 150).sum() > 2 * (shown[:, 160:164] > 150).sum()
    canvas.set_maps(MapsOverlay(fields=arrow_at(4, 4, (0.0, -0.5))))
    assert lit_box(canvas)[2:] == pytest.approx([52.5 - 1.25, 52.5 + 1.25], abs=0.9)


def test_weak_fields_are_fainter_and_noise_is_not_drawn(canvas):
    light = []
    for strength in (0.05, 0.3, 1.0):
        canvas.set_maps(MapsOverlay(fields=arrow_at(4, 4, (strength, 0.0))))
        light.append(int(brightness(canvas).max()))
    assert light[0] == 0
    assert 0 < light[1] < 0.6 * light[2]


def test_of_arrows_that_are_too_near_each_other_the_strongest_stays():
    fields = np.zeros((2, 2, 5, 7))
    fields[0, 0] = 0.3
    fields[1, 1, 1, 2] = 0.9
    fields[0, :, 4, 6] = 0.6, 0.8
    overlay = FieldOverlay(fields, STRAIGHT, np.array([LEFT, RIGHT], np.int8))
    middles, vectors, sides = overlay.arrows(3)
    assert len(middles) == 2 * 3
    assert middles[0].tolist() == [2.5, 1.5]
    assert vectors[0].tolist() == [0.0, 0.9]
    assert sides.tolist() == [RIGHT, LEFT, LEFT, LEFT, LEFT, LEFT]
    assert middles[-1].tolist() == [6.5, 4.5]
    assert len(overlay.arrows()[0]) == 35


def test_fields_without_limbs_have_no_arrows(canvas):
    before = canvas.grab().toImage()
    canvas.set_maps(MapsOverlay(fields=FieldOverlay(np.zeros((0, 2, 8, 8)), STRAIGHT, np.empty(0, np.int8))))
    assert canvas.grab().toImage() == before


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: HeatmapOverlay(np.zeros((8, 8)), STRAIGHT), "uint8"),
        (lambda: HeatmapOverlay(np.zeros((8, 8), np.uint8), np.eye(3)), r"\(2, 3\)"),
        (lambda: FieldOverlay(np.zeros((2, 2, 8, 8)), STRAIGHT, np.zeros(1, np.int8)), "sides"),
        (lambda: SpreadOverlay(np.zeros((2, 2)), np.zeros((1, 2, 2)), np.zeros(2, np.int8)), "2 ellipses"),
    ],
)
def test_arrays_of_another_shape_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_samples_are_dots_where_they_are_in_the_colours_of_their_sides(canvas):
    places = np.array([[[20.0, 10.0], [60.0, 40.0], [np.nan, 40.0]], [[30.0, 10.0], [60.0, 60.0], [90.0, np.nan]]])
    canvas.set_maps(MapsOverlay(samples=SamplesOverlay(places.astype(np.float32), np.array([LEFT, RIGHT, MIDDLE]))))

    image, theme = canvas.grab().toImage(), current_theme()
    for x, y, colour in (
        (20, 10, theme.pose_left), (30, 10, theme.pose_left), (60, 40, theme.pose_right), (60, 60, theme.pose_right)
    ):  # fmt: skip
        shown, expected = image.pixelColor(2 * x, 2 * y + 50), QColor(colour)
        assert shown.getRgb()[:3] == pytest.approx(np.multiply(expected.getRgb()[:3], 0.9), abs=3)
        assert image.pixelColor(2 * x + 6, 2 * y + 50).getRgb()[:3] == (0, 0, 0)
    assert middle_of_light(canvas)[0] == pytest.approx(np.average([25, 60], weights=[
        sum(QColor(theme.pose_left).getRgb()[:3]), sum(QColor(theme.pose_right).getRgb()[:3])
    ]), abs=0.3)  # fmt: skip


def test_samples_of_other_joints_than_sides_are_refused():
    with pytest.raises(ValueError, match="2 joints"):
        SamplesOverlay(np.zeros((4, 3, 2), np.float32), np.zeros(2, np.int8))
