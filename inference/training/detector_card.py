"""The card that goes with trained detector weights: made of what, how, and how good."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import torch

from inference.training.detector_training import DetectorFigures, DetectorTraining

_PURPOSE = (
    "Tells for every frame of a video how probable it is that a dive starts, is under way and ends there "
    "(thesis section 5.3; the network is described in `inference/models/dive_detector.py`)."
)


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """What a training run was.

    Args:
        settings: of the training.
        command: as it was given.
        data: a line for each data set.
        figures: all evaluations, in order.
        steps: updates really done.
        seconds: how long it took since it was last begun or taken up.
        device: on which it ran.
        weights_hash: of the weights file.
    """

    settings: DetectorTraining
    command: str
    data: Sequence[str]
    figures: Sequence[DetectorFigures]
    steps: int
    seconds: float
    device: str
    weights_hash: str


def detector_card(record: TrainingRecord) -> str:
    """The card as Markdown."""
    settings = asdict(record.settings)
    lines = [
        "# Dive detector",
        "",
        _PURPOSE,
        "",
        f"- Date: {datetime.now(UTC):%Y-%m-%d}",
        f"- Weights: SHA-256 begins with `{record.weights_hash}`",
        f"- Command: `{record.command}`",
        f"- Device: {record.device} on {platform.machine()} with {torch.get_num_threads()} threads",
        f"- Software: torch {torch.__version__}",
        f"- Length: {record.steps} of {settings['steps']} steps, {record.seconds / 60:.0f} minutes",
        *(f"- Data: {line}" for line in record.data),
        f"- Settings: {', '.join(f'{name} {value}' for name, value in settings.items())}",
        "",
        "## On the validation videos",
        "",
        "Found dives match true ones from a temporal IoU of 0.5 on. The weights are those of the best line.",
        "",
        "| step | loss | recall | precision | F1 |",
        "|---|---|---|---|---|",
        *(
            f"| {row.step} | {row.loss:.4f} | {_percent(row.recall)} | {_percent(row.precision)} | {_percent(row.f1)} |"
            for row in record.figures
        ),
        "",
    ]
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
