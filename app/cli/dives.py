"""`divereview dives`: the dives of a review, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import write_json, write_table
from app.cli.options import JsonOption
from app.cli.reviews import readable_review
from inference.results import FrameTime, Trajectory

if TYPE_CHECKING:
    from app.document.document import ReviewDocument
    from app.document.records import Dive, Video
    from app.exports.video_source import FrameClock

TABLE_HEADER = ("id", "video", "frames", "start s", "end s", "board", "code", "score", "source", "status")


def dives(
    review: Annotated[Path, typer.Argument(metavar="R.divereview", readable=False, help="A review.")],
    as_json: JsonOption = False,
) -> None:
    r"""List the dives of a review.

    A value that a person set wins over a prediction. Frame ranges include both ends. In JSON, path holds the diver's
    location in each frame of the dive, in pixels of that frame (x right, y down, the centre of the top-left pixel at
    0.5, 0.5), or null where there is no path.

    \b
    Examples:
      divereview dives training.divereview
      divereview dives training.divereview --json | jq '.[] | select(.status == "unreviewed") | .code'
    """
    with readable_review(review) as document:
        if as_json:
            write_json([facts for video in document.videos() for facts in video_dives(document, video)])
            return
        rows = [_row(video, dive) for video in document.videos() for dive in document.dives(video.id)]
    write_table(TABLE_HEADER, rows)


def video_dives(document: ReviewDocument, video: Video) -> Iterator[dict[str, Any]]:
    """Everything `divereview dives --json` says about each dive of a video, in the order of time."""
    from app.exports.video_source import FrameClock

    clock = FrameClock(video)
    for dive in document.dives(video.id):
        trajectory = document.trajectory(dive.id)
        yield {
            "id": dive.id,
            "video": str(video.path),
            "start_frame": dive.start.frame,
            "end_frame": dive.end.frame,
            "start_s": dive.start.seconds,
            "end_s": dive.end.seconds,
            "board": dive.board,
            "code": dive.code,
            "code_probability": dive.code_probability,
            "score": dive.score,
            "source": dive.source,
            "status": str(dive.status),
            "path": None if trajectory is None else _path_points(dive, trajectory, clock),
        }


def _path_points(dive: Dive, trajectory: Trajectory, clock: FrameClock) -> list[dict[str, float]]:
    """Where the diver is in each frame of the dive, ends included, in image coordinates of that frame."""
    known = [FrameTime(candidate.frame, candidate.seconds) for candidate in trajectory.candidates]
    times = clock.times(range(dive.start.frame, dive.end.frame + 1), [*known, dive.start, dive.end])
    return [
        {"frame": time.frame, "seconds": time.seconds, "x": x, "y": y}
        for time, (x, y) in zip(times, trajectory.image_points(times).tolist(), strict=True)
    ]


def _row(video: Video, dive: Dive) -> tuple[str, ...]:
    return (
        dive.id,
        video.path.name,
        f"{dive.start.frame}-{dive.end.frame}",
        f"{dive.start.seconds:.2f}",
        f"{dive.end.seconds:.2f}",
        dive.board or "-",
        dive.code or "-",
        "-" if dive.score is None else f"{dive.score:.2f}",
        dive.source,
        str(dive.status),
    )
