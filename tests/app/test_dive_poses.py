"""Poses along a dive's path: where the model looks, and which frame its answer belongs to."""

import numpy as np
import pytest
from still_pose import DEPTHS, OFFSETS, SCORE, DeepPose, StillPose

from app.dive_poses import dive_track, known_board
from inference.diving.boards import Board
from inference.pose.skeletons import CANONICAL_17
from inference.progress import Cancelled, CancelToken
from inference.results import BallisticPath, FrameTime, Interval, Trajectory

FPS = 25
PATH = BallisticPath.through_handles((0.4, 80.0, 90.0), 40.0, (1.6, 240.0, 150.0))
DIVE = Interval(FrameTime(10, 0.4), FrameTime(40, 1.6))


class Pictures:
    """A reader of black pictures, in which some frames cannot be decoded; it is its own index, too."""

    width, height = 320, 180

    def __init__(self, damaged=()):
        self.damaged = damaged
        self.index = self

    def time(self, frame):
        return FrameTime(frame, frame / FPS)

    def frames(self, start, stop):
        for frame in range(start, stop):
            if frame not in self.damaged:
                yield FrameTime(frame, frame / FPS), np.zeros((180, 320, 3), np.uint8)


def track(model, reader=None, **settings):
    values = {"frames": (10, 40), "board": Board("springboard", 3.0), **settings}
    return dive_track(reader or Pictures(), model, DIVE, Trajectory(PATH), **values)


def test_the_model_looks_along_the_path_and_answers_in_its_frames():
    model = StillPose()
    found = track(model)
    assert (found.first_frame, found.names, found.model) == (10, CANONICAL_17.joints, model.identity)
    assert found.values.shape == (31, 17, 3)
    middle = PATH.at(22 / FPS)
    neck = CANONICAL_17.index("neck")
    np.testing.assert_allclose(found.values[12, neck], [*(middle + OFFSETS["neck"]), SCORE], rtol=1e-6)
    # Three metres, of which the diver falls as many while 60 px go by.
    # The box of a person, around whom models look a quarter further.
    assert {(region.width, region.height, region.turn_rad) for region in model.regions} == {(48.0, 48.0, 0.0)}
    np.testing.assert_allclose(model.regions[12].middle, middle)


def test_frames_that_cannot_be_decoded_have_no_keypoints():
    found = track(StillPose(), Pictures(damaged=(15, 16)))
    assert np.flatnonzero(np.isnan(found.values).any(axis=(1, 2))).tolist() == [5, 6]
    np.testing.assert_allclose(found.values[7, 0, :2], PATH.at(17 / FPS) + OFFSETS["head_top"], rtol=1e-6)


def test_depths_of_a_model_that_knows_them_go_with_the_keypoints():
    found = track(DeepPose(), Pictures(damaged=(10, 16)), tries_turns=True)
    assert found.depths.shape == (31, 17)
    assert found.depths.dtype == np.float32
    assert np.flatnonzero(np.isnan(found.depths).any(axis=1)).tolist() == [0, 6]
    assert found.depths[7].tolist() == list(DEPTHS.values())
    assert track(StillPose()).depths is None


def test_one_frame_is_a_track_of_one():
    assert track(StillPose(), frames=(20, 20)).values.shape == (1, 17, 3)


def test_progress_is_told_and_a_cancel_is_heard():
    cancel, told = CancelToken(), []

    def progress(fraction, what):
        told.append(fraction)
        cancel.cancel()

    with pytest.raises(Cancelled):
        track(StillPose(), progress=progress, cancel=cancel)
    assert told == pytest.approx([place / 31 for place in range(1, 9)])


def test_models_of_upright_people_are_shown_the_crop_in_several_turns():
    model = StillPose()
    track(model, frames=(20, 20), tries_turns=True)
    turns = [region.turn_rad for region in model.regions]
    assert turns[:4] == pytest.approx([0, np.pi / 2, np.pi, 3 * np.pi / 2])


def test_boards_that_diving_does_not_know_are_none():
    assert known_board("platform-10") == Board("platform", 10.0)
    assert known_board("trampoline") is None
    assert known_board(None) is None
