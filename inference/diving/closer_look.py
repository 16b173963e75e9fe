"""A second look at what may be a dive: the part of the picture where the diver is, enlarged.

The detector sees the whole picture in one size, in which a far diver of a few pixels hardly stands out. So where it is
neither sure of a dive nor sure of none, or not sure when a dive starts, the part of the pictures in which its
candidates lie is shown to it again, up to 2.7 times as large, and its two opinions are averaged as log odds. That is so
for a few seconds of a minute, and so takes little time. (The thesis looks once.)

The numbers below were chosen on 48 of the videos that the detector was trained and validated with, where they find more
dives than one look does; never on those that it is measured with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from inference.diving.event_signals import ExtractedDive, ExtractionSettings, dives_of_smoothed
from inference.results import FloatArray
from inference.video.picture import Picture

MARGIN_S = 1.2
"""How long before and after a dive the second look lasts."""

_SURE_SCORE = 0.55
_SURE_START = 0.4

_WORTH_A_LOOK = 4 / 7
_LOWER_PEAK = 2 / 3
_LEAST_SCORE = 0.1
_TAILS = 0.05
_MOST_ZOOM, _LEAST_ZOOM = 2.7, 1.3
_FILLED = 0.8
_SAME_DIVE, _SAME_FOR_SURE = 0.25, 0.5
_ODDS_LIMIT = 0.003


@dataclass(frozen=True, slots=True)
class View:
    """A part of the picture, as wide and high as 1 / zoom of it; x and y of its middle are shares of the picture."""

    x: float
    y: float
    zoom: float

    def picture(self, picture: Picture, out: Picture | None = None) -> Picture:
        """This part of a (height, width, 3) picture, as large as the picture; written to `out` if that is given."""
        height, width = picture.shape[:2]
        left, top = (self.x - 0.5 / self.zoom) * width, (self.y - 0.5 / self.zoom) * height
        # OpenCV counts from the middle of the first pixel.
        move = 0.5 * self.zoom - 0.5 - self.zoom * np.array([left, top])
        warp = np.array([[self.zoom, 0, move[0]], [0, self.zoom, move[1]]])
        seen = np.empty_like(picture) if out is None else out
        cv2.warpAffine(picture, warp, (width, height), seen, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
        return seen

    def candidates(self, seen: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, k, 3) candidates seen in this part, as candidates of the whole picture."""
        places = (self.x, self.y) + (seen[..., :2] - 0.5) / self.zoom
        return np.concatenate([places, seen[..., 2:]], axis=-1).astype(np.float32)


def worth_a_look(settings: ExtractionSettings) -> ExtractionSettings:
    """The lower thresholds above which a dive is looked at again; below them there is nothing."""
    return replace(
        settings,
        min_mid=_LOWER_PEAK * settings.min_mid,
        min_prominence=_LOWER_PEAK * settings.min_prominence,
        min_score=_WORTH_A_LOOK * settings.min_score,
    )


def is_clear(dive: ExtractedDive, start_signal: float) -> bool:
    """Whether a dive need not be looked at again: neither it nor its start, by the smoothed signal, is in doubt."""
    return dive.score >= _SURE_SCORE and start_signal >= _SURE_START


def is_found(dive: ExtractedDive, settings: ExtractionSettings) -> bool:
    """Whether a dive that was worth a look is one by the settings themselves."""
    return (
        dive.score >= settings.min_score and dive.mid >= settings.min_mid and dive.prominence >= settings.min_prominence
    )


def view_of(candidates: npt.NDArray[np.float32]) -> View | None:
    """The part of the picture in which a dive takes place.

    Args:
        candidates: (n, k, 3) of the dive's pictures, best first: x, y and score.

    Returns:
        The smallest part that holds nearly all of the best candidates, with room around them; None if there are none,
        or they are so far apart that enlarging would show hardly more.
    """
    x, y, scores = candidates[:, 0].T.astype(np.float64)
    is_seen = scores >= _LEAST_SCORE
    if not is_seen.any():
        return None
    low, high = (
        np.array([_weighted_quantile(values[is_seen], scores[is_seen], share) for values in (x, y)])
        for share in (_TAILS, 1 - _TAILS)
    )
    zoom = min(_MOST_ZOOM, _FILLED / max(float((high - low).max()), 1e-9))
    if zoom < _LEAST_ZOOM:
        return None
    half = 0.5 / zoom
    middle = np.clip((low + high) / 2, half, 1 - half)
    return View(float(middle[0]), float(middle[1]), zoom)


def joint_signals(first: npt.NDArray[np.floating], second: npt.NDArray[np.floating]) -> FloatArray:
    """(3, n) probabilities whose log odds are the mean of those of two looks."""
    odds = [logit(np.clip(np.asarray(look, np.float64), _ODDS_LIMIT, 1 - _ODDS_LIMIT)) for look in (first, second)]
    joint: FloatArray = expit((odds[0] + odds[1]) / 2)
    return joint


def second_opinion(
    dive: ExtractedDive, first: FloatArray, joint: FloatArray, fps: float, settings: ExtractionSettings
) -> ExtractedDive | None:
    """The dive as both looks together see it.

    Args:
        dive: as the first look has it; its frames count as those of the signals.
        first: (3, n) smoothed signals of the first look, around the dive.
        joint: (3, n) smoothed signals of both.
        fps: frames per second of real time.
        settings: how dives are read off.

    Returns:
        The dive of the joint signals that is the same one, by score and temporal IoU; None where they show none, or
        none that is one by the settings. The end is that of the first look if it was no less sure of it: a part of
        the picture may not show the water.
    """
    found = dives_of_smoothed(joint, fps, worth_a_look(settings))
    same = [other for other in found if _iou(dive, other) >= _SAME_DIVE]
    best = max(same, key=lambda other: other.score * _iou(dive, other), default=None)
    if best is None or not is_found(best, settings):
        return None
    is_end_clear = first[2, dive.end] >= joint[2, best.end] and dive.end > best.start
    return replace(best, end=dive.end) if is_end_clear else best


def stands_alone(dive: ExtractedDive, others: Sequence[ExtractedDive]) -> bool:
    """Whether no other dive has a frame in common with it, so that a closer look cannot be at the wrong diver."""
    return all(other is dive or _iou(dive, other) == 0 for other in others)


def without_doubles(clear: Sequence[ExtractedDive], looked_at: Sequence[ExtractedDive]) -> list[ExtractedDive]:
    """All dives, but of those that a closer look has shown to be one and the same, only the best-scored.

    Args:
        clear: those that needed no closer look.
        looked_at: those that have had it.
    """
    kept = list(clear)
    for dive in sorted(looked_at, key=lambda dive: -dive.score):
        if all(_iou(dive, other) <= _SAME_FOR_SURE for other in kept):
            kept.append(dive)
    return kept


def _iou(one: ExtractedDive, other: ExtractedDive) -> float:
    """Temporal IoU in frames, first and last included."""
    common = min(one.end, other.end) - max(one.start, other.start) + 1
    return max(common, 0) / (max(one.end, other.end) - min(one.start, other.start) + 1)


def _weighted_quantile(values: FloatArray, weights: FloatArray, share: float) -> float:
    """The value that such a share of the weight lies below or at."""
    order = values.argsort()
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, share * reached[-1])])
