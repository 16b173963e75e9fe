"""Training the dive classifiers: five heads, one loss; AdamW in one cycle, or the thesis's descent (section 5.5.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from inference.diving.boards import Board
from inference.diving.calibration import fit_temperature
from inference.diving.code_decoding import decode_code
from inference.diving.tracked_clip import shown_clip
from inference.evaluation.classification import ClassifiedDive, score_classification
from inference.models.c3d import CLASSES, attribute_probabilities, classifier_loss
from inference.models.classifier_compact import CompactClassifier, posture_loss, true_postures, turns_loss
from inference.models.classifier_designs import ClassifierDesign, Kind, standardised
from inference.training.classifier_augmentation import augmented
from inference.training.classifier_clips import ClipSet
from inference.training.distributed import Processes
from inference.training.resumable import Optimise, ResumableTrainer, RunSettings, one_cycle

Recipe = Literal["one-cycle", "thesis"]

_EVALUATED_AT_ONCE = 32
_THESIS_RATE, _THESIS_RATE_VANILLA = 0.006, 0.003
_HALVED_EVERY = 30
_MOMENTUM = 0.9


@dataclass(frozen=True, slots=True)
class ClassifierTraining(RunSettings):
    """How a classifier is trained.

    Args:
        steps: updates of the weights.
        batch: clips in each.
        patience: end after so many evaluations without a better one; 0 never ends early.
        evaluate_every: steps from one evaluation to the next.
        kind: which classifier, see `ClassifierDesign`.
        side: of the clips, px.
        width: of the default classifier.
        recipe: AdamW with one cycle, or gradient descent with momentum 0.9, begun at 0.006 (vanilla: 0.003) and halved
            every 30 epochs (section 5.5.2).
        learning_rate: the largest of the one cycle.
        weight_decay: of AdamW.
        turns_weight: how much the turns count beside the heads, where the classifier has them and the truth is known.
        posture_weight: the same for where head and chest point to in each picture.
        first_weights: hash of the weights begun with; empty for random ones.
    """

    steps: int = 8000
    batch: int = 32
    patience: int = 0
    evaluate_every: int = 400
    kind: Kind = "compact"
    side: int = 64
    width: int = 24
    recipe: Recipe = "one-cycle"
    learning_rate: float = 1e-3
    weight_decay: float = 0.02
    turns_weight: float = 100.0
    posture_weight: float = 20.0
    first_weights: str = ""

    @property
    def design(self) -> ClassifierDesign:
        """The classifier."""
        return ClassifierDesign(self.kind, self.side, self.width)


@dataclass(frozen=True, slots=True)
class ClassifierFigures:
    """What an evaluation found: the heads' loss, and the share of right values (decoded) and of right codes."""

    step: int
    loss: float
    rotation_type: float
    half_somersaults: float
    half_twists: float
    position: float
    armstand: float
    whole_code: float


class ClassifierTrainer(ResumableTrainer[ClassifierFigures]):
    """One training run of a classifier.

    Args:
        settings: see the class.
        clips: to learn from.
        validation: to evaluate on; none of them among the clips.
        processes: those that train together.
        first: of the same design, begun with instead of random weights.
    """

    def __init__(
        self,
        settings: ClassifierTraining,
        clips: ClipSet,
        validation: ClipSet,
        processes: Processes | None = None,
        first: nn.Module | None = None,
    ) -> None:
        def network() -> nn.Module:
            return deepcopy(first) if first is not None else settings.design.build()

        super().__init__(settings, network, _optimise(settings, len(clips)), ClassifierFigures, processes)
        self.settings = settings
        self._clips, self._validation = clips, validation

    def batch_loss(self, generators: Sequence[np.random.Generator]) -> Tensor:
        """See `ResumableTrainer`."""
        design = self.settings.design
        numbers, pictures, turned = [], [], []
        for rng in generators:
            number = int(rng.integers(len(self._clips)))
            clip, places = augmented(self._clips.pictures(number), design.frames, design.side, rng)
            numbers.append(number)
            pictures.append(clip)
            turned.append(self._clips.turns[number][places].T)
        labels = {
            name: torch.from_numpy(values[numbers]).to(self.device) for name, values in self._clips.labels.items()
        }
        clips = standardised(torch.from_numpy(np.stack(pictures)).to(self.device))
        if not isinstance(self.network, CompactClassifier):
            # Gradients of 3D convolutions with few features are not always finite in half precision on a processor.
            with self.precision() if self.device.type == "cuda" else nullcontext():
                logits = self.network(clips)
            return classifier_loss({name: values.float() for name, values in logits.items()}, labels)
        with self.precision():
            seen = self.network.seen(clips)
        truth = torch.from_numpy(np.stack(turned)).to(self.device)
        turns = turns_loss(seen.turns, truth.diff(dim=2))
        postures = posture_loss(seen.postures, true_postures(truth, labels["rotation_type"], labels["armstand"]))
        heads = classifier_loss(seen.logits, labels)
        return heads + self.settings.turns_weight * turns + self.settings.posture_weight * postures

    def evaluate(self) -> ClassifierFigures:
        """See `ResumableTrainer`."""
        logits = self.logits(self._validation)
        labels = {name: torch.from_numpy(values) for name, values in self._validation.labels.items()}
        loss = float(classifier_loss(logits, labels))
        scores = score_classification(classified(logits, self._validation))
        shares = {name: scores.attributes.get(name, 0.0) for name in CLASSES}
        return ClassifierFigures(self.step, loss, **shares, whole_code=scores.whole_code or 0.0)

    def worth(self, figures: ClassifierFigures) -> tuple[float, ...]:
        """See `ResumableTrainer`."""
        return figures.whole_code, -figures.loss

    def logits(self, clips: ClipSet) -> dict[str, Tensor]:
        """(clips, values) by attribute of other clips; the network is to be in evaluation mode."""
        return clip_logits(self.network, self.settings.design, clips, self.precision())

    def temperatures(self) -> dict[str, float]:
        """For each head what to divide its logits by, so that its probabilities mean what they say (validation)."""
        logits, fitted = self.logits(self._validation), {}
        for name, values in self._validation.labels.items():
            known = values >= 0
            fitted[name] = fit_temperature(logits[name].double().numpy()[known], values[known]) if known.any() else 1.0
        return fitted


def clip_logits(network: nn.Module, design: ClassifierDesign, clips: ClipSet, precision: Any) -> dict[str, Tensor]:
    """(clips, values) by attribute, in single precision on the CPU.

    Args:
        network: of the design, in evaluation mode.
        design: what it looks at.
        clips: what to show it, as they are.
        precision: the context in which it is computed.
    """
    device = next(network.parameters()).device
    rows: list[dict[str, Tensor]] = []
    for first in range(0, len(clips), _EVALUATED_AT_ONCE):
        numbers = range(first, min(first + _EVALUATED_AT_ONCE, len(clips)))
        shown = np.stack([shown_clip(clips.pictures(number), design.frames, design.side) for number in numbers])
        with torch.inference_mode(), precision:
            logits = network(standardised(torch.from_numpy(shown).to(device)))
        rows.append({name: values.float().cpu() for name, values in logits.items()})
    if not rows:
        return {name: torch.empty(0, len(values)) for name, values in CLASSES.items()}
    return {name: torch.cat([row[name] for row in rows]) for name in CLASSES}


def classified(
    logits: Mapping[str, Tensor],
    clips: ClipSet,
    temperatures: Mapping[str, float] | None = None,
    *,
    is_board_told: bool = True,
) -> list[ClassifiedDive]:
    """The clips whose codes are known with what the logits say of them.

    Args:
        logits: (clips, values) by attribute.
        clips: the same clips.
        temperatures: by attribute, what to divide the logits by; 1 for those that are not there.
        is_board_told: whether only dives that can be done from the board are thought of; where they are looked for in a
            video, nobody has said the board yet.
    """
    cooled = {name: values / (temperatures or {}).get(name, 1.0) for name, values in logits.items()}
    dives = []
    for code, board, heads in zip(clips.codes, clips.boards, attribute_probabilities(cooled), strict=True):
        if code:
            decoding = decode_code(heads, Board.from_key(board) if board and is_board_told else None)
            dives.append(ClassifiedDive(code, heads, decoding, board))
    return dives


def _optimise(settings: ClassifierTraining, clip_count: int) -> Optimise:
    if settings.recipe == "one-cycle":
        return one_cycle(settings.learning_rate, settings.weight_decay, settings.steps)
    steps_an_epoch = max(clip_count // settings.batch, 1)

    def made(network: nn.Module) -> tuple[Optimizer, LRScheduler]:
        rate = _THESIS_RATE_VANILLA if settings.kind == "vanilla" else _THESIS_RATE
        optimizer = torch.optim.SGD(network.parameters(), rate, momentum=_MOMENTUM)
        return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, _HALVED_EVERY * steps_an_epoch, gamma=0.5)

    return made
