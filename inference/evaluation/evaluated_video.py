"""What an analysis found in one video of a data set, beside what is true."""

from __future__ import annotations

from dataclasses import dataclass

from inference.evaluation.detection import MatchedDive, VideoDetections
from inference.evaluation.tracking import path_distance_px
from inference.results import FloatArray, FrameTime


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedVideo:
    """One video of a data set and what an analysis found in it.

    Args:
        name: its file name, after that of its data set where there are several.
        size: (width, height).
        camera: how it was held, one of `CAMERA_KINDS`.
        all_dives: what is true and what was found, dives that overlap each other too.
        times_s: (frames,) time stamps.
        duration_s: how long it plays.
        took_s: how long finding the dives took, decoding included.
        classified_s: how long telling their codes took; None where nothing told them.
    """

    name: str
    size: tuple[int, int]
    camera: str
    all_dives: VideoDetections
    times_s: FloatArray
    duration_s: float
    took_s: float
    classified_s: float | None = None

    @property
    def dives(self) -> VideoDetections:
        """What counts in the thesis: dives that overlap none other (section 5.2.2)."""
        return self.all_dives.without_overlapping()

    def distances_px(self, min_iou: float) -> list[tuple[MatchedDive, float]]:
        """The matched dives whose true path is known, and how far from it the predicted one is.

        Args:
            min_iou: the smallest temporal IoU of a match.

        Returns:
            Each with its mean distance in px at `REFERENCE_SIZE`, infinite without a predicted path.
        """
        distances = []
        for match in self.dives.matched(min_iou):
            if match.true.trajectory is not None:
                interval = match.true.interval
                frames = range(interval.start.frame, interval.end.frame + 1)
                times = [FrameTime(frame, float(self.times_s[frame])) for frame in frames]
                predicted = match.found.trajectory
                distances.append((match, path_distance_px(match.true.trajectory, predicted, times, self.size)))
        return distances
