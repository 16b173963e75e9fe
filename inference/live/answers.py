"""What a pose model says of a frame, kept by everything that it depends on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from inference.pose.crop_map import CropRegion
from inference.results import FloatArray


@dataclass(frozen=True, slots=True)
class LiveKey:
    """One question: the pose in one frame.

    Args:
        video: tells the video, and the way in which its frames are counted, from all others.
        frame: its number.
        model: tells the model and its settings from all others; that of a `LiveModel`.
        region: where in the frame the person is.
    """

    video: Hashable
    frame: int
    model: Hashable
    region: CropRegion


@dataclass(frozen=True, slots=True, eq=False)
class LiveAnswer:
    """The pose in one frame.

    Args:
        key: what was asked.
        names: of the K joints.
        keypoints: (K, 2) image coordinates.
        scores: (K,) in [0, 1].
    """

    key: LiveKey
    names: tuple[str, ...]
    keypoints: FloatArray
    scores: FloatArray


class AnswerCache:
    """The answers used last, so many at most; any thread may use it.

    Args:
        most: how many answers to keep.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[LiveKey, LiveAnswer] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def __contains__(self, key: LiveKey) -> bool:
        return key in self._answers

    def put(self, answer: LiveAnswer) -> None:
        """Keep an answer; the one that was used longest ago makes room for it."""
        with self._lock:
            self._answers[answer.key] = answer
            self._answers.move_to_end(answer.key)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)

    def get(self, key: LiveKey) -> LiveAnswer | None:
        """The answer to exactly this question; None if there is none."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer
