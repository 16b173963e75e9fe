"""Clips come from simulated dives, drawn once, and from data sets, along true and along found paths."""

from __future__ import annotations

import numpy as np
import pytest
from falling_spots import FIRST, FPS, LAST, write_falling_spots

from inference.dataset.read import Dataset
from inference.diving.codes import parse
from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX
from inference.progress import Cancelled, CancelToken
from inference.results import BallisticPath, DetectedDive, FrameTime, Interval, Trajectory
from inference.simulator.footage.close_ups import CloseUp
from inference.training import classifier_close_ups
from inference.training.classifier_close_ups import DIVES_A_PART, close_up_parts, simulated_clips
from inference.training.classifier_data import PathFinder, data_set_clips, motion_paths

SHAPE = (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3)
ALL = ("training", "validation", "testing")


@pytest.fixture
def drawn(monkeypatch):
    """Scenes of a few even pictures; which ones were drawn."""
    seeds = []

    def scene(seed):
        seeds.append(tuple(seed))
        for _ in range(2):
            yield CloseUp(
                np.full(SHAPE, seed[-1], np.uint8),
                parse("103B"),
                "platform-5",
                np.zeros((CLIP_PICTURES, 2), np.float32),
            )

    monkeypatch.setattr(classifier_close_ups, "scene_close_ups", scene)
    return seeds


def test_simulated_clips_are_drawn_once_and_gone_on_with(drawn, tmp_path):
    shares = []
    first = simulated_clips("training", 7, 10, tmp_path, processes=1, progress=lambda share, _: shares.append(share))
    assert drawn == [(7, 0, scene) for scene in range(12)]
    # A part is expected to hold eight dives of each of its twelve scenes; these hold two.
    assert (len(first), shares[0], shares[-1]) == (24, 1 / DIVES_A_PART, 24 / DIVES_A_PART)

    more = simulated_clips("training", 7, DIVES_A_PART + 1, tmp_path, processes=1)
    assert drawn[12:] == [(7, 0, scene) for scene in range(12, 24)]
    assert [int(more.pictures(number)[0, 0, 0, 0]) for number in (0, 23, 24, 47)] == [0, 11, 12, 23]


def test_no_split_shares_a_scene_with_another(tmp_path):
    parts = [part for split in ALL for part in close_up_parts(split, 7, 10 * DIVES_A_PART, tmp_path)]

    scenes = [(part.seed, scene) for part in parts for scene in part.scenes]
    assert len(set(scenes)) == len(scenes) == sum(len(part.scenes) for part in parts) > len(parts) == 30
    assert len({part.path for part in parts}) == 30


def test_a_part_that_was_cancelled_is_not_kept(drawn, tmp_path):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        simulated_clips("testing", 1, 1, tmp_path, processes=1, cancel=cancel)
    assert not list(tmp_path.rglob("*.npy"))


@pytest.fixture(scope="module")
def spots(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips") / "spots"
    return Dataset(write_falling_spots(folder, ("training", "training", "validation"), "103B"))


def brightest(pictures):
    """(n, 2) row and column of the brightest place of each picture."""
    light = pictures.astype(float).sum(axis=3).reshape(len(pictures), -1)
    return np.stack(np.divmod(light.argmax(axis=1), CLIP_SIDE_PX), axis=1)


def test_dives_of_a_data_set_are_cut_along_their_paths_once(spots, tmp_path, monkeypatch):
    clips = data_set_clips(spots, ("training",), tmp_path)

    assert (clips.codes, clips.boards) == (["103B"] * 2, ["platform-5"] * 2)
    assert np.isnan(clips.turns).all()
    during = slice(6, 24)  # pictures of the dive, in which the spot is there
    for number in range(2):
        assert np.abs(brightest(clips.pictures(number)[during]) - 35.5).max() < 12

    monkeypatch.setattr("inference.training.classifier_data.open_video", None)
    again = data_set_clips(spots, ("training",), tmp_path)
    np.testing.assert_array_equal(again.pictures(1), clips.pictures(1))


def found_at(first, last, x0):
    path = BallisticPath(FIRST / FPS, x0, 20.0, 10.0, -10.0, 170.0)
    interval = Interval(FrameTime(first, first / FPS), FrameTime(last, last / FPS))
    return DetectedDive(interval, 0.9, Trajectory(path))


def test_dives_are_cut_along_found_paths_where_one_is_found(spots, tmp_path):
    # The finder is a frame late and 6 px to the right of the first video's dive; in the second it finds another one.
    found = [[found_at(FIRST + 1, LAST, 26.0)], [found_at(0, 2, 26.0)]]
    finder = PathFinder("late", lambda reader, cancel: found.pop(0))

    clips = data_set_clips(spots, ("training",), tmp_path, paths=finder)

    assert len(clips) == 1
    columns = brightest(clips.pictures(0)[7:24])[:, 1]
    # Without the board gravity gives the scale: 3 m of 170 / 9.81 px, but 32 px at the least.
    side_px = round(1.125 * max(3 * 170 / 9.81, 32) / 2) * 2
    assert np.median(columns) == pytest.approx(35.5 - 6 * CLIP_SIDE_PX / side_px, abs=4)
    assert len(data_set_clips(spots, ("training",), tmp_path, paths=finder)) == 1
    assert len(data_set_clips(spots, ("training",), tmp_path)) == 2


def test_the_motion_finder_can_be_asked_for_paths(spots):
    finder = motion_paths()

    assert finder.name == "motion"
