"""The card that goes with trained detector weights."""

from __future__ import annotations

from collections.abc import Sequence

from inference.training.detector_training import DetectorFigures
from inference.training.model_card import Table, TrainingRecord, model_card, percent

_PURPOSE = (
    "Tells for every frame of a video how probable it is that a dive starts, is under way and ends there, and where "
    "the diver is (thesis sections 5.3 and 5.4; the network is described in `inference/models/dive_detector.py`)."
)
_HOW = "Found dives match true ones from a temporal IoU of 0.5 on. The weights are those of the best line."


def detector_card(record: TrainingRecord, figures: Sequence[DetectorFigures]) -> str:
    """The card as Markdown.

    Args:
        record: the run.
        figures: all evaluations, in order.
    """
    rows = [
        (str(row.step), f"{row.loss:.4f}", percent(row.recall), percent(row.precision), percent(row.f1))
        for row in figures
    ]
    evaluations: Table = (_HOW, ("step", "loss", "recall", "precision", "F1"), rows)
    return model_card("Dive detector", _PURPOSE, record, [("On the validation videos", [evaluations])])
