"""OKS: how like the truth a pose is, and average precision and recall as COCO counts them.

The object keypoint similarity is a mean of bells, one per labelled joint, each as wide as people disagree about that
joint and as the person is large. Precision and recall then treat poses as detections: the surest first, each matched
with the most similar person who is still free (cocodataset.org, "Keypoint evaluation").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray

COCO_SIGMAS: Final = (
    np.array([26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89], dtype=np.float64) / 1000
)
"""(17,) how far people differ in placing each joint of COCO_17, as a share of the square root of the person's area."""

SIMILARITIES: Final = np.linspace(0.5, 0.95, 10)
"""From which OKS on a pose counts as found."""

_RECALLS: Final = np.linspace(0, 1, 101)
_MOST_POSES: Final = 20
_AREAS_PX2: Final = {"all": (0.0, 1e10), "medium": (32.0**2, 96.0**2), "large": (96.0**2, 1e10)}
_TINY: Final = float(np.spacing(1))


@dataclass(frozen=True, slots=True, eq=False)
class TruePerson:
    """Somebody in a picture.

    Args:
        keypoints: (joints, 2) px.
        labelled: (joints,) which are known.
        area_px2: of the person's outline.
        box: (left, top, width, height) px.
        is_crowd: whether these are many, who neither need to be found nor count against who finds them.
    """

    keypoints: FloatArray
    labelled: npt.NDArray[np.bool_]
    area_px2: float
    box: tuple[float, float, float, float]
    is_crowd: bool = False

    @property
    def need_not_be_found(self) -> bool:
        """Whether finding this one is neither right nor wrong."""
        return self.is_crowd or not self.labelled.any()


@dataclass(frozen=True, slots=True, eq=False)
class FoundPose:
    """A predicted pose: (joints, 2) keypoints in px, and how sure the model is."""

    keypoints: FloatArray
    score: float

    @property
    def area_px2(self) -> float:
        """That of the box around all keypoints."""
        across, down = np.ptp(self.keypoints, axis=0)
        return float(across * down)


@dataclass(frozen=True, slots=True)
class PoseAveragePrecision:
    """COCO's ten figures from 0 to 1; -1 where there is nobody of that size.

    ap and ar are means over all of `SIMILARITIES`; those with numbers are at that similarity in percent.
    """

    ap: float
    ap_50: float
    ap_75: float
    ap_medium: float
    ap_large: float
    ar: float
    ar_50: float
    ar_75: float
    ar_medium: float
    ar_large: float


def keypoint_similarity(person: TruePerson, keypoints: FloatArray, sigmas: FloatArray = COCO_SIGMAS) -> float:
    """OKS of a pose and somebody.

    Of somebody without a labelled joint counts how far the pose lies outside of twice the box.

    Args:
        person: the truth.
        keypoints: (joints, 2) px.
        sigmas: (joints,) see `COCO_SIGMAS`.
    """
    if person.labelled.any():
        away = (keypoints - person.keypoints)[person.labelled]
        sigmas = sigmas[person.labelled]
    else:
        left, top, width, height = person.box
        low, high = np.array([left - width, top - height]), np.array([left + 2 * width, top + 2 * height])
        away = np.maximum(low - keypoints, 0) + np.maximum(keypoints - high, 0)
    costs = (away**2).sum(axis=1) / (2 * sigmas) ** 2 / (person.area_px2 + _TINY) / 2
    return float(np.exp(-costs).mean())


def average_precision(
    pictures: Sequence[tuple[Sequence[TruePerson], Sequence[FoundPose]]], sigmas: FloatArray = COCO_SIGMAS
) -> PoseAveragePrecision:
    """Average precision and recall of the poses found in pictures.

    Args:
        pictures: of each the people in it and the poses that were found.
        sigmas: (joints,) see `COCO_SIGMAS`.
    """
    matched = {
        name: [_matches(people, poses, span, sigmas) for people, poses in pictures] for name, span in _AREAS_PX2.items()
    }
    curves = {name: _precisions_and_recalls(each) for name, each in matched.items()}
    (precisions, recalls) = curves["all"]
    half, three_quarters = 0, 5
    return PoseAveragePrecision(
        _mean(precisions),
        _mean(precisions[half]),
        _mean(precisions[three_quarters]),
        _mean(curves["medium"][0]),
        _mean(curves["large"][0]),
        _mean(recalls),
        _mean(recalls[half]),
        _mean(recalls[three_quarters]),
        _mean(curves["medium"][1]),
        _mean(curves["large"][1]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Matches:
    """Of one picture: (poses,) scores, (similarities, poses) which are right and which count, people to be found."""

    scores: FloatArray
    right: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.bool_]
    to_be_found: int


def _matches(
    people: Sequence[TruePerson], poses: Sequence[FoundPose], span: tuple[float, float], sigmas: FloatArray
) -> _Matches:
    """Match the surest poses first, each with the most similar person; those who need not be found come last."""

    def is_left_out(area_px2: float) -> bool:
        return not span[0] <= area_px2 <= span[1]

    poses = sorted(poses, key=lambda pose: -pose.score)[:_MOST_POSES]
    optional = [person.need_not_be_found or is_left_out(person.area_px2) for person in people]
    order = sorted(range(len(people)), key=lambda place: optional[place])
    people, optional = [people[place] for place in order], [optional[place] for place in order]
    similar = np.array([[keypoint_similarity(person, pose.keypoints, sigmas) for person in people] for pose in poses])
    right = np.zeros((len(SIMILARITIES), len(poses)), bool)
    counts = np.ones_like(right)
    outside = [is_left_out(pose.area_px2) for pose in poses]
    for row, least in enumerate(SIMILARITIES):
        taken = np.zeros(len(people), bool)
        for column in range(len(poses)):
            best = _best_person(similar[column] if people else (), float(least), taken, people, optional)
            if best is None:
                counts[row, column] = not outside[column]
            else:
                taken[best] = True
                right[row, column] = counts[row, column] = not optional[best]
    return _Matches(np.array([pose.score for pose in poses]), right, counts, len(people) - sum(optional))


def _best_person(
    similar: Sequence[float] | FloatArray,
    least: float,
    taken: npt.NDArray[np.bool_],
    people: Sequence[TruePerson],
    optional: Sequence[bool],
) -> int | None:
    best, least = None, min(least, 1 - 1e-10)
    for place, similarity in enumerate(similar):
        if taken[place] and not people[place].is_crowd:
            continue
        if best is not None and not optional[best] and optional[place]:
            break
        if similarity >= least:
            best, least = place, float(similarity)
    return best


def _precisions_and_recalls(pictures: Sequence[_Matches]) -> tuple[FloatArray, FloatArray]:
    """(similarities, recalls) precision at each recall and (similarities,) the highest recall; -1 without people."""
    to_be_found = sum(each.to_be_found for each in pictures)
    if not to_be_found:
        return np.full((len(SIMILARITIES), len(_RECALLS)), -1.0), np.full(len(SIMILARITIES), -1.0)
    order = np.argsort(-np.concatenate([each.scores for each in pictures]), kind="stable")
    right, counts = (
        np.concatenate([getattr(each, name) for each in pictures], axis=1)[:, order] for name in ("right", "counts")
    )
    found = np.cumsum(right & counts, axis=1, dtype=np.float64)
    wrong = np.cumsum(~right & counts, axis=1, dtype=np.float64)
    precisions, recalls = np.zeros((len(SIMILARITIES), len(_RECALLS))), np.zeros(len(SIMILARITIES))
    for row in range(len(SIMILARITIES) if len(order) else 0):
        reached = found[row] / to_be_found
        precise = found[row] / (found[row] + wrong[row] + _TINY)
        # The best that is reached at this recall or a higher one.
        precise = np.maximum.accumulate(precise[::-1])[::-1]
        places = np.searchsorted(reached, _RECALLS, side="left")
        inside = places < len(precise)
        precisions[row, inside] = precise[places[inside]]
        recalls[row] = reached[-1]
    return precisions, recalls


def _mean(values: FloatArray) -> float:
    return float(values.mean())
