"""What the dives table and the dive inspector are given: plain frozen values, ready to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from inference.results import FrameTime


@dataclass(frozen=True, slots=True)
class DiveRow:
    """One line of the dives table.

    number counts the video's dives from 1 in order of time; board is a board key and code a dive code, or None where
    they are not known; score is the model's confidence in [0, 1], or None for a dive a person added; status is
    unreviewed, accepted, corrected or rejected.
    """

    id: str
    number: int
    start: FrameTime
    end: FrameTime
    board: str | None = None
    code: str | None = None
    score: float | None = None
    status: str = "unreviewed"
    note: str = ""


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """Where a value comes from.

    text is a short line such as "by Ana, 2 March 2026 10:14" or "motion 1.0"; a human value can be reverted to the
    prediction when can_revert.
    """

    text: str
    is_human: bool = False
    can_revert: bool = False


@dataclass(frozen=True, slots=True)
class DiveDetails:
    """Everything the inspector shows of one dive.

    origins maps a field (start, end, board, code, status, note, path) to where its value comes from.
    attribute_probabilities maps an attribute (group, rotation_type, half_somersaults, half_twists, position, armstand)
    to the model's probability of each value, as `inference.results.DetectedDive` holds them; proposals are codes that
    follow from them, each with its probability, the most probable first. metrics are pairs of name and value with unit,
    in the order shown. frame_count bounds the frames a person may type; 0 means unknown.
    """

    id: str
    number: int
    start: FrameTime
    end: FrameTime
    board: str | None = None
    code: str | None = None
    code_probability: float | None = None
    score: float | None = None
    status: str = "unreviewed"
    note: str = ""
    origins: Mapping[str, FieldOrigin] = field(default_factory=dict)
    attribute_probabilities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    proposals: tuple[tuple[str, float], ...] = ()
    metrics: tuple[tuple[str, str], ...] = ()
    frame_count: int = 0
    is_editable: bool = True
