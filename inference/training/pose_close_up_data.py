"""Thousands of simulated crops for pose models: drawn once for a seed and kept, and gone on with when interrupted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inference.pose.skeletons import CANONICAL_17
from inference.progress import CancelToken, Progress
from inference.simulator.footage.pose_close_ups import CROPS_A_DIVE, DIVES_A_SCENE, scene_pose_close_ups
from inference.training.drawn_parts import ScenePart, draw_missing, scene_parts
from inference.training.pose_examples import PoseExamples, PoseLabels, read_part, write_part
from inference.workers import StepDone

VERSION = 1
"""Goes up when the same seed draws other pictures."""

_SCENES_A_PART = 5
CROPS_A_PART = _SCENES_A_PART * DIVES_A_SCENE * CROPS_A_DIVE


def draw(part: ScenePart, dive_done: StepDone) -> None:
    """Draw the crops of a part and keep them."""
    pictures, labels = [], []
    for scene in part.scenes:
        for dive in scene_pose_close_ups((*part.seed, scene)):
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
    write_part(part.path, np.concatenate(pictures), PoseLabels.join(labels, len(CANONICAL_17.joints)))


def pose_parts(split: str, seed: int, crops: int, cache: Path) -> list[ScenePart]:
    """The parts that hold at least so many crops.

    Args:
        split: one of `inference.dataset.splits.SPLITS`.
        seed: another one gives other dives.
        crops: how many.
        cache: folder in which they are kept.
    """
    folder = cache / f"pose-close-ups-{VERSION}-seed-{seed}-{split}"
    return scene_parts(folder, split, seed, -(-crops // CROPS_A_PART), _SCENES_A_PART)


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
        split: one of `inference.dataset.splits.SPLITS`; the same seed gives other dives to each.
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
    words = f"drawing people for {split}"
    dives = _SCENES_A_PART * DIVES_A_SCENE
    draw_missing(draw, parts, dives, words, processes=processes, progress=progress, cancel=cancel)
    return PoseExamples.join([read_part(part.path) for part in parts])
