"""Pictures much smaller than the video's are averages over areas, as FFmpeg makes them in one step."""

import cv2
import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation

from inference.video.picture import PictureConverter

SMALL = (40, 24)


@pytest.fixture
def picture():
    coarse = np.random.default_rng(2).integers(60, 200, (18, 30, 3)).astype(np.uint8)
    return cv2.resize(coarse, (480, 288), interpolation=cv2.INTER_LINEAR)


@pytest.mark.parametrize("size", [(160, 96), (240, 144), (480, 288), (200, 132), (162, 98)])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p", "yuv422p"])
@pytest.mark.parametrize("colours", [Colorspace.ITU601, Colorspace.ITU709])
@pytest.mark.parametrize("levels", [ColorRange.MPEG, ColorRange.JPEG])
def test_much_smaller_pictures_are_those_of_one_step(picture, size, pixel_format, colours, levels):
    frame = VideoFrame.from_ndarray(cv2.resize(picture, size), format="bgr24").reformat(format=pixel_format)
    frame.colorspace, frame.color_range = colours, levels

    small = PictureConverter(*size, 0, is_mirrored=False).convert(frame, "bgr24", SMALL)

    one_step = frame.reformat(*SMALL, format="bgr24", interpolation=Interpolation.AREA).to_ndarray()
    assert small.shape == (24, 40, 3)
    difference = np.abs(small.astype(int) - one_step)
    assert difference.mean() < 2
    assert difference.max() < 12


def test_a_large_picture_is_halved_without_seams():
    noise = np.random.default_rng(7).integers(0, 256, (1152, 1280), np.uint8)
    planes = noise[:768], *(part.reshape(384, 640) for part in np.split(noise[768:].reshape(-1), 2))
    halves = [cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for plane in planes]
    half = np.concatenate([part.reshape(-1) for part in halves]).reshape(576, 640)

    small = PictureConverter(1280, 768, 0, is_mirrored=False).convert(
        VideoFrame.from_ndarray(noise, format="yuv420p"), "bgr24", (320, 192)
    )

    expected = VideoFrame.from_ndarray(half, format="yuv420p").reformat(
        320, 192, format="bgr24", src_colorspace=Colorspace.ITU709, interpolation=Interpolation.AREA
    )
    np.testing.assert_array_equal(small, expected.to_ndarray())


def test_one_picture_does_not_change_the_one_before(picture):
    converter = PictureConverter(480, 288, 0, is_mirrored=False)
    light, dark = (
        VideoFrame.from_ndarray(part, format="bgr24").reformat(format="yuv420p") for part in (picture, picture // 2)
    )
    first = converter.convert(light, "bgr24", SMALL)
    kept = first.copy()
    second = converter.convert(dark, "bgr24", SMALL)

    np.testing.assert_array_equal(first, kept)
    assert second.mean() < 0.7 * first.mean()
