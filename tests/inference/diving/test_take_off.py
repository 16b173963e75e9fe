"""Which picture shows the last contact with the board, by start signal and path."""

import numpy as np
import pytest

from inference.diving.take_off import take_off
from inference.results import BallisticPath, Trajectory

SECONDS = np.arange(0, 100) / 25


def path(apex_s, uncertainty=0.02):
    return Trajectory(BallisticPath(apex_s, 0.0, 20.0, 50.0, 0.0, 200.0), scale_uncertainty=uncertainty)


def signal(**peaks):
    """A quiet signal with bells a tenth of a second wide; at40=0.3 puts one of 0.3 at picture 40."""
    bells = [height * np.exp(-0.5 * ((SECONDS - SECONDS[int(name[2:])]) / 0.1) ** 2) for name, height in peaks.items()]
    return np.max([np.full(len(SECONDS), 0.02), *bells], axis=0)


def test_the_peak_from_which_a_body_can_rise_to_the_apex_is_the_start():
    # The apex is shown by picture 60; from picture 35 it would take a second to get there, from 56 a sixth of one.
    assert take_off(SECONDS, signal(at35=0.3, at49=0.2, at56=0.22), 35, path(60 / 25)) == 49


def test_between_two_possible_starts_the_signal_decides():
    assert take_off(SECONDS, signal(at45=0.2, at53=0.4), 53, path(60 / 25)) == 53
    assert take_off(SECONDS, signal(at45=0.4, at53=0.2), 45, path(60 / 25)) == 45


def test_a_clear_signal_is_believed_whatever_the_rise():
    assert take_off(SECONDS, signal(at60=0.9), 60, path(60 / 25)) == 60
    assert take_off(SECONDS, signal(at10=0.9), 10, path(60 / 25)) == 10


def test_a_clear_peak_too_far_from_the_apex_belongs_to_something_else():
    assert take_off(SECONDS, signal(at10=0.9, at48=0.2), 48, path(60 / 25)) == 48


@pytest.mark.parametrize("uncertainty", [0.8, None])
def test_an_uncertain_path_has_no_say(uncertainty):
    assert take_off(SECONDS, signal(at35=0.3, at49=0.2), 35, path(60 / 25, uncertainty)) == 35


def test_slow_motion_rises_slowly():
    # Four times slower, the apex is a second and a half after picture 20 and a quarter of a second after picture 51.
    apex_s = 20 / 25 + 1.5

    assert take_off(SECONDS, signal(at20=0.2, at51=0.25), 51, path(apex_s), slow_motion=4.0) == 20
    assert take_off(SECONDS, signal(at20=0.2, at51=0.25), 51, path(apex_s)) == 51
