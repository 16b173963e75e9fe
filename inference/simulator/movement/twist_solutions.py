"""Twisting dives from solutions worked out beforehand, refined for the lean of the day."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from importlib import resources

import numpy as np

from inference.diving.codes import DiveCode
from inference.results import FloatArray
from inference.simulator.body.athlete import Sex
from inference.simulator.movement.rotation_solver import (
    FlightRotation,
    UnsolvedDiveError,
    search_starts,
    solve_twist,
    twisting_flight,
)
from inference.simulator.movement.take_off import turn_from, usual_lean_rad
from inference.simulator.movement.twist_programme import mirrored_angles


def solve_twisting_dive(code: DiveCode, sex: Sex, turn: float) -> FlightRotation:
    """The flight of a twisting dive, from its stored solution if there is one, or else from a search.

    The most twisting dives leave no room for much else. Where the stored solution cannot be adjusted to the angle to
    turn, it is flown as it is, and the diver enters by the difference off the vertical, a few degrees.

    Args:
        code: the dive.
        sex: whose body.
        turn: radians to somersault in the dive's own sense.

    Raises:
        UnsolvedDiveError: if there is no stored solution and no throw and opening bring the dive out whole.
    """
    stored = stored_solutions().get(case_key(code, sex))
    if stored is None:
        return twisting_flight(code, sex, turn, solve_twist(code, sex, turn, search_starts(code, sex, turn)))
    try:
        return twisting_flight(code, sex, turn, solve_twist(code, sex, turn, [stored]))
    except UnsolvedDiveError:
        return twisting_flight(code, sex, turn_from(code, usual_lean_rad(code)), stored)


def mirrored(flight: FlightRotation) -> FlightRotation:
    """The same flight twisting to the other side."""
    return replace(flight, angles=mirrored_angles(flight.angles), turning=flight.turning * [1, -1, -1])


def case_key(code: DiveCode, sex: Sex) -> str:
    """The name of a dive's stored solution."""
    return f"{sex} {code}"


@functools.cache
def stored_solutions() -> dict[str, FloatArray]:
    """Solver variables by case_key, for the usual lean at take-off."""
    text = resources.files("resources").joinpath("simulator/twists.json").read_text(encoding="utf-8")
    return {key: np.array(values) for key, values in json.loads(text)["solutions"].items()}
