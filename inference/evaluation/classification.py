"""What: how often the attributes of dives and their whole codes are right (thesis figure 5.12 and table 5.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from inference.diving.calibration import ReliabilityBin, expected_calibration_error, reliability
from inference.diving.code_decoding import ATTRIBUTES, CodeDecoding, attribute_values
from inference.diving.codes import parse

UNKNOWN = "unknown"
"""Under which dives are counted whose board or camera is not known."""

WHOLE_CODE = "whole_code"
"""Beside the attributes' names in `ClassificationScores.confidence`."""

_AMONG = 5


@dataclass(frozen=True, eq=False)
class ClassifiedDive:
    """One dive and what a classifier says of it.

    Args:
        code: the right code.
        heads: what its heads say, each attribute by itself: the probability of every value.
        decoding: what follows from that by the rules.
        board: its key; empty if not known.
        camera: how it was held, one of `CAMERA_KINDS`; empty if not known.
    """

    code: str
    heads: Mapping[str, Mapping[str, float]]
    decoding: CodeDecoding
    board: str = ""
    camera: str = ""

    @cached_property
    def truth(self) -> Mapping[str, str]:
        """The right value of each attribute."""
        return attribute_values(parse(self.code))

    @cached_property
    def said(self) -> Mapping[str, str]:
        """The value of each attribute in the most probable dive."""
        return attribute_values(self.decoding.best.code)

    @property
    def is_right(self) -> bool:
        """Whether the most probable dive is the right one."""
        return str(self.decoding.best.code) == self.code

    @property
    def is_among_five(self) -> bool:
        """Whether the right dive is one of the five most probable."""
        return self.code in {str(one.code) for one in self.decoding.ranking[:_AMONG]}


@dataclass(frozen=True, slots=True)
class CodeShares:
    """Of so many dives the share of right attributes, by name, and of right codes; at least one dive."""

    dives: int
    attributes: Mapping[str, float]
    whole_code: float


@dataclass(frozen=True, slots=True, eq=False)
class ClassificationScores:
    """Shares that are right; None without a dive.

    Args:
        dives: how many.
        heads: by attribute, what the head alone says is most probable (figure 5.12).
        baseline: by attribute, what always saying the most frequent value would reach.
        attributes: by attribute, that of the most probable dive that the rules allow.
        whole_code: the most probable dive is the right one.
        among_five: the right one is among the five most probable.
        by_board: the same by board, in the order of their names.
        by_camera: the same by how the camera was held.
        confidence: how often what is said with some probability is right: values by attribute, and `WHOLE_CODE`.
    """

    dives: int
    heads: Mapping[str, float]
    baseline: Mapping[str, float]
    attributes: Mapping[str, float]
    whole_code: float | None
    among_five: float | None
    by_board: Mapping[str, CodeShares]
    by_camera: Mapping[str, CodeShares]
    confidence: Mapping[str, tuple[ReliabilityBin, ...]]

    @property
    def calibration_error(self) -> float:
        """Mean distance between how sure it is of whole codes and how often they are right."""
        return expected_calibration_error(self.confidence.get(WHOLE_CODE, ()))


def score_classification(dives: Sequence[ClassifiedDive]) -> ClassificationScores:
    """Scores over dives whose codes are known."""
    if not dives:
        return ClassificationScores(0, {}, {}, {}, None, None, {}, {}, {})
    shares = _shares(dives)
    return ClassificationScores(
        dives=len(dives),
        heads={name: _share(_likeliest(dive.heads[name]) == dive.truth[name] for dive in dives) for name in ATTRIBUTES},
        baseline={
            name: Counter(dive.truth[name] for dive in dives).most_common(1)[0][1] / len(dives) for name in ATTRIBUTES
        },
        attributes=shares.attributes,
        whole_code=shares.whole_code,
        among_five=_share(dive.is_among_five for dive in dives),
        by_board=_grouped(dives, lambda dive: dive.board),
        by_camera=_grouped(dives, lambda dive: dive.camera),
        confidence=_confidence(dives),
    )


def _shares(dives: Sequence[ClassifiedDive]) -> CodeShares:
    attributes = {name: _share(dive.said[name] == dive.truth[name] for dive in dives) for name in ATTRIBUTES}
    return CodeShares(len(dives), attributes, _share(dive.is_right for dive in dives))


def _grouped(dives: Sequence[ClassifiedDive], name_of: Callable[[ClassifiedDive], str]) -> dict[str, CodeShares]:
    groups: dict[str, list[ClassifiedDive]] = {}
    for dive in dives:
        groups.setdefault(name_of(dive) or UNKNOWN, []).append(dive)
    return {name: _shares(groups[name]) for name in sorted(groups)}


def _confidence(dives: Sequence[ClassifiedDive]) -> dict[str, tuple[ReliabilityBin, ...]]:
    """The probability of what is said, by the rules, against how often it is right."""
    bins = {
        name: _bins(
            [dive.decoding.attributes[name][dive.said[name]] for dive in dives],
            [dive.said[name] == dive.truth[name] for dive in dives],
        )
        for name in ATTRIBUTES
    }
    return bins | {
        WHOLE_CODE: _bins([dive.decoding.best.probability for dive in dives], [dive.is_right for dive in dives])
    }


def _bins(confidences: Sequence[float], is_right: Sequence[bool]) -> tuple[ReliabilityBin, ...]:
    right: npt.NDArray[np.bool_] = np.array(is_right, dtype=bool)
    return reliability(np.array(confidences, dtype=np.float64), right)


def _share(is_right: Iterable[bool]) -> float:
    return float(np.mean(list(is_right)))


def _likeliest(probabilities: Mapping[str, float]) -> str:
    return max(probabilities, key=lambda value: probabilities[value])
