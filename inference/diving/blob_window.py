"""The moving blobs of a stretch of video in one picture's coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.diving.moving_blobs import FrameBlobs
from inference.results import FloatArray
from inference.video.camera_motion import chain


@dataclass(frozen=True, slots=True, eq=False)
class BlobWindow:
    """Blobs of consecutive pictures of one shot, in the coordinates of one of them.

    Entry k of the flat arrays is one blob: picture (index into the pictures), xy stabilised, extent scaled likewise.
    seconds is (pictures,) real time; maps is (pictures, 3, 3) to the common coordinates.
    """

    first: int
    seconds: FloatArray
    maps: FloatArray
    picture: npt.NDArray[np.int64]
    index: npt.NDArray[np.int64]
    xy: FloatArray
    extent: FloatArray
    colour: FloatArray

    def run(self, cost: FloatArray, middle: int, max_gap_s: float) -> npt.NDArray[np.int64]:
        """The cheapest blob in each picture of the unbroken run around the middle one, as places in the flat arrays.

        Args:
            cost: (blobs,) infinite for those that do not count.
            middle: index of a picture; the run ends where no blob counts for longer than max_gap_s.
            max_gap_s: seconds of real time.
        """
        order = np.lexsort((cost, self.picture))
        pictures, firsts = np.unique(self.picture, return_index=True)
        counts = np.isfinite(cost[order[firsts]])
        pictures, cheapest = pictures[counts], order[firsts[counts]]
        chosen: list[int] = []
        for in_turn in (np.flatnonzero(pictures >= middle), np.flatnonzero(pictures < middle)[::-1]):
            last_s = self.seconds[middle]
            for place in in_turn:
                here_s = self.seconds[pictures[place]]
                if abs(here_s - last_s) > max_gap_s:
                    break
                chosen.append(int(cheapest[place]))
                last_s = here_s
        return np.array(sorted(chosen), dtype=np.int64)


def blob_window(frames: Sequence[FrameBlobs], centre: int, reach_s: float, slow_motion: float) -> BlobWindow:
    """The pictures of the same shot within reach of one, in its coordinates.

    Args:
        frames: consecutive pictures.
        centre: index of the picture whose coordinates are used.
        reach_s: how far to look on both sides, seconds of real time.
        slow_motion: video seconds for a second of real time.
    """
    first = last = centre
    middle_s = frames[centre].time.seconds
    reach_video_s = reach_s * slow_motion
    while first > 0 and not frames[first].is_cut and middle_s - frames[first - 1].time.seconds <= reach_video_s:
        first -= 1
    while (
        last + 1 < len(frames)
        and not frames[last + 1].is_cut
        and frames[last + 1].time.seconds - middle_s <= reach_video_s
    ):
        last += 1
    pictures = frames[first : last + 1]
    maps = chain([frame.to_previous for frame in pictures], centre - first)
    counts = [len(frame.xy) for frame in pictures]
    picture = np.repeat(np.arange(len(pictures)), counts)
    xy, extent = (np.concatenate([getattr(frame, name) for frame in pictures]) for name in ("xy", "extent"))
    if not (maps == np.eye(3)).all():
        xy = _mapped(maps[picture], xy)
        extent = extent * _local_scales(maps, pictures[0].size)[picture]
    return BlobWindow(
        first=first,
        seconds=np.array([frame.time.seconds / slow_motion for frame in pictures]),
        maps=maps,
        picture=picture,
        index=np.concatenate([np.arange(count) for count in counts]),
        xy=xy,
        extent=extent,
        colour=np.concatenate([frame.colour for frame in pictures]),
    )


def _mapped(maps: FloatArray, points: FloatArray) -> FloatArray:
    """(n, 2) points, each mapped through its own of (n, 3, 3) homographies."""
    mapped = np.einsum("nij,nj->ni", maps[:, :, :2], points) + maps[:, :, 2]
    result: FloatArray = mapped[:, :2] / mapped[:, 2:]
    return result


def _local_scales(maps: FloatArray, size: tuple[int, int]) -> FloatArray:
    """(n,) how much each of (n, 3, 3) maps enlarges the middle of the picture."""
    x, y = size[0] / 2, size[1] / 2
    left, right, above, below = (
        _mapped(maps, np.full((len(maps), 2), point)) for point in ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1))
    )
    across, down = right - left, below - above
    area = np.abs(across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0])
    scales: FloatArray = np.sqrt(np.maximum(area, 1e-6)) / 2
    return scales
