"""Where the crops come from that pose models learn from and are measured on: data sets, public files, simulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.dataset.read import Dataset
from inference.dataset.splits import SPLITS
from inference.progress import CancelToken, Progress
from inference.training.people.crops import people_crops
from inference.training.people.read import people_of_splits, read_people
from inference.training.pose_close_up_data import simulated_poses
from inference.training.pose_data import data_set_poses
from inference.training.pose_examples import PoseExamples

_LEARNED_SPLIT = "training"
_MEASURED_SHARE = 0.1
"""Simulated crops for validation and for testing, each for one to learn from."""


@dataclass(frozen=True, slots=True)
class PoseSources:
    """What crops to take.

    Args:
        data: folders of data sets, and files of COCO, MPII, LSP or FLIC.
        tests: such folders and files to measure on.
        pictures: simulated crops to learn from; a tenth as many are for validation and for testing.
        pictures_seed: another one gives other dives.
    """

    data: Sequence[Path] = ()
    tests: Sequence[Path] = ()
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
        """The crops of each of `SPLITS`, and those of each data set to measure on.

        Args:
            cache: folder in which crops are kept.
            part_progress: gives the progress of one of so many parts.
            cancel: asked between dives.
            processes: how many draw dives; None for as many as there are cores.

        Raises:
            DatasetError: if a data set is broken, or one of its videos is missing.
            VideoError: if a video cannot be read.
            SimulationError: if no dive comes out whole.
            OSError: if crops cannot be kept.
            Cancelled: if cancelled.
        """
        wanted: list[tuple[str, Path | None, Sequence[str]]] = []
        for split in SPLITS:
            wanted += [(split, folder, (split,)) for folder in self.data]
            wanted += [(split, None, (split,))] if self.pictures else []
        wanted += [(folder.name, folder, SPLITS) for folder in self.tests]
        sets: dict[str, list[PoseExamples]] = {split: [] for split in SPLITS}
        for place, (part, folder, splits) in enumerate(wanted):
            progress = None if part_progress is None else part_progress(place, len(wanted))
            if folder is not None:
                crops = labelled_poses(
                    folder,
                    splits,
                    cache,
                    is_measured=splits != (_LEARNED_SPLIT,),
                    processes=processes,
                    progress=progress,
                    cancel=cancel,
                )
            else:
                count, seed = self._pictures_for(part), self.pictures_seed
                crops = simulated_poses(part, seed, count, cache, processes=processes, progress=progress, cancel=cancel)
            sets.setdefault(part, []).append(crops)
        return {part: PoseExamples.join(own) for part, own in sets.items()}

    def in_words(self, parts: Mapping[str, PoseExamples], about: Callable[[Dataset, Sequence[str]], str]) -> list[str]:
        """Lines for a model card.

        Args:
            parts: what `read` gave.
            about: a line about some splits of a data set.
        """
        lines = [described(folder, SPLITS, about) for folder in self.data]
        if self.pictures:
            lines.append(f"simulated divers of seed {self.pictures_seed} as tracked crops show them")
        lines += [f"measured on all of {described(folder, SPLITS, about)}" for folder in self.tests]
        return [*lines, "crops: " + ", ".join(f"{len(crops)} for {part}" for part, crops in parts.items())]

    def _pictures_for(self, split: str) -> int:
        return self.pictures if split == _LEARNED_SPLIT else max(round(_MEASURED_SHARE * self.pictures), 1)


def labelled_poses(
    place: Path,
    splits: Sequence[str],
    cache: Path,
    *,
    is_measured: bool,
    processes: int | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> PoseExamples:
    """Crops of a data set's labelled frames, or of the people of a file.

    Args:
        place: a data set's folder, or a file of COCO, MPII, LSP or FLIC with its pictures nearby (see `read_people`).
        splits: whose crops.
        cache: folder in which they are kept.
        is_measured: whether models are measured on them, rather than learn from them; then interpolated keypoints, of
            which nobody has seen whether they are right, are left out.
        processes: how many cut people out; None for as many as there are cores.
        progress: told the share that is ready.
        cancel: asked between dives or people.

    Raises:
        DatasetError: if the data set or file is broken, or a video or picture is missing.
        VideoError: if a video cannot be read.
        OSError: if crops cannot be kept.
        Cancelled: if cancelled.
    """
    if not place.is_file():
        dataset, counts = Dataset(place), not is_measured
        return data_set_poses(dataset, splits, cache, with_interpolated=counts, progress=progress, cancel=cancel)
    people = people_of_splits(read_people(place), splits)
    return people_crops(people, cache, processes=processes, progress=progress, cancel=cancel)


def described(place: Path, splits: Sequence[str], about: Callable[[Dataset, Sequence[str]], str]) -> str:
    """A line about what `labelled_poses` takes.

    Args:
        place: see there.
        splits: see there.
        about: a line about some splits of a data set.
    """
    return f"labelled people of {place.name}" if place.is_file() else about(Dataset(place), splits)
