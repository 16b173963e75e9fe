"""Thousands of simulated dives as clips: drawn once for a seed and kept, and gone on with after an interruption."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inference.dataset.splits import SPLITS
from inference.progress import CancelToken, Progress
from inference.simulator.footage.close_ups import DIVES_A_SCENE, scene_close_ups
from inference.training.classifier_clips import Clip, ClipSet, read_part, write_part
from inference.workers import StepDone, default_process_count, run_tasks

VERSION = 2
"""Goes up when the same seed draws other pictures."""

_SCENES_A_PART = 12
DIVES_A_PART = _SCENES_A_PART * DIVES_A_SCENE


@dataclass(frozen=True, slots=True)
class CloseUpPart:
    """Some scenes that are drawn and kept together.

    Args:
        path: where they are kept.
        seed: of all scenes, and the split's number; no two splits share a scene.
        number: of the part.
    """

    path: Path
    seed: tuple[int, int]
    number: int

    def draw(self, dive_done: StepDone) -> None:
        """Draw what is missing and keep it."""
        clips = []
        for scene in range(self.number * _SCENES_A_PART, (self.number + 1) * _SCENES_A_PART):
            for dive in scene_close_ups((*self.seed, scene)):
                clips.append(Clip(dive.pictures, str(dive.code), dive.board, dive.turns))
                dive_done()
        write_part(self.path, clips)


def close_up_parts(split: str, seed: int, dives: int, cache: Path) -> list[CloseUpPart]:
    """The parts that hold at least so many dives.

    Args:
        split: one of `SPLITS`.
        seed: another one gives other dives.
        dives: how many.
        cache: folder in which they are kept.
    """
    folder = cache / f"close-ups-{VERSION}-seed-{seed}-{split}"
    count = -(-dives // DIVES_A_PART)
    numbers = (seed, SPLITS.index(split))
    return [CloseUpPart(folder / f"part-{number:05}.npy", numbers, number) for number in range(count)]


def simulated_clips(
    split: str,
    seed: int,
    dives: int,
    cache: Path,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> ClipSet:
    """Clips of simulated dives, drawn where they are not kept yet.

    Args:
        split: one of `SPLITS`; the same seed gives other dives to each.
        seed: another one gives other dives.
        dives: how many, rounded up to whole parts.
        cache: folder in which they are kept.
        processes: how many draw; None for as many as there are cores.
        progress: told the share that is ready.
        cancel: asked after each dive.

    Raises:
        SimulationError: if a process was ended from outside.
        OSError: if the folder cannot be written or read.
        Cancelled: if cancelled; whole parts stay for the next time.
    """
    parts = close_up_parts(split, seed, dives, cache)
    missing = [part for part in parts if not part.path.exists()]
    before, total = DIVES_A_PART * (len(parts) - len(missing)), max(DIVES_A_PART * len(parts), 1)

    def report(done: int) -> None:
        if progress is not None:
            progress((before + done) / total, f"drawing dives for {split}")

    run_tasks(
        CloseUpPart.draw,
        missing,
        processes=processes or default_process_count(),
        on_steps=report,
        cancel=cancel or CancelToken(),
    )
    return ClipSet.join([read_part(part.path) for part in parts])
