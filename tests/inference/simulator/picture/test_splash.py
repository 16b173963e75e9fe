"""Splashes begin at the entry, fly as stones do, and leave rings and foam that fade."""

import numpy as np
import pytest

from inference.simulator.picture.splash import LASTS_S, Splash

SPLASH = Splash(entry_s=2.0, place_m=np.array([5.0, 8.0]), size=0.8, seed=4)


def test_drops_start_at_the_entry_and_come_down():
    assert len(SPLASH.drops(1.99)[0]) == 0
    places, _, radii = SPLASH.drops(2.1)
    assert len(places) > 50
    assert np.abs(places[:, :2] - (5.0, 8.0)).max() < 1.0
    assert (radii > 0).all()
    assert (places[:, 2] >= -0.02).all()
    assert len(SPLASH.drops(2.0 + LASTS_S)[0]) == 0


def test_drops_accelerate_downwards_by_gravity():
    (_, early, _), (_, late, _) = SPLASH.drops(2.45), SPLASH.drops(2.46)
    # Drops that land meanwhile are few; the median of all changes by g times 0.01 s.
    assert np.median(late[:, 2]) - np.median(early[:, 2]) == pytest.approx(-0.0981, abs=0.06)


def test_a_larger_splash_rises_higher():
    heights = [Splash(0.0, np.zeros(2), size, 1).drops(0.35)[0][:, 2].max() for size in (0.2, 1.4)]
    assert heights[1] > 1.3 * heights[0]


def test_rings_run_outwards_and_foam_fades():
    def radius_of_rings(seconds: float) -> float:
        rings = np.abs(SPLASH.surface(seconds)[1])
        across = (np.arange(len(rings)) + 0.5) / len(rings) * 8 - 4
        away = np.hypot(*np.meshgrid(across, across))
        return float((away * rings).sum() / rings.sum())

    # The packet's middle runs at 1.05 m/s.
    assert radius_of_rings(4.0) - radius_of_rings(3.0) == pytest.approx(1.05, abs=0.25)
    foam = [SPLASH.surface(2.0 + age)[0].mean() for age in (0.4, 1.5, 4.0)]
    assert foam[0] > foam[1] > 4 * foam[2]


def test_a_seed_repeats_a_splash():
    again = Splash(2.0, np.array([5.0, 8.0]), 0.8, 4)
    np.testing.assert_array_equal(again.drops(2.3)[0], SPLASH.drops(2.3)[0])
