"""What every `train` command does: join other processes, take a stopped run up again, show and log how it goes."""

from __future__ import annotations

import pickle
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from app.cli.console import say, shown_progress
from app.cli.errors import CommandError
from app.cli.interrupt import cancelled_by_interrupt
from inference.progress import Cancelled, CancelToken, Progress

if TYPE_CHECKING:
    from inference.dataset.read import Dataset
    from inference.training.distributed import Processes
    from inference.training.model_card import TrainingRecord
    from inference.training.resumable import ResumableTrainer

READING_SHARE = 0.1
"""Of the progress bar, for reading the data."""


class Trainer(Protocol):
    """What can be taken up again."""

    step: int

    def load(self, path: Path) -> None:
        """Take up a kept state; a ValueError if it is that of a run with other settings."""


def choose_device(wanted: str) -> str:
    """The device to compute on.

    Raises:
        CommandError: if there is none of that name here.
    """
    import torch

    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if there[name])
    if not there.get(wanted, False):
        raise CommandError(
            f"There is no device {wanted!r} here; choose from auto, {', '.join(n for n in there if there[n])}."
        )
    return wanted


def take_up(trainer: Trainer, state: Path) -> None:
    """Let a trainer go on from a kept state, if there is one.

    Raises:
        CommandError: if it cannot be read or is that of another run.
    """
    if not state.exists():
        return
    try:
        trainer.load(state)
    except ValueError:
        raise CommandError(
            f"{state} was kept by a training with other settings; give the same ones again, or another folder."
        ) from None
    except (OSError, RuntimeError, KeyError, pickle.UnpicklingError):
        raise CommandError(f"{state} cannot be read, so the training cannot go on; delete it to begin again.") from None
    say(f"Going on from step {trainer.step}.")


@dataclass(frozen=True, slots=True)
class Run:
    """One process of a training that is under way.

    Args:
        processes: all that train together, as this one knows them.
        progress: of the whole command; says nothing in all but the first process.
        cancel: cancelled by Ctrl+C.
    """

    processes: Processes
    progress: Progress
    cancel: CancelToken

    def reading(self, place: int, count: int) -> Progress:
        """The progress of reading one of so many parts of the data."""

        def report(share: float, what: str) -> None:
            self.progress(READING_SHARE * (place + share) / count, what)

        return report


@contextmanager
def training_run(device: str, batch: int) -> Iterator[Run]:
    """Join the processes that torchrun has started, if any, and show how far the first of them is.

    Args:
        device: as `choose_device` takes it.
        batch: examples of a step, over all processes.

    Raises:
        CommandError: if there is no such device, or the batch cannot be dealt out evenly.
    """
    from inference.training.distributed import joined_processes

    with ExitStack() as stack:
        processes = stack.enter_context(joined_processes(choose_device(device)))
        if batch % processes.count:
            raise CommandError(
                f"A batch of {batch} cannot be dealt out evenly to {processes.count} processes; give a multiple."
            )
        cancel = stack.enter_context(cancelled_by_interrupt())
        progress = stack.enter_context(shown_progress("Training")) if processes.is_first else _silent
        yield Run(processes, progress, cancel)


def train(
    trainer: ResumableTrainer[Any],
    out: Path,
    run: Run,
    *,
    in_words: Callable[[Any], str],
    log: Path | None = None,
) -> float:
    """Take a training up where it was stopped, if it was, and bring it to its end; the seconds that took.

    Args:
        trainer: on the processes of the run.
        out: folder that keeps its state.
        run: see the class.
        in_words: says the figures of an evaluation.
        log: folder for TensorBoard.

    Raises:
        Cancelled: if it was stopped.
        CommandError: if a kept state cannot be taken up.
        ModelError: if there is to be a log, and TensorBoard is not installed.
    """
    from inference.training.resumable import CHECKPOINT_NAME
    from inference.training.training_log import TrainingLog

    take_up(trainer, out / CHECKPOINT_NAME)
    began = time.monotonic()
    is_first, steps = run.processes.is_first, trainer.run_settings.steps
    with ExitStack() as stack:
        logged = stack.enter_context(TrainingLog(log, trainer.step)) if log is not None and is_first else None

        def on_step(step: int, loss: float) -> None:
            share = READING_SHARE + (1 - READING_SHARE) * step / steps
            run.progress(share, f"step {step} of {steps}, loss {loss:.3f}")
            if logged is not None:
                logged.on_step(step, loss)

        def on_figures(figures: Any) -> None:
            if is_first:
                say(f"step {figures.step}: {in_words(figures)}")
            if logged is not None:
                logged.on_figures(figures)

        try:
            trainer.run(on_step=on_step, on_figures=on_figures, cancel=run.cancel, keep_in=out)
        except Cancelled:
            raise Cancelled(f"Stopped at step {trainer.step}; the same command goes on from there.") from None
    return time.monotonic() - began


def training_record(
    trainer: ResumableTrainer[Any], settings: Any, weights: Path, lines: Sequence[str], seconds: float
) -> TrainingRecord:
    """What a training that has ended was, for its model card.

    Args:
        trainer: of the run.
        settings: its own, a frozen dataclass.
        weights: the file it wrote.
        lines: about the data.
        seconds: how long it took.
    """
    from inference.models.weights_file import file_hash
    from inference.training.model_card import TrainingRecord

    return TrainingRecord(
        settings=settings,
        command=own_command(),
        data=lines,
        steps=trainer.step,
        seconds=seconds,
        device=trainer.device.type,
        processes=trainer.processes.count,
        weights_hash=file_hash(weights),
    )


def own_command() -> str:
    """The command as it was given."""
    return shlex.join(["divereview", *sys.argv[1:]])


def about(dataset: Dataset, splits: Sequence[str]) -> str:
    """A line about a data set for a model card; only its videos of some splits count."""
    used = [source for source in dataset.sources if source.split in splits]
    minutes = sum(source.duration_s for source in used) / 60
    return f"{dataset.folder.name}, {len(used)} videos, {minutes:.0f} minutes, made by {dataset.manifest.generator}"


def _silent(share: float, what: str) -> None:
    del share, what
