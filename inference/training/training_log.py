"""What a training says while it runs, for TensorBoard: the loss of every step and the figures of every evaluation."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from inference.models.errors import ModelError


class TrainingLog:
    """A folder that `tensorboard --logdir` shows; its methods are a trainer's `on_step` and `on_figures`.

    Args:
        folder: made if need be; what it holds of earlier steps of the same training stays.
        first_step: number of the step before the next one; what the folder holds of later ones counts no more.

    Raises:
        ModelError: if TensorBoard is not installed.
    """

    def __init__(self, folder: Path, first_step: int = 0) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise ModelError(
                "--log writes for TensorBoard, which is not installed; leave it out, or install it with "
                '`pip install "divereview[train]"`.'
            ) from None
        writer: Any = SummaryWriter  # whether it has types depends on what is installed
        self._writer = writer(str(folder), purge_step=first_step + 1 if first_step else None)

    def on_step(self, step: int, loss: float) -> None:
        """The loss of a step."""
        self._writer.add_scalar("loss/training", loss, step)

    def on_figures(self, figures: Any) -> None:
        """An evaluation: a frozen dataclass with the number of its step; each of its numbers is a curve."""
        values = asdict(figures)
        step = values.pop("step")
        for name, value in values.items():
            if isinstance(value, int | float):
                self._writer.add_scalar(f"validation/{name}", value, step)

    def close(self) -> None:
        """Write out what is left."""
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
