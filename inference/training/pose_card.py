"""The card that goes with trained pose model weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inference.evaluation.pose import PoseScores
from inference.evaluation.pose_tables import SPACE_NOTE, group_rows, joint_rows, space_rows
from inference.training.model_card import Table, TrainingRecord, model_card, percent
from inference.training.pose_training import PoseFigures

_PURPOSE = (
    "Finds the keypoints of a diver in a tracked crop (thesis chapter 3; the designs are listed in "
    "`inference/models/pose_designs.py`, the predictors described in `inference/pose/predictors.py`)."
)


def pose_card(record: TrainingRecord, figures: Sequence[PoseFigures], scores: Mapping[str, PoseScores]) -> str:
    """The card as Markdown.

    Args:
        record: the run.
        figures: all evaluations, in order.
        scores: of the weights, by the name of the crops that they were measured on.
    """
    rows = [
        (str(row.step), f"{row.loss:.4f}", percent(row.pckh), percent(row.pck), percent(row.auc)) for row in figures
    ]
    evaluations: Table = (
        "The weights are those of the line with the highest PCKh.",
        ("step", "loss", "PCKh@0.5", "PCK@0.2", "AUC"),
        rows,
    )
    sections: list[tuple[str, Sequence[Table]]] = [("While training, on the validation crops", [evaluations])]
    sections += [(f"On {name}", _tables(own)) for name, own in scores.items()]
    return model_card(f"Pose model, {record.settings.model}", _PURPOSE, record, sections)


def _tables(scores: PoseScores) -> list[Table]:
    groups, joints, (header, rows) = group_rows(scores), joint_rows(scores), space_rows(scores)
    tables: list[Table] = [("By what the diver is doing.", *groups), ("By keypoint, all crops: PCKh@0.5.", *joints)]
    return [*tables, (f"In space. {SPACE_NOTE}", header, rows)] if rows else tables
