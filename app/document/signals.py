"""Scores per frame as stored: a newer run replaces the frames it has seen and leaves the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, and_, delete, select
from sqlalchemy.engine import Row

from app.document.arrays import store_array, unpack_row
from app.document.schema import ArrayRow
from inference.results import SignalTrack


def replace_signals(
    connection: Connection,
    video_id: str,
    run_id: str,
    frames: tuple[int, int],
    signals: Sequence[SignalTrack],
    *,
    are_others_kept: bool = False,
) -> None:
    """Store the signals of a run in place of earlier ones in its frames (first and last, inclusive).

    Earlier signals of other names go too, unless they are to be kept.
    """
    overlapping = select(ArrayRow.__table__).where(
        and_(
            ArrayRow.video_id == video_id,
            ArrayRow.kind == "signal",
            ArrayRow.first_frame <= frames[1],
            ArrayRow.last_frame >= frames[0],
        )
    )
    names = {signal.name for signal in signals}
    for row in connection.execute(overlapping).all():
        if are_others_kept and row.name not in names:
            continue
        connection.execute(delete(ArrayRow).where(ArrayRow.id == row.id))
        values = _values(row)
        for first_frame, part in outside(row.first_frame, values, frames):
            _store(connection, video_id, row.run_id, SignalTrack(row.name, first_frame, part))
    for signal in signals:
        _store(connection, video_id, run_id, signal)


def outside(
    first_frame: int, values: npt.NDArray[Any], frames: tuple[int, int]
) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """The parts of per-frame values before and after an inclusive range of frames, each with its first frame."""
    before = values[: max(frames[0] - first_frame, 0)]
    if len(before):
        yield first_frame, before
    after = values[max(frames[1] + 1 - first_frame, 0) :]
    if len(after):
        yield first_frame + len(values) - len(after), after


def _store(connection: Connection, video_id: str, run_id: str, signal: SignalTrack) -> None:
    if len(signal.values) == 0:
        return
    store_array(
        connection,
        np.asarray(signal.values, dtype=np.float32),
        video_id=video_id,
        run_id=run_id,
        kind="signal",
        name=signal.name,
        first_frame=signal.first_frame,
        last_frame=signal.first_frame + len(signal.values) - 1,
    )


def read_signals(connection: Connection, video_id: str) -> tuple[SignalTrack, ...]:
    """All signals of a video in order of name and frame; one with gaps, or from several runs, has several tracks."""
    query = (
        select(ArrayRow.__table__)
        .where(and_(ArrayRow.video_id == video_id, ArrayRow.kind == "signal"))
        .order_by(ArrayRow.name, ArrayRow.first_frame)
    )
    return tuple(SignalTrack(row.name, row.first_frame, _values(row)) for row in connection.execute(query))


def _values(row: Row[Any]) -> npt.NDArray[np.float32]:
    return unpack_row(row, (row.last_frame - row.first_frame + 1,))
