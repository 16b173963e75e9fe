"""Candidate locations of a diver: blobs that moved against the background, whatever the camera did.

A picture is compared with neighbours on both sides in time, brought into register with it. No background picture has
to be learned, so pans and cuts cost nothing. Three masks are made. The sure one holds pixels that differ from all but
one of the neighbours up to a third of a second away: a diver has moved or turned by then, and flickering water has been
through most of its ripple. But near the top of a flight a body overlaps itself for longer, so the likely one also asks
neighbours further away and holds pixels that differ from more than half. And somebody who stood still before the
take-off has been in one place for long, so the leaving one holds pixels that differ from most of some later neighbours.
Likely and leaving blobs must have a sure part. Differences within the range of the neighbour's 3 x 3 surroundings do
not count, which forgives a pixel of misregistration. While the camera moves, a pixel of the picture itself that has not
changed for two seconds is a caption, which would seem to fly.

Neighbours are found by their times, so that uneven frame rates do no harm; a picture that repeats the one before it
adds no observation and only keeps that one in sight for longer.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inference.diving.moving_blobs import FrameBlobs, PictureLayers, moving_blobs
from inference.diving.registered_differences import RangedPicture, SmallestDifferences, image_difference, is_in_register
from inference.results import FloatArray, FrameTime
from inference.video.camera_motion import CameraStep
from inference.video.picture import Picture

NEAR_S = (0.1, 0.2, 0.33)
"""How far away in time a picture's near neighbours are, on both sides (seconds of real time)."""

FAR_S = 0.62
"""How far away its far neighbours are: a body at rest in the air falls clear of itself within this time."""

LATER_S = (0.9, 1.25, 1.6)
"""How far away its later neighbours are: a diver is gone from the board by then, who was there before for long."""

_NEAR, _FAR, _LATER = 1, 2, 4
_MIN_DIFFERENCE = 14
_STILL_S = 2.0
_STILL_CHANGE = 9.0
_ROUNDING_S = 1e-6


@dataclass(slots=True, eq=False)
class _Shown:
    """A picture in sight from its time to until_s, both in real seconds; step leads to the one shown before it."""

    time: FrameTime
    since_s: float
    until_s: float
    picture: RangedPicture
    grey: Picture
    step: CameraStep
    is_still: Picture


@dataclass(frozen=True, slots=True, eq=False)
class _Neighbour:
    """Where a neighbour is in the window, the map from there to the picture, and what it is asked for."""

    position: int
    matrix: FloatArray
    roles: int


class BlobFinder:
    """Finds moving blobs in a stream of pictures, a second and a half behind it.

    Args:
        slow_motion: video seconds for a second of real time.
    """

    def __init__(self, slow_motion: float) -> None:
        self._slow_motion = slow_motion
        self._window: deque[_Shown] = deque()
        self._next = 0
        self._change: npt.NDArray[np.float32] | None = None

    def push(self, time: FrameTime, image: Picture, grey: Picture, step: CameraStep) -> list[FrameBlobs]:
        """Add the next picture.

        Args:
            time: its frame time.
            image: (height, width, 3) BGR.
            grey: (height, width) the same in grey.
            step: the camera's step from this picture to the one pushed before it.

        Returns:
            The blobs of the pictures whose neighbours are all there now, mostly of one.
        """
        seconds = time.seconds / self._slow_motion
        picture = RangedPicture.of(np.asarray(cv2.GaussianBlur(image, (3, 3), 0), dtype=np.uint8))
        is_still = self._still_pixels(grey, seconds)
        self._window.append(_Shown(time, seconds, seconds, picture, grey, step, is_still))
        return self._ready()

    def push_repeat(self, time: FrameTime) -> list[FrameBlobs]:
        """Say that the picture pushed last is still shown; returns as `push` does."""
        if self._window:
            self._window[-1].until_s = time.seconds / self._slow_motion
        return self._ready()

    def finish(self) -> list[FrameBlobs]:
        """The blobs of the pictures still waiting for neighbours that will not come."""
        found = [self._blobs_at(position) for position in range(self._next, len(self._window))]
        self._next = len(self._window)
        return found

    def _ready(self) -> list[FrameBlobs]:
        """Blobs of the pictures that are followed by as much as is ever asked for."""
        found = []
        window = self._window
        while self._next < len(window) and window[-1].until_s - window[self._next].until_s >= LATER_S[-1] - _ROUNDING_S:
            found.append(self._blobs_at(self._next))
            self._next += 1
        oldest_s = window[min(self._next, len(window) - 1)].since_s - FAR_S
        # The last one before that may still be the nearest.
        while self._next > 1 and window[1].until_s < oldest_s:
            window.popleft()
            self._next -= 1
        return found

    def _still_pixels(self, grey: Picture, seconds: float) -> Picture:
        """255 where the picture has not changed for two seconds, camera motion or not."""
        if self._change is None or not self._window or self._change.shape != grey.shape:
            self._change = np.full(grey.shape, 255.0, dtype=np.float32)
        else:
            before = self._window[-1]
            fade = 255.0 * max(seconds - before.since_s, 0.0) / _STILL_S
            change = cv2.absdiff(grey, before.grey).astype(np.float32)
            np.maximum(self._change - np.float32(fade), change, out=self._change)
        return np.where(self._change < _STILL_CHANGE, 255, 0).astype(np.uint8)

    def _blobs_at(self, position: int) -> FrameBlobs:
        shown = self._window[position]
        neighbours = [*self._neighbours(position, 1), *self._neighbours(position, -1)]
        masks = self._differences(position, neighbours)
        size = shown.grey.shape[1], shown.grey.shape[0]
        is_panning = not all(is_in_register(neighbour.matrix, size) for neighbour in neighbours)
        keep = cv2.bitwise_not(shown.is_still) if is_panning else None
        likely, sure, leaving = (_at_least(mask, _MIN_DIFFERENCE, keep) for mask in masks)
        layers = PictureLayers(shown.picture.image, likely, sure, leaving, self._churn(position))
        return moving_blobs(shown.time, shown.step, layers)

    def _differences(self, position: int, neighbours: list[_Neighbour]) -> tuple[Picture, Picture, Picture]:
        """(height, width) differences of the likely, the sure and the leaving mask, see above."""
        image = self._window[position].picture.image
        likely, sure, leaving = (SmallestDifferences(image, kept) for kept in (4, 2, 2))
        for neighbour in neighbours:
            difference = image_difference(image, self._window[neighbour.position].picture, neighbour.matrix)
            for asked, differences in ((_NEAR, sure), (_NEAR | _FAR, likely), (_LATER, leaving)):
                if neighbour.roles & asked:
                    differences.add(*difference)
        return likely.result(), sure.result(), leaving.result()

    def _churn(self, position: int) -> Picture:
        """(height, width) change of the picture itself, camera motion included, since a fifth of a second ago."""
        side = -1 if position > 0 else 1
        count = position if side < 0 else len(self._window) - 1
        distance = self._nearest(position, side, count, NEAR_S[1])
        other = position if distance is None else position + side * distance
        return np.asarray(cv2.absdiff(self._window[position].grey, self._window[other].grey), dtype=np.uint8)

    def _neighbours(self, position: int, side: int) -> list[_Neighbour]:
        """The neighbours of the same shot before (-1) or after (1) a picture, nearest first."""
        roles: dict[int, int] = {}
        count = self._reach(position, side)
        targets = [(seconds, _NEAR) for seconds in NEAR_S] + [(FAR_S, _FAR)]
        targets += [(seconds, _LATER) for seconds in LATER_S] if side > 0 else []
        for seconds, role in targets:
            distance = self._nearest(position, side, count, seconds)
            if distance is not None:
                roles[distance] = roles.get(distance, 0) | role
        found, matrix = [], np.eye(3)
        for distance in range(1, max(roles, default=0) + 1):
            joint = position + distance if side > 0 else position - distance + 1
            to_previous = self._window[joint].step.to_previous
            matrix = matrix @ (to_previous if side > 0 else np.linalg.inv(to_previous))
            if distance in roles:
                found.append(_Neighbour(position + side * distance, matrix, roles[distance]))
        return found

    def _reach(self, position: int, side: int) -> int:
        """How many pictures of the same shot are known on one side."""
        count = 0
        while 0 <= position + side * (count + 1) < len(self._window):
            if self._window[position + count + 1 if side > 0 else position - count].step.is_cut:
                break
            count += 1
        return count

    def _nearest(self, position: int, side: int, count: int, seconds: float) -> int | None:
        """How many pictures away on one side, of so many, is the one shown nearest to so many seconds away."""
        own = self._window[position]
        target_s = own.until_s + seconds if side > 0 else own.since_s - seconds
        best, least_s = None, np.inf
        for distance in range(1, count + 1):
            other = self._window[position + side * distance]
            off_s = max(other.since_s - target_s, target_s - other.until_s, 0.0)
            if off_s >= least_s - _ROUNDING_S:
                break
            best, least_s = distance, off_s
        return best


def _at_least(difference: Picture, least: int, keep: Any) -> Picture:
    """The differences of at least so many levels, 0 elsewhere and where keep, if given, is 0."""
    large = cv2.threshold(difference, least - 1, 255, cv2.THRESH_TOZERO)[1]
    return np.asarray(large if keep is None else cv2.bitwise_and(large, keep), dtype=np.uint8)
