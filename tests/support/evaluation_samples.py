"""Small data sets with real videos, and methods to evaluate on them, which other processes import from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from barcode import make_video
from dataset_samples import NOON

from inference.dataset.read import Dataset
from inference.dataset.schema import DiveRecord, Manifest, Source
from inference.dataset.write import DatasetWriter
from inference.results import (
    BallisticPath,
    DetectedDive,
    FrameTime,
    Interval,
    ModelIdentity,
    Predictions,
    Trajectory,
)
from inference.video.fingerprint import fingerprint

FRAMES = 40
PATH = Trajectory(BallisticPath(0.0, 100.0, 10.0, 50.0, -20.0, 100.0))


def interval(first: int, last: int) -> Interval:
    return Interval(FrameTime(first, first / 25), FrameTime(last, last / 25))


def make_data_set(folder: Path, first_picture: int, videos: int = 1) -> Dataset:
    """Videos of 40 frames with a dive in frames 0 to 9 and one in 20 to 29; the pictures begin at some number."""
    (folder / "videos").mkdir(parents=True)
    sources, dives = [], []
    for number in range(videos):
        name = f"video-{number}.mp4"
        begin = first_picture + number * FRAMES
        path = make_video(folder / "videos" / name, range(begin, begin + FRAMES))
        sources.append(
            Source(name[:-4], name, fingerprint(path), FRAMES, 320, 180, 1.6, 25.0, "testing", path=f"videos/{name}")
        )
        for first, code in ((0, "103B"), (20, "5132D")):
            dives.append(
                DiveRecord(
                    f"{name}-{first}",
                    name[:-4],
                    interval(first, first + 9),
                    "springboard-3",
                    code,
                    origin="simulator",
                    trajectory=PATH,
                )
            )
    with DatasetWriter(folder, Manifest(tuple(sources), NOON, "tests")) as writer:
        for dive in dives:
            writer.write(dive)
    return Dataset(folder)


def finds_the_first(reader, progress, cancel) -> Predictions:
    """A dive in frames 1 to 9 of any video."""
    if progress is not None:
        progress(0.5, "half")
    dive = DetectedDive(interval(1, 9), 1.0, PATH)
    return Predictions(ModelIdentity("finds the first", "1"), {}, 0, reader.index.frame_count - 1, (dive,))


def says_pike(reader, dives: Sequence[DetectedDive], progress, cancel) -> tuple[DetectedDive, ...]:
    """All dives are most probably in pike position."""
    return tuple(replace(dive, attribute_probabilities={"position": {"B": 0.75, "D": 0.25}}) for dive in dives)


def fails(*arguments: object) -> Predictions:
    """Must not be asked."""
    raise AssertionError("an analysis that was kept is done again")
