"""Runs of models as stored; they stay for ever, because values name them as their origin."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import Row

from app.document.errors import making_sense_of
from app.document.ids import new_id, to_datetime
from app.document.records import PredictionRun
from app.document.schema import RunRow
from inference.results import ModelIdentity, Predictions


def insert_run(connection: Connection, video_id: str, predictions: Predictions, person: str, at_us: int) -> str:
    """Write the run's own row and return its id."""
    run_id = new_id()
    model = predictions.model
    connection.execute(
        insert(RunRow),
        {
            "id": run_id,
            "video_id": video_id,
            "model_name": model.name,
            "model_version": model.version,
            "weights_hash": model.weights_hash,
            "settings": json.dumps(dict(predictions.settings)),
            "first_frame": predictions.first_frame,
            "last_frame": predictions.last_frame,
            "person": person,
            "at_us": at_us,
        },
    )
    return run_id


def read_runs(connection: Connection, video_id: str | None = None) -> dict[str, PredictionRun]:
    """Runs by id in order of time, of one video or of all."""
    query = select(RunRow.__table__).order_by(RunRow.at_us, RunRow.id)
    if video_id is not None:
        query = query.where(RunRow.video_id == video_id)
    with making_sense_of("runs"):
        return {row.id: _run(row) for row in connection.execute(query)}


def _run(row: Row[Any]) -> PredictionRun:
    return PredictionRun(
        row.id,
        row.video_id,
        ModelIdentity(row.model_name, row.model_version, row.weights_hash),
        dict(json.loads(row.settings)),
        int(row.first_frame),
        int(row.last_frame),
        row.person,
        to_datetime(row.at_us),
    )
