"""Training the thesis's diver locator with any of its three strategies (sections 5.4.1 and 5.4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from torch import Tensor

from inference.evaluation.location import TRACKED_PX, LocationScores, TrackedDive, score_locations, tracked_dive
from inference.models.diver_locator import CLIP_FRAMES, PATCH_PX, DiverLocator, Strategy
from inference.models.locator_candidates import locator_candidates
from inference.models.locator_designs import Design, build_locator
from inference.progress import CancelToken
from inference.training.distributed import Processes
from inference.training.locator_data import (
    DivePictures,
    LocatorExample,
    batched,
    draw_clip,
    patch_example,
    whole_example,
)
from inference.training.locator_losses import locator_losses
from inference.training.resumable import ResumableTrainer, RunSettings, one_cycle


@dataclass(frozen=True, slots=True)
class LocatorTraining(RunSettings):
    """How a locator is trained; one example is a clip, or a patch of one.

    Args:
        design: which network.
        strategy: which of the three. Soft-argmax learns from whole pictures, since it always says some place; the
            others from patches.
        frames: pictures of a clip.
        patch_px: side of a patch.
        learning_rate: the largest of a one-cycle schedule with AdamW.
        weight_decay: of AdamW.
        measured_dives: how many of the validation dives an evaluation takes, spread evenly over them; 0 takes all.
    """

    design: Design = "compact"
    strategy: Strategy = "soft-argmax"
    frames: int = CLIP_FRAMES
    patch_px: int = PATCH_PX
    learning_rate: float = 1e-2
    weight_decay: float = 1e-4
    measured_dives: int = 0


@dataclass(frozen=True, slots=True)
class LocatorFigures:
    """What an evaluation found, distances in px of a 320x180 picture.

    tracked is the share of dives whose fitted path is off by less than 6 px on average, median_px the median of those
    averages over the dives that have a path, candidates_px the median over dives of how far a typical picture's best
    candidate is off; None where there is nothing to say it of.
    """

    step: int
    tracked: float | None
    median_px: float | None
    candidates_px: float | None


class LocatorTrainer(ResumableTrainer[LocatorFigures]):
    """One training run; see the base class.

    Args:
        settings: see the class.
        dives: to train on.
        validation: to evaluate on; from other videos.
        processes: those that train together.
    """

    def __init__(
        self,
        settings: LocatorTraining,
        dives: Sequence[DivePictures],
        validation: Sequence[DivePictures],
        processes: Processes | None = None,
    ) -> None:
        super().__init__(
            settings,
            lambda: build_locator(settings.design, settings.strategy, settings.patch_px),
            one_cycle(settings.learning_rate, settings.weight_decay, settings.steps),
            LocatorFigures,
            processes,
        )
        self.settings = settings
        self._dives = dives
        self._validation = _spread(validation, settings.measured_dives)

    @property
    def locator(self) -> DiverLocator:
        """The network."""
        return cast("DiverLocator", self.network)

    def batch_loss(self, generators: Sequence[np.random.Generator]) -> Tensor:
        """The mean loss of clips of dives drawn at random."""
        clips, targets = batched([self._example(rng) for rng in generators])
        with self.precision():
            maps = self.network(clips.to(self.device))
        return locator_losses(maps.float(), targets.to(self.device), self.settings.strategy).mean()

    def evaluate(self) -> LocatorFigures:
        """Track the validation dives."""
        settings = self.settings
        tracked = track_dives(
            self.locator, self._validation, clip_frames=settings.frames, half_precision=settings.half_precision
        )
        scores = score_locations(tracked)
        return LocatorFigures(
            self.step, scores.tracking.share_within(TRACKED_PX), scores.tracking.median_px, scores.candidates_px
        )

    def worth(self, figures: LocatorFigures) -> tuple[float, ...]:
        """More dives tracked; if as many, closer ones."""
        return (figures.tracked or 0.0, *(-np.inf if px is None else -px for px in _distances(figures)))

    def _example(self, rng: np.random.Generator) -> LocatorExample:
        dive = self._dives[int(rng.integers(len(self._dives)))]
        pictures, places = draw_clip(dive, self.settings.frames, rng)
        if self.settings.strategy == "soft-argmax":
            return whole_example(pictures, places)
        return patch_example(pictures, places, self.settings.patch_px, rng)


def track_dives(
    locator: DiverLocator,
    dives: Sequence[DivePictures],
    *,
    clip_frames: int = CLIP_FRAMES,
    half_precision: bool = True,
    cancel: CancelToken | None = None,
) -> list[TrackedDive]:
    """Locate and track the diver in each dive.

    Args:
        locator: in evaluation mode.
        dives: with pictures of the size that it was trained on.
        clip_frames: pictures of a clip.
        half_precision: whether to compute in bfloat16.
        cancel: asked between dives.

    Raises:
        Cancelled: if cancelled.
    """
    tracked = []
    for dive in dives:
        if cancel is not None:
            cancel.raise_if_cancelled()
        candidates = locator_candidates(
            locator, dive.own_pictures(), half_precision=half_precision, clip_frames=clip_frames
        )
        tracked.append(tracked_dive(candidates, dive.true))
    return tracked


def measured(
    locator: DiverLocator,
    dives: Sequence[DivePictures],
    settings: LocatorTraining,
    *,
    cancel: CancelToken | None = None,
) -> LocationScores:
    """Scores of a trained locator, computed as it was trained; see `track_dives`."""
    tracked = track_dives(
        locator, dives, clip_frames=settings.frames, half_precision=settings.half_precision, cancel=cancel
    )
    return score_locations(tracked)


def _distances(figures: LocatorFigures) -> tuple[float | None, ...]:
    return figures.median_px, figures.candidates_px


def _spread(dives: Sequence[DivePictures], count: int) -> list[DivePictures]:
    """So many of the dives, spread evenly over them; all for 0."""
    if not 0 < count < len(dives):
        return list(dives)
    return [dives[place] for place in np.linspace(0, len(dives) - 1, count).round().astype(int)]
