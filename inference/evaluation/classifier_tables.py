"""Several classifiers on the same dives, as tables in words (figure 5.12 and table 5.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from inference.diving.code_decoding import ATTRIBUTES
from inference.evaluation.classification import ClassificationScores, CodeShares
from inference.evaluation.code_figures import CodeFigures
from inference.evaluation.tables import ATTRIBUTE_WORDS, Table, percent

Crops = Callable[[CodeFigures], ClassificationScores]


def classifier_tables(by_name: Mapping[str, CodeFigures]) -> list[Table]:
    """All tables.

    Args:
        by_name: the figures of each classifier, by its name; at least one.
    """
    return [
        _heads("Heads alone, true crops (figure 5.12)", by_name, lambda figures: figures.true_crops),
        _heads("Heads alone, predicted crops (table 5.3)", by_name, lambda figures: figures.predicted_crops),
        _codes("By the rules, true crops", by_name, lambda figures: figures.true_crops),
        _codes("By the rules, predicted crops", by_name, lambda figures: figures.predicted_crops),
        _codes("By the rules, predicted crops, board unknown", by_name, lambda figures: figures.board_unknown),
        _groups("Whole codes by camera, predicted crops", by_name, lambda scores: scores.by_camera),
        _groups("Whole codes by board, predicted crops", by_name, lambda scores: scores.by_board),
    ]


def _heads(title: str, by_name: Mapping[str, CodeFigures], crops: Crops) -> Table:
    """A line for each classifier, above them what always saying the most frequent value would reach."""
    scores = {name: crops(figures) for name, figures in by_name.items()}
    first = next(iter(scores.values()))
    rows = [("baseline", str(first.dives), *_attributes(first.baseline))]
    rows += [(name, str(own.dives), *_attributes(own.heads)) for name, own in scores.items()]
    return Table(title, ("", "dives", *ATTRIBUTE_WORDS.values()), tuple(rows))


def _codes(title: str, by_name: Mapping[str, CodeFigures], crops: Crops) -> Table:
    rows = []
    for name, figures in by_name.items():
        scores = crops(figures)
        whole = scores.whole_code, scores.among_five, scores.calibration_error
        rows.append((name, str(scores.dives), *_attributes(scores.attributes), *map(percent, whole)))
    header = ("", "dives", *ATTRIBUTE_WORDS.values(), "whole code", "among five", "calibration error")
    return Table(title, header, tuple(rows))


def _attributes(shares: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(percent(shares.get(attribute)) for attribute in ATTRIBUTES)


def _groups(
    title: str,
    by_name: Mapping[str, CodeFigures],
    groups_of: Callable[[ClassificationScores], Mapping[str, CodeShares]],
) -> Table:
    shares = {name: groups_of(figures.predicted_crops) for name, figures in by_name.items()}
    dives = {group: own[group].dives for own in shares.values() for group in own}
    groups = sorted(dives)
    rows = [
        (name, *(percent(own[group].whole_code) if group in own else "-" for group in groups))
        for name, own in shares.items()
    ]
    return Table(title, ("", *(f"{group} ({dives[group]})" for group in groups)), tuple(rows))
