"""Twisting dives from solutions worked out beforehand, refined for the lean of the day."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from importlib import resources

import numpy as np

from inference.diving.codes import DiveCode
from inference.results import FloatArray
from inference.simulator.athlete import Sex
from inference.simulator.rotation_solver import (
    FlightRotation,
    search_starts,
    solve_twist,
    somersault_sense,
    twisting_flight,
)
from inference.simulator.twist_programme import mirrored_angles


def solve_twisting_dive(code: DiveCode, sex: Sex, turn: float) -> FlightRotation:
    """The flight of a twisting dive, from its stored solution if there is one, or else from a search.

    Args:
        code: the dive.
        sex: whose body.
        turn: radians to somersault in the dive's own sense.

    Raises:
        UnsolvedDiveError: if no throw and opening bring the dive out whole.
    """
    return twisting_flight(code, sex, turn, solve_twist(code, sex, turn, _starts(code, sex, turn)))


def mirrored(flight: FlightRotation) -> FlightRotation:
    """The same flight twisting to the other side."""
    return replace(flight, angles=mirrored_angles(flight.angles), turning=flight.turning * [1, -1, -1])


def case_key(code: DiveCode, sex: Sex) -> str:
    """What a twisting flight depends on, as the name of its stored solution."""
    sense = "forward" if somersault_sense(code) > 0 else "backward"
    start = "armstand" if code.is_armstand else "standing"
    return f"{sex} {start} {sense} {code.half_somersaults} {code.half_twists} {code.position.value}"


@functools.cache
def stored_solutions() -> dict[str, FloatArray]:
    """Solver variables by case_key, for a body that does not lean at take-off."""
    text = resources.files("resources").joinpath("simulator/twists.json").read_text(encoding="utf-8")
    return {key: np.array(values) for key, values in json.loads(text)["solutions"].items()}


def _starts(code: DiveCode, sex: Sex, turn: float) -> list[FloatArray]:
    stored = stored_solutions().get(case_key(code, sex))
    found = [] if stored is None else [stored]
    return found + search_starts(code, sex, turn)
