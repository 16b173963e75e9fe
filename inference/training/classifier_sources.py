"""Where a classifier's clips come from: data sets, simulated close-ups, or both, by split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from inference.dataset.read import Dataset
from inference.dataset.schema import DiveRecord
from inference.dataset.splits import SPLITS
from inference.progress import CancelToken, Progress
from inference.training.classifier_clips import ClipSet
from inference.training.classifier_close_ups import simulated_clips
from inference.training.classifier_data import PathFinder, coded_dives, data_set_clips, motion_paths, network_paths

Paths = Literal["true", "found", "both"]
PATHS: tuple[Paths, ...] = get_args(Paths)

_MEASURED_SHARE = 0.1
"""Simulated dives for validation and for testing, each for one to learn from."""


@dataclass(frozen=True, slots=True)
class ClipSources:
    """What clips to take.

    Args:
        data: folders of data sets.
        tests: folders of data sets to measure on.
        close_ups: simulated dives to learn from; a tenth as many are for validation and for testing.
        close_ups_seed: another one gives other dives.
        paths: along which paths the dives of the data sets are cut: those of the data set, found ones, or each once.
        detector: weights that find paths; None for the motion finder.
    """

    data: Sequence[Path] = ()
    tests: Sequence[Path] = ()
    close_ups: int = 0
    close_ups_seed: int = 1
    paths: Paths = "both"
    detector: Path | None = None

    def read(
        self,
        cache: Path,
        *,
        part_progress: Callable[[int, int], Progress] | None = None,
        cancel: CancelToken | None = None,
        processes: int | None = None,
    ) -> dict[str, ClipSet]:
        """The clips of each of `SPLITS`, and those of each data set to measure on along true and along found paths.

        Args:
            cache: folder in which clips are kept.
            part_progress: gives the progress of one of so many parts.
            cancel: asked between dives.
            processes: how many draw dives; None for as many as there are cores.

        Raises:
            DatasetError: if a data set is broken, or one of its videos is missing.
            VideoError: if a video cannot be read.
            ModelError: if the detector's weights cannot be used.
            Cancelled: if cancelled.
        """
        finders = self._finders()
        wanted: list[tuple[str, Path | None, tuple[str, ...], PathFinder | None]] = []
        for split in SPLITS:
            wanted += [(split, folder, (split,), finder) for folder in self.data for finder in finders]
            wanted += [(split, None, (split,), None)] if self.close_ups else []
        for folder in self.tests:
            wanted += [(folder.name + _along(finder), folder, SPLITS, finder) for finder in finders]
        sets: dict[str, list[ClipSet]] = {split: [] for split in SPLITS}
        known: dict[Path, list[DiveRecord]] = {}
        for place, (part, source, splits, finder) in enumerate(wanted):
            progress = None if part_progress is None else part_progress(place, len(wanted))
            if source is None:
                count = self._close_ups_for(part)
                clips = simulated_clips(
                    part, self.close_ups_seed, count, cache, processes=processes, progress=progress, cancel=cancel
                )
            else:
                dataset = Dataset(source)
                dives = known[source] = known.get(source) or coded_dives(dataset)
                clips = data_set_clips(
                    dataset, splits, cache, dives=dives, paths=finder, progress=progress, cancel=cancel
                )
            sets.setdefault(part, []).append(clips)
        return {part: ClipSet.join(own) for part, own in sets.items()}

    def in_words(self, parts: Mapping[str, ClipSet], about: Callable[[Dataset, Sequence[str]], str]) -> list[str]:
        """Lines for a model card.

        Args:
            parts: what `read` gave.
            about: a line about some splits of a data set.
        """
        by = "the motion finder" if self.detector is None else f"the detector {self.detector.name}"
        along = {"true": "true paths", "found": f"paths found by {by}", "both": f"true paths and those found by {by}"}
        lines = [f"{about(Dataset(folder), SPLITS)}, cut along {along[self.paths]}" for folder in self.data]
        if self.close_ups:
            measured = self._close_ups_for("testing")
            counts = f"at least {self.close_ups} for training and {measured} each for validation and testing"
            lines.append(f"simulated dives of seed {self.close_ups_seed} as crops show them, {counts}")
        lines += [f"measured on all of {about(Dataset(folder), SPLITS)}" for folder in self.tests]
        return [*lines, "clips: " + ", ".join(f"{len(clips)} for {part}" for part, clips in parts.items())]

    def _close_ups_for(self, split: str) -> int:
        return self.close_ups if split == "training" else max(round(_MEASURED_SHARE * self.close_ups), 1)

    def _finders(self) -> tuple[PathFinder | None, ...]:
        if self.paths == "true" or not (self.data or self.tests):
            return (None,)
        found = motion_paths() if self.detector is None else network_paths(self.detector)
        return (None, found) if self.paths == "both" else (found,)


def _along(finder: PathFinder | None) -> str:
    return ", true paths" if finder is None else ", found paths"
