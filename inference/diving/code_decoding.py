"""From a classifier's five attributes to dive codes that the rules allow (thesis section 5.5).

The heads know nothing of each other, so the likeliest value of each may together be no dive: a straight dive with three
somersaults and a twist, say. Here the attributes are taken together: of all dives that can be done from the board, how
probable is each, given what every head says?
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inference.diving.attribute_probabilities import Probabilities
from inference.diving.boards import Board
from inference.diving.codes import DiveCode, broken_rules, parse
from inference.diving.degree_of_difficulty import table
from inference.results import FloatArray

ATTRIBUTES = ("rotation_type", "half_somersaults", "half_twists", "position", "armstand")
"""What the heads tell; the values' names are those of `inference.diving.attribute_probabilities`."""

_IMPOSSIBLE = 1e-12


@dataclass(frozen=True, slots=True)
class CodeProbability:
    """A dive and how probable it is."""

    code: DiveCode
    probability: float


@dataclass(frozen=True, slots=True)
class CodeDecoding:
    """What a classifier says, once the rules are taken into account.

    ranking has the most probable dives, best first; attributes maps each of ATTRIBUTES to the probability of its values
    over all dives that can be done.
    """

    ranking: tuple[CodeProbability, ...]
    attributes: Mapping[str, Mapping[str, float]]

    @property
    def best(self) -> CodeProbability:
        """The most probable dive."""
        return self.ranking[0]


def attribute_values(code: DiveCode) -> dict[str, str]:
    """The value of each of ATTRIBUTES for a dive, by the name that heads use."""
    return {
        "rotation_type": str(code.direction),
        "half_somersaults": str(code.half_somersaults),
        "half_twists": str(code.half_twists),
        "position": code.position.value,
        "armstand": "true" if code.is_armstand else "false",
    }


@functools.cache
def possible_codes(board: Board | None) -> tuple[DiveCode, ...]:
    """The dives of the degree-of-difficulty table that the rules allow from a board, flying ones left out.

    Those with a value for the board; from a training board, which the table does not have, all that no rule forbids;
    from a board that is not known, all.
    """
    codes = tuple(code for code in map(parse, table().codes) if not code.is_flying)
    if board is None:
        return codes
    if any(key == board.key for _, key in table().values):
        return tuple(code for code in codes if (str(code), board.key) in table().values)
    return tuple(code for code in codes if not broken_rules(code, board))


def decode_code(
    attributes: Mapping[str, Probabilities],
    board: Board | None = None,
    *,
    count: int = 5,
    prior: Mapping[str, float] | None = None,
) -> CodeDecoding:
    """The most probable dives from a board by exact enumeration, the heads taken as independent given the dive.

    Args:
        attributes: for each of ATTRIBUTES the probability of its values; one that is missing says nothing, and a value
            that is missing in one that is there counts as all but impossible.
        board: where the dive started, if known.
        count: how many dives to rank.
        prior: weight of each code before the heads are heard, such as how often it is done; all alike without.

    Raises:
        ValueError: if a probability is negative or not finite, or an attribute does not exist.
    """
    _check(attributes)
    codes = possible_codes(board)
    weights = _log(np.array([1.0 if prior is None else prior.get(str(code), 0.0) for code in codes]))
    values = [attribute_values(code) for code in codes]
    for name, given in attributes.items():
        if given:
            weights = weights + _log(np.array([given.get(value[name], 0.0) for value in values]))
    shares = np.exp(weights - weights.max())
    shares /= shares.sum()
    order = np.argsort(-shares, kind="stable")[:count]
    marginals: dict[str, dict[str, float]] = {name: {} for name in ATTRIBUTES}
    for value, share in zip(values, shares.tolist(), strict=True):
        for name in ATTRIBUTES:
            marginals[name][value[name]] = marginals[name].get(value[name], 0.0) + share
    return CodeDecoding(tuple(CodeProbability(codes[place], float(shares[place])) for place in order), marginals)


def _check(attributes: Mapping[str, Probabilities]) -> None:
    for name, given in attributes.items():
        if name not in ATTRIBUTES:
            raise ValueError(f"there is no attribute {name!r}; attributes are {', '.join(ATTRIBUTES)}")
        for value, probability in given.items():
            if not (math.isfinite(probability) and probability >= 0):
                raise ValueError(f"the probability of {name} {value} is {probability}")


def _log(probabilities: FloatArray) -> FloatArray:
    result: FloatArray = np.log(np.maximum(probabilities, _IMPOSSIBLE))
    return result
