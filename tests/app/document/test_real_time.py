"""How slow a video plays at a dive, from the runs of models over it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reviews import Facts, at, detected, predictions

from app.document.document import ReviewDocument
from app.document.real_time import slow_motion_of


@pytest.fixture
def document(tmp_path):
    with ReviewDocument.create(tmp_path / "r.divereview") as document:
        document.add_video(tmp_path / "slow.mp4", Facts(), "print")
        yield document


def analyse(document, settings, frames=(0, 999), dives=((100, 140),)):
    run = predictions(*(detected(*ends) for ends in dives), frames=frames)
    document.store_predictions(document.videos()[0].id, replace(run, settings=settings))


def factors(document):
    video = document.videos()[0]
    return [slow_motion_of(dive, document.runs(video.id)) for dive in document.dives(video.id)]


@pytest.mark.parametrize(
    ("settings", "factor"),
    [
        ({"slow_motion_used": 4.0, "slow_motion_is_estimate": False}, 4.0),
        ({"slow_motion_used": 1, "slow_motion_is_estimate": False}, 1.0),
        ({"slow_motion_used": 3.8, "slow_motion_is_estimate": True}, None),
        ({"slow_motion_used": None, "slow_motion_is_estimate": True}, None),
        ({"slow_motion_used": "fast"}, None),
        ({"sensitivity": 0.5}, 1.0),
    ],
)
def test_a_dive_goes_by_the_run_that_found_it(document, settings, factor):
    analyse(document, settings)

    assert factors(document) == [factor]


def test_a_later_run_over_other_frames_changes_nothing(document):
    analyse(document, {"slow_motion_used": 4.0}, frames=(0, 499))
    analyse(document, {"slow_motion_used": 2.0}, frames=(500, 999), dives=((600, 640),))

    assert factors(document) == [4.0, 2.0]


def test_a_dive_of_a_person_goes_by_the_latest_run_over_its_frames(document):
    video = document.videos()[0]
    document.add_dive(video.id, at(700), at(740))
    assert factors(document) == [1.0]
    analyse(document, {"slow_motion_used": 4.0}, dives=())
    analyse(document, {"slow_motion_used": 2.0}, dives=())
    analyse(document, {"slow_motion_used": 8.0}, frames=(0, 699), dives=())
    assert factors(document) == [2.0]
