"""Which labelled frames of a dive a pose model learns from, and which of their keypoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inference.dataset.schema import DiveRecord, FrameLabels, Visibility

CROPS_A_DIVE = 24
"""Of a dive with more labelled frames, so many are taken: first those in which a person placed keypoints."""

_LEAST_KEYPOINTS = 4


def as_placed(dive: DiveRecord, names: Sequence[str]) -> DiveRecord:
    """The dive without interpolated keypoints; of frames that have some, those stay in which a person placed others."""
    frames = []
    for labels in dive.frames:
        placed = tuple(None if each is None or each.is_interpolated else each for each in labels.keypoints or ())
        if placed == labels.keypoints:
            frames.append(labels)
        elif _is_by_hand(labels, names):
            frames.append(replace(labels, keypoints=placed))
    return replace(dive, frames=tuple(frames))


def _is_by_hand(labels: FrameLabels, names: Sequence[str]) -> bool:
    """Whether a person placed keypoints in a frame."""
    placed = [
        name
        for name, each in zip(names, labels.keypoints or (), strict=False)
        if each is not None and not each.is_interpolated
    ]
    makers = [labels.provenance.get(name) or labels.provenance.get("keypoints") for name in placed]
    return any(maker is not None and maker.kind == "person" for maker in makers)


def chosen_frames(dive: DiveRecord, names: Sequence[str]) -> tuple[FrameLabels, ...]:
    """The frames of a dive that are to be cut out, of those that show enough of the diver above the water.

    A person corrects where a model is wrong, which is what there is to learn from. So where there are too many frames,
    those with keypoints by hand come first; both they and those that fill up the rest are spread evenly.
    """
    frames = [labels for labels in dive.frames if _dry_keypoints(labels) >= _LEAST_KEYPOINTS]
    if len(frames) <= CROPS_A_DIVE:
        return tuple(frames)
    by_hand = [place for place, labels in enumerate(frames) if _is_by_hand(labels, names)]
    others = sorted(set(range(len(frames))).difference(by_hand))
    first = _spread(by_hand, CROPS_A_DIVE)
    return tuple(frames[place] for place in sorted([*first, *_spread(others, CROPS_A_DIVE - len(first))]))


def _spread(places: Sequence[int], count: int) -> list[int]:
    """So many of them, from the first to the last; all of them if there are not more."""
    if len(places) <= count:
        return list(places)
    return [places[at] for at in np.rint(np.linspace(0, len(places) - 1, count)).astype(int)]


def _dry_keypoints(labels: FrameLabels) -> int:
    keypoints = labels.keypoints or ()
    return sum(each is not None and each.visibility is not Visibility.UNDER_WATER for each in keypoints)
