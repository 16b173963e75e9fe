"""Where the crops come from that pose models learn from and are measured on, by split."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from inference.dataset.splits import SPLITS
from inference.progress import CancelToken, Progress
from inference.training.pose_close_up_data import simulated_poses
from inference.training.pose_examples import PoseExamples

_MEASURED_SHARE = 0.1
"""Simulated crops for validation and for testing, each for one to learn from."""


@dataclass(frozen=True, slots=True)
class PoseSources:
    """What crops to take.

    Args:
        pictures: simulated crops to learn from; a tenth as many are for validation and for testing.
        pictures_seed: another one gives other dives.
    """

    pictures: int = 0
    pictures_seed: int = 1

    def read(
        self,
        cache: Path,
        *,
        part_progress: Callable[[int, int], Progress] | None = None,
        cancel: CancelToken | None = None,
        processes: int | None = None,
    ) -> dict[str, PoseExamples]:
        """The crops of each of `SPLITS`.

        Args:
            cache: folder in which crops are kept.
            part_progress: gives the progress of one of so many parts.
            cancel: asked between dives.
            processes: how many draw dives; None for as many as there are cores.

        Raises:
            SimulationError: if no dive comes out whole.
            OSError: if crops cannot be kept.
            Cancelled: if cancelled.
        """
        parts = {}
        for place, split in enumerate(SPLITS):
            progress = None if part_progress is None else part_progress(place, len(SPLITS))
            parts[split] = simulated_poses(
                split,
                self.pictures_seed,
                self._pictures_for(split),
                cache,
                processes=processes,
                progress=progress,
                cancel=cancel,
            )
        return parts

    def in_words(self, parts: Mapping[str, PoseExamples]) -> list[str]:
        """Lines for a model card.

        Args:
            parts: what `read` gave.
        """
        counts = ", ".join(f"{len(examples)} for {part}" for part, examples in parts.items())
        return [f"simulated divers of seed {self.pictures_seed} as tracked crops show them", f"crops: {counts}"]

    def _pictures_for(self, split: str) -> int:
        return self.pictures if split == "training" else max(round(_MEASURED_SHARE * self.pictures), 1)
