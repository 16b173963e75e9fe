"""The dive sheet: one CSV row per dive for coaches, with codes, difficulty, times and what the flight measures.

There are no image coordinates in this format. Start and end are times of the video; flight time, metres and metres per
second are those of the world, at the diver's depth in the plane the camera sees, with the scale that gravity gives.
They are empty where the path does not curve downwards, and in slow motion by an unknown factor.
"""

from __future__ import annotations

from app.document.real_time import slow_motion_of
from app.document.records import Dive
from app.exports.csv_files import Cell, write_csv
from app.exports.request import ExportRequest
from app.exports.selection import VideoSelection, select_dives
from inference.diving.boards import Board
from inference.diving.codes import DiveCode, DiveCodeError, describe, parse
from inference.diving.degree_of_difficulty import degree_of_difficulty
from inference.diving.flight_metrics import flight_metrics
from inference.results import Trajectory
from inference.time_code import time_code

HEADER = (
    "video",
    "number",
    "start",
    "end",
    "start_frame",
    "end_frame",
    "start_s",
    "end_s",
    "board",
    "code",
    "description",
    "dd",
    "status",
    "flight_time_s",
    "height_above_take_off_m",
    "drop_below_take_off_m",
    "entry_speed_m_s",
    "metric_uncertainty_percent",
    "score",
    "code_probability",
    "source",
    "note",
    "dive",
)


def write_dive_sheet(request: ExportRequest) -> None:
    """Write dive_sheet.csv.

    Raises:
        ExportError: if there is no dive to export.
        Cancelled: if the export was cancelled.
    """
    selections = select_dives(request)
    count = sum(len(selection.dives) for selection in selections)
    rows: list[tuple[Cell, ...]] = []
    for selection in selections:
        runs = request.document.runs(selection.video.id)
        for number, dive in zip(selection.numbers, selection.dives, strict=True):
            request.report(len(rows) / count, "writing the dive sheet")
            trajectory = request.document.trajectory(dive.id)
            rows.append(_row(selection, number, dive, trajectory, slow_motion_of(dive, runs)))
    write_csv(request.folder / "dive_sheet.csv", HEADER, rows)
    request.report(1.0, "wrote the dive sheet")


def _row(
    selection: VideoSelection, number: int, dive: Dive, trajectory: Trajectory | None, slow_motion: float | None
) -> tuple[Cell, ...]:
    code, board = _parsed(dive)
    return (
        selection.name,
        number,
        time_code(dive.start.seconds),
        time_code(dive.end.seconds),
        dive.start.frame,
        dive.end.frame,
        dive.start.seconds,
        dive.end.seconds,
        board.label if board else dive.board,
        dive.code,
        describe(code) if code else None,
        degree_of_difficulty(code, board) if code and board else None,
        dive.status.value,
        *_metric_cells(dive, trajectory, slow_motion),
        dive.score,
        dive.code_probability,
        dive.source,
        dive.note,
        dive.id,
    )


def _parsed(dive: Dive) -> tuple[DiveCode | None, Board | None]:
    """Code and board where they are ones that diving knows."""
    try:
        code = parse(dive.code) if dive.code else None
    except DiveCodeError:
        code = None
    try:
        board = Board.from_key(dive.board) if dive.board else None
    except ValueError:
        board = None
    return code, board


def _metric_cells(dive: Dive, trajectory: Trajectory | None, slow_motion: float | None) -> tuple[Cell, ...]:
    """Rounded to what footage can tell: milliseconds, centimetres, centimetres per second, per cent."""
    metrics = flight_metrics(dive.interval, trajectory, slow_motion=slow_motion)
    lengths = (metrics.height_above_take_off_m, metrics.drop_below_take_off_m, metrics.entry_speed_m_s)
    uncertainty = trajectory.scale_uncertainty if trajectory is not None and lengths[0] is not None else None
    return (
        None if metrics.flight_time_s is None else round(metrics.flight_time_s, 3),
        *(None if measure is None else round(measure.value, 2) for measure in lengths),
        None if uncertainty is None else round(100 * uncertainty, 1),
    )
