"""Solves every twisting dive of the degree-of-difficulty table once and stores what it found.

Run with `python -m inference.simulator.movement.solve_twists`; it writes resources/simulator/twists.json, from which
twisting dives start. A stored solution that still brings its dive out whole is kept; with `--afresh` all are sought
again (a quarter of an hour). Among several ways to do a dive the one with the least bend, delay and looseness is taken.
"""

from __future__ import annotations

import json
import sys
from importlib import resources
from pathlib import Path

import numpy as np

from inference.diving.codes import DiveCode, parse
from inference.diving.degree_of_difficulty import table
from inference.results import FloatArray
from inference.simulator.body.athlete import Sex
from inference.simulator.movement.rotation_solver import (
    TOLERANCE_RAD,
    adjust,
    refine,
    search_starts,
    somersault_sense,
    twisting_flight,
)
from inference.simulator.movement.take_off import turn_from, usual_lean_rad
from inference.simulator.movement.twist_programme import KNOBS
from inference.simulator.movement.twist_solutions import case_key, stored_solutions

_TRIED = 20
_ENOUGH = 3
_SEARCHES = 3


def twisting_codes() -> list[DiveCode]:
    """Every twisting dive of the table."""
    return [code for code in map(parse, table().codes) if code.is_twisting]


def usual_turn(code: DiveCode) -> float:
    """Radians to somersault from the usual lean."""
    return turn_from(code, usual_lean_rad(code))


def _kept(code: DiveCode, sex: Sex) -> FloatArray | None:
    """The stored solution, if it still is one."""
    stored = stored_solutions().get(case_key(code, sex))
    if stored is None:
        return None
    found, worst = adjust(code, sex, usual_turn(code), stored)
    return found if worst < TOLERANCE_RAD else None


def best_solution(code: DiveCode, sex: Sex, starts: list[FloatArray]) -> FloatArray | None:
    """The best-looking of the first few solutions from these starts and a search; None if there is none."""
    turn = usual_turn(code)
    solutions: list[tuple[float, FloatArray]] = []
    for seed in range(_SEARCHES):
        tried = starts if seed == 0 else search_starts(code, sex, turn, _TRIED, seed)
        for start in tried:
            found, worst = refine(code, sex, turn, start)
            if worst < TOLERANCE_RAD:
                solutions.append((_awkwardness(code, sex, turn, found), found))
            if len(solutions) >= _ENOUGH:
                break
        if solutions:
            break
    return min(solutions, key=lambda pair: pair[0])[1] if solutions else None


def _awkwardness(code: DiveCode, sex: Sex, turn: float, variables: FloatArray) -> float:
    _, throw, opening, delay, wrap, bend = variables
    tilt = np.abs(twisting_flight(code, sex, turn, variables, 181).turning[:, 1]).max()
    return float(bend**2 + 0.3 * (throw - opening) ** 2 + 0.2 * delay**2 + (1 - wrap) ** 2 + 2 * tilt**2)


def main() -> int:
    """Solve, store, and say which dives have no solution; 1 if there are any."""
    afresh = "--afresh" in sys.argv[1:]
    solutions: dict[str, list[float]] = {}
    unsolved = []
    similar: dict[tuple[int, ...], list[FloatArray]] = {}
    for code in twisting_codes():
        for sex in ("male", "female"):
            starts = similar.setdefault((code.half_somersaults, code.half_twists, somersault_sense(code)), [])
            found = None if afresh else _kept(code, sex)
            if found is None:
                found = best_solution(code, sex, starts[-4:][::-1])
            if found is None:
                unsolved.append(f"{code} ({sex})")
                continue
            solutions[case_key(code, sex)] = [round(float(value), 6) for value in found]
            starts.append(found)
        print(f"{code} {solutions.get(case_key(code, 'male'))}", flush=True)
    content = {"variables": ["momentum", *KNOBS], "solutions": solutions}
    lines = json.dumps(content, indent=1).replace(",\n   ", ", ").replace("[\n   ", "[").replace("\n  ]", "]")
    path = Path(str(resources.files("resources"))) / "simulator" / "twists.json"
    path.write_text(lines + "\n", encoding="utf-8")
    print("without a solution:", ", ".join(unsolved) or "none")
    return 1 if unsolved else 0


if __name__ == "__main__":
    sys.exit(main())
