"""What an evaluation has found so far, a file for each video, so that one that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.dataset.checking import Fields
from inference.dataset.decode_dives import detected_dive_from_json
from inference.dataset.encode import detected_dive_to_json, to_line
from inference.dataset.errors import DatasetError
from inference.dataset.schema import Source
from inference.results import DetectedDive

_MOST_DIVES = 1_000_000
_KIND = "divereview evaluation 1"


@dataclass(frozen=True, slots=True, eq=False)
class VideoResult:
    """What a method found in a video.

    Args:
        found: the dives, with what the classifier says of them if there is one.
        true_crops: the true dives as the classifier sees them along their true paths; empty without one.
        took_s: how long finding the dives took.
        classified_s: how long telling the codes of the found ones took; None without a classifier.
    """

    found: tuple[DetectedDive, ...]
    true_crops: tuple[DetectedDive, ...]
    took_s: float
    classified_s: float | None


@dataclass(frozen=True, slots=True)
class KeptResults:
    """A folder of results.

    Args:
        folder: made when the first one is written.
        facts: what they depend on beside the video: version of the program, method, weights.
    """

    folder: Path
    facts: tuple[str, ...]

    def read(self, source: Source, truth: Sequence[DetectedDive] = ()) -> VideoResult | None:
        """The result of a video; None if there is none, or none that can be read.

        Args:
            source: the video.
            truth: its true dives with their true paths, if the result depends on them.
        """
        path = self._path(source, truth)
        try:
            fields = Fields(json.loads(path.read_text(encoding="utf-8")), str(path))
            if fields.value("kind") != _KIND:
                return None
            found, true_crops = (
                tuple(detected_dive_from_json(child, source) for child in fields.children(name, _MOST_DIVES))
                for name in ("found", "true_crops")
            )
            classified_s = fields.optional_number("classified_s", 0)
            return VideoResult(found, true_crops, fields.number("took_s", 0), classified_s)
        except (OSError, ValueError, DatasetError):
            return None

    def write(self, source: Source, result: VideoResult, truth: Sequence[DetectedDive] = ()) -> None:
        """Keep the result of a video, all of it or nothing; the arguments are those of `read`.

        Raises:
            OSError: if the folder cannot be written.
        """
        values = {
            "kind": _KIND,
            "video": source.file_name,
            "facts": list(self.facts),
            "took_s": result.took_s,
            "classified_s": result.classified_s,
            "found": [detected_dive_to_json(dive) for dive in result.found],
            "true_crops": [detected_dive_to_json(dive) for dive in result.true_crops],
        }
        try:
            line = to_line(values, f"what was found in {source.file_name}")
        except DatasetError:
            return  # a number that is not finite, say; the video is looked at again the next time
        path = self._path(source, truth)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_text(line + "\n", encoding="utf-8")
        unfinished.replace(path)

    def _path(self, source: Source, truth: Sequence[DetectedDive]) -> Path:
        reading = source.fingerprint, source.is_deinterlaced, source.image_fps
        dives = [detected_dive_to_json(dive) for dive in truth]
        name = hashlib.sha256(json.dumps([_KIND, self.facts, reading, dives]).encode()).hexdigest()[:24]
        return self.folder / f"{name}.json"
