"""Camera motion: known pans, zooms and cuts of rendered pictures."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from inference.progress import Cancelled, CancelToken
from inference.results import FrameTime, apply_homography
from inference.video.camera_motion import (
    analysis_size,
    camera_step,
    chain,
    estimate_camera_motion,
    to_full_size,
    warp,
)

SIZE = (320, 240)
MIDDLE = (160.0, 120.0)


def world(seed: int, contrast: float = 1.0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    texture = cv2.resize(generator.uniform(0, 255, (160, 160)), (1280, 1280), interpolation=cv2.INTER_CUBIC)
    return np.clip(128 + contrast * (texture - 128), 0, 255).astype(np.uint8)


def seen(picture: np.ndarray, to_world: np.ndarray) -> np.ndarray:
    """What a camera sees whose image coordinates map to the world by the matrix."""
    return warp(picture, np.linalg.inv(to_world), SIZE)


def shift(x: float, y: float) -> np.ndarray:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


class Pictures:
    """A reader of given pictures."""

    def __init__(self, pictures: list[np.ndarray]) -> None:
        self._pictures = [cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR) for picture in pictures]
        height, width = pictures[0].shape
        self.index: Any = SimpleNamespace(frame_count=len(pictures), width=width, height=height)

    def frames(self, start: int = 0, stop: int | None = None, step: int = 1, *, size: Any = None) -> Iterator[Any]:
        for frame in range(start, len(self._pictures) if stop is None else stop, step):
            picture = self._pictures[frame]
            yield FrameTime(frame, frame / 25), cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (2.5, -1.25), (30.0, 12.0), (-45.0, 0.0)])
def test_a_pan_is_found_to_a_tenth_of_a_pixel(x, y):
    scene = world(1)
    before, after = seen(scene, shift(400, 400)), seen(scene, shift(400 + x, 400 + y))

    step = camera_step(before, after)

    assert not step.is_cut
    assert step.support > 0.6
    np.testing.assert_allclose(apply_homography(step.to_previous, MIDDLE), (160 + x, 120 + y), atol=0.1)


def test_a_zoom_is_found():
    scene = world(2)
    zoom = shift(400, 400) @ shift(*MIDDLE) @ np.diag([0.97, 0.97, 1.0]) @ shift(-160, -120)

    step = camera_step(seen(scene, shift(400, 400)), seen(scene, zoom))

    np.testing.assert_allclose(apply_homography(step.to_previous, (260.0, 120.0)), (257.0, 120.0), atol=0.15)


def test_a_large_body_moving_through_the_picture_does_not_move_the_camera():
    scene, body = world(3), world(4)
    before, after = seen(scene, shift(400, 400)), seen(scene, shift(404, 400))
    before[60:220, 100:180] = body[60:220, 100:180]
    after[70:230, 108:188] = body[60:220, 100:180]

    step = camera_step(before, after)

    np.testing.assert_allclose(apply_homography(step.to_previous, MIDDLE), (164.0, 120.0), atol=0.1)


def test_another_shot_is_a_cut_and_even_water_is_not():
    water = np.full((240, 320), 120, dtype=np.uint8)
    generator = np.random.default_rng(0)
    noisy = [np.clip(water + generator.normal(0, 2, water.shape), 0, 255).astype(np.uint8) for _ in range(2)]

    cut = camera_step(seen(world(5), shift(400, 400)), seen(world(6), shift(400, 400)))

    assert cut.is_cut
    np.testing.assert_array_equal(cut.to_previous, np.eye(3))
    assert not camera_step(*noisy).is_cut


def test_a_pan_over_faint_water_is_followed():
    scene = world(7, contrast=0.06)

    step = camera_step(seen(scene, shift(400, 400)), seen(scene, shift(405, 397)))

    np.testing.assert_allclose(apply_homography(step.to_previous, MIDDLE), (165.0, 117.0), atol=0.5)


def test_steps_chain_to_maps_with_the_reference_at_rest():
    steps = [np.eye(3), shift(3, 0), shift(4, 0), shift(0, 5)]

    maps = chain(steps, 1)

    np.testing.assert_allclose(maps[:, :2, 2], [[-3, 0], [0, 0], [4, 0], [4, 5]])


def test_maps_scale_with_the_picture():
    np.testing.assert_allclose(to_full_size(shift(3, 4), (100, 50), (400, 200)), shift(12, 16))


def test_pictures_are_analysed_at_one_size_and_never_enlarged():
    assert analysis_size(320, 240) == (320, 240)
    width, height = analysis_size(1920, 1080)
    assert width * height == pytest.approx(100_000, rel=0.01)
    assert width / height == pytest.approx(16 / 9, rel=0.01)


def test_a_path_through_a_pan_is_brought_back_to_the_reference_frame():
    # Full-size pictures are larger than the analysed ones, so the maps have to be scaled up again.
    scene = cv2.resize(world(8), (3840, 3840), interpolation=cv2.INTER_LINEAR)
    offsets = [(900 + 9 * i, 800 + 15 * np.sin(i / 3)) for i in range(20)]
    reader = Pictures([warp(scene, shift(-x, -y), (960, 720)) for x, y in offsets])

    camera = estimate_camera_motion(reader, 2, 40, reference_frame=5)

    assert camera.first_frame == 2
    assert len(camera.to_stable) == 18
    for frame in (2, 5, 12, 19):
        expected = np.array([480.0, 360.0]) + np.array(offsets[frame]) - np.array(offsets[5])
        np.testing.assert_allclose(camera.stabilise(frame, (480.0, 360.0)), expected, atol=1.0)


def test_a_reference_outside_the_stretch_is_refused_and_cancelling_stops():
    reader = Pictures([world(1)[:240, :320]] * 3)
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(ValueError, match="reference frame 7 lies outside frames 0 to 2"):
        estimate_camera_motion(reader, 0, 2, reference_frame=7)
    with pytest.raises(Cancelled):
        estimate_camera_motion(reader, 0, 2, cancel=cancel)
