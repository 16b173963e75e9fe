"""Which measured flights count as dives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference.diving.plausibility import Flight, plausibility

THREE_METRES = Flight(
    duration_s=1.4,
    support=0.92,
    clutter=0.02,
    body_m=1.1,
    residual_m=0.07,
    drop_m=3.0,
    fall_m=4.2,
    acceleration_error=0.02,
    early_acceleration=1.05,
    late_acceleration=0.97,
    size_spread=0.15,
    blobs=34,
    presence=0.97,
    churn=1.0,
)


def test_a_dive_from_three_metres_is_entirely_plausible():
    assert plausibility(THREE_METRES) == 1.0


@pytest.mark.parametrize(
    "difference",
    [
        {"body_m": 0.22},  # a ball
        {"body_m": 2.8},  # a walker whose bob passes for gravity
        {"fall_m": 0.7, "drop_m": 0.0},  # a jump on the board
        {"drop_m": -3.0},  # a dive played backwards
        {"support": 0.4},
        {"clutter": 0.85},  # a surface full of ripples
        {"acceleration_error": 0.3},
        {"early_acceleration": -0.2},
        {"churn": 0.05},  # a caption over a moving picture
        {"presence": 0.5},
        {"residual_m": 0.4},
        {"blobs": 6},
    ],
)
def test_one_impossible_property_is_enough_to_rule_a_dive_out(difference):
    assert plausibility(replace(THREE_METRES, **difference)) == 0.0


def test_the_weakest_property_weighs_most():
    # Support halfway between its limits 0.55 and 0.85 is a mark of one half; all thirteen others are one.
    doubtful = replace(THREE_METRES, support=0.7)

    assert plausibility(doubtful) == pytest.approx(0.5**0.6 * (0.5 ** (1 / 14)) ** 0.4)
