"""The path of a dive that signals have shown: through the candidates of its frames, or else through what moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from inference.diving.dive_camera import SeenPictures, follow_camera
from inference.diving.event_signals import ExtractedDive
from inference.diving.finder import FinderSettings
from inference.diving.network_path import LEAST_PICTURES, LEAST_SCORE, path_through
from inference.diving.path_by_motion import path_by_motion
from inference.diving.path_refinement import refined_path
from inference.diving.signal_record import SignalRecord
from inference.diving.take_off import take_off
from inference.results import Candidate, DetectedDive, Interval, Trajectory
from inference.video.reader import FrameReader

_MARGIN_S: Final = 0.5
_MOVED_S: Final = 0.1


class DiveFollower:
    """Follows one dive after the other.

    Args:
        reader: the video.
        settings: what to assume about it.
        record: signals and candidates of the pictures looked at.
        pictures: those pictures.
        fps: pictures looked at in a second of real time.
        slow_motion: video seconds for a second of real time.
    """

    def __init__(
        self,
        reader: FrameReader,
        settings: FinderSettings,
        record: SignalRecord,
        pictures: SeenPictures,
        fps: float,
        slow_motion: float,
    ) -> None:
        self._reader, self._settings, self._record, self._pictures = reader, settings, record, pictures
        self._index = reader.index
        self._fps, self._slow_motion = fps, slow_motion
        self.margin = round(_MARGIN_S * fps)
        """How many pictures before and after a dive are looked at, too."""

    def follow(self, dive: ExtractedDive) -> DetectedDive:
        """The dive with its path, if there is one, and then with the start that signal and path together speak for."""
        trajectory = self._trajectory(dive) or self._path_by_motion(dive)
        if trajectory is not None:
            start = self._start(dive, trajectory)
            if abs(start - dive.start) > _MOVED_S * self._fps:
                trajectory = self._trajectory(replace(dive, start=start)) or trajectory
            dive = replace(dive, start=start)
        return DetectedDive(self._interval(dive), dive.score, trajectory)

    def _interval(self, dive: ExtractedDive) -> Interval:
        return Interval(*(self._index.time(self._record.frames[place]) for place in (dive.start, dive.end)))

    def _start(self, dive: ExtractedDive, trajectory: Trajectory) -> int:
        """The start that signal and path together speak for."""
        first = self._record.first
        seconds = self._index.times_s[np.array(self._record.frames[first : dive.end])]
        signal = np.array(self._record.starts[first : dive.end])
        return first + take_off(seconds, signal, dive.start - first, trajectory, slow_motion=self._slow_motion)

    def _trajectory(self, dive: ExtractedDive) -> Trajectory | None:
        """The diver's path, if enough candidates of the dive's own shot lie on one."""
        candidates = self._candidates_in(dive)
        if len({candidate.frame for candidate in candidates}) < LEAST_PICTURES:
            return None
        around = slice(max(dive.start - self.margin, 0), dive.end + self.margin + 1)
        full_size, interval = (self._index.width, self._index.height), self._interval(dive)
        middle_s = (interval.start.seconds + interval.end.seconds) / 2
        pictures = self._pictures.of(self._record.frames[around])
        camera = follow_camera(pictures, interval.start, middle_s, full_size)
        last = camera.first_frame + len(camera.to_stable) - 1
        pictures = [shown for shown in pictures if camera.first_frame <= shown[0].frame <= last]
        in_shot = [candidate for candidate in candidates if camera.first_frame <= candidate.frame <= last]
        rough = path_through(in_shot, camera, full_size, slow_motion=self._slow_motion)
        if rough is None:
            return None
        return refined_path(rough, interval, pictures, full_size, slow_motion=self._slow_motion)

    def _path_by_motion(self, dive: ExtractedDive) -> Trajectory | None:
        interval = self._interval(dive)
        return path_by_motion(self._reader, interval, self._settings, slow_motion=self._slow_motion)

    def _candidates_in(self, dive: ExtractedDive) -> list[Candidate]:
        found = []
        for place in range(dive.start, dive.end + 1):
            time = self._index.time(self._record.frames[place])
            for x, y, score in self._record.candidates(place).tolist():
                if score >= LEAST_SCORE:
                    xy = x * self._index.width, y * self._index.height
                    found.append(Candidate(time.frame, time.seconds, *xy, min(score, 1.0), is_inlier=False))
        return found
