"""Which frames a clip takes, where it looks in them, and what it cuts there."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from inference.diving.boards import Board
from inference.diving.tracked_clip import (
    CLIP_PICTURES,
    CLIP_SIDE_PX,
    ClipPlan,
    chosen_pictures,
    plan_clip,
    read_clip,
    shown_clip,
    to_window,
    window,
)
from inference.results import BallisticPath, CameraMotion, FrameTime, Interval, Trajectory

FPS = 25.0
PATH = BallisticPath(origin_s=4.0, x0=100.0, vx=20.0, y0=80.0, vy=-60.0, ay=200.0)


def interval(first=100, last=127):
    return Interval(FrameTime(first, first / FPS), FrameTime(last, last / FPS))


def plan(trajectory=None, board=None, last_frame=1000, dive=None):
    return plan_clip(dive or interval(), trajectory or Trajectory(PATH), board, (320, 180), last_frame=last_frame)


def test_frames_are_spread_evenly_around_the_dive():
    frames = plan().frames

    # The dive lasts 27 frames: from 5.4 before its start to 3.24 after its end.
    assert (len(frames), frames[0], frames[-1]) == (CLIP_PICTURES, 95, 130)
    assert set(np.diff(frames)) <= {1, 2}


def test_the_square_follows_the_path_and_stays_where_the_path_says_nothing():
    chosen = plan()
    at = {int(frame): centre for frame, centre in zip(chosen.frames, chosen.centres, strict=True)}

    for frame, centre in at.items():
        inside = min(max(frame, 100), 127)
        np.testing.assert_allclose(centre, PATH.at(inside / FPS), atol=1e-9)
    np.testing.assert_allclose(at[95], (100, 80))
    assert at[95] == pytest.approx(at[97])


def test_a_moving_camera_moves_the_square():
    shifts = np.repeat(np.eye(3)[None], 60, axis=0)
    shifts[:, 0, 2] = np.arange(60)  # the camera turns left by a pixel a frame from frame 90 on
    still, moved = plan(), plan(Trajectory(PATH, (), CameraMotion(90, shifts)))

    np.testing.assert_allclose(moved.centres[:, 0], still.centres[:, 0] - (moved.frames - 90), atol=1e-9)
    np.testing.assert_allclose(moved.centres[:, 1], still.centres[:, 1], atol=1e-9)


def test_the_side_comes_from_the_board_or_from_gravity():
    # From 4.0 to 5.08 s the path drops by -60 * 1.08 + 100 * 1.08^2 = 51.84 px, which are 1 m or 3 m.
    assert plan(board=Board("springboard", 1.0)).side_px == round(1.125 * 156)
    assert plan(board=Board("springboard", 3.0)).side_px == round(1.125 * 52)
    # 200 px/s^2 are 9.81 m/s^2, so 3 m are 61.2 px.
    assert plan().side_px == round(1.125 * 62)


def test_nothing_is_read_before_the_video_or_after_it():
    early = plan(dive=interval(2, 29))
    late = plan(last_frame=128)

    assert early.frames[0] == 0
    assert late.frames[-1] == 128


def test_a_dive_of_one_frame_is_a_clip_all_the_same():
    only = plan(dive=interval(100, 100))

    assert set(only.frames) <= {100, 101}
    assert np.isfinite(only.centres).all()


def test_what_is_on_the_path_is_in_the_middle_of_the_square():
    chosen = plan(Trajectory(BallisticPath(4.0, 150.5, 0.0, 90.5, 0.0, 0.0)), Board("springboard", 3.0))
    picture = np.zeros((180, 320, 3), np.uint8)
    picture[84:97, 144:157] = 255

    crop = chosen.cut(5, picture)

    assert crop.shape == (CLIP_SIDE_PX, CLIP_SIDE_PX, 3)
    rows, columns = np.nonzero(crop[..., 0] > 127)
    # A path without a drop: a third of the height, 60 px, and an eighth more are the side.
    assert chosen.side_px == round(1.125 * 60)
    middle = (CLIP_SIDE_PX - 1) / 2
    assert (rows.mean(), columns.mean()) == pytest.approx((middle, middle), abs=0.6)
    assert np.ptp(rows) + 1 == pytest.approx(13 * CLIP_SIDE_PX / chosen.side_px, abs=1.1)


def mirrored(picture):
    return np.ascontiguousarray(picture[:, ::-1])


def test_a_dive_and_its_mirror_image_give_the_same_clip():
    """To the right and to the left, in any picture: what turns with the travel in one does so in the other."""
    to_the_left = BallisticPath(PATH.origin_s, 320 - PATH.x0, -PATH.vx, PATH.y0, PATH.vy, PATH.ay)
    there, back = plan(), plan(Trajectory(to_the_left))
    picture = np.random.default_rng(0).integers(0, 255, (180, 320, 3)).astype(np.uint8)

    assert (there.is_mirrored, back.is_mirrored) == (False, True)
    for place in (0, 10, CLIP_PICTURES - 1):
        # To a level: places are rounded to a 32nd of a pixel, from the left.
        np.testing.assert_allclose(
            back.cut(place, mirrored(picture)).astype(int), there.cut(place, picture).astype(int), atol=4
        )


def test_a_clip_shows_the_diver_travelling_to_the_right():
    """What lies ahead of the diver is right of the middle, wherever the camera stands."""
    for speed, ahead in ((20.0, 160), (-20.0, 140)):
        chosen = plan(Trajectory(BallisticPath(4.0, 150.0, speed, 90.0, 0.0, 0.0)))
        picture = np.zeros((180, 320, 3), np.uint8)
        picture[:, ahead - 1 : ahead + 1] = 255

        crop = chosen.cut(0, picture)

        assert np.nonzero(crop[36, :, 0] > 127)[0].mean() > 40


def test_a_camera_that_pans_with_the_diver_does_not_hide_the_way():
    """In the pictures the diver stays or goes to the left, against the pool to the right."""
    shifts = np.repeat(np.eye(3)[None], 60, axis=0)
    shifts[:, 0, 2] = 3.0 * np.arange(60)  # 75 px/s to the right, while the diver goes 20 px/s
    chosen = plan(Trajectory(PATH, (), CameraMotion(90, shifts)))

    assert chosen.centres[-1, 0] < chosen.centres[0, 0]
    assert not chosen.is_mirrored


def test_a_clip_is_mirrored_whatever_the_size_it_is_read_at():
    border = steady_plan(576, (1104.0, 540.0))
    clip = read_clip(FakeReader(1920, 1080), replace(border, is_mirrored=True))

    np.testing.assert_array_equal(clip, read_clip(FakeReader(1920, 1080), border)[:, :, ::-1])


class FakeReader:
    """Frames whose left half is 0 and whose right half is their number, some of them damaged; what is asked is kept."""

    def __init__(self, width, height, damaged=()):
        self.index = SimpleNamespace(width=width, height=height)
        self.damaged, self.asked = set(damaged), None

    def frames(self, start, stop, *, size):
        self.asked = (start, stop, size)
        width, height = size or (self.index.width, self.index.height)
        for frame in range(start, stop):
            if frame not in self.damaged:
                picture = np.zeros((height, width, 3), np.uint8)
                picture[:, width // 2 :] = frame
                yield FrameTime(frame, frame / FPS), picture


def steady_plan(side_px, centre):
    return ClipPlan(np.arange(CLIP_PICTURES) // 2 + 40, np.tile(np.array(centre, float), (CLIP_PICTURES, 1)), side_px)


def test_a_clip_reads_its_frames_once_and_repeats_those_it_holds_twice():
    reader = FakeReader(320, 180)
    clip = read_clip(reader, steady_plan(90, (250.0, 90.0)))

    assert reader.asked == (40, 54, None)
    assert clip[:, 36, 36, 0].tolist() == [40 + place // 2 for place in range(CLIP_PICTURES)]


def test_a_clip_shows_the_frame_before_in_place_of_a_damaged_one():
    clip = read_clip(FakeReader(320, 180, damaged=(40, 45)), steady_plan(90, (250.0, 90.0)))

    shown = clip[::2, 36, 36, 0].tolist()
    assert shown == [41, 41, 42, 43, 44, 44, *range(46, 54)]


def test_a_large_picture_is_shrunk_before_the_square_is_cut():
    reader = FakeReader(1920, 1080)
    # A side of 576 px is read at a quarter of its size; the border between the halves stays 144 px left of the middle.
    clip = read_clip(reader, steady_plan(576, (1104.0, 540.0)))

    assert reader.asked[2] == (480, 270)
    assert (clip[0, :, :18] == 0).all()
    assert (clip[0, :, 19:] == 40).all()


def test_a_network_sees_the_middle_of_some_pictures():
    numbered = np.zeros((CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3), np.uint8)
    numbered += np.arange(CLIP_PICTURES, dtype=np.uint8)[:, None, None, None]
    numbered[:, 36:, 36:] += 100

    shown = shown_clip(numbered, 16, 64)

    assert shown.shape == (16, 64, 64, 3)
    assert shown[:, 0, 0, 0].tolist() == chosen_pictures(16).tolist()
    assert (shown[0, 0, 0, 0], shown[-1, 0, 0, 0]) == (2, 26)
    # 64 of 72 px at their own size, so the corner stays in the middle, to the pixel.
    np.testing.assert_array_equal(shown[3, 32:, 32:], shown[3, 0, 0, 0] + 100)
    np.testing.assert_array_equal(shown[3, :32], shown[3, 0, 0, 0])


def test_a_window_zooms_turns_and_moves_about_its_middle():
    picture = np.zeros((CLIP_SIDE_PX, CLIP_SIDE_PX, 3), np.uint8)
    picture[30:34, 40:44] = 200  # its middle is (41.5, 31.5): 6 px right of the picture's and 4 px above it

    def place(**how):
        seen = window(picture, to_window(how.pop("zoom", 1.0), 64, **how), 64)[..., 0].astype(float)
        rows, columns = np.mgrid[0:64, 0:64]
        return (seen * columns).sum() / seen.sum() - 31.5, (seen * rows).sum() / seen.sum() - 31.5

    assert place() == pytest.approx((6, -4), abs=1e-6)
    assert place(zoom=2.0) == pytest.approx((12, -8), abs=0.05)
    assert place(offset_px=np.array([2.0, 1.0])) == pytest.approx((4, -5), abs=1e-6)
    assert place(turn_rad=np.pi / 2) == pytest.approx((-4, -6), abs=0.05)
