"""What every `train` command does: choose a device, take a stopped run up again, and say what went wrong with it."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Protocol

from app.cli.console import say
from app.cli.errors import CommandError


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
