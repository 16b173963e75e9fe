"""Training the dive detector: independent sigmoid heads, dense chunks instead of windows, resumable to the same end.

A chunk of pictures gives as many outputs as it is longer than a window, for hardly more work than one window; so chunks
are what is drawn at random, half of them around dives. Every step draws its chunks from a generator of its own, made
from the seed and the step's number, so that a training that was interrupted goes on exactly as it would have.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from inference.diving.evaluation import match_intervals
from inference.diving.event_signals import ExtractionSettings, extract_dives
from inference.models.detector_signals import DetectorSignals, detector_signals
from inference.models.dive_detector import HALO, DetectorMaps, DiveDetector
from inference.progress import CancelToken
from inference.results import FrameTime, Interval
from inference.training.detector_augmentation import augmented
from inference.training.detector_data import LabelledVideo
from inference.training.detector_targets import DetectorTargets, detector_loss

CHECKPOINT_NAME = "checkpoint.pt"
_POSITIVE_SHARE = 0.5
_LARGEST_WEIGHT = 3.0


@dataclass(frozen=True, slots=True)
class DetectorTraining:
    """How a detector is trained.

    Args:
        steps: updates of the weights.
        batch: chunks in each.
        outputs: pictures of a chunk that are scored; it is 20 pictures longer.
        width: of the network.
        learning_rate: the largest of a one-cycle schedule (section 2.1 of the thesis) with AdamW.
        weight_decay: of AdamW.
        seed: of the first weights and of everything drawn.
        half_precision: whether to compute in bfloat16 where that is safe.
        patience: end after so many evaluations without a better one; 0 never ends early.
        evaluate_every: steps from one evaluation to the next.
    """

    steps: int = 3000
    batch: int = 6
    outputs: int = 44
    width: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    seed: int = 0
    half_precision: bool = True
    patience: int = 0
    evaluate_every: int = 250


@dataclass(frozen=True, slots=True)
class DetectorFigures:
    """What an evaluation found: loss on the validation videos, and dives at half a temporal IoU."""

    step: int
    loss: float
    recall: float | None
    precision: float | None
    f1: float | None


OnFigures = Callable[[DetectorFigures], None]
OnStep = Callable[[int, float], None]


class DetectorTrainer:
    """One training run; its state after any step can be kept and taken up again.

    Args:
        settings: see the class.
        videos: to train on.
        validation: to evaluate on; none of them among the videos.
        device: such as cpu or cuda.
    """

    def __init__(
        self,
        settings: DetectorTraining,
        videos: Sequence[LabelledVideo],
        validation: Sequence[LabelledVideo],
        device: str = "cpu",
    ) -> None:
        self.settings = settings
        self.step = 0
        self.figures: list[DetectorFigures] = []
        self._videos, self._validation, self._device = videos, validation, torch.device(device)
        torch.manual_seed(settings.seed)
        self.detector = DiveDetector(settings.width).to(self._device)
        self._best: dict[str, Tensor] = _copied(self.detector)
        self._optimizer = torch.optim.AdamW(
            self.detector.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
        )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, settings.learning_rate, total_steps=settings.steps + 1
        )
        self._weights = _class_weights(videos).to(self._device)
        self._places = [np.flatnonzero((video.labels[1] > 0) & video.counts) for video in videos]

    def run(
        self,
        *,
        on_step: OnStep | None = None,
        on_figures: OnFigures | None = None,
        cancel: CancelToken | None = None,
        keep_in: Path | None = None,
    ) -> DiveDetector:
        """Train to the end and return the detector with the weights of the best evaluation.

        Args:
            on_step: told the number of the step and its loss.
            on_figures: told every evaluation.
            cancel: asked before every step.
            keep_in: folder in which the state is kept at every evaluation and when cancelled.

        Raises:
            Cancelled: if cancelled.
        """
        while self.step < self.settings.steps and not self._has_waited_enough():
            if cancel is not None and cancel.is_cancelled:
                if keep_in is not None:
                    self.save(keep_in / CHECKPOINT_NAME)
                cancel.raise_if_cancelled()
            loss = self.train_step()
            if on_step is not None:
                on_step(self.step, loss)
            if self.step % self.settings.evaluate_every == 0 or self.step == self.settings.steps:
                self._evaluate(on_figures)
                if keep_in is not None:
                    self.save(keep_in / CHECKPOINT_NAME)
        self.detector.load_state_dict(self._best)
        return self.detector.eval()

    def train_step(self) -> float:
        """One update of the weights; the loss before it."""
        rng = np.random.default_rng([self.settings.seed, self.step])
        pictures, labels, counts, positions = (part.to(self._device) for part in self._batch(rng))
        self.detector.train()
        with self._precision():
            maps = self.detector(pictures)
        maps = DetectorMaps(maps.events.float(), maps.offsets.float())
        loss = detector_loss(maps, DetectorTargets(labels, counts, positions), self._weights)
        self._optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.detector.parameters(), 5.0)
        self._optimizer.step()
        self._schedule.step()
        self.step += 1
        return float(loss.detach())

    def save(self, path: Path) -> None:
        """Keep the state after the last step."""
        state = {
            "settings": asdict(self.settings),
            "step": self.step,
            "detector": self.detector.state_dict(),
            "best": self._best,
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "figures": json.dumps([asdict(figures) for figures in self.figures]),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        torch.save(state, unfinished)
        unfinished.replace(path)

    def load(self, path: Path) -> None:
        """Take up a kept state.

        Raises:
            ValueError: if it is that of a run with other settings.
        """
        state: dict[str, Any] = torch.load(path, map_location=self._device, weights_only=True)
        if state["settings"] != asdict(self.settings):
            raise ValueError(f"{path} was kept by a training with other settings")
        self.detector.load_state_dict(state["detector"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self._best, self.step = state["best"], state["step"]
        self.figures = [DetectorFigures(**figures) for figures in json.loads(state["figures"])]

    def _precision(self) -> Any:
        if not self.settings.half_precision:
            return nullcontext()
        return torch.autocast(self._device.type, dtype=torch.bfloat16)

    def _has_waited_enough(self) -> bool:
        scores = [_worth(figures) for figures in self.figures]
        patience = self.settings.patience
        return bool(patience) and len(scores) > patience and max(scores[:-patience]) >= max(scores[-patience:])

    def _evaluate(self, on_figures: OnFigures | None) -> None:
        figures = evaluate_detector(self.detector, self._validation, self.step, self._weights)
        if not self.figures or _worth(figures) > max(map(_worth, self.figures)):
            self._best = _copied(self.detector)
        self.figures.append(figures)
        if on_figures is not None:
            on_figures(figures)

    def _batch(self, rng: np.random.Generator) -> tuple[Tensor, ...]:
        """Pictures, labels, whether they count, and positions in px, each with the chunks along the first axis."""
        length = self.settings.outputs + 2 * HALO
        shares = np.array([len(video.pictures) for video in self._videos], dtype=float)
        chunks = []
        for _ in range(self.settings.batch):
            number = int(rng.choice(len(self._videos), p=shares / shares.sum()))
            video, near = self._videos[number], self._places[number]
            last = len(video.pictures) - length
            if len(near) and rng.random() < _POSITIVE_SHARE:
                first = int(rng.choice(near)) - int(rng.integers(HALO, length - HALO))
            else:
                first = int(rng.integers(0, last + 1))
            chunks.append(_chunk(video, min(max(first, 0), last), length, rng))
        return tuple(torch.from_numpy(np.stack(parts)) for parts in zip(*chunks, strict=True))


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


def _worth(figures: DetectorFigures) -> tuple[float, float]:
    return (figures.f1 or 0.0, -figures.loss)


def _class_weights(videos: Sequence[LabelledVideo]) -> Tensor:
    """(3,) how much rarer each event is than its absence, within limits; half of what is drawn is around dives."""
    positive = np.sum([video.labels[:, video.counts].sum(axis=1) for video in videos], axis=0)
    total = sum(int(video.counts.sum()) for video in videos)
    rarity = (total - positive) / np.maximum(positive, 1.0)
    return torch.from_numpy(np.clip(rarity / 4, 1.0, _LARGEST_WEIGHT).astype(np.float32))


def _copied(detector: DiveDetector) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in detector.state_dict().items()}
