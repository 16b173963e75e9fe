"""What a pose model says of a frame, kept by everything that it depends on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from inference.pose.crop_map import CropRegion
from inference.pose.pose_maps import PoseMaps
from inference.results import FloatArray

MOST_BYTES: Final = 128 * 1024**2
"""Of answers with heatmaps; half a minute of video and more."""


@dataclass(frozen=True, slots=True)
class LiveKey:
    """One question: the pose in one frame.

    Args:
        video: tells the video, and the way in which its frames are counted, from all others.
        frame: its number.
        model: tells the model and its settings from all others; that of a `LiveModel`.
        region: where in the frame the person is.
        with_maps: whether what led to the pose is wanted too.
    """

    video: Hashable
    frame: int
    model: Hashable
    region: CropRegion
    with_maps: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LiveAnswer:
    """The pose in one frame.

    Args:
        key: what was asked.
        names: of the K joints.
        keypoints: (K, 2) image coordinates.
        scores: (K,) in [0, 1].
        maps: what led to the pose; None where it was not asked for, or the model has none.
        depths: (K,) px, see `EstimatedPoses`; None if the model does not know.
    """

    key: LiveKey
    names: tuple[str, ...]
    keypoints: FloatArray
    scores: FloatArray
    maps: PoseMaps | None = None
    depths: FloatArray | None = None

    @property
    def byte_count(self) -> int:
        """How much memory its arrays take."""
        arrays = [each.nbytes for each in (self.keypoints, self.scores, self.depths) if each is not None]
        return sum(arrays) + (self.maps.byte_count if self.maps is not None else 0)


class AnswerCache:
    """The answers used last, so many at most; any thread may use it.

    Args:
        most: how many answers to keep.
        most_bytes: and how much memory their arrays may take, together.
    """

    def __init__(self, most: int, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._bytes = 0
        self._answers: OrderedDict[LiveKey, LiveAnswer] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def __contains__(self, key: LiveKey) -> bool:
        return key in self._answers

    def put(self, answer: LiveAnswer) -> None:
        """Keep an answer; those that were used longest ago make room for it. The last one stays, whatever it takes."""
        with self._lock:
            replaced = self._answers.pop(answer.key, None)
            self._answers[answer.key] = answer
            self._bytes += answer.byte_count - (replaced.byte_count if replaced is not None else 0)
            while len(self._answers) > 1 and (len(self._answers) > self._most or self._bytes > self._most_bytes):
                _, dropped = self._answers.popitem(last=False)
                self._bytes -= dropped.byte_count

    def get(self, key: LiveKey) -> LiveAnswer | None:
        """The answer to exactly this question; None if there is none."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer
