"""Clips for learning, choosing and measuring come from the right splits, paths and seeds."""

from __future__ import annotations

import numpy as np
import pytest
from falling_spots import FIRST, FPS, LAST, write_falling_spots

from inference.diving.codes import parse
from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX
from inference.models.errors import ModelError
from inference.results import BallisticPath, DetectedDive, FrameTime, Interval, Trajectory
from inference.simulator.footage.close_ups import CloseUp
from inference.training import classifier_close_ups, classifier_sources
from inference.training.classifier_data import PathFinder
from inference.training.classifier_sources import ClipSources

SHAPE = (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources") / "spots"
    return write_falling_spots(folder, ("training", "training", "validation"), "103B")


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """One even picture a scene, and a finder that finds every dive of `write_falling_spots` where it is."""

    def scene(seed):
        turns = np.zeros((CLIP_PICTURES, 2), np.float32)
        yield CloseUp(np.full(SHAPE, seed[1], np.uint8), parse("405C"), "platform-10", turns)

    def find(reader, cancel):
        del reader, cancel
        interval = Interval(FrameTime(FIRST, FIRST / FPS), FrameTime(LAST, LAST / FPS))
        return [DetectedDive(interval, 0.9, Trajectory(BallisticPath(FIRST / FPS, 20.0, 20.0, 10.0, -10.0, 170.0)))]

    monkeypatch.setattr(classifier_close_ups, "scene_close_ups", scene)
    monkeypatch.setattr(classifier_sources, "motion_paths", lambda: PathFinder("motion", find))


def codes_of(sources, cache):
    return {part: clips.codes for part, clips in sources.read(cache, processes=1).items()}


def test_each_path_counts_once_for_each_split(data, tmp_path):
    spots = ["103B"]
    assert codes_of(ClipSources(data=[data], paths="true"), tmp_path) == {
        "training": 2 * spots,
        "validation": spots,
        "testing": [],
    }
    assert codes_of(ClipSources(data=[data], tests=[data], paths="both"), tmp_path) == {
        "training": 4 * spots,
        "validation": 2 * spots,
        "testing": [],
        "spots, true paths": 3 * spots,
        "spots, found paths": 3 * spots,
    }


def test_close_ups_come_in_whole_parts_and_are_others_for_each_split(tmp_path):
    parts = ClipSources(close_ups=97).read(tmp_path, processes=1)

    # 97 dives are two parts of twelve scenes, and a tenth of them is one.
    assert {part: len(clips) for part, clips in parts.items()} == {"training": 24, "validation": 12, "testing": 12}
    numbers = [{int(clips.pictures(place)[0, 0, 0, 0]) for place in range(len(clips))} for clips in parts.values()]
    assert numbers == [{0}, {1}, {2}]


def test_progress_is_that_of_all_parts(data, tmp_path):
    asked = []

    def part_progress(place, count):
        asked.append((place, count))
        return lambda share, what: None

    ClipSources(data=[data], close_ups=1, paths="true").read(tmp_path, part_progress=part_progress, processes=1)
    assert asked == [(place, 6) for place in range(6)]


def test_the_card_is_told_what_was_taken(data, tmp_path):
    sources = ClipSources(data=[data], tests=[data], close_ups=20, close_ups_seed=4, paths="true")
    parts = sources.read(tmp_path, processes=1)

    lines = sources.in_words(parts, lambda dataset, splits: f"{dataset.folder.name} with {len(splits)} splits")

    assert lines == [
        "spots with 3 splits, cut along true paths",
        "simulated dives of seed 4 as crops show them, at least 20 for training and 2 each for validation and testing",
        "measured on all of spots with 3 splits",
        "clips: 14 for training, 13 for validation, 12 for testing, 3 for spots, true paths",
    ]
    found = ClipSources(data=[data], paths="found").in_words(parts, lambda dataset, splits: "spots")
    assert found[0] == "spots, cut along paths found by the motion finder"


def test_weights_that_are_not_there_are_said_to_be_missing(data, tmp_path):
    with pytest.raises(ModelError, match="There are no weights at"):
        ClipSources(data=[data], detector=tmp_path / "none").read(tmp_path)
