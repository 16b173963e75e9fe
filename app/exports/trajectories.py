"""Trajectories as CSV: where the diver is in every frame of every dive, and the candidate locations behind it.

Coordinates are image coordinates of each frame itself: continuous pixels of the upright frame, x right, y down, the
centre of the top-left pixel at (0.5, 0.5). Frames count from 0; seconds count from the first frame.

`trajectories.csv` has one row for each frame from start to end, both included: a location on the ballistic path, mapped
into that frame's picture by the camera's motion. `inlier` says whether a candidate in that frame supports the path,
`source` whether the path is a model's or a person's. `candidates.csv` has one row for each candidate location.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.document.records import Dive
from app.exports.csv_files import Cell, write_csv
from app.exports.errors import ExportError
from app.exports.request import ExportRequest
from app.exports.selection import VideoSelection, select_dives
from app.exports.video_source import FrameClock
from inference.results import FrameTime, Trajectory

HEADER = ("video", "dive", "frame", "seconds", "x", "y", "inlier", "source")
CANDIDATES_HEADER = ("video", "dive", "frame", "seconds", "x", "y", "inlier", "score")


def write_trajectories(request: ExportRequest) -> None:
    """Write trajectories.csv and candidates.csv.

    Raises:
        ExportError: if there is no dive to export, or none has a path.
        Cancelled: if the export was cancelled.
    """
    rows: list[tuple[Cell, ...]] = []
    candidates: list[tuple[Cell, ...]] = []
    for selection, dive, trajectory, clock in _with_paths(request):
        rows.extend(_path_rows(selection, dive, trajectory, clock))
        candidates.extend(
            (selection.name, dive.id, spot.frame, spot.seconds, spot.x, spot.y, spot.is_inlier, spot.score)
            for spot in trajectory.candidates
        )
    if not rows:
        raise ExportError("None of the dives has a path; analyse the video, or draw paths, or leave this format out.")
    write_csv(request.folder / "trajectories.csv", HEADER, rows)
    write_csv(request.folder / "candidates.csv", CANDIDATES_HEADER, candidates)
    request.report(1.0, "wrote trajectories")


def _with_paths(request: ExportRequest) -> Iterator[tuple[VideoSelection, Dive, Trajectory, FrameClock]]:
    selections = select_dives(request)
    count = sum(len(selection.dives) for selection in selections)
    done = 0
    for selection in selections:
        clock = FrameClock(selection.video, request.cancel)
        for dive in selection.dives:
            request.report(done / count, "writing trajectories")
            done += 1
            trajectory = request.document.trajectory(dive.id)
            if trajectory is not None:
                yield selection, dive, trajectory, clock


def _path_rows(
    selection: VideoSelection, dive: Dive, trajectory: Trajectory, clock: FrameClock
) -> Iterator[tuple[Cell, ...]]:
    known = [FrameTime(candidate.frame, candidate.seconds) for candidate in trajectory.candidates]
    times = clock.times(range(dive.start.frame, dive.end.frame + 1), [*known, dive.start, dive.end])
    supported = {candidate.frame for candidate in trajectory.candidates if candidate.is_inlier}
    source = dive.provenance["path"].kind if "path" in dive.provenance else dive.source
    for time, (x, y) in zip(times, trajectory.image_points(times).tolist(), strict=True):
        yield selection.name, dive.id, time.frame, time.seconds, x, y, time.frame in supported, source
