"""What, end to end: dive codes told from crops along true paths and along predicted ones (thesis table 5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inference.diving.boards import Board
from inference.diving.code_decoding import decode_code
from inference.diving.codes import parse
from inference.evaluation.classification import ClassificationScores, ClassifiedDive, score_classification
from inference.evaluation.detection import TrueDive
from inference.evaluation.evaluated_video import EvaluatedVideo


@dataclass(frozen=True, slots=True, eq=False)
class CodeFigures:
    """How often codes are right; flying dives, which no classifier here tells, are left out.

    Args:
        dives: true dives whose code is known.
        true_crops: cut with true start, end and path, decoded for the true board (figure 5.12).
        predicted_crops: matched dives, cut with what was found, decoded for the true board, as when a coach has said
            which board it is (table 5.3).
        board_unknown: the same, decoded for any board, as nobody has told the program.
        found_and_right: of all true dives, missed ones too, the share whose code is right in `predicted_crops`.
    """

    dives: int
    true_crops: ClassificationScores
    predicted_crops: ClassificationScores
    board_unknown: ClassificationScores
    found_and_right: float | None


def code_figures(videos: Sequence[EvaluatedVideo], min_iou: float) -> CodeFigures | None:
    """The figures of evaluated videos; None where no classifier was asked.

    Args:
        videos: what was found.
        min_iou: the smallest temporal IoU of a match.
    """
    if all(video.classified_s is None for video in videos):
        return None
    dives = [(dive, video.camera) for video in videos for dive in video.dives.truth if _has_code(dive)]
    true_crops = [each for dive, camera in dives for each in _classified(dive, dive.attribute_probabilities, camera)]
    matches = [
        (match.true, match.found.attribute_probabilities, video.camera)
        for video in videos
        for match in video.dives.matched(min_iou)
        if _has_code(match.true)
    ]
    predicted = [each for dive, heads, camera in matches for each in _classified(dive, heads, camera)]
    unknown = [
        each for dive, heads, camera in matches for each in _classified(dive, heads, camera, is_board_known=False)
    ]
    return CodeFigures(
        dives=len(dives),
        true_crops=score_classification(true_crops),
        predicted_crops=score_classification(predicted),
        board_unknown=score_classification(unknown),
        found_and_right=sum(dive.is_right for dive in predicted) / len(dives) if dives else None,
    )


def _has_code(dive: TrueDive) -> bool:
    return dive.code is not None and not parse(dive.code).is_flying


def _classified(
    dive: TrueDive, heads: Mapping[str, Mapping[str, float]], camera: str, *, is_board_known: bool = True
) -> Iterator[ClassifiedDive]:
    """What the heads come to; nothing for a dive that had no path to be cut along."""
    if heads:
        board = Board.from_key(dive.board) if dive.board and is_board_known else None
        yield ClassifiedDive(dive.code or "", heads, decode_code(heads, board), dive.board or "", camera)
