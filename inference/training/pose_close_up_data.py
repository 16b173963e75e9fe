"""Thousands of simulated crops for pose models: drawn once for a seed and kept, and gone on with when interrupted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.dataset.splits import SPLITS
from inference.pose.skeletons import CANONICAL_17
from inference.progress import CancelToken, Progress
from inference.simulator.footage.pose_close_ups import CROPS_A_DIVE, DIVES_A_SCENE, scene_pose_close_ups
from inference.training.pose_examples import PoseExamples, PoseLabels, read_part, write_part
from inference.workers import StepDone, default_process_count, run_tasks

VERSION = 1
"""Goes up when the same seed draws other pictures."""

_SCENES_A_PART = 5
CROPS_A_PART = _SCENES_A_PART * DIVES_A_SCENE * CROPS_A_DIVE


@dataclass(frozen=True, slots=True)
class PosePart:
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
        pictures, labels = [], []
        for scene in range(self.number * _SCENES_A_PART, (self.number + 1) * _SCENES_A_PART):
            for dive in scene_pose_close_ups((*self.seed, scene)):
                pictures.append(dive.pictures)
                labels.append(
                    PoseLabels.of(
                        dive.keypoints,
                        dive.visibility,
                        flags=dive.flags,
                        keypoints_3d=dive.keypoints_3d,
                        focal_px=dive.focal_px,
                    )
                )
                dive_done()
        write_part(self.path, np.concatenate(pictures), PoseLabels.join(labels, len(CANONICAL_17.joints)))


def pose_parts(split: str, seed: int, crops: int, cache: Path) -> list[PosePart]:
    """The parts that hold at least so many crops.

    Args:
        split: one of `SPLITS`.
        seed: another one gives other dives.
        crops: how many.
        cache: folder in which they are kept.
    """
    folder = cache / f"pose-close-ups-{VERSION}-seed-{seed}-{split}"
    count = -(-crops // CROPS_A_PART)
    numbers = (seed, SPLITS.index(split))
    return [PosePart(folder / f"part-{number:05}.npy", numbers, number) for number in range(count)]


def simulated_poses(
    split: str,
    seed: int,
    crops: int,
    cache: Path,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> PoseExamples:
    """Crops of simulated dives, drawn where they are not kept yet.

    Args:
        split: one of `SPLITS`; the same seed gives other dives to each.
        seed: another one gives other dives.
        crops: how many, rounded up to whole parts.
        cache: folder in which they are kept.
        processes: how many draw; None for as many as there are cores.
        progress: told the share that is ready.
        cancel: asked after each dive.

    Raises:
        SimulationError: if no dive comes out whole.
        WorkersError: if a process was ended from outside.
        OSError: if the folder cannot be written or read.
        Cancelled: if cancelled; whole parts stay for the next time.
    """
    parts = pose_parts(split, seed, crops, cache)
    missing = [part for part in parts if not part.path.exists()]
    dives = _SCENES_A_PART * DIVES_A_SCENE
    before, total = dives * (len(parts) - len(missing)), max(dives * len(parts), 1)

    def report(done: int) -> None:
        if progress is not None:
            progress((before + done) / total, f"drawing people for {split}")

    run_tasks(
        PosePart.draw,
        missing,
        processes=processes or default_process_count(),
        on_steps=report,
        cancel=cancel or CancelToken(),
    )
    return PoseExamples.join([read_part(part.path) for part in parts])
