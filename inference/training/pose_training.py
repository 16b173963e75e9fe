"""Training pose models: the model's own loss, and the recipe of the thesis (section 3.3.3) or a shorter one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from inference.evaluation.pose import ALL, PlacesInSpace, PosedCrops, pose_scores
from inference.models.pose_designs import build
from inference.models.pose_model import PoseModel, PoseTargets, prepared
from inference.pose.body_depth import ROOT, seen_from_camera
from inference.pose.metrics.correct_keypoints import head_lengths, head_lengths_in_picture
from inference.results import FloatArray
from inference.training.distributed import Processes
from inference.training.pose_augmentation import AUGMENTATIONS, PoseBatch, plain_change, pose_batch
from inference.training.pose_examples import PoseExamples
from inference.training.resumable import Optimise, ResumableTrainer, RunSettings, one_cycle

Recipe = Literal["thesis", "one-cycle"]
RECIPES: tuple[Recipe, ...] = get_args(Recipe)
THESIS_EPOCHS = 120
THESIS_RATE, ONE_CYCLE_RATE = 2.5e-4, 1e-3

_EVALUATED_AT_ONCE = 32
_LOWERED_AT = (60 / THESIS_EPOCHS, 90 / THESIS_EPOCHS)
_LOWERED_BY = 0.1
_IN_SPACE = 3


@dataclass(frozen=True, slots=True)
class PoseTraining(RunSettings):
    """How a pose model is trained.

    Args:
        steps: updates of the weights.
        batch: crops in each; 32 as in section 3.3.3.
        patience: end after so many evaluations without a better one; 0 never ends early.
        evaluate_every: steps from one evaluation to the next.
        model: name of a design.
        model_settings: JSON values that take the place of the design's, such as which predictor.
        recipe: RMSProp whose rate is divided by ten after a half and three quarters of the steps, which are epochs 60
            and 90 of 120 (section 3.3.3), or AdamW in one cycle.
        learning_rate: the first of the thesis's recipe, or the largest of the one cycle.
        weight_decay: of AdamW.
        augmentation: a name of `AUGMENTATIONS`; empty for none.
        first_weights: hash of the weights begun with; empty for random ones.
    """

    steps: int = 8000
    batch: int = 32
    evaluate_every: int = 500
    model: str = "resnet-50"
    model_settings: Mapping[str, Any] = field(default_factory=dict)
    recipe: Recipe = "thesis"
    learning_rate: float = THESIS_RATE
    weight_decay: float = 0.02
    augmentation: str = "diving"
    first_weights: str = ""


@dataclass(frozen=True, slots=True)
class PoseFigures:
    """What an evaluation found: the model's loss, and how many keypoints are right (see `KeypointShares`)."""

    step: int
    loss: float
    pckh: float
    pck: float
    auc: float


class PoseTrainer(ResumableTrainer[PoseFigures]):
    """One training run of a pose model.

    Args:
        settings: see the class.
        examples: to learn from.
        validation: to evaluate on; none of them among the examples.
        processes: those that train together.
        first: of the same design, begun with instead of random weights; its settings may be others as long as its
            weights have a place, such as crops of another size.

    Raises:
        ValueError: if there is no such model, or not with such settings.
        RuntimeError: if the first weights are those of another network.
    """

    def __init__(
        self,
        settings: PoseTraining,
        examples: PoseExamples,
        validation: PoseExamples,
        processes: Processes | None = None,
        first: PoseModel | None = None,
    ) -> None:
        def network() -> nn.Module:
            made = build(settings.model, examples.skeleton, **settings.model_settings)
            if first is not None:
                made.load_state_dict(first.state_dict())
            # A fifth to a half less time for a step on a CPU.
            return made.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]  # torch's

        super().__init__(settings, network, _optimise(settings), PoseFigures, processes)
        self.settings = settings
        self._examples, self._validation = examples, validation

    @property
    def model(self) -> PoseModel:
        """The network."""
        return cast("PoseModel", self.network)

    @property
    def best_step(self) -> int:
        """After which step the best evaluation was, whose weights the network has in the end."""
        return max(self.figures, key=self.worth).step if self.figures else self.step

    def batch_loss(self, generators: Sequence[np.random.Generator]) -> Tensor:
        """See `ResumableTrainer`."""
        augmentation = AUGMENTATIONS.get(self.settings.augmentation)
        batches = []
        for rng in generators:
            number = int(rng.integers(len(self._examples)))
            batches.append(pose_batch(self._examples, [number], self.model.input_size, augmentation, rng))
        pictures = torch.from_numpy(np.concatenate([batch.pictures for batch in batches])).to(self.device)
        with self.precision():
            output = self.network(prepared(pictures))
        return self.model.loss(output, targets_of(batches).to(self.device))

    def evaluate(self) -> PoseFigures:
        """See `ResumableTrainer`."""
        answers, loss = posed(self.model, self._validation, self.precision)
        scores = pose_scores(answers)[ALL]
        return PoseFigures(self.step, loss, scores.pckh or 0.0, scores.pck or 0.0, scores.auc or 0.0)

    def worth(self, figures: PoseFigures) -> tuple[float, ...]:
        """See `ResumableTrainer`."""
        return figures.pckh, -figures.loss


def posed(
    model: PoseModel, examples: PoseExamples, precision: Callable[[], Any] = nullcontext
) -> tuple[PosedCrops, float]:
    """What a model says of crops, shown as they are, and its mean loss.

    Args:
        model: in evaluation mode.
        examples: of the model's skeleton.
        precision: makes the context in which it is computed.
    """
    device = next(model.parameters()).device
    said, away, sure, true, losses = [], [], [], [], []
    for first in range(0, len(examples), _EVALUATED_AT_ONCE):
        numbers = range(first, min(first + _EVALUATED_AT_ONCE, len(examples)))
        batch = pose_batch(examples, numbers, model.input_size)
        with torch.inference_mode():
            with precision():
                output = model(prepared(torch.from_numpy(batch.pictures).to(device)))
            loss = model.loss(output, targets_of([batch]).to(device))
        answer = output.on_cpu()
        said.append(answer.coordinates[..., :2].double().numpy())
        away.append(answer.coordinates[..., 2:].double().numpy())
        sure.append(answer.confidences.numpy())
        true.append(np.where(batch.counts[..., None], batch.coordinates.astype(np.float64), np.nan))
        losses.append(float(loss) * len(numbers))
    keypoints, truth = (in_crop(np.concatenate(parts), model.input_size) for parts in (said, true))
    depths = np.concatenate(away) * max(model.input_size) / 2 / plain_change(model.input_size).zoom
    answers = PosedCrops(
        keypoints,
        np.concatenate(sure),
        truth,
        _head_px(examples),
        examples.labels.flags,
        examples.skeleton,
        _in_space(examples, np.concatenate([keypoints, depths], axis=-1), truth),
    )
    return answers, sum(losses) / len(examples)


def in_crop(coordinates: FloatArray, size: tuple[int, int]) -> FloatArray:
    """(..., 2) px of a crop as it is kept, of normalised ones in what a model of an input size is shown of it."""
    matrix = plain_change(size).matrix
    shown = (coordinates + 1) / 2 * [size[1], size[0]]
    kept: FloatArray = (shown - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    return kept


def _in_space(examples: PoseExamples, predicted: FloatArray, keypoints: FloatArray) -> PlacesInSpace | None:
    """What a model says, (n, joints, 2 or 3) px of the crops, in mm; NaN in the truth where no true keypoint is."""
    labels, skeleton = examples.labels, examples.skeleton
    if predicted.shape[-1] < _IN_SPACE or ROOT not in skeleton.joints:
        return None
    true = np.where(np.isnan(keypoints[..., :1]), np.nan, seen_from_camera(labels.keypoints_3d, skeleton))
    distance_mm = np.linalg.norm(labels.keypoints_3d[:, skeleton.index(ROOT)].astype(np.float64), axis=-1)
    mm_per_px = distance_mm / labels.focal_px
    return PlacesInSpace(predicted * mm_per_px[:, None, None], true)


def _head_px(examples: PoseExamples) -> FloatArray:
    """(n,) lengths of heads as if seen from the side where their place in space is known, else as they are seen."""
    labels, skeleton = examples.labels, examples.skeleton
    if "head_top" not in skeleton.joints:
        return np.full(len(labels), np.nan)
    in_space = head_lengths_in_picture(labels.keypoints_3d, labels.focal_px, skeleton)
    return np.where(np.isnan(in_space), head_lengths(labels.keypoints.astype(np.float64), skeleton), in_space)


def targets_of(batches: Sequence[PoseBatch]) -> PoseTargets:
    """What the loss of some crops needs to know."""
    return PoseTargets(
        torch.from_numpy(np.concatenate([batch.coordinates for batch in batches])),
        torch.from_numpy(np.concatenate([batch.counts for batch in batches])),
        axes=torch.from_numpy(np.concatenate([batch.axes for batch in batches])),
        depths=torch.from_numpy(np.concatenate([batch.depths for batch in batches])),
    )


def _optimise(settings: PoseTraining) -> Optimise:
    if settings.recipe == "one-cycle":
        return one_cycle(settings.learning_rate, settings.weight_decay, settings.steps)

    def made(network: nn.Module) -> tuple[Optimizer, LRScheduler]:
        optimizer = torch.optim.RMSprop(network.parameters(), settings.learning_rate)
        milestones = [round(share * settings.steps) for share in _LOWERED_AT]
        return optimizer, torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones, _LOWERED_BY)

    return made
