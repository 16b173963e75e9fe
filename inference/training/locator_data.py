"""What a diver locator is trained on: clips within dives, and patches of them, with the diver's place in each frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from inference.dataset.read import Dataset
from inference.evaluation.blacklist import is_overlapping
from inference.evaluation.camera_kind import camera_kind
from inference.evaluation.location import TrueLocations, true_locations
from inference.models.diver_locator import PICTURE_SIZE, standardised_clips
from inference.progress import CancelToken, Progress
from inference.results import FloatArray
from inference.training.detector_augmentation import augmented
from inference.training.detector_data import Pictures
from inference.training.locator_losses import LocatorTargets
from inference.training.stored_pictures import videos_with_dives

CENTRED_SHARE = 0.8
"""Of the patches are centred on the diver in one of their frames; the others lie anywhere (section 5.4.1.1)."""


@dataclass(frozen=True, slots=True, eq=False)
class DivePictures:
    """The small pictures of a dive's video, about 25 a second, and where the diver is.

    Args:
        pictures: of the whole video.
        first: place among them of the dive's first one.
        true: where the diver is in the dive's pictures.
    """

    pictures: Pictures
    first: int
    true: TrueLocations

    def own_pictures(self) -> npt.NDArray[np.uint8]:
        """(n, height, width, 3) BGR bytes of the dive alone."""
        return np.asarray(self.pictures[self.first : self.first + len(self.true.times)])


@dataclass(frozen=True, slots=True, eq=False)
class LocatorExample:
    """One clip or patch: standardised colours (3, time, height, width), and targets with a batch of one."""

    clip: Tensor
    targets: LocatorTargets


def load_dives(
    dataset: Dataset,
    splits: Sequence[str],
    cache: Path,
    *,
    size: tuple[int, int] = PICTURE_SIZE,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> list[DivePictures]:
    """The dives of some splits whose place is known and that overlap none other; each video is decoded once.

    Args:
        dataset: whose dives; rejected ones do not count.
        splits: of which videos.
        cache: folder for the small pictures, made if need be.
        size: (width, height) of the pictures.
        progress: told the share of the videos that is ready.
        cancel: asked between pictures.

    Raises:
        DatasetError: if a video is missing.
        VideoError: if a video cannot be read.
        Cancelled: if cancelled.
    """
    dives = []
    reading = videos_with_dives(dataset, splits, size, cache, progress=progress, cancel=cancel)
    for source, own, pictures, stride in reading:
        cameras = [(dive.interval, dive.trajectory.camera) for dive in own if dive.trajectory is not None]
        kind = camera_kind(cameras, (source.width, source.height))
        for dive, overlaps in zip(own, is_overlapping([dive.interval for dive in own]), strict=True):
            true = true_locations(dive, source, kind, stride)
            if not overlaps and np.isfinite(true.points).any():
                dives.append(DivePictures(pictures, true.times[0].frame // stride, true))
    return dives


def draw_clip(dive: DivePictures, frames: int, rng: np.random.Generator) -> tuple[npt.NDArray[np.uint8], FloatArray]:
    """So many consecutive pictures of a dive, as another camera might have seen them; of a short one all and more.

    Args:
        dive: what is drawn from.
        frames: pictures of the clip.
        rng: source of chance.

    Returns:
        (frames, height, width, 3) BGR bytes and (frames, 2) places as shares of the picture; NaN where not known, such
        as before and after the dive.
    """
    spare = len(dive.true.times) - frames
    begin = int(rng.integers(min(spare, 0), max(spare, 0) + 1))
    wanted = np.arange(begin, begin + frames)
    places = np.full((frames, 2), np.nan)
    is_within = (wanted >= 0) & (wanted < len(dive.true.times))
    places[is_within] = (dive.true.points / dive.true.size)[wanted[is_within]]
    shown = np.clip(dive.first + wanted, 0, len(dive.pictures) - 1)
    return augmented(np.stack([dive.pictures[int(place)] for place in shown]), places, rng)


def whole_example(pictures: npt.NDArray[np.uint8], places: FloatArray) -> LocatorExample:
    """A clip as it is; a diver who has left the picture is not there."""
    is_known: npt.NDArray[np.bool_] = ~np.isnan(places[:, 0])
    is_there = is_known & _is_inside(places, 0, 1)
    clip = standardised_clips(torch.from_numpy(pictures)[None])[0]
    return LocatorExample(clip, _targets(2 * places - 1, is_there, is_known))


def patch_example(
    pictures: npt.NDArray[np.uint8], places: FloatArray, side_px: int, rng: np.random.Generator
) -> LocatorExample:
    """A square cut out of a clip, at the same place in all its frames; what lies beyond the picture is grey.

    Args:
        pictures: (time, height, width, 3) BGR bytes.
        places: (time, 2) shares of the picture, NaN where not known.
        side_px: of the square.
        rng: source of chance.
    """
    size = np.array([pictures.shape[2], pictures.shape[1]])
    whole = whole_example(pictures, places)
    is_there = whole.targets.is_there[0].numpy()
    seen = np.flatnonzero(is_there)
    is_centred = rng.random() < CENTRED_SHARE and len(seen) > 0
    centre = places[rng.choice(seen)] if is_centred else rng.random(2)
    corner = np.rint(centre * size - side_px / 2).astype(int)
    before = np.maximum(-corner, 0)
    after = np.maximum(corner + side_px - size, 0)
    padded = functional.pad(whole.clip, (int(before[0]), int(after[0]), int(before[1]), int(after[1])))
    left, top = (int(edge) for edge in corner + before)
    in_patch = 2 * (places * size - corner) / side_px - 1
    return LocatorExample(
        padded[..., top : top + side_px, left : left + side_px],
        _targets(in_patch, is_there & _is_inside(in_patch, -1, 1), whole.targets.is_known[0].numpy()),
    )


def batched(examples: Sequence[LocatorExample]) -> tuple[Tensor, LocatorTargets]:
    """(batch, 3, time, height, width) clips and their targets."""
    parts = [example.targets for example in examples]
    targets = LocatorTargets(
        torch.cat([part.places for part in parts]),
        torch.cat([part.is_there for part in parts]),
        torch.cat([part.is_known for part in parts]),
    )
    return torch.stack([example.clip for example in examples]), targets


def _is_inside(places: FloatArray, least: float, most: float) -> npt.NDArray[np.bool_]:
    """(n,) whether places lie in a square; those that are not known do not."""
    inside = (places >= least) & (places < most)
    return inside[:, 0] & inside[:, 1]


def _targets(places: FloatArray, is_there: npt.NDArray[np.bool_], is_known: npt.NDArray[np.bool_]) -> LocatorTargets:
    kept = np.where(is_there[:, None], places, 0).astype(np.float32)
    return LocatorTargets(*(torch.from_numpy(part)[None] for part in (kept, is_there, is_known)))
