"""Simulated scenes that are drawn by several processes, kept in parts, and gone on with after an interruption."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.dataset.splits import SPLITS
from inference.progress import CancelToken, Progress
from inference.workers import StepDone, default_process_count, run_tasks


@dataclass(frozen=True, slots=True)
class ScenePart:
    """Some scenes that are drawn and kept together.

    Args:
        path: where they are kept.
        seed: of all scenes, and the split's number; no two splits share a scene.
        scenes: numbers of these ones, of which each is drawn from the seed and its number.
    """

    path: Path
    seed: tuple[int, int]
    scenes: range


def scene_parts(folder: Path, split: str, seed: int, count: int, scenes_a_part: int) -> list[ScenePart]:
    """So many parts.

    Args:
        folder: in which they are kept.
        split: one of `SPLITS`.
        seed: another one gives other dives.
        count: how many.
        scenes_a_part: how many scenes each holds.
    """
    numbers = (seed, SPLITS.index(split))
    return [
        ScenePart(folder / f"part-{part:05}.npy", numbers, range(part * scenes_a_part, (part + 1) * scenes_a_part))
        for part in range(count)
    ]


def draw_missing(
    draw: Callable[[ScenePart, StepDone], None],
    parts: Sequence[ScenePart],
    dives_a_part: int,
    words: str,
    *,
    processes: int | None,
    progress: Progress | None,
    cancel: CancelToken | None,
) -> None:
    """Draw the parts that are not kept yet.

    Args:
        draw: draws a part and keeps it, and calls after each dive; a function of a module, since processes import it.
        parts: all of them.
        dives_a_part: how many dives a part holds.
        words: told with the progress.
        processes: how many draw; None for as many as there are cores.
        progress: told the share that is ready.
        cancel: asked after each dive.

    Raises:
        SimulationError: if no dive comes out whole.
        WorkersError: if a process was ended from outside.
        OSError: if the folder cannot be written.
        Cancelled: if cancelled; whole parts stay for the next time.
    """
    missing = [part for part in parts if not part.path.exists()]
    before, total = dives_a_part * (len(parts) - len(missing)), max(dives_a_part * len(parts), 1)

    def report(done: int) -> None:
        if progress is not None:
            progress((before + done) / total, words)

    run_tasks(
        draw, missing, processes=processes or default_process_count(), on_steps=report, cancel=cancel or CancelToken()
    )
