"""The card that goes with trained classifier weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inference.diving.code_decoding import ATTRIBUTES
from inference.evaluation.classification import WHOLE_CODE, ClassificationScores, score_classification
from inference.training.classifier_clips import ClipSet
from inference.training.classifier_training import ClassifierFigures, ClassifierTrainer, classified
from inference.training.model_card import Table, TrainingRecord, model_card, percent

_PURPOSE = (
    "Tells the attributes of a dive's code from a clip along the diver's path (thesis section 5.5; the networks are "
    "described in `inference/models/classifier_compact.py` and `inference/models/c3d.py`)."
)
_WORDS = {name: name.replace("_", " ") for name in ATTRIBUTES}


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Scores on some clips: with only those dives thought of that can be done from the board, and without the board."""

    board_told: ClassificationScores
    board_unknown: ClassificationScores


def measured(trainer: ClassifierTrainer, clips: ClipSet, temperatures: Mapping[str, float]) -> Measured:
    """How good a trained network is on some clips.

    Args:
        trainer: its network in evaluation mode.
        clips: other ones than it has learned from.
        temperatures: by attribute, what to divide its logits by.
    """
    logits = trainer.logits(clips)
    told, unknown = (
        score_classification(classified(logits, clips, temperatures, is_board_told=is_told))
        for is_told in (True, False)
    )
    return Measured(told, unknown)


def classifier_card(
    record: TrainingRecord,
    figures: Sequence[ClassifierFigures],
    temperatures: Mapping[str, float],
    scores: Mapping[str, Measured],
) -> str:
    """The card as Markdown.

    Args:
        record: the run.
        figures: all evaluations, in order.
        temperatures: by attribute, what the logits are divided by.
        scores: of the weights, by the name of the clips that they were measured on.
    """
    header = ("step", "loss", *_WORDS.values(), "whole code")
    rows = [
        (
            str(row.step),
            f"{row.loss:.3f}",
            *(percent(getattr(row, name)) for name in ATTRIBUTES),
            percent(row.whole_code),
        )
        for row in figures
    ]
    how = (
        "Attributes and codes of the most probable dive that the rules allow from the board. The weights are those of "
    )
    evaluations: Table = (f"{how}the best line.", header, rows)
    fitted: Table = (
        "Fitted on the validation clips; above 1 where the head was too sure of itself.",
        tuple(_WORDS.values()),
        [tuple(f"{temperatures[name]:.2f}" for name in ATTRIBUTES)],
    )
    sections = [("While training, on the validation clips", [evaluations]), ("Temperatures", [fitted])]
    sections += [(f"On {name}", _tables(own)) for name, own in scores.items()]
    return model_card(f"Dive classifier, {record.settings.kind}", _PURPOSE, record, sections)


def _tables(measured: Measured) -> list[Table]:
    told, unknown = measured.board_told, measured.board_unknown
    header = ("", *_WORDS.values(), "whole code", "among the first five")
    rows = [
        ("always the most frequent", *_shares(told.baseline), "-", "-"),
        ("each head alone", *_shares(told.heads), "-", "-"),
        ("by the rules, board unknown", *_shares(unknown.attributes), *_codes(unknown)),
        ("by the rules, board told", *_shares(told.attributes), *_codes(told)),
    ]
    boards = [
        (board, str(own.dives), *_shares(own.attributes), percent(own.whole_code))
        for board, own in told.by_board.items()
    ]
    return [
        (f"{told.dives} dives.", header, rows),
        ("By board, told.", ("", "dives", *_WORDS.values(), "whole code"), boards),
        (
            f"Reliability of whole codes, board unknown; calibration error {percent(unknown.calibration_error)}.",
            ("codes", "mean confidence", "right"),
            [
                (str(one.count), percent(one.confidence), percent(one.accuracy))
                for one in unknown.confidence.get(WHOLE_CODE, ())
            ],
        ),
    ]


def _shares(by_attribute: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(percent(by_attribute.get(name)) for name in ATTRIBUTES)


def _codes(scores: ClassificationScores) -> tuple[str, str]:
    return percent(scores.whole_code), percent(scores.among_five)
