"""Training the dive detector: independent sigmoid heads, dense chunks instead of windows.

A chunk of pictures gives as many outputs as it is longer than a window, for hardly more work than one window; so chunks
are what is drawn at random, half of them around dives.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from inference.diving.evaluation import match_intervals
from inference.diving.event_signals import ExtractionSettings, extract_dives
from inference.models.detector_signals import DetectorSignals, detector_signals
from inference.models.dive_detector import HALO, DetectorMaps, DiveDetector
from inference.results import FrameTime, Interval
from inference.training.detector_augmentation import augmented
from inference.training.detector_data import LabelledVideo
from inference.training.detector_targets import DetectorTargets, detector_loss
from inference.training.distributed import Processes
from inference.training.resumable import ResumableTrainer, RunSettings, one_cycle

_POSITIVE_SHARE = 0.5
_LARGEST_WEIGHT = 3.0


@dataclass(frozen=True, slots=True)
class DetectorTraining(RunSettings):
    """How a detector is trained; a step's examples are chunks of video.

    Args:
        outputs: pictures of a chunk that are scored; it is 20 pictures longer.
        width: of the network.
        learning_rate: the largest of a one-cycle schedule (section 2.1 of the thesis) with AdamW.
        weight_decay: of AdamW.
        first_weights: hash of the weights begun with; empty for random ones.
    """

    batch: int = 6
    outputs: int = 44
    width: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    evaluate_every: int = 300
    first_weights: str = ""


@dataclass(frozen=True, slots=True)
class DetectorFigures:
    """What an evaluation found: loss on the validation videos, and dives at half a temporal IoU."""

    step: int
    loss: float
    recall: float | None
    precision: float | None
    f1: float | None


class DetectorTrainer(ResumableTrainer[DetectorFigures]):
    """One training run of the detector.

    Args:
        settings: see the class.
        videos: to train on.
        validation: to evaluate on; none of them among the videos.
        processes: those that train together.
        first: begun with instead of random weights, such as the shipped ones when there are new corrections.
    """

    def __init__(
        self,
        settings: DetectorTraining,
        videos: Sequence[LabelledVideo],
        validation: Sequence[LabelledVideo],
        processes: Processes | None = None,
        first: DiveDetector | None = None,
    ) -> None:
        optimise = one_cycle(settings.learning_rate, settings.weight_decay, settings.steps)

        def network() -> DiveDetector:
            return deepcopy(first) if first is not None else DiveDetector(settings.width)

        super().__init__(settings, network, optimise, DetectorFigures, processes)
        self._videos, self._validation = videos, validation
        self._length = settings.outputs + 2 * HALO
        self._weights = _class_weights(videos).to(self.device)
        self._dives = [(video, run) for video in videos for run in _runs(video.labels[1] > 0, video.counts)]
        lengths = np.array([len(video.pictures) for video in videos], dtype=float)
        self._shares = lengths / lengths.sum()

    @property
    def detector(self) -> DiveDetector:
        """The network."""
        return cast("DiveDetector", self.network)

    def batch_loss(self, generators: Sequence[np.random.Generator]) -> Tensor:
        """The mean loss of one chunk for each generator."""
        chunks = [self._drawn(rng) for rng in generators]
        parts = (torch.from_numpy(np.stack(part)).to(self.device) for part in zip(*chunks, strict=True))
        pictures, labels, counts, positions = parts
        with self.precision():
            maps = self.detector(pictures)
        maps = DetectorMaps(maps.events.float(), maps.offsets.float())
        return detector_loss(maps, DetectorTargets(labels, counts, positions), self._weights)

    def evaluate(self) -> DetectorFigures:
        """Figures over the validation videos."""
        return evaluate_detector(self.detector, self._validation, self.step, self._weights)

    def worth(self, figures: DetectorFigures) -> tuple[float, ...]:
        """More right dives; with as many, less loss."""
        return (figures.f1 or 0.0, -figures.loss)

    def _drawn(self, rng: np.random.Generator) -> tuple[npt.NDArray[Any], ...]:
        """Pictures, labels, whether they count, and positions in px, of a chunk from anywhere or around a dive."""
        if self._dives and rng.random() < _POSITIVE_SHARE:
            # Each dive is as likely as any other: by its frames a dive from 10 m would be drawn three times as often as
            # one from 1 m, which is the harder to see.
            video, (start, end) = self._dives[int(rng.integers(len(self._dives)))]
            first = int(rng.integers(start, end + 1)) - int(rng.integers(HALO, self._length - HALO))
        else:
            video = self._videos[int(rng.choice(len(self._videos), p=self._shares))]
            first = int(rng.integers(0, len(video.pictures) - self._length + 1))
        return _chunk(video, min(max(first, 0), len(video.pictures) - self._length), self._length, rng)


def _chunk(video: LabelledVideo, first: int, length: int, rng: np.random.Generator) -> tuple[npt.NDArray[Any], ...]:
    """One chunk as another camera might have seen it; a dive that this camera cannot see does not count."""
    inner = slice(first + HALO, first + length - HALO)
    pictures, positions = augmented(
        np.asarray(video.pictures[first : first + length]), video.positions[first : first + length], rng
    )
    seen = positions[HALO:-HALO]
    labels = np.ascontiguousarray(video.labels[:, inner])
    is_outside = ((seen < 0) | (seen > 1)).any(axis=1)
    counts = video.counts[inner] & ~(is_outside & (labels > 0).any(axis=0))
    return pictures, labels, counts, (seen * [pictures.shape[2], pictures.shape[1]]).astype(np.float32)


def evaluate_detector(
    detector: DiveDetector, videos: Sequence[LabelledVideo], step: int, positive_weights: Tensor
) -> DetectorFigures:
    """Loss of the most certain cells, recall and precision over videos, from their signals."""
    detector.eval()
    losses: list[float] = []
    matched = true_count = found_count = 0
    for video in videos:
        probabilities = DetectorSignals.joined(detector_signals(detector, video.pictures)).probabilities
        losses.append(_signal_loss(probabilities, video, positive_weights.cpu()))
        true = _runs(video.labels[1] > 0, video.counts)
        found = [(dive.start, dive.end) for dive in extract_dives(probabilities, video.fps, ExtractionSettings())]
        found = [run for run in found if video.counts[run[0] : run[1] + 1].all()]
        matching = match_intervals(
            [_interval(run, video.fps) for run in true], [_interval(run, video.fps) for run in found]
        )
        matched, true_count, found_count = (
            matched + len(matching.matches),
            true_count + len(true),
            found_count + len(found),
        )
    recall, precision = _share(matched, true_count), _share(matched, found_count)
    f1 = _share(2 * matched, true_count + found_count)
    return DetectorFigures(step, float(np.mean(losses)) if losses else 0.0, recall, precision, f1)


def _signal_loss(probabilities: npt.NDArray[np.float32], video: LabelledVideo, positive_weights: Tensor) -> float:
    logits = torch.logit(torch.from_numpy(probabilities), eps=1e-6)[:, video.counts]
    labels = torch.from_numpy(video.labels)[:, video.counts]
    return float(functional.binary_cross_entropy_with_logits(logits, labels, pos_weight=positive_weights[:, None]))


def _interval(run: tuple[int, int], fps: float) -> Interval:
    return Interval(*(FrameTime(frame, frame / fps) for frame in run))


def _runs(is_mid: npt.NDArray[np.bool_], counts: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last frames of the dives that count."""
    edges = np.diff(np.concatenate([[False], is_mid, [False]]).astype(int))
    runs = zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True)
    return [(first, last) for first, last in runs if counts[first : last + 1].all()]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _class_weights(videos: Sequence[LabelledVideo]) -> Tensor:
    """(3,) how much rarer each event is than its absence, within limits; half of what is drawn is around dives."""
    positive = np.sum([video.labels[:, video.counts].sum(axis=1) for video in videos], axis=0)
    total = sum(int(video.counts.sum()) for video in videos)
    rarity = (total - positive) / np.maximum(positive, 1.0)
    return torch.from_numpy(np.clip(rarity / 4, 1.0, _LARGEST_WEIGHT).astype(np.float32))
