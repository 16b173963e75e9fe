"""A training that can be stopped after any step and goes on to the same weights, in one process or several.

Every example of every step is drawn from a generator of its own, made from the seed, the step's number and the
example's; so nothing depends on what was drawn before, nor on how examples are dealt out to processes.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from inference.progress import Cancelled, CancelToken
from inference.training.distributed import Processes

CHECKPOINT_NAME = "checkpoint.pt"
_LARGEST_GRADIENT = 5.0

FiguresT = TypeVar("FiguresT")
OnStep = Callable[[int, float], None]
Optimise = Callable[[nn.Module], tuple[Optimizer, LRScheduler]]


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What every training has to be told.

    Args:
        steps: updates of the weights.
        batch: examples in each, over all processes together.
        seed: of the first weights and of everything drawn.
        half_precision: whether to compute in bfloat16 where that is safe.
        patience: end after so many evaluations without a better one; 0 never ends early.
        evaluate_every: steps from one evaluation to the next.
    """

    steps: int = 3000
    batch: int = 4
    seed: int = 0
    half_precision: bool = True
    patience: int = 0
    evaluate_every: int = 250


class ResumableTrainer(ABC, Generic[FiguresT]):
    """One training run; its state after any step can be kept and taken up again.

    What is trained, on what and how well it does is up to the class that extends this one.

    Args:
        settings: a frozen dataclass.
        network: makes the network, once the seed is set.
        optimise: makes the optimiser and its schedule, which is told every step.
        figures: the frozen dataclass of an evaluation's figures, all of them plain values.
        processes: those that train together.
    """

    def __init__(
        self,
        settings: RunSettings,
        network: Callable[[], nn.Module],
        optimise: Optimise,
        figures: type[FiguresT],
        processes: Processes | None = None,
    ) -> None:
        self.run_settings = settings
        self.processes = processes or Processes()
        self.device = torch.device(self.processes.device)
        self.step = 0
        self.figures: list[FiguresT] = []
        self._figures_type = figures
        torch.manual_seed(settings.seed)
        self.network = network().to(self.device)
        if self.processes.count > 1 and self.device.type == "cuda":
            # On a CPU there is none; there, every process normalises its own part of a batch.
            self.network = nn.SyncBatchNorm.convert_sync_batchnorm(self.network)  # type: ignore[no-untyped-call]  # torch's
        self._best = _copied(self.network)
        self._optimizer, self._schedule = optimise(self.network)

    @abstractmethod
    def batch_loss(self, generators: Sequence[np.random.Generator]) -> Tensor:
        """The mean loss of as many examples as there are generators, one drawn from each."""

    @abstractmethod
    def evaluate(self) -> FiguresT:
        """How good the network is now; it is in evaluation mode."""

    @abstractmethod
    def worth(self, figures: FiguresT) -> tuple[float, ...]:
        """What of two evaluations the better one has more of, most important first."""

    def run(
        self,
        *,
        on_step: OnStep | None = None,
        on_figures: Callable[[FiguresT], None] | None = None,
        cancel: CancelToken | None = None,
        keep_in: Path | None = None,
    ) -> None:
        """Train to the end; the network then has the weights of the best evaluation and is in evaluation mode.

        Args:
            on_step: told the number of the step and its loss.
            on_figures: told every evaluation.
            cancel: asked before every step.
            keep_in: folder in which the state is kept at every evaluation and when cancelled.

        Raises:
            Cancelled: if cancelled, in any of the processes.
        """
        while self.step < self.run_settings.steps and not self._has_waited_enough():
            if self.processes.any(cancel is not None and cancel.is_cancelled):
                self._keep(keep_in)
                raise Cancelled("The training was stopped.")
            loss = self.train_step()
            if on_step is not None:
                on_step(self.step, loss)
            if self.step % self.run_settings.evaluate_every == 0 or self.step == self.run_settings.steps:
                self._judge(on_figures)
                self._keep(keep_in)
        self.network.load_state_dict(self._best)
        self.network.eval()

    def train_step(self) -> float:
        """One update of the weights; the loss before it, over all processes."""
        settings, processes = self.run_settings, self.processes
        own = processes.part_of(settings.batch)
        torch.manual_seed(_number([settings.seed, self.step, processes.rank]))
        self.network.train()
        loss = self.batch_loss([np.random.default_rng([settings.seed, self.step, number]) for number in own])
        self._optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        processes.average(self.network)
        nn.utils.clip_grad_norm_(self.network.parameters(), _LARGEST_GRADIENT)
        self._optimizer.step()
        self._schedule.step()
        self.step += 1
        return processes.mean(loss)

    def precision(self) -> Any:
        """The context in which the network is to be computed."""
        if not self.run_settings.half_precision:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def save(self, path: Path) -> None:
        """Keep the state after the last step."""
        state = {
            "settings": asdict(self.run_settings),
            "step": self.step,
            "network": self.network.state_dict(),
            "best": self._best,
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "figures": json.dumps([_plain(figures) for figures in self.figures]),
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
        state: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        if state["settings"] != asdict(self.run_settings):
            raise ValueError(f"{path} was kept by a training with other settings")
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self._best, self.step = state["best"], state["step"]
        self.figures = [self._figures_type(**figures) for figures in json.loads(state["figures"])]

    def _keep(self, folder: Path | None) -> None:
        if folder is not None and self.processes.is_first:
            self.save(folder / CHECKPOINT_NAME)

    def _judge(self, on_figures: Callable[[FiguresT], None] | None) -> None:
        """Evaluate in the first process, and let all know."""
        text = ""
        if self.processes.is_first:
            self.network.eval()
            text = json.dumps(_plain(self.evaluate()))
        figures = self._figures_type(**json.loads(self.processes.from_first(text)))
        if not self.figures or self.worth(figures) > max(map(self.worth, self.figures)):
            self._best = _copied(self.network)
        self.figures.append(figures)
        if on_figures is not None:
            on_figures(figures)

    def _has_waited_enough(self) -> bool:
        worths, patience = [self.worth(figures) for figures in self.figures], self.run_settings.patience
        return bool(patience) and len(worths) > patience and max(worths[:-patience]) >= max(worths[-patience:])


def one_cycle(learning_rate: float, weight_decay: float, steps: int) -> Optimise:
    """AdamW with a one-cycle schedule (section 2.1 of the thesis), whose largest learning rate this is."""

    def made(network: nn.Module) -> tuple[Optimizer, LRScheduler]:
        optimizer = torch.optim.AdamW(network.parameters(), learning_rate, weight_decay=weight_decay)
        return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, learning_rate, total_steps=steps + 1)

    return made


def _number(parts: list[int]) -> int:
    """A seed made of several numbers."""
    return int(np.random.SeedSequence(parts).generate_state(1)[0])


def _plain(figures: Any) -> dict[str, Any]:
    return asdict(figures)


def _copied(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
