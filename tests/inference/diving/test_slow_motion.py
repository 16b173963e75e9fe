"""How many times slower than life a video plays: told, worked out from what falls in it, or nobody's guess."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from rendered_dives import RenderedDive, RenderedReader, Scene

from inference.diving.finder import FinderSettings
from inference.diving.network_finder import LoadedDetector, find_dives_by_network
from inference.diving.slow_motion import MOST_FRAMES, worked_out_slow_motion
from inference.models.dive_detector import DiveDetector

LIMITS = FinderSettings(min_duration_s=3.0, max_duration_s=6.0)


def three_times_slower(*bodies, seconds=4.2) -> RenderedReader:
    slow = [replace(body, place=lambda t, body=body: body.place(t / 3)) for body in bodies]
    return RenderedReader(Scene(slow, 3 * seconds, fps=10.0))


@pytest.fixture(scope="module")
def slow_dive():
    return three_times_slower(RenderedDive(1.4).body())


def test_what_is_told_holds_and_nothing_is_read_for_it(slow_dive, monkeypatch):
    monkeypatch.setattr(slow_dive, "frames", None)

    assert worked_out_slow_motion(slow_dive, FinderSettings(slow_motion=2.5)) == 2.5
    assert worked_out_slow_motion(slow_dive, FinderSettings()) == 1.0


def test_the_network_looks_at_slow_motion_as_fast_as_it_was(slow_dive):
    torch.manual_seed(0)
    detector, told = LoadedDetector(DiveDetector(width=2).eval(), "feedc0de"), []

    found = find_dives_by_network(slow_dive, detector, LIMITS, progress=lambda share, what: told.append((share, what)))

    assert found.settings["slow_motion_used"] == pytest.approx(3.0, rel=0.35)
    assert found.settings["slow_motion_is_estimate"]
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert list(dict.fromkeys(what for _, what in told)) == ["Working out the slow motion", "Looking for dives"]


def test_without_a_dive_the_speed_is_taken_for_real():
    assert worked_out_slow_motion(three_times_slower(seconds=2.0), LIMITS) == 1.0


def test_no_more_is_looked_at_than_tells_the_speed(slow_dive, monkeypatch):
    asked, frames = [], slow_dive.frames

    def watched(start, stop, step, size):
        asked.append((start, stop))
        return frames(start, stop, step, size=size)

    monkeypatch.setattr(slow_dive, "frames", watched)
    monkeypatch.setattr("inference.diving.slow_motion.MOST_FRAMES", 20)

    worked_out_slow_motion(slow_dive, LIMITS, (10, 90))

    assert asked == [(10, 30)]
    assert MOST_FRAMES > 1000
