"""How well dives were located so far, a line for each, so that a comparison that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

from inference.evaluation.location import TrackedDive, TrueLocations


class KeptLocations:
    """A file of results of one network.

    Args:
        folder: made if need be.
        facts: what the results depend on beside the dive: version of the program, network, weights.

    Raises:
        OSError: if there is a file that cannot be read.
    """

    def __init__(self, folder: Path, *facts: str) -> None:
        self._path = folder / f"where-{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]}.jsonl"
        self._found: dict[str, tuple[float, float]] = {}
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                self._take(line)

    def get(self, true: TrueLocations) -> TrackedDive | None:
        """What is kept of a dive; None if nothing is."""
        found = self._found.get(_key(true))
        return None if found is None else TrackedDive(true.dive_id, true.board, true.camera_kind, *found)

    def add(self, true: TrueLocations, found: TrackedDive) -> None:
        """Keep how well a dive was located.

        Raises:
            OSError: if the file cannot be written.
        """
        distances = [None if math.isinf(px) else px for px in (found.distance_px, found.candidates_px)]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            # A line that was cut off by a kill ends here at the latest.
            file.write(f"\n{json.dumps([_key(true), *distances])}")

    def _take(self, line: str) -> None:
        try:
            content = json.loads(line)
        except ValueError:
            return
        match content:
            case [str(key), (int() | float() | None) as path_px, (int() | float() | None) as candidates_px]:
                self._found[key] = _distance(path_px), _distance(candidates_px)


def _distance(px: float | None) -> float:
    return math.inf if px is None else float(px)


def _key(true: TrueLocations) -> str:
    """By which a dive is known: its id, when and where it is."""
    content = hashlib.sha256(true.points.tobytes())
    content.update(repr((true.dive_id, true.times, true.size)).encode())
    content.update(true.camera.to_stable.tobytes())
    return content.hexdigest()[:24]
