"""Thousands of simulated dives as clips: drawn once for a seed and kept, and gone on with after an interruption."""

from __future__ import annotations

from pathlib import Path

from inference.progress import CancelToken, Progress
from inference.simulator.footage.close_ups import DIVES_A_SCENE, scene_close_ups
from inference.training.classifier_clips import Clip, ClipSet, read_part, write_part
from inference.training.drawn_parts import ScenePart, draw_missing, scene_parts
from inference.workers import StepDone

VERSION = 2
"""Goes up when the same seed draws other pictures."""

_SCENES_A_PART = 12
DIVES_A_PART = _SCENES_A_PART * DIVES_A_SCENE


def draw(part: ScenePart, dive_done: StepDone) -> None:
    """Draw the clips of a part and keep them."""
    clips = []
    for scene in part.scenes:
        for dive in scene_close_ups((*part.seed, scene)):
            clips.append(Clip(dive.pictures, str(dive.code), dive.board, dive.turns))
            dive_done()
    write_part(part.path, clips)


def close_up_parts(split: str, seed: int, dives: int, cache: Path) -> list[ScenePart]:
    """The parts that hold at least so many dives.

    Args:
        split: one of `inference.dataset.splits.SPLITS`.
        seed: another one gives other dives.
        dives: how many.
        cache: folder in which they are kept.
    """
    folder = cache / f"close-ups-{VERSION}-seed-{seed}-{split}"
    return scene_parts(folder, split, seed, -(-dives // DIVES_A_PART), _SCENES_A_PART)


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
        split: one of `inference.dataset.splits.SPLITS`; the same seed gives other dives to each.
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
    words = f"drawing dives for {split}"
    draw_missing(draw, parts, DIVES_A_PART, words, processes=processes, progress=progress, cancel=cancel)
    return ClipSet.join([read_part(part.path) for part in parts])
