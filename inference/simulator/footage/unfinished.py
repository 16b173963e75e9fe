"""The part of a data set that has been drawn so far, kept so that work can go on after it was stopped.

A data set under construction has a folder `unfinished` with the script in settings.json and a folder for every video,
in which each segment is a video file with the truth beside it. A segment counts when its video has its name, which is
the last thing that happens to it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inference.dataset.schema import MANIFEST_NAME
from inference.simulator.errors import SimulationError
from inference.simulator.footage.encoding import Picture, encode_pictures
from inference.simulator.footage.recording import Recording
from inference.simulator.footage.script import Script
from inference.simulator.footage.truth import DiverTruth
from inference.workers import StepDone

UNFINISHED = "unfinished"
SEGMENT_S = 20.0

_SETTINGS = "settings.json"
_VERSION = 1
"""Goes up whenever the same script makes other pictures, so that pieces of two kinds are never joined."""


@dataclass(frozen=True)
class Segment:
    """Frames first to stop - 1 of one video."""

    video: int
    first: int
    stop: int

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return self.stop - self.first


@dataclass(frozen=True)
class Unfinished:
    """The folder of a data set under construction.

    Args:
        folder: of the data set.
        script: what is made.
    """

    folder: Path
    script: Script

    def begin(self) -> None:
        """Make the folder, or find what an earlier run with the same script left in it.

        Raises:
            SimulationError: if there is a data set, something else, or the beginning of another script's.
            OSError: if the folder cannot be written.
        """
        if (self.folder / MANIFEST_NAME).exists():
            raise SimulationError(f"{self.folder} already holds a data set; choose a new folder.")
        settings = self._place / _SETTINGS
        if settings.is_file():
            if settings.read_text(encoding="utf-8") != self._settings:
                raise SimulationError(
                    f"{self.folder} holds an unfinished simulation with other settings; choose a new folder, or go on "
                    f"with the settings in {settings}."
                )
            return
        if self.folder.exists() and any(path.name != UNFINISHED for path in self.folder.iterdir()):
            raise SimulationError(f"The folder {self.folder} is not empty; choose a new one.")
        self._place.mkdir(parents=True, exist_ok=True)
        part = settings.with_suffix(".part")
        part.write_text(self._settings, encoding="utf-8")
        part.replace(settings)

    def segments(self, video: int, frame_count: int, fps: int) -> list[Segment]:
        """All segments of a video; how it is divided does not depend on the machine."""
        length = round(SEGMENT_S * fps)
        return [Segment(video, first, min(first + length, frame_count)) for first in range(0, frame_count, length)]

    def video_path(self, segment: Segment) -> Path:
        """The segment's video."""
        return self._place / f"video-{segment.video + 1}" / f"{segment.first:08}.mp4"

    def truth_path(self, segment: Segment) -> Path:
        """The segment's truth; absent where nobody dives in it."""
        return self.video_path(segment).with_suffix(".npz")

    def is_done(self, segment: Segment) -> bool:
        """Whether the segment has been drawn."""
        return self.video_path(segment).is_file()

    def remove(self) -> None:
        """Throw everything away, once the data set is complete."""
        shutil.rmtree(self._place)

    @property
    def _place(self) -> Path:
        return self.folder / UNFINISHED

    @property
    def _settings(self) -> str:
        return json.dumps({"version": _VERSION} | self.script.to_dict(), indent=2, sort_keys=True) + "\n"


def draw_segment(unfinished: Unfinished, recording: Recording, segment: Segment, frame_done: StepDone) -> None:
    """Draw and encode one segment and write its truth.

    Raises:
        OSError: if it cannot be written.
        Cancelled: if `frame_done` says so; nothing that counts is left behind.
    """
    path, truth_path = unfinished.video_path(segment), unfinished.truth_path(segment)
    path.parent.mkdir(parents=True, exist_ok=True)
    part, truth_part = path.with_suffix(".mp4.part"), truth_path.with_suffix(".npz.part")
    found: list[DiverTruth] = []

    def pictures() -> Iterator[Picture]:
        for picture, truth in recording.pictures(segment.first, segment.stop):
            found.extend(truth)
            yield picture
            frame_done()

    camera = recording.camera
    encode_pictures(part, pictures(), camera.size, round(camera.fps), quality=recording.quality)
    if found:
        DiverTruth.join(found).save(truth_part)
        truth_part.replace(truth_path)
    part.replace(path)
