"""The figures of pose models as tables in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inference.evaluation.pose import ALL, PoseScores
from inference.evaluation.pose_cost import PoseCost
from inference.evaluation.tables import Table, percent

SHARES = ("PCKh@0.5", "PCK@0.2", "AUC")
"""Columns; what they mean stands in `KeypointShares`."""

NOTE = (
    "PCKh@0.5: keypoints within half a head's length, without pelvis, spine and neck. PCK@0.2: all keypoints within a "
    "fifth of the torso. AUC: mean of PCKh over all thresholds up to half a head."
)

SPACE = ("MPJPE, mm", "aligned, mm", "depth, mm", "PCK@150mm", "AUC")
"""Columns about places in space; what they mean stands in `SpaceErrors`."""

SPACE_NOTE = (
    "All from the pelvis, which does not count. MPJPE: mean distance; aligned: after each pose was moved, turned and "
    "scaled to fit best; depth: median distance along the line of sight. PCK: keypoints within 150 mm; AUC: its mean "
    "over all thresholds up to that (thesis section 4.6.3)."
)

_MIB = 1024**2


def pose_tables(scores: Mapping[str, PoseScores], costs: Mapping[str, PoseCost]) -> list[Table]:
    """How several models compare, in all and by what the diver is doing, and what each costs.

    Args:
        scores: by the model's name.
        costs: of the same models.
    """
    groups = list(dict.fromkeys(group for own in scores.values() for group in own))
    joints = list(dict.fromkeys(joint for own in scores.values() for joint in own[ALL].joints))
    in_space = [
        Table(
            f"In space, {name}",
            ("", "crops", *SPACE),
            tuple((group, str(own[group].crops), *columns) for group, columns in space_columns(own)),
            SPACE_NOTE,
        )
        for name, own in scores.items()
        if space_columns(own)
    ]
    return [
        Table(
            "Pose models (table 3.4)",
            ("", "crops", *SHARES, "ms per crop", "parameters", "peak memory, MiB", "crops learned from", "crops seen"),
            tuple((name, str(own[ALL].crops), *shares(own, ALL), *_cost(costs[name])) for name, own in scores.items()),
            NOTE,
        ),
        Table(
            "PCKh@0.5 by what the diver is doing",
            ("", *groups),
            tuple((name, *(percent(own[g].pckh) if g in own else "-" for g in groups)) for name, own in scores.items()),
        ),
        Table(
            "PCKh@0.5 by keypoint",
            ("", *(joint.replace("_", " ") for joint in joints)),
            tuple((name, *(percent(own[ALL].joints.get(j)) for j in joints)) for name, own in scores.items()),
        ),
        *in_space,
    ]


def shares(scores: PoseScores, group: str) -> tuple[str, ...]:
    """The columns of `SHARES` for a group."""
    own = scores[group]
    return percent(own.pckh), percent(own.pck), percent(own.auc)


def space_columns(scores: PoseScores) -> list[tuple[str, tuple[str, ...]]]:
    """The columns of `SPACE` for every group that has any."""
    return [
        (
            group,
            (
                *(f"{value:.0f}" for value in (own.mpjpe_mm, own.aligned_mpjpe_mm, own.depth_mm)),
                *map(percent, (own.pck, own.auc)),
            ),
        )
        for group, shares in scores.items()
        if (own := shares.in_space) is not None
    ]


def space_rows(scores: PoseScores) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Header and rows of one model's table in space; no rows if it says no depths."""
    return ("", *SPACE), [(group, *columns) for group, columns in space_columns(scores)]


def group_rows(scores: PoseScores) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Header and rows of one model's table by what the diver is doing."""
    return ("", "crops", *SHARES), [(group, str(own.crops), *shares(scores, group)) for group, own in scores.items()]


def joint_rows(scores: PoseScores) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Header and rows of one model's table by keypoint."""
    rows = [(joint.replace("_", " "), percent(share)) for joint, share in scores[ALL].joints.items()]
    return ("", "PCKh@0.5"), rows


def _cost(cost: PoseCost) -> tuple[str, ...]:
    learned = [f"{cost.learned[name]:,}" if name in cost.learned else "-" for name in ("crops", "seen")]
    return (f"{cost.crop_ms:.1f}", f"{cost.parameters:,}", f"{cost.peak_bytes / _MIB:.0f}", *learned)
