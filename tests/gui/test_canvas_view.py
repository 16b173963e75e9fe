"""The canvas as a view of a frame: where pixels land, what zoom and pan keep, and that the label tells the truth."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPointingDevice, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.pointer import MIDDLE, Pointer
from widgets.canvas import VideoCanvas
from widgets.canvas.view_transform import ViewTransform

RED, GREEN = 0xFFFF0000, 0xFF00FF00


def frame_of(width, height, bgr=(0, 0, 0)):
    pixels = np.full((height, width, 4), 255, dtype=np.uint8)
    pixels[:, :, :3] = bgr
    return pixels


def grabbed(canvas, ratio=1.0):
    """The canvas as it is painted on a screen of that scale."""
    image = QImage(canvas.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    canvas.render(image, QPoint(), QRegion(canvas.rect()), QWidget.RenderFlag(0))
    return image


@pytest.fixture
def canvas(qtbot):
    """400 by 300 with a 200 by 100 frame: fitted at a scale of 2, 50 pixels from the top."""
    widget = VideoCanvas()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    widget.set_frame(7, 0.28, frame_of(200, 100))
    return widget


def test_transform_at_scale_two_by_hand():
    view = ViewTransform(scale=2.0, left=10.0, top=-4.0)
    assert view.to_widget([(0.5, 0.5), (0.0, 0.0), (30.25, 7.0)]).tolist() == [[11.0, -3.0], [10.0, -4.0], [70.5, 10.0]]
    assert view.to_image(11.0, -3.0) == (0.5, 0.5)
    assert view.to_image(70.5, 10.0) == (30.25, 7.0)


def test_fit_by_hand(canvas):
    assert canvas.view == ViewTransform(scale=2.0, left=0.0, top=50.0)
    assert canvas.position_in_image(QPoint(1, 51)) == (0.5, 0.5)


def red_centre(image):
    """Centre of all the red in an image, in continuous widget coordinates."""
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1, 4)[:, : image.width(), 2]
    red = np.where(pixels > 30, pixels, 0).astype(float)[: image.height() - 60]
    ys, xs = np.mgrid[: red.shape[0], : red.shape[1]]
    return (np.sum((xs + 0.5) * red) / red.sum(), np.sum((ys + 0.5) * red) / red.sum())


def test_a_pixel_is_painted_around_its_centre_at_scale_two(canvas):
    """The centre of image pixel (30, 7) is (30.5, 7.5); twice that, and 50 down, is (61, 65)."""
    pixels = frame_of(200, 100)
    pixels[7, 30] = (0, 0, 255, 255)
    canvas.set_frame(8, 0.32, pixels)
    assert red_centre(grabbed(canvas)) == pytest.approx((61.0, 65.0), abs=0.02)
    assert np.array(red_centre(grabbed(canvas, ratio=2.0))) / 2 == pytest.approx((61.0, 65.0), abs=0.02)


def test_a_pixel_covers_exactly_its_square_at_scale_eight(canvas):
    """Zoomed from 2 to 8 at (0, 50), which stays: pixel (30, 7) covers 240 to 247 across and 106 to 113 down."""
    pixels = frame_of(200, 100)
    pixels[7, 30] = (0, 0, 255, 255)
    canvas.set_frame(8, 0.32, pixels)
    canvas.zoom_to(8.0, QPointF(0, 50))
    image = grabbed(canvas)
    red = {(x, y) for x in range(230, 260) for y in range(95, 125) if image.pixel(x, y) == RED}
    assert red == {(x, y) for x in range(240, 248) for y in range(106, 114)}


def test_a_screen_with_two_device_pixels_shows_the_same_place(canvas):
    """Half the picture is green: the border lies at image x 100, logical x 200, device x 400."""
    pixels = frame_of(200, 100, (0, 0, 255))
    pixels[:, 100:, :3] = (0, 255, 0)
    canvas.set_frame(8, 0.32, pixels)
    image = grabbed(canvas, ratio=2.0)
    row = 2 * 100
    assert image.pixel(396, row) == RED
    assert image.pixel(404, row) == GREEN
    # Device rows 0 to 99 are outside the picture, which starts at logical y 50.
    assert image.pixel(300, 98) not in (RED, GREEN)
    assert image.pixel(300, 102) == RED


def test_wheel_keeps_the_image_point_under_the_cursor(canvas):
    pointer = Pointer(canvas)
    before = canvas.view.to_image(123.0, 171.5)
    pointer.wheel(123.0, 171.5, 3)
    assert canvas.zoom == pytest.approx(2 * 1.25**3)
    assert canvas.view.to_image(123.0, 171.5) == pytest.approx(before, abs=1e-9)
    pointer.wheel(123.0, 171.5, -1)
    assert canvas.zoom == pytest.approx(2 * 1.25**2)
    assert canvas.view.to_image(123.0, 171.5) == pytest.approx(before, abs=1e-9)


def test_zoom_stops_at_64_and_below_a_quarter_of_the_natural_size(canvas):
    pointer = Pointer(canvas)
    pointer.wheel(200, 150, 100)
    assert canvas.zoom == 64.0
    pointer.wheel(200, 150, -100)
    assert canvas.zoom == 0.25


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, MIDDLE])
def test_drag_pans(canvas, button):
    Pointer(canvas).drag((200, 150), (190, 145), (230, 130), button=button)
    assert canvas.view == ViewTransform(scale=2.0, left=30.0, top=30.0)
    assert not canvas.is_fitted


def test_the_picture_cannot_be_lost(canvas):
    Pointer(canvas).drag((200, 150), (9000, -9000))
    assert canvas.view == ViewTransform(scale=2.0, left=400.0 - 48, top=48.0 - 200)


def test_f_fits_and_ctrl_1_shows_natural_size(canvas, qtbot):
    canvas.setFocus()
    Pointer(canvas).wheel(10, 60, 5)
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.view == ViewTransform(2.0, 0.0, 50.0)
    assert canvas.is_fitted
    qtbot.keyClick(canvas, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    # The middle of the widget, (200, 150), stays on the image's middle, (100, 50).
    assert canvas.view == ViewTransform(1.0, 100.0, 100.0)


def test_double_click_switches_between_natural_size_and_fit(canvas):
    pointer = Pointer(canvas)
    pointer.double_click(40, 90)
    assert canvas.zoom == 1.0
    assert canvas.view.to_image(40, 90) == (20.0, 20.0)
    pointer.double_click(40, 90)
    assert canvas.is_fitted


def test_resize_refits_or_keeps_the_middle(canvas):
    canvas.resize(200, 300)
    assert canvas.view == ViewTransform(1.0, 0.0, 100.0)
    canvas.zoom_to(4.0)
    middle = canvas.view.to_image(100, 150)
    canvas.resize(300, 200)
    assert canvas.view.to_image(150, 100) == middle


def test_label_equals_the_frame_shown(canvas):
    assert canvas.frame_text == "frame 7 · 00:00:00.28"
    canvas.set_frame(1234, 49.36, frame_of(200, 100, (0, 255, 0)))
    assert canvas.shown_frame == 1234
    assert canvas.frame_text == "frame 1234 · 00:00:49.36"
    assert canvas.accessibleDescription() == canvas.frame_text
    assert grabbed(canvas).pixel(200, 100) == GREEN


def test_the_painted_label_changes_with_the_frame(canvas):
    badge = QRect(0, 260, 220, 40)
    first = grabbed(canvas).copy(badge)
    canvas.set_frame(8, 0.32, frame_of(200, 100))
    second = grabbed(canvas).copy(badge)
    canvas.set_frame(7, 0.28, frame_of(200, 100))
    assert first != second
    assert grabbed(canvas).copy(badge) == first


def test_without_a_frame_there_is_no_label(canvas):
    canvas.clear()
    assert canvas.shown_frame is None
    assert canvas.frame_text == ""
    with_text = grabbed(canvas)
    canvas.set_empty_text("", "")
    assert grabbed(canvas) != with_text


def test_a_scaled_copy_of_the_frame_keeps_image_coordinates(canvas):
    pixels = frame_of(100, 50, (0, 0, 255))
    pixels[:, 50:, :3] = (0, 255, 0)
    canvas.set_frame(9, 0.36, pixels, image_size=(200, 100))
    assert canvas.view == ViewTransform(2.0, 0.0, 50.0)
    image = grabbed(canvas)
    assert image.pixel(194, 100) == RED
    assert image.pixel(206, 100) == GREEN


def test_zoom_survives_the_next_frame_but_not_another_size(canvas):
    canvas.zoom_to(3.0)
    view = canvas.view
    canvas.set_frame(8, 0.32, frame_of(200, 100))
    assert canvas.view == view
    canvas.set_frame(0, 0.0, frame_of(100, 100))
    assert canvas.view == ViewTransform(3.0, 50.0, 0.0)


def test_pixels_are_not_copied(canvas):
    pixels = frame_of(200, 100)
    canvas.set_frame(8, 0.32, pixels)
    pixels[:, :, :3] = (0, 255, 0)
    canvas.update()
    assert grabbed(canvas).pixel(200, 100) == GREEN


@pytest.mark.parametrize("shape", [(10, 10, 3), (10, 10), (0, 10, 4)])
def test_other_shapes_are_refused(canvas, shape):
    with pytest.raises(ValueError, match="a frame must be"):
        canvas.set_frame(0, 0.0, np.zeros(shape, dtype=np.uint8))


def test_pixels_stay_square_above_four_and_are_smoothed_below(canvas):
    pixels = frame_of(200, 100, (0, 0, 255))
    pixels[:, 100:, :3] = (0, 255, 0)
    canvas.set_frame(8, 0.32, pixels)

    def colours():
        image = grabbed(canvas)
        return {image.pixel(x, 150) for x in range(100, 300)}

    canvas.zoom_to(5.0)
    assert colours() == {RED, GREEN}
    canvas.zoom_to(3.0)
    assert len(colours()) > 2


def test_a_pinch_zooms_where_the_fingers_are(canvas):
    """A touch pad reports the change of scale since its last event: a quarter more."""
    place = QPointF(123.0, 171.5)
    before = canvas.view.to_image(place.x(), place.y())
    device = QPointingDevice.primaryPointingDevice()
    zoom = Qt.NativeGestureType.ZoomNativeGesture
    pinch = QNativeGestureEvent(zoom, device, 2, place, place, canvas.mapToGlobal(place), 0.25, QPointF())
    QApplication.sendEvent(canvas, pinch)
    assert canvas.zoom == pytest.approx(2.5)
    assert canvas.view.to_image(place.x(), place.y()) == pytest.approx(before, abs=1e-9)


@pytest.fixture
def wide(canvas):
    """The same frame with pixels half as wide again as high: 4/3 for each line, 2 for each column, 83 from the top."""
    canvas.set_pixel_aspect(1.5)
    return canvas


def test_pixels_that_are_not_square_by_hand():
    view = ViewTransform(scale=2.0, left=10.0, top=-4.0, aspect=1.5)
    assert view.to_widget([(0.5, 0.5), (30.0, 7.0)]).tolist() == [[11.5, -3.0], [100.0, 10.0]]
    assert view.to_image(100.0, 10.0) == (30.0, 7.0)
    zoomed = view.zoomed(4.0, 100.0, 10.0)
    assert zoomed == ViewTransform(scale=4.0, left=-80.0, top=-18.0, aspect=1.5)
    assert zoomed.to_image(100.0, 10.0) == (30.0, 7.0)
    far = view.panned(1000.0, 1000.0)  # a picture of 10 by 10 is 30 by 20 there
    assert far.kept_in_sight((10, 10), (200, 100), 48.0) == ViewTransform(2.0, 170.0, 80.0, 1.5)


def test_a_frame_is_fitted_with_the_shape_of_its_pixels(wide):
    assert wide.view == ViewTransform(scale=400 / 300, left=0.0, top=83.0, aspect=1.5)
    assert wide.zoom == pytest.approx(4 / 3)
    wide.set_pixel_aspect(0.5)  # 100 by 100 now
    assert wide.view == ViewTransform(scale=3.0, left=50.0, top=0.0, aspect=0.5)


def test_a_pixel_that_is_not_square_covers_exactly_its_rectangle(wide):
    """At 8 per line and 12 per column from (0, 83): pixel (3, 2) covers 36 to 47 across and 99 to 106 down."""
    pixels = frame_of(200, 100)
    pixels[2, 3] = (0, 0, 255, 255)
    wide.set_frame(8, 0.32, pixels)
    wide.zoom_to(8.0, QPointF(0, 83))
    image = grabbed(wide)
    red = {(x, y) for x in range(20, 70) for y in range(85, 120) if image.pixel(x, y) == RED}
    assert red == {(x, y) for x in range(36, 48) for y in range(99, 107)}


@pytest.mark.parametrize("aspect", [0.0, -1.0, float("nan"), float("inf")])
def test_a_pixel_without_a_shape_is_refused(canvas, aspect):
    with pytest.raises(ValueError, match="a pixel cannot be"):
        canvas.set_pixel_aspect(aspect)
