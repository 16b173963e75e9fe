"""Solves every twisting dive of the degree-of-difficulty table once and stores what it found.

Run with `python -m inference.simulator.solve_twists` (a few minutes); it writes resources/simulator/twists.json, from
which twisting dives start. Among several ways to do a dive the one with the least bend, delay and looseness is kept.
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
from inference.simulator.athlete import Sex
from inference.simulator.rotation_solver import TOLERANCE_RAD, refine, search_starts, twisting_flight
from inference.simulator.twist_programme import KNOBS
from inference.simulator.twist_solutions import case_key

_TRIED = 20
_ENOUGH = 3


def distinct_cases() -> dict[str, DiveCode]:
    """A code for every different twisting flight of the table, by the case key of a man."""
    cases: dict[str, DiveCode] = {}
    for text in table().codes:
        code = parse(text)
        if code.is_twisting:
            cases.setdefault(case_key(code, "male"), code)
    return cases


def best_solution(code: DiveCode, sex: Sex, starts: list[FloatArray]) -> FloatArray | None:
    """The best-looking of the first few solutions from these starts and a search; None if there is none."""
    turn = np.pi * code.half_somersaults
    solutions: list[tuple[float, FloatArray]] = []
    for start in starts + search_starts(code, sex, turn, _TRIED):
        found, worst = refine(code, sex, turn, start)
        if worst < TOLERANCE_RAD:
            solutions.append((_awkwardness(code, sex, turn, found), found))
        if len(solutions) >= _ENOUGH:
            break
    return min(solutions, key=lambda pair: pair[0])[1] if solutions else None


def _awkwardness(code: DiveCode, sex: Sex, turn: float, variables: FloatArray) -> float:
    _, throw, opening, delay, wrap, bend = variables
    tilt = np.abs(twisting_flight(code, sex, turn, variables, 181).turning[:, 1]).max()
    return float(bend**2 + 0.3 * (throw - opening) ** 2 + 0.2 * delay**2 + (1 - wrap) ** 2 + 2 * tilt**2)


def main() -> int:
    """Solve, store, and say which dives have no solution; 1 if there are any."""
    solutions: dict[str, list[float]] = {}
    unsolved = []
    for code in distinct_cases().values():
        starts: list[FloatArray] = []
        for sex in ("male", "female"):
            found = best_solution(code, sex, starts)
            if found is None:
                unsolved.append(f"{code} ({sex})")
                continue
            solutions[case_key(code, sex)] = [round(float(value), 5) for value in found]
            starts = [found]
        print(f"{code} {solutions.get(case_key(code, 'male'))}", flush=True)
    content = {"variables": ["momentum", *KNOBS], "solutions": solutions}
    lines = json.dumps(content, indent=1).replace(",\n   ", ", ").replace("[\n   ", "[").replace("\n  ]", "]")
    path = Path(str(resources.files("resources"))) / "simulator" / "twists.json"
    path.write_text(lines + "\n", encoding="utf-8")
    print("without a solution:", ", ".join(unsolved) or "none")
    return 1 if unsolved else 0


if __name__ == "__main__":
    sys.exit(main())
